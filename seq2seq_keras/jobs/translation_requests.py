"""What is asked of a translation process, and who is to blame when it ends over it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from seq2seq_keras.errors import InputError, WorkError


@dataclass(eq=False)
class Request:
    """What somebody asked.

    Attributes:
        content: What to do, without a number.
        answer: What will hold the result, or raise `InputError` or `WorkError`.
        times: How often it was asked again, as a process ended before it was answered.
        suspect: Whether one was at work on it, and on others, when it ended.
    """

    content: dict[str, Any]
    answer: Future[dict[str, Any]] = field(default_factory=Future)
    times: int = 0
    suspect: bool = False


@dataclass(frozen=True)
class Lost:
    """The end of a process.

    Attributes:
        at_work: The requests on which it was at work: one of them may be why it ended.
        waiting: The others that it had not answered.
        why: What whoever asked is to be told.
        process_failed: Whether it never answered anything; None if its end is known already.
    """

    at_work: Sequence[Request]
    waiting: Sequence[Request]
    why: WorkError
    process_failed: bool | None = None


def outcome(answer: Future[dict[str, Any]]) -> str:
    """How a request ended, in a word.

    Returns:
        "done", "refused" where what was asked is at fault, "failed", or "given up" where nobody
        waited any more.
    """
    if answer.cancelled():
        return "given up"
    error = answer.exception()
    if error is None:
        return "done"
    return "refused" if isinstance(error, InputError) else "failed"


def shared_out(lost: Lost) -> tuple[list[Request], list[Request], list[Request]]:
    """Says which requests ended a process, which may have, and which only waited.

    Who was at work alone did; and who was at work for the second time, with others that are new.

    Args:
        lost: What the process left.

    Returns:
        The three sorts.
    """
    again = [request for request in lost.at_work if request.suspect]
    if again:
        others = [request for request in lost.at_work if request not in again]
        return again, [], [*others, *lost.waiting]
    if len(lost.at_work) == 1:
        return list(lost.at_work), [], list(lost.waiting)
    return [], list(lost.at_work), list(lost.waiting)


def refuse(request: Request, why: WorkError) -> None:
    """Tells whoever asked that there will be no answer."""
    with suppress(InvalidStateError):  # it was cancelled meanwhile
        if request.answer.set_running_or_notify_cancel():
            request.answer.set_exception(why)
