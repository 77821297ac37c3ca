"""Options of the command line that say on which devices, of which machines, to train."""

from __future__ import annotations

from typing import Annotated

import typer

from seq2seq_keras.cluster import Cluster, find_cluster
from seq2seq_keras.errors import InputError

_PANEL = "Devices"

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


def asked_for(cluster: str | None, worker: int | None) -> Cluster | None:
    """Reads `--cluster` and `--worker`.

    Raises:
        InputError: They do not fit together.
    """
    if cluster is None:
        if worker is not None:
            raise InputError("--worker: it is one of the workers in --cluster; give that, too")
        return None
    return find_cluster(cluster, worker)
