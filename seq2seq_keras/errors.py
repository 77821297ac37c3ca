"""The two ways in which a run can end badly without a defect in this program."""


class InputError(ValueError):
    """What the user gave is at fault (exit status 2).

    The message is one line that says what is wrong, where (file and line, or the
    name of the option), and what to do about it.
    """


class WorkError(RuntimeError):
    """The input was fine but the work failed, such as a full disk (exit status 1)."""
