"""Numbers of things."""

import pytest

from seq2seq_keras.counted import counted


@pytest.mark.parametrize(
    ("count", "names", "expected"),
    [
        (0, ["line"], "0 lines"),
        (1, ["line"], "1 line"),
        (2, ["line"], "2 lines"),
        (1_000, ["line"], "1,000 lines"),
        (1, ["batch", "batches"], "1 batch"),
        (2, ["batch", "batches"], "2 batches"),
    ],
)
def test_one_is_one(count: int, names: list[str], expected: str) -> None:
    assert counted(count, *names) == expected
