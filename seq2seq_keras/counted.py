"""Numbers of things, in English."""


def counted(count: int, one: str, many: str = "") -> str:
    """A number of things, such as `1 pair` or `1,200 pairs`.

    Args:
        count: How many there are.
        one: What one of them is called.
        many: What several are called; by default that with an s.

    Example:
        >>> counted(1, "pair"), counted(1200, "pair"), counted(0, "batch", "batches")
        ('1 pair', '1,200 pairs', '0 batches')
    """
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
