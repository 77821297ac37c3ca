"""What a server does, in numbers for Prometheus; none of them tells of anybody or any text."""

from __future__ import annotations

import shutil
import time
from collections import Counter as Tally
from collections.abc import Callable, Iterator, Sequence

import psutil
from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from seq2seq_keras import __version__
from seq2seq_keras.jobs import Job, Workspace
from seq2seq_keras.localisation import LANGUAGES

CONTENT_TYPE = CONTENT_TYPE_LATEST

_TRANSLATION_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600)
_ANSWER_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)

# The modules that run in processes of their own, and what they are to an operator.
_PROCESSES = {
    "seq2seq_keras.jobs.worker": "job",
    "seq2seq_keras.jobs.translation_process": "translation",
    "seq2seq_keras.jobs.estimates": "estimate",
    "seq2seq_keras.jobs.model_check": "model check",
}

_GROUPS = ("health", "metrics", "download", "mcp", "assets")


class Metrics:
    """The numbers, counted as things happen or looked up when somebody asks.

    Args:
        workspaces: Returns those whose jobs are counted.
        is_well: Tells whether the server is well.
        place: In whose folder everything is kept.

    Example:
        >>> metrics = Metrics(desks.workspaces, lambda: True, workspace)
        >>> metrics.text().decode().splitlines()[-1]
        'seq2seq_info{version="1.0"} 1.0'
    """

    def __init__(
        self,
        workspaces: Callable[[], Sequence[Workspace]],
        is_well: Callable[[], bool],
        place: Workspace,
    ) -> None:
        disable_created_metrics()
        self._registry = CollectorRegistry()
        self._jobs_ended = Counter(
            "seq2seq_jobs_ended",
            "Jobs whose process ended since the server started, by how they ended.",
            ["kind", "state"],
            registry=self._registry,
        )
        self._translations = Counter(
            "seq2seq_translation_requests",
            "What was asked of the translation process, by how that ended.",
            ["request", "outcome"],
            registry=self._registry,
        )
        self._translation_seconds = Histogram(
            "seq2seq_translation_seconds",
            "Seconds until it was answered, waiting included.",
            ["request"],
            buckets=_TRANSLATION_SECONDS,
            registry=self._registry,
        )
        self._requests = Counter(
            "seq2seq_http_requests",
            "Requests over HTTP.",
            ["group", "status"],
            registry=self._registry,
        )
        self._request_seconds = Histogram(
            "seq2seq_http_seconds",
            "Seconds until the answer to a request began.",
            ["group"],
            buckets=_ANSWER_SECONDS,
            registry=self._registry,
        )
        self._registry.register(_Looks(workspaces, is_well, place))

    def job_ended(self, job: Job) -> None:
        """Counts a job whose process ended."""
        self._jobs_ended.labels(job.kind, job.state).inc()

    def translated(self, request: str, outcome: str, seconds: float) -> None:
        """Counts what was asked of the translation process."""
        self._translations.labels(request, outcome).inc()
        self._translation_seconds.labels(request).observe(seconds)

    def answered(self, path: str, status: int, seconds: float) -> None:
        """Counts a request over HTTP."""
        group = group_of(path)
        self._requests.labels(group, str(status)).inc()
        self._request_seconds.labels(group).observe(seconds)

    def text(self) -> bytes:
        """The numbers in Prometheus's text format."""
        return generate_latest(self._registry)


class _Looks(Collector):
    """What is looked up when somebody asks."""

    def __init__(
        self,
        workspaces: Callable[[], Sequence[Workspace]],
        is_well: Callable[[], bool],
        place: Workspace,
    ) -> None:
        self._workspaces = workspaces
        self._is_well = is_well
        self._place = place
        self._begin = time.monotonic()

    def describe(self) -> list[GaugeMetricFamily]:
        return []  # else the registry would look once to know the names

    def collect(self) -> Iterator[GaugeMetricFamily | InfoMetricFamily]:
        jobs: Tally[tuple[str, str]] = Tally()
        for workspace in self._workspaces():
            jobs.update(workspace.jobs.counts())
        kept = GaugeMetricFamily(
            "seq2seq_jobs", "Jobs that are kept, by how they stand.", labels=["kind", "state"]
        )
        for key, number in sorted(jobs.items()):
            kept.add_metric(list(key), number)
        yield kept
        waiting = sum(number for (_, state), number in jobs.items() if state == "queued")
        yield GaugeMetricFamily("seq2seq_jobs_waiting", "Jobs that wait for their turn.", waiting)

        memory, processes = _processes()
        held = GaugeMetricFamily(
            "seq2seq_memory_bytes", "Memory that processes hold (RSS).", labels=["process"]
        )
        number_of = GaugeMetricFamily("seq2seq_processes", "Processes.", labels=["process"])
        for name in ("server", *_PROCESSES.values(), "other"):
            held.add_metric([name], memory[name])
            number_of.add_metric([name], processes[name])
        yield held
        yield number_of

        disk = shutil.disk_usage(self._place.folder)
        yield GaugeMetricFamily("seq2seq_disk_free_bytes", "Free on the data disk.", disk.free)
        yield GaugeMetricFamily("seq2seq_disk_size_bytes", "Size of the data disk.", disk.total)
        seconds = time.monotonic() - self._begin
        yield GaugeMetricFamily("seq2seq_uptime_seconds", "Since the server started.", seconds)
        well = float(self._is_well())
        yield GaugeMetricFamily("seq2seq_healthy", "1 where /health says that all is well.", well)
        info = InfoMetricFamily("seq2seq", "The program.")
        info.add_metric([], {"version": __version__})
        yield info


def group_of(path: str) -> str:
    """The sort of a request, by its path: one of a dozen words, whatever is asked for.

    Example:
        >>> group_of("/en/gradio_api/queue/join")
        'api'
    """
    parts = path.strip("/").split("/")
    if "gradio_api" in parts:
        return "upload" if "upload" in parts else "api"
    for name in _GROUPS:
        if name == parts[0] or (name == "assets" and name in parts):
            return name
    is_page = path == "/" or (parts[0] in LANGUAGES and parts[1:] in ([], ["theory"]))
    return "page" if is_page else "other"


def _processes() -> tuple[Tally[str], Tally[str]]:
    """The memory, and the number, of the server and of the processes that it started."""
    memory: Tally[str] = Tally()
    number: Tally[str] = Tally()
    server = psutil.Process()
    for process in [server, *server.children(recursive=True)]:
        try:
            words = process.cmdline()
            held = process.memory_info().rss
        except psutil.Error:  # it ended meanwhile
            continue
        name = "server" if process is server else _name(words)
        memory[name] += held
        number[name] += 1
    return memory, number


def _name(words: Sequence[str]) -> str:
    return next((_PROCESSES[word] for word in words if word in _PROCESSES), "other")
