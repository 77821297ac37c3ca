"""Where a file of a corpus is from, in a small file beside it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from seq2seq_keras.storage import write_file

SUFFIX = ".source.json"


@dataclass(frozen=True)
class Provenance:
    """Where a file is from, as far as is known.

    Attributes:
        name: The name that was fetched, such as `manythings:fra-eng`, or what a person calls it.
        url: Its address; of a table that was put together, those of its parts.
        license: What the source said of its licence; None where it said nothing.
        homepage: The page about the corpus, if the source named one.
        pairs: The sentence pairs of the whole corpus, if the source told.
        fetched: When, in UTC, as ISO 8601 has it.
        size: Its bytes.
        sha256: Its checksum, as computed here.
        etag: What the server called this version.
        last_modified: When it changed, as the server said.

    Example:
        >>> provenance("fra-eng.zip").license                        # doctest: +SKIP
        'CC BY 2.0 FR'
    """

    name: str | None = None
    url: str | tuple[str, ...] | None = None
    license: str | None = None
    homepage: str | None = None
    pairs: int | None = None
    fetched: str | None = None
    size: int | None = None
    sha256: str | None = None
    etag: str | None = None
    last_modified: str | None = None


def provenance(path: str | Path) -> Provenance | None:
    """Tells where a file is from.

    Args:
        path: A file of a corpus, beside which `NAME.source.json` may lie: what was fetched has
            it, and a person may write it, with the fields that are known.

    Returns:
        Its origin; None where none is known, or where the file has another size by now.

    Example:
        >>> provenance("my.tsv") is None
        True
    """
    path = Path(path).expanduser()
    try:
        content = json.loads(_beside(path).read_text(encoding="utf-8"))
        origin = _origin(content)
        return origin if origin.size in (None, path.stat().st_size) else None
    except (OSError, ValueError, TypeError):
        return None


def write_provenance(path: Path, origin: Provenance) -> None:
    """Writes where a file is from beside it."""
    text = json.dumps(asdict(origin), indent=2, ensure_ascii=False) + "\n"
    write_file(_beside(path), text)


def keep_provenance(old: Path, new: Path) -> None:
    """Takes along what is known of a file to where it was copied.

    Args:
        old: Where the file was.
        new: Where its copy is.
    """
    if provenance(old) is not None:
        write_file(_beside(new), _beside(old).read_bytes())


def _beside(path: Path) -> Path:
    return path.with_name(path.name + SUFFIX)


def _origin(content: object) -> Provenance:
    """Raises TypeError for what was not written here."""
    if not isinstance(content, dict):
        raise TypeError("expected an object")
    known: dict[str, Any] = {name: content.get(name) for name in Provenance.__dataclass_fields__}
    url = known["url"]
    numbers = [known["size"], known["pairs"]]
    others = [value for name, value in known.items() if name not in ("url", "size", "pairs")]
    texts = [*others, *(url if isinstance(url, list) else [url])]
    if not all(each is None or isinstance(each, str) for each in texts):
        raise TypeError("expected texts")
    if not all(each is None or isinstance(each, int) for each in numbers):
        raise TypeError("expected numbers")
    if not any(texts):
        raise TypeError("expected something known")
    known["url"] = tuple(url) if isinstance(url, list) else url
    return Provenance(**known)
