import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.documents import read_document
from seq2seq_keras.errors import InputError

TEXTS = ["A dog runs.", "The cat, a black one, sleeps.", 'He says "yes" to us.', "Two\nlines of it"]


def read_csv(content, delimiter=","):
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def in_capitals(path, **choice):
    document = read_document(path, **choice)
    return document.encode([segment.upper() for segment in document.segments])


CELL = st.text(st.sampled_from('ab ,"\n你é.'), max_size=12).map(str.strip)


@given(
    rows=st.lists(st.tuples(CELL, CELL), min_size=1, max_size=8),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n"]),
    mark=st.booleans(),
    last_end=st.booleans(),
)
def test_the_cells_of_a_csv_stay_and_the_translation_is_the_last(
    write, rows, quoting, end, mark, last_end
):
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=quoting, lineterminator=end)
    writer.writerow(["number", "text", "remark"])
    # Something in the last column, so that no row is blank and the table keeps its width.
    writer.writerows([str(number), text, f"r{note}"] for number, (text, note) in enumerate(rows))
    written = buffer.getvalue() + f"9,A dog runs.,rx{end if last_end else ''}"
    content = (b"\xef\xbb\xbf" if mark else b"") + written.encode()

    document = read_document(write("table.csv", content), column="text")
    result = document.encode(document.segments)
    names, *cells = read_csv(result)
    assert names == ["number", "text", "remark", "translation"]
    assert [row[:3] for row in cells] == read_csv(content)[1:]
    assert [row[3] for row in cells] == [row[1].strip() for row in read_csv(content)[1:]]
    # What stood there stands there still, character by character.
    assert result.startswith(b"\xef\xbb\xbf") == mark
    assert result.endswith(end.encode()) == last_end
    if "\n" not in "".join(map("".join, rows)):
        pairs = zip(content.split(b"\n"), result.split(b"\n"), strict=True)
        assert all(after.startswith(before.rstrip(b"\r")) for before, after in pairs)


TAB_CELL = st.text(st.sampled_from('ab ,;"\\你é.'), max_size=12).map(str.strip)


@given(
    rows=st.lists(st.tuples(TAB_CELL, TAB_CELL), min_size=1), end=st.sampled_from(["\n", "\r\n"])
)
def test_the_cells_of_a_tsv_stay_as_they_are_written(write, rows, end):
    rows = [("1", "A dog runs."), *rows, ("2", "x")]
    content = "".join(f"{first}\t{second}{end}" for first, second in rows)
    document = read_document(write("table.tsv", content), column="2")
    expected = [
        f"{first}\t{second}\t{second}{end}" if first or second else f"\t{end}"
        for first, second in rows
    ]
    assert document.encode(document.segments) == "".join(expected).encode()


def test_quotes_are_written_as_the_table_writes_them(write):
    table = 'id,text\r\n1,A dog.\r\n"2","A cat."\r\n3,"Yes, ""yes"" he said"\r\n4,\r\n'
    assert in_capitals(write("mixed.csv", table)).decode() == (
        "id,text,translation\r\n1,A dog.,A DOG.\r\n"
        '"2","A cat.","A CAT."\r\n3,"Yes, ""yes"" he said","YES, ""YES"" HE SAID"\r\n4,,\r\n'
    )
    backslashes = 'id,text\n1,"He says \\"no\\" to us"\n2,"A \\"b\\" c"\n'
    assert in_capitals(write("backslash.csv", backslashes)).decode() == (
        'id,text,translation\n1,"He says \\"no\\" to us","HE SAYS \\"NO\\" TO US"\n'
        '2,"A \\"b\\" c","A \\"B\\" C"\n'
    )


def test_other_delimiters_and_what_stands_before_the_table(write):
    table = "sep=;\nid;text;date\n1;A dog, black;2024-01-01\n\n2;A cat;2024-01-02\n"
    assert in_capitals(write("excel.csv", table)).decode() == (
        "sep=;\nid;text;date;translation\n1;A dog, black;2024-01-01;A DOG, BLACK\n\n"
        "2;A cat;2024-01-02;A CAT\n"
    )


def test_the_translation_stands_in_one_column_also_behind_short_rows(write):
    table = (
        "id,text,note\n1,A dog runs.,x\n2,A cat sleeps.\n3\n4,A bird sings.,y,\n5,A fish swims.,z\n"
    )
    rows = read_csv(in_capitals(write("ragged.csv", table)))
    assert {len(row) for row in rows} == {5}
    assert [row[4] for row in rows] == [
        "translation", "A DOG RUNS.", "A CAT SLEEPS.", "", "A BIRD SINGS.", "A FISH SWIMS.",
    ]  # fmt: skip


def test_a_translation_never_breaks_a_row(write):
    document = read_document(write("one.tsv", "1\tA dog runs.\n2\tA cat sleeps.\n"), column=1)
    assert document.encode(["a\tb\nc", "d\r\ne"]) == (
        b"1\tA dog runs.\ta b c\n2\tA cat sleeps.\td e\n"
    )
    document = read_document(write("one.csv", "1,A dog runs.\n2,A cat sleeps.\n"), column=1)
    assert read_csv(document.encode(['a,b\n"c"', " d"])) == [
        ["1", "A dog runs.", 'a,b\n"c"'], ["2", "A cat sleeps.", " d"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "choice", "expected"),
    [
        ("id,text,date\n1,A dog runs.,2024-01-01\n2,The cat sleeps.,2024-01-02\n", {}, "text"),
        ("key,en,fr\nmenu.open,Open,Ouvrir\nmenu.save,Save as,Enregistrer\n", {}, "en"),
        ("key,en,fr\nopen,Open it,Ouvrir le\nsave,Save as,Enregistrer\n", {"source_lang": "fr"},
         "fr"),
        ("url,word\nhttps://a.example/b,你好，世界\nhttps://c.example,我们看书\n", {}, "word"),
        ("id,text,note\n1,A dog runs.,We like it\n2,A cat,It is so\n", {"column": "note"}, "note"),
        ("id,text,note\n1,A dog runs.,We like it\n2,A cat,It is so\n", {"column": "3"}, "note"),
        ("id,text,note\n1,A dog runs.,We like it\n2,A cat,It is so\n", {"column": 2}, "note"),
        ("id,text,date\n1,A dog runs.,May\n2,A cat sleeps.,June\n", {"column": "text"}, "text"),
    ],
)  # fmt: skip
def test_the_column_is_chosen_or_guessed(write, table, choice, expected):
    rows = list(csv.DictReader(io.StringIO(table)))
    document = read_document(write("columns.csv", table), **choice)
    assert document.segments == [row[expected] for row in rows]


@pytest.mark.parametrize(
    ("name", "content", "segments", "header"),
    [
        ("list.csv", "A dog runs.\nThe cat sleeps.\n", ["A dog runs.", "The cat sleeps."], None),
        ("list.csv", 'remark\n"Yes, it is."\n\nA cat sleeps.\n', ["Yes, it is.", "A cat sleeps."],
         b"remark,translation\n"),
        ("list.tsv", "A dog runs, yes.\n", ["A dog runs, yes."], None),
    ],
)  # fmt: skip
def test_a_table_may_have_one_column(write, name, content, segments, header):
    document = read_document(write(name, content))
    assert document.segments == segments
    if header:
        assert document.encode(segments).startswith(header)


def test_a_name_that_was_asked_for_is_a_header(write):
    path = write("terms.tsv", "Schlüssel\tWort\n1\tHund\n2\tKatze\n")
    assert read_document(path, column="Wort").segments == ["Hund", "Katze"]
    assert in_capitals(path, column="Wort").startswith("Schlüssel\tWort\ttranslation\n".encode())


def test_a_second_translation_has_another_name(write):
    table = "text,translation\nA dog runs.,Un chien court.\n"
    once = in_capitals(write("again.csv", table), column="text")
    assert read_csv(once)[0] == ["text", "translation", "translation 2"]
    assert read_csv(in_capitals(write("again.csv", once), column="text"))[0][3] == "translation 3"


@pytest.mark.parametrize(
    ("table", "column", "says"),
    [
        (
            "id,text\n1,A dog runs.\n2,A cat\n",
            "word",
            r"no column 'word'; its columns are id, text",
        ),
        ("id,text\n1,A dog runs.\n2,A cat\n", "3", r"no column '3'"),
        ("id,text\n1,A dog runs.\n2,A cat\n", -1, r"no column -1"),
        ("id,text\n1,A dog\n2,One, two and three\n3,Cat\n", None, r"line 3: holds 3 cells where"),
        (
            "A dog runs.\nYes.\nNo.\nOne, two\n",
            None,
            r"line 4: holds 2 cells where the table has 1",
        ),
        ('id,text\n1,A dog\n2,"Never closed\n3,A cat\n', None, r"line 3: a quote mark"),
    ],
)
def test_what_is_wrong_with_a_table_is_told(write, table, column, says):
    with pytest.raises(InputError, match=rf"wrong\.csv.*{says}"):
        read_document(write("wrong.csv", table), column)
