import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.errors import InputError
from seq2seq_keras.text import (
    END,
    PADDING,
    START,
    UNKNOWN,
    Tokenizer,
    load_tokenizer,
    normalise,
    train_tokenizer,
)

KINDS = ["subword", "word", "char"]
SENTENCES = [
    "A man is riding a horse.",
    "Two dogs aren't here, are they?",
    "Der Hund läuft über die Straße.",
    "« Ça va ? » dit-il.",
    "我喜欢苹果，你呢？",
]
TRAINED = {kind: train_tokenizer(kind, SENTENCES, 500) for kind in KINDS}


@pytest.fixture(params=KINDS)
def tokenizer(request) -> Tokenizer:
    return TRAINED[request.param]


def test_special_ids_and_sizes(tokenizer):
    assert (PADDING, START, END, UNKNOWN) == (0, 1, 2, 3)
    assert tokenizer.pieces([0, 1, 2, 3]) == ["<pad>", "<s>", "</s>", "<unk>"]
    everything = tokenizer.pieces(range(tokenizer.vocab_size))
    assert len(everything) == tokenizer.vocab_size
    assert tokenizer.pieces([tokenizer.vocab_size]) == ["<unk>"]  # there is no further one


def test_round_trip(tokenizer):
    for sentence in SENTENCES:
        ids = tokenizer.encode(sentence)
        assert min(ids) > UNKNOWN
        assert tokenizer.decode(ids) == sentence


def test_decoding_stops_at_the_end_and_passes_over_padding(tokenizer):
    ids = tokenizer.encode(SENTENCES[0])
    other = tokenizer.encode(SENTENCES[1])
    row = np.array([START, *ids, END, *other, PADDING, PADDING], dtype="int32")
    assert tokenizer.decode(row) == SENTENCES[0]
    assert tokenizer.decode([]) == ""
    assert tokenizer.decode([END]) == ""


def test_pieces_are_one_for_each_id(tokenizer):
    ids = [*tokenizer.encode(SENTENCES[0]), END]
    pieces = tokenizer.pieces(ids)
    assert len(pieces) == len(ids)
    assert all(pieces)
    assert pieces[-1] == "</s>"
    assert "".join(pieces[:-1]).replace("▁", "") == SENTENCES[0].replace(" ", "")


def test_saved_and_loaded_it_encodes_the_same(tokenizer, tmp_path):
    tokenizer.save(tmp_path, "source")
    loaded = load_tokenizer(tmp_path, "source")
    assert loaded.kind == tokenizer.kind
    assert loaded.vocab_size == tokenizer.vocab_size
    for sentence in [*SENTENCES, "Something else entirely, 完全不同!"]:
        assert loaded.encode(sentence) == tokenizer.encode(sentence)
    assert loaded.decode(range(4, 60)) == tokenizer.decode(range(4, 60))


def test_saved_forms(tmp_path):
    for kind, name in (("subword", "a.model"), ("word", "b.json"), ("char", "c.json")):
        assert TRAINED[kind].save(tmp_path, name[0]) == tmp_path / name
    content = json.loads((tmp_path / "b.json").read_text(encoding="utf-8"))
    assert content["kind"] == "word"
    assert content["version"] == 1
    assert len(content["entries"]) == TRAINED["word"].vocab_size - 4


def test_saving_another_kind_replaces_the_first(tmp_path):
    TRAINED["subword"].save(tmp_path, "target")
    TRAINED["char"].save(tmp_path, "target")
    assert load_tokenizer(tmp_path, "target").kind == "char"
    TRAINED["subword"].save(tmp_path, "target")
    assert [path.name for path in tmp_path.iterdir()] == ["target.model"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("vocab_size", [8, 20, 40])
def test_the_vocabulary_has_at_most_the_size_asked_for(kind, vocab_size):
    tokenizer = train_tokenizer(kind, SENTENCES, vocab_size)
    assert 4 < tokenizer.vocab_size <= vocab_size
    for sentence in SENTENCES:
        assert max(tokenizer.encode(sentence)) < tokenizer.vocab_size


def test_the_most_frequent_are_kept():
    assert train_tokenizer("char", ["banana", "nan"], 6).encode("banana") == [3, 4, 5, 4, 5, 4]
    tokenizer = train_tokenizer("word", ["b b b c c a", "c d"], 7)
    assert tokenizer.pieces([4, 5, 6]) == ["b", "c", "a"]  # of equals the first in the alphabet


@pytest.mark.parametrize(
    ("kind", "sentences", "vocab_size", "message"),
    [
        ("bpe", ["a"], 100, "expected subword, word or char"),
        ("word", [], 100, "no text"),
        ("subword", ["", " \x00 "], 100, "no text"),
        ("char", ["a"], 4, "more than 4"),
    ],
)
def test_wrong_arguments(kind, sentences, vocab_size, message):
    with pytest.raises(InputError, match=message):
        train_tokenizer(kind, sentences, vocab_size)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("source.model", b"", "damaged"),
        ("source.model", b"no model at all", "damaged"),
        ("source.json", b"", "not JSON"),
        ("source.json", b"\xff\xfe", "not JSON"),
        ("source.json", b"[1]", "not a tokenizer"),
        ("source.json", b'{"kind": "word", "version": 2, "entries": []}', "later version"),
        ("source.json", b'{"kind": "bpe", "version": 1, "entries": []}', "unknown kind"),
        ("source.json", b'{"kind": "word", "version": 1, "entries": ["a", "a"]}', "distinct"),
        ("source.json", b'{"kind": "char", "version": 1, "entries": [1]}', "distinct"),
        ("source.json", b'{"kind": "char", "version": 1}', "distinct"),
        ("other.json", b"{}", "no source tokenizer"),
    ],
)
def test_damaged_files(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message) as error:
        load_tokenizer(tmp_path, "source")
    assert str(tmp_path) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_cut_model_file_is_damaged(tmp_path):
    path = TRAINED["subword"].save(tmp_path, "source")
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InputError, match="damaged"):
        load_tokenizer(tmp_path, "source")


def test_a_missing_folder(tmp_path):
    with pytest.raises(InputError, match="no target tokenizer"):
        load_tokenizer(tmp_path / "nowhere", "target")


@pytest.mark.parametrize("kind", KINDS)
@given(text=st.text(st.characters()))
def test_any_text_is_encoded(kind, text):
    tokenizer = TRAINED[kind]
    ids = tokenizer.encode(text)
    assert all(UNKNOWN <= token < tokenizer.vocab_size for token in ids)
    assert len(tokenizer.pieces(ids)) == len(ids)
    tokenizer.decode(ids)


@pytest.mark.parametrize("kind", KINDS)
@given(ids=st.lists(st.integers(-5, 600)))
def test_any_ids_are_decoded(kind, ids):
    text = TRAINED[kind].decode(ids)
    assert text == text.strip()
    assert len(TRAINED[kind].pieces(ids)) == len(ids)


@given(
    st.lists(st.text(st.characters()), min_size=1).filter(lambda texts: any(map(normalise, texts)))
)
def test_characters_of_the_corpus_come_back(sentences):
    tokenizer = train_tokenizer("char", sentences, 100_000)
    for sentence in sentences:
        assert tokenizer.decode(tokenizer.encode(sentence)) == normalise(sentence)
