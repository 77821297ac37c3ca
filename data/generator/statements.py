"""Somebody does something: statements with one verb, and with a modal verb."""

from __future__ import annotations

from dataclasses import replace

from data.generator import choices, lexicon
from data.generator.sampler import Sampler, UnfitError
from data.generator.syntax import (
    Action,
    Clause,
    Modal,
    Nominal,
    NounPhrase,
    Several,
    Statement,
)

FRAMES = lexicon.frames()


def named(letters: str) -> list[str]:
    return [name for name, frame in FRAMES.items() if set(frame.tenses) & set(letters)]


def statement(draw: Sampler) -> Statement:
    """The old man is reading a newspaper in the park."""
    return Statement(draw.clause())


def stative(draw: Sampler) -> Statement:
    """My sister likes strawberries."""
    frame = FRAMES[draw.pick(named("s"))]
    subject = draw.subject(frame.who)
    if isinstance(subject, Nominal) and subject.determiner == "num":
        raise UnfitError
    if frame.name == "have_kin" and isinstance(subject, Nominal | Several):
        raise UnfitError
    action = draw.action(frame, subject, "state", placed=0.0)
    if frame.name in {"have_thing", "have_pet", "have_kin"} and isinstance(
        subject, Nominal | Several
    ):
        action = replace(action, place=None)
    many = isinstance(subject, Nominal) and subject.determiner in {"every", "all"}
    thing = action.slots.get("o")
    counted = isinstance(thing, Nominal) and (
        thing.determiner in {"num", "many"} or thing.adjective is not None
    )
    return Statement(
        Clause(
            subject,
            action,
            "state",
            draw.chance(0.2)
            and not many
            and not counted
            and frame.name not in {"hate_food", "hurt", "prefer"},
        )
    )


MODALS = (
    (choices.WANT, True),
    (choices.WANT, True),
    (choices.WOULD_LIKE, False),
    (choices.WOULD_LIKE, False),
    (choices.CAN, True),
    (choices.MUST, False),
    (choices.HAVE_TO, False),
    (choices.SHOULD, True),
    (choices.PLAN, True),
    (choices.HOPE, False),
    (choices.DECIDED, False),
    (choices.FORGOT, False),
    (choices.FORGOT, False),
    (choices.HAD_TO, False),
    (choices.COULD_NOT, True),
)


def modal_clause(draw: Sampler, chosen: Modal | None = None, timed: float = 0.4) -> Clause:
    """He wants to buy a house; I forgot to close the window."""
    modal, may_deny = (chosen, False) if chosen else draw.pick(MODALS)
    if modal is choices.FORGOT:
        names = sorted(choices.DUTIES)
    else:
        names = [
            name
            for name in named("m")
            if name not in {"find", "cold", "look_at", "wait", "look_for"}
        ]
        if modal is not choices.HAVE_TO and modal is not choices.HAD_TO:
            names = [name for name in names if name not in choices.TRIFLES]
        if modal in {choices.MUST, choices.HAVE_TO, choices.HAD_TO, choices.SHOULD}:
            names = [name for name in names if name in choices.OBLIGATIONS]
        elif modal in {choices.DECIDED, choices.PLAN, choices.HOPE}:
            names = [name for name in names if name in choices.AMBITIONS]
        elif modal is choices.CAN:
            names = [name for name in names if name in choices.AMBITIONS | choices.OBLIGATIONS]
    if modal in {choices.CAN, choices.COULD_NOT}:
        names = [name for name in names if "f" in FRAMES[name].tenses]
    frame = FRAMES[draw.pick(names)]
    subject = draw.subject(frame.who)
    if isinstance(subject, Nominal) and subject.determiner == "num":
        raise UnfitError
    action = replace(draw.action(frame, subject, "past", placed=0.25), modal=modal)
    negative = modal is choices.COULD_NOT or (may_deny and draw.chance(0.25))
    if negative and isinstance(subject, Nominal) and subject.determiner in {"every", "all"}:
        raise UnfitError  # every student does not want: not one, or not each?
    if negative and draw.odd_negation(action):
        raise UnfitError
    time = None
    if "i" in frame.tenses and not frame.times:
        raise UnfitError
    if frame.times and draw.chance(timed) and frame.name not in choices.DAILY:
        time = draw.time(frame, "past" if modal.tense == "past" else "future")
    first = time is not None and draw.chance(0.3)
    return Clause(
        subject, action, "past" if modal.tense == "past" else "state", negative, time, first
    )


def modal(draw: Sampler) -> Statement:
    """A modal clause alone."""
    return Statement(modal_clause(draw))


def liking(draw: Sampler) -> Statement:
    """My father likes to swim in the lake; she can play the piano."""
    if draw.chance(0.4):
        frame = FRAMES[draw.pick(named("k"))]
        used = (
            draw.pick((choices.SKILL, choices.SKILL, choices.LIKE))
            if frame.name != "speak"
            else choices.SKILL
        )
    else:
        frame = FRAMES[draw.pick([n for n in named("h") if set(FRAMES[n].tenses) >= {"h", "m"}])]
        used = choices.LIKE
    if frame.name in {
        "travel",
        "take_vehicle",
        "go_by",
        "go_train",
        "book_room",
        "feed",
        "help",
        "medicine",
        "teach",
        "get_up",
        "laundry",
        "teeth",
        "hands",
        "homework",
        "wash_dishes",
        "clean",
    }:
        raise UnfitError
    subject = draw.subject(frame.who)
    action = replace(
        draw.action(frame, subject, "habit", placed=0.4 if used is choices.LIKE else 0.0),
        modal=used,
    )
    thing = action.slots.get("o")
    if (
        used is choices.LIKE
        and isinstance(thing, Nominal)
        and thing.determiner not in {"gen", "as", "bare", "own"}
    ):
        plural = not thing.noun.mass
        action = replace(
            action,
            slots=dict(action.slots)
            | {"o": Nominal(thing.noun, "as" if plural else "bare", plural)},
        )
    many = isinstance(subject, Nominal) and subject.determiner in {"every", "all"}
    return Statement(
        Clause(
            subject,
            action,
            "state",
            draw.chance(0.15) and not many and not draw.odd_negation(action),
        )
    )


def enumeration(draw: Sampler) -> Statement:
    """My mother bought apples, pears and bread at the market."""
    frame = (
        FRAMES[draw.pick(("buy_food", "buy_food", "eat", "buy_clothes", "buy_thing", "see_animal"))]
        if draw.chance(0.7)
        else FRAMES["buy_food"]
    )
    clause = draw.clause(
        frame,
        tense=draw.pick(("past", "past", "future", "going")) if "f" in frame.tenses else "past",
        negated=0.0,
        timed=0.6,
        placed=0.7,
    )
    action = clause.predicate
    assert isinstance(action, Action)
    kinds, determiners = frame.slots["o"]
    items: list[NounPhrase] = []
    seen: set[str] = set()
    group = draw.pick(kinds.split("+")) if frame.name == "buy_thing" else kinds
    for _ in range(draw.pick((2, 3, 3, 4))):
        thing = draw.thing(group, determiners, clause.subject, 0.15)
        if thing.noun.name in seen or (
            thing.determiner in {"this", "the"} and frame.name != "wash_clothes"
        ):
            raise UnfitError
        seen.add(thing.noun.name)
        items.append(thing)
    return Statement(replace(clause, predicate=replace(action, slots={"o": Several(tuple(items))})))
