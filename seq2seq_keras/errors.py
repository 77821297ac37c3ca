"""How work can end early without a defect in this program."""

import re

_LONGEST = 1000
# What would begin another line or move a terminal's cursor; and halves of characters, which no
# encoding can write. Names of files, of columns and of what is in an archive may hold any.
_UNSEEN = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class InputError(ValueError):
    """What the user gave is at fault (exit status 2).

    The message is one line that says what is wrong, where (file and line, or the
    name of the option), and what to do about it. What it quotes cannot make it more
    than a line, nor endless.

    Example:
        >>> str(InputError("a\\nb.tsv: there is no such file"))
        'a\\\\nb.tsv: there is no such file'
    """

    def __init__(self, message: str = "") -> None:
        super().__init__(in_a_line(message))


class EncodingError(InputError):
    """A text is not in the encoding that it was taken for; another one may be named."""


class WorkError(RuntimeError):
    """The input was fine but the work failed, such as a full disk (exit status 1).

    Attributes:
        can_go_on: Whether work that was interrupted by it may go on where it stood.
    """

    can_go_on = True

    def __init__(self, message: str = "") -> None:
        super().__init__(in_a_line(message))


class Paused(Exception):  # noqa: N818  nothing went wrong
    """The work was asked to pause: it ended early, and can be resumed where it stood."""


def in_a_line(message: str) -> str:
    """Makes of any text one line, neither endless nor able to move a terminal's cursor.

    Example:
        >>> in_a_line("a\\x1b[31m\\nb")
        'a\\\\x1b[31m\\\\nb'
    """
    message = _UNSEEN.sub(lambda found: ascii(found[0])[1:-1], message)
    if len(message) <= _LONGEST:
        return message
    # What is quoted at length stands in the middle.
    return f"{message[: 2 * _LONGEST // 3]} ... {message[-_LONGEST // 4 :]}"
