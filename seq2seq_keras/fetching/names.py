"""Names of corpora on the web, and what is meant by them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from seq2seq_keras.errors import InputError
from seq2seq_keras.languages import three_letter_code

EXAMPLES = (
    "manythings:fra-eng, tatoeba:fra-eng, opus:Tatoeba/de-en, hub:OWNER/NAME/CONFIG@SPLIT, or "
    "https://..."
)

_LONGEST = 2000
_PAIR = re.compile(r"([A-Za-z]{2,3}(?:_[A-Za-z0-9]+)*)-([A-Za-z]{2,3}(?:_[A-Za-z0-9]+)*)")
_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")
# Of which Tatoeba has no sentences under the code of the macrolanguage.
_OWN_CODES = {"zh": "cmn", "fa": "pes", "ms": "zsm", "lv": "lvs", "no": "nob", "nb": "nob"}


@dataclass(frozen=True)
class ManyThingsName:
    """Two languages, by the codes of ISO 639-3; English is the second."""

    language: str

    def __str__(self) -> str:
        return f"manythings:{self.language}-eng"


@dataclass(frozen=True)
class TatoebaName:
    """Two languages, by the codes of ISO 639-3."""

    source: str
    target: str

    def __str__(self) -> str:
        return f"tatoeba:{self.source}-{self.target}"


@dataclass(frozen=True)
class OpusName:
    """A corpus of OPUS, its release (None for the latest), and two of its languages."""

    corpus: str
    version: str | None
    source: str
    target: str

    def __str__(self) -> str:
        version = f"/{self.version}" if self.version else ""
        return f"opus:{self.corpus}{version}/{self.source}-{self.target}"


@dataclass(frozen=True)
class HubName:
    """A data set on the Hugging Face Hub.

    Attributes:
        parts: What stands between the slashes: the owner, the name, and the configuration, or
            some of them.
        split: The part of the data, if told.
    """

    parts: tuple[str, ...]
    split: str | None = None

    def __str__(self) -> str:
        return f"hub:{'/'.join(self.parts)}" + (f"@{self.split}" if self.split else "")


@dataclass(frozen=True)
class UrlName:
    """The address of a file."""

    url: str

    def __str__(self) -> str:
        return self.url


Name = ManyThingsName | TatoebaName | OpusName | HubName | UrlName


def parse(text: str) -> Name:
    """Reads the name of a corpus.

    Args:
        text: The name, such as `opus:Books/de-en`.

    Raises:
        InputError: It is none.

    Example:
        >>> str(parse("manythings:en-fr"))
        'manythings:fra-eng'
    """
    text = text.strip()
    if len(text) > _LONGEST:
        raise InputError(
            f"the name of the corpus has {len(text)} characters, which none has; write one such as "
            f"{EXAMPLES}"
        )
    scheme, _, rest = text.partition(":")
    scheme = scheme.casefold()
    if scheme in ("http", "https"):
        return _url(text)
    if scheme == "manythings":
        return _manythings(text, rest)
    if scheme == "tatoeba":
        return TatoebaName(*map(_tatoeba_code, _pair(text, rest)))
    if scheme == "opus":
        return _opus(text, rest)
    if scheme == "hub":
        return _hub(text, rest)
    if rest.startswith("//"):
        raise InputError(f"{text}: is no address of the web; only http and https are fetched")
    raise InputError(f"{text}: is no name of a corpus on the web; expected one such as {EXAMPLES}")


def is_pair(text: str) -> bool:
    """Whether a text names two languages, such as `de-en`."""
    return _PAIR.fullmatch(text) is not None


def _pair(name: str, text: str) -> tuple[str, str]:
    found = _PAIR.fullmatch(text)
    if found is None:
        raise InputError(
            f"{name}: {text or 'nothing'} does not name two languages; write two codes with a "
            "hyphen, such as fra-eng"
        )
    if found[1] == found[2]:
        raise InputError(f"{name}: names the same language twice; write two, such as fra-eng")
    return found[1], found[2]


def _tatoeba_code(code: str) -> str:
    code = code.casefold()
    return _OWN_CODES.get(code) or three_letter_code(code) or code


def _manythings(name: str, text: str) -> ManyThingsName:
    languages = [_tatoeba_code(code) for code in _pair(name, text)]
    if "eng" not in languages:
        raise InputError(
            f"{name}: ManyThings has pairs with English alone; write tatoeba:{text} for these two"
        )
    languages.remove("eng")
    return ManyThingsName(languages[0])


def _opus(name: str, text: str) -> OpusName:
    parts = text.split("/")
    if len(parts) not in (2, 3) or not all(map(_PART.fullmatch, parts[:-1])):
        raise InputError(
            f"{name}: expected opus:CORPUS/SOURCE-TARGET or opus:CORPUS/VERSION/SOURCE-TARGET, "
            "such as opus:Books/v1/de-en"
        )
    version = parts[1] if len(parts) == 3 and parts[1] != "latest" else None
    return OpusName(parts[0], version, *_pair(name, parts[-1]))


def _hub(name: str, text: str) -> HubName:
    path, at, split = text.partition("@")
    parts = path.split("/")
    words = [*parts, split] if at else parts
    if len(parts) > 3 or not all(map(_PART.fullmatch, words)):
        raise InputError(
            f"{name}: expected hub:OWNER/NAME, with /CONFIG and @SPLIT where there are several, "
            "such as hub:Helsinki-NLP/opus_books/de-fr@train"
        )
    return HubName(tuple(parts), split or None)


def _url(text: str) -> UrlName:
    try:
        address = urlsplit(text)
        has_host = bool(address.hostname) and address.port != 0
    except ValueError:
        has_host = False
    if not has_host or any(character.isspace() for character in text):
        raise InputError(f"{text}: is no address of a file; copy it from the browser once more")
    if address.username or address.password:
        raise InputError(
            "the address holds a name or a password, which would be kept beside the corpus; "
            "download the file yourself"
        )
    return UrlName(address._replace(fragment="").geturl())
