import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq_keras.errors import InputError
from seq2seq_keras.text import END, PADDING, START, UNKNOWN, SubwordTokenizer, normalise

ENGLISH = [
    f"{who} {does} {what}."
    for who in ("A man", "The woman", "My brother", "One child", "Nobody")
    for does in ("is eating", "is selling", "has bought", "likes", "paints")
    for what in ("an apple", "a red house", "two horses", "the newest bicycle", "3 cakes")
]
CHINESE = [
    f"{who}{does}{what}。"
    for who in ("我", "你的朋友", "那个女人", "老师", "孩子们")
    for does in ("喜欢", "买了", "正在画", "看见", "不要")
    for what in ("苹果", "一座红色的房子", "两匹马", "自行车", "三个蛋糕")
]


def test_ids_of_the_special_tokens():
    tokenizer = SubwordTokenizer.train(ENGLISH, 100)
    assert [tokenizer.piece(token) for token in (PADDING, START, END, UNKNOWN)] == [
        "<pad>",
        "<s>",
        "</s>",
        "<unk>",
    ]
    assert min(id for sentence in ENGLISH for id in tokenizer.encode(sentence)) > UNKNOWN


@pytest.mark.parametrize("sentences", [ENGLISH, CHINESE], ids=["english", "chinese"])
@pytest.mark.parametrize("vocab_size", [60, 100, 10_000])
def test_round_trip_and_size(sentences, vocab_size):
    tokenizer = SubwordTokenizer.train(sentences, vocab_size)
    assert tokenizer.vocab_size <= vocab_size
    ids = [tokenizer.encode(sentence) for sentence in sentences]
    assert [tokenizer.decode(sentence) for sentence in ids] == sentences
    assert max(map(max, ids)) < tokenizer.vocab_size


def test_a_larger_vocabulary_spells_shorter():
    small, large = (SubwordTokenizer.train(ENGLISH, size) for size in (45, 100))
    assert small.vocab_size < large.vocab_size
    assert sum(map(len, map(large.encode, ENGLISH))) < sum(map(len, map(small.encode, ENGLISH)))


def test_chinese_starts_without_a_space_piece():
    tokenizer = SubwordTokenizer.train(CHINESE, 200)
    assert not any("▁" in piece for piece in tokenizer.pieces(range(tokenizer.vocab_size)))


def test_digits_stand_alone():
    tokenizer = SubwordTokenizer.train([*ENGLISH, "It is 1984.", "It is 1948."] * 5, 120)
    assert tokenizer.pieces(tokenizer.encode("It is 8419."))[-5:] == ["8", "4", "1", "9", "."]


@pytest.mark.parametrize(
    "sentences", [["a"], ["Hi."], ["你"], ["1 2 3", "?"], ["Hello world.", "你好。"]]
)
@pytest.mark.parametrize("vocab_size", [8, 4000])
def test_tiny_corpora_are_learnt(sentences, vocab_size):
    tokenizer = SubwordTokenizer.train(sentences, vocab_size)
    assert tokenizer.vocab_size <= vocab_size
    if vocab_size == 4000:
        assert [tokenizer.decode(tokenizer.encode(text)) for text in sentences] == sentences


def test_large_alphabets_leave_room_for_words():
    """A vocabulary smaller than the alphabet keeps the most frequent characters."""
    rare = "".join(map(chr, range(0x4E00, 0x4E00 + 500)))
    tokenizer = SubwordTokenizer.train([*CHINESE, rare], 100)
    assert tokenizer.vocab_size <= 100
    assert UNKNOWN not in tokenizer.encode("我喜欢苹果。")
    assert UNKNOWN in tokenizer.encode(rare)
    assert any(len(piece) > 1 for piece in tokenizer.pieces(range(4, tokenizer.vocab_size)))


def test_training_is_repeatable():
    first, second = (SubwordTokenizer.train(ENGLISH, 90, seed=7) for _ in range(2))
    assert first._serialised() == second._serialised()


def test_training_is_silent_and_repeatable_in_another_process():
    program = (
        "import hashlib, sys; from seq2seq_keras.text import SubwordTokenizer; "
        "tokenizer = SubwordTokenizer.train(eval(sys.stdin.read()), 90); "
        "print(hashlib.sha256(tokenizer._serialised()).hexdigest())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", program], input=repr(ENGLISH), capture_output=True, text=True
        )
        for _ in range(2)
    ]
    assert [run.stderr for run in runs] == ["", ""]
    assert len(runs[0].stdout) == 65
    assert runs[0].stdout == runs[1].stdout


def test_a_model_with_other_ids_is_refused(tmp_path):
    import sentencepiece

    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(ENGLISH),
        model_prefix=str(tmp_path / "other"),
        vocab_size=60,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    with pytest.raises(InputError, match=r"other\.model: damaged tokenizer"):
        SubwordTokenizer.load(tmp_path / "other.model")


TOKENIZER = SubwordTokenizer.train([*ENGLISH, *CHINESE], 300)


@given(st.text(st.characters()))
@settings(max_examples=300)
def test_any_text_is_encoded(text):
    ids = TOKENIZER.encode(text)
    assert all(UNKNOWN <= token < TOKENIZER.vocab_size for token in ids)
    if UNKNOWN not in ids:
        assert TOKENIZER.decode(ids) == normalise(text.replace("▁", "_"))
