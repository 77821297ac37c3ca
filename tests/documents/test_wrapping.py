import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.documents.wrapping import width_of, wrap


@pytest.mark.parametrize(
    ("text", "widths", "lines"),
    [
        ("", [10], []),
        ("Short.", [10], ["Short."]),
        # One line stays one as far as it is read at a glance; two stay two beyond their width.
        ("A man is riding a horse.", [12], ["A man is riding a horse."]),
        ("A man is riding a horse.", [12, 9], ["A man is", "riding a horse."]),
        ("A man is riding a horse.", [24, 9], ["A man is riding a horse."]),
        ("Donaudampfschifffahrtsgesellschaft", [10, 10], ["Donaudampfschifffahrtsgesellschaft"]),
        ("我们今天去看书，好吗？", [10, 10], ["我们今天去", "看书，好吗？"]),
        ("今天，天气很好（真的）。", [8, 8], ["今天，天气很", "好（真的）。"]),
    ],
)
def test_lines(text, widths, lines):
    assert wrap(text, widths) == lines


@given(words=st.lists(st.text("abcdé", min_size=1, max_size=12)), widths=st.lists(
    st.integers(1, 60), min_size=1, max_size=4))  # fmt: skip
def test_at_most_two_lines_and_no_better_break(words, widths):
    lines = wrap("  ".join(words), widths)
    assert len(lines) <= 2
    assert " ".join(lines) == " ".join(words)
    if len(lines) == 2:
        breaks = [(" ".join(words[:n]), " ".join(words[n:])) for n in range(1, len(words))]
        assert max(map(len, lines)) == min(max(len(a), len(b)) for a, b in breaks)
        assert len(" ".join(words)) > max(widths)


def test_width_on_the_screen():
    assert (width_of("abc"), width_of("你好a"), width_of("e\u0301")) == (3, 5, 1)
