"""Kinds of sentences, and how often each is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from data.generator import english, lexicon
from data.generator import sampler as s
from data.generator.sampler import Sampler, Unfit
from data.generator.stories import STORY_FAMILIES
from data.generator.syntax import (
    Action, Before, Clause, Command, Degree, Existence, Joined, Location, Modal, Nominal, NounPhrase, Occupation,
    Person, Predicate, Quality, Question, Reported, Sentence, Several, Statement,
)  # fmt: skip

VERY = Degree("very", "très", "非常")
TOO = Degree("too", "trop", "太", "了")
REALLY = Degree("really", "vraiment", "真的很")
A_BIT = Degree("a bit", "un peu", "有点")
TOO_MUCH = {"big", "small", "expensive", "heavy", "old", "long", "short", "difficult", "boring", "dirty"}
MOODS = ("happy", "tired", "busy", "sad", "angry", "worried", "surprised", "nervous", "disappointed")
WHO = Person(3, form="who")
FRAMES = lexicon.frames()


def _named(letters: str) -> list[str]:
    return [name for name, frame in FRAMES.items() if set(frame.tenses) & set(letters)]


def statement(draw: Sampler) -> Statement:
    """The old man is reading a newspaper in the park."""
    return Statement(draw.clause())


def stative(draw: Sampler) -> Statement:
    """My sister likes strawberries."""
    frame = FRAMES[draw.pick(_named("s"))]
    subject = draw.subject(frame.who)
    if isinstance(subject, Nominal) and subject.determiner == "num":
        raise Unfit
    if frame.name == "have_kin" and isinstance(subject, Nominal | Several):
        raise Unfit
    action = draw.action(frame, subject, "state", placed=0.0)
    if frame.name in {"have_thing", "have_pet", "have_kin"} and isinstance(subject, Nominal | Several):
        action = replace(action, place=None)
    many = isinstance(subject, Nominal) and subject.determiner in {"every", "all"}
    thing = action.slots.get("o")
    counted = isinstance(thing, Nominal) and (thing.determiner in {"num", "many"} or thing.adjective is not None)
    return Statement(Clause(subject, action, "state", draw.chance(0.2) and not many and not counted and "hate" not in frame.name))


MODALS = (
    (s.WANT, True), (s.WANT, True), (s.WOULD_LIKE, False), (s.WOULD_LIKE, False), (s.CAN, True), (s.MUST, False),
    (s.HAVE_TO, False), (s.SHOULD, True), (s.PLAN, True), (s.HOPE, False), (s.DECIDED, False), (s.FORGOT, False),
    (s.FORGOT, False), (s.HAD_TO, False), (s.COULD_NOT, True),
)  # fmt: skip


def modal_clause(draw: Sampler, chosen: Modal | None = None, timed: float = 0.4) -> Clause:
    """He wants to buy a house; I forgot to close the window."""
    modal, may_deny = (chosen, False) if chosen else draw.pick(MODALS)
    if modal is s.FORGOT:
        names = sorted(s.DUTIES)
    else:
        names = [name for name in _named("m") if name not in {"find", "cold", "look_at", "wait", "look_for"}]
        if modal is not s.HAVE_TO and modal is not s.HAD_TO:
            names = [name for name in names if name not in s.TRIFLES]
        if modal in {s.MUST, s.HAVE_TO, s.HAD_TO, s.SHOULD}:
            names = [name for name in names if name in s.OBLIGATIONS]
        elif modal in {s.DECIDED, s.PLAN, s.HOPE}:
            names = [name for name in names if name in s.AMBITIONS]
        elif modal is s.CAN:
            names = [name for name in names if name in s.AMBITIONS | s.OBLIGATIONS]
    if modal in {s.CAN, s.COULD_NOT}:
        names = [name for name in names if "f" in FRAMES[name].tenses]
    frame = FRAMES[draw.pick(names)]
    subject = draw.subject(frame.who)
    if isinstance(subject, Nominal) and subject.determiner == "num":
        raise Unfit
    action = replace(draw.action(frame, subject, "past", placed=0.25), modal=modal)
    negative = modal is s.COULD_NOT or (may_deny and draw.chance(0.25))
    if negative and draw._odd_negation(action):
        raise Unfit
    time = None
    if "i" in frame.tenses and not frame.times:
        raise Unfit
    if frame.times and draw.chance(timed) and frame.name not in s.DAILY:
        time = draw.time(frame, "past" if modal.tense == "past" else "future")
    first = time is not None and draw.chance(0.3)
    return Clause(subject, action, "past" if modal.tense == "past" else "state", negative, time, first)


def modal(draw: Sampler) -> Statement:
    """A modal clause alone."""
    return Statement(modal_clause(draw))


def liking(draw: Sampler) -> Statement:
    """My father likes to swim in the lake; she can play the piano."""
    if draw.chance(0.4):
        frame = FRAMES[draw.pick(_named("k"))]
        used = draw.pick((s.SKILL, s.SKILL, s.LIKE)) if frame.name != "speak" else s.SKILL
    else:
        frame = FRAMES[draw.pick([n for n in _named("h") if set(FRAMES[n].tenses) >= {"h", "m"}])]
        used = s.LIKE
    if frame.name in {"medicine", "teach", "get_up", "laundry", "teeth", "hands", "homework", "wash_dishes", "clean"}:
        raise Unfit
    subject = draw.subject(frame.who)
    action = replace(draw.action(frame, subject, "habit", placed=0.4 if used is s.LIKE else 0.0), modal=used)
    thing = action.slots.get("o")
    if used is s.LIKE and isinstance(thing, Nominal) and thing.determiner not in {"gen", "as", "bare", "own"}:
        plural = not thing.noun.mass
        action = replace(action, slots=dict(action.slots) | {"o": Nominal(thing.noun, "as" if plural else "bare", plural)})
    many = isinstance(subject, Nominal) and subject.determiner in {"every", "all"}
    return Statement(Clause(subject, action, "state", draw.chance(0.15) and not many and not draw._odd_negation(action)))


def _quality_of_thing(draw: Sampler, relative: bool = False) -> tuple[Nominal, Quality]:
    adjective = draw.pick([a for a in lexicon.adjectives().values() if a.predicate_kinds])
    noun = draw.pick([n for n in lexicon.nouns().values() if n.name in adjective.predicate_kinds])
    kind = noun.kind
    if kind in {"kin", "kin_group"}:
        subject = draw.kin((noun.name,))
    elif kind == "friend":
        subject = Nominal(noun, "my", owner=draw.pick(s.PRONOUNS))
    elif kind == "profession":
        subject = Nominal(noun, "the")
    elif kind in {"adult", "youngster", "baby"}:
        subject = Nominal(noun, draw.pick(("the", "this")), plural=kind == "youngster" and draw.chance(0.3))
    elif kind in {"pet"}:
        subject = Nominal(noun, "my", owner=draw.owner())
    elif kind == "wild_animal":
        subject = Nominal(noun, "gen", plural=True)
    elif noun.mass:
        subject = Nominal(noun, "gen" if kind in {"subject", "language"} else "the")
    elif kind in {"clothes", "footwear", "pocket"}:
        subject = draw.determined(noun, draw.pick(("the", "this", "my")), draw.pick(s.PRONOUNS), 0.0)
    else:
        subject = draw.determined(noun, draw.pick(("the", "this")), s.HE, 0.0)
    if subject.noun.kind in {"house_room", "fixture"}:
        subject = replace(subject, determiner="this" if subject.determiner == "this" else "the")
    degree = draw.pick((None, VERY, VERY, REALLY, TOO, A_BIT))
    if degree in {TOO, A_BIT} and adjective.english not in TOO_MUCH:
        degree = VERY
    if adjective.predicate.startswith("=") or adjective.english in {"delicious", "famous"} and degree != REALLY:
        degree = None
    return subject, Quality(adjective, degree)


def quality(draw: Sampler) -> Statement:
    """This coat is too expensive."""
    subject, said = _quality_of_thing(draw)
    negative = draw.chance(0.2)
    if negative and said.degree:
        said = replace(said, degree=VERY if said.degree == VERY else None)
    return Statement(Clause(subject, said, "state", negative))


def quality_relative(draw: Sampler) -> Statement:
    """The film that we watched yesterday was very boring; the book that I bought is interesting."""
    subject, said = _quality_of_thing(draw)
    if subject.noun.mass or subject.noun.kind in {"kin", "profession", "wild_animal", "pet"}:
        raise Unfit
    subject = replace(subject, determiner="the", owner=None)
    if subject.noun.kind in {"adult", "youngster"}:
        described = replace(subject, relative=draw.relative_subject(subject.noun, subject.plural))
    else:
        described = replace(subject, relative=draw.relative_object(subject.noun, s.HE))
    return Statement(Clause(described, said, "state"))


def mood(draw: Sampler) -> Statement:
    """My brother is very tired today."""
    subject = draw.subject("person")
    many = isinstance(subject, Nominal) and subject.determiner in {"every", "all", "num"}
    if many:
        raise Unfit
    adjective = lexicon.adjectives()[draw.pick(MOODS)]
    degree = draw.pick((None, VERY, REALLY, A_BIT)) if adjective.english != "happy" else draw.pick((None, VERY))
    negative = draw.chance(0.15)
    return Statement(Clause(subject, Quality(adjective, None if negative else degree), "state", negative))


def comparison(draw: Sampler) -> Statement:
    """Paul is taller than his brother; this bag is heavier than that suitcase."""
    if draw.chance(0.5):
        names = ("tall", "young", "clever", "hard-working", "patient", "kind", "busy", "brave", "shy", "polite")
        first: NounPhrase = draw.pick((draw.pick(lexicon.names()), draw.kin(), draw.pick(s.PRONOUNS)))
        if english.is_plural(first):
            raise Unfit
        second = draw.companion("benefit", first)
        if isinstance(second, Nominal) and second.plural:
            raise Unfit
        adjective = lexicon.adjectives()[draw.pick(names)]
    else:
        adjective = draw.pick([a for a in lexicon.adjectives().values() if a.predicate_kinds and not a.predicate.startswith("=")])
        kinds = ("clothes", "gadget", "furniture", "reading", "show", "house_room", "fruit", "vehicle", "language", "subject")
        kind = draw.pick(kinds)
        found = [n for n in lexicon.members(kind) if n.name in adjective.predicate_kinds]
        one, two = draw.pick(found), draw.pick(found)
        if one == two:
            raise Unfit
        if kind in {"language", "subject", "fruit"}:
            plural = kind == "fruit"
            first, second = Nominal(one, "gen", plural), Nominal(two, "gen", plural)
        else:
            first, second = Nominal(one, "this"), Nominal(two, "that")
    return Statement(Clause(first, Quality(adjective, than=second, equal=draw.chance(0.3)), "state"))


def occupation(draw: Sampler) -> Statement:
    """My aunt is an engineer in a big company."""
    subject = draw.pick((draw.pick(lexicon.names()), draw.kin(), draw.pick((s.HE, s.SHE)), draw.kin()))
    if english.is_plural(subject):
        raise Unfit
    if isinstance(subject, Nominal) and subject.noun.name in s.YOUNG[:4]:
        raise Unfit
    noun = draw.pick(lexicon.members("profession"))
    if noun.name in {"postman", "waiter"} and english.pronoun(subject, 0) == "she":
        raise Unfit
    if draw.chance(0.35):
        young = draw.pick((draw.pick(lexicon.names()), draw.kin(s.YOUNG)))
        if noun.name in {"postman", "waiter"}:
            raise Unfit
        frame = _become(noun, english.pronoun(young, 0) == "she")
        return Statement(Clause(young, Action(frame, modal=draw.pick((s.WANT, s.WOULD_LIKE, s.HOPE))), "state"))
    return Statement(Clause(subject, Occupation(noun), "state", draw.chance(0.1)))


def _become(noun: lexicon.Noun, feminine: bool) -> lexicon.Frame:
    word = f"{english.article(noun.english)} {noun.english}"
    french = noun.french_feminine if feminine else noun.french
    return lexicon.frame(f"become {word} | devenir {french} | 当{noun.chinese}")


def location(draw: Sampler) -> Sentence:
    """The keys are on the table; where is my umbrella?"""
    if draw.chance(0.35):
        noun = draw.pick(lexicon.members("building"))
        subject = Nominal(noun, "the")
        place = draw.pick(lexicon.places_of(("nearby",)))
        if noun.name in place.english:
            raise Unfit
    else:
        subject = draw.determined(
            draw.pick(lexicon.members("pocket+stationery+ware+reading+gadgetlend")), draw.pick(("the", "my", "my")), s.HE, 0.2
        )
        subject = _looking(subject)
        if subject.noun.name == "bicycle":
            raise Unfit
        place = draw.pick(lexicon.places_of(_spots(subject.noun)))
        if "table" in place.english and subject.noun.name == "box" or "box" in place.english and subject.noun.name == "box":
            raise Unfit
    clause = Clause(subject, Location(place), "state", draw.chance(0.12))
    if draw.chance(0.3):
        return Question(replace(clause, negative=False), draw.pick(("where", "")))
    return Statement(clause)


FLOOR = {"bag", "box", "umbrella", "basket", "toy", "doll", "ball", "book"}
SMALL = {"key", "wallet", "phone", "passport", "watch", "ring", "candle", "ticket"}
UNPLACED = {"toothbrush", "towel", "pillow", "blanket", "mirror"}


def _spots(noun: lexicon.Noun) -> tuple[str, ...]:
    """Where a thing of this size may lie."""
    if noun.name in UNPLACED or noun.kind == "clothes":
        raise Unfit
    if noun.name in FLOOR:
        return ("spot_floor",) if noun.name in {"bag", "umbrella", "basket"} else ("spot_floor", "spot")
    return ("spot", "spot_small") if noun.name in SMALL or noun.kind == "stationery" else ("spot",)


def _looking(thing: Nominal) -> Nominal:
    """Only an adjective that tells things apart by sight belongs with a place."""
    if thing.adjective and not thing.adjective.predicate.startswith("=") and thing.adjective.english not in {"new", "old", "small"}:
        raise Unfit
    return thing


def existence(draw: Sampler) -> Existence:
    """There are three cups on the table."""
    kind = draw.pick(("thing", "thing", "building", "animal", "food"))
    if kind == "building":
        noun = draw.pick(lexicon.members("hotel+restaurant+museum+library+hospital+café+bakery+park+cinema+bank+swimming pool+pharmacy"))
        thing = Nominal(noun, "a", adjective=draw.adjective(noun, 0.2))
        place = draw.pick(lexicon.places_of(("nearby",)))
        if noun.name in place.english:
            raise Unfit
    elif kind == "animal":
        noun = draw.pick(lexicon.members("cat+dog+bird+rabbit+squirrel"))
        thing = draw.determined(noun, draw.pick(("a", "num")), s.HE, 0.0)
        place = draw.pick(lexicon.places_of(("outside",)))
    elif kind == "food":
        thing = draw.thing("fruit+vegetable+drink+snack+cheese+butter", ("as", "num", "many", "cup"), s.HE, 0.0)
        place = draw.pick(lexicon.places_of(("fridge",)))
    else:
        thing = _looking(draw.thing("pocket+stationery+ware+reading+clothes+toy", ("a", "num", "num", "many"), s.HE, 0.3))
        place = draw.pick(lexicon.places_of(_spots(thing.noun)))
        if thing.noun.name in place.english:
            raise Unfit
    plain = thing.determiner in {"a", "as", "bare"} and not thing.measure and not thing.adjective
    if plain and draw.chance(0.25):
        return Existence(thing, place, question=True)
    return Existence(thing, place, negative=plain and draw.chance(0.15))


def weather(draw: Sampler) -> Statement:
    """It will rain tomorrow in London."""
    frame = draw.pick(WEATHER_FRAMES)
    lasting = frame.tenses == "s"
    tense = draw.pick(("was", "was", "future", "state")) if lasting else draw.pick(("past", "future", "now"))
    place = draw.pick(lexicon.places_of(("city", "land"))) if draw.chance(0.7) else None
    if place and "centre" in place.english:
        raise Unfit
    wanted = {"was": "past", "past": "past", "future": "future", "state": "now", "now": "now"}[tense]
    sizes = "dmae" if wanted != "now" else "d"
    time = draw.pick([t for t in lexicon.times() if t.tense == wanted and t.size in sizes])
    if tense == "now" and not place:
        time_or_none = time
    else:
        time_or_none = time if tense != "now" or draw.chance(0.3) else None
    return Statement(Clause(s.WEATHER, Action(frame, {}, place), tense, draw.chance(0.1) and tense != "now", time_or_none,
                            draw.chance(0.4) and time_or_none is not None))  # fmt: skip


WEATHER_FRAMES = [
    lexicon.frame(f"{row} | - | - | - | {tense} | - | stative")
    for row, tense in (
        ("rain | pleuvoir | 下*雨", "hnpf"),
        ("snow | neiger | 下*雪", "hnpf"),
        ("be very cold | faire très froid | 很冷", "s"),
        ("be very hot | faire très chaud | 很热", "s"),
        ("be warm | faire doux | 很暖和", "s"),
        ("be windy | y avoir du vent | 刮风", "x"),
    )
    if tense != "x"
]


def age(draw: Sampler) -> Statement:
    """My niece is seven years old."""
    number = draw.pick(range(3, 13))
    subject = draw.pick((draw.kin(s.YOUNG), draw.pick(lexicon.names())))
    word = english.NUMBERS[number]
    chinese = "三四五六七八九十"[number - 3] if number < 11 else ("十一", "十二")[number - 11]
    from data.generator.french import NUMBERS

    frame = lexicon.frame(f"be {word} years old | avoir {NUMBERS[number]} ans | {chinese}岁 | person | - | - | s")
    return Statement(Clause(subject, Action(frame), "state"))


def price(draw: Sampler) -> Statement:
    """This coat costs forty euros."""
    numbers = (("twenty", "vingt", "二十"), ("thirty", "trente", "三十"), ("forty", "quarante", "四十"), ("fifty", "cinquante", "五十"),
               ("sixty", "soixante", "六十"), ("a hundred", "cent", "一百"), ("fifteen", "quinze", "十五"), ("twelve", "douze", "十二"),
               ("eighty", "quatre-vingts", "八十"), ("two hundred", "deux cents", "两百"), ("ninety", "quatre-vingt-dix", "九十"))  # fmt: skip
    en, fr, zh = draw.pick(numbers)
    frame = lexicon.frame(f"cost {en} euros | coûter {fr} euros | 要{zh}欧元 | person | - | - | s")
    noun = draw.pick(lexicon.members("clothes+footwear+watch+bag+umbrella+gift+lamp+toy+radio+dictionary"))
    thing = draw.determined(noun, draw.pick(("this", "the")), s.HE, 0.3)
    if thing.adjective and thing.adjective.english in {"cheap", "expensive"} or thing.plural and not noun.only_plural:
        raise Unfit
    return Statement(Clause(thing, Action(frame), "state"))


def yes_no(draw: Sampler) -> Question:
    """Do you like oranges?  Did your brother buy a car last year?"""
    if draw.chance(0.35):
        frame = FRAMES[draw.pick([n for n in _named("s") if n not in {"prefer", "afraid"}])]
        subject = draw.pick((s.YOU, s.YOU, draw.subject(frame.who)))
        clause = Clause(subject, draw.action(frame, subject, "state", 0.0, 0.1), "state")
    elif draw.chance(0.3):
        clause = replace(modal_clause(draw, draw.pick((s.WANT, s.CAN, s.WANT, s.SKILL)) if draw.chance(0.8) else s.PLAN))
        if isinstance(clause.predicate, Action) and clause.predicate.modal is s.SKILL:
            frame = FRAMES[draw.pick(_named("k"))]
            subject = draw.pick((s.YOU, draw.subject(frame.who)))
            clause = Clause(subject, replace(draw.action(frame, subject, "habit", 0.0), modal=s.SKILL), "state")
        clause = replace(clause, time_first=False, negative=False)
    else:
        clause = draw.clause(negated=0.0, timed=0.6)
        clause = replace(clause, time_first=False)
        if clause.tense == "used" or clause.adverb in {s.NEVER, s.RARELY}:
            raise Unfit
        if clause.tense == "already":
            raise Unfit
    if isinstance(clause.subject, Person) and clause.subject in {s.I, s.WE}:
        clause = _replace_subject(clause)
    if isinstance(clause.subject, Nominal) and clause.subject.determiner in {"every", "num"}:
        raise Unfit
    return Question(clause)


def _replace_subject(clause: Clause) -> Clause:
    if isinstance(clause.predicate, Action) and any(p == s.YOU for p in clause.predicate.slots.values()):
        raise Unfit
    return replace(clause, subject=s.YOU)


def where_when(draw: Sampler) -> Question:
    """Where did you buy this coat?  When will they visit the museum?"""
    word = draw.pick(("where", "when"))
    letters = {"where": "hp", "when": "pf"}[word]
    names = [n for n in _named(letters) if "*" in FRAMES[n].chinese and "把" not in FRAMES[n].chinese]
    if word == "where":
        names = [n for n in names if len(FRAMES[n].places) and not set(FRAMES[n].slots) & set("dl")] + ["live"] * 4
    frame = FRAMES[draw.pick(names)]
    subject = draw.pick((s.YOU, draw.subject(frame.who)))
    if subject == s.I or isinstance(subject, Nominal) and subject.determiner in {"every", "num"}:
        raise Unfit
    if frame.name == "live":
        tense = "state"
        frame = replace(frame, english="live", french="habiter", slots={})
    else:
        tense = "past" if word == "where" or "f" not in frame.tenses else draw.pick(("past", "future"))
    if frame.name.startswith(("a_", "b_")):
        raise Unfit
    if frame.name in {"eat", "drink", "eat_fruit"} | s.ACCIDENTS - {"lose", "find", "meet"}:
        raise Unfit
    action = draw.action(frame, subject, tense, 0.0, 0.15)
    thing = action.slots.get("o")
    if isinstance(thing, Nominal) and not thing.noun.mass and thing.determiner not in {"own", "gen", "the", "this"}:
        # One asks about a thing that both know.
        action = replace(action, slots=dict(action.slots) | {"o": Nominal(thing.noun, "this", thing.noun.only_plural)})
    clause = Clause(subject, action, tense)  # type: ignore[arg-type]
    if draw._odd_negation(clause.predicate) and word == "when":  # type: ignore[arg-type]
        raise Unfit
    if word == "where" and tense == "past" and draw.chance(0.3):
        clause = replace(clause, time=draw.time(frame, "past"))
    return Question(clause, word)


def why(draw: Sampler) -> Question:
    """Why didn't your sister come to school yesterday?"""
    clause = draw.clause(negated=0.7, placed=0.2)
    if clause.tense not in {"past", "now"} or clause.subject in {s.I, s.WE} or (clause.tense == "past" and not clause.negative and draw.chance(0.6)):
        raise Unfit
    if isinstance(clause.subject, Nominal) and clause.subject.determiner in {"every", "num"}:
        raise Unfit
    if isinstance(clause.predicate, Action) and (
        clause.predicate.frame.name in s.ACCIDENTS or clause.predicate.frame.name.startswith("a_")
    ):
        raise Unfit
    return Question(replace(clause, time_first=False), "why")


def what_who_many(draw: Sampler) -> Question:
    """What did Paul buy?  Who repaired the car?  How many apples did you eat?"""
    word = draw.pick(("what", "who", "who", "how many"))
    if word == "who":
        clause = draw.clause(negated=0.0)
        if clause.tense not in {"past", "now", "future"}:
            raise Unfit
        if isinstance(clause.predicate, Action) and (
            clause.predicate.frame.who not in {"person", "grown", "adults", "handy"}
            or any(isinstance(v, Nominal) and v.determiner == "own" for v in clause.predicate.slots.values())
            or "{own}" in clause.predicate.frame.english
            or any(isinstance(v, Person) and v.person == 3 for v in clause.predicate.slots.values())
        ):
            raise Unfit
        return Question(replace(clause, subject=WHO, time_first=False), "who")
    names = [n for n, f in FRAMES.items() if f.chinese.endswith("*{o}") and set(f.slots) == {"o"} and "p" in f.tenses]
    frame = FRAMES[draw.pick([n for n in names if f"{{o}}" in FRAMES[n].english and FRAMES[n].french.endswith(" {o}")])]
    asked = {"buy_food", "buy_clothes", "buy_thing", "buy_book", "eat", "read", "watch", "draw", "order_food", "choose", "plant"}
    counted = asked - {"watch", "plant"} | {"photo", "visit_place", "see_animal", "see_wild", "break"}
    if frame.name not in (asked | {"drink", "cook", "repair"} if word == "what" else counted):
        raise Unfit
    subject = draw.pick((s.YOU, s.YOU, draw.subject(frame.who)))
    if subject == s.I or isinstance(subject, Nominal) and subject.determiner in {"every", "num"}:
        raise Unfit
    action = draw.action(frame, subject, "past", 0.3, 0.0)
    thing = action.slots["o"]
    assert isinstance(thing, Nominal)
    if word == "how many":
        if thing.noun.mass or thing.noun.kind in {"furniture", "vehicle", "footwear", "house_room"} or thing.noun.name in {"house", "flat"}:
            raise Unfit
        action = replace(action, slots={"o": Nominal(thing.noun, "as", True)})
    time = draw.time(frame, "past") if draw.chance(0.4) else None
    return Question(Clause(subject, action, "past", time=time), word)


def command(draw: Sampler) -> Command:
    """Please close the window.  Don't forget to call your mother.  Let's go to the park."""
    form = draw.pick(("please", "please", "not", "remember", "together"))
    if form == "together":
        names = ["go_out", "go_out", "watch_tv", "watch", "play_game", "walk", "dinner", "visit_place", "swim", "camp", "make_cake", "make_meal",
                 "listen_music", "dance", "eat", "drink", "clean", "prepare_meal", "rest", "run", "play_with"]  # fmt: skip
        subject = s.WE
    elif form == "remember":
        names = sorted(s.DUTIES)
        subject = s.YOU
    else:
        names = _named("i")
        subject = s.YOU
    frame = FRAMES.get(draw.pick(names))
    if frame is None or frame.name == "dinner":
        raise Unfit
    action = draw.action(frame, subject, "past", 0.2, 0.2)
    people = [v for v in action.slots.values() if isinstance(v, Person)]
    if any(p.person == 2 or (form == "together" and p.person == 1) for p in people):
        raise Unfit
    if form in {"not", "remember"} and people or form == "please" and frame.name == "eat":
        raise Unfit
    if form == "not" and (frame.name not in {"open", "close", "turn_on", "turn_off", "eat", "put", "invite", "phone", "wash_clothes"}
                          or draw._odd_negation(action)):  # fmt: skip
        raise Unfit
    return Command(action, form)  # type: ignore[arg-type]


def enumeration(draw: Sampler) -> Statement:
    """My mother bought apples, pears and bread at the market."""
    frame = FRAMES[draw.pick(("buy_food", "buy_food", "eat", "buy_clothes", "buy_thing", "see_animal"))] \
        if draw.chance(0.7) else FRAMES["buy_food"]  # fmt: skip
    clause = draw.clause(frame, tense=draw.pick(("past", "past", "future", "going")) if "f" in frame.tenses else "past", negated=0.0, timed=0.6, placed=0.7)
    action = clause.predicate
    assert isinstance(action, Action)
    kinds, determiners = frame.slots["o"]
    items: list[NounPhrase] = []
    seen: set[str] = set()
    group = draw.pick(kinds.split("+")) if frame.name == "buy_thing" else kinds
    for _ in range(draw.pick((2, 3, 3, 4))):
        thing = draw.thing(group, determiners, clause.subject, 0.15)
        if thing.noun.name in seen or thing.determiner in {"this", "the"} and frame.name != "wash_clothes":
            raise Unfit
        seen.add(thing.noun.name)
        items.append(thing)
    return Statement(replace(clause, predicate=replace(action, slots={"o": Several(tuple(items))})))


def relative_person(draw: Sampler) -> Statement:
    """The woman who lives next to the hospital is a nurse."""
    noun = draw.pick(lexicon.members("adult+youngster"))
    plural = draw.chance(0.2)
    subject = Nominal(noun, "the", plural=plural)
    subject = replace(subject, relative=draw.relative_subject(noun, plural))
    choice = draw.chance(0.3)
    if choice and noun.kind == "adult" and not plural and noun.name not in {"student", "tourist", "customer", "old man", "old lady"}:
        return Statement(Clause(subject, Occupation(draw.pick(lexicon.members("profession"))), "state"))
    if draw.chance(0.35):
        adjectives = [a for a in lexicon.adjectives().values() if noun.name in a.predicate_kinds]
        return Statement(Clause(subject, Quality(draw.pick(adjectives), draw.pick((None, VERY, REALLY))), "state"))
    if subject.relative and subject.relative.clause.tense == "now":
        raise Unfit
    frame = FRAMES[draw.pick([n for n in _named("p") if FRAMES[n].who in {"person", "grown"}])]
    if noun.kind == "youngster" and frame.who == "grown":
        raise Unfit
    return Statement(draw.clause(frame, subject, "past", negated=0.1))


def relative_thing(draw: Sampler) -> Statement:
    """I lost the book that my brother bought last week."""
    names = [n for n in _named("p") if set(FRAMES[n].slots) in ({"o"}, {"o", "r"}) and FRAMES[n].name not in {"a_eat", "a_drink"}]
    frame = FRAMES[draw.pick(names)]
    subject = draw.subject("people" if frame.who == "person" else frame.who)
    clause = draw.clause(frame, subject, tense=draw.pick(("past", "past", "already")), negated=0.15, timed=0.15, placed=0.2)
    action = clause.predicate
    assert isinstance(action, Action)
    thing = action.slots["o"]
    assert isinstance(thing, Nominal)
    if thing.noun.mass or thing.noun.kind in {"fixture", "lighting", "house_room", "transport"} or frame.name in {"see_animal", "buy_big", "photo", "design", "publish"}:
        raise Unfit
    if frame.name.startswith("buy") or frame.name in {"pay", "borrow", "order_food", "receive", "choose", "break_leg", "cook", "make_cake", "draw", "paint_pic"}:
        raise Unfit
    described = Nominal(thing.noun, "the", thing.plural and thing.determiner in {"as", "the", "num"} or thing.noun.only_plural,
                        adjective=thing.adjective if draw.chance(0.5) else None)  # fmt: skip
    relation = draw.relative_object(thing.noun, clause.subject)
    if isinstance(relation.clause.predicate, Action) and relation.clause.predicate.frame == frame:
        raise Unfit
    if "r" in action.slots and not isinstance(action.slots["r"], Person):
        raise Unfit  # to whom, the relative clause or the main one?
    described = replace(described, relative=relation)
    slots = dict(action.slots) | {"o": described}
    return Statement(replace(clause, predicate=replace(action, slots=slots, place=None), time=None if relation.clause.time else clause.time, time_first=False))


def contrast(draw: Sampler) -> Joined:
    """Paul likes coffee, but his sister prefers tea ... ; my father is reading, and my mother is cooking."""
    if draw.chance(0.5):
        frame = FRAMES[draw.pick(("like_food", "like_drink", "like_gen", "hate_food"))]
        one, two = draw.subject("person"), draw.subject("person")
        if one == two or isinstance(one, Nominal) and one.determiner in {"every", "all", "num"}:
            raise Unfit
        if isinstance(two, Nominal) and two.determiner in {"every", "all", "num"} or _confusing(one, two):
            raise Unfit
        first = draw.action(frame, one, "state", 0.0)
        second = draw.action(frame, two, "state", 0.0)
        kinds = [action.slots["o"].noun.kind for action in (first, second)]  # type: ignore[union-attr]
        if first.slots == second.slots or kinds[0] != kinds[1]:
            raise Unfit
        return Joined(draw.pick(("but", "whereas", "and")), Clause(one, first, "state"), Clause(two, second, "state"))
    tense = draw.pick(("past", "now", "future"))
    letter = {"past": "p", "now": "n", "future": "f"}[tense]
    names = [n for n in draw.pick(TOPICS) if letter in FRAMES[n].tenses]
    one_frame, two_frame = FRAMES[draw.pick(names)], FRAMES[draw.pick(names)]
    a = draw.clause(one_frame, draw.subject("people"), tense=tense, negated=0.0, timed=0.6, placed=0.3)  # type: ignore[arg-type]
    b = draw.clause(two_frame, draw.subject("people"), tense=tense, negated=0.0, timed=0.0, placed=0.3)  # type: ignore[arg-type]
    if one_frame == two_frame and (not one_frame.slots or _slot_nouns(a) & _slot_nouns(b)):
        raise Unfit
    if _confusing(a.subject, b.subject):
        raise Unfit
    if a.time and a.time.size == "l" or a.time and a.time.size not in two_frame.times:
        raise Unfit
    a = replace(a, time_first=a.time is not None)
    return Joined(draw.pick(("and", "and", "whereas")), a, b)


# What may be said of two people in one breath.
TOPICS = (
    ("buy_food", "buy_clothes", "buy_thing", "buy_book", "buy_for", "choose"),
    ("wash_dishes", "laundry", "clean", "prepare_meal", "tidy", "iron", "wash_clothes", "water_plants", "cook", "feed"),
    ("watch", "read", "listen_music", "play_game", "play_chess", "play_cards", "play_instr", "walk", "go_out", "dance", "draw"),
    ("travel", "go_far", "go_train", "camp", "visit_place", "book_room", "buy_big"),
    ("order_food", "eat", "drink", "eat_fruit"),
    ("write_mail", "phone", "visit", "invite", "send"),
)


def _slot_nouns(clause: Clause) -> set[str]:
    assert isinstance(clause.predicate, Action)
    return {value.noun.name for value in clause.predicate.slots.values() if isinstance(value, Nominal)}


def _confusing(one: NounPhrase, two: NounPhrase) -> bool:
    """The same person twice, or two pronouns of the third person."""
    if one == two:
        return True
    if isinstance(one, Person) and isinstance(two, Person) and one.person == two.person:
        return True
    third = [isinstance(p, Person) and p.person == 3 for p in (one, two)]
    if any(third):
        return True
    for p in (one, two):
        if isinstance(p, Nominal) and p.determiner in {"every", "all", "num"}:
            return True
        if isinstance(p, Nominal) and p.owner in {s.HE, s.SHE, s.THEY}:
            return True
    return isinstance(one, Nominal) and isinstance(two, Nominal) and one.noun == two.noun


def meanwhile(draw: Sampler) -> Joined:
    """While my mother was cooking, my father was reading the newspaper."""
    names = [n for n in _named("n") if FRAMES[n].who in {"person", "grown", "adults", "reader"}
             and ("home" in FRAMES[n].places or n in {"clean", "laundry", "tidy", "pack", "water_plants"})]  # fmt: skip
    one, two = FRAMES[draw.pick(names)], FRAMES[draw.pick(names)]
    if one == two:
        raise Unfit
    a = draw.clause(one, draw.subject("people"), tense="now", negated=0.0, timed=0.0, placed=0.4)
    b = draw.clause(two, draw.subject("people"), tense="now", negated=0.0, timed=0.0, placed=0.4)
    if _confusing(a.subject, b.subject):
        raise Unfit
    a, b = (replace(clause, tense="was", predicate=_homely(clause.predicate)) for clause in (a, b))
    return Joined(draw.pick(("while_first", "while_first", "while")), a, b)


def interrupted(draw: Sampler) -> Joined:
    """When I came home, my brother was watching television."""
    came = draw.pick(ARRIVALS)
    one = draw.subject("people")
    names = [n for n in _named("n") if FRAMES[n].who in {"person", "grown", "adults", "reader"} and ("home" in FRAMES[n].places or n in {"clean", "tidy"})]
    b = draw.clause(FRAMES[draw.pick(names)], draw.subject("people"), tense="now", negated=0.0, timed=0.0, placed=0.3)
    if _confusing(one, b.subject):
        raise Unfit
    return Joined("when_first", Clause(one, Action(came), "past"), replace(b, tense="was", predicate=_homely(b.predicate)))


def _homely(said: Predicate) -> Predicate:
    """Two people at the same time: in the house, or the place stays unsaid."""
    if isinstance(said, Action) and said.place and not said.place.kinds & {"home", "outside", "bedroom", "bath"}:
        return replace(said, place=None)
    return said


ARRIVALS = [
    lexicon.frame(row)
    for row in (
        "come home | rentrer à la maison | 回到家",
        "arrive | arriver | 到",
        "open the door | ouvrir la porte | 打开门",
        "enter the room | entrer dans la pièce | 走进房间",
        "wake up | se réveiller | 醒来",
        "call | téléphoner | 打电话",
    )
]


def reported(draw: Sampler) -> Reported:
    """I think that my sister will buy a car next year."""
    verb = draw.pick(("say", "think", "know", "hope", "believe", "sure", "hear", "say", "think"))
    speaker = s.I if verb == "hear" else draw.subject("people")
    if speaker in {s.I, s.YOU} and verb == "say":
        raise Unfit
    if isinstance(speaker, Nominal) and speaker.determiner in {"every", "all", "num"}:
        raise Unfit
    if verb in {"think", "hope", "believe", "sure"}:
        content = draw.clause(negated=0.15)
        if content.tense not in {"future", "going"} or (verb == "hope" and content.tense != "future"):
            raise Unfit
    elif draw.chance(0.4):
        subject, said = _quality_of_thing(draw)
        content = Clause(subject, said, "state")
    else:
        content = draw.clause(negated=0.1)
        if content.tense in {"now", "used"} or content.adverb == s.NEVER:
            raise Unfit
    if _confusing(speaker, content.subject) and speaker != content.subject or verb == "hear" and content.subject in {s.I, s.WE}:
        raise Unfit
    if isinstance(content.subject, Person) and content.subject.person == speaker_person(speaker):
        raise Unfit
    return Reported(speaker, verb, replace(content, time_first=False))


def speaker_person(speaker: NounPhrase) -> int:
    """1, 2 or 3; a noun is the third person."""
    return speaker.person if isinstance(speaker, Person) else 3


def before(draw: Sampler) -> Before:
    """She always brushes her teeth before going to bed."""
    later, firsts = draw.pick(BEFORE)
    frame = FRAMES[draw.pick(firsts)]
    subject = draw.subject(frame.who)
    if isinstance(subject, Nominal) and subject.determiner in {"every", "all", "num"}:
        raise Unfit
    tense = draw.pick(("past", "past", "future", "habit"))
    if tense == "future" and "f" not in frame.tenses or tense == "habit" and "h" not in frame.tenses:
        tense = "past"
    action = draw.action(frame, subject, tense, 0.2)
    adverb = draw.pick((s.ALWAYS, s.OFTEN, s.SOMETIMES)) if tense == "habit" else None
    return Before(Clause(subject, action, tense, adverb=adverb), later)  # type: ignore[arg-type]


BEFORE = [
    (Action(lexicon.frame(row)), names.split())
    for row, names in (
        ("go to bed | se coucher | 睡觉", "teeth read listen_music phone turn_off watch_tv shower homework close write_mail drink watch wash_dishes"),
        ("go to work | aller au travail | 上班", "breakfast walk_dog shower read_paper feed water_plants drink"),
        ("go to school | aller à l'école | 上学", "breakfast teeth feed homework shower"),
        ("leave the house | quitter la maison | 出门", "close turn_off feed phone water_plants tidy wash_dishes"),
        ("eat | manger | 吃饭", "hands"),
        ("have dinner | dîner | 吃晚饭", "homework play_game water_plants walk_dog phone tidy"),
    )
]  # fmt: skip

Family = Callable[[Sampler], Sentence]
FAMILIES: list[tuple[int, Family]] = [
    (200, statement), (60, stative), (90, modal), (35, liking), (55, quality), (40, quality_relative), (14, mood),
    (30, comparison), (22, occupation), (26, location), (28, existence), (14, weather), (5, age), (8, price),
    (50, yes_no), (24, where_when), (20, why), (24, what_who_many), (35, command), (45, enumeration),
    (45, relative_person), (45, relative_thing), (50, contrast), (40, meanwhile), (22, interrupted), (40, reported),
    (20, before), *STORY_FAMILIES,
]  # fmt: skip


def draw_sentence(draw: Sampler) -> Sentence:
    """One sentence of a family drawn by weight; tries until one is natural."""
    families = [family for weight, family in FAMILIES for _ in range(weight)]
    family = draw.pick(families)
    while True:
        try:
            return family(draw)
        except Unfit:
            continue
