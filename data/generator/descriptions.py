"""What something is like, where it is, what it costs; what the weather is like."""

from __future__ import annotations

from dataclasses import replace

from data.generator import choices, english, french, lexicon
from data.generator.sampler import Sampler, UnfitError
from data.generator.syntax import (
    Action,
    Clause,
    Degree,
    Existence,
    Location,
    Nominal,
    NounPhrase,
    Occupation,
    Quality,
    Question,
    Sentence,
    Statement,
    Tense,
)

FRAMES = lexicon.frames()


VERY = Degree("very", "très", "非常")


TOO = Degree("too", "trop", "太", "了")


REALLY = Degree("really", "vraiment", "真的很")


A_BIT = Degree("a bit", "un peu", "有点")


TOO_MUCH = {
    "big",
    "small",
    "expensive",
    "heavy",
    "old",
    "long",
    "short",
    "difficult",
    "boring",
    "dirty",
}


MOODS = (
    "happy",
    "tired",
    "busy",
    "sad",
    "angry",
    "worried",
    "surprised",
    "nervous",
    "disappointed",
)


def quality_of_thing(draw: Sampler, relative: bool = False) -> tuple[Nominal, Quality]:
    adjective = draw.pick([a for a in lexicon.adjectives().values() if a.predicate_kinds])
    noun = draw.pick([n for n in lexicon.nouns().values() if n.name in adjective.predicate_kinds])
    kind = noun.kind
    if kind in {"kin", "kin_group"}:
        subject = draw.kin((noun.name,))
    elif kind == "friend":
        subject = Nominal(noun, "my", owner=draw.pick(choices.PRONOUNS))
    elif kind == "profession":
        subject = Nominal(noun, "the")
    elif kind in {"adult", "youngster", "baby"}:
        subject = Nominal(
            noun, draw.pick(("the", "this")), plural=kind == "youngster" and draw.chance(0.3)
        )
    elif kind in {"pet"}:
        subject = Nominal(noun, "my", owner=draw.owner())
    elif kind == "wild_animal":
        subject = Nominal(noun, "gen", plural=True)
    elif noun.mass:
        subject = Nominal(noun, "gen" if kind in {"subject", "language"} else "the")
    elif kind in {"clothes", "footwear", "pocket"}:
        subject = draw.determined(
            noun, draw.pick(("the", "this", "my")), draw.pick(choices.PRONOUNS), 0.0
        )
    else:
        subject = draw.determined(noun, draw.pick(("the", "this")), choices.HE, 0.0)
    if subject.noun.kind in {"house_room", "fixture"}:
        subject = replace(subject, determiner="this" if subject.determiner == "this" else "the")
    if noun.name == "lemon" and adjective.english in {"delicious", "sweet"}:
        raise UnfitError
    degree = draw.pick((None, VERY, VERY, REALLY, TOO, A_BIT))
    if degree in {TOO, A_BIT} and adjective.english not in TOO_MUCH:
        degree = VERY
    if adjective.predicate.startswith("=") or (
        adjective.english in {"delicious", "famous"} and degree != REALLY
    ):
        degree = None
    return subject, Quality(adjective, degree)


def quality(draw: Sampler) -> Statement:
    """This coat is too expensive."""
    subject, said = quality_of_thing(draw)
    negative = draw.chance(0.2)
    if negative and said.degree:
        said = replace(said, degree=VERY if said.degree == VERY else None)
    return Statement(Clause(subject, said, "state", negative))


def mood(draw: Sampler) -> Statement:
    """My brother is very tired today."""
    subject = draw.subject("person")
    many = isinstance(subject, Nominal) and subject.determiner in {"every", "all", "num"}
    if many:
        raise UnfitError
    adjective = lexicon.adjectives()[draw.pick(MOODS)]
    degree = (
        draw.pick((None, VERY, REALLY, A_BIT))
        if adjective.english != "happy"
        else draw.pick((None, VERY))
    )
    negative = draw.chance(0.15)
    return Statement(
        Clause(subject, Quality(adjective, None if negative else degree), "state", negative)
    )


def comparison(draw: Sampler) -> Statement:
    """Paul is taller than his brother; this bag is heavier than that suitcase."""
    if draw.chance(0.5):
        names = (
            "tall",
            "young",
            "clever",
            "hard-working",
            "patient",
            "kind",
            "busy",
            "brave",
            "shy",
            "polite",
        )
        first: NounPhrase = draw.person(
            draw.pick(lexicon.names()), draw.kin(), draw.pick(choices.PRONOUNS)
        )
        if english.is_plural(first):
            raise UnfitError
        second = draw.companion("benefit", first)
        if isinstance(second, Nominal) and second.plural:
            raise UnfitError
        adjective = lexicon.adjectives()[draw.pick(names)]
    else:
        adjective = draw.pick(
            [
                a
                for a in lexicon.adjectives().values()
                if a.predicate_kinds and not a.predicate.startswith("=")
            ]
        )
        kinds = (
            "clothes",
            "gadget",
            "furniture",
            "reading",
            "show",
            "house_room",
            "fruit",
            "vehicle",
            "language",
            "subject",
        )
        kind = draw.pick(kinds)
        found = [n for n in lexicon.members(kind) if n.name in adjective.predicate_kinds]
        one, two = draw.pick(found), draw.pick(found)
        if one == two:
            raise UnfitError
        if kind in {"language", "subject", "fruit"}:
            plural = kind == "fruit"
            first, second = Nominal(one, "gen", plural), Nominal(two, "gen", plural)
        else:
            first, second = Nominal(one, "this"), Nominal(two, "that")
    return Statement(
        Clause(first, Quality(adjective, than=second, equal=draw.chance(0.3)), "state")
    )


def occupation(draw: Sampler) -> Statement:
    """My aunt is an engineer in a big company."""
    subject = draw.person(
        draw.pick(lexicon.names()), draw.kin(), draw.pick((choices.HE, choices.SHE)), draw.kin()
    )
    if english.is_plural(subject):
        raise UnfitError
    if isinstance(subject, Nominal) and subject.noun.name in choices.YOUNG[:4]:
        raise UnfitError
    noun = draw.pick(lexicon.members("profession"))
    if noun.name in {"postman", "waiter"} and english.pronoun(subject, 0) == "she":
        raise UnfitError
    if draw.chance(0.35):
        young = draw.person(draw.pick(lexicon.names()), draw.kin(choices.YOUNG))
        if noun.name in {"postman", "waiter"}:
            raise UnfitError
        frame = _become(noun, english.pronoun(young, 0) == "she")
        return Statement(
            Clause(
                young,
                Action(frame, modal=draw.pick((choices.WANT, choices.WOULD_LIKE, choices.HOPE))),
                "state",
            )
        )
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
            raise UnfitError
    else:
        subject = draw.determined(
            draw.pick(lexicon.members("pocket+stationery+ware+reading+gadgetlend")),
            draw.pick(("the", "my", "my")),
            choices.HE,
            0.2,
        )
        subject = _looking(subject)
        if subject.noun.name == "bicycle":
            raise UnfitError
        place = draw.pick(lexicon.places_of(_spots(subject.noun)))
        if ("table" in place.english and subject.noun.name == "box") or (
            "box" in place.english and subject.noun.name == "box"
        ):
            raise UnfitError
    clause = Clause(subject, Location(place), "state", draw.chance(0.12))
    if draw.chance(0.3):
        return Question(replace(clause, negative=False), draw.pick(("where", "")))
    return Statement(clause)


FLOOR = {"bag", "box", "umbrella", "basket", "toy", "doll", "ball", "book"}


SMALL = {"key", "wallet", "phone", "passport", "watch", "ring", "candle", "ticket"}


UNPLACED = {"story", "poem", "article", "toothbrush", "towel", "pillow", "blanket", "mirror"}


def _spots(noun: lexicon.Noun) -> tuple[str, ...]:
    """Where a thing of this size may lie."""
    if noun.name in UNPLACED or noun.kind == "clothes":
        raise UnfitError
    if noun.name in FLOOR:
        return (
            ("spot_floor",)
            if noun.name in {"bag", "umbrella", "basket"}
            else ("spot_floor", "spot")
        )
    return ("spot", "spot_small") if noun.name in SMALL or noun.kind == "stationery" else ("spot",)


def _looking(thing: Nominal) -> Nominal:
    """Only an adjective that tells things apart by sight belongs with a place."""
    if (
        thing.adjective
        and not thing.adjective.predicate.startswith("=")
        and thing.adjective.english not in {"new", "old", "small"}
    ):
        raise UnfitError
    return thing


def existence(draw: Sampler) -> Existence:
    """There are three cups on the table."""
    kind = draw.pick(("thing", "thing", "building", "animal", "food"))
    if kind == "building":
        noun = draw.pick(
            lexicon.members(
                "hotel+restaurant+museum+library+hospital+café+bakery+park+cinema+bank"
                "+swimming pool+pharmacy"
            )
        )
        thing = Nominal(noun, "a", adjective=draw.adjective(noun, 0.2))
        place = draw.pick(lexicon.places_of(("nearby",)))
        if noun.name in place.english:
            raise UnfitError
    elif kind == "animal":
        noun = draw.pick(lexicon.members("cat+dog+bird+rabbit+squirrel"))
        thing = draw.determined(noun, draw.pick(("a", "num")), choices.HE, 0.0)
        place = draw.pick(lexicon.places_of(("outside",)))
    elif kind == "food":
        thing = draw.thing(
            "fruit+vegetable+drink+snack+cheese+butter",
            ("as", "num", "many", "cup"),
            choices.HE,
            0.0,
        )
        place = draw.pick(lexicon.places_of(("fridge",)))
    else:
        thing = _looking(
            draw.thing(
                "pocket+stationery+ware+reading+clothes+toy",
                ("a", "num", "num", "many"),
                choices.HE,
                0.3,
            )
        )
        place = draw.pick(lexicon.places_of(_spots(thing.noun)))
        if thing.noun.name in place.english:
            raise UnfitError
    plain = thing.determiner in {"a", "as", "bare"} and not thing.measure and not thing.adjective
    if plain and draw.chance(0.25):
        return Existence(thing, place, question=True)
    return Existence(thing, place, negative=plain and draw.chance(0.15))


def weather(draw: Sampler) -> Statement:
    """It will rain tomorrow in London."""
    frame = draw.pick(WEATHER_FRAMES)
    lasting = frame.tenses == "s"
    tenses: tuple[Tense, ...] = ("was", "was", "future", "state")
    tense = draw.pick(tenses if lasting else ("past", "future", "now"))
    place = draw.pick(lexicon.places_of(("city", "land"))) if draw.chance(0.7) else None
    if place and "centre" in place.english:
        raise UnfitError
    wanted = {"was": "past", "past": "past", "future": "future", "state": "now", "now": "now"}[
        tense
    ]
    sizes = "dmae" if wanted != "now" else "d"
    time = draw.pick([t for t in lexicon.times() if t.tense == wanted and t.size in sizes])
    optional = tense == "now" and place is not None
    time_or_none = time if not optional or draw.chance(0.3) else None
    return Statement(
        Clause(
            choices.WEATHER,
            Action(frame, {}, place),
            tense,
            draw.chance(0.1) and tense != "now",
            time_or_none,
            draw.chance(0.4) and time_or_none is not None,
        )
    )


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
    subject = draw.person(draw.kin(choices.YOUNG), draw.pick(lexicon.names()))
    word = english.NUMBERS[number]
    chinese = "三四五六七八九十"[number - 3] if number < 11 else ("十一", "十二")[number - 11]
    row = f"be {word} years old | avoir {french.NUMBERS[number]} ans | {chinese}岁"
    frame = lexicon.frame(f"{row} | person | - | - | s")
    return Statement(Clause(subject, Action(frame), "state"))


def price(draw: Sampler) -> Statement:
    """This coat costs forty euros."""
    numbers = (
        ("twenty", "vingt", "二十"),
        ("thirty", "trente", "三十"),
        ("forty", "quarante", "四十"),
        ("fifty", "cinquante", "五十"),
        ("sixty", "soixante", "六十"),
        ("a hundred", "cent", "一百"),
        ("fifteen", "quinze", "十五"),
        ("twelve", "douze", "十二"),
        ("eighty", "quatre-vingts", "八十"),
        ("two hundred", "deux cents", "两百"),
        ("ninety", "quatre-vingt-dix", "九十"),
    )
    en, fr, zh = draw.pick(numbers)
    frame = lexicon.frame(f"cost {en} euros | coûter {fr} euros | 要{zh}欧元 | person | - | - | s")
    noun = draw.pick(
        lexicon.members("clothes+footwear+watch+bag+umbrella+gift+lamp+toy+radio+dictionary")
    )
    thing = draw.determined(noun, draw.pick(("this", "the")), choices.HE, 0.3)
    if (thing.adjective and thing.adjective.english in {"cheap", "expensive"}) or (
        thing.plural and not noun.only_plural
    ):
        raise UnfitError
    return Statement(Clause(thing, Action(frame), "state"))
