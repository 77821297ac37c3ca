"""Sentences of several clauses: relative clauses, contrasts, reports, two things at a time."""

from __future__ import annotations

from dataclasses import replace

from data.generator import choices, lexicon
from data.generator.descriptions import REALLY, VERY, quality_of_thing
from data.generator.people import confusing
from data.generator.sampler import Sampler, UnfitError
from data.generator.statements import named
from data.generator.syntax import (
    Action,
    Before,
    Clause,
    Joined,
    Nominal,
    NounPhrase,
    Occupation,
    Person,
    Predicate,
    Quality,
    Reported,
    Statement,
    Tense,
)

FRAMES = lexicon.frames()


def quality_relative(draw: Sampler) -> Statement:
    """The film that we watched yesterday was very boring; the book that I bought is interesting."""
    subject, said = quality_of_thing(draw)
    if subject.noun.mass or subject.noun.kind in {"kin", "profession", "wild_animal", "pet"}:
        raise UnfitError
    subject = replace(subject, determiner="the", owner=None)
    if subject.noun.kind in {"adult", "youngster"}:
        described = replace(subject, relative=draw.relative_subject(subject.noun, subject.plural))
    else:
        described = replace(subject, relative=draw.relative_object(subject.noun, choices.HE))
    return Statement(Clause(described, said, "state"))


def relative_person(draw: Sampler) -> Statement:
    """The woman who lives next to the hospital is a nurse."""
    noun = draw.pick(lexicon.members("adult+youngster"))
    plural = draw.chance(0.2)
    subject = Nominal(noun, "the", plural=plural)
    subject = replace(subject, relative=draw.relative_subject(noun, plural))
    choice = draw.chance(0.3)
    if (
        choice
        and noun.kind == "adult"
        and not plural
        and noun.name not in {"student", "tourist", "customer", "old man", "old lady"}
    ):
        job = draw.pick(lexicon.members("profession"))
        if job.name in {"postman", "waiter"} and noun.gender == "f":
            raise UnfitError
        return Statement(Clause(subject, Occupation(job), "state"))
    if draw.chance(0.35):
        adjectives = [a for a in lexicon.adjectives().values() if noun.name in a.predicate_kinds]
        return Statement(
            Clause(
                subject, Quality(draw.pick(adjectives), draw.pick((None, VERY, REALLY))), "state"
            )
        )
    if subject.relative and subject.relative.clause.tense == "now":
        raise UnfitError
    frame = FRAMES[draw.pick([n for n in named("p") if FRAMES[n].who in {"person", "grown"}])]
    if noun.kind == "youngster" and frame.who == "grown":
        raise UnfitError
    return Statement(draw.clause(frame, subject, "past", negated=0.1))


def relative_thing(draw: Sampler) -> Statement:
    """I lost the book that my brother bought last week."""
    names = [
        n
        for n in named("p")
        if set(FRAMES[n].slots) in ({"o"}, {"o", "r"})
        and FRAMES[n].name not in {"a_eat", "a_drink"}
    ]
    frame = FRAMES[draw.pick(names)]
    subject = draw.subject("people" if frame.who == "person" else frame.who)
    clause = draw.clause(
        frame,
        subject,
        tense=draw.pick(("past", "past", "already")),
        negated=0.15,
        timed=0.15,
        placed=0.2,
    )
    action = clause.predicate
    assert isinstance(action, Action)
    thing = action.slots["o"]
    assert isinstance(thing, Nominal)
    if (
        thing.noun.mass
        or thing.noun.kind in {"fixture", "lighting", "house_room", "transport"}
        or frame.name in {"see_animal", "buy_big", "photo", "design", "publish"}
    ):
        raise UnfitError
    if frame.name.startswith("buy") or frame.name in {
        "pay",
        "book_room",
        "borrow",
        "order_food",
        "receive",
        "choose",
        "break_leg",
        "cook",
        "make_cake",
        "draw",
        "paint_pic",
    }:
        raise UnfitError
    described = Nominal(
        thing.noun,
        "the",
        (thing.plural and thing.determiner in {"as", "the", "num"}) or thing.noun.only_plural,
        adjective=thing.adjective if draw.chance(0.5) else None,
    )
    relation = draw.relative_object(thing.noun, clause.subject)
    if isinstance(relation.clause.predicate, Action) and relation.clause.predicate.frame == frame:
        raise UnfitError
    if "r" in action.slots and not isinstance(action.slots["r"], Person):
        raise UnfitError  # to whom, the relative clause or the main one?
    described = replace(described, relative=relation)
    slots = dict(action.slots) | {"o": described}
    return Statement(
        replace(
            clause,
            predicate=replace(action, slots=slots, place=None),
            time=None if relation.clause.time else clause.time,
            time_first=False,
        )
    )


def contrast(draw: Sampler) -> Joined:
    """Paul likes tea, but I like coffee; my father is reading, and my mother is cooking."""
    if draw.chance(0.5):
        frame = FRAMES[draw.pick(("like_food", "like_drink", "like_gen", "hate_food"))]
        one, two = draw.subject("person"), draw.subject("person")
        if one == two or (isinstance(one, Nominal) and one.determiner in {"every", "all", "num"}):
            raise UnfitError
        if (isinstance(two, Nominal) and two.determiner in {"every", "all", "num"}) or confusing(
            one, two
        ):
            raise UnfitError
        first = draw.action(frame, one, "state", 0.0)
        second = draw.action(frame, two, "state", 0.0)
        kinds = [action.slots["o"].noun.kind for action in (first, second)]  # type: ignore[union-attr]
        if first.slots == second.slots or kinds[0] != kinds[1]:
            raise UnfitError
        return Joined(
            draw.pick(("but", "whereas", "and")),
            Clause(one, first, "state"),
            Clause(two, second, "state"),
        )
    tense: Tense = draw.pick(("past", "now", "future"))
    letter = {"past": "p", "now": "n", "future": "f"}[tense]
    names = [n for n in draw.pick(TOPICS) if letter in FRAMES[n].tenses]
    one_frame, two_frame = FRAMES[draw.pick(names)], FRAMES[draw.pick(names)]
    a = draw.clause(
        one_frame, draw.subject("people"), tense=tense, negated=0.0, timed=0.6, placed=0.3
    )
    b = draw.clause(
        two_frame, draw.subject("people"), tense=tense, negated=0.0, timed=0.0, placed=0.3
    )
    if one_frame == two_frame and (not one_frame.slots or _slot_nouns(a) & _slot_nouns(b)):
        raise UnfitError
    if confusing(a.subject, b.subject):
        raise UnfitError
    if (a.time and a.time.size == "l") or (a.time and a.time.size not in two_frame.times):
        raise UnfitError
    a = replace(a, time_first=a.time is not None)
    return Joined(draw.pick(("and", "and", "whereas")), a, b)


# What may be said of two people in one breath.
TOPICS = (
    ("buy_food", "buy_clothes", "buy_thing", "buy_book", "buy_for", "choose"),
    (
        "wash_dishes",
        "laundry",
        "clean",
        "prepare_meal",
        "tidy",
        "iron",
        "wash_clothes",
        "water_plants",
        "cook",
        "feed",
    ),
    (
        "watch",
        "read",
        "listen_music",
        "play_game",
        "play_chess",
        "play_cards",
        "play_instr",
        "walk",
        "go_out",
        "dance",
        "draw",
    ),
    ("travel", "go_far", "go_train", "camp", "visit_place", "book_room", "buy_big"),
    ("order_food", "eat", "drink", "eat_fruit"),
    ("write_mail", "phone", "visit", "invite", "send"),
)


def _slot_nouns(clause: Clause) -> set[str]:
    assert isinstance(clause.predicate, Action)
    return {
        value.noun.name for value in clause.predicate.slots.values() if isinstance(value, Nominal)
    }


def meanwhile(draw: Sampler) -> Joined:
    """While my mother was cooking, my father was reading the newspaper."""
    names = [
        n
        for n in named("n")
        if n != "breakfast"
        and FRAMES[n].who in {"person", "grown", "adults", "reader"}
        and (
            "home" in FRAMES[n].places or n in {"clean", "laundry", "tidy", "pack", "water_plants"}
        )
    ]
    one, two = FRAMES[draw.pick(names)], FRAMES[draw.pick(names)]
    if one == two:
        raise UnfitError
    a = draw.clause(one, draw.subject("people"), tense="now", negated=0.0, timed=0.0, placed=0.4)
    b = draw.clause(two, draw.subject("people"), tense="now", negated=0.0, timed=0.0, placed=0.4)
    if confusing(a.subject, b.subject):
        raise UnfitError
    a, b = (replace(clause, tense="was", predicate=_homely(clause.predicate)) for clause in (a, b))
    return Joined(draw.pick(("while_first", "while_first", "while")), a, b)


def interrupted(draw: Sampler) -> Joined:
    """When I came home, my brother was watching television."""
    came = draw.pick(ARRIVALS)
    one = draw.subject("people")
    names = [
        n
        for n in named("n")
        if n != "breakfast"
        and FRAMES[n].who in {"person", "grown", "adults", "reader"}
        and ("home" in FRAMES[n].places or n in {"clean", "tidy"})
    ]
    b = draw.clause(
        FRAMES[draw.pick(names)],
        draw.subject("people"),
        tense="now",
        negated=0.0,
        timed=0.0,
        placed=0.3,
    )
    if confusing(one, b.subject):
        raise UnfitError
    return Joined(
        "when_first",
        Clause(one, Action(came), "past"),
        replace(b, tense="was", predicate=_homely(b.predicate)),
    )


def _homely(said: Predicate) -> Predicate:
    """Two people at the same time: in the house, or the place stays unsaid."""
    if (
        isinstance(said, Action)
        and said.place
        and not said.place.kinds & {"home", "outside", "bedroom", "bath"}
    ):
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
    speaker = choices.I if verb == "hear" else draw.subject("people")
    if speaker in {choices.I, choices.YOU} and verb == "say":
        raise UnfitError
    if isinstance(speaker, Nominal) and speaker.determiner in {"every", "all", "num"}:
        raise UnfitError
    if verb in {"think", "hope", "believe", "sure"}:
        content = draw.clause(negated=0.15)
        if content.tense not in {"future", "going"} or (
            verb == "hope" and content.tense != "future"
        ):
            raise UnfitError
    elif draw.chance(0.4):
        subject, said = quality_of_thing(draw)
        content = Clause(subject, said, "state")
    else:
        content = draw.clause(negated=0.1)
        if content.tense in {"now", "used"} or content.adverb == choices.NEVER:
            raise UnfitError
    if (confusing(speaker, content.subject) and speaker != content.subject) or (
        verb == "hear" and content.subject in {choices.I, choices.WE}
    ):
        raise UnfitError
    if isinstance(content.subject, Person) and content.subject.person == speaker_person(speaker):
        raise UnfitError
    if (
        isinstance(content.subject, Nominal)
        and content.subject.owner == choices.I
        and verb == "hear"
    ):
        raise UnfitError
    if isinstance(content.subject, Nominal) and content.subject.determiner == "that":
        raise UnfitError  # she says that that boy ...
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
        raise UnfitError
    tense = draw.pick(("past", "past", "future", "habit"))
    if (tense == "future" and "f" not in frame.tenses) or (
        tense == "habit" and "h" not in frame.tenses
    ):
        tense = "past"
    action = draw.action(frame, subject, tense, 0.2)
    adverb = (
        draw.pick((choices.ALWAYS, choices.OFTEN, choices.SOMETIMES)) if tense == "habit" else None
    )
    return Before(Clause(subject, action, tense, adverb=adverb), later)  # type: ignore[arg-type]


BEFORE = [
    (Action(lexicon.frame(row)), names.split())
    for row, names in (
        (
            "go to bed | se coucher | 睡觉",
            "teeth read listen_music phone turn_off watch_tv shower homework close write_mail",
        ),
        (
            "go to work | aller au travail | 上班",
            "breakfast walk_dog shower read_paper feed water_plants",
        ),
        ("go to school | aller à l'école | 上学", "breakfast teeth feed homework shower"),
        (
            "leave the house | quitter la maison | 出门",
            "close turn_off feed phone water_plants tidy wash_dishes",
        ),
        ("eat | manger | 吃饭", "hands"),
        ("have dinner | dîner | 吃晚饭", "homework play_game water_plants walk_dog phone tidy"),
    )
]
