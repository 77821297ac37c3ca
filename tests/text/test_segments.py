import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.text import normalise, split_paragraph

TEXT = "Hello, Tom. How are you?\n\n  Fine!\nBye.\n"


def count_words(text):
    return len(text.split())


def test_line_breaks_are_kept():
    segments = split_paragraph(TEXT)
    assert segments.sentences == ["Hello, Tom.", "How are you?", "Fine!", "Bye."]
    assert segments.notices == []
    assert segments.join(["a", "b", "c", "d"], "de") == "a b\n\nc\nd\n"


@pytest.mark.parametrize("line_break", ["\r\n", "\r", "\n"])
def test_line_breaks_of_all_systems(line_break):
    assert split_paragraph(f"One.{line_break}Two.").join(["1", "2"]) == "1\n2"


@pytest.mark.parametrize("text", ["", "\n", " \n\t\n"])
def test_no_text(text):
    segments = split_paragraph(text)
    assert segments.sentences == []
    assert segments.join([], "en") == text.strip(" \t").replace("\t", "")


@pytest.mark.parametrize(
    ("language", "translations", "expected"),
    [
        ("zh", ["你好。", "再见。"], "你好。再见。"),
        (None, ["你好。", "再见。"], "你好。再见。"),
        ("ja", ["はい。", "いいえ。"], "はい。いいえ。"),
        ("en", ["Hello.", "Bye."], "Hello. Bye."),
        (None, ["Hello.", "Bye."], "Hello. Bye."),
        ("zh", ["Tom.", "Bye."], "Tom. Bye."),
        ("en", ["", "Bye."], "Bye."),
        ("zh", ["他是Tom", "你好"], "他是Tom你好"),
    ],
)
def test_joining_by_language(language, translations, expected):
    assert split_paragraph("One. Two.").join(translations, language) == expected


def test_a_wrong_number_of_translations():
    with pytest.raises(ValueError, match="expected 2, received 1"):
        split_paragraph("One. Two.").join(["Eins."])


def test_a_long_sentence_is_cut_at_punctuation_with_a_notice():
    text = "one two three four, five six; seven eight nine, ten eleven twelve."
    segments = split_paragraph(f"Short.\n{text} Short.", longest=8, length=count_words)
    assert segments.sentences == [
        "Short.",
        "one two three four, five six;",
        "seven eight nine, ten eleven twelve.",
        "Short.",
    ]
    assert segments.lines == [1, 3]
    assert len(segments.notices) == 1
    assert "Line 2" in segments.notices[0]
    assert "in 2 parts" in segments.notices[0]
    assert segments.join(segments.sentences, "en") == f"Short.\n{text} Short."


@pytest.mark.parametrize(
    ("text", "longest", "expected"),
    [
        (
            "我喜欢苹果，你喜欢梨；他什么都不喜欢。",
            12,
            ["我喜欢苹果，你喜欢梨；", "他什么都不喜欢。"],
        ),
        ("我喜欢苹果，你喜欢梨", 7, ["我喜欢苹果，", "你喜欢梨"]),
        ("no marks at all here", 8, ["no marks", "at all", "here"]),
        ("无标点的句子", 4, ["无标点的", "句子"]),
        ("costs 10,000 each", 12, ["costs 10,000", "each"]),
    ],
)
def test_places_to_cut(text, longest, expected):
    assert split_paragraph(text, longest=longest).sentences == expected


def test_the_limit_must_be_positive():
    with pytest.raises(ValueError, match="longest"):
        split_paragraph("a", longest=0)


def test_a_very_long_line_takes_no_time():
    text = "word " * 20_000 + "字" * 20_000
    start = time.process_time()
    segments = split_paragraph(text, longest=100)
    assert time.process_time() - start < 5
    assert max(map(len, segments.sentences)) <= 100
    assert "".join(segments.sentences).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    "unit", [*".!(<\"'。 -»字a1", "a.", "a. ", "1.", ". »", "»»", "\u0301", "\u200b", "\u202e"]
)
def test_no_text_keeps_the_patterns_busy(unit):
    """What comes next is looked for from every place: if that takes long, it is for minutes."""
    text = unit * (100_000 // len(unit))
    for hostile in (text, f"{text}x", f"A{text} b"):
        begin = time.process_time()
        split_paragraph(hostile, longest=1000)
        assert time.process_time() - begin < 5


@given(
    st.lists(st.sampled_from([*"ab. ,;?\n\r。，我！—:)", "word ", "(x), "])).map("".join),
    st.integers(1, 12),
)
def test_nothing_is_lost_and_everything_fits(text, longest):
    segments = split_paragraph(text, longest=longest)
    assert all(0 < len(sentence) <= longest for sentence in segments.sentences)
    assert sum(segments.lines) == len(segments.sentences)
    assert "".join("".join(segments.sentences).split()) == "".join(normalise(text).split())
    joined = segments.join(segments.sentences, "en")
    assert joined.count("\n") == text.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    whole = split_paragraph(text)
    assert len(segments.notices) == sum(len(sentence) > longest for sentence in whole.sentences)
