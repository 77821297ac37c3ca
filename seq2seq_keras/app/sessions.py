"""What the server keeps of each open page: little, and not of more pages than fit."""

from __future__ import annotations

from copy import copy
from types import SimpleNamespace
from typing import Any

from gradio.blocks import Blocks, BlocksConfig
from gradio.components import State
from gradio.state_holder import SessionState, StateHolder

MOST_SESSIONS = 2000
"""Pages and programs that are remembered; of more, the one that was not heard of for longest is
forgotten, and what it had chosen with it."""


class Session(SessionState):
    """The states and the late components of one page.

    Gradio also keeps a description of every component with its value for each page, for links that
    bring back what a page showed. Nobody can make such a link here, and it takes a tenth of a
    second and 600 kB a page.

    Args:
        blocks: The page as everybody gets it.
    """

    def __init__(self, blocks: Blocks) -> None:
        nothing: Any = SimpleNamespace(default_config=BlocksConfig(blocks), blocks={})
        super().__init__(nothing)
        self.blocks_config = copy(blocks.default_config)

    def _update_config(self, key: int) -> None:
        pass

    def _update_value_in_config(self, key: int, value: Any) -> None:
        pass

    def __setitem__(self, key: int, value: Any) -> None:
        if isinstance(self.blocks_config.blocks.get(key), State):
            super().__setitem__(key, value)
            self.config_values.clear()
        elif key in self.blocks_config.blocks:
            # Gradio would also keep, under another number, what stood in for a component whose
            # looks had changed, one more each time that a plain value follows.
            self.blocks_config.blocks[key] = value


class Sessions(StateHolder):
    """The sessions of a page, in place of Gradio's own.

    Args:
        blocks: The page.

    Example:
        >>> sessions = Sessions(page)
        >>> app.state_holder = sessions
    """

    def __init__(self, blocks: Blocks) -> None:
        super().__init__()
        self.set_blocks(blocks)
        self.capacity = MOST_SESSIONS

    def __getitem__(self, session_id: str) -> SessionState:
        if session_id not in self.session_data:
            self.session_data[session_id] = Session(self.blocks)
        return super().__getitem__(session_id)

    def update(self, session_id: str) -> None:
        """Notes that a session was heard of, and forgets those that are too many."""
        super().update(session_id)
        # Gradio's queue remembers every session in which nothing waits any more.
        waiting = self.blocks._queue.pending_event_ids_session
        if len(waiting) > 2 * self.capacity:
            for other, events in list(waiting.items()):
                if not events and other not in self.session_data:
                    waiting.pop(other, None)
