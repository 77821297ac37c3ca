import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.documents import read_document
from seq2seq_keras.errors import InputError

TIMES = "00:00:0{},000 --> 00:00:0{},500"


def cue(number, *lines):
    return "\n".join([str(number), TIMES.format(number, number), *lines, "", ""])


def in_capitals(path):
    document = read_document(path)
    return document.encode([segment.upper() for segment in document.segments]).decode()


WORD = st.text(st.sampled_from("abcé'"), min_size=1, max_size=9)
LINE = st.lists(WORD, min_size=1, max_size=5).map(" ".join)


@given(
    cues=st.lists(
        st.tuples(
            st.integers(1, 99999),
            st.sampled_from(["00:00:01,000 --> 00:00:02,000", "1:2:03.5 --> 1:2:04 X1:1 Y1:20"]),
            st.lists(LINE, max_size=3),
        ),
        min_size=1,
    ),
    end=st.sampled_from(["\n", "\r\n"]),
    mark=st.booleans(),
    final=st.integers(0, 3),
)
def test_the_cues_of_a_srt_stay(write, cues, end, mark, final):
    blocks = [end.join([str(number), times, *lines, ""]) for number, times, lines in cues]
    whole = [*blocks, end.join(["1", "00:00:01,000 --> 00:00:02,000", "last"])]
    content = ("\ufeff" if mark else "") + end.join(whole) + final * end
    document = read_document(write("film.srt", content))
    assert document.segments == [*(" ".join(lines) for _, _, lines in cues if lines), "last"]

    result = document.encode(document.segments).decode()
    assert result.startswith("\ufeff") == mark
    assert re.search("(?:\r?\n)*$", result)[0] == final * end
    found = [
        (block[0], block[1], " ".join(block[2:]))
        for block in (each.split(end) for each in result.strip("\ufeff\r\n").split(end * 2))
    ]
    assert found[-1][2] == "last"
    assert found[:-1] == [(str(number), times, " ".join(lines)) for number, times, lines in cues]
    assert all(len(block.split(end)) <= 4 for block in result.strip("\r\n").split(end * 2))


def test_a_text_without_breaks_gives_the_same_bytes(write):
    content = cue(7, "One line.") + cue(3, "{\\an8}<i>Another</i>") + cue(3, "") + cue(4, "42")
    document = read_document(write("same.srt", content))
    assert document.encode(document.segments).decode() == content
    assert document.segments == ["One line.", "Another", "42"]


@pytest.mark.parametrize(
    ("lines", "segment", "translated"),
    [
        (["<i>Hello there.</i>"], "Hello there.", ["<i>HELLO THERE.</i>"]),
        (["<i>Hello</i> there."], "Hello there.", ["HELLO THERE."]),
        (["<i>He</i> is <i>here</i>"], "He is here", ["HE IS HERE"]),
        (["<i>A man of</i>", "<i>few words</i>"], "A man of few words",
         ["<i>A MAN OF", "FEW WORDS</i>"]),
        (["<b><i>Hello</i></b>"], "Hello", ["<b><i>HELLO</i></b>"]),
        (['<font color="red">Hello <b>there</b></font>'], "Hello there",
         ['<font color="red">HELLO THERE</font>']),
        (["{\\an8}<I>Hello</I>"], "Hello", ["{\\an8}<I>HELLO</I>"]),
        (["5 < 6 and 7 > 3"], "5 < 6 and 7 > 3", ["5 < 6 AND 7 > 3"]),
        (["First", "", "second"], "First second", ["FIRST", "SECOND"]),
    ],
)  # fmt: skip
def test_tags_stay_around_a_whole_cue(write, lines, segment, translated):
    path = write("tags.srt", cue(1, *lines) + cue(2, "x"))
    assert read_document(path).segments == [segment, "x"]
    assert in_capitals(path) == cue(1, *translated) + cue(2, "X")


def test_cues_without_text_or_blank_line_or_number(write):
    text = f"{TIMES.format(1, 1)}\nOne\n2\n{TIMES.format(2, 2)}\n<i></i>\n{TIMES.format(3, 3)}\nTwo"
    path = write("poor.srt", text)
    assert read_document(path).segments == ["One", "Two"]
    assert in_capitals(path) == text.replace("One", "ONE").replace("Two", "TWO")


def test_a_cue_whose_translation_is_missing_is_empty(write):
    document = read_document(write("some.srt", cue(1, "<i>One</i>") + cue(2, "Two")))
    assert document.encode(["UN", ""]).decode() == cue(1, "<i>UN</i>") + cue(2, "")
    assert document.encode(["", "DEUX"]).decode() == cue(1, "") + cue(2, "DEUX")


def test_webvtt(write):
    text = (
        "WEBVTT - a title\n\nNOTE\nThis stays.\n\nSTYLE\n::cue { color: red }\n\n"
        "intro\n00:01.000 --> 00:02.000 align:start\n<v Ann Lee>Fish &amp; chips\nfor all.\n\n"
        "NOTE too\n\n00:03.000 --> 00:04.000\n<c.loud>Well, <00:03.500>yes</c>\n"
    )
    path = write("film.vtt", text)
    assert read_document(path).segments == ["Fish & chips for all.", "Well, yes"]
    assert in_capitals(path) == (
        text.replace("Fish &amp; chips\nfor all.", "FISH &amp; CHIPS\nFOR ALL.").replace(
            "Well, <00:03.500>yes", "WELL, YES"
        )
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("Hello\nthere\n", "no cue in it"),
        (cue(1, "One") + "2\n00:00:02,000 -> 00:00:03,000\nTwo\n", "line 6: the times of a cue"),
        (cue(1, "One") + "2\n00:00:02,000 --> 0h\nTwo\n", "line 6: the times of a cue"),
        ("00:02,000 –> 00:03,000\n" + cue(1, "One"), "line 1: the times of a cue"),
    ],
)
def test_what_is_wrong_with_subtitles_is_told(write, content, says):
    path = write("wrong.srt", content)
    with pytest.raises(InputError, match=rf"wrong\.srt.*{says}"):
        read_document(path)
