"""What the headers of an answer tell of a file."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    import httpx

_LONGEST_NAME = 50  # of letters that may take four bytes, and with endings of ours


def content_length(answer: httpx.Response) -> int | None:
    """The bytes of a file, if the server tells."""
    length = answer.headers.get("content-length", "")
    return int(length) if length.isdecimal() else None


def file_name(answer: httpx.Response, url: str) -> str:
    """What to call a file: as the server does, else as its address ends.

    Args:
        answer: The server's.
        url: The address that was asked for.

    Returns:
        A plain name, without folders or anything that a shell or a disk would mind.
    """
    stated = answer.headers.get("content-disposition", "")
    extended = re.search(r"filename\*=[\w-]*''([^;]+)", stated, re.IGNORECASE)
    plain = re.search(r'filename="?([^";]+)', stated, re.IGNORECASE)
    if extended is not None:
        name = unquote(extended[1])
    elif plain is not None:
        name = plain[1]
    else:
        name = unquote(url.partition("?")[0].rstrip("/").partition("://")[2].partition("/")[2])
    name = PurePosixPath(name.replace("\\", "/")).name
    name = re.sub(r"[^\w.+-]+", "_", name).strip("._")
    return name[-_LONGEST_NAME:] or "corpus"
