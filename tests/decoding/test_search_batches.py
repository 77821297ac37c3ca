"""Search over many sentences: order, empty ones, long ones, attention."""

import numpy as np
import pytest

import seq2seq_keras.decoding.batches as batches
from helpers.networks import random_network, reference_of, small
from seq2seq_keras.decoding import attention_weights, padded, search, search_all

ATTENTIVE = {"attention": "additive", "cell": "gru"}
# Without end tokens; `search_all` adds them.
SENTENCES = [[5, 4, 9, 7], [], [8], [6, 3, 10], [], [9] * 12, [5, 4, 9, 7], [7, 7]]


def alone(network, sentence, **settings):
    result = search(network, padded([[*sentence, 2]]), **settings)
    return [
        (result.tokens[0, k, : result.lengths[0, k]].tolist(), result.scores[0, k])
        for k in range(result.tokens.shape[1])
    ]


@pytest.mark.parametrize("batch_size", [2, 128])
@pytest.mark.parametrize("beam_size", [1, 3])
def test_results_come_back_in_order_whatever_the_batches(batch_size, beam_size):
    network = random_network(small(**ATTENTIVE), seed=3)
    found = search_all(
        network, SENTENCES, beam_size=beam_size, n_best=beam_size, batch_size=batch_size
    )
    assert len(found) == len(SENTENCES)
    for sentence, hypotheses in zip(SENTENCES, found, strict=True):
        if not sentence:
            assert [(h.tokens, h.score) for h in hypotheses] == [([], 0.0)]
            continue
        expected = alone(network, sentence, beam_size=beam_size, n_best=beam_size)
        assert [h.tokens for h in hypotheses] == [tokens for tokens, _ in expected]
        np.testing.assert_allclose(
            [h.score for h in hypotheses], [score for _, score in expected], rtol=1e-4
        )
    texts = [h[0].tokens for h, s in zip(found, SENTENCES, strict=True) if s]
    assert len({tuple(t) for t in texts}) > 1  # or their order would prove nothing


def test_nothing_and_only_empty_sentences():
    network = random_network(small(**ATTENTIVE))
    assert search_all(network, []) == []
    assert [h[0].tokens for h in search_all(network, [[], []], attention=True)] == [[], []]


def test_progress_counts_every_sentence():
    network = random_network(small(**ATTENTIVE), seed=3)
    seen = []
    search_all(network, SENTENCES, batch_size=2, on_progress=seen.append)
    assert seen == [4, 6, 8]


def test_long_sentences_go_in_smaller_batches(monkeypatch):
    monkeypatch.setattr(batches, "_TOKENS_A_BATCH", 30)
    sizes = []

    def spy(network, source, **settings):
        sizes.append((len(source), source.shape[1]))
        return search(network, source, **settings)

    monkeypatch.setattr(batches, "search", spy)
    network = random_network(small(**ATTENTIVE), seed=3)
    search_all(network, [*SENTENCES, [4] * 40], beam_size=2)
    assert sum(rows for rows, _ in sizes) == 7
    assert sizes[0] == (1, 41)  # too long for the bound, but alone
    assert all(rows == 1 or rows * time * 2 <= 30 for rows, time in sizes)
    assert max(rows for rows, _ in sizes) > 1


@pytest.mark.parametrize("kind", ["before", "after"])
def test_attention_is_that_with_which_each_translation_was_written(kind):
    network = random_network(small(**ATTENTIVE, attention_placement=kind), seed=3)
    found = search_all(network, SENTENCES, beam_size=3, n_best=3, attention=True)
    reference = reference_of(network)
    for sentence, hypotheses in zip(SENTENCES, found, strict=True):
        for hypothesis in hypotheses:
            if not sentence:
                assert hypothesis.attention is None
                continue
            assert hypothesis.attention.shape == (len(hypothesis.tokens), len(sentence) + 1)
            if hypothesis.tokens:
                written = reference.write([*sentence, 2], [1, *hypothesis.tokens[:-1]])
                np.testing.assert_allclose(
                    hypothesis.attention, written.weights, rtol=1e-3, atol=1e-5
                )
    assert all(h.attention is None for hs in search_all(network, SENTENCES) for h in hs)


def test_attention_follows_the_weights():
    network = random_network(small(**ATTENTIVE), seed=8)
    source, target_input = padded([[5, 4, 2], [6, 2]]), padded([[1, 4], [1, 6]])
    kept = network.training.get_weights()
    first = attention_weights(network, source, target_input)
    network.training.set_weights([-weight for weight in kept])
    second = attention_weights(network, source, target_input)
    network.training.set_weights(kept)
    assert np.abs(first - second).max() > 1e-3
    np.testing.assert_array_equal(attention_weights(network, source, target_input), first)
    assert first.shape == (2, 2, 3)
    assert (first[1, :, 2] == 0.0).all()


def test_a_network_without_attention_has_no_weights_to_give():
    network = random_network(small(attention="none"))
    with pytest.raises(ValueError, match="no attention"):
        attention_weights(network, padded([[5, 2]]), padded([[1]]))
    assert search_all(network, [[5]], attention=True)[0][0].attention is None


def test_padding_makes_one_array_of_sentences():
    np.testing.assert_array_equal(padded([[5, 2], [], [7]]), [[5, 2], [0, 0], [7, 0]])
    assert padded([]).shape == (0, 0)
    assert padded([[5]]).dtype == np.int32


def test_attention_of_long_sentences_is_computed_a_few_at_a_time(monkeypatch):
    network = random_network(small(**ATTENTIVE), seed=3)
    whole = search_all(network, SENTENCES, beam_size=2, attention=True)
    rows = []

    def counted(network, source, target_input):
        rows.append(len(source))
        return attention_weights(network, source, target_input)

    monkeypatch.setattr("seq2seq_keras.decoding.batches._NUMBERS_AT_ONCE", 1)
    monkeypatch.setattr("seq2seq_keras.decoding.batches.attention_weights", counted)
    single = search_all(network, SENTENCES, beam_size=2, attention=True)
    assert rows and set(rows) == {1}
    for expected, found in zip(whole, single, strict=True):
        assert expected[0].tokens == found[0].tokens
        if expected[0].attention is not None:
            np.testing.assert_allclose(found[0].attention, expected[0].attention, atol=1e-6)
