"""How work can end early without a defect in this program."""


class InputError(ValueError):
    """What the user gave is at fault (exit status 2).

    The message is one line that says what is wrong, where (file and line, or the
    name of the option), and what to do about it.
    """


class WorkError(RuntimeError):
    """The input was fine but the work failed, such as a full disk (exit status 1)."""


class Paused(Exception):  # noqa: N818  nothing went wrong
    """The work was asked to pause: it ended early, and can be resumed where it stood."""
