"""Longer sentences whose parts belong together: causes and effects, and what people do in a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from data.generator import choices, lexicon
from data.generator.people import confusing
from data.generator.sampler import Sampler, UnfitError, is_young
from data.generator.syntax import (
    Action,
    Clause,
    Frame,
    Joined,
    Nominal,
    NounPhrase,
    Person,
    Reported,
    Sentence,
    Sequence,
    Tense,
    Time,
)


@dataclass(frozen=True)
class Story:
    """Causes and effects, any of which fit any other."""

    name: str
    options: tuple[str, ...]
    parts: dict[str, tuple[Frame, ...]]


@cache
def stories() -> tuple[Story, ...]:
    """The groups of stories.txt."""
    return tuple(_read("stories.txt"))


@cache
def scripts() -> tuple[Story, ...]:
    """The scripts of scripts.txt; their parts are the phases 1, 2, 3 ..."""
    return tuple(_read("scripts.txt"))


def _read(file: str) -> list[Story]:
    found: list[Story] = []
    name, options, parts = "", [""], {}  # type: ignore[var-annotated]
    for line in [*lexicon.lines(file), "[end]"]:
        if line.startswith("["):
            if name:
                found.append(
                    Story(name, tuple(options), {key: tuple(value) for key, value in parts.items()})
                )
            name, *options = line.strip("[] ").split()
            parts = {}
            continue
        kind, _, rest = line.partition(":")
        frame = lexicon.frame(rest)
        lasting = kind in {"state"} or (kind == "rain" and not frame.chinese.startswith("下"))
        if lasting:
            frame = replace(frame, tenses="s", marks=frozenset({"stative"}))
        parts.setdefault(kind, []).append(frame)
    return found


# Stories that take longer than a day: no "yesterday" with them.
LASTING = {"abroad", "moving", "fitness", "money", "trip"}
TODAY = (
    "yesterday",
    "yesterday evening",
    "last Saturday",
    "last Monday",
    "last Friday",
    "the day before yesterday",
    "two days ago",
    "this morning",
    "yesterday afternoon",
)
LATER = (
    "tomorrow",
    "tonight",
    "next Sunday",
    "tomorrow morning",
    "this weekend",
    "tomorrow evening",
    "next Monday",
)


def _time(draw: Sampler, names: tuple[str, ...]) -> Time:
    name = draw.pick(names)
    return next(time for time in lexicon.times() if time.english == name)


def _subject(draw: Sampler, story: Story) -> NounPhrase:
    who = "pupil" if "pupil" in story.options else "people"
    subject = draw.subject(who)
    if isinstance(subject, Nominal) and subject.determiner in {"every", "all", "num"}:
        raise UnfitError
    name = subject.noun.name if isinstance(subject, Nominal) else ""
    if name in {"mother", "parents", "grandmother"} and story.name == "birthday":
        raise UnfitError
    if is_young(subject) and "grown" in story.options:
        raise UnfitError
    if story.name == "exam" and (
        isinstance(subject, Nominal)
        and subject.noun.name
        not in {
            *choices.YOUNG,
            "boy",
            "girl",
            "pupil",
            "student",
            "friend",
            "classmate",
            "cousin",
            "brother",
            "sister",
        }
    ):
        raise UnfitError
    if is_young(subject) and story.name in {"late", "lostwallet", "happy", "fitness", "money"}:
        raise UnfitError
    if (
        isinstance(subject, Nominal)
        and subject.plural
        and subject.determiner == "the"
        and draw.chance(0.5)
    ):
        raise UnfitError
    return subject


def _mentions_young_trouble(subject: NounPhrase, frame: Frame) -> bool:
    """Children do not order coffee or drive."""
    young = isinstance(subject, Nominal) and (
        subject.noun.kind == "youngster" or subject.noun.name in choices.YOUNG
    )
    return young and any(
        word in frame.english
        for word in ("coffee", "work", "car", "wine", "boss", "office", "online", "gym")
    )


def _pair(draw: Sampler) -> tuple[Story, Frame, str, Frame, bool, NounPhrase]:
    story = draw.pick(stories())
    kind = draw.pick([key for key in story.parts if key in {"state", "event", "rain"}])
    cause = draw.pick(story.parts[kind])
    deny = "noeffect" in story.parts and draw.chance(0.35)
    effect = draw.pick(story.parts["noeffect" if deny else "effect"])
    subject = _subject(draw, story)
    if _mentions_young_trouble(subject, effect) or _mentions_young_trouble(subject, cause):
        raise UnfitError
    if set(_words(cause)) & set(_words(effect)):
        raise UnfitError
    return story, cause, kind, effect, deny, subject


DULL = {
    "a",
    "the",
    "to",
    "at",
    "in",
    "of",
    "very",
    "go",
    "have",
    "be",
    "some",
    "{own}",
    "want",
    "for",
    "with",
    "take",
    "and",
    "home",
    "on",
    "work",
}


def _words(frame: Frame) -> list[str]:
    return [word for word in frame.english.split() if word not in DULL]


def _cause(cause: Frame, kind: str, subject: NounPhrase, past: bool) -> Clause:
    lasting = "stative" in cause.marks
    tense: Tense = (
        ("was" if past else "state")
        if lasting
        else ("past" if kind == "event" else "was" if past else "now")
    )
    return Clause(choices.WEATHER if kind == "rain" else subject, Action(cause), tense)


def because(draw: Sampler) -> Joined:
    """I stayed at home because I was tired; I was tired, so I stayed at home."""
    story, cause, kind, effect, deny, subject = _pair(draw)
    past = draw.chance(0.65) or kind == "event"
    main_tense: Tense = "past" if past else "going"
    if not past and deny:
        main_tense = "future"
    time = None
    if (
        story.name not in LASTING
        and draw.chance(0.5)
        and not (story.name == "exam" and cause.english.endswith("tomorrow"))
    ):
        time = _time(draw, TODAY)
    if not past:
        time = None
    reason = _cause(cause, kind, subject, past)
    if story.name == "exam" and past and cause.english.endswith("tomorrow"):
        reason = replace(reason, predicate=Action(EXAM_SOON))
    result = Clause(subject, Action(effect), main_tense, deny)
    same = kind != "rain"
    order = draw.pick(("because", "because", "so", "so", "because_first"))
    if order == "because":
        return Joined(
            "because",
            replace(result, time=time, time_first=time is not None and draw.chance(0.5)),
            reason,
            same,
        )
    if time and past:
        reason = replace(reason, time=time, time_first=order == "so" and draw.chance(0.5))
    return Joined(order, reason, result, same)


EXAM_SOON = lexicon.frame(
    "have an exam the next day | avoir un examen le lendemain | 第二天有考试"
    " | person | - | - | s | - | stative"
)


def condition(draw: Sampler) -> Joined:
    """If it rains tomorrow, we will stay at home; when he is tired, he goes to bed early."""
    story, cause, kind, effect, deny, subject = _pair(draw)
    if kind == "event" and story.name not in {"late", "happy"}:
        raise UnfitError
    if kind == "state" and cause.english.startswith(
        ("want", "need", "love", "have an exam", "have German")
    ):
        raise UnfitError
    same = kind != "rain"
    if "when" in story.options and draw.chance(0.45):
        cause_tense: Tense = "state" if "stative" in cause.marks else "habit"
        often = (
            draw.pick((choices.OFTEN, choices.ALWAYS, choices.OFTEN, None)) if not deny else None
        )
        reason = Clause(choices.WEATHER if kind == "rain" else subject, Action(cause), cause_tense)
        return Joined(
            "when_first", reason, Clause(subject, Action(effect), "habit", deny, adverb=often), same
        )
    cause_tense = "state" if "stative" in cause.marks else "habit"
    time = _time(draw, LATER) if draw.chance(0.5) and kind == "rain" else None
    reason = Clause(
        choices.WEATHER if kind == "rain" else subject, Action(cause), cause_tense, time=time
    )
    result = Clause(subject, Action(effect), "future", deny)
    if draw.chance(0.35) and same is False:
        return Joined("if", result, reason, False)
    return Joined("if_first", reason, result, same)


def concession(draw: Sampler) -> Joined:
    """Even though he was tired, he did not go to bed early."""
    story, cause, kind, effect, deny, subject = _pair(draw)
    if kind == "event" or story.name in {
        "birthday",
        "trip",
        "guests",
        "abroad",
        "moving",
        "shopping",
        "fitness",
        "brokencar",
    }:
        raise UnfitError
    if not deny and draw.chance(0.7):
        raise UnfitError
    reason = _cause(cause, kind, subject, True)
    if story.name == "exam" and cause.english.endswith("tomorrow"):
        reason = replace(reason, predicate=Action(EXAM_SOON))
    return Joined(
        "even though_first",
        reason,
        Clause(subject, Action(effect), "past", not deny),
        kind != "rain",
    )


def _sequence(
    draw: Sampler, shortest: int = 2, longest: int = 4, script: Story | None = None
) -> Sequence:
    script = script or draw.pick(scripts())
    phases = sorted(key for key in script.parts if key.isdigit())
    wanted = shortest + int((longest - shortest + 1) * _unit(draw))
    chosen = sorted(draw.shuffled(phases)[:wanted])
    frames = [draw.pick(script.parts[phase]) for phase in chosen]
    subject = _subject(draw, script)
    for one, two in pairwise(frames):
        if set(_words(one)) & set(_words(two)):
            raise UnfitError
    tense: Tense = draw.pick(("past", "past", "past", "future", "going"))
    sizes = script.options[0]
    time = None
    if draw.chance(0.6):
        wanted_tense = "past" if tense == "past" else "future"
        time = draw.pick(
            [
                t
                for t in lexicon.times()
                if t.tense == wanted_tense and t.size in sizes and t.size != "l"
            ]
        )
    if script.name == "evening" and time is not None and "e" not in time.size:
        time = None
    return Sequence(subject, tuple(Action(frame) for frame in frames), tense, time)


def _unit(draw: Sampler) -> float:
    return draw.pick(range(1000)) / 1000


def sequence(draw: Sampler) -> Sequence:
    """Paul got up at seven, took a shower, had breakfast and then took the bus."""
    return _sequence(draw)


def long_sequence(draw: Sampler) -> Joined:
    """A sequence by one person, and what another did meanwhile."""
    script = draw.pick([script for script in scripts() if script.name not in {"cooking", "trip"}])
    first = _sequence(draw, 2, 3, script)
    second = _sequence(draw, 2, 3, script)
    if isinstance(second.subject, Person):  # alors que j'ai ..., puis j'ai ...
        raise UnfitError
    if first.tense != second.tense or confusing(first.subject, second.subject):
        raise UnfitError
    if {action.frame.english for action in first.actions} & {
        action.frame.english for action in second.actions
    }:
        raise UnfitError
    return Joined("whereas", first, replace(second, time=None))


def reported_story(draw: Sampler) -> Reported:
    """My mother says that I stayed at home because it was raining."""
    tellers: list[Callable[[Sampler], Joined | Sequence]] = [because, condition, sequence, because]
    told = draw.pick(tellers)(draw)
    speaker = draw.subject("people")
    if speaker in {choices.I, choices.YOU}:
        raise UnfitError
    told = _without_time(told)
    subject = (
        told.subject
        if isinstance(told, Sequence)
        else told.second.subject
        if isinstance(told.second, Clause) and told.word != "because"
        else told.first.subject
    )
    if confusing(speaker, subject) or (
        isinstance(speaker, Nominal) and speaker.determiner in {"every", "all", "num"}
    ):
        raise UnfitError
    if isinstance(told, Sequence) and isinstance(subject, Person):
        raise UnfitError
    if isinstance(told, Joined) and told.word.endswith("_first"):
        raise UnfitError
    if (
        isinstance(speaker, Person)
        and isinstance(subject, Person)
        and speaker.person == subject.person
    ):
        raise UnfitError
    if isinstance(subject, Nominal) and subject.determiner == "that":
        raise UnfitError
    because_told = isinstance(told, Joined) and told.word == "because"
    return Reported(speaker, "say" if because_told else draw.pick(("say", "know")), told)


def _without_time(told: Joined | Sequence) -> Joined | Sequence:
    """ "She says that yesterday, ..." is clumsy."""
    if isinstance(told, Sequence):
        return replace(told, time=None)
    return replace(
        told, first=replace(told.first, time=None), second=replace(told.second, time=None)
    )


STORY_FAMILIES: list[tuple[int, Callable[[Sampler], Sentence]]] = [
    (90, because),
    (50, condition),
    (18, concession),
    (70, sequence),
    (40, long_sequence),
    (30, reported_story),
]
