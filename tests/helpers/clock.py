"""A clock that the tests move."""


class Clock:
    """Tells the time that it was set to.

    Args:
        time: The seconds that it begins with.

    Example:
        >>> clock = Clock()
        >>> clock.time += 60
        >>> clock()
        60.0
    """

    def __init__(self, time: float = 0.0) -> None:
        self.time = time

    def __call__(self) -> float:
        return self.time
