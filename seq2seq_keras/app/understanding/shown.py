"""Which part of the tab is shown, so that no other does any work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from seq2seq_keras.app.studio import QUIET


class ShownPart:
    """Fills a part when its tab opens, and again on changes, but only while it is shown.

    Args:
        tabs: The parts' tabs by name; the first is shown to begin with.

    Example:
        >>> shown = ShownPart({"stepping": stepping_tab, "limits": limits_tab})
        >>> shown.fill("limits", limits.fill, [model.change], inputs=[model], outputs=[chart])
    """

    def __init__(self, tabs: dict[str, gr.Tab]) -> None:
        self._tabs = tabs
        self._name = gr.State(next(iter(tabs)))
        for name, tab in tabs.items():
            tab.select(lambda name=name: name, outputs=self._name, **QUIET)

    def fill(
        self,
        part: str,
        work: Callable[..., Any],
        changes: list[Any],
        *,
        inputs: list[Any],
        outputs: list[Any],
        **options: Any,
    ) -> None:
        """Does a part's work when it opens or, while it is shown, something changes.

        Args:
            part: The part's name.
            work: Takes the inputs and returns the outputs.
            changes: The events after which what is shown no longer holds.
            inputs, outputs: The components.
            options: More of what an event takes.
        """

        def if_shown(shown: str, *values: Any) -> Any:
            return work(*values) if shown == part else gr.skip()

        options = {"api_visibility": "private", **options}
        self._tabs[part].select(work, inputs=inputs, outputs=outputs, **options)
        gr.on(changes, if_shown, inputs=[self._name, *inputs], outputs=outputs, **options)
