"""Somebody whom the Hugging Face Hub has named."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_PLAIN = re.compile(r"[0-9a-f]{1,64}")  # as the Hub's own are: safe as the name of a folder
_HASHED = re.compile(r"x[0-9a-f]{64}")
_MOST_LETTERS = 64


@dataclass(frozen=True)
class HubUser:
    """Who it is.

    Attributes:
        key: By which they are known for good, whatever they call themselves; it names the folder of
            their workspace.
        name: What they call themselves now; only ever shown.
    """

    key: str
    name: str


def hub_user(claims: Mapping[str, Any] | None) -> HubUser:
    """Reads what the Hub says of somebody.

    Args:
        claims: The claims of its identity token, already checked; None where there was no token.

    Raises:
        ValueError: It names nobody.

    Example:
        >>> hub_user({"sub": "5f0c", "preferred_username": "ada"})
        HubUser(key='5f0c', name='ada')
    """
    subject = (claims or {}).get("sub")
    if claims is None or not isinstance(subject, str) or not subject:
        raise ValueError("nobody is named")
    plain = _PLAIN.fullmatch(subject)
    key = subject if plain else f"x{hashlib.sha256(subject.encode()).hexdigest()}"
    name = str(claims.get("preferred_username") or claims.get("name") or "")
    shown = "".join(letter for letter in name if letter.isprintable())[:_MOST_LETTERS].strip()
    return HubUser(key, shown or key[:8])


def is_key(text: str) -> bool:
    """Whether somebody may have such a key.

    Example:
        >>> is_key("5f0c"), is_key("lovelace")
        (True, False)
    """
    return bool(_PLAIN.fullmatch(text) or _HASHED.fullmatch(text))
