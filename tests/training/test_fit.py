"""The whole loop, on a corpus so small that it takes seconds."""

import math
import time
from dataclasses import replace

import keras
import numpy as np
import pytest

from helpers.slow import slow_but
from helpers.tiny_corpus import tiny_pairs
from seq2seq_keras.config import Config
from seq2seq_keras.corpus import Corpus
from seq2seq_keras.errors import InputError, Paused, WorkError
from seq2seq_keras.network import build_network
from seq2seq_keras.text import train_tokenizer
from seq2seq_keras.training import DivergedError, EpochEnd, Finished, Progress, Started, fit, loop

TIMES = {"elapsed_seconds", "tokens_per_second"}


def setting(**settings):
    return Config.create(
        **{
            "units": 32,
            "embedding_dim": 16,
            "tokenizer": "word",
            "batch_size": 16,
            "learning_rate": 0.01,
            "epochs": 3,
            **settings,
        }
    )


@pytest.fixture(scope="module")
def corpus():
    return Corpus(*tiny_pairs(90))


@pytest.fixture(scope="module")
def train(corpus):
    return corpus.subset(range(70))


@pytest.fixture(scope="module")
def valid(corpus):
    return corpus.subset(range(70, 90))


@pytest.fixture(scope="module")
def tokenizers(corpus):
    return (
        train_tokenizer("word", corpus.sources, 200),
        train_tokenizer("word", corpus.targets, 200),
    )


@pytest.fixture(scope="module")
def run(train, valid, tokenizers):
    def run(config, network=None, *, train=train, valid=valid, **arguments):
        sizes = [tokenizer.vocab_size for tokenizer in tokenizers]
        network = network or build_network(config, *sizes)
        history = fit(network, *tokenizers, train, valid, config, **arguments)
        return network, history

    return run


@pytest.fixture(scope="module")
def whole(run):
    """Three epochs with dropout, without interruption."""
    config = setting(dropout=0.4)
    network, history = run(config)
    return config, weights(network), metrics(history)


def weights(network):
    return [keras.ops.convert_to_numpy(variable.value) for variable in network.training.weights]


def assert_same_weights(network, expected):
    for value, other in zip(weights(network), expected, strict=True):
        np.testing.assert_array_equal(value, other)


def metrics(history):
    return [
        {name: value for name, value in epoch.to_dict().items() if name not in TIMES}
        for epoch in history.epochs
    ]


def test_overfits_fifty_pairs(run, train):
    fifty = train.subset(range(50))
    config = setting(
        units=64, embedding_dim=32, epochs=60, patience=60, dropout=0.0, label_smoothing=0.0
    )
    events = []
    _, history = run(
        config, train=fifty, valid=fifty, listener=events.append,
        should_stop=lambda: any(isinstance(e, EpochEnd) and e.valid_bleu > 99 for e in events),
    )  # fmt: skip
    assert history.finished.best_bleu > 95
    last = history.epochs[-1]
    assert last.valid_loss < 0.1
    assert last.valid_perplexity == pytest.approx(math.exp(last.valid_loss))
    assert len(last.examples) == 3
    for example in last.examples:
        assert dict(fifty.pairs())[example["source"]] == example["reference"]


def test_what_is_told_beside_the_losses(run, tokenizers):
    config = setting(epochs=2, gradient_clip=0.5)
    network = build_network(config, *(tokenizer.vocab_size for tokenizer in tokenizers))
    norms, maps, progress = [], [], []

    def listen(event):
        if isinstance(event, EpochEnd):
            maps.append((event.attention, event.examples[0], weights(network)))
        progress.append(event)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "make_steps", noting(norms))
        _, history = run(config, network=network, listener=listen)
    first, second = np.split(np.array(norms), 2)
    for epoch, of_steps in zip(history.epochs, (first, second), strict=True):
        assert epoch.gradient_norm == pytest.approx(of_steps.mean())
        assert epoch.clipped_norm == pytest.approx(np.minimum(of_steps, 0.5).mean())
    assert "attention" not in history.rows()[0] and "gradient_norm" in history.rows()[0]
    source, target = tokenizers
    for told, example, _ in maps:
        assert told["source"] == source.pieces([*source.encode(example["source"]), 2])
        assert told["target"] == target.pieces([*target.encode(example["reference"]), 2])
        table = np.array(told["weights"])
        assert table.shape == (len(told["target"]), len(told["source"]))
        np.testing.assert_allclose(table.sum(axis=1), 1, atol=0.02)
    assert maps[0][0]["weights"] != maps[1][0]["weights"]
    _, plain = run(setting(epochs=1, attention="none"))
    assert plain.epochs[0].attention is None


def noting(norms):
    """Makes steps whose gradient norms are noted."""
    make = loop.make_steps

    def make_steps(*arguments):
        steps = make(*arguments)
        step = steps.train

        def train(batch):
            result = step(batch)
            norms.append(float(keras.ops.convert_to_numpy(result)[2]))
            return result

        steps.train = train
        return steps

    return make_steps


@pytest.mark.slow
def test_same_seed_same_result(run, whole):
    config, expected_weights, expected_metrics = whole
    network, again = run(config)
    assert metrics(again) == expected_metrics
    assert_same_weights(network, expected_weights)
    _, other = run(config.updated(seed=2, epochs=1))
    assert metrics(other)[0] != expected_metrics[0]


MOMENTS = ["in the third epoch", "right after the second epoch"]


class InterruptionError(Exception):
    """What ends a run without warning."""


@pytest.mark.parametrize("moment", slow_but(["in the third epoch"], MOMENTS))
def test_resume_is_bit_identical(run, whole, tmp_path, moment):
    config, expected_weights, expected_metrics = whole
    batches = []

    def listen(event):
        is_second_end = isinstance(event, EpochEnd) and event.epoch == 2
        if moment == "right after the second epoch" and is_second_end:
            raise InterruptionError

    def stop():
        batches.append(1)
        if moment == "in the third epoch" and len(batches) == 2 * 5 + 3:
            raise InterruptionError  # dropout and the batches have moved on by then
        return False

    with pytest.raises(InterruptionError):
        run(config, folder=tmp_path, listener=listen, should_stop=stop)
    events = []
    network, resumed = run(config, folder=tmp_path, resume=True, listener=events.append)
    assert isinstance(events[0], Started)
    assert events[0].epochs_done == 2
    assert metrics(resumed) == expected_metrics
    assert_same_weights(network, expected_weights)
    assert resumed.epochs[2].elapsed_seconds > resumed.epochs[1].elapsed_seconds


@pytest.mark.slow
@pytest.mark.parametrize("batches", [5, 13])  # there are five an epoch
def test_paused_at_any_batch_it_goes_on_with_that_one(run, whole, tmp_path, batches):
    config, expected_weights, expected_metrics = whole
    asked = []

    def pause():
        asked.append(1)
        if len(asked) == batches + (batches - 1) // 5:  # each validation asks as well
            raise Paused
        return False

    with pytest.raises(Paused):
        run(config, folder=tmp_path, should_stop=pause)
    asked_again, events = [], []
    network, resumed = run(
        config, folder=tmp_path, resume=True, listener=events.append,
        should_stop=lambda: bool(asked_again.append(1)),
    )  # fmt: skip
    assert len(asked) + len(asked_again) == 3 * 5 + 3  # no batch is trained twice
    assert metrics(resumed) == expected_metrics  # the mean loss of the epoch included
    assert events[0].history == resumed.rows()[: batches // 5 if batches % 5 else batches // 5 - 1]
    assert_same_weights(network, expected_weights)


@pytest.mark.slow
def test_a_validation_is_paused_and_begins_anew(run, whole, tmp_path, monkeypatch):
    config, expected_weights, expected_metrics = whole
    asked = []

    def pause():
        asked.append(1)
        if len(asked) == 2 * 5 + 2:  # a validation asks once
            raise Paused
        return False

    with pytest.raises(Paused):
        run(config, folder=tmp_path, should_stop=pause)
    # A crash amid writing the checkpoint of the same step again leaves the earlier one.
    (tmp_path / "checkpoints" / "10").rename(tmp_path / "checkpoints" / ".10.old")
    asked_again = []
    network, resumed = run(
        config, folder=tmp_path, resume=True,
        should_stop=lambda: bool(asked_again.append(1)),
    )  # fmt: skip
    assert len(asked_again) == 1 + 5 + 1  # no batch of the second epoch
    assert metrics(resumed) == expected_metrics
    assert_same_weights(network, expected_weights)
    assert not (tmp_path / "checkpoints" / ".10.old").exists()


@pytest.mark.slow
def test_a_long_epoch_leaves_checkpoints_of_its_own(run, whole, tmp_path, monkeypatch):
    config, expected_weights, _ = whole
    monkeypatch.setattr(loop, "_SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    asked = []

    def stop():
        asked.append(1)
        if len(asked) == 3:
            raise InterruptionError
        return False

    with pytest.raises(InterruptionError):
        run(config, folder=tmp_path, should_stop=stop)
    assert (tmp_path / "checkpoints" / "latest").read_text(encoding="ascii") == "2\n"
    network, _ = run(config, folder=tmp_path, resume=True)
    assert_same_weights(network, expected_weights)


@pytest.mark.slow
def test_resumed_with_more_epochs_the_rate_rises_again(run, whole, tmp_path):
    config, *_ = whole

    def listen(event):
        if isinstance(event, EpochEnd) and event.epoch == 2:
            raise InterruptionError

    with pytest.raises(InterruptionError):
        run(config, folder=tmp_path, listener=listen)
    _, history = run(config.updated(epochs=6), folder=tmp_path, resume=True)
    rates = [epoch.learning_rate / config.learning_rate for epoch in history.epochs]
    shares = [(done / budget - 0.1) / 0.9 for done, budget in ((1, 3), (2, 3), (3, 6), (4, 6))]
    assert rates[:4] == pytest.approx([1 - 0.95 * share for share in shares])
    assert rates[2] > rates[1]
    assert history.finished.reason == "epochs"


@pytest.mark.slow
def test_network_is_left_with_the_best_weights(run, tokenizers):
    config = setting(learning_rate=0.02)
    network = build_network(config, *(tokenizer.vocab_size for tokenizer in tokenizers))
    after = {}

    def spoil(event):
        if isinstance(event, EpochEnd):
            after[event.epoch] = weights(network)
            if event.epoch == 2:  # so that the third epoch is the worst
                for variable in network.training.weights:
                    variable.assign(keras.random.normal(variable.shape, seed=1))

    _, history = run(config, network=network, listener=spoil)
    assert [epoch.is_best for epoch in history.epochs] == [True, True, False]
    assert history.finished.best_epoch == 2
    assert history.finished.best_bleu == history.epochs[1].valid_bleu
    assert_same_weights(network, after[2])


def test_the_rate_falls_from_a_tenth_of_the_epochs(whole):
    config, _, epochs = whole
    rates = [epoch["learning_rate"] / config.learning_rate for epoch in epochs]
    shares = [(epoch / 3 - 0.1) / 0.9 for epoch in (1, 2, 3)]
    assert rates == pytest.approx([1 - 0.95 * share for share in shares])


@pytest.mark.slow
def test_early_stop_and_rate(run):
    # Nothing can be learnt at such a rate, so that no epoch is better than the first few.
    _, history = run(setting(epochs=50, patience=2, learning_rate=1.0))
    assert history.finished.reason == "early stop"
    rates = [epoch.learning_rate for epoch in history.epochs]
    assert rates[-1] < rates[0] == 1.0


@pytest.mark.slow
def test_time_limit_ends_in_time_with_a_validated_model(run):
    begin = time.monotonic()
    network, _ = run(setting(epochs=1))
    compilation = time.monotonic() - begin
    # A limit that leaves something to train in, however busy the machine is.
    limit = max(6.0, 2.5 * compilation)
    config = setting(epochs=100_000, patience=100_000, time_limit=limit / 60)
    events = []
    begin = time.monotonic()
    _, history = run(config, network=network, listener=events.append, started=begin)
    took = time.monotonic() - begin
    assert history.finished.reason == "time limit"
    assert history.finished.best_epoch >= 1
    assert history.finished.elapsed_seconds <= took
    assert 0.4 * limit < took < 1.1 * limit
    assert history.epochs[-1].learning_rate < 0.5 * config.learning_rate  # it was annealed
    progress = [event for event in events if isinstance(event, Progress)]
    assert all(0 <= event.remaining_seconds <= limit for event in progress)


@pytest.mark.slow
def test_time_limit_already_used_up(run):
    config = setting(time_limit=0.001)
    _, history = run(config, started=time.monotonic() - 60)
    assert history.finished.reason == "time limit"
    assert history.finished.best_epoch == 1
    assert len(history.epochs) == 1


@pytest.mark.slow
def test_stop_without_an_epoch_evaluates_what_there_is(run):
    calls = []

    def stop():
        calls.append(1)
        return len(calls) == 2

    _, history = run(setting(), should_stop=stop)
    assert history.finished.reason == "stopped"
    assert history.finished.best_epoch == 1
    assert len(history.epochs) == 1


@pytest.mark.slow
def test_stop_later_keeps_the_best_epoch(run, whole, tokenizers):
    config, *_, expected = whole
    sizes = [tokenizer.vocab_size for tokenizer in tokenizers]
    network = build_network(config, *sizes)
    after = {}

    def listen(event):
        if isinstance(event, EpochEnd):
            after[event.epoch] = weights(network)

    _, history = run(config, network=network, listener=listen, should_stop=lambda: bool(after))
    assert_same_weights(network, after[1])
    assert history.finished.reason == "stopped"
    assert metrics(history) == expected[:1]


def test_a_loss_that_is_no_number_keeps_the_best_model(run, tokenizers):
    config = setting()
    network = build_network(config, *(tokenizer.vocab_size for tokenizer in tokenizers))
    after = {}

    def poison(event):
        if isinstance(event, EpochEnd):
            after[event.epoch] = weights(network)
            variable = network.training.weights[0]
            variable.assign(np.full(variable.shape, np.nan, "float32"))

    with pytest.raises(DivergedError, match=r"epoch 2: the loss .* try --learning-rate") as error:
        run(config, network=network, listener=poison)
    assert error.value.history.finished.best_epoch == 1
    assert_same_weights(network, after[1])


def test_no_pair_short_enough(run):
    with pytest.raises(InputError, match="none of its 70 pairs has at most 4 tokens"):
        run(setting(max_length=4))


def test_long_pairs_are_left_out_and_reported(run, train):
    longer = replace(
        train,
        sources=[*train.sources, "word " * 40],
        targets=[*train.targets, "mot"],
    )
    events = []
    run(setting(epochs=1, max_length=30), train=longer, listener=events.append)
    assert events[0].left_out == 1
    assert events[0].pairs == 70
    assert "1 training pairs of more than 30 tokens" in events[1].message
    assert isinstance(events[-1], Finished)


@pytest.mark.slow
def test_checkpoint_that_cannot_be_written_leaves_the_earlier_one(
    run, whole, tmp_path, monkeypatch
):
    config, expected_weights, expected_metrics = whole
    save = np.savez
    calls = []

    def full_disk(file, **arrays):
        calls.append(file.name)
        if len(calls) > 4:  # the second checkpoint's second file
            file.write(b"half a file")
            raise OSError(28, "No space left on device")
        save(file, **arrays)

    monkeypatch.setattr(np, "savez", full_disk)
    with pytest.raises(WorkError, match=r"No space left on device.*make room.*--resume"):
        run(config, folder=tmp_path)
    monkeypatch.undo()
    assert sorted(path.name for path in (tmp_path / "checkpoints").iterdir()) == ["5", "latest"]
    network, history = run(config, folder=tmp_path, resume=True)
    assert metrics(history) == expected_metrics
    assert_same_weights(network, expected_weights)
