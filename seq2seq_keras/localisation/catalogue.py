"""The translations of one language, as a gettext file holds them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

MESSAGE_CONTEXT = "error"
"""The gettext context of what deeper code says in English, with values in it."""

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
# A value that is itself a message of ours, such as the reason of a failure, ends its name so.
_MESSAGE_INSIDE = "_text"


@dataclass(frozen=True)
class Catalogue:
    """Translations by their English texts.

    Attributes:
        texts: Texts of the interface.
        plurals: Texts that depend on a number, by their English singular.
        messages: Messages of deeper code: English formats, and theirs in this language.
    """

    texts: Mapping[str, str]
    plurals: Mapping[str, str]
    messages: Mapping[str, str]

    def message(self, text: str) -> str:
        """Translates a whole message; one that is unknown comes back as it is."""
        if text in self.messages:
            return self.messages[text]
        for pattern, translation in self._patterns:
            found = pattern.fullmatch(text)
            if found:
                return translation.format(
                    **{
                        name: self.message(value) if name.endswith(_MESSAGE_INSIDE) else value
                        for name, value in found.groupdict().items()
                    }
                )
        return text

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        """Formats as regular expressions; that with most words of its own is tried first."""
        formats = sorted(
            (text for text in self.messages if _PLACEHOLDER.search(text)),
            key=lambda text: -len(_PLACEHOLDER.sub("", text)),
        )
        return [(_as_pattern(text), self.messages[text]) for text in formats]


def read_catalogue(code: str) -> Catalogue:
    """Reads the translations that lie beside this file.

    Args:
        code: The language's code.

    Returns:
        Its catalogue.
    """
    import polib  # only whoever needs another language than English waits for it

    texts, plurals, messages = {}, {}, {}
    for entry in polib.pofile(str(Path(__file__).with_name(f"{code}.po"))):
        if entry.msgctxt == MESSAGE_CONTEXT:
            messages[entry.msgid] = entry.msgstr
        elif entry.msgid_plural:
            plurals[entry.msgid] = entry.msgstr_plural[0]
        else:
            texts[entry.msgid] = entry.msgstr
    return Catalogue(texts, plurals, messages)


def _as_pattern(text: str) -> re.Pattern[str]:
    parts = _PLACEHOLDER.split(text)  # literal, name, literal, name, ..., literal
    for place in range(len(parts)):
        parts[place] = f"(?P<{parts[place]}>.+?)" if place % 2 else re.escape(parts[place])
    return re.compile("".join(parts), re.DOTALL)
