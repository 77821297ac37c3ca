"""Who first had an id or a path, for whatever Gradio hands to anybody who knows its name."""

from __future__ import annotations

import threading
from collections import OrderedDict

_Thing = tuple[str, str]  # its kind and its name


class Owners:
    """Remembers the visitors to whom things belong, of the last many things.

    Gradio knows sessions, events and uploads by random names, and gives what belongs to one to
    whoever says its name. A name may leak, in a log or over a shoulder.

    Whoever keeps no cookie is a new visitor with each request. Their things are the first to be
    forgotten, so that they make nobody else's forgotten however many they are.

    Args:
        most: How many things are remembered; the one not asked for longest is forgotten first.
        most_each: How many of one visitor, who so makes nobody else's forgotten.
        most_owners: How many visitors have one thing.

    Example:
        >>> owners = Owners()
        >>> owners.take("session", "x1", "ada"), owners.take("session", "x1", "bob")
        (True, False)
    """

    def __init__(
        self, most: int = 100_000, most_each: int = 2_000, most_owners: int = 1_000
    ) -> None:
        self._most = most
        self._most_each = most_each
        self._most_owners = most_owners
        self._lock = threading.Lock()
        self._owners: OrderedDict[_Thing, dict[str, None]] = OrderedDict()
        self._things: dict[str, OrderedDict[_Thing, None]] = {}

    def take(self, kind: str, name: str, visitor: str, new: bool = False) -> bool:
        """Gives a thing that nobody has to a visitor; tells whether it is theirs now.

        Args:
            kind, name: The thing.
            visitor: Who wants it.
            new: Whether they have shown no cookie yet.
        """
        with self._lock:
            theirs = visitor in self._owners.get((kind, name), {visitor})
            if theirs:
                self._note((kind, name), visitor, new)
            return theirs

    def add(self, kind: str, name: str, visitor: str, new: bool = False) -> None:
        """Makes a visitor an owner, beside others: two may upload the same file."""
        with self._lock:
            self._note((kind, name), visitor, new)

    def has(self, kind: str, name: str, visitor: str) -> bool:
        """Tells whether a thing is known and a visitor's."""
        with self._lock:
            return visitor in self._owners.get((kind, name), ())

    def _note(self, thing: _Thing, visitor: str, new: bool) -> None:
        known = thing in self._owners
        owners = self._owners.setdefault(thing, {})
        owners[visitor] = None
        if not (known and new):  # another's thing stays where it is
            self._owners.move_to_end(thing, last=not new)
        things = self._things.setdefault(visitor, OrderedDict())
        things[thing] = None
        things.move_to_end(thing)
        if len(things) > self._most_each:
            self._forget(next(iter(things)), visitor)
        if len(owners) > self._most_owners:
            self._forget(thing, next(iter(owners)))
        while len(self._owners) > self._most:
            oldest, theirs = next(iter(self._owners.items()))
            for owner in list(theirs):
                self._forget(oldest, owner)

    def _forget(self, thing: _Thing, visitor: str) -> None:
        del self._owners[thing][visitor]
        if not self._owners[thing]:
            del self._owners[thing]
        del self._things[visitor][thing]
        if not self._things[visitor]:
            del self._things[visitor]
