from dataclasses import replace

from seq2seq_keras.jobs import summarise
from seq2seq_keras.training.events import EpochEnd, Finished, Notice, Progress, Started


def _event(system, event):
    return {"system": system, **event.to_dict()}


def _started():
    return Started(
        parameters=1000,
        batches_per_epoch=10,
        pairs=640,
        epochs=4,
        time_limit=None,
        device="CPU",
        left_out=0,
    )


def _epoch(number, bleu, elapsed):
    return EpochEnd(
        epoch=number,
        loss=3.0,
        perplexity=20.0,
        valid_loss=3.5,
        valid_perplexity=33.0,
        valid_bleu=bleu,
        learning_rate=0.001,
        tokens_per_second=500.0,
        elapsed_seconds=elapsed,
        is_best=True,
        examples=[{"source": "a", "reference": "b", "translation": "c"}],
    )


def test_progress_of_a_comparison_is_told_over_both_networks():
    events = [
        {"kind": "stage", "text": "Reading the corpus"},
        _event("plain", _started()),
        _event("plain", Progress(1, 5, 10, 4.0, 500.0, 30.0, 90.0)),
    ]
    progress = summarise(events, expected=2)
    assert progress.stage == "Reading the corpus"
    # A quarter of the first of two networks; the second is taken to need 120 s as well.
    assert progress.fraction == 0.125
    assert progress.remaining_seconds == 90.0 + 120.0

    events = [
        _event("plain", _epoch(1, 7.0, 40.0)),
        _event("plain", Notice("2 pairs were left out")),
        _event("plain", Finished("early stop", 1, 7.0, 100.0)),
        _event("attention", _started()),
        _event("attention", Progress(1, 1, 10, 4.0, 400.0, 10.0, 30.0)),
    ]
    progress = summarise(events, into=progress)
    assert list(progress.systems) == ["plain", "attention"]
    assert progress.systems["plain"].best_bleu == 7.0
    assert progress.systems["plain"].history[0]["valid_loss"] == 3.5
    assert "examples" not in progress.systems["plain"].history[0]
    assert progress.systems["plain"].examples[0]["translation"] == "c"
    assert progress.notices == ["2 pairs were left out"]
    assert progress.fraction == (1.0 + 0.25) / 2
    assert progress.remaining_seconds == 30.0


def test_the_bar_never_goes_back():
    progress = summarise(
        [_event("plain", _started()), _event("plain", Progress(1, 5, 10, 4.0, 5.0, 50.0, 50.0))]
    )
    assert progress.fraction == 0.5
    summarise([_event("plain", Progress(1, 6, 10, 4.0, 5.0, 60.0, 240.0))], into=progress)
    assert progress.fraction == 0.5
    assert progress.remaining_seconds == 240.0


def test_progress_of_a_file_is_the_share_that_is_translated():
    progress = summarise(
        [
            {"kind": "stage", "text": "0 of 400 sentences"},
            {"kind": "translated", "done": 0, "of": 400},
            {"kind": "translated", "done": 100, "of": 400},
        ]
    )
    assert (progress.fraction, progress.current) == (0.25, None)
    summarise([{"kind": "translated", "done": 400, "of": 400}], into=progress)
    assert progress.fraction == 1.0


def test_nothing_is_known_before_the_first_event():
    progress = summarise([])
    assert (progress.current, progress.remaining_seconds, progress.fraction) == (None, None, 0.0)


def test_the_history_of_examples_and_of_attention_is_kept():
    seen = {"source": ["a"], "target": ["b"], "weights": [[1.0]]}
    events = [
        _event("attention", _started()),
        {**_event("attention", Progress(1, 5, 10, 4.0, 5.0, 5.0, 5.0)), "memory_bytes": 7},
        _event("attention", replace(_epoch(1, 1.0, 10.0), attention=seen)),
        _event("attention", _epoch(2, 2.0, 20.0)),
    ]
    system = summarise(events[:2]).systems["attention"]
    assert (system.epoch, system.batch, system.batches) == (1, 5, 10)
    assert (system.memory_bytes, system.device, system.pairs) == (7, "CPU", 640)
    system = summarise(events).systems["attention"]
    assert list(system.examples_by_epoch) == [1, 2]
    assert system.attention_by_epoch == {1: seen}
    assert not {"examples", "attention", "kind", "system"} & system.history[0].keys()


def test_an_epoch_that_is_gone_through_again_counts_once():
    events = [_event("plain", _started())]
    events += [_event("plain", _epoch(number, float(number), 10.0)) for number in (1, 2, 3)]
    # The process was killed, and its last checkpoint is that of the first epoch.
    events += [_event("plain", _epoch(2, 9.0, 20.0))]
    (system,) = summarise(events).systems.values()
    assert [row["valid_bleu"] for row in system.history] == [1.0, 9.0]
    # It was killed between a checkpoint and its event: who goes on tells of that epoch.
    rows = [_epoch(number, float(number), 10.0).row() for number in (1, 2, 3)]
    summarise(
        [_event("plain", replace(_started(), history=rows))],
        into=(progress := summarise(events)),
    )
    assert [row["valid_bleu"] for row in progress.systems["plain"].history] == [1.0, 9.0, 3.0]
