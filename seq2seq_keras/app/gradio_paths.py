"""Where Gradio's own routes are in a page, as its frontend and its clients ask for them."""

from __future__ import annotations

GRADIO = "/gradio_api/"
"""What stands before the name of a route."""


def is_upload(path: str) -> bool:
    """Says whether files are sent to a path.

    What follows the first `GRADIO` decides: the name of an endpoint may hold anything.

    Example:
        >>> is_upload("/en/gradio_api/upload"), is_upload("/en/gradio_api/call/gradio_api/upload")
        (True, False)
    """
    return path.partition(GRADIO)[2].rstrip("/") == "upload"
