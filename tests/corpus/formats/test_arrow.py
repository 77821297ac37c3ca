import gzip
import io

import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import feather, ipc, parquet

from seq2seq_keras.corpus.files import TextFile, text_files
from seq2seq_keras.corpus.formats.arrow import read
from seq2seq_keras.errors import InputError

ROWS = [("Hallo.", "Hello."), ("Wie geht's?", "How are you?"), ("", "")]


def in_parquet(table, **options):
    buffer = io.BytesIO()
    parquet.write_table(table, buffer, **options)
    return buffer.getvalue()


def in_arrow(table):
    buffer = io.BytesIO()
    with ipc.new_file(buffer, table.schema) as writer:
        writer.write_table(table, max_chunksize=2)
    return buffer.getvalue()


def in_stream(table):
    buffer = io.BytesIO()
    with ipc.new_stream(buffer, table.schema) as writer:
        writer.write_table(table, max_chunksize=2)
    return buffer.getvalue()


def in_feather(table):
    buffer = io.BytesIO()
    feather.write_feather(table, buffer, compression="zstd")
    return buffer.getvalue()


WRITERS = [in_parquet, in_arrow, in_stream, in_feather]
FORMS = dict(zip(WRITERS, ["Parquet", "Arrow", "Arrow stream", "Arrow"], strict=True))


def table_of(rows=ROWS, kind=None):
    kind = kind or pyarrow.string()
    columns = [pyarrow.array(column, pyarrow.string()) for column in zip(*rows, strict=True)]
    return pyarrow.table(dict(zip(("de", "en"), [one.cast(kind) for one in columns], strict=True)))


def file_of(content):
    return TextFile("a.parquet", "a.parquet", lambda: io.BytesIO(content))


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize(
    "kind",
    [
        pyarrow.string(),
        pyarrow.large_string(),
        pyarrow.dictionary(pyarrow.int32(), pyarrow.string()),
    ],
)
def test_columns_of_text(write, kind):
    records = read(file_of(write(table_of(kind=kind))))
    assert (records.form, records.columns) == (FORMS[write], ["de", "en"])
    for _ in range(2):
        assert list(records.rows()) == ROWS


@pytest.mark.parametrize("write", WRITERS)
def test_data_sets_of_the_hub(write):
    pairs = pyarrow.array([{"de": "Ja", "en": "Yes"}, None, {"de": None, "en": "No"}])
    table = pyarrow.table(
        {
            "id": ["1", "2", None],
            "score": [1.0, 2.0, 3.0],
            "translation": pairs,
            "words": [["a"], [], None],
            "other": pyarrow.array([{"x": "y"}] * 3),
        }
    )
    records = read(file_of(write(table)))
    assert records.columns == ["id", "de", "en"]
    assert list(records.rows()) == [("1", "Ja", "Yes"), ("2", "", ""), ("", "", "No")]


def test_a_column_may_be_called_as_a_field_is():
    pairs = pyarrow.array([{"de": "Ja", "en": "Yes"}])
    for names in (["translation", "de"], ["de", "translation"]):
        given = {"translation": pairs, "de": ["x"]}
        records = read(file_of(in_parquet(pyarrow.table({name: given[name] for name in names}))))
        expected = {"translation": ("Ja", "Yes"), "de": ("x",)}
        assert list(records.rows()) == [tuple(cell for name in names for cell in expected[name])]


@pytest.mark.parametrize("write", WRITERS)
def test_no_text(write):
    with pytest.raises(InputError, match=r"a\.parquet: holds no column of text, only n;"):
        read(file_of(write(pyarrow.table({"n": [1, 2]}))))
    assert list(read(file_of(write(table_of()[:0]))).rows()) == []


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_batch_by_batch(write, ending):
    rows = [(f"Satz {number}", f"Sentence {number}") for number in range(5000)]
    content = in_parquet(table_of(rows), row_group_size=700)
    path = write(f"a.parquet{ending}", gzip.compress(content) if ending else content)
    (file,) = text_files(path)
    assert file.name == "a.parquet"
    records = read(file)
    assert list(records.rows()) == rows
    assert next(records.rows()) == rows[0]


def test_a_bomb_ends_early():
    count = 2**19
    table = pyarrow.table({"de": ["Immer dasselbe. " * 4] * count, "en": ["The same."] * count})
    with pytest.raises(InputError, match="more than 250 times its size in text"):
        sum(1 for _ in read(file_of(in_parquet(table))).rows())


def test_the_first_feather_is_refused():
    with pytest.raises(InputError, match="Feather of the first version"):
        read(file_of(b"FEA1" + bytes(20) + b"FEA1"))


@pytest.mark.parametrize("writer", WRITERS)
def test_what_breaks_off_is_read_or_refused_in_a_line(writer):
    content = writer(table_of())
    for size in range(0, len(content), 1 if len(content) < 1500 else 3):
        try:
            rows = list(read(file_of(content[:size])).rows())
        except InputError as error:
            message = str(error)
        else:
            assert rows == ROWS[: len(rows)]  # only a stream needs no end
            assert writer is in_stream
            continue
        assert message.startswith("a.parquet: ") and "\n" not in message


@pytest.mark.parametrize("writer", WRITERS)
@given(st.data())
def test_any_damage_is_refused_in_a_line_or_harmless(writer, data):
    content = bytearray(writer(table_of()))
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        list(read(file_of(bytes(content))).rows())
    except InputError as error:
        message = str(error)
        assert message.startswith("a.parquet: ") and "\n" not in message


def test_a_size_beyond_all_memory_is_damage(tmp_path):
    content = bytearray(in_stream(table_of()))
    at = content.index(b"\x03\x04\0\x18\0\0\0") + 7  # how long what follows the message is
    content[at : at + 8] = (2**46).to_bytes(8, "little")
    path = tmp_path / "a.arrow"
    path.write_bytes(content)  # of which as much is asked for as it says
    with pytest.raises(InputError, match=r"a\.arrow: the file is damaged"):
        list(read(text_files(path)[0]).rows())


CELL = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(st.tuples(CELL, CELL), min_size=1), st.sampled_from(WRITERS))
def test_any_texts_come_back(rows, writer):
    assert list(read(file_of(writer(table_of(rows)))).rows()) == rows
