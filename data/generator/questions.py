"""Questions and commands."""

from __future__ import annotations

from dataclasses import replace

from data.generator import choices, lexicon
from data.generator.sampler import Sampler, UnfitError
from data.generator.statements import modal_clause, named
from data.generator.syntax import (
    Action,
    Clause,
    Command,
    Nominal,
    Person,
    Question,
)

FRAMES = lexicon.frames()


WHO = Person(3, form="who")


def yes_no(draw: Sampler) -> Question:
    """Do you like oranges?  Did your brother buy a car last year?"""
    if draw.chance(0.35):
        frame = FRAMES[draw.pick([n for n in named("s") if n not in {"prefer", "afraid"}])]
        subject = draw.pick((choices.YOU, choices.YOU, draw.subject(frame.who)))
        clause = Clause(subject, draw.action(frame, subject, "state", 0.0, 0.1), "state")
    elif draw.chance(0.3):
        clause = replace(
            modal_clause(
                draw,
                draw.pick((choices.WANT, choices.CAN, choices.WANT, choices.SKILL))
                if draw.chance(0.8)
                else choices.PLAN,
            )
        )
        if isinstance(clause.predicate, Action) and clause.predicate.modal is choices.SKILL:
            frame = FRAMES[draw.pick(named("k"))]
            subject = draw.pick((choices.YOU, draw.subject(frame.who)))
            clause = Clause(
                subject,
                replace(draw.action(frame, subject, "habit", 0.0), modal=choices.SKILL),
                "state",
            )
        clause = replace(clause, time_first=False, negative=False)
    else:
        clause = draw.clause(negated=0.0, timed=0.6)
        clause = replace(clause, time_first=False)
        if clause.tense == "used" or clause.adverb in {choices.NEVER, choices.RARELY}:
            raise UnfitError
        if clause.tense == "already":
            raise UnfitError
    if isinstance(clause.subject, Person) and clause.subject in {choices.I, choices.WE}:
        clause = _replace_subject(clause)
    if isinstance(clause.subject, Nominal) and clause.subject.determiner in {"every", "all", "num"}:
        raise UnfitError
    return Question(clause)


def _replace_subject(clause: Clause) -> Clause:
    if isinstance(clause.predicate, Action) and any(
        p == choices.YOU for p in clause.predicate.slots.values()
    ):
        raise UnfitError
    return replace(clause, subject=choices.YOU)


def where_when(draw: Sampler) -> Question:
    """Where did you buy this coat?  When will they visit the museum?"""
    word = draw.pick(("where", "when"))
    letters = {"where": "hp", "when": "pf"}[word]
    names = [
        n for n in named(letters) if "*" in FRAMES[n].chinese and "把" not in FRAMES[n].chinese
    ]
    if word == "where":
        names = [
            n for n in names if len(FRAMES[n].places) and not set(FRAMES[n].slots) & set("dl")
        ] + ["live"] * 4
    frame = FRAMES[draw.pick(names)]
    subject = draw.pick((choices.YOU, draw.subject(frame.who)))
    if subject == choices.I or (
        isinstance(subject, Nominal) and subject.determiner in {"every", "all", "num"}
    ):
        raise UnfitError
    if frame.name == "live":
        tense = "state"
        frame = replace(frame, english="live", french="habiter", slots={})
    else:
        tense = (
            "past" if word == "where" or "f" not in frame.tenses else draw.pick(("past", "future"))
        )
    if frame.name.startswith(("a_", "b_")):
        raise UnfitError
    if frame.name in {"eat", "drink", "eat_fruit"} | choices.ACCIDENTS - {"lose", "find", "meet"}:
        raise UnfitError
    action = draw.action(frame, subject, tense, 0.0, 0.15)
    thing = action.slots.get("o")
    if (
        isinstance(thing, Nominal)
        and not thing.noun.mass
        and thing.determiner not in {"own", "gen", "the", "this"}
    ):
        # One asks about a thing that both know.
        action = replace(
            action,
            slots=dict(action.slots) | {"o": Nominal(thing.noun, "this", thing.noun.only_plural)},
        )
    clause = Clause(subject, action, tense)  # type: ignore[arg-type]
    if draw.odd_negation(clause.predicate) and word == "when":  # type: ignore[arg-type]
        raise UnfitError
    if word == "where" and tense == "past" and draw.chance(0.3):
        clause = replace(clause, time=draw.time(frame, "past"))
    return Question(clause, word)


def why(draw: Sampler) -> Question:
    """Why didn't your sister come to school yesterday?"""
    clause = draw.clause(negated=0.7, placed=0.2)
    if (
        clause.tense not in {"past", "now"}
        or clause.subject in {choices.I, choices.WE}
        or (clause.tense == "past" and not clause.negative)
    ):
        raise UnfitError
    if isinstance(clause.subject, Nominal) and clause.subject.determiner in {"every", "all", "num"}:
        raise UnfitError
    if isinstance(clause.predicate, Action) and (
        clause.predicate.frame.name in choices.ACCIDENTS
        or clause.predicate.frame.name.startswith("a_")
    ):
        raise UnfitError
    return Question(replace(clause, time_first=False), "why")


def what_who_many(draw: Sampler) -> Question:
    """What did Paul buy?  Who repaired the car?  How many apples did you eat?"""
    word = draw.pick(("what", "who", "who", "how many"))
    if word == "who":
        clause = draw.clause(negated=0.0)
        if clause.tense not in {"past", "now", "future"}:
            raise UnfitError
        if isinstance(clause.predicate, Action) and (
            clause.predicate.frame.who not in {"person", "grown", "adults", "handy"}
            or any(
                isinstance(v, Nominal) and v.determiner == "own"
                for v in clause.predicate.slots.values()
            )
            or "{own}" in clause.predicate.frame.english
            or any(isinstance(v, Person) and v.person == 3 for v in clause.predicate.slots.values())
        ):
            raise UnfitError
        return Question(replace(clause, subject=WHO, time_first=False), "who")
    names = [
        n
        for n, f in FRAMES.items()
        if f.chinese.endswith("*{o}") and set(f.slots) == {"o"} and "p" in f.tenses
    ]
    frame = FRAMES[
        draw.pick(
            [n for n in names if "{o}" in FRAMES[n].english and FRAMES[n].french.endswith(" {o}")]
        )
    ]
    asked = {
        "buy_food",
        "buy_clothes",
        "buy_thing",
        "buy_book",
        "eat",
        "read",
        "watch",
        "draw",
        "order_food",
        "choose",
        "plant",
    }
    counted = asked - {"watch", "plant"} | {
        "photo",
        "visit_place",
        "see_animal",
        "see_wild",
        "break",
    }
    if frame.name not in (asked | {"drink", "cook", "repair"} if word == "what" else counted):
        raise UnfitError
    subject = draw.pick((choices.YOU, choices.YOU, draw.subject(frame.who)))
    if subject == choices.I or (
        isinstance(subject, Nominal) and subject.determiner in {"every", "all", "num"}
    ):
        raise UnfitError
    action = draw.action(frame, subject, "past", 0.3, 0.0)
    thing = action.slots["o"]
    assert isinstance(thing, Nominal)
    if word == "how many":
        if (
            thing.noun.mass
            or thing.noun.kind in {"furniture", "vehicle", "footwear", "house_room"}
            or thing.noun.name in {"house", "flat"}
        ):
            raise UnfitError
        action = replace(action, slots={"o": Nominal(thing.noun, "as", True)})
    time = draw.time(frame, "past") if draw.chance(0.4) else None
    return Question(Clause(subject, action, "past", time=time), word)


def command(draw: Sampler) -> Command:
    """Please close the window.  Don't forget to call your mother.  Let's go to the park."""
    form = draw.pick(("please", "please", "not", "remember", "together"))
    if form == "together":
        names = [
            "go_out",
            "go_out",
            "watch_tv",
            "watch",
            "play_game",
            "walk",
            "dinner",
            "visit_place",
            "swim",
            "camp",
            "make_cake",
            "make_meal",
            "listen_music",
            "dance",
            "eat",
            "drink",
            "clean",
            "prepare_meal",
            "rest",
            "run",
            "play_with",
        ]
        subject = choices.WE
    elif form == "remember":
        names = sorted(choices.DUTIES)
        subject = choices.YOU
    else:
        names = named("i")
        subject = choices.YOU
    frame = FRAMES.get(draw.pick(names))
    if frame is None or frame.name == "dinner":
        raise UnfitError
    action = draw.action(frame, subject, "past", 0.2, 0.2)
    people = [v for v in action.slots.values() if isinstance(v, Person)]
    if any(p.person == 2 or (form == "together" and p.person == 1) for p in people):
        raise UnfitError
    if (form in {"not", "remember"} and people) or (form == "please" and frame.name == "eat"):
        raise UnfitError
    if form == "not" and (
        frame.name
        not in {
            "open",
            "close",
            "turn_on",
            "turn_off",
            "eat",
            "put",
            "invite",
            "phone",
            "wash_clothes",
        }
        or draw.odd_negation(action)
    ):
        raise UnfitError
    return Command(action, form)  # type: ignore[arg-type]
