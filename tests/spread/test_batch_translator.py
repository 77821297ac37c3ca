"""What a worker does with a batch of rows; nothing here needs Ray."""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow
import pytest

from seq2seq_keras.cli.spread_cluster import require_ray
from seq2seq_keras.errors import InputError
from seq2seq_keras.spread import BatchTranslator
from seq2seq_keras.translator import Translator


def test_rows_keep_what_they_have_and_get_a_translation(sample_model: Path) -> None:
    texts = ["The dog runs.", None, "", "My neighbour bought a new car."]
    batch = pyarrow.table({"id": [3, None, 1, 2], "en": texts})
    translated = BatchTranslator(str(sample_model), "en", as_sentences=True)(batch)
    own = Translator.load(sample_model).translate([text or "" for text in texts])
    expected = [None if text is None else each.text for text, each in zip(texts, own, strict=True)]
    assert translated.drop_columns("translation").equals(batch)
    assert translated["translation"].to_pylist() == expected
    assert expected[3]


def test_a_text_of_two_sentences_is_translated_as_two(sample_model: Path) -> None:
    text = "The dog runs. My neighbour bought a new car."
    translator = BatchTranslator(str(sample_model), "en", beam_size=3)
    batch = translator(pyarrow.table({"en": pyarrow.array([text]).dictionary_encode()}))
    expected = Translator.load(sample_model).translate_text(text, beam_size=3).text
    assert batch["translation"].to_pylist() == [expected]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"fr": ["a"], "id": [1]}, "no column 'en'; there are fr, id"),
        ({"en": [1]}, "column 'en' holds int64, not text"),
        ({"en": ["a"], "translation": ["b"]}, "a column 'translation' already"),
    ],
)
def test_what_cannot_be_translated_is_refused(
    sample_model: Path, columns: dict[str, list], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        BatchTranslator(str(sample_model), "en")(pyarrow.table(columns))


def test_without_ray_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "ray"]:
        monkeypatch.delitem(sys.modules, name)
    found = [path for path in sys.path if not (Path(path) / "ray").is_dir()]
    monkeypatch.setattr(sys, "path", found)
    with pytest.raises(InputError, match=r"spread: the package ray is missing; .* \"\.\[ray\]\""):
        require_ray()
