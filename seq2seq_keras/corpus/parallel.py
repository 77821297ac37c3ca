"""Much work in several processes, its results in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

Work = TypeVar("Work")
Result = TypeVar("Result")

_FEW = 12
"""Chunks that are done in this process: others take a second to start."""

_IDLE_SECONDS = 2
"""After so long without work a process ends, and gives its memory back."""


def map_chunks(
    function: Callable[[Work], Result], chunks: Iterable[Work], workers: int | None = None
) -> Iterator[Result]:
    """Applies a function to chunk after chunk, in processes of their own once there are many.

    The processes are kept for what comes next, and end by themselves when nothing does. Only a
    few chunks are under way at any moment, so that a corpus of any size streams through.

    Args:
        function: what to do with a chunk; with its arguments it must be picklable. It should be
            defined in a module that is quick to import.
        chunks: the work, some tenths of a second each.
        workers: how many processes; by default one for each core that this process may use.

    Yields:
        The results, in the order of the chunks.

    Raises:
        Exception: whatever `function` raises, or the iteration over `chunks`.

    Example:
        >>> list(map_chunks(len, ["ab", "c"]))
        [2, 1]
    """
    chunks = iter(chunks)
    yield from map(function, islice(chunks, _FEW))
    rest = next(chunks, None)
    if rest is None:
        return
    from loky import cpu_count, get_reusable_executor

    workers = workers or cpu_count()
    if workers == 1:
        yield function(rest)
        yield from map(function, chunks)
        return
    executor = get_reusable_executor(max_workers=workers, timeout=_IDLE_SECONDS)
    under_way = deque([executor.submit(function, rest)])
    try:
        for chunk in chunks:
            under_way.append(executor.submit(function, chunk))
            if len(under_way) > 2 * workers:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    finally:
        for future in under_way:
            future.cancel()
