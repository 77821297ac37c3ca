"""How much somebody who logs in may keep, as one says it."""

from __future__ import annotations

import pytest

from seq2seq_keras.app.visitors.quota import GIGABYTES, quota_bytes
from seq2seq_keras.errors import InputError


@pytest.mark.parametrize(
    ("asked", "environment", "expected"),
    [
        (None, {}, GIGABYTES * 10**9),
        (None, {"SEQ2SEQ_QUOTA": ""}, GIGABYTES * 10**9),
        (None, {"SEQ2SEQ_QUOTA": " 2.5 "}, 2_500_000_000),
        (None, {"SEQ2SEQ_QUOTA": "0"}, None),
        (0.1, {"SEQ2SEQ_QUOTA": "2"}, 100_000_000),
        (0.0, {"SEQ2SEQ_QUOTA": "2"}, None),
    ],
)
def test_a_quota_is_always_set_unless_told_otherwise(
    asked: float | None, environment: dict[str, str], expected: float | None
) -> None:
    assert quota_bytes(asked, environment) == expected


@pytest.mark.parametrize("text", ["much", "-1", "nan", "inf", "1 GB", "1,5"])
def test_nonsense_is_no_quota(text: str) -> None:
    with pytest.raises(InputError, match="SEQ2SEQ_QUOTA: expected gigabytes, or 0"):
        quota_bytes(None, {"SEQ2SEQ_QUOTA": text})


@pytest.mark.parametrize("number", [-0.5, float("nan"), float("inf")])
def test_nor_on_the_command_line(number: float) -> None:
    with pytest.raises(InputError, match="--quota: expected gigabytes"):
        quota_bytes(number, {})
