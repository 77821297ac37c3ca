"""The small process above a worker: it meets those of the other workers, and stands by with them.

The engines that add up gradients wait for a worker that is gone, some for many minutes, and then
say so in many lines. So each worker runs under a parent. The parents meet at the chief's address
before anything is begun, and keep their connections. When a worker ends before its time, or its
machine no longer answers, all others end their own, with one line that says which it was.

What they exchange are lines of JSON. Whoever reaches the chief's port can take part, as is true of
the engines themselves: a cluster belongs in a network of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seq2seq_keras.cluster.addresses import Cluster, split_address
from seq2seq_keras.errors import InputError, WorkError, in_a_line
from seq2seq_keras.own_process import own_environment

INSIDE = "SEQ2SEQ_INSIDE_CLUSTER"
"""The environment variable by which a worker knows the cluster, from its parent."""

LAST_WORDS = "SEQ2SEQ_LAST_WORDS"
"""The environment variable that names the file into which a worker writes what it fails of."""

_LONGEST_LINE = 64 * 1024
_AGAIN = "start all workers again with --resume to go on from the last checkpoint"


@dataclass(frozen=True)
class Patience:
    """How long the parents wait, in seconds.

    Attributes:
        to_meet: Until all workers are there.
        for_beat: Until one that says nothing is taken for gone.
        between_beats: Between two signs of life.
    """

    to_meet: float = 300.0
    for_beat: float = 60.0
    between_beats: float = 5.0


def stay_with_parent(every: float = 1.0) -> None:
    """Ends this worker, at once, when its parent is gone.

    Args:
        every: Seconds between two looks.
    """
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(every)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def leave_last_words(line: str, can_go_on: bool = True) -> None:
    """Lets the parent, if there is one, know of what this process fails.

    Args:
        line: Why it fails.
        can_go_on: Whether all workers, begun again, may go on where they stood.
    """
    if path := os.environ.get(LAST_WORDS):
        with contextlib.suppress(OSError):
            Path(path).write_text(json.dumps([line, can_go_on]), encoding="utf-8")


def inside(environment: Mapping[str, str] = os.environ) -> Cluster | None:
    """Returns the cluster in which this process is a worker, if a parent says so."""
    text = environment.get(INSIDE)
    if not text:
        return None
    addresses, number = json.loads(text)
    return Cluster.of(addresses, number)


def supervise(
    cluster: Cluster,
    command: Sequence[str],
    patience: Patience = Patience(),
    devices: int = 1,
) -> int:
    """Meets the other workers' parents, runs this worker, and stands by until all have ended.

    Args:
        cluster: The workers.
        command: What this worker runs; it finds the cluster by `inside`.
        patience: How long to wait for what.
        devices: On how many devices this worker trains; all have to have as many.

    Returns:
        The worker's exit status.

    Raises:
        InputError: The address of this worker cannot be used.
        WorkError: Not all workers came, they have other numbers of devices, or one ended before its
            time.

    Example:
        >>> supervise(cluster, ["seq2seq-keras", "train", ...])      # doctest: +SKIP
        0
    """
    with tempfile.TemporaryDirectory(prefix="seq2seq-worker-") as folder:
        parent = _Parent(cluster, command, patience, devices, Path(folder) / "last-words")
        return asyncio.run(parent.run())


class _GoneError(Exception):
    """Another worker is gone; the message says which, and why."""

    def __init__(self, message: str, can_go_on: bool = True) -> None:
        super().__init__(message)
        self.can_go_on = can_go_on

    @property
    def told(self) -> dict[str, Any]:
        """What the others are told of it."""
        return {"stop": str(self), "again": self.can_go_on}

    def failure(self) -> WorkError:
        """What the user is told of it."""
        return WorkError(f"{self}; {_AGAIN}" if self.can_go_on else str(self))


class _Line:
    """A connection to another parent."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def hear(self, patience: float) -> dict[str, Any]:
        """Returns the next message.

        Raises:
            OSError: The other end is gone, or silent for too long.
        """
        try:
            text = await asyncio.wait_for(self._reader.readline(), patience)
        except TimeoutError:
            raise OSError(f"it has not answered for {patience:g} s") from None
        except ValueError:
            raise OSError("it says what no worker says") from None
        if not text:
            raise OSError("its connection was closed")
        try:
            message = json.loads(text)
        except ValueError:
            message = None
        if not isinstance(message, dict):
            raise OSError("it says what no worker says")
        return message

    async def say(self, **message: Any) -> None:
        with contextlib.suppress(OSError):  # whoever hears it next will notice
            self._writer.write(json.dumps(message).encode() + b"\n")
            await self._writer.drain()

    def close(self) -> None:
        self._writer.close()


class _Parent:
    """The parent of one worker."""

    def __init__(
        self,
        cluster: Cluster,
        command: Sequence[str],
        patience: Patience,
        devices: int,
        last_words: Path,
    ) -> None:
        self.cluster = cluster
        self.command = command
        self.patience = patience
        self.devices = {cluster.number: devices}  # of each worker, as far as they are known
        self.last_words = last_words
        self.lines: dict[int, _Line] = {}  # the chief has one to each other, they one to the chief
        self.ended: set[int] = set()  # whose work is done

    async def run(self) -> int:
        host, port = split_address(self.cluster.addresses[self.cluster.number])
        if self.cluster.is_chief:
            await self.gather(host, port)
        else:
            self.check_own(host, port)
            await self.report()
        try:
            return await self.work()
        finally:
            for line in self.lines.values():
                line.close()

    def check_own(self, host: str, port: int) -> None:
        """Makes sure that the worker will be able to listen."""
        try:
            family, *_, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            with socket.socket(family) as trial:
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                trial.bind(place)
        except OSError as error:
            raise self.unusable(error) from None

    def unusable(self, error: OSError) -> InputError:
        reason = error.strerror or error
        return InputError(
            f"{self.cluster.name(self.cluster.number)}: its own address cannot be used ({reason}); "
            "it must be one of this machine's, and its port free on every worker"
        )

    async def gather(self, host: str, port: int) -> None:
        """As the chief, waits for all others."""
        wanted = set(range(1, len(self.cluster.addresses)))
        refused: asyncio.Queue[str] = asyncio.Queue()
        everybody = asyncio.Event()

        async def welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            line = _Line(reader, writer)
            try:
                message = await line.hear(self.patience.to_meet)
            except OSError:
                line.close()
                return
            number, addresses = message.get("worker"), message.get("cluster")
            if number not in wanted or number in self.lines:
                await line.say(stop="the chief expects no such worker, or has one already")
                line.close()
            elif addresses != list(self.cluster.addresses):
                reason = f"worker {number} was given another --cluster than the chief"
                await line.say(stop=reason, input=True)
                refused.put_nowait(reason)
            else:
                self.lines[number] = line
                devices = message.get("devices")
                self.devices[number] = devices if isinstance(devices, int) else 0
                if set(self.lines) == wanted:
                    everybody.set()

        try:
            server = await asyncio.start_server(
                welcome, host, port, reuse_address=True, limit=_LONGEST_LINE
            )
        except OSError as error:
            raise self.unusable(error) from None
        waiting = {asyncio.ensure_future(everybody.wait()), asyncio.ensure_future(refused.get())}
        done, others = await asyncio.wait(
            waiting, timeout=self.patience.to_meet, return_when=asyncio.FIRST_COMPLETED
        )
        for other in others:
            other.cancel()
        server.close()  # the engine listens there from now on; what is connected stays so
        if everybody.is_set() and len(set(self.devices.values())) == 1:
            for line in self.lines.values():
                await line.say(go=True)
            return
        is_input = bool(done)
        if everybody.is_set():
            each = [f"{self.cluster.name(n)} has {self.devices[n]}" for n in sorted(self.devices)]
            reason = f"--devices: all workers need the same number, but {', '.join(each)}"
        elif done:
            reason = refused.get_nowait() if not refused.empty() else str(next(iter(done)).result())
        else:
            missing = ", ".join(map(self.cluster.name, sorted(wanted - set(self.lines))))
            reason = f"{missing} did not come within {self.patience.to_meet:g} s"
        for line in self.lines.values():
            await line.say(stop=reason, input=is_input)
        raise _not_begun(reason, is_input)

    async def report(self) -> None:
        """As another worker, goes to the chief and waits until all are there."""
        host, port = split_address(self.cluster.addresses[0])
        chief = self.cluster.name(0)
        loop = asyncio.get_running_loop()
        end = loop.time() + self.patience.to_meet
        while True:
            try:
                opening = asyncio.open_connection(host, port, limit=_LONGEST_LINE)
                reader, writer = await asyncio.wait_for(opening, max(0.1, end - loop.time()))
                break
            except (OSError, TimeoutError) as error:
                if loop.time() >= end:
                    reason = getattr(error, "strerror", None) or "no answer"
                    raise WorkError(
                        f"{chief} cannot be reached within {self.patience.to_meet:g} s "
                        f"({in_a_line(str(reason))}); start it too, and see that --cluster is right"
                    ) from None
                await asyncio.sleep(min(1.0, self.patience.to_meet / 10))
        line = self.lines[0] = _Line(reader, writer)
        await line.say(
            worker=self.cluster.number,
            cluster=list(self.cluster.addresses),
            devices=self.devices[self.cluster.number],
        )
        try:
            message = await line.hear(max(1.0, end - loop.time()) + self.patience.for_beat)
        except OSError as error:
            raise WorkError(f"{chief}: {error}; nothing was begun") from None
        if "stop" in message:
            raise _not_begun(in_a_line(str(message["stop"])), bool(message.get("input")))

    async def work(self) -> int:
        """Runs the worker until it ends, or until another is gone."""
        number = self.cluster.number
        environment = {
            **own_environment(),
            INSIDE: json.dumps([self.cluster.addresses, number]),
            LAST_WORDS: str(self.last_words),
        }
        child = await asyncio.create_subprocess_exec(*self.command, env=environment)
        with _signals_left_to(child):
            working = asyncio.ensure_future(child.wait())
            beating = asyncio.ensure_future(self.beat())
            hearing = [asyncio.ensure_future(self.listen(other)) for other in self.lines]
            pending: set[asyncio.Future[Any]] = {working, *hearing}
            try:
                while not working.done() and _failure(hearing) is None:
                    _, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                return await self.conclude(child, working, hearing)
            finally:
                for task in (beating, *hearing):
                    task.cancel()

    async def conclude(
        self,
        child: asyncio.subprocess.Process,
        working: asyncio.Future[int],
        hearing: Sequence[asyncio.Future[None]],
    ) -> int:
        number = self.cluster.number
        if working.done() and working.result() == 0:
            await self.tell_all(done=number)
            await asyncio.wait(hearing, return_when=asyncio.FIRST_EXCEPTION)
            if self.cluster.is_chief:
                return 0  # what it saved is whole, whatever became of the others
        gone = _failure(hearing)
        if gone is not None:
            await self.tell_all(**gone.told)
            with contextlib.suppress(ProcessLookupError):
                child.kill()  # an engine that waits for others hears nothing else
            await working
            raise gone.failure()
        status = working.result()
        if status == 0:
            return 0
        own = self.how_it_ended(status)
        await self.tell_all(**own.told)
        if status < 0:
            raise own.failure()
        return status  # it has said why

    def how_it_ended(self, status: int) -> _GoneError:
        name = self.cluster.name(self.cluster.number)
        if status < 0:
            with contextlib.suppress(ValueError):
                return _GoneError(f"{name} was killed ({signal.Signals(-status).name})")
            return _GoneError(f"{name} was killed (signal {-status})")
        try:
            line, can_go_on = json.loads(self.last_words.read_text(encoding="utf-8"))
            return _GoneError(f"{name} failed: {in_a_line(line).strip()}", can_go_on)
        except (OSError, ValueError):
            return _GoneError(f"{name} ended with status {status}")

    async def beat(self) -> None:
        while True:
            await self.tell_all(beat=True)
            await asyncio.sleep(self.patience.between_beats)

    async def listen(self, other: int) -> None:
        """Listens to one other until its work is done.

        Raises:
            _GoneError: It, or one that it knows of, ended before its time.
        """
        while True:
            try:
                message = await self.lines[other].hear(self.patience.for_beat)
            except OSError as error:
                raise _GoneError(f"{self.cluster.name(other)} is gone: {error}") from None
            if "stop" in message:
                raise _GoneError(in_a_line(str(message["stop"])), bool(message.get("again", True)))
            if "done" in message:
                return

    async def tell_all(self, **message: Any) -> None:
        for line in self.lines.values():
            await line.say(**message)


def _not_begun(reason: str, is_input: bool) -> InputError | WorkError:
    return (InputError if is_input else WorkError)(f"{reason}; nothing was begun")


def _failure(hearing: Sequence[asyncio.Future[None]]) -> _GoneError | None:
    failures = (each.exception() for each in hearing if each.done())
    return next((error for error in failures if isinstance(error, _GoneError)), None)


@contextlib.contextmanager
def _signals_left_to(child: asyncio.subprocess.Process) -> Iterator[None]:
    """A terminal's Control-C reaches the worker by itself; a request to end is passed on."""

    def pass_on() -> None:
        with contextlib.suppress(ProcessLookupError):
            child.terminate()

    loop = asyncio.get_running_loop()
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    loop.add_signal_handler(signal.SIGTERM, pass_on)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
        signal.signal(signal.SIGINT, before)
