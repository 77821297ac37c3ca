"""When the loss of one worker is no number, all give up at the same step: two in threads here."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.joined_workers import Joined
from helpers.tiny_corpus import tiny_pairs
from seq2seq_keras.config import Config
from seq2seq_keras.corpus import Corpus
from seq2seq_keras.network import build_network
from seq2seq_keras.training import DivergedError, learn_tokenizers, loop

CONFIG = Config(
    units=4,
    embedding_dim=4,
    tokenizer="word",
    vocab_size=60,
    cell="rnn",
    attention="none",
    bidirectional=False,
    batch_size=4,
    epochs=1,
    beam_size=1,
)
POISONED_AFTER = 3


@pytest.mark.parametrize("poisoned", [0, 1])
def test_all_workers_give_up_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, poisoned: int
) -> None:
    corpus = Corpus(*tiny_pairs(80), source_lang="en", target_lang="fr")
    valid = corpus.subset(range(4))
    tokenizers = learn_tokenizers(corpus, CONFIG)
    table, barrier = [b"", b""], threading.Barrier(2)
    steps, errors = [0, 0], [None, None]
    monkeypatch.setattr(loop, "_SECONDS_BETWEEN_CHECKPOINTS", 0.0)  # at every step
    sizes = [tokenizer.vocab_size for tokenizer in tokenizers]
    trainings = [
        loop._Training(
            build_network(CONFIG, *sizes), *tokenizers, corpus, valid, CONFIG,
            tmp_path / "checkpoints" if worker == 0 else None,
            lambda event: None, lambda: False, Joined(worker, table, barrier, seconds=120),
        )
        for worker in (0, 1)
    ]  # fmt: skip

    def work(worker: int) -> None:
        training = trainings[worker]
        train = training.steps.train

        def step(*shares: Any) -> Any:
            steps[worker] += 1
            result = train(*shares)
            if worker == poisoned and steps[worker] >= POISONED_AFTER:
                return np.array([np.nan, 1.0, 1.0], "float32")
            return result

        training.steps.train = step  # type: ignore[method-assign]
        try:
            training.run(False, None)
        except Exception as error:
            errors[worker] = error  # type: ignore[call-overload]
            if not isinstance(error, DivergedError):
                barrier.abort()

    threads = [threading.Thread(target=work, args=(worker,)) for worker in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(180)
    assert [type(error) for error in errors] == [DivergedError, DivergedError]
    assert str(errors[0]) == str(errors[1])
    assert steps[0] == steps[1] >= POISONED_AFTER
    # The chief has no checkpoint of what its worker had spoilt, so far as it knew of it itself.
    written = int((tmp_path / "checkpoints" / "latest").read_text())
    assert written < POISONED_AFTER or poisoned == 1
