"""A file cut into ranges: together they hold each line once, however it is cut."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.errors import InputError
from seq2seq_keras.spread import ranges
from seq2seq_keras.spread.ranges import Range, lines_in, position_after, ranges_of


@given(
    lines=st.lists(
        st.sampled_from(["", "a", "zwölf", "狗跑。", "two words\r", "x" * 40]), max_size=30
    ),
    ends=st.booleans(),
    step=st.integers(1, 50),
)
def test_ranges_hold_each_line_once_in_order(
    lines: list[str], ends: bool, step: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("ranges") / "text"
    file.write_bytes(("\n".join(lines) + "\n" * (ends and bool(lines))).encode())
    size = file.stat().st_size
    parts = [Range(start, min(start + step, size)) for start in range(0, size, step)]
    found = [line for part in parts for line in lines_in(file, part)]
    expected = file.read_bytes().decode().split("\n")
    if expected[-1] == "":  # behind the last line feed there is no line
        expected.pop()
    assert found == [line.rstrip("\r") for line in expected]


def test_ranges_follow_one_another_and_are_enough_for_all_workers(tmp_path: Path) -> None:
    file = tmp_path / "text"
    file.write_bytes(b"x" * 10_000_000)
    for workers in (1, 3, 16):
        parts = ranges_of(file, workers, begin=1_000)
        assert parts[0].begin == 1_000 and parts[-1].end == 10_000_000
        assert all(one.end == other.begin for one, other in pairwise(parts))
        assert len(parts) >= 8 * workers or parts[0].end - parts[0].begin == 4 * 2**20
    assert len(ranges_of(file, 1, begin=9_999_999)) == 1
    assert ranges_of(file, 1, begin=10_000_000) == []


def test_a_range_is_never_larger_than_a_worker_can_hold(tmp_path: Path) -> None:
    file = tmp_path / "text"
    with file.open("wb") as stream:
        stream.truncate(2**33)  # takes no room
    sizes = {part.end - part.begin for part in ranges_of(file, 2)}
    assert max(sizes) == 4 * 2**20


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    file = tmp_path / "text"
    file.write_bytes(b"\xef\xbb\xbfone\n\xef\xbb\xbftwo\n")
    assert list(lines_in(file, Range(0, 100))) == ["one", "\ufefftwo"]


def test_what_is_not_utf_8_is_told_by_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranges, "_LARGEST", 7)  # counted in more than one piece
    file = tmp_path / "text"
    file.write_bytes(b"one\ntwo\nthree\nf\xfcnf\nsix\n")
    with pytest.raises(InputError, match=r"text, line 4: not UTF-8 .* at byte 2\)"):
        list(lines_in(file, Range(9, 100)))


def test_where_a_file_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "text"
    file.write_bytes("zwölf\n\nzwei\n".encode())
    positions = [position_after(file, lines) for lines in range(5)]
    assert positions == [0, 7, 8, 13, 13]
