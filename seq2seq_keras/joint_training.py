"""What the workers of one training tell each other before it, and the part of those that assist."""

from __future__ import annotations

import base64
import contextlib
import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from seq2seq_keras.config import Config
from seq2seq_keras.corpus import Splits
from seq2seq_keras.errors import InputError
from seq2seq_keras.network import Network, build_network
from seq2seq_keras.text import Tokenizer, load_tokenizer
from seq2seq_keras.training import DivergedError, check_memory, dtype_policy, fit
from seq2seq_keras.training.consent import Consent
from seq2seq_keras.training.replicas import ONE, Replicas

_SIDES = ("source", "target")


class Plan(NamedTuple):
    """What the chief decided, and all others go by."""

    config: Config
    source_tokenizer: Tokenizer
    target_tokenizer: Tokenizer


def agree_on_corpus(replicas: Replicas, splits: Splits, digest: str) -> None:
    """Makes sure that all workers have the same pairs, divided alike.

    Args:
        replicas: The workers.
        splits: What this one has.
        digest: Its fingerprint, in hexadecimal digits.

    Raises:
        InputError: One of them has others; all workers raise it.
    """
    sizes = [len(part) for part in (splits.train, splits.valid, splits.test)]
    own = json.dumps([digest, *sizes]).encode().ljust(256)
    chiefs, *others = [json.loads(each) for each in replicas.from_all(own)]
    for worker, corpus in enumerate(others, start=1):
        if corpus != chiefs:
            raise InputError(
                f"the workers disagree on the corpus: worker {worker} has {corpus[1]:,} pairs to "
                f"train on, {corpus[2]:,} to validate and {corpus[3]:,} to test, worker 0 "
                f"{chiefs[1]:,}, {chiefs[2]:,} and {chiefs[3]:,}"
                + (", with other sentences" if corpus[1:] == chiefs[1:] else "")
                + "; give all of them the same files and options"
            )


def announce(replicas: Replicas, plan: Plan) -> None:
    """As the chief, tells the others what was decided."""
    if replicas.workers == 1:
        return
    with tempfile.TemporaryDirectory(prefix="seq2seq-plan-") as name:
        folder = Path(name)
        for side, tokenizer in zip(_SIDES, plan[1:], strict=True):
            tokenizer.save(folder, side)
        files = {
            path.name: base64.b64encode(path.read_bytes()).decode() for path in folder.iterdir()
        }
    content = {"config": plan.config.model_dump(), "files": files}
    replicas.from_chief(json.dumps(content).encode())


def assist(
    splits: Splits,
    digest: str,
    replicas: Replicas,
    should_stop: Callable[[], bool] | None = None,
) -> None:
    """Takes part in a training as another worker than the chief.

    Args:
        splits: The same corpus as the chief's, divided alike.
        digest: Its fingerprint.
        replicas: The workers.
        should_stop: As of `fit`.

    Raises:
        InputError, WorkError: As `fit`, and if the corpora differ. Not if the loss becomes NaN or
            infinite: the chief's is then the word.
    """
    agree_on_corpus(replicas, splits, digest)
    plan = heard(replicas)
    network = planned_network(plan, replicas)
    set_start(replicas, network)
    # The chief says why, once it has saved the best model; who failed before would end it.
    with contextlib.suppress(DivergedError):
        fit(
            network,
            plan.source_tokenizer,
            plan.target_tokenizer,
            splits.train,
            splits.valid,
            plan.config,
            should_stop=should_stop,
            replicas=replicas,
        )


def planned_network(plan: Plan, replicas: Replicas = ONE) -> Network:
    """Builds the network that the replicas train, or a copy of it for this process alone.

    Raises:
        WorkError: It is too large for the memory.
    """
    sizes = plan.source_tokenizer.vocab_size, plan.target_tokenizer.vocab_size
    check_memory(plan.config, *sizes)
    with replicas.scope():
        return build_network(plan.config, *sizes, dtype_policy())


def set_start(
    replicas: Replicas, network: Network, weights: Sequence[np.ndarray] | None = None
) -> None:
    """Sets, in every worker, the weights to start from that the chief has, if it has any."""
    Consent(replicas).assign(network.training.weights, weights)


def heard(replicas: Replicas) -> Plan:
    """As another worker, returns what the chief announced."""
    content = json.loads(replicas.from_chief(b""))
    with tempfile.TemporaryDirectory(prefix="seq2seq-plan-") as name:
        folder = Path(name)
        for file, text in content["files"].items():
            (folder / Path(file).name).write_bytes(base64.b64decode(text))
        source, target = (load_tokenizer(folder, side) for side in _SIDES)
    return Plan(Config.create(**content["config"]), source, target)
