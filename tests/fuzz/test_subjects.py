"""What the fuzzer begins with is read, and what breaks off is read or refused in a line."""

from pathlib import Path

import pytest

from fuzz.property import BrokenError, check
from fuzz.subjects import SUBJECTS
from seq2seq_keras.errors import InputError

pytestmark = pytest.mark.slow

_MOST = 60  # prefixes of each file

SEEDS = [
    pytest.param(subject, seed, id=f"{name}-{number}")
    for name, subject in SUBJECTS.items()
    for number, seed in enumerate(subject.seeds)
]


@pytest.mark.parametrize(("subject", "seed"), SEEDS)
def test_what_the_fuzzer_begins_with(tmp_path, subject, seed):
    said = subject.run(seed, tmp_path, alone=True)
    assert said is None or "give --source-lang" in said
    # The ends, where most formats have a table of what is in them, and every part between.
    ends = {*range(10), *range(len(seed) - 10, len(seed))}
    for size in ends | set(range(0, len(seed), len(seed) // _MOST + 1)):
        subject.run(seed[:size], tmp_path)


@pytest.mark.parametrize(
    "message", ["{path}: is\nbad", "something is bad", "{path}: " + 1000 * "a", "{path}: \x1b"]
)
def test_what_breaks_the_property(monkeypatch, message):
    path = Path("a.tsv")

    def read():
        error = InputError()
        error.args = (message.format(path=path),)
        raise error

    with pytest.raises(BrokenError):
        check(read, [path])
