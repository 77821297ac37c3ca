"""Language tags in one writing, so that `EN_us` and `en-US` are one column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from seq2seq_keras.errors import InputError

# What the locales of gettext and Qt write behind an @, and BCP 47 as a script.
_SCRIPTS = {"latin": "Latn", "cyrillic": "Cyrl", "arabic": "Arab", "devanagari": "Deva"}

# A row has a cell for each language, so a file of as many languages as units would not end.
_MOST_LANGUAGES = 1000


@lru_cache(maxsize=64)
def language_tag(written: str) -> str:
    """Returns a language tag as BCP 47 recommends to write it.

    The language is small, the script begins with a capital, the region is in capitals. A name
    that is no tag, such as `English`, stays as it is.

    Args:
        written: A tag or a locale, such as `EN_us`, `zh-hant-TW` or `sr_RS.UTF-8@latin`.

    Returns:
        The tag; "" if nothing is written.

    Example:
        >>> language_tag("EN_us"), language_tag("zh-hant"), language_tag("sr_RS.UTF-8@latin")
        ('en-US', 'zh-Hant', 'sr-Latn-RS')
    """
    tag, _, modifier = written.strip().partition("@")
    language, *rest = re.split("[-_]", tag.partition(".")[0])
    if not re.fullmatch("[A-Za-z]{1,3}", language):
        return written.strip()
    script = _SCRIPTS.get(modifier.casefold())
    if script:
        rest.insert(0, script)
    elif modifier:
        rest.append(modifier)
    parts = [language.lower()]
    for part in filter(None, rest):
        if len(parts[-1]) == 1:  # behind a singleton, as in en-x-US, letters mean something else
            parts.append(part.lower())
        elif len(part) == 4 and part.isalpha():
            parts.append(part.capitalize())
        elif len(part) == 2:
            parts.append(part.upper())
        else:
            parts.append(part.lower())
    return "-".join(parts)


def add_column(columns: dict[str, int], language: str, label: str) -> None:
    """Adds a language to the columns of a file, unless it is there.

    Args:
        columns: The index of each language.
        language: Its tag.
        label: What the file is called.

    Raises:
        InputError: if these are more languages than a translation file can have.

    Example:
        >>> columns = {"en": 0}
        >>> add_column(columns, "de", "memory.tmx")
        >>> columns
        {'en': 0, 'de': 1}
    """
    columns.setdefault(language, len(columns))
    if len(columns) > _MOST_LANGUAGES:
        raise InputError(
            f"{label}: names more than {_MOST_LANGUAGES:,} languages; mend the language tags, or "
            "divide the file"
        )


def column_of(columns: Sequence[str], language: str) -> int | None:
    """Returns the column of a language, also where only one of both names a region.

    Args:
        columns: Tags as `language_tag` returns them.
        language: Likewise.

    Returns:
        The index; None if there is none, or several regions to choose from.

    Example:
        >>> column_of(["en-GB", "de"], "en"), column_of(["en-GB", "en-US"], "en")
        (0, None)
    """
    if language in columns:
        return columns.index(language)
    kin = [
        index
        for index, column in enumerate(columns)
        if language and column.split("-")[0] == language.split("-")[0]
    ]
    return kin[0] if len(kin) == 1 else None


def other_column(columns: Sequence[str], one: int | None) -> int | None:
    """Returns the other one of two columns.

    Args:
        columns: Their names.
        one: The index of one of them, if it is known.

    Returns:
        The index; None if there are more columns, or the one is not known.

    Example:
        >>> other_column(["de", "en"], 1), other_column(["de", "en", "fr"], 1)
        (0, None)
    """
    return 1 - one if one is not None and len(columns) == 2 else None
