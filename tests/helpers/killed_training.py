"""A training in a process of its own that kills itself, or goes on where another was killed.

`python -m helpers.killed_training OUT [PLACE [SKIP]]`. At a place the process sends itself SIGKILL:
at a `step`, in a `validation`, after an `epoch`, or at an operation on the disk, as of
`FailingDisk`. SKIP says how many of them pass before. Without a place it trains to the end, and
writes what came of it to standard output.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from helpers.faults import FailingDisk
from helpers.tiny_corpus import tiny_pairs

# JAX compiles its steps for each length of sentences, and of words there are few in one.
IS_JAX = os.environ.get("KERAS_BACKEND") == "jax"
# Every kind of state: dropout, subwords, and a schedule in which epochs may be no better.
SETTINGS: dict[str, Any] = {
    "units": 16,
    "embedding_dim": 12,
    "vocab_size": 90,
    "tokenizer": "word" if IS_JAX else "subword",
    "dropout": 0.3,
    "batch_size": 8,
    "learning_rate": 0.02,
    "epochs": 6,
    "patience": 2,
    "beam_size": 1,
    "max_length": 60,
}
STEPS = 15  # an epoch
TIMES = ("elapsed_seconds", "tokens_per_second", "training_seconds")


def main(out: Path, place: str = "", skip: int = 0) -> None:
    from seq2seq_keras.config import Config
    from seq2seq_keras.corpus import Corpus, Splits
    from seq2seq_keras.pipeline import is_begun, train
    from seq2seq_keras.training import loop

    loop._SECONDS_BETWEEN_CHECKPOINTS = 0.01 if IS_JAX else 0.1  # its steps are that quick
    corpus = Corpus(*tiny_pairs(150), source_lang="en", target_lang="fr", name="tiny")
    splits = Splits(
        corpus.subset(range(8 * STEPS)),
        corpus.subset(range(120, 140)),
        corpus.subset(range(140, 150)),
    )
    left = skip

    def reached(here: str) -> bool:
        nonlocal left
        if here == place:
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return False

    step = 0

    def should_stop() -> bool:  # it is asked after each step, and once in a validation
        nonlocal step
        step = step % (STEPS + 1) + 1
        return reached("step" if step <= STEPS else "validation")

    def listen(event: Any) -> None:
        nonlocal step
        if event.kind == "started":
            step = 0
            print("started", flush=True)
        if event.kind == "epoch_end":
            step = 0
            reached("epoch")

    on_disk = FailingDisk(out.parent, "really killed", place, skip)
    with on_disk if " " in place else nullcontext():
        train(
            splits,
            out,
            config=Config.create(**SETTINGS),
            resume=is_begun(out),
            listener=listen,
            should_stop=should_stop,
        )
    print(json.dumps(outcome(out)), flush=True)


def outcome(folder: Path) -> dict[str, Any]:
    """All that came of a training but how long it took."""
    from seq2seq_keras.translator import Translator

    translator = Translator.load(folder)
    digest = hashlib.sha256()
    for weight in translator.network.training.get_weights():
        digest.update(weight.tobytes())
    return {
        "weights": digest.hexdigest(),
        "history": [untimed(row) for row in translator.history],
        "record": untimed(translator.record),
        "scores": translator.scores.model_dump() if translator.scores else None,
    }


def untimed(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name not in TIMES}


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3], *map(int, sys.argv[3:4]))
