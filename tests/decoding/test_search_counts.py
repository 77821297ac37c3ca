"""What makes search fast, counted: rows computed, and functions traced. No clock is involved."""

import keras
import numpy as np
import pytest

from helpers.networks import SOURCE_VOCAB, random_network, small
from seq2seq_keras.corpus import load_corpus
from seq2seq_keras.decoding import batches, padded, search, search_all
from seq2seq_keras.network import build_network
from seq2seq_keras.translator import Translator

on_jax = keras.backend.backend() == "jax"
rows_get_fewer = pytest.mark.skipif(on_jax, reason="on JAX shapes are fixed, and so are rows")


@pytest.fixture(scope="module")
def translator(request):
    return Translator.load(request.config.rootpath / "saved_models" / "sample-en-fr-attention")


@pytest.fixture(scope="module")
def sources(request, translator):
    """Encoded sentences of real lengths that the shipped translator has not seen."""
    corpus = load_corpus(request.config.rootpath / "data" / "english-french.tsv")
    test = corpus.split(seed=translator.config.seed).test
    return [translator.source_tokenizer.encode(sentence) for sentence in test.sources[:150]]


def counted(monkeypatch):
    """Keeps what every batch of `search_all` found."""
    results = []

    def spy(*arguments, **settings):
        results.append(search(*arguments, **settings))
        return results[-1]

    monkeypatch.setattr(batches, "search", spy)
    return results


@rows_get_fewer
def test_greedy_search_computes_each_token_once_and_nothing_else(monkeypatch, translator, sources):
    results = counted(monkeypatch)
    found = search_all(translator.network, sources)
    tokens = sum(len(best[0].tokens) + 1 for best in found)  # with their ends
    assert sum(result.rows_computed for result in results) == tokens


@rows_get_fewer
def test_beam_search_hardly_computes_more_than_the_translations_take(
    monkeypatch, translator, sources
):
    results = counted(monkeypatch)
    beam_size = 5
    found = search_all(translator.network, sources, beam_size=beam_size)
    tokens = sum(len(best[0].tokens) + 1 for best in found)
    computed = sum(result.rows_computed for result in results)
    assert computed < 1.05 * beam_size * tokens


@rows_get_fewer
@pytest.mark.parametrize("beam_size", [1, 3])
@pytest.mark.parametrize(("attention", "seed"), [("additive", 9), ("none", 2)])
def test_rows_and_sentences_that_leave_change_nothing(monkeypatch, attention, seed, beam_size):
    """Against a search in which every place keeps its row to the end, as it must on JAX."""
    random = np.random.default_rng(2)
    lengths = random.integers(1, 12, 40)
    source = padded([[*random.integers(4, SOURCE_VOCAB, length), 2] for length in lengths])
    config = small(attention=attention)
    network, same = random_network(config, seed=seed), build_network(config, SOURCE_VOCAB, 9)
    same.training.set_weights(network.training.get_weights())
    settings = {"beam_size": beam_size, "n_best": beam_size}

    fewer = search(network, source, **settings)
    for module in ("rows", "beam"):
        monkeypatch.setattr(f"seq2seq_keras.decoding.{module}.has_fixed_shapes", lambda: True)
    same.compiled.clear()  # which the two networks share: it was traced for fewer rows
    fixed = search(same, source, **settings)

    np.testing.assert_array_equal(fewer.tokens, fixed.tokens)
    np.testing.assert_allclose(fewer.scores, fixed.scores, rtol=1e-5)
    assert len(set(fewer.lengths[:, 0])) > 3  # sentences did leave one after the other
    assert fewer.rows_computed < 0.75 * fixed.rows_computed


@pytest.mark.parametrize("beam_size", [1, 5])
def test_one_function_searches_all_sentences(translator, sources, beam_size):
    translator.network.compiled.clear()
    for batch_size in (40, 70):
        search_all(translator.network, sources, beam_size=beam_size, batch_size=batch_size)
    (name,) = (name for name in translator.network.compiled if name.startswith("search"))
    function = translator.network.compiled[name]
    if on_jax:  # compiles for each shape, of which rounding leaves few
        assert function._cache_size() <= 12
    else:
        assert function.experimental_get_tracing_count() == 1


@pytest.mark.slow
def test_words_are_looked_up_only_where_it_pays(translator, sources):
    network = translator.network
    few = [source[:4] for source in sources[:5]]
    network.compiled.clear()
    search_all(network, few, beam_size=2)
    assert "word part" not in network.compiled
    many = sources * (network.target_vocab_size // sum(map(len, sources)) + 1)
    search_all(network, many)
    assert "word part" in network.compiled
