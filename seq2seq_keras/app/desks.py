"""Whose things a page shows: those of the one who uses this app, or of the visitor who asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from seq2seq_keras.jobs import Workspace
from seq2seq_keras.jobs.watching import Watcher


@dataclass(frozen=True)
class Desk:
    """What belongs to one person.

    Attributes:
        workspace: Their corpora, jobs and models.
    """

    workspace: Workspace

    @cached_property
    def watcher(self) -> Watcher:
        """What is known of each job's progress."""
        return Watcher(self.workspace.jobs)


class Desks(Protocol):
    """Finds the desk of whoever asks."""

    def of(self, scope: Mapping[str, Any]) -> Desk:
        """Returns the desk of a request, by its ASGI scope."""

    def current(self) -> Desk:
        """Returns the desk of the request that Gradio is answering.

        Outside of one, as when a page is built, it is one with nothing on it but what is
        shipped, unless there is only one desk.
        """

    def workspaces(self) -> Sequence[Workspace]:
        """Returns every workspace in which a job may wait."""


class OneDesk:
    """The app on somebody's own machine: whoever asks, there is one workspace.

    Args:
        workspace: It.

    Example:
        >>> OneDesk(Workspace(Path("workspace"))).current().workspace.models()
    """

    def __init__(self, workspace: Workspace) -> None:
        self._desk = Desk(workspace)

    def of(self, scope: Mapping[str, Any]) -> Desk:
        return self._desk

    def current(self) -> Desk:
        return self._desk

    def workspaces(self) -> Sequence[Workspace]:
        return [self._desk.workspace]
