"""Who first had an id or a path, for whatever Gradio hands to anybody who knows its name."""

from __future__ import annotations

import threading
from collections import OrderedDict


class Owners:
    """Remembers the visitors to whom things belong, of the last many things.

    Gradio knows sessions, events and uploads by random names, and gives what belongs to one to
    whoever says its name. A name may leak, in a log or over a shoulder.

    Args:
        most: How many things are remembered; the one not asked for longest is forgotten first.

    Example:
        >>> owners = Owners()
        >>> owners.take("session", "x1", "ada"), owners.take("session", "x1", "bob")
        (True, False)
    """

    def __init__(self, most: int = 100_000) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._owners: OrderedDict[tuple[str, str], set[str]] = OrderedDict()

    def take(self, kind: str, name: str, visitor: str) -> bool:
        """Gives a thing that nobody has to a visitor; tells whether it is theirs now."""
        with self._lock:
            owners = self._owners.setdefault((kind, name), {visitor})
            self._touch((kind, name))
            return visitor in owners

    def add(self, kind: str, name: str, visitor: str) -> None:
        """Makes a visitor an owner, beside others: two may upload the same file."""
        with self._lock:
            self._owners.setdefault((kind, name), set()).add(visitor)
            self._touch((kind, name))

    def has(self, kind: str, name: str, visitor: str) -> bool:
        """Tells whether a thing is known and a visitor's."""
        with self._lock:
            return visitor in self._owners.get((kind, name), ())

    def _touch(self, key: tuple[str, str]) -> None:
        self._owners.move_to_end(key)
        while len(self._owners) > self._most:
            self._owners.popitem(last=False)
