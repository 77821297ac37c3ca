"""Which part of the tab is shown, so that no other does any work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from seq2seq_keras.app.studio import QUIET


class ShownPart:
    """Fills a part when its tab opens, and again after changes, but only while it is shown.

    Args:
        tabs: The parts' tabs by name; the first is shown to begin with.

    Example:
        >>> shown = ShownPart({"stepping": stepping_tab, "limits": limits_tab})
        >>> shown.fill("limits", limits.fill, inputs=[model], outputs=[chart])
        >>> shown.fill_after(model.input)
    """

    def __init__(self, tabs: dict[str, gr.Tab]) -> None:
        self._tabs = tabs
        self._name = gr.State(next(iter(tabs)))
        self._works: list[tuple[Callable[..., Any], dict[str, Any]]] = []
        for name, tab in tabs.items():
            tab.select(lambda name=name: name, outputs=self._name, **QUIET)

    def fill(
        self,
        part: str,
        work: Callable[..., Any],
        *,
        inputs: list[Any],
        outputs: list[Any],
        **options: Any,
    ) -> None:
        """Does a part's work when it opens, and while it is shown after each of `fill_after`.

        Args:
            part: The part's name.
            work: Takes the inputs and returns the outputs.
            inputs, outputs: The components.
            options: More of what an event takes.
        """

        def if_shown(shown: str, *values: Any) -> Any:
            return work(*values) if shown == part else gr.skip()

        options = {"api_visibility": "private", **options}
        self._tabs[part].select(work, inputs=inputs, outputs=outputs, **options)
        more = {"inputs": [self._name, *inputs], "outputs": outputs, **options}
        self._works.append((if_shown, more))

    def fill_after(self, event: Any) -> None:
        """Fills what is shown after an event, such as `model.input`.

        Events of a person, not of components' values: these tell of what other handlers put
        there, in between as well.
        """
        for work, options in self._works:
            event(work, **options)
