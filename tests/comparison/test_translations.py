import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.comparison.translations import from_inert, inert, save_translations
from seq2seq_keras.corpus import Corpus

from .conftest import REFERENCES, SOURCES, output


@pytest.mark.parametrize(
    "formula", ["=1+1", "+A1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"]
)
def test_nothing_in_the_table_is_a_formula(tmp_path, formula):
    one = output(formula, 0.5)
    one.translations[0] = formula
    test = Corpus([formula, *SOURCES[1:]], [formula, *REFERENCES[1:]])
    save_translations(tmp_path / "table.csv", test, [one], "en")
    with (tmp_path / "table.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0][2:] == [f"'{formula}", f"'{formula}: sentence BLEU"]
    assert rows[1][:3] == [f"'{formula}"] * 3
    # A spreadsheet computes what begins with one of these.
    assert not [cell for row in rows for cell in row if cell[:1] in "=+-@\t\r" and cell]
    assert rows[2][0] == SOURCES[1]


@given(st.text(alphabet="'=-a \t") | st.text())
def test_what_was_made_inert_is_read_as_it_was(text):
    cell = inert(text)
    assert from_inert(cell) == text
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
