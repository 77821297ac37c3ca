"""Options of the command line that say on which devices, of which machines, to train."""

from __future__ import annotations

from typing import Annotated

import typer

from seq2seq_keras.cluster import Cluster, Patience, find_cluster
from seq2seq_keras.errors import InputError
from seq2seq_keras.gpus import count_gpus

_PANEL = "Devices"
_LONGEST_WAIT = 7 * 24 * 60

DevicesOption = Annotated[
    str,
    typer.Option(
        metavar="all|N",
        help="GPUs of this machine to train on; without any, N virtual devices to try it out. "
        "--batch-size is that of all together. docs/scaling.md tells more.",
        rich_help_panel=_PANEL,
    ),
]
ClusterOption = Annotated[
    str | None,
    typer.Option(
        metavar="auto|LIST",
        help="Train on several machines: host:port of each worker between commas, the chief's "
        "first, the same command on each; auto takes them from TF_CONFIG or Slurm.",
        rich_help_panel=_PANEL,
        show_default=False,
    ),
]
WorkerOption = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="Which worker of the list this is, from 0.",
        rich_help_panel=_PANEL,
        show_default=False,
    ),
]
WaitOption = Annotated[
    float | None,
    typer.Option(
        metavar="MINUTES",
        help="How long the workers wait for one another at the start; 5 by default.",
        rich_help_panel=_PANEL,
        show_default=False,
    ),
]


def number_of_devices(text: str) -> int | None:
    """Reads `--devices`; None stands for all.

    Raises:
        InputError: It is neither all nor a number from 1.

    Example:
        >>> number_of_devices("2")
        2
    """
    if text == "all":
        return None
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise InputError(f"--devices {text}: give all, or how many, from 1")
    return int(text)


def asked_for(
    cluster: str | None, worker: int | None, wait: float | None = None
) -> tuple[Cluster, Patience] | None:
    """Reads `--cluster`, `--worker` and `--wait`.

    Returns:
        The workers, and how long they wait for what; None where this is the only one.

    Raises:
        InputError: They do not fit together.
    """
    if cluster is None:
        if worker is not None:
            raise InputError("--worker: it is one of the workers in --cluster; give that, too")
        if wait is not None:
            raise InputError("--wait: it is for the workers in --cluster; give that, too")
        return None
    if wait is not None and not 0 < wait <= _LONGEST_WAIT:
        raise InputError(f"--wait {wait:g}: give minutes, more than 0 and at most {_LONGEST_WAIT}")
    together = find_cluster(cluster, worker)
    patience = Patience() if wait is None else Patience(to_meet=60 * wait)
    return None if together is None else (together, patience)


def waits_for(cluster: Cluster, patience: Patience) -> str:
    """Says for whom a worker waits before it begins, and how long.

    Example:
        >>> waits_for(Cluster(("10.0.0.1:7000", "10.0.0.2:7000"), 0), Patience())
        'worker 0 (10.0.0.1:7000) waits for worker 1 (10.0.0.2:7000), 5 minutes at most'
    """
    others = [number for number in range(len(cluster.addresses)) if number != cluster.number]
    named = cluster.name(others[0]) if len(others) == 1 else f"the other {len(others)} workers"
    minutes = f"{patience.to_meet / 60:g}"
    unit = "minute" if minutes == "1" else "minutes"
    return f"{cluster.name(cluster.number)} waits for {named}, {minutes} {unit} at most"


def devices_of_worker(wanted: int | None) -> int:
    """Tells on how many devices a worker will train, without loading Keras here.

    Args:
        wanted: As of `number_of_devices`.
    """
    return max(1, count_gpus()) if wanted is None else wanted
