import json

import pytest

from seq2seq_keras.documents import KeptTranslations, Translated
from seq2seq_keras.documents.tags import Links
from seq2seq_keras.errors import WorkError

FIRST = {"A dog.": Translated("Un chien.", False), "é\u2028\n": Translated("你\u2028好", True)}
SECOND = {"A cat.": Translated("Un chat.", False, Links((1, 4), (2, 5), (0, 1)))}


def test_what_was_added_is_there_at_the_next_start(tmp_path):
    path = tmp_path / "kept.jsonl"
    kept = KeptTranslations(path)
    assert kept.all == {}
    kept.add(FIRST)
    kept.add(SECOND)
    assert kept.all == FIRST | SECOND
    assert KeptTranslations(path).all == FIRST | SECOND


def test_a_kill_costs_the_line_that_was_being_written(tmp_path):
    path = tmp_path / "kept.jsonl"
    KeptTranslations(path).add(FIRST)
    whole = path.read_bytes()
    first = whole.index(b"\n") + 1
    for length in range(first, len(whole)):
        path.write_bytes(whole[:length])
        kept = KeptTranslations(path)
        assert kept.all == {"A dog.": FIRST["A dog."]}
        kept.add(SECOND)
        assert [json.loads(line)["text"] for line in path.read_text().splitlines()] == [
            "A dog.",
            "A cat.",
        ]
        assert KeptTranslations(path).all == {"A dog.": FIRST["A dog."]} | SECOND


def test_a_full_disk_is_told(tmp_path):
    kept = KeptTranslations(tmp_path / "none" / "kept.jsonl")
    with pytest.raises(WorkError, match=r"kept\.jsonl: cannot be written"):
        kept.add(FIRST)
    assert kept.all == {}
