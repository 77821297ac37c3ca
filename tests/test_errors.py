import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.errors import InputError, WorkError


@pytest.mark.parametrize("kind", [InputError, WorkError])
@given(st.text())
def test_a_message_is_one_line_whatever_it_quotes(kind, name):
    message = str(kind(f"{name}: there is no such file"))
    assert len(message.splitlines()) == 1
    assert message.encode().decode() == message
    assert message.translate(dict.fromkeys(range(128, 0x110000))).isprintable()


def test_what_is_usual_stays_as_it_is():
    for text in ("a.tsv, line 3: is empty", "文件：没有这一列", "C:\\new\\a.tsv: is a folder", ""):
        assert str(InputError(text)) == text
    assert str(InputError("a\nb\x1b[2J\u2028\ud800.tsv")) == r"a\nb\x1b[2J\u2028\ud800.tsv"


def test_a_message_has_an_end():
    columns = ", ".join(f"column {number}" for number in range(10_000))
    message = str(InputError(f"a.csv: there is no column 'x'; its columns are {columns}; choose"))
    assert len(message) < 1000
    assert message.startswith("a.csv: there is no column 'x'; its columns are column 0, column 1, ")
    assert " ... " in message and message.endswith(", column 9999; choose")


def test_an_error_comes_through_a_pipe_as_it_was():
    error = pickle.loads(pickle.dumps(InputError("a\nb")))
    assert type(error) is InputError and str(error) == r"a\nb"
