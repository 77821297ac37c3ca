"""Trainings that are killed, at named places and at random moments, end as if they had not been.

`make test` kills a training in two places, `make soak` in all of them and at KILLS random
moments. `make test-jax` kills one of JAX's in the same two places.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpers.shell import environment

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kills as only POSIX can")

PATIENCE = 900
KILLS = int(os.environ.get("KILLS", "20"))

# One after another, in one training each: where it is killed, and how often it passes there before.
PLACES = {
    "as it begins": [
        ("write out/.checkpoints.new/run.json", 0),
        ("rename out/.checkpoints.new", 0),
        ("step", 3),
    ],
    "in training": [("step", 7), ("validation", 0), ("epoch", 0), ("step", 20), ("epoch", 1)],
    "while it writes checkpoints": [
        ("write out/checkpoints/.*.new/weights.npz", 2),
        ("write out/checkpoints/.*.new/state.json", 1),
        ("rename out/checkpoints/.*.new", 1),
        ("rename out/checkpoints/.latest.*.new", 2),
        ("unlink */optimizer.npz", 1),
    ],
    "while it saves the model": [
        ("write .out.new/model.keras", 3),
        ("fsync .out.new/model.keras", 0),
        ("rename out", 0),
        ("rename .out.new", 0),
        ("unlink */run.json", 0),
        ("write .out.new/scores.json", 0),
        ("rename out", 0),
        ("rename .out.new", 0),
    ],
}
# Within an epoch, and while the finished model takes its place.
SHORT = [("step", 24), ("rename .out.new", 0)]


class Training:
    """A training that goes on in one process after another.

    Args:
        folder: Where it lies; beside that is what JAX compiled for all of them.
    """

    def __init__(self, folder: Path) -> None:
        self.out = folder / "model" / "out"
        self.out.parent.mkdir()
        self._log = folder / "log"
        self._cache = folder.parent / "jax-cache"

    def start(self, place: str = "", skip: int = 0) -> subprocess.Popen:
        arguments = ["-m", "helpers.killed_training", str(self.out), place, str(skip)]
        here = environment()
        tests = str(Path(__file__).resolve().parents[1])
        here["PYTHONPATH"] = os.pathsep.join([here["PYTHONPATH"], tests])
        # Else every process would compile the same for minutes.
        here["JAX_COMPILATION_CACHE_DIR"] = str(self._cache)
        here["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0"
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *arguments], stdout=subprocess.PIPE, stderr=log, env=here
            )

    def killed(self, place: str, skip: int) -> None:
        process = self.start(place, skip)
        process.communicate(timeout=PATIENCE)
        assert process.returncode == -signal.SIGKILL, (place, self._log.read_text()[-2000:])

    def finished(self) -> dict:
        process = self.start()
        output, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, self._log.read_text()[-2000:]
        return json.loads(output.splitlines()[-1])

    @property
    def position(self) -> int:
        """How many batches into an epoch the newest checkpoint lies."""
        folder = self.out / "checkpoints"
        try:
            latest = (folder / "latest").read_text().strip()
            return json.loads((folder / latest / "state.json").read_text())["position"]
        except OSError:
            return 0

    @property
    def litter(self) -> list[str]:
        """What lies beside the translator."""
        return sorted(path.name for path in self.out.parent.iterdir() if path != self.out)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A training that nobody disturbs, and the seconds that it takes."""
    folder = tmp_path_factory.mktemp("whole")
    training = Training(folder)
    process = training.start()
    process.stdout.readline()  # it has started
    begin = time.monotonic()
    output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, (folder / "log").read_text()[-2000:]
    return json.loads(output.splitlines()[-1]), time.monotonic() - begin


@pytest.fixture
def training(tmp_path):
    return Training(tmp_path)


def test_killed_and_resumed_it_ends_the_same(whole, training):
    expected, _ = whole
    assert expected["scores"] is not None
    training.killed(*SHORT[0])
    assert training.position > 0  # it goes on within an epoch
    for place, skip in SHORT[1:]:
        training.killed(place, skip)
    assert training.finished() == expected
    assert training.litter == []


@pytest.mark.soak
@pytest.mark.tensorflow
@pytest.mark.parametrize("when", PLACES)
def test_killed_at_named_places(whole, training, when):
    for place, skip in PLACES[when]:
        training.killed(place, skip)
    assert training.finished() == whole[0]
    assert training.litter == []


@pytest.mark.soak
@pytest.mark.tensorflow
def test_killed_at_random_moments(whole, training):
    expected, seconds = whole
    moments = random.Random(int(os.environ.get("SEED", "1")))
    within, ends = 0, 0
    for _ in range(KILLS):
        process = training.start()
        process.stdout.readline()
        time.sleep(moments.uniform(0, seconds / 2))
        process.kill()
        output, _ = process.communicate(timeout=60)
        within += training.position > 0
        if process.returncode == 0 or output:  # it was faster
            ends += 1
            assert training.finished() == expected
            training.out.rename(training.out.with_name(f"finished-{ends}"))
    print(f"{KILLS} kills, {within} of them left a checkpoint within an epoch")
    assert within > 0
    assert training.finished() == expected
    assert {name for name in training.litter if not name.startswith("finished-")} == set()
