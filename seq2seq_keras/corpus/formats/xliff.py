"""XLIFF 1.0 to 1.2, of a row each `trans-unit`, and 2.x, of a row each `segment`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from seq2seq_keras.corpus.files import TextFile
from seq2seq_keras.corpus.formats.inline import own_code, plain_text
from seq2seq_keras.corpus.formats.language_tags import add_column, language_tag, other_column
from seq2seq_keras.corpus.formats.records import Records
from seq2seq_keras.corpus.formats.xml import XML_LANGUAGE, children, elements, local_name
from seq2seq_keras.errors import InputError

_UNITS = ("trans-unit", "unit")
_CODES_1 = frozenset({"bpt", "bx", "ept", "ex", "it", "ph", "sub", "x"})
_CODES_2 = frozenset({"cp", "ec", "em", "ph", "sc", "sm"})
# States of a target that is still the copy of its source that a tool put there.
_UNTRANSLATED = frozenset({"initial", "needs-translation", "new"})


def read(file: TextFile) -> Records:
    """Reads an XLIFF file: a row for each unit (1.x) or segment (2.x), in file order.

    A column is a language that some `file` (1.x) or the root (2.x) names; `source` and `target`
    stand for languages that are not named, `target` also for one that is the source's own.
    Codes of formatting are left out; the text within `g`, `pc` and `mrk` is kept. A side
    without translation is "", and so is a target that equals its source in the state `new`,
    `needs-translation` or `initial`.

    Args:
        file: The XLIFF file.

    Returns:
        The records; `source` where all units have the same, `target` where there are two
        columns. `skipped` counts units with `translate="no"`.

    Raises:
        InputError: if the file is no well-formed XML, or holds no unit.

    Example:
        >>> records = read(text_files("messages.de.xlf")[0])  # doctest: +SKIP
    """
    version = ""
    columns: dict[str, int] = {}
    sources: set[str] = set()
    for unit in elements(file, _UNITS):
        version = _inherited(unit, "version")
        source, target = _languages(unit)
        sources.add(source)
        add_column(columns, source, file.label)
        add_column(columns, target, file.label)
    if not columns:
        raise InputError(
            f"{file.label}: holds no trans-unit and no unit; export the XLIFF file again"
        )
    names = list(columns)
    common = columns[sources.pop()] if len(sources) == 1 else None
    skipped: dict[str, int] = {}
    return Records(
        f"XLIFF {version}".strip(),
        names,
        lambda: _rows(file, columns, skipped),
        common,
        other_column(names, common),
        skipped,
    )


def _inherited(unit: etree._Element, *names: str) -> str:
    """Returns an attribute of a unit or of the nearest element around it that has it."""
    element: etree._Element | None = unit
    while element is not None:
        for name in names:
            if value := element.get(name):
                return value
        element = element.getparent()
    return ""


def _languages(unit: etree._Element) -> tuple[str, str]:
    """Returns the columns of source and target of a unit."""
    source = language_tag(_inherited(unit, "source-language", "srcLang")) or "source"
    target = language_tag(_inherited(unit, "target-language", "trgLang"))
    if not target:
        own = next(children(unit, "target"), None)
        target = language_tag(own.get(XML_LANGUAGE, "")) if own is not None else ""
    return source, target if target and target != source else "target"


def _rows(
    file: TextFile, columns: dict[str, int], skipped: dict[str, int]
) -> Iterator[Sequence[str]]:
    for unit in elements(file, _UNITS):
        if _inherited(unit, "translate") == "no":
            skipped["translate=no"] = skipped.get("translate=no", 0) + 1
            continue
        source, target = (columns[column] for column in _languages(unit))
        if local_name(unit) == "unit":
            pairs = _segments(unit, file.label)
        else:
            pairs = iter([_pair(unit, file.label, _CODES_1, {})])
        for pair in pairs:
            cells = [""] * len(columns)
            cells[source], cells[target] = pair
            yield cells


def _segments(unit: etree._Element, label: str) -> Iterator[tuple[str, str]]:
    data = {
        code.get("id", ""): own_code(code)
        for original in children(unit, "originalData")
        for code in children(original, "data")
    }
    for segment in children(unit, "segment"):
        yield _pair(segment, label, _CODES_2, data)


def _pair(
    parent: etree._Element, label: str, codes: frozenset[str], data: dict[str, str]
) -> tuple[str, str]:
    def code(element: etree._Element) -> str:
        return data.get(element.get("dataRef", "")) or own_code(element)

    texts = []
    state = parent.get("state", "")
    for side in ("source", "target"):
        element = next(children(parent, side), None)
        if element is None:
            texts.append("")
            continue
        texts.append(plain_text(element, label, codes, code, _is_deleted))
        state = element.get("state", state)
    source, target = texts
    return source, "" if target == source and state in _UNTRANSLATED else target


def _is_deleted(element: etree._Element) -> bool:
    """Says whether a mark holds text that a reviewer took out, as Trados writes it."""
    return element.get("mtype") == "x-sdl-deleted"
