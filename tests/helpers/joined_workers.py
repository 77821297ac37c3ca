"""Two workers of a cluster in threads of one process, which meet at every exchange."""

import threading

from seq2seq_keras.training.replicas import OneReplica


class Joined(OneReplica):
    """One of two workers, which exchange messages through a list.

    Args:
        worker: Its number, 0 or 1.
        table: Where both put what they say: a list of two.
        barrier: At which both wait for each other.
        seconds: How long it waits before the test fails.

    Example:
        >>> table, barrier = [b"", b""], threading.Barrier(2)
        >>> workers = [Joined(number, table, barrier) for number in (0, 1)]
    """

    workers = 2

    def __init__(
        self, worker: int, table: list[bytes], barrier: threading.Barrier, seconds: float = 30
    ) -> None:
        self.worker = worker
        self._table, self._barrier, self._seconds = table, barrier, seconds

    def from_all(self, content: bytes) -> list[bytes]:
        self._table[self.worker] = content
        self._barrier.wait(self._seconds)
        found = list(self._table)
        self._barrier.wait(self._seconds)
        return found

    def from_chief(self, content: bytes) -> bytes:
        return self.from_all(content)[0]
