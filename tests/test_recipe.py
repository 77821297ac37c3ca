import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.config import CHOSEN_BY_CORPUS, Config
from seq2seq_keras.corpus import Corpus, count_words
from seq2seq_keras.errors import InputError
from seq2seq_keras.recipe import for_all_devices, recommended, suited


def corpus_of(words: int, times: int = 5) -> Corpus:
    """A corpus whose target side has so many words so often; its source side has one."""
    targets = [f"word{number}x" for number in range(words)] * times
    return Corpus(["wort"] * len(targets), targets, "de", "en")


@pytest.mark.parametrize(
    ("words", "vocab_size", "units", "embedding_dim"),
    [
        (10, 1000, 192, 128),
        (1250, 1500, 192, 128),
        (2000, 2500, 192, 128),
        (3500, 4000, 384, 256),
        (6000, 7000, 384, 256),
        (6300, 7500, 512, 256),
        (20000, 8000, 512, 256),
    ],
)
def test_the_richer_the_corpus_the_larger_the_network(words, vocab_size, units, embedding_dim):
    assert recommended(corpus_of(words)) == {
        "vocab_size": vocab_size,
        "units": units,
        "embedding_dim": embedding_dim,
    }


def test_rare_words_and_repetition_do_not_make_a_corpus_richer():
    assert recommended(corpus_of(5000, times=4))["vocab_size"] == 1000
    assert recommended(corpus_of(2000, times=50)) == recommended(corpus_of(2000))


def test_chinese_counts_by_character():
    characters = "".join(chr(0x4E00 + number) for number in range(3000))
    corpus = Corpus(["same"] * 5, [characters] * 5, "en", "zh")
    assert recommended(corpus)["vocab_size"] == 3500


WORDS = {
    "A dog,": ["a", "dog"],
    "a cat.": ["a", "cat"],
    "Dogs!": ["dogs"],
    "猫和狗": ["猫", "和", "狗"],
    "": [],
}


@given(st.lists(st.sampled_from(list(WORDS))))
def test_words_are_counted_whatever_their_case_and_punctuation(sentences):
    expected = Counter(word for sentence in sentences for word in WORDS[sentence])
    assert count_words(sentences) == expected


def test_what_was_given_wins_and_the_rest_is_the_configurations():
    config = suited(corpus_of(10), {"units": 20, "cell": "lstm"})
    assert config == Config.create(units=20, cell="lstm", vocab_size=1000, embedding_dim=128)
    assert set(recommended(corpus_of(10))) == set(CHOSEN_BY_CORPUS)
    with pytest.raises(InputError, match="units"):
        suited(corpus_of(10), {"units": 0})


@pytest.mark.parametrize("tokenizer", ["word", "char"])
def test_the_vocabulary_is_chosen_for_subwords_only(tokenizer):
    config = suited(corpus_of(10), {"tokenizer": tokenizer})
    assert config.vocab_size == Config().vocab_size
    assert config.units == 192


def test_of_a_configuration_only_what_was_given_counts():
    config = Config.create(cell="lstm", embedding_dim=64)
    assert config.chosen() == {"cell": "lstm", "embedding_dim": 64}
    completed = suited(corpus_of(10), config.chosen())
    assert (completed.units, completed.embedding_dim, completed.cell) == (192, 64, "lstm")


def test_a_whole_configuration_is_left_as_it_is():
    config = Config.create(**Config().model_dump())
    assert suited(corpus_of(10), config.chosen()) == config


def test_each_device_gets_the_usual_batch() -> None:
    config = for_all_devices(Config(batch_size=64, learning_rate=2e-3), {}, 4)
    assert config.batch_size == 256 and config.learning_rate == pytest.approx(4e-3)
    three = for_all_devices(Config(), {"learning_rate": 1e-3}, 3)
    assert three.batch_size == 3 * Config().batch_size
    assert three.learning_rate == Config().learning_rate
    assert for_all_devices(Config(batch_size=50), {"batch_size": 50}, 4) == Config(batch_size=50)
    two = for_all_devices(Config(), {}, 2)
    assert two.learning_rate / Config().learning_rate == pytest.approx(math.sqrt(2), rel=1e-3)
    assert len(str(two.learning_rate).strip("0.")) == 3


def test_devices_decide_nothing_else() -> None:
    config = Config.create(cell="lstm")
    assert for_all_devices(config, {}, 1) is config
    chosen = for_all_devices(config, {}, 2).chosen()
    assert chosen.keys() == {"cell", "batch_size", "learning_rate"}
