"""The one form in which text is held in memory."""

from __future__ import annotations

import re
import unicodedata

# Invisible characters that only make equal words look different: the byte order mark, the
# zero width space, the soft hyphen, and what is left of the control characters.
INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def normalise(text: str) -> str:
    """Returns `text` in NFC, without control characters, each run of white space one space.

    Half a surrogate pair, which no UTF-8 file can hold but a badly decoded command line
    can, becomes U+FFFD. Letters, case and punctuation stay as they are.

    Example:
        >>> normalise(" Un  café\\u00a0! ")
        'Un café !'
    """
    if not text.isprintable():
        text = INVISIBLE.sub("", _LONE_SURROGATE.sub("\ufffd", text))
    return " ".join(unicodedata.normalize("NFC", text).split())
