"""Names of accounts: which there may be, and which of them are one and the same."""

from __future__ import annotations

import re
import unicodedata

from seq2seq_keras.errors import InputError

_MOST = 32
_MARKS = "-_."
# Letters and marks that nobody sees.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
# Scripts with letters that look like those of another one.
_LOOK_ALIKE = {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU"}


def key_of(name: str) -> str:
    """What is compared of a name: neither case nor width nor the way it was typed counts.

    Args:
        name: Whatever somebody typed; too long a one is nobody's.

    Example:
        >>> key_of("Ａda") == key_of("ADA")
        True
    """
    if len(name) > 4 * _MOST:
        return ""
    return _normal(_normal(name.strip()).casefold())


def check_name(name: str) -> str:
    """Sees whether an account may be called so.

    Args:
        name: The name: letters of any script, digits, and - _ . between them.

    Returns:
        The name as it is kept.

    Raises:
        InputError: It may not.

    Example:
        >>> check_name("ada.lovelace")
        'ada.lovelace'
    """
    kept = _normal(name.strip()) if len(name) <= 4 * _MOST else name
    allowed = all(letter in _MARKS or unicodedata.category(letter)[0] in "LMN" for letter in kept)
    ends = kept[:1].isalnum() and kept[-1:] not in _MARKS
    if not (allowed and ends and len(kept) <= _MOST) or _UNSEEN.search(name):
        raise InputError(
            f"{name!r}: a name has 1 to {_MOST} letters and digits, and - _ . between them; choose "
            "another"
        )
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in kept} & _LOOK_ALIKE
    if len(scripts) > 1:
        raise InputError(
            f"{name!r}: the name mixes letters of {' and '.join(sorted(scripts)).lower()}, which "
            "look alike; choose one script"
        )
    return kept


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
