"""Reads the tables of ``lexicon/`` into the abstract syntax's rows."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from data.generator.syntax import Adjective, Frame, Name, Noun, Place, Time

FOLDER = Path(__file__).parent / "lexicon"
FRENCH_VOWELS = "aàâeéèêëiîïoôuùûyœhAÉEIOUÎH"


def lines(file: str) -> list[str]:
    """The lines of a table without comments and blank lines."""
    text = (FOLDER / file).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def cells(line: str) -> list[str]:
    """The trimmed cells of a row; "-" is an empty cell."""
    return ["" if cell.strip() == "-" else cell.strip() for cell in line.split("|")]


def _french_plural(word: str) -> str:
    if word[-1] in "sxz":
        return word
    return word + ("x" if word.endswith(("eau", "eu")) else "s")


def _noun(line: str, kind: str, options: list[str]) -> Noun:
    english, french, chinese, *feminine = cells(line)
    singular, _, plural = english.partition("/")
    only_plural = "plural" in options
    if not plural:
        plural = singular if only_plural else english_plural(singular)
    # "pomme f+de terre": the complement after "+" does not change in the plural.
    forms, _, rest = french.partition("+")
    head, _, gender_plural = forms.rpartition(" ") if "/" not in forms else (forms, "", "")
    if "/" in forms:  # "travail m/travaux"
        left, _, french_plural = forms.partition("/")
        head, _, gender = left.rpartition(" ")
    else:
        gender = gender_plural
        french_plural = _french_plural(head)
    if rest and "/" in rest:
        rest, _, whole_plural = rest.partition("/")
        french_plural = whole_plural
        complement, plural_complement = f" {rest}", ""
    else:
        complement = plural_complement = f" {rest}" if rest else ""
    word, _, measure = chinese.rpartition(" ")
    return Noun(
        name=singular,
        kind=kind,
        english=singular,
        english_plural=plural,
        french=head + complement,
        french_plural=french_plural + plural_complement,
        gender="f" if gender == "f" else "m",
        chinese=word,
        measure=measure,
        mass="mass" in options,
        only_plural=only_plural,
        french_feminine=feminine[0] if feminine else "",
    )


def english_plural(word: str) -> str:
    """The regular plural; irregular ones stand in the table."""
    if word.endswith(("s", "sh", "ch", "x")):
        return word + "es"
    return word + "s"


@cache
def nouns() -> dict[str, Noun]:
    """All nouns by their English name."""
    found: dict[str, Noun] = {}
    kind, options = "", [""]
    for line in lines("nouns.txt"):
        if line.startswith("["):
            kind, *options = line.strip("[] ").split()
            continue
        noun = _noun(line, kind, options)
        if noun.name in found:
            raise ValueError(f"nouns.txt: {noun.name!r} stands twice")
        found[noun.name] = noun
    return found


@cache
def groups() -> dict[str, tuple[str, ...]]:
    """Named unions of noun classes and single nouns."""
    found = {}
    for line in lines("groups.txt"):
        name, _, members = line.partition(":")
        found[name.strip()] = tuple(member.strip() for member in members.split(","))
    return found


@cache
def members(names: str) -> tuple[Noun, ...]:
    """The nouns of "fruit+snack": classes, groups and single nouns, in table order."""
    wanted: list[Noun] = []
    for name in names.split("+"):
        if name in groups():
            for member in groups()[name]:
                # A group may hold a noun of its own name (book: book, novel ...).
                wanted.extend([nouns()[name]] if member == name else members(member))
        else:
            of_class = [noun for noun in nouns().values() if noun.kind == name]
            if not of_class and name not in nouns():
                raise ValueError(f"no noun, class or group is called {name!r}")
            wanted.extend(of_class or [nouns()[name]])
    return tuple(dict.fromkeys(wanted))


def _feminine(word: str) -> str:
    if word.endswith("e"):
        return word
    for ending, feminine in (
        ("eux", "euse"),
        ("if", "ive"),
        ("er", "ère"),
        ("el", "elle"),
        ("on", "onne"),
        ("en", "enne"),
    ):
        if word.endswith(ending):
            return word.removesuffix(ending) + feminine
    return word + "e"


@cache
def adjectives() -> dict[str, Adjective]:
    """All adjectives by their English name."""
    found = {}
    for line in lines("adjectives.txt"):
        english, french, attribute, predicate, attributive, predicative = cells(line)
        short = english.endswith("+")
        english = english.rstrip("+")
        before = french.endswith("<")
        forms = french.rstrip("< ").split("/")
        masculine = forms[0]
        feminine = forms[1] if len(forms) > 1 else _feminine(masculine)
        plural = forms[2] if len(forms) > 2 else _french_plural(masculine)
        vowel = forms[3] if len(forms) > 3 else masculine
        found[english] = Adjective(
            english=english,
            comparative=_comparative(english) if short else f"more {english}",
            french=(masculine, feminine, plural, vowel),
            before=before,
            attribute=attribute,
            predicate=predicate,
            attribute_kinds=_kinds(attributive),
            predicate_kinds=_kinds(predicative),
        )
    return found


def _kinds(text: str) -> frozenset[str]:
    """Names of all nouns that a list of classes covers."""
    return frozenset(
        noun.name for word in text.split() if word != "person" for noun in members(word)
    )


def _comparative(word: str) -> str:
    if word == "good":
        return "better"
    if word.endswith("y") and len(word) > 3:
        return word[:-1] + "ier"
    if word.endswith("e"):
        return word + "r"
    if word in {"big", "sad", "hot", "thin", "red"}:
        return word + word[-1] + "er"
    return word + "er"


@cache
def names() -> tuple[Name, ...]:
    """First names."""
    rows = [cells(line) for line in lines("names.txt")]
    return tuple(Name(row[0], row[1], "f" if row[2] == "f" else "m") for row in rows)


@cache
def places() -> tuple[Place, ...]:
    """All places."""
    found = []
    for line in lines("places.txt"):
        *forms, kinds = cells(line)
        pairs = [form.partition(" > ") for form in forms]
        (en, _, en_to), (fr, _, fr_to), (zh, _, zh_to) = pairs
        if not zh_to:
            zh_to = zh.removesuffix("里")
        found.append(Place(en, en_to, fr, fr_to or fr, zh, zh_to, frozenset(kinds.split())))
    return tuple(found)


def places_of(kinds: tuple[str, ...], going: bool = False) -> list[Place]:
    """Places of any of these kinds; with ``going``, only those one can go to."""
    return [
        place for place in places() if place.kinds & set(kinds) and (place.english_to or not going)
    ]


@cache
def times() -> tuple[Time, ...]:
    """All expressions of time."""
    return tuple(Time(*cells(line)) for line in lines("times.txt"))


def frame(line: str, name: str = "") -> Frame:
    """Parses a row: English | French | Chinese | who | slots | places | tenses | times | marks."""
    row = cells(line) + [""] * 9
    english, french, chinese, who, slots, where, tenses, when, marks = row[:9]
    parsed: dict[str, tuple[str, tuple[str, ...]]] = {}
    for part in filter(None, (slot.strip() for slot in slots.split(";"))):
        key, _, rest = part.partition("=")
        kinds, _, determiners = rest.partition("@")
        parsed[key] = (kinds, tuple(filter(None, determiners.split(","))))
    for key in re.findall(r"\{(\w+)", english):
        if key != "own" and key not in parsed:
            raise ValueError(f"{line!r}: nothing fills {key!r}")
    return Frame(
        name=name or english,
        english=english,
        french=french,
        chinese=chinese,
        who=who or "person",
        slots=parsed,
        places=tuple(where.split()),
        tenses=tenses,
        times=when,
        marks=frozenset(marks.split()),
    )


@cache
def frames() -> dict[str, Frame]:
    """All frames by name."""
    found = {}
    for line in lines("frames.txt"):
        name, _, rest = line.partition(":")
        found[name.strip()] = frame(rest, name.strip())
    return found
