"""Speed in numbers that do not depend on the machine: compilations, padding, operations."""

import numpy as np
import pytest

from helpers.tiny_corpus import tiny_pairs
from seq2seq_keras.config import Config
from seq2seq_keras.corpus import Corpus, load_corpus
from seq2seq_keras.network import build_network
from seq2seq_keras.text import train_tokenizer
from seq2seq_keras.training import loop
from seq2seq_keras.training.batches import Batch, EncodedPairs, encode_pairs, epoch_batches
from seq2seq_keras.training.step import make_optimizer, make_steps
from seq2seq_keras.training.token_rows import TokenRows


def pairs_of(corpus):
    """Pairs with as many tokens as words, start and end tokens counted."""
    sources = [np.full(len(text.split()) + 1, 5, "int32") for text in corpus.sources]
    targets = [np.full(len(text.split()) + 2, 5, "int32") for text in corpus.targets]
    rows = TokenRows.of(sources), TokenRows.of(targets)
    return EncodedPairs(*rows, np.ones(len(sources), bool))


def padding_share(pairs, batch_size, multiple=1):
    positions = tokens = 0
    for rows in epoch_batches(pairs, batch_size, seed=1, epoch=1):
        batch = pairs.batch(rows, multiple)
        for array in (batch.source, batch.target_output):
            positions += array.size
            tokens += np.count_nonzero(array)
    return 1 - tokens / positions


@pytest.mark.parametrize("batch_size", [64, 128])
def test_little_of_an_epoch_of_captions_is_padding(batch_size, shared_corpora):
    folder = shared_corpora / "multi30k"
    corpus = load_corpus(folder / "train.de", folder / "train.en")
    assert padding_share(pairs_of(corpus), batch_size) < 0.03


def test_little_of_an_epoch_of_the_sample_corpus_is_padding(repository):
    corpus = load_corpus(repository / "data/english-french.tsv")
    assert padding_share(pairs_of(corpus), 64) < 0.05


def batch_of(random, rows, source_lengths, target_lengths):
    source = np.zeros((rows, max(source_lengths)), "int32")
    target_input = np.zeros((rows, max(target_lengths)), "int32")
    target_output = np.zeros_like(target_input)
    for row, (s, t) in enumerate(zip(source_lengths, target_lengths, strict=True)):
        source[row, :s] = random.integers(4, 40, s)
        target_input[row, :t] = random.integers(4, 50, t)
        target_output[row, :t] = random.integers(4, 50, t)
    return Batch(source, target_input, target_output)


class Products:
    """Counts the operations of all matrix products that TensorFlow runs, two a multiply-add."""

    def __init__(self):
        self.operations = 0
        self.shapes = []

    def __call__(self, op_type, inputs, attrs, outputs, op_name=None, graph=None):
        if "MatMul" in str(op_type) and graph is None:
            attrs = dict(zip(attrs[::2], attrs[1::2], strict=True))
            transposed = attrs.get("transpose_a") or attrs.get("adj_x")
            inner = inputs[0].shape[-2 if transposed else -1]
            self.operations += 2 * int(np.prod(outputs[0].shape)) * inner
            self.shapes.append(tuple(outputs[0].shape))


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    ("attention", "placement"),
    [("additive", "before"), ("general", "after"), ("none", "before")],
)
def test_a_training_step_multiplies_hardly_more_than_it_must(attention, placement):
    import tensorflow as tf
    from tensorflow.python.framework import op_callbacks

    from benchmarks.arithmetic import Arithmetic

    config = Config(attention=attention, attention_placement=placement, units=16, embedding_dim=12)
    network = build_network(config, 40, 50)
    steps = make_steps(network, make_optimizer(network, config), config)
    source_lengths, target_lengths = [9, 8, 9, 9, 8, 9], [7, 7, 6, 7, 7, 5]
    batch = batch_of(np.random.default_rng(0), 6, source_lengths, target_lengths)
    counted = Products()
    tf.config.run_functions_eagerly(True)
    op_callbacks.add_op_callback(counted)
    try:
        steps.train(batch)
    finally:
        op_callbacks.remove_op_callback(counted)
        tf.config.run_functions_eagerly(False)
    kind = "none" if attention == "none" else placement
    needed = Arithmetic(kind, attention, 12, 16, 50).training(source_lengths, target_lengths)
    assert needed < counted.operations < 1.2 * needed
    # Backward, each loop has one product a step with the recurrent matrix; the additive score
    # and the context before each step add theirs. None of them makes the gradient of a matrix.
    a_step = {"before": (4, 5), "after": (1, 1), "none": (1, 1)}[kind]
    in_loops = 2 * 2 * 9 + sum(a_step) * 7
    assert in_loops <= len(counted.shapes) <= in_loops + 60
    # Logits are made of real target tokens alone, and once.
    logits = [shape for shape in counted.shapes if shape[-1] == 50]
    assert logits == [(sum(target_lengths), 50)]


@pytest.mark.tensorflow
def test_a_whole_run_compiles_five_functions_once(monkeypatch):
    corpus = Corpus(*tiny_pairs(90))
    made = []
    monkeypatch.setattr(loop, "make_steps", lambda *args: made.append(make_steps(*args)) or made[0])
    tokenizers = [train_tokenizer("word", side, 200) for side in (corpus.sources, corpus.targets)]
    config = Config(units=8, embedding_dim=4, batch_size=4, epochs=3, patience=3)
    network = build_network(config, *(tokenizer.vocab_size for tokenizer in tokenizers))
    shapes = {pairs.shape for pairs in shapes_of(corpus, tokenizers, config)}
    assert len(shapes) > 5
    loop.fit(network, *tokenizers, corpus.subset(range(70)), corpus.subset(range(70, 90)), config)
    (steps,) = made
    functions = [steps._train, steps._evaluate, *compiled_searches(network)]
    assert [function.experimental_get_tracing_count() for function in functions] == [1] * len(
        functions
    )
    # A step, the loss, the search's beginning and loop, and the map of one example.
    assert len(functions) <= 5


def shapes_of(corpus, tokenizers, config):
    pairs = encode_pairs(corpus.sources, corpus.targets, *tokenizers, config.max_length)
    for rows in epoch_batches(pairs, config.batch_size, config.seed, 1):
        yield pairs.batch(rows).target_output


def compiled_searches(network):
    return [f for f in network.compiled.values() if hasattr(f, "experimental_get_tracing_count")]
