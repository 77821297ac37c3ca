"""Catalogues of GNU gettext (PO), whose untranslated entries are filled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import polib

from seq2seq_keras.corpus.files import TextFile
from seq2seq_keras.corpus.formats import gettext, mo
from seq2seq_keras.documents.document import Document, Translated, Unit
from seq2seq_keras.documents.formats.found import Direction, Found
from seq2seq_keras.documents.wrapping import width_of
from seq2seq_keras.errors import InputError

_STRING = re.compile(r'(?:(msg[a-z_]+(?:\[\d+\])?)\s+)?"(.*)"')
_CHARSET = re.compile(r"(Content-Type:[^\n\"]*?charset=)([\w.:-]+)", re.IGNORECASE)
_WIDTH = 79  # where gettext's programs break a line, quote marks and all


@dataclass
class _Field:
    """A keyword with its text, and the lines on which it stands."""

    first: int
    last: int
    text: str


@dataclass
class _Entry:
    comments: list[int] = field(default_factory=list)
    fields: dict[str, _Field] = field(default_factory=dict)

    @property
    def first(self) -> int:
        return min([*self.comments, *(each.first for each in self.fields.values())])

    @property
    def last(self) -> int:
        return max(each.last for each in self.fields.values())

    @property
    def forms(self) -> dict[str, _Field]:
        """The translations, by their keywords."""
        return {name: each for name, each in self.fields.items() if name.startswith("msgstr")}


def read(file: TextFile, direction: Direction) -> Document:
    """Reads a PO file, or a template of one.

    What the network fills is `fuzzy`, so that it is not used until somebody has looked at it;
    an exact match from a memory is not, as `msgmerge` takes it from a compendium. A comment
    tells both. Lines are wrapped as gettext does, unless the file's own are not. A file in
    another charset becomes UTF-8.

    Args:
        file: The file.
        direction: The languages to translate between.

    Raises:
        InputError: If the file is damaged, or has no entry to fill.
    """
    records = gettext.read(file)
    if records.form != "PO":
        raise InputError(
            f"{file.label}: is a binary catalogue (MO); make a PO file of it with `msgunfmt`"
        )
    for _ in records.rows():
        pass  # what is wrong with the file is told by its line
    with file.open() as stream:
        content = stream.read()
    named = _CHARSET.search(content.decode("latin-1"))
    charset = mo.known_charset(named[2] if named else "utf-8", file.label)
    return _Reader(content.decode(charset), Found(file.label, direction)).document()


class _Reader:
    def __init__(self, text: str, found: Found) -> None:
        self._lines = re.findall("[^\n]*\n|[^\n]+", text)
        self._found = found
        self._break = "\r\n" if "\r\n" in text else "\n"
        strings = (line.rstrip() for line in self._lines if not line.startswith("#"))
        self._wraps = all(width_of(line) <= _WIDTH + 1 for line in strings)

    def document(self) -> Document:
        parts: list[str | Unit] = []
        begin = 0
        languages = ("", "")
        for entry in self._entries():
            message = entry.fields["msgid"].text
            if not message:
                head = "".join(each.text for each in entry.forms.values())
                languages = _named(head, "X-Source-Language"), _named(head, "Language")
                header = self._raw(begin, entry.last + 1)
                parts.append(_CHARSET.sub(_as_utf8, header))
                begin = entry.last + 1
                continue
            if not self._found.fits(*languages):
                continue
            unit = self._unit(entry)
            if unit is None:
                self._found.left += 1
                continue
            parts += [self._raw(begin, entry.first), unit]
            begin = entry.last + 1
        return self._found.document([*parts, self._raw(begin, len(self._lines))])

    def _raw(self, first: int, end: int) -> str:
        return "".join(self._lines[first:end])

    def _entries(self) -> Iterator[_Entry]:
        """Yields the entries that are not obsolete."""
        entry, keyword = _Entry(), ""
        for number, line in enumerate(self._lines):
            line = line.strip().removeprefix("\ufeff")
            string = _STRING.fullmatch(line)
            begins = string is not None and string[1] in ("msgctxt", "msgid")
            if entry.forms and (begins or string is None):
                yield entry
                entry, keyword = _Entry(), ""
            if string is None:
                if not line or line.startswith("#~"):
                    entry.comments.clear()  # they belong to no entry that is in use
                else:
                    entry.comments.append(number)
            elif string[1]:
                keyword = string[1]
                entry.fields[keyword] = _Field(number, number, polib.unescape(string[2]))
            elif keyword:
                entry.fields[keyword].last = number
                entry.fields[keyword].text += polib.unescape(string[2])
        if entry.forms:
            yield entry

    def _unit(self, entry: _Entry) -> Unit | None:
        message = entry.fields["msgid"].text
        plural = entry.fields["msgid_plural"].text if "msgid_plural" in entry.fields else message
        forms = entry.forms
        # A language with one form writes it for every number, as the plural is read.
        sources = dict.fromkeys(forms, plural) | (
            {next(iter(forms)): message} if len(forms) > 1 else {}
        )
        empty = {name: sources[name] for name in forms if not forms[name].text.strip()}
        if not empty:
            if not any("fuzzy" in _flags(self._lines[number]) for number in entry.comments):
                self._found.pairs += [(sources[name], forms[name].text) for name in forms]
            return None
        texts = dict.fromkeys(source.strip() for source in empty.values())
        if not all(texts):
            return None

        def fill(translations: Sequence[Translated]) -> str:
            by_text = dict(zip(texts, translations, strict=True))
            written = {
                name: (source, by_text[source.strip()])
                for name, source in empty.items()
                if by_text[source.strip()].text
            }
            return self._filled(entry, written)

        return Unit(tuple(texts), (), fill)

    def _filled(self, entry: _Entry, written: dict[str, tuple[str, Translated]]) -> str:
        """Writes an entry anew, with some translations by their keywords and their sources."""
        if not written:
            return self._raw(entry.first, entry.last + 1)
        remembered = all(translation.from_memory for _, translation in written.values())
        new: dict[int, str] = {}
        for name, (source, translation) in written.items():
            place = entry.forms[name]
            ends = place.first, place.last
            new |= dict.fromkeys(range(ends[0], ends[1] + 1), "")
            new[ends[0]] = self._field(name, _as_spaced(source, translation.text))
        if not self._lines[entry.last].endswith("\n"):  # the last line of the file
            last = entry.forms[next(reversed(entry.forms))].first
            if last in new:
                new[last] = new[last].removesuffix(self._break)
        head = entry.comments
        own = [number for number in head if re.match(r"\s*#(\s|$)", self._lines[number])]
        flags = [number for number in head if self._lines[number].lstrip().startswith("#,")]
        told = "Exact match from memory" if remembered else "Machine translation"
        fields = min(each.first for each in entry.fields.values())
        behind = own[-1] + 1 if own else entry.first
        new[behind] = f"# {told}{self._break}" + new.get(behind, self._lines[behind])
        if not remembered and not any("fuzzy" in _flags(self._lines[n]) for n in flags):
            if flags:
                line = new.get(flags[0], self._lines[flags[0]])
                new[flags[0]] = re.sub(r"^(\s*)#,", r"\1#, fuzzy,", line, count=1, flags=re.M)
            else:
                previous = (n for n in head if self._lines[n].lstrip().startswith("#|"))
                place_of_flag = next(previous, fields)
                line = new.get(place_of_flag, self._lines[place_of_flag])
                mark = f"#, fuzzy{self._break}"
                comment, found, rest = line.partition(f"# {told}{self._break}")
                new[place_of_flag] = comment + found + mark + rest if found else mark + line
        return "".join(
            new.get(number, self._lines[number]) for number in range(entry.first, entry.last + 1)
        )

    def _field(self, name: str, text: str) -> str:
        lines = [
            escaped
            for line in re.findall("[^\n]*\n|[^\n]+", text)
            for escaped in self._lines_of(line)
        ]
        if len(lines) > 1 or (self._wraps and width_of(f"{name} {lines[0]}") > _WIDTH):
            lines.insert(0, '""')
        return self._break.join([f"{name} {lines[0]}", *lines[1:]]) + self._break

    def _lines_of(self, text: str) -> list[str]:
        """Writes a line of text in quotes, on several lines if it is long."""
        lines = [""]
        for word in re.findall(" *[^ ]+ *| +", polib.escape(text)):
            if self._wraps and lines[-1] and width_of(f'"{lines[-1]}{word.rstrip()}"') > _WIDTH:
                lines.append("")
            lines[-1] += word
        return [f'"{line}"' for line in lines]


def _named(header: str, name: str) -> str:
    found = re.search(rf"^{name}:[ \t]*(\S*)", header, re.MULTILINE)
    return found[1] if found else ""


def _flags(line: str) -> list[str]:
    line = line.strip()
    return [flag.strip() for flag in line[2:].split(",")] if line.startswith("#,") else []


def _as_utf8(found: re.Match[str]) -> str:
    known = found[2].casefold().replace("_", "-") in ("utf-8", "utf8")
    return found[0] if known else f"{found[1]}UTF-8"


def _as_spaced(source: str, translation: str) -> str:
    """Gives a translation the white space around its source, which gettext insists on."""
    before = source[: len(source) - len(source.lstrip())]
    return f"{before}{translation.strip()}{source[len(source.rstrip()) :]}"
