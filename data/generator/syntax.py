"""The abstract syntax: what a sentence means, without a word of any language.

The linearizers (english, french, chinese) turn the same tree into three sentences.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Gender = Literal["m", "f"]

# habit: he reads; now: he is reading; past: he read; future: he will read; going: he is going to
# read; already: he has already read (negated: he has not read yet); ever: has read before
# (negated: has never read); state: he likes; was: he liked, he was reading; used: he used to read
Tense = Literal[
    "habit", "now", "past", "future", "going", "already", "ever", "state", "was", "used"
]


@dataclass(frozen=True)
class Noun:
    """A row of nouns.txt."""

    name: str
    kind: str
    english: str
    english_plural: str
    french: str
    french_plural: str
    gender: Gender
    chinese: str
    measure: str
    mass: bool = False
    only_plural: bool = False
    french_feminine: str = ""


@dataclass(frozen=True)
class Adjective:
    """A row of adjectives.txt; ``french`` is (m., f., m. plural, m. before a vowel)."""

    english: str
    comparative: str
    french: tuple[str, str, str, str]
    before: bool
    attribute: str
    predicate: str
    attribute_kinds: frozenset[str]
    predicate_kinds: frozenset[str]


@dataclass(frozen=True)
class Place:
    """A row of places.txt: being there and going there."""

    english: str
    english_to: str
    french: str
    french_to: str
    chinese: str
    chinese_to: str
    kinds: frozenset[str]


@dataclass(frozen=True)
class Time:
    """A row of times.txt."""

    english: str
    french: str
    chinese: str
    tense: str
    size: str


@dataclass(frozen=True)
class Frame:
    """A verb with its complements: a row of frames.txt or a line of a story."""

    name: str
    english: str
    french: str
    chinese: str
    who: str = "person"
    slots: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict, hash=False)
    places: tuple[str, ...] = ()
    tenses: str = ""
    times: str = ""
    marks: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Person:
    """A pronoun, or nobody ("it rains"); ``who`` asks for the subject."""

    person: int
    plural: bool = False
    gender: Gender = "m"
    form: Literal["personal", "weather", "who", "thing"] = "personal"


@dataclass(frozen=True)
class Name:
    """A first name."""

    english: str
    chinese: str
    gender: Gender


@dataclass(frozen=True)
class Adverb:
    """An adverb beside the verb: often, souvent, 经常."""

    english: str
    french: str
    chinese: str


@dataclass(frozen=True)
class Nominal:
    """A noun with its determiner, adjective and relative clause.

    ``determiner``: a, as (bare plural), the, this, that, num, some, few, many, every, all, bare
    (mass), gen (in general), my (owner), own (owner is the subject: Chinese says the bare noun),
    measure (a cup of tea).
    """

    noun: Noun
    determiner: str
    plural: bool = False
    count: int = 0
    adjective: Adjective | None = None
    owner: NounPhrase | None = None
    relative: Relative | None = None
    measure: tuple[str, str, str, str] | None = None  # English, French, its gender, Chinese


@dataclass(frozen=True)
class Several:
    """Noun phrases joined by "and"."""

    items: tuple[NounPhrase, ...]


NounPhrase = Person | Name | Nominal | Several


@dataclass(frozen=True)
class Degree:
    """very, too, a little ...; Chinese has a part before and a part after the adjective."""

    english: str
    french: str
    chinese: str
    chinese_after: str = ""


@dataclass(frozen=True)
class Modal:
    """A verb that takes an infinitive; the Chinese negation is part of the word."""

    english: str
    french: str
    chinese: str
    chinese_not: str
    tense: str = "state"
    french_mood: str = "present"
    chinese_be: bool = True


@dataclass(frozen=True)
class Action:
    """A frame with its slots filled."""

    frame: Frame
    slots: dict[str, NounPhrase | Place] = field(default_factory=dict, hash=False)
    place: Place | None = None
    modal: Modal | None = None


@dataclass(frozen=True)
class Quality:
    """The subject is ADJECTIVE; with ``than``, more ADJECTIVE than another."""

    adjective: Adjective
    degree: Degree | None = None
    than: NounPhrase | None = None
    equal: bool = False


@dataclass(frozen=True)
class Occupation:
    """The subject is a NOUN, without an article in French."""

    noun: Noun


@dataclass(frozen=True)
class Location:
    """The subject is somewhere."""

    place: Place


Predicate = Action | Quality | Occupation | Location


@dataclass(frozen=True)
class Clause:
    """A subject, what is said of it, and when."""

    subject: NounPhrase
    predicate: Predicate
    tense: Tense = "state"
    negative: bool = False
    time: Time | None = None
    time_first: bool = False
    adverb: Adverb | None = None


@dataclass(frozen=True)
class Relative:
    """A clause that describes a noun, which is its subject or its object."""

    clause: Clause
    role: Literal["subject", "object"]


@dataclass(frozen=True)
class Statement:
    """One clause."""

    clause: Clause


@dataclass(frozen=True)
class Question:
    """yes/no, where, when, why, what (object), who (subject), how many (object)."""

    clause: Clause
    word: str = ""


@dataclass(frozen=True)
class Command:
    """Please do; do not; do not forget to; let us."""

    action: Action
    form: Literal["please", "not", "remember", "together"]


@dataclass(frozen=True)
class Existence:
    """There is NOUN PHRASE somewhere."""

    thing: Nominal
    place: Place
    question: bool = False
    negative: bool = False


@dataclass(frozen=True)
class Sequence:
    """One subject does several things one after the other."""

    subject: NounPhrase
    actions: tuple[Action, ...]
    tense: Tense
    time: Time | None = None


@dataclass(frozen=True)
class Before:
    """A clause, and what its subject does afterwards: she reads before going to bed."""

    clause: Clause
    later: Action


@dataclass(frozen=True)
class Joined:
    """Two sentences and what joins them: and, but, because, so, if, when, although, while."""

    word: str
    first: Clause | Sequence
    second: Clause | Sequence
    same_subject: bool = False


@dataclass(frozen=True)
class Reported:
    """Somebody says, thinks, hopes ... that."""

    speaker: NounPhrase
    verb: str
    content: Clause | Joined | Sequence


Sentence = Statement | Question | Command | Existence | Sequence | Before | Joined | Reported
