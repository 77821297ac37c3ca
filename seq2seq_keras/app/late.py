"""A tab that is built when it is first opened, so that the page comes the sooner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr


def built_when_opened(tab: gr.Tab, build: Callable[[], Any]) -> None:
    """Builds what a tab holds when it is first opened; called inside of the tab.

    A browser takes as long over a page as it has components and events, seen or not. Nothing
    outside of the tab can lead to what is in it, the other way is open.

    Args:
        tab: The tab.
        build: Makes its components and their events.
    """
    opened = gr.State(False)
    # In the queue: a state tells of its change after such an event alone.
    tab.select(lambda: True, outputs=opened, api_visibility="private", show_progress="hidden")

    @gr.render(inputs=[], triggers=[opened.change], show_progress="minimal")
    def _build() -> None:
        build()
