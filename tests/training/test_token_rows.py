from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.corpus import store
from seq2seq_keras.errors import WorkError
from seq2seq_keras.training import token_rows
from seq2seq_keras.training.token_rows import TokenRows, TokenStore

ROWS = st.lists(st.lists(st.integers(0, 65_535), max_size=9), max_size=20)


@given(ROWS, st.sampled_from(["uint16", "int32"]), st.booleans(), st.data())
def test_rows_are_those_that_went_in(
    rows: list[list[int]], dtype: str, on_disk: bool, data: st.DataObject
) -> None:
    store = TokenStore()
    with pytest.MonkeyPatch.context() as patch:
        if on_disk:
            patch.setattr(token_rows, "MOST_IN_MEMORY", 5)
        for first in range(0, len(rows), 3):
            some = rows[first : first + 3]
            flat = np.array([token for row in some for token in row], dtype)
            store.extend(flat, np.array(list(map(len, some)), "int64"))
    kept = store.rows()
    assert isinstance(kept.tokens, np.memmap) == (on_disk and sum(map(len, rows)) > 5)
    assert [row.tolist() for row in kept] == rows
    assert kept.lengths.tolist() == list(map(len, rows))
    assert len(kept) == len(rows)
    part = data.draw(st.slices(len(rows)))
    assert [row.tolist() for row in kept[part]] == rows[part]
    if rows:
        index = data.draw(st.integers(-len(rows), len(rows) - 1))
        assert kept[index].tolist() == rows[index]
        assert kept[index].dtype == "int32"


def test_out_of_range() -> None:
    rows = TokenRows.of([[4, 2], [5]])
    for index in (2, -3):
        with pytest.raises(IndexError, match=f"row {index} of 2"):
            rows[index]


def test_a_row_is_a_copy() -> None:
    """What is done to a batch does not reach the corpus."""
    rows = TokenRows.of([np.array([4, 2], "int32")])
    rows[0][0] = 9
    assert rows[0].tolist() == [4, 2]


def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_rows, "MOST_IN_MEMORY", 0)
    with Path("/dev/full").open("wb", buffering=0) as full:
        monkeypatch.setattr(store.tempfile, "TemporaryFile", lambda prefix: full)
        with pytest.raises(WorkError, match=r"needs room there \(.*; make some, or set TMPDIR"):
            TokenStore().extend(np.arange(9, dtype="uint16"), np.array([9]))
