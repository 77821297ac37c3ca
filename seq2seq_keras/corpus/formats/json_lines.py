"""JSON: an object a line, or one array of them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from seq2seq_keras.corpus.encodings import LONGEST_LINE
from seq2seq_keras.corpus.files import TextFile
from seq2seq_keras.corpus.formats.records import Records
from seq2seq_keras.errors import InputError

SAMPLE_OBJECTS = 500
"""So many objects tell the columns; names that only later ones hold are left out."""

_LATE = "other names than the first objects have"
_NO_OBJECT = "no object and no list of texts"
_NESTED = "translation"  # where the Hugging Face Hub keeps both sides
_MOST_LOOKED_AT = 2**20
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
_SPACE = re.compile(r"[ \t\r\n]*")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # half of an escape, which no encoding can write
_BROKEN = object()

Unit = dict[str, str] | list[str] | None


def read(file: TextFile) -> Records:
    """Reads JSON Lines or JSON, whichever it is.

    A unit is an object whose names are the columns, such as `{"de": "Hallo.", "en": "Hello."}`,
    or a list of texts, `["Hallo.", "Hello."]`. What is in an object `translation` counts as if
    it stood beside it, as in the data sets of the Hugging Face Hub. JSON Lines has a unit a line;
    JSON one array of all, alone or in an object, such as `{"version": 1, "data": [...]}`. Numbers
    are taken as they are written, null as an empty text, other lists and objects not at all.

    Args:
        file: The file.

    Returns:
        The columns of the first 500 units; only a unit at a time is held in memory.

    Raises:
        InputError: If the file is not JSON or holds no units of text.

    Example:
        >>> read(file).columns  # doctest: +SKIP
        ['id', 'de', 'en']
    """
    units, form = (
        (_units_of_lines, "JSON Lines") if _is_lines(file) else (_units_of_document, "JSON")
    )
    columns: dict[str, None] = {}
    width = 0
    for unit in islice(units(file), SAMPLE_OBJECTS):
        if isinstance(unit, dict):
            columns.update(dict.fromkeys(unit))
        elif unit is not None:
            width = max(width, len(unit))
    names = list(columns) or [str(number) for number in range(1, width + 1)]
    if not names:
        raise InputError(
            f"{file.label}: holds no text; an object a line is read, such as "
            '{"de": "Hallo.", "en": "Hello."}, or one array of such objects'
        )
    skipped: Counter[str] = Counter()
    return Records(form, names, lambda: _rows(units, file, names, skipped), skipped=skipped)


def _rows(
    units: Callable[[TextFile], Iterator[Unit]],
    file: TextFile,
    names: Sequence[str],
    skipped: Counter[str],
) -> Iterator[Sequence[str]]:
    known = set(names)
    for unit in units(file):
        if isinstance(unit, dict):
            if unit and known.isdisjoint(unit):
                skipped[_LATE] += 1
            else:
                yield [unit.get(name, "") for name in names]
        elif unit is not None:
            yield [*unit, *[""] * len(names)][: len(names)]
        else:
            skipped[_NO_OBJECT] += 1


def _unit(value: Any) -> Unit:
    """Reduces a value to its texts, or to None if it is no unit."""
    if isinstance(value, list):
        texts = list(map(_text, value))
        return None if None in texts or not texts else [text or "" for text in texts]
    if not isinstance(value, dict):
        return None
    inner = value.get(_NESTED)
    if isinstance(inner, dict):
        value = {**{key: own for key, own in value.items() if key != _NESTED}, **inner}
    return {key: text for key, own in value.items() if (text := _text(own)) is not None}


def _text(value: Any) -> str | None:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    # A number is a string already, as it was written.
    return _LONE_SURROGATE.sub("\ufffd", value) if isinstance(value, str) else None


def _units_of_lines(file: TextFile) -> Iterator[Unit]:
    for number, line in enumerate(file.lines(), 1):
        if not line.strip():
            continue
        value = _value(line)
        if value is _BROKEN:
            raise InputError(
                f"{file.label}, line {number}: is not JSON; each line must be an object, such as "
                '{"de": "Hallo.", "en": "Hello."}'
            )
        yield _unit(value)


def _units_of_document(file: TextFile) -> Iterator[Unit]:
    scanner = _Scanner(file)
    found = False
    if scanner.take("["):
        found = True
        yield from map(_unit, scanner.elements())
    elif scanner.take("{"):
        # The first array that holds something is meant, whatever its name is.
        while not scanner.take("}"):
            scanner.value()
            scanner.expect(":")
            if scanner.take("["):
                for element in scanner.elements():
                    unit = _unit(element)
                    if not found and unit is None:
                        continue
                    found = True
                    yield unit
                if found:
                    return
            else:
                scanner.value()
            if not scanner.take(","):
                scanner.expect("}")
                break
    else:
        scanner.refuse()
    scanner.expect_end()


class _Scanner:
    """Reads a JSON text value by value, of which it holds one at a time."""

    def __init__(self, file: TextFile) -> None:
        self._label = file.label
        self._pieces = file.pieces()
        self._text = ""
        self._at = 0
        self._line = 1

    def take(self, sign: str) -> bool:
        """Goes past a sign if it comes next."""
        self._skip_space()
        if not self._text.startswith(sign, self._at):
            return False
        self._at += len(sign)
        return True

    def expect(self, sign: str) -> None:
        if not self.take(sign):
            self.refuse()

    def expect_end(self) -> None:
        self._skip_space()
        if self._at < len(self._text):
            self.refuse()

    def elements(self) -> Iterator[Any]:
        """Yields the values of an array, from behind its opening bracket to its end."""
        if self.take("]"):
            return
        while True:
            yield self.value()
            if not self.take(","):
                self.expect("]")
                return

    def value(self) -> Any:
        self._skip_space()
        wanted = 0
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except (ValueError, RecursionError) as error:
                # Perhaps the rest of it was not read yet. Twice as much each time, for it is
                # decoded from its beginning again.
                wanted = 2 * max(wanted, len(self._text) - self._at)
                if isinstance(error, RecursionError) or not self._read(wanted):
                    self.refuse()
                continue
            # The next digit of a number may not have been read.
            if end < len(self._text) or not self._read(1):
                self._at = end
                return value

    def refuse(self) -> None:
        self._forget()
        raise InputError(
            f"{self._label}, line {self._line}: from here on it is not JSON; mend the file, or "
            "write an object a line"
        )

    def _skip_space(self) -> None:
        while True:
            end = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]
            self._at = end
            if end < len(self._text) or not self._read(1):
                return

    def _read(self, wanted: int) -> bool:
        """Reads so many characters more, and says whether there were any."""
        self._forget()
        if len(self._text) > LONGEST_LINE:
            raise InputError(
                f"{self._label}, line {self._line}: a value is longer than "
                f"{LONGEST_LINE // 2**20} MiB, which no sentence is; write an object a line"
            )
        pieces = []
        while wanted > 0 and (piece := next(self._pieces, "")):
            pieces.append(piece)
            wanted -= len(piece)
        self._text += "".join(pieces)
        return bool(pieces)

    def _forget(self) -> None:
        self._line += self._text.count("\n", 0, self._at)
        self._text, self._at = self._text[self._at :], 0


def _is_lines(file: TextFile) -> bool:
    """Says whether a file is JSON Lines rather than one array or object."""
    start = ""
    whole = True
    for piece in file.pieces():
        start += piece
        if len(start) > _MOST_LOOKED_AT:
            whole = False
            break
    lines = [line.strip() for line in start.split("\n") if line.strip()]
    if not lines:
        raise InputError(f"{file.label}: is empty; a corpus needs sentence pairs")
    first, alone = lines[0], len(lines) == 1
    value = _BROKEN if alone and not whole else _value(first)
    if first.startswith("["):
        return value is not _BROKEN and isinstance(_unit(value), list)
    if not first.startswith("{"):
        return True  # which tells that the line is not JSON
    if value is _BROKEN:
        return len(lines) > 1 and lines[1].startswith("{")  # else an object over many lines
    return not (alone and isinstance(value, dict) and _unit_in_array(value))


def _unit_in_array(value: dict[str, Any]) -> bool:
    return any(
        isinstance(inner, list) and any(_unit(element) is not None for element in inner)
        for inner in value.values()
    )


def _value(line: str) -> Any:
    try:
        return _DECODER.decode(line)
    except (ValueError, RecursionError):
        return _BROKEN
