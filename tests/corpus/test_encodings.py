import codecs
import io
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.corpus.encodings import (
    LONGEST_LINE,
    UTF8,
    decoded_lines,
    decoded_pieces,
    detect,
    find_encoding,
)
from seq2seq_keras.corpus.files import TextFile, text_files
from seq2seq_keras.errors import InputError

RUSSIAN = "Где находится ближайшая станция метро?\nЯ хочу чашку чая.\nОна не знает, что делать.\n"
JAPANESE = "吾輩は猫である。名前はまだ無い。\n駅はどこですか。\n今日は天気がいいですね。\n"
KOREAN = "나는 매일 아침 커피를 마신다.\n지하철역이 어디에 있습니까?\n오늘은 날씨가 좋네요.\n"
TRADITIONAL = "他會說法語。\n請問地鐵站在哪裡？\n我覺得這本書很有意思。\n"
POLISH = "Gdzie jest najbliższa stacja metra?\nMyślę, że ta książka jest bardzo ciekawa.\n"
CZECH = "Kde je nejbližší stanice metra?\nPříliš žluťoučký kůň úpěl ďábelské ódy.\n"
GREEK = "Πού είναι ο κοντινότερος σταθμός του μετρό;\nΘα ήθελα ένα φλιτζάνι τσάι.\n"
THAI = "วันนี้อากาศดีมาก\nสถานีรถไฟฟ้าอยู่ที่ไหน\n"
SPANISH = "¿Dónde está la estación más cercana?\nMañana no iremos a la escuela.\n"


def lines_of(content, encoding=None):
    file = TextFile("a.txt", "a.txt", lambda: io.BytesIO(content), encoding)
    return list(file.lines())


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        (RUSSIAN, "cp1251", "Windows-1251"),
        (RUSSIAN, "koi8-r", "KOI8-R"),
        (JAPANESE, "shift_jis", "Shift_JIS"),
        (JAPANESE, "euc_jp", "EUC-JP"),
        (KOREAN, "euc_kr", "EUC-KR"),
        (TRADITIONAL, "big5", "Big5"),
        (TRADITIONAL, "gb18030", "GB18030"),
        (POLISH, "cp1250", "Windows-1250"),
        (POLISH, "iso8859-2", "ISO-8859-2"),
        (CZECH, "cp1250", "Windows-1250"),
        (CZECH, "iso8859-2", "ISO-8859-2"),
        (GREEK, "cp1253", "Windows-1253"),
        (THAI, "cp874", "Windows-874"),
        (SPANISH, "cp1252", "Windows-1252"),
        (SPANISH, "mac-roman", "Mac Roman"),
        ("Cet œuf coûte dix €.\nIl a mal au cœur à l'école.\n", "iso8859-15", "ISO-8859-15"),
    ],
)
def test_older_encodings_are_told_by_the_words_they_make(text, codec, name):
    content = text.encode(codec)
    found = detect(io.BytesIO(content))
    assert (found.name, found.guessed) == (name, True)
    assert lines_of(content) == text.splitlines()
    # Where nothing but the encoding changes, so do the lines.
    assert lines_of(content, name) == text.splitlines()


def parts(lines, length, count=40):
    rng = random.Random(5)
    for _ in range(count):
        start = rng.randrange(len(lines) - length)
        yield "".join(line + "\n" for line in lines[start : start + length])


@pytest.fixture(scope="module")
def sample_sides(pytestconfig):
    def side(name, column):
        text = (pytestconfig.rootpath / "data" / name).read_text(encoding="utf-8")
        return [line.split("\t")[column] for line in text.splitlines()]

    return {
        "zh": side("english-chinese.tsv", 1),
        "en": side("english-chinese.tsv", 0),
        "fr": side("english-french.tsv", 1),
    }


@pytest.mark.parametrize("length", [3, 50, 1000])
@pytest.mark.parametrize(
    ("side", "codec", "right"),
    [
        ("zh", "gb18030", 1.0),
        ("zh", "utf-16-le", 1.0),
        ("zh", "utf-16-be", 1.0),
        ("zh", "utf-8", 1.0),
        ("fr", "cp1252", 0.95),
        ("fr", "mac-roman", 0.9),
        ("fr", "utf-8", 1.0),
        ("fr", "utf-32-le", 1.0),
    ],
)
def test_sentences_of_the_samples(sample_sides, side, codec, length, right):
    texts = list(parts(sample_sides[side], length, 40 if length < 1000 else 3))
    read = [lines_of(text.encode(codec)) == text.split("\n")[:-1] for text in texts]
    assert sum(read) >= (right if length == 3 else 1.0) * len(read)


@pytest.mark.parametrize("codec", ["cp1252", "iso8859-15", "cp1250"])
def test_german_captions(shared_corpora, codec):
    text = (shared_corpora / "multi30k" / "val.de").read_text(encoding="utf-8")
    for part in parts(text.splitlines(), 3):
        if not part.isascii():
            assert lines_of(part.encode(codec)) == part.splitlines()


def test_two_languages_in_a_table(sample_sides, shared_corpora):
    german = (shared_corpora / "multi30k" / "val.de").read_text(encoding="utf-8").splitlines()
    rows = [f"{one}\t{other}\n" for one, other in zip(sample_sides["fr"], german, strict=False)]
    content = "".join(rows).encode("cp1252")
    assert detect(io.BytesIO(content)).name == "Windows-1252"
    both = [
        f"{one}\t{two}\n" for one, two in zip(*map(sample_sides.get, ("en", "zh")), strict=True)
    ]
    assert detect(io.BytesIO("".join(both).encode("gb18030"))).name == "GB18030"


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_mark_tells_and_is_no_text(codec):
    assert lines_of("é\na\n".encode(codec)) == ["é", "a"]
    found = detect(io.BytesIO("é".encode(codec)))
    assert found.name.startswith(codec.upper().removesuffix("-SIG")) and not found.guessed


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_no_mark(codec):
    for text in ("Hi.\tSalut.\n", RUSSIAN, JAPANESE, GREEK):
        assert lines_of(text.encode(codec)) == text.splitlines()


def test_a_few_broken_lines_do_not_make_it_another_encoding():
    lines = ["Un été à l'école.\n".encode()] * 20
    lines[7] = "Un été.\n".encode("latin-1")
    with pytest.raises(InputError, match=r"a.txt, line 8: not UTF-8 \(byte 0xe9 at offset 157\)"):
        lines_of(b"".join(lines))
    ascii_but_one = b"Hi.\n" * 2000 + b"\xe9\n" + b"Hi.\n" * 10
    with pytest.raises(InputError, match=r"line 2001: not UTF-8 \(byte 0xe9 at offset 8000\)"):
        lines_of(ascii_but_one)
    assert lines_of(b"Hi.\n" * 500 + b"caf\xe9\n")[-1] == "café"
    # What comes before is read all the same: a preview needs no more.
    file = TextFile("a.txt", "a.txt", lambda: io.BytesIO(b"".join(lines)))
    assert next(file.lines()) == "Un été à l'école."


def test_what_comes_late_is_looked_at():
    content = b"All of it is ASCII.\n" * 100_000 + "Mais l'été à la plage.\n".encode("cp1252") * 300
    assert len(content) > 2**20
    assert lines_of(content)[-1] == "Mais l'été à la plage."
    assert detect(io.BytesIO(b"plain")) == UTF8 == detect(io.BytesIO(b""))


def test_no_text_at_all():
    noise = random.Random(1).randbytes(100_000)
    with pytest.raises(InputError, match=r"a.txt, line \d+: (not UTF-8|holds a zero byte)"):
        lines_of(noise)
    with pytest.raises(InputError, match="line 2: holds a zero byte"):
        lines_of(b"a\nb\0c\n")
    with pytest.raises(InputError, match="line 1: not UTF-8"):
        lines_of(bytes(range(128, 160)) * 100)


def test_lines_end_at_line_feeds_only():
    text = "a\u2028b\x0cc\x85d\re\r\nf\n\ng"
    for codec in ("utf-8", "utf-16", "gb18030"):
        assert lines_of(text.encode(codec), codec) == ["a\u2028b\x0cc\x85d\re", "f", "", "g"]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("GBK", "GB18030"),
        ("gb2312", "GB18030"),
        ("Shift-JIS", "Shift_JIS"),
        ("latin1", "Windows-1252"),
        ("windows-1252", "Windows-1252"),
        ("UTF8", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("iso-2022-jp", "ISO2022_JP"),
    ],
)
def test_names(given, name):
    assert find_encoding(given).name == name


@pytest.mark.parametrize(
    "given", ["klingon", "", "base64", "rot13", "a b", "\0", "idna", "punycode", "unicode_escape"]
)
def test_no_such_encoding(given):
    with pytest.raises(InputError, match="encoding: there is none called"):
        find_encoding(given)


@pytest.mark.parametrize("codec", ["utf-16", "utf-32"])
@pytest.mark.parametrize("content", [b"|\xe3", "Hallo.\tHello.\n".encode("utf-16-le"), b"abcd" * 9])
def test_a_mark_that_is_missing_where_it_is_stated(write, codec, content):
    (file,) = text_files(write("a.tsv", content))
    with pytest.raises(InputError, match=r"a.tsv(, line 1: not|: does not begin with the byte) "):
        list(replace(file, stated_encoding=codec).lines())


def test_a_stated_encoding_holds(write):
    path = write("a.txt", "été\n".encode("cp1252"))
    (file,) = text_files(path)
    assert (file.encoding.name, next(file.lines())) == ("Windows-1252", "été")
    for name, text in (("cp1251", "йtй"), ("iso-2022-jp", None), ("utf-8", None)):
        stated = TextFile(str(path), path.name, file.open, name)
        if text is None:
            with pytest.raises(InputError, match=r"a\.txt, line 1: not .*0xe9 at offset 0"):
                list(stated.lines())
        else:
            assert list(stated.lines()) == [text]
    assert lines_of(JAPANESE.encode("iso-2022-jp"), "iso-2022-jp") == JAPANESE.splitlines()


@pytest.mark.parametrize("codec", ["gb18030", "big5", "shift_jis", "euc_jp", "utf-16-le", "cp1253"])
def test_errors_say_line_and_offset(codec):
    text = {"cp1253": GREEK, "big5": TRADITIONAL}.get(codec, JAPANESE)
    whole = text.encode(codec)
    bad = {"utf-16-le": b"\x00\xdc\x00\xdc", "cp1253": b"\xd2", "shift_jis": b"\x81 "}.get(
        codec, b"\xff"
    )
    with pytest.raises(InputError) as error:
        lines_of(whole * 3 + bad + whole, codec)
    line = 3 * text.count("\n") + 1
    assert f"a.txt, line {line}: not {find_encoding(codec).name}" in str(error.value)
    assert f"at offset {3 * len(whole)})" in str(error.value)


def test_a_line_without_end_is_refused():
    for codec in ("utf-8", "utf-16-le"):
        content = ("a\n" + "b" * (LONGEST_LINE + 1)).encode(codec)
        with pytest.raises(InputError, match="line 2: is longer than 16 MiB"):
            lines_of(content, codec)


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(TEXT, st.sampled_from(["utf-8", "utf-16", "utf-16-be", "utf-32", "gb18030", "utf-7"]))
def test_any_text_in_a_stated_encoding(text, codec):
    content = text.encode(codec)
    expected = [line.removesuffix("\r") for line in text.split("\n")]
    if expected[-1] == "" and not text.split("\n")[-1]:
        expected.pop()
    encoding = find_encoding(codec)
    bare = text.removeprefix("\ufeff")
    if bare == text:
        assert list(decoded_lines(io.BytesIO(content), encoding, "a")) == expected
        assert "".join(decoded_pieces(io.BytesIO(content), encoding, "a")) == text


@given(TEXT)
def test_utf8_is_never_taken_for_another(text):
    content = text.encode()
    if not content.startswith((codecs.BOM_UTF8, b"\xff\xfe")) and "\x00" not in text:
        assert detect(io.BytesIO(content)) == UTF8


@given(st.binary())
def test_any_bytes_are_read_or_refused_in_a_line(content):
    try:
        lines = lines_of(content)
    except InputError as error:
        message = str(error)
    else:
        assert not any("\n" in line for line in lines)
        return
    assert message.startswith("a.txt") and "\n" not in message
