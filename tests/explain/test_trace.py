"""A whole explanation against the translator's own translation."""

import subprocess
import sys

import numpy as np
import pytest

import seq2seq_keras as s2s
from helpers.networks import run
from helpers.tiny_models import PAIRS, save_untrained
from seq2seq_keras.decoding import padded
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.explain import Model, explain
from seq2seq_keras.text import END, START

KINDS = {
    "additive, char": {},
    "plain lstm, word": {"attention": "none", "cell": "lstm", "tokenizer": "word"},
    "general after, rnn, subword, deep": {
        "attention": "general",
        "attention_placement": "after",
        "cell": "rnn",
        "tokenizer": "subword",
        "vocab_size": 45,
        "decoder_layers": 2,
        "encoder_layers": 2,
        "bidirectional": False,
    },
}
SENTENCE, REFERENCE = "The cat reads a book.", "猫看书。"


@pytest.fixture(scope="module", params=KINDS)
def translator(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("explained") / "model"
    return save_untrained(folder, **{"tie_embeddings": False, **KINDS[request.param]})


@pytest.fixture(scope="module")
def explanation(translator):
    return explain(translator, SENTENCE, REFERENCE, top=4)


@pytest.mark.parametrize("name", ["beam", "greedy"])
def test_what_is_written_is_the_translation(translator, explanation, name):
    beam_size = {"beam": None, "greedy": 1}[name]
    expected = translator.translate([SENTENCE], beam_size)[0]
    found = getattr(explanation, name)
    assert found.text == expected.text
    assert found.tokens[:-1] == expected.tokens
    assert found.score == pytest.approx(expected.score, rel=1e-5, abs=1e-5)
    assert explanation.source == found.attended == expected.source_tokens
    assert found.read == [translator.target_tokenizer.piece(START), *found.tokens[:-1]]
    if expected.attention is None:
        assert found.weights is None and found.scores is None
    else:
        np.testing.assert_allclose(found.weights[:-1], expected.attention, rtol=0, atol=1e-5)
        np.testing.assert_allclose(found.weights.sum(axis=1), 1, atol=1e-6)


def test_other_search_settings(translator):
    found = explain(translator, SENTENCE, beam_size=2, length_penalty=0.0)
    expected = translator.translate([SENTENCE], 2, length_penalty=0.0)[0]
    assert found.beam.text == expected.text
    best = found.tree.nodes[found.tree.leaves[0]]
    assert best.score == pytest.approx(expected.score, rel=1e-5, abs=1e-5)
    assert found.beam.score == pytest.approx(expected.score, rel=1e-5, abs=1e-5)


def test_the_reference_is_followed(translator, explanation):
    """Probabilities, ranks and the likeliest words from the training network's own logits."""
    found = explanation.reference
    ids = [*translator.target_tokenizer.encode(REFERENCE), END]
    source = [*translator.source_tokenizer.encode(SENTENCE), END]
    assert found.ids == ids
    logits = run(translator.network.training, [padded([source]), padded([[START, *ids[:-1]]])])[0]
    probabilities = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    for t, token in enumerate(ids):
        assert np.exp(found.chosen[t]) == pytest.approx(probabilities[t, token], rel=1e-4)
        order = np.argsort(-probabilities[t], kind="stable").tolist()
        assert found.ranks[t] == order.index(token) + 1
        assert found.top_ids[t].tolist() == order[:4]
        assert found.top_tokens[t] == translator.target_tokenizer.pieces(order[:4])
        np.testing.assert_allclose(
            found.top_probabilities[t], probabilities[t, order[:4]], rtol=1e-4
        )
    assert found.total == pytest.approx(sum(found.chosen))


def test_states_and_contexts_are_chained(explanation):
    for found in (explanation.greedy, explanation.beam, explanation.reference):
        for record, start in zip(found.layers, explanation.encoding.start, strict=True):
            for before, after, first in zip(record.before, record.states, start, strict=True):
                np.testing.assert_array_equal(before[0], first)
                np.testing.assert_array_equal(before[1:], after[:-1])
        np.testing.assert_array_equal(found.states, found.layers[-1].values["h"])
        if found.weights is None:
            assert (found.contexts == explanation.encoding.context).all()
        else:
            np.testing.assert_allclose(
                found.contexts, found.weights @ explanation.encoding.states, atol=1e-6
            )


def test_shapes_of_the_arrays(translator, explanation):
    config, arrays = translator.config, explanation.arrays()
    time, units, width = len(arrays["source"]), config.units, config.embedding_dim
    encoder = arrays["encoder"]
    assert encoder["vectors"].shape == (time, width)
    assert encoder["states"].shape == (time, units)
    assert encoder["context"].shape == (units,)
    assert len(encoder["start"]) == config.decoder_layers
    directions = 2 if config.bidirectional else 1
    for layer in encoder["layers"]:
        assert list(layer) == ["forward", "backward"][:directions]
        for direction in layer.values():
            assert direction["h"].shape == (time, units // directions)
            assert sorted(direction["order"]) == list(range(units // directions))
    for name in ("greedy", "beam", "reference"):
        written = arrays[name]
        steps = len(written["tokens"])
        assert len(written["ids"]) == len(written["read"]) == steps
        for key in ("contexts", "vectors", "hidden", "chosen", "ranks", "top_probabilities"):
            assert len(written[key]) == steps
        assert written["top_ids"].shape == (steps, 4)
        if config.attention != "none":
            assert written["weights"].shape == written["scores"].shape == (steps, time)
        assert len(written["layers"]) == config.decoder_layers
        for layer in written["layers"]:
            assert layer["h"].shape == layer["before"][0].shape == (steps, units)
            assert all(total.shape == (steps, units) for total in layer["sums"].values())


def test_the_tree_as_arrays(translator, explanation):
    tree = explanation.arrays()["tree"]
    number = tree["leaves"][0]
    assert tree["score"][number] == pytest.approx(explanation.beam.score, rel=1e-5)
    pieces = []
    while number > 0:
        assert tree["on_path"][number]
        pieces.append(tree["piece"][number])
        number = tree["parent"][number]
    assert pieces[::-1] == explanation.beam.tokens
    assert len({len(tree[name]) for name in tree if name != "leaves"}) == 1


def test_gradients_of_each_translation(explanation):
    for name in ("greedy", "beam", "reference"):
        found = explanation.source_gradients(name)
        shape = len(explanation.writing(name).tokens), len(explanation.source)
        assert found.norms.shape == shape
    with pytest.raises(ValueError, match="'best'"):
        explanation.source_gradients("best")


def test_neurons_worked_through(translator, explanation):
    gate = {"gru": "z", "lstm": "f", "rnn": "h"}[translator.config.cell]
    for part in ("encoder", "greedy", "beam", "reference"):
        record = (
            explanation.encoding.layers[0][-1]
            if part == "encoder"
            else getattr(explanation, part).layers[0]
        )
        direction = "backward" if translator.config.bidirectional else "forward"
        working = explanation.working(part, 1, gate, 2, direction=direction)
        assert working.value == pytest.approx(float(record.values[gate][1, 2]))
        total = sum(term.product for term in working.terms) + working.rest + working.bias
        assert total == pytest.approx(working.total, abs=1e-5)
    with pytest.raises(ValueError, match="'both'"):
        explanation.chain("encoder", direction="both")
    parts = {term.part for term in explanation.working("greedy", 1, gate, 2, count=99).terms}
    reads_context = translator.config.attention_placement == "before"
    assert parts == ({"y", "c", "h"} if reads_context else {"y", "h"})


def test_a_model_serves_many_sentences(translator):
    model = Model.of(translator)
    assert Model.of(model) is model
    for source, _ in PAIRS[:2]:
        assert explain(model, source).beam.text == translator.translate([source])[0].text


def test_what_cannot_be_explained_is_said(translator):
    with pytest.raises(InputError, match="no text"):
        explain(translator, " \n")
    with pytest.raises(InputError, match=r"sentence: it has \d+ tokens, more than the 23"):
        explain(translator, "a dog. " * 30)
    with pytest.raises(InputError, match="reference: it has"):
        explain(translator, SENTENCE, "狗，" * 30)
    with pytest.raises(InputError, match="beam_size"):
        explain(translator, SENTENCE, beam_size=0)
    assert explain(translator, SENTENCE, "  ").reference is None


def test_the_package_is_the_function(translator, explanation):
    import seq2seq_keras.explain as package

    assert s2s.explain(translator, SENTENCE).beam.text == explanation.beam.text
    assert package(translator, SENTENCE).beam.text == explanation.beam.text
    assert s2s.explain.Model is Model


def test_weights_that_are_no_numbers_are_said(translator):
    kernel = translator.network.training.get_layer("deep_output").kernel
    before = np.array(kernel)
    kernel.assign(np.full_like(before, np.nan))
    try:
        with pytest.raises(WorkError, match="no longer numbers"):
            explain(translator, SENTENCE)
    finally:
        kernel.assign(before)


def test_importing_it_imports_no_keras():
    code = (
        "import seq2seq_keras.explain, sys; print('keras' in sys.modules, 'numpy' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    assert result.stdout.split() == ["False", "True"]
