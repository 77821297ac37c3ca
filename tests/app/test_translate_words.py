"""What the linked words, the map and the history are given to draw."""

from typing import Any

import pytest

from seq2seq_keras.app.widgets.attention_map import attention_map_value
from seq2seq_keras.app.widgets.linked_words import linked_words_value
from seq2seq_keras.localisation import CHINESE, ENGLISH

LANGUAGES = ("en", "fr")


def sentence(**changes: Any) -> dict[str, Any]:
    return {
        "source": "Two Жуки.",
        "source_spelling": [" Two", " ", "Жуки", "."],
        "source_tokens": ["▁Two", "▁", "<unk>", ".", "</s>"],
        "text": "Deux chiens.",
        "tokens": ["▁Deux", "▁chi", "ens", "."],
        "attention": [
            [0.9, 0.0, 0.05, 0.05, 0.0],
            [0.1, 0.2, 0.6, 0.0, 0.1],
            [0.1, 0.0, 0.4, 0.5, 0.0],
            [0.0, 0.0, 0.0, 0.2, 0.8],
        ],
        "score": -0.2,
        "alternatives": [],
        **changes,
    }


def test_words_carry_their_links_for_screen_readers() -> None:
    value = linked_words_value(sentence(), LANGUAGES, ENGLISH)
    assert [word["text"] for word in value["source"]] == ["Two", "Жуки", ".", "</s>"]
    assert [word["text"] for word in value["target"]] == ["Deux", "chiens", "."]
    # "chiens" is the mean of two rows, each summed over the pieces of a source word.
    assert value["weights"][1] == pytest.approx([0.1, 0.6, 0.25, 0.05])
    assert value["target"][1]["label"] == "chiens, from: Жуки 0.60, . 0.25, Two 0.10"
    assert value["source"][1]["label"] == "Жуки, goes into: chiens 0.60, Deux 0.05"
    assert value["source"][0]["label"] == "Two, goes into: Deux 0.90, chiens 0.10"
    assert value["languages"] == {"source": "en", "target": "fr"}
    assert [word["end"] for word in value["source"]] == [False, False, False, True]


def test_unknown_words_are_marked_and_explained() -> None:
    value = linked_words_value(sentence(), LANGUAGES, ENGLISH)
    assert [word["unknown"] for word in value["source"]] == [False, True, False, False]
    (note,) = value["notes"]
    assert "Жуки" in note and "<unk>" in note
    chinese = linked_words_value(sentence(), LANGUAGES, CHINESE)["notes"][0]
    assert "Жуки" in chinese and "vocabulary" not in chinese


def test_without_attention_words_are_not_linked() -> None:
    value = linked_words_value(sentence(attention=None), LANGUAGES, ENGLISH)
    assert value["weights"] is None
    assert [word["text"] for word in value["target"]] == ["Deux", "chiens", "."]


def test_an_empty_translation_is_no_trouble() -> None:
    value = linked_words_value(sentence(text="", tokens=[], attention=[]), LANGUAGES, ENGLISH)
    assert value["target"] == []
    assert value["source"][0]["label"] == "Two, goes into: –"


def test_what_another_model_writes_differently_is_marked() -> None:
    other = sentence(text="Deux chats.", tokens=["▁Deux", "▁chat", "s", "."])
    value = linked_words_value(sentence(), LANGUAGES, ENGLISH, other)
    assert [word["differs"] for word in value["target"]] == [False, True, False]
    assert len(value["notes"]) == 2
    same = linked_words_value(sentence(), LANGUAGES, ENGLISH, sentence())
    assert not any(word["differs"] for word in same["target"])


def test_the_map_keeps_every_token_and_rounds_for_the_way() -> None:
    value = attention_map_value(["the", "the"], ["a", "b"], [[1 / 3, 2 / 3], [1, 0]])
    assert value == {
        "tokens": ["the", "the"],
        "source": ["a", "b"],
        "weights": [[0.3333, 0.6667], [1.0, 0.0]],
    }
