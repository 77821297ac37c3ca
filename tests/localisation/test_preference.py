from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seq2seq_keras.localisation import ENGLISH, preferred


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        (None, "en"),
        ("", "en"),
        ("zh", "zh"),
        ("zh-CN", "zh"),
        ("zh-Hans-CN", "zh"),
        ("zh-SG,en;q=0.9", "zh"),
        ("ZH-TW", "zh"),
        ("en-US,en;q=0.9,zh-CN;q=0.8", "en"),
        ("en;q=0.5, zh;q=0.9", "zh"),
        ("fr-FR, zh;q=0.3", "zh"),
        ("fr", "en"),
        ("zh;q=0", "en"),
        ("zh;q=0, en", "en"),
        ("*", "en"),
        ("zhuang", "en"),
        ("zh;q=x", "en"),
        ("zh;q=nan", "en"),
        ("zh;q=7, en;q=0.1", "en"),
        ("zh; q = 0.9 , en;q=0.8", "zh"),
        ("en, zh", "en"),
        ("zh, en", "zh"),
    ],
)
def test_what_the_browser_accepts_decides(accepted: str | None, expected: str) -> None:
    assert preferred(None, accepted).code == expected


def test_a_choice_is_above_what_the_browser_accepts() -> None:
    assert preferred("en", "zh").code == "en"
    assert preferred("zh", "en").code == "zh"
    assert preferred("fr", "zh").code == "zh"  # no language of ours: as if nothing was chosen


@given(st.text(), st.text())
@example("", ";;,;q=,q=1,;")
def test_any_header_gives_a_language(chosen: str, accepted: str) -> None:
    assert preferred(chosen, accepted).code in ("en", "zh")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["en", "en-GB", "zh", "zh-Hant", "fr", "*"]),
            st.integers(0, 1000).map(lambda number: number / 1000),
        )
    )
)
def test_the_highest_quality_wins(items: list[tuple[str, float]]) -> None:
    header = ",".join(f"{tag};q={quality:.3f}" for tag, quality in items)
    ours = [(tag[:2], quality) for tag, quality in items if tag[:2] in ("en", "zh") and quality]
    expected = max(ours, key=lambda item: item[1])[0] if ours else ENGLISH.code
    assert preferred(None, header).code == expected
