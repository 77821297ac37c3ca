"""One line to whoever is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


async def refuse(
    send: Any, status: int, detail: str, headers: Mapping[str, str] | None = None
) -> None:
    """Answers a request with a status and a line of JSON.

    Args:
        send: Of the ASGI request.
        status: The status.
        detail: What is wrong.
        headers: Any other headers.
    """
    body = json.dumps({"detail": detail}).encode()
    lines = {
        "content-type": "application/json",
        "content-length": str(len(body)),
        **(headers or {}),
    }
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in lines.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
