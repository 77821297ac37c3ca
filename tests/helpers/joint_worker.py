"""A worker of a training that several do together, under its parent; or one that trains alone.

    python -m helpers.joint_worker OUT WEIGHTS [ADDRESSES NUMBER [SLOW_STEP]]

OUT is the chief's folder; it goes on with what was interrupted there. The weights at the end of the
training go into the file WEIGHTS, from every worker: they are those of the last step, not the best.
From SLOW_STEP on each step takes a second, so that there is time to kill it.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from helpers.tiny_corpus import tiny_pairs

SETTINGS: dict[str, Any] = {
    "units": 16,
    "embedding_dim": 12,
    "tokenizer": "word",
    "dropout": 0.0,
    "batch_size": 12,
    "gradient_clip": 0.5,
    "learning_rate": 0.005,
    "epochs": 2,
    "beam_size": 1,
    "max_length": 60,
}
TRAINED_ON = 49  # four steps and one pair
MOST_WORDS = 7  # of one length as JAX sees it, which compiles for each


def main(out: Path, weights: Path, addresses: str = "", number: int = 0, slow: int = 0) -> int:
    from seq2seq_keras.cluster import Cluster, Patience, inside, stay_with_parent, supervise

    own = inside()
    if addresses and own is None:
        cluster = Cluster.of(addresses.split(","), number)
        command = [sys.executable, "-m", "helpers.joint_worker", *sys.argv[1:]]
        return supervise(cluster, command, Patience(to_meet=120))
    if own is not None:
        stay_with_parent()

    from seq2seq_keras import pipeline
    from seq2seq_keras.corpus import Corpus, Splits
    from seq2seq_keras.training import loop

    loop._SECONDS_BETWEEN_CHECKPOINTS = 0.1
    pairs = zip(*tiny_pairs(360), strict=True)
    short = [pair for pair in pairs if max(len(side.split()) for side in pair) <= MOST_WORDS]
    sources, targets = map(list, zip(*short, strict=True))
    corpus = Corpus(sources, targets, source_lang="en", target_lang="fr", name="tiny")
    splits = Splits(
        corpus.subset(range(TRAINED_ON)),
        corpus.subset(range(TRAINED_ON, TRAINED_ON + 20)),
        corpus.subset(range(TRAINED_ON + 20, TRAINED_ON + 30)),
    )
    finish = loop._Training.finish

    def noted(training: Any, reason: Any) -> Any:
        from keras import ops

        np.savez(weights, *(ops.convert_to_numpy(each.value) for each in training.model.weights))
        return finish(training, reason)

    loop._Training.finish = noted  # type: ignore[method-assign]
    steps = 0

    def slowly() -> bool:
        nonlocal steps
        steps += 1
        if slow and steps >= slow:
            time.sleep(1)
        return False

    if own is not None and not own.is_chief:
        pipeline.train_along(splits, own, should_stop=slowly)
        return 0
    pipeline.train(
        splits,
        out,
        resume=pipeline.is_begun(out),
        cluster=own,
        should_stop=slowly,
        listener=lambda event: print(event.to_dict(), flush=True),
        **SETTINGS,
    )
    return 0


def _program() -> int:
    from seq2seq_keras.errors import InputError, WorkError

    out, weights, *more = sys.argv[1:]
    numbers = [int(each) for each in more[1:]]
    try:
        return main(Path(out), Path(weights), *more[:1], *numbers)
    except (InputError, WorkError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(_program())
