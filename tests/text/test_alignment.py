"""Joining pieces to words and weights between pieces to weights between words."""

import pytest

from seq2seq_keras.text import train_tokenizer
from seq2seq_keras.text.alignment import Word, departures, join_pieces, join_weights


def texts(words: list[Word]) -> list[tuple[str, tuple[int, ...], bool]]:
    return [(word.text, word.tokens, word.space) for word in words]


def test_pieces_of_a_word_are_joined_and_punctuation_stands_alone() -> None:
    pieces = ["▁Two", "▁dog", "s", "▁l", "'", "eau", "-", "2", "3", "."]
    assert texts(join_pieces("Two dogs l'eau-23.", pieces)) == [
        ("Two", (0,), False),
        ("dogs", (1, 2), True),
        ("l", (3,), True),
        ("'", (4,), False),
        ("eau", (5,), False),
        ("-", (6,), False),
        ("23", (7, 8), False),
        (".", (9,), False),
    ]


def test_a_space_of_its_own_goes_with_the_word_behind_it() -> None:
    assert texts(join_pieces("A dog.", list("A▁dog."))) == [
        ("A", (0,), False),
        ("dog", (1, 2, 3, 4), True),
        (".", (5,), False),
    ]
    assert texts(join_pieces("A", ["A", "▁"])) == [("A", (0, 1), False)]


def test_chinese_pieces_stand_alone_and_latin_ones_among_them_are_joined() -> None:
    pieces = ["我们", "看", "Ke", "ras", "书", "。"]
    assert texts(join_pieces("我们看Keras书。", pieces)) == [
        ("我们", (0,), False),
        ("看", (1,), False),
        ("Keras", (2, 3), False),
        ("书", (4,), False),
        ("。", (5,), False),
    ]


def test_marks_on_letters_part_no_word() -> None:
    # Devanagari's vowel signs are marks that NFC leaves apart.
    (word,) = join_pieces("हिन्दी", ["▁ह", "ि", "न्", "दी"])
    assert (word.text, word.tokens) == ("हिन्दी", (0, 1, 2, 3))


def test_a_word_with_an_unknown_piece_is_unknown() -> None:
    words = join_pieces("A Жук runs", [" A", " ", "Жук", " runs"], ["▁A", "▁", "<unk>", "▁runs"])
    assert [(word.text, word.unknown) for word in words] == [
        ("A", False),
        ("Жук", True),
        ("runs", False),
    ]


@pytest.mark.parametrize("kind", ["word", "subword", "char"])
@pytest.mark.parametrize(
    "sentence", ["Don't  read « the » book, Zoë!", "x", "A dog ♞♞ reads ♞books.", "狗 runs 跑。"]
)
def test_every_token_of_every_tokenizer_has_a_word(kind: str, sentence: str) -> None:
    corpus = ["The dog reads a book, and Zoë runs.", "Don't run!", "A cat sleeps « here »."] * 3
    tokenizer = train_tokenizer(kind, corpus, 60)
    ids = tokenizer.encode(sentence)
    spelling = tokenizer.spelling(sentence)
    assert len(spelling) == len(ids)
    clean = " ".join(sentence.split())
    words = join_pieces(clean, spelling, tokenizer.pieces(ids))
    assert sorted(number for word in words for number in word.tokens) == list(range(len(ids)))
    shown = "".join(f"{' ' * word.space}{word.text}" for word in words)
    assert shown == clean
    unknown = {number for word in words if word.unknown for number in word.tokens}
    assert unknown >= {number for number, token in enumerate(ids) if token == 3}


def test_weights_are_summed_over_a_source_word_and_averaged_over_a_target_word() -> None:
    # Source pieces: "dog" "s" "." and the end; target pieces: "chi" "ens" ".".
    weights = [[0.5, 0.2, 0.2, 0.1], [0.1, 0.5, 0.3, 0.1], [0.0, 0.0, 0.6, 0.4]]
    sources = [Word("dogs", (0, 1)), Word(".", (2,)), Word("</s>", (3,))]
    targets = [Word("chiens", (0, 1)), Word(".", (2,))]
    joined = join_weights(weights, targets, sources)
    # chiens: ((0.5 + 0.2) + (0.1 + 0.5)) / 2 = 0.65; (0.2 + 0.3) / 2 = 0.25; (0.1 + 0.1) / 2 = 0.1
    assert joined[0] == pytest.approx([0.65, 0.25, 0.1])
    assert joined[1] == pytest.approx([0.0, 0.6, 0.4])
    assert [sum(row) for row in joined] == pytest.approx([1.0, 1.0])


def test_departures_are_what_the_other_does_without() -> None:
    assert departures("le chien brun dort".split(), "un chien dort ici".split()) == [
        True,
        False,
        True,
        False,
    ]
    assert departures(["a"], []) == [True]
    assert departures([], ["a"]) == []
