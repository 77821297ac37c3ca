"""Subtitles: SubRip (.srt) and WebVTT (.vtt), of which only the texts of the cues change.

Lines are found, not parsed: a library that reads the times and writes them again also changes
what it did not understand, such as positions behind the times or numbers out of order.
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from seq2seq_keras.documents.document import Slot
from seq2seq_keras.documents.wrapping import width_of, wrap
from seq2seq_keras.errors import InputError

_TIME = r"(?:\d+:)?\d+:\d+(?:[.,]\d+)?"
_TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}")
_BROKEN_TIMES = re.compile(rf"\s*{_TIME}\s*[-–—=][-–—=\s]*>")
_NUMBER = re.compile(r"\s*\d+\s*")

_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<[\d:.]+>|\{\\[^{}]*\}")
# `{\an8}` places the whole cue, and `<v Name>` in WebVTT names its speaker.
_LEADING = re.compile(r"\s*(?:\{\\[^{}]*\}|<v(?:\.[^<>\s]*)?\s[^<>]*>(?!.*</?v\b))", re.DOTALL)
_WRAPPED = re.compile(r"\s*(<([A-Za-z]+)[^<>]*>)(.*)(</\2\s*>)\s*", re.DOTALL | re.IGNORECASE)
# Many programs close a tag at the end of each line and open it again in the next.
_REOPENED = re.compile(r"</([A-Za-z]+)\s*>(\s+)<\1>", re.IGNORECASE)


def subtitle_parts(text: str, label: str, web: bool) -> list[str | Slot]:
    """Finds the texts of the cues; numbers, times and all else stay as they are.

    Args:
        text: The whole file, without a byte order mark.
        label: What messages call it.
        web: Whether it is WebVTT, in which a blank line ends a cue and `&amp;` stands for `&`.

    Returns:
        What is kept, and a slot for each cue that is not empty.

    Raises:
        InputError: If there is no cue, or the times of one cannot be read.
    """
    lines = re.findall("[^\n\r]*(?:\r\n|\r|\n)|[^\n\r]+", text)
    if lines and not any(map(_TIMES.match, lines)):
        raise InputError(
            f"{label}: no cue in it, which begins with times such as "
            "00:00:01,000 --> 00:00:02,000; see that these are subtitles"
        )
    for number, line in enumerate(lines, 1):
        if _BROKEN_TIMES.match(line) and not _TIMES.match(line):
            raise InputError(
                f"{label}, line {number}: the times of a cue cannot be read; write them as "
                "00:00:01,000 --> 00:00:02,000"
            )
    parts: list[str | Slot] = []
    kept = 0
    for start, end in _texts(lines, web):
        shown = [line.rstrip("\r\n") for line in lines[start:end]]
        slot = _slot(shown, _line_break(lines[start - 1]), web)
        if slot is None:
            continue
        parts += ["".join(lines[kept:start]), slot, _line_break(lines[end - 1])]
        kept = end
    return [*parts, "".join(lines[kept:])]


def _texts(lines: Sequence[str], web: bool) -> Iterator[tuple[int, int]]:
    """Yields where the text of each cue begins and ends, as far as it has one."""
    times = [number for number, line in enumerate(lines) if _TIMES.match(line)]
    for begin, following in itertools.pairwise([*times, len(lines)]):
        start = end = begin + 1
        if web:
            while end < following and lines[end].strip():
                end += 1
        else:
            # A blank line may stand within a text, so only the next cue ends it.
            end = following
            if following < len(lines) and end > start and _NUMBER.fullmatch(lines[end - 1]):
                end -= 1
            while end > start and not lines[end - 1].strip():
                end -= 1
        if any(line.strip() for line in lines[start:end]):
            yield start, end


def _line_break(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


@dataclass(frozen=True)
class _Cue:
    """How the translation of a cue is written: within its tags, in lines of its width."""

    before: str
    after: str
    widths: tuple[int, ...]
    line_break: str
    escape: Callable[[str], str]

    def __call__(self, translation: str) -> str:
        lines = wrap(translation, self.widths)
        if not lines:
            return ""
        return self.before + self.line_break.join(map(self.escape, lines)) + self.after


def _slot(lines: Sequence[str], line_break: str, web: bool) -> Slot | None:
    unescape: Callable[[str], str] = html.unescape if web else str
    escape: Callable[[str], str] = _escape if web else str
    before, core, after = _peel("\n".join(lines))
    shown = [" ".join(unescape(_TAG.sub("", line)).split()) for line in core.split("\n")]
    text = " ".join(filter(None, shown))
    if not text:
        return None  # tags or blanks alone
    widths = tuple(width_of(line) for line in shown if line)
    return Slot(text, _Cue(before, after, widths, line_break, escape))


def _escape(text: str) -> str:
    return html.escape(text, quote=False)


def _peel(text: str) -> tuple[str, str, str]:
    """Takes off the tags that stand around a whole text.

    Example:
        >>> _peel("<i>Hello</i>\\n<i>there.</i>")
        ('<i>', 'Hello\\nthere.', '</i>')
        >>> _peel("<i>He</i> is <i>here.</i>")
        ('', '<i>He</i> is <i>here.</i>', '')
    """
    before = after = ""
    while True:
        leading = _LEADING.match(text)
        if leading:
            before += leading.group().strip()
            text = text[leading.end() :]
            continue
        joined = _REOPENED.sub(r"\2", text)
        wrapped = _WRAPPED.fullmatch(joined)
        if not wrapped or re.search(rf"</?{wrapped[2]}\b", wrapped[3], re.IGNORECASE):
            return before, text, after
        before, text, after = before + wrapped[1], wrapped[3], wrapped[4] + after
