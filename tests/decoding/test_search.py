"""The compiled search against exhaustive search and against search in plain Python."""

import sys

import numpy as np
import pytest

from helpers.networks import SOURCE_VOCAB, random_network, randomise, reference_of, small
from helpers.plain_search import beam_search, exhaustive_search, greedy_search, penalty
from seq2seq_keras.decoding import padded, search
from seq2seq_keras.network import build_network
from seq2seq_keras.training.batches import Batch
from seq2seq_keras.training.step import make_optimizer, make_steps

KINDS = {
    "plain": {"attention": "none", "cell": "gru"},
    "before": {"attention": "additive", "cell": "lstm", "decoder_layers": 2},
    "after": {"attention": "general", "attention_placement": "after", "cell": "rnn"},
}
SOURCES = [[5, 4, 9, 7, 2], [8, 2], [6, 3, 10, 2]]
WORDS = 3
TINY_VOCAB = 4 + WORDS


def tiny(kind, seed=0):
    return random_network(small(**KINDS[kind]), seed=seed, target_vocab=TINY_VOCAB)


def with_vocabulary_bias(kind, values, **settings):
    """Returns a network that likes or dislikes certain tokens whatever the sentence is."""
    network = build_network(small(**KINDS[kind], **settings), SOURCE_VOCAB, TINY_VOCAB)
    randomise(network)
    bias = next(w for w in network.training.weights if w.path == "vocabulary/bias")
    bias.assign(np.array(values, "float32"))
    return network


def hypotheses(result, row):
    """Returns what was found for a sentence as (tokens, score), best first."""
    return [
        (result.tokens[row, k, : result.lengths[row, k]].tolist(), result.scores[row, k])
        for k in range(result.tokens.shape[1])
        if np.isfinite(result.scores[row, k])
    ]


def assert_same(found, expected):
    assert [tokens for tokens, _ in found] == [tokens for tokens, _ in expected]
    np.testing.assert_allclose(
        [score for _, score in found], [score for _, score in expected], rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("alpha", [0.0, 0.6])
@pytest.mark.parametrize("kind", KINDS)
def test_a_wide_beam_finds_what_exhaustive_search_finds(kind, alpha):
    """With a place for every prefix nothing is pruned: all 40 sentences, in order."""
    network, max_length = tiny(kind), 4
    sentences = sum(WORDS**length for length in range(max_length))
    result = search(
        network,
        padded(SOURCES),
        beam_size=sentences,
        n_best=sentences,
        length_penalty=alpha,
        max_length=max_length,
    )
    reference = reference_of(network)
    for row, source in enumerate(SOURCES):
        expected = exhaustive_search(reference, source, TINY_VOCAB, max_length, alpha)
        assert len(expected) == sentences
        assert_same(hypotheses(result, row), expected)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [1, 2])
def test_beam_1_is_greedy_search(kind, seed):
    network = tiny(kind, seed)
    result = search(network, padded(SOURCES), beam_size=1, length_penalty=0.6, max_length=9)
    reference = reference_of(network)
    for row, source in enumerate(SOURCES):
        tokens, total = greedy_search(reference, source, 9)
        assert_same(hypotheses(result, row), [(tokens, total / penalty(len(tokens) + 1, 0.6))])


@pytest.mark.parametrize("alpha", [0.0, 0.6, 1.5])
@pytest.mark.parametrize(("beam_size", "n_best"), [(2, 1), (4, 3)])
def test_stopping_early_gives_what_running_to_the_limit_gives(beam_size, n_best, alpha):
    """The Python search prunes alike but never stops before the limit."""
    shorter = 0
    for kind in KINDS:
        network = tiny(kind, seed=4)
        reference = reference_of(network)
        result = search(
            network,
            padded(SOURCES),
            beam_size=beam_size,
            n_best=n_best,
            length_penalty=alpha,
            max_length=12,
        )
        for row, source in enumerate(SOURCES):
            expected = beam_search(reference, source, beam_size, 12, alpha)[:n_best]
            assert_same(hypotheses(result, row), expected)
            shorter += len(expected[0][0]) < 11
    assert shorter  # or the limit alone ended every search


def test_it_waits_for_a_long_translation_that_may_still_win():
    network = build_network(small(**KINDS["plain"]), SOURCE_VOCAB, TINY_VOCAB)
    settings = {"beam_size": 2, "max_length": 12}
    hasty_ones_differed = 0
    for seed in range(100):
        randomise(network, seed, scale=1.5)
        reference = reference_of(network)
        patient, hasty = (
            beam_search(reference, SOURCES[1], **settings, alpha=1.5, hasty=hasty)[:1]
            for hasty in (False, True)
        )
        if patient != hasty:
            result = search(network, padded(SOURCES[1:2]), **settings, length_penalty=1.5)
            assert_same(hypotheses(result, 0), patient)
            hasty_ones_differed += 1
        if hasty_ones_differed == 2:
            return
    assert hasty_ones_differed


def test_it_does_stop_early(monkeypatch):
    network = with_vocabulary_bias("plain", [0, 0, 6, 0, 0, 0, 0])  # the end is by far likeliest
    histories = []

    def spy(tokens, *others):
        histories.append(tokens)
        return trace_back(tokens, *others)

    module = sys.modules["seq2seq_keras.decoding.search"]
    trace_back = module._trace_back
    monkeypatch.setattr(module, "_trace_back", spy)
    result = search(network, padded(SOURCES), beam_size=2, max_length=500)
    assert result.lengths.max() < 3
    (history,) = histories  # (steps, batch, beam_size), 0 from the step on that was not run
    assert len(history) >= 500
    assert (history != 0).any(axis=(1, 2)).sum() < 10


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("beam_size", [1, 3])
def test_a_batch_gives_what_its_sentences_give_one_by_one(kind, beam_size):
    network = tiny(kind, seed=5)
    together = search(network, padded(SOURCES), beam_size=beam_size, n_best=beam_size)
    for row, source in enumerate(SOURCES):
        alone = search(network, padded([source]), beam_size=beam_size, n_best=beam_size)
        assert_same(hypotheses(together, row), hypotheses(alone, 0))


def test_padding_of_the_source_changes_nothing():
    network = tiny("before", seed=5)
    source = padded(SOURCES)
    narrow = search(network, source, beam_size=3)
    wide = search(network, np.pad(source, ((0, 0), (0, 6))), beam_size=3)
    for row in range(len(SOURCES)):
        assert_same(hypotheses(wide, row), hypotheses(narrow, row))


@pytest.mark.parametrize("kind", ["plain", "before"])
def test_translations_never_hold_padding_start_or_unknown(kind):
    network = with_vocabulary_bias(kind, [9, 9, -1, 9, 0, 0, 0])  # what it would like to write
    result = search(network, padded(SOURCES), beam_size=3, n_best=3, max_length=8)
    for row in range(len(SOURCES)):
        found = hypotheses(result, row)
        assert len(found) == 3
        assert any(tokens for tokens, _ in found)
        for tokens, _ in found:
            assert all(token >= 4 for token in tokens)
    assert (
        result.tokens[np.arange(result.tokens.shape[2]) >= result.lengths[..., None]] == 0
    ).all()


@pytest.mark.parametrize(("tokenizer", "times"), [("subword", 2), ("word", 2), ("char", 6)])
def test_a_translation_that_does_not_end_is_cut_off(tokenizer, times):
    network = with_vocabulary_bias("plain", [0, 0, -30, 0, 0, 0, 0], tokenizer=tokenizer)
    result = search(network, padded(SOURCES))
    assert result.lengths[:, 0].tolist() == [times * len(row) + 10 - 1 for row in SOURCES]


@pytest.mark.parametrize("max_length", [1, 2, 5])
def test_max_length_counts_the_end_token(max_length):
    network = with_vocabulary_bias("plain", [0, 0, -30, 0, 0, 0, 0])  # it would never end by itself
    result = search(network, padded(SOURCES), beam_size=2, max_length=max_length)
    assert result.lengths.tolist() == [[max_length - 1]] * 3
    reference = reference_of(network)
    for row, source in enumerate(SOURCES):
        (tokens, score), *_ = hypotheses(result, row)
        expected = reference.log_probability(source, [*tokens, 2]) / penalty(max_length, 0.6)
        assert score == pytest.approx(expected, rel=1e-4)


def test_the_limit_of_each_sentence_follows_from_its_own_length():
    network = with_vocabulary_bias("plain", [0, 0, -30, 0, 0, 0, 0])
    result = search(network, padded(SOURCES))
    assert result.lengths[:, 0].tolist() == [2 * len(source) + 10 - 1 for source in SOURCES]


def test_fewer_translations_than_wanted_are_marked():
    result = search(tiny("plain"), padded(SOURCES), beam_size=6, n_best=6, max_length=2)
    assert np.isfinite(result.scores).sum(axis=1).tolist() == [1 + WORDS] * 3
    assert (result.scores[:, 1 + WORDS :] == -np.inf).all()
    assert (result.lengths[:, 1 + WORDS :] == 0).all()


def test_scores_fall_from_best_to_worst():
    result = search(tiny("after"), padded(SOURCES), beam_size=5, n_best=5)
    assert (np.diff(result.scores, axis=1) <= 0).all()


@pytest.mark.parametrize("kind", ["plain", "before"])
def test_translations_follow_the_weights(kind):
    """A compiled function that kept the old weights would translate as before."""
    network = build_network(small(**KINDS[kind], learning_rate=0.3), SOURCE_VOCAB, TINY_VOCAB)
    randomise(network, seed=1)
    source = padded(SOURCES)

    def check():
        result = search(network, source, beam_size=2, max_length=8)
        reference = reference_of(network)
        for row, sentence in enumerate(SOURCES):
            expected = beam_search(reference, sentence, 2, 8, 0.6)[:1]
            assert_same(hypotheses(result, row), expected)
        return result

    first = check()
    randomise(network, seed=2)
    second = check()
    steps = make_steps(network, make_optimizer(network, network.config), network.config)
    target = padded([[4, 5, 2], [6, 2], [4, 4, 4, 2]])
    target_input = padded([[1, 4, 5], [1, 6], [1, 4, 4, 4]])
    steps.train(Batch(source, target_input, target))
    third = check()
    scores = [result.scores[:, 0] for result in (first, second, third)]
    assert (scores[0] != scores[1]).any() and (scores[1] != scores[2]).any()


@pytest.mark.parametrize("n_best", [0, 3])
def test_n_best_must_fit_into_the_beam(n_best):
    with pytest.raises(ValueError, match=rf"`n_best` must be from 1 .*Received: n_best={n_best}"):
        search(tiny("plain"), padded(SOURCES), beam_size=2, n_best=n_best)


@pytest.mark.parametrize("max_length", [0, -1])
def test_max_length_must_leave_room_for_the_end(max_length):
    with pytest.raises(ValueError, match=rf"`max_length` .*Received: max_length={max_length}"):
        search(tiny("plain"), padded(SOURCES), max_length=max_length)


def test_dropout_is_off():
    network = random_network(small(attention="none", dropout=0.9), target_vocab=TINY_VOCAB)
    one, two = (search(network, padded(SOURCES), beam_size=2) for _ in range(2))
    np.testing.assert_array_equal(one.scores, two.scores)
