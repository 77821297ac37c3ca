"""What every tab works with, and how trouble reaches the person at the page."""

from __future__ import annotations

import functools
import html
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import gradio as gr

from seq2seq_keras.app.desks import Desks
from seq2seq_keras.app.visitors.limits import Limits
from seq2seq_keras.app.wording import model_label
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.jobs import Runner, TranslationService, Workspace
from seq2seq_keras.jobs.estimates import Estimator
from seq2seq_keras.jobs.watching import Watcher
from seq2seq_keras.localisation import ENGLISH, Language

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

# An event that belongs to the page: no endpoint for programs, no queue for a blink of work.
QUIET: dict[str, Any] = {"api_visibility": "private", "queue": False, "show_progress": "hidden"}


def one_device() -> int:
    """Of as many as a training takes where there is no choice."""
    return 1


@dataclass(frozen=True)
class Studio:
    """What all pages share: the runner of jobs, the process that translates, and whose things.

    Attributes:
        desks: Whose workspace it is that a request is about.
        runner: Whoever starts jobs.
        translation: The process that translates.
        limits: What one visitor may use; None on somebody's own machine.
        estimator: Whoever measures what a training will take.
        language: The language of the page that works with it.
        any_address: Whether the server fetches what lies at any address that somebody types. It
            must not where it may reach what they cannot.
        quota: The bytes that each of those who log in may keep; None for no limit.
        devices: Tells over how many devices of this machine a training may be spread.
    """

    desks: Desks
    runner: Runner
    translation: TranslationService
    limits: Limits | None = None
    estimator: Estimator = field(default_factory=Estimator)
    language: Language = ENGLISH
    any_address: bool = True
    quota: int | None = None
    devices: Callable[[], int] = one_device

    @property
    def workspace(self) -> Workspace:
        """The workspace of whoever asks; never to be kept from one request to the next."""
        return self.desks.current().workspace

    @property
    def watcher(self) -> Watcher:
        """What is known of the progress of their jobs."""
        return self.desks.current().watcher

    def model_choices(self) -> list[tuple[str, str]]:
        """The saved translators as a dropdown's choices: label and id."""
        return [(model_label(info, self.language), info.id) for info in self.workspace.models()]


class _Part(Protocol):
    """A part of the page."""

    _studio: Studio


Owner = TypeVar("Owner", bound=_Part)


def readable_errors(
    work: Callable[Concatenate[Owner, Arguments], Result],
) -> Callable[Concatenate[Owner, Arguments], Result]:
    """Shows what is wrong with the input or the work as a message on the page.

    Toasts render HTML, and a message may quote a file: it is escaped.
    """

    @functools.wraps(work)
    def wrapped(part: Owner, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        try:
            return work(part, *args, **kwargs)
        except (InputError, WorkError) as error:
            raise page_error(error, part._studio.language) from None

    return wrapped


def page_error(error: Exception, language: Language) -> gr.Error:
    """The same, for a handler that yields."""
    title = (
        language.say("Please check")
        if isinstance(error, InputError)
        else language.say("That did not work")
    )
    message = html.escape(language.error(str(error)))
    return gr.Error(message, title=title, duration=15, print_exception=False)


def words(text: str, elem_classes: str, visible: bool = True) -> gr.HTML:
    """A few words of ours on the page.

    Lighter than `gr.Markdown`, which brings the setting of formulas and programs along. What
    is not ours has to be escaped before.
    """
    return gr.HTML(text, js_on_load=None, visible=visible, elem_classes=elem_classes.split())
