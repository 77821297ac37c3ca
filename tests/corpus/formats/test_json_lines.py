import gzip
import io
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.corpus.files import TextFile, text_files
from seq2seq_keras.corpus.formats import json_lines
from seq2seq_keras.corpus.formats.json_lines import read
from seq2seq_keras.errors import InputError

PAIRS = [{"de": "Hallo.", "en": "Hello."}, {"de": "Wie geht's?", "en": "How are you?"}]
ROWS = [list(pair.values()) for pair in PAIRS]


def file_of(content):
    content = content.encode() if isinstance(content, str) else content
    return TextFile("a.json", "a.json", lambda: io.BytesIO(content))


def table(content):
    records = read(file_of(content))
    return records.form, records.columns, list(map(list, records.rows()))


def lines(units):
    return "".join(json.dumps(unit, ensure_ascii=False) + "\n" for unit in units)


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (lines(PAIRS), "JSON Lines"),
        (lines(PAIRS).replace("\n", "\r\n\n"), "JSON Lines"),
        (lines(PAIRS).rstrip(), "JSON Lines"),
        (json.dumps(PAIRS), "JSON"),
        (json.dumps(PAIRS, indent=2), "JSON"),
        (" \n" + json.dumps(PAIRS, indent="\t") + "\n\n", "JSON"),
        (json.dumps({"version": 1, "empty": [], "tags": [1], "data": PAIRS, "x": {}}), "JSON"),
        (json.dumps({"version": 1, "data": PAIRS}, indent=1), "JSON"),
        ("[" + lines(PAIRS).replace("}\n{", "},\n{") + "]", "JSON"),
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_lines_and_documents(content, form, codec):
    assert table(content.encode(codec)) == (form, ["de", "en"], ROWS)


def test_one_object_alone():
    assert table('{"de": "Ja", "en": "Yes"}') == ("JSON Lines", ["de", "en"], [["Ja", "Yes"]])


@pytest.mark.parametrize("write", [lines, json.dumps])
def test_data_sets_of_the_hub(write):
    units = [{"id": str(number), "translation": pair} for number, pair in enumerate(PAIRS)]
    expected = [[str(number), *row] for number, row in enumerate(ROWS)]
    assert table(write(units))[1:] == (["id", "de", "en"], expected)
    assert table(write([{"translation": pair} for pair in PAIRS]))[1:] == (["de", "en"], ROWS)
    # As a text it is a column like any other.
    assert table(write([{"source": "Ja", "translation": "Yes"}]))[1] == ["source", "translation"]


@pytest.mark.parametrize("write", [lines, json.dumps])
def test_lists_of_texts(write):
    assert table(write([*ROWS, ["alone"], ["a", "b", "c"]]))[1:] == (
        ["1", "2", "3"],
        [[*row, ""] for row in ROWS] + [["alone", "", ""], ["a", "b", "c"]],
    )


def test_other_values():
    unit = '{"a": null, "b": 1.50, "c": true, "d": [1], "e": {"f": "g"}, "h": 12345678901234567890}'
    assert table(unit)[1:] == (
        ["a", "b", "c", "h"],
        [["", "1.50", "true", "12345678901234567890"]],
    )
    assert table('{"a": "\\ud83d\\ude00 \\ud800 \\n", "b": ""}')[2] == [
        ["\U0001f600 \ufffd \n", ""]
    ]


def test_what_is_left_out_is_counted():
    late = [{"x": "only later"}, {"de": "Ja", "en": "Yes", "x": "more"}]
    units = PAIRS * 250 + late + ["text", 1, None, {"de": "Nein"}, {}]
    for write in (lines, json.dumps):
        records = read(file_of(write(units)))
        for _ in range(2):  # anew each time
            rows = list(records.rows())
            assert rows[500:] == [["Ja", "Yes"], ["Nein", ""], ["", ""]]
            assert records.skipped == {
                "other names than the first objects have": 1,
                "no object and no list of texts": 3,
            }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "a.json: is empty"),
        (" \n\n", "a.json: is empty"),
        ("Hello\tHallo\n", "a.json, line 1: is not JSON"),
        (lines(PAIRS) + '{"de": "Ja", "en": \n' + lines(PAIRS), "a.json, line 3: is not JSON"),
        ('{"de": "a"\n{"de": "b"}\n', "a.json, line 1: is not JSON"),
        (lines(PAIRS) + "[" * 100_000, "a.json, line 3: is not JSON"),
        ('[\n{"de": "a"},\n{"de": "b"\n]', "a.json, line 3: from here on it is not JSON"),
        ('[\n{"de": "a"},\n{"de": "b"}\n', "a.json, line 4: from here on it is not JSON"),
        ('[{"de": "a"}]\n\nmore', "a.json, line 3: from here on it is not JSON"),
        ("[\n" * 100_000, "a.json, line 2: from here on it is not JSON"),
        ("{}", "a.json: holds no text"),
        ("[]", "a.json: holds no text"),
        ("1\n2\n", "a.json: holds no text"),
        ('{"a": {"b": ["x", "y"]}}', "a.json: holds no text"),
        ("[NaN, {\n", "a.json, line 1: from here on it is not JSON"),
    ],
)
def test_what_is_no_json_is_refused(content, message):
    with pytest.raises(InputError) as error:
        list(read(file_of(content)).rows())
    assert str(error.value).startswith(message) and "\n" not in str(error.value)


@pytest.mark.parametrize(
    "content", [lines(PAIRS), json.dumps(PAIRS, indent=1), json.dumps({"v": 1.5, "data": PAIRS})]
)
def test_what_breaks_off_is_read_or_refused_in_a_line(content):
    for size in range(len(content)):
        try:
            rows = list(map(list, read(file_of(content[:size])).rows()))
        except InputError as error:
            message = str(error)
        else:
            assert rows in (ROWS, ROWS[:1])
            continue
        assert message.startswith("a.json") and "\n" not in message


def test_a_value_may_lie_across_pieces(monkeypatch):
    monkeypatch.setattr("seq2seq_keras.corpus.encodings._PIECE", 7)
    units = [{"n": 123456789, "de": "Hallo " * number} for number in range(20)]
    rows = [["123456789", unit["de"]] for unit in units]
    for content in (json.dumps(units), json.dumps({"a": 12345678, "b": units}), lines(units)):
        assert table(content)[2] == rows


def test_memory_is_bounded(write):
    piece = b'{"de": "' + b"Hallo " * 2000 + b'", "en": "Hello"},'
    path = write("a.json.gz", gzip.compress(b"[" + piece * 2000 + b'{"de": "a", "en": "b"}]', 1))
    (file,) = text_files(path)
    tracemalloc.start()
    count = sum(1 for _ in read(file).rows())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 2001
    assert peak < len(piece) * 2000 / 2
    endless = file_of(b'[{"de": "' + b"a" * 40 * 2**20)
    with pytest.raises(InputError, match="a value is longer than 16 MiB"):
        read(endless)


CELL = st.text(st.characters(exclude_categories=["Cs"]))


@given(
    st.lists(st.dictionaries(CELL, CELL, min_size=1), min_size=1),
    st.sampled_from([None, 1]),
    st.booleans(),
)
def test_any_objects_come_back(units, indent, ascii_only):
    columns = list(dict.fromkeys(name for unit in units for name in unit))
    rows = [[unit.get(name, "") for name in columns] for unit in units]
    document = json.dumps(units, indent=indent, ensure_ascii=ascii_only)
    for content in (document, "".join(json.dumps(unit) + "\n" for unit in units)):
        assert table(content)[1:] == (columns, rows)


@given(
    st.recursive(st.none() | st.text('[]{},:" ') | st.integers(), st.lists), st.text('[]{}":,a1\n ')
)
def test_any_text_is_read_or_refused_in_a_line(value, text):
    for content in (json.dumps(value), text, "[" + text, '{"a":[' + text):
        try:
            list(json_lines.read(file_of(content)).rows())
        except InputError as error:
            message = str(error)
            assert message.startswith("a.json") and "\n" not in message
