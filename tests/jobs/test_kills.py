"""Worker, server and both are killed at random moments: no job may be lost or misreported.

`make test` kills each once, `make soak` as often as KILLS tells.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from helpers.servers import Server, worker_of
from seq2seq_keras.config import Config
from seq2seq_keras.jobs import Job, JobQueue, Workspace

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds processes in /proc"),
]

KILLS = int(os.environ.get("KILLS", "1"))
SETTINGS = {"units": 32, "embedding_dim": 16, "vocab_size": 300, "batch_size": 8, "beam_size": 1}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Iterator[Server]:
    server = Server(repository, tmp_path_factory.mktemp("kills"))
    server.start()
    yield server
    with suppress(ProcessLookupError):
        server.stop()


@pytest.fixture(scope="module")
def queue(server: Server) -> JobQueue:
    return Workspace(server.data_dir).jobs


@pytest.fixture(scope="module")
def job(queue: JobQueue, server: Server, repository: Path) -> Job:
    corpus = {
        "name": "sample",
        "files": [str(repository / "data" / "english-chinese.tsv")],
        "source_lang": "en",
        "target_lang": "zh",
        "source_column": None,
        "target_column": None,
    }
    lines = Path(corpus["files"][0]).read_text(encoding="utf-8").splitlines()
    small = server.data_dir / "small.tsv"
    small.write_text("\n".join(lines[:400]), encoding="utf-8")
    corpus["files"] = [str(small)]
    settings = Config.create(**SETTINGS, epochs=100_000, patience=100_000).model_dump()
    return queue.submit("train", "killed", {"corpus": corpus, "settings": settings})


@pytest.fixture(scope="module")
def longest(queue: JobQueue, job: Job) -> float:
    """Seconds in which a worker reads, builds, trains and validates: moments to be killed at."""
    wait(lambda: queue.get(job.id).state == "running", 30, "the start of the job")
    begin = time.monotonic()
    wait(lambda: epochs(queue, job), 240, "the first epoch")
    return 1.3 * (time.monotonic() - begin)


def wait(condition: Callable[[], object], seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"it took too long: {what}"
        time.sleep(0.1)


def kill(pid: int | None) -> None:
    if pid is not None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def epochs(queue: JobQueue, job: Job) -> list[int]:
    return [event["epoch"] for event in queue.events(job.id)[0] if event["kind"] == "epoch_end"]


@pytest.mark.parametrize("number", range(KILLS))
@pytest.mark.parametrize("victim", ["worker", "server", "both"])
def test_a_job_survives(
    server: Server, queue: JobQueue, job: Job, longest: float, victim: str, number: int
) -> None:
    if queue.get(job.id).resumable:
        queue.resume(job.id)
    wait(lambda: queue.get(job.id).state == "running", 60, "the start of the job")
    done = max(epochs(queue, job), default=0)
    moment = random.Random(f"{victim} {number}").uniform(0, longest)
    time.sleep(moment)

    pid = worker_of(job.id)
    if victim in ("server", "both"):
        server.kill()
    if victim in ("worker", "both"):
        kill(pid)
    # Left alone, a worker writes a checkpoint and goes. Without one no job is said to run, whether
    # or not anybody looks after the queue. (The system takes a moment to let go of its lock.)
    wait(lambda: worker_of(job.id) is None, 180, f"the end of the worker, {moment:.1f} s")
    expected = "queued" if victim == "server" else "died"
    wait(lambda: queue.get(job.id).state == expected, 60, f"being {expected}, {moment:.1f} s")
    if victim in ("server", "both"):
        server.start()

    assert [found.id for found in queue.all()] == [job.id]
    if victim != "server":  # else it goes on by itself
        wait(lambda: "process" in queue.get(job.id).message, 60, "the reason")
        queue.resume(job.id)
    wait(lambda: queue.get(job.id).state == "running", 60, "going on")
    assert max(epochs(queue, job), default=0) >= done


def test_afterwards_its_history_is_whole_and_its_model_loads(
    server: Server, queue: JobQueue, job: Job
) -> None:
    """Runs after the others: the job they killed is stopped, and its model used."""
    before = max(epochs(queue, job))
    wait(lambda: max(epochs(queue, job)) > before, 240, "another epoch")
    queue.ask(job.id, "stop")
    wait(lambda: queue.get(job.id).state == "stopped", 120, "the end")
    started = [event for event in queue.events(job.id)[0] if event["kind"] == "started"]
    told = [row["epoch"] for row in started[-1]["history"]]
    assert told == list(range(1, len(told) + 1))
    folder = server.data_dir / "models" / "killed"
    wait((folder / "model.keras").exists, 60, "the model")
    code = (
        "import sys; from seq2seq_keras import Translator; "
        "print(Translator.load(sys.argv[1]).translate(['We read a book.'])[0].text)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, timeout=120
    )
    assert loaded.returncode == 0, loaded.stderr
    assert "Traceback" not in server.words()
