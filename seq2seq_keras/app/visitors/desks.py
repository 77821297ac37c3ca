"""A desk for each person, made with the first thing that they keep."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gradio.context import LocalContext

from seq2seq_keras.app.desks import Desk
from seq2seq_keras.app.visitors.people import person_of
from seq2seq_keras.jobs import Workspace


class PersonalDesks(ABC):
    """The desks of many people, each in a folder of its own; see `Desks`.

    Args:
        folder: Where their workspaces lie.
        places: Shipped models and samples, as of `Workspace`.
    """

    def __init__(self, folder: Path, places: Mapping[str, Any] | None = None) -> None:
        self._folder = folder
        self._shared: dict[str, Any] = {**(places or {}), "shared": True}
        self._lock = threading.RLock()
        self._desks: dict[str, Desk] = {}
        # Only read by those who build pages; were it written to, all people would see it.
        self._nobody = Desk(
            Workspace(folder / "nobody", **self._shared, admit=_refuse, make_room=_refuse)
        )

    def of(self, scope: Mapping[str, Any]) -> Desk:
        return self._desk(person_of(scope).key)

    def current(self) -> Desk:
        request: Any = LocalContext.request.get(None)
        # Gradio's own request holds Starlette's, which the tools for assistants get as it is.
        request = getattr(request, "request", request)
        return self._nobody if request is None else self.of(request.scope)

    @abstractmethod
    def workspaces(self) -> Sequence[Workspace]:
        """Returns every workspace in which a job may wait."""

    @abstractmethod
    def _admit(self, key: str, size: int) -> None:
        """Called before somebody's job is submitted or resumed; may refuse by an `InputError`.

        It will take so many bytes, as far as that is known.
        """

    @abstractmethod
    def _make_room(self, key: str, size: int) -> None:
        """Called before somebody's file of so many bytes is taken in; may refuse likewise."""

    def _desk(self, key: str) -> Desk:
        with self._lock:
            if key not in self._desks:

                def admit(size: int) -> None:
                    self._admit(key, size)

                def make_room(size: int) -> None:
                    self._make_room(key, size)

                folder = self._folder / key
                workspace = Workspace(folder, **self._shared, admit=admit, make_room=make_room)
                self._desks[key] = Desk(workspace)
            return self._desks[key]


def _refuse(_: int) -> None:
    raise RuntimeError("nobody in particular keeps anything: the request of a person is missing")
