"""What every tab works with, and how trouble reaches the person at the page."""

from __future__ import annotations

import functools
import html
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

import gradio as gr

from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.jobs import Runner, TranslationService, Workspace

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

# An event that belongs to the page: no endpoint for programs, no queue for a blink of work.
QUIET: dict[str, Any] = {"api_visibility": "private", "queue": False, "show_progress": "hidden"}


@dataclass(frozen=True)
class Studio:
    """One workspace, the runner of its jobs, and the process that translates."""

    workspace: Workspace
    runner: Runner
    translation: TranslationService

    def model_choices(self) -> list[tuple[str, str]]:
        """The saved translators as a dropdown's choices: label and id."""
        return [(info.label, info.id) for info in self.workspace.models()]


def readable_errors(work: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Shows what is wrong with the input or the work as a message on the page.

    Toasts render HTML, and a message may quote a file: it is escaped.
    """

    @functools.wraps(work)
    def wrapped(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        try:
            return work(*args, **kwargs)
        except (InputError, WorkError) as error:
            raise page_error(error) from None

    return wrapped


def page_error(error: Exception) -> gr.Error:
    """The same, for a handler that yields."""
    title = "Please check" if isinstance(error, InputError) else "That did not work"
    return gr.Error(html.escape(str(error)), title=title, duration=15, print_exception=False)


def words(text: str, elem_classes: str, visible: bool = True) -> gr.HTML:
    """A few words of ours on the page.

    Lighter than `gr.Markdown`, which brings the setting of formulas and programs along. What
    is not ours has to be escaped before.
    """
    return gr.HTML(text, js_on_load=None, visible=visible, elem_classes=elem_classes.split())
