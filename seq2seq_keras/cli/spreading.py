"""The command `spread`: a long file translated by several processes, here or on a Ray cluster."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from seq2seq_keras.cli.options import ModelFolder
from seq2seq_keras.cli.spread_cluster import ray_cluster, require_ray
from seq2seq_keras.cli.spread_files import Spreading, is_spread_table, kind_of
from seq2seq_keras.cli.terminal import say
from seq2seq_keras.config import Config
from seq2seq_keras.errors import InputError
from seq2seq_keras.spread.dataset import BATCH_SIZE


def spread(
    model: ModelFolder,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="INPUT",
            help="What to translate, UTF-8: a text, a line a sentence; or a .parquet, .csv, .tsv "
            "or .jsonl with a --column of texts. A folder of Parquet files too.",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path,
        typer.Argument(
            metavar="OUTPUT",
            help="File to write, of the same kind and in the same order.",
            show_default=False,
        ),
    ],
    workers: Annotated[
        int, typer.Option(min=1, help="Processes that translate.", show_default=False)
    ],
    column: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="In a table or JSON Lines: what to translate; `translation` is added.",
            show_default=False,
        ),
    ] = None,
    cpus: Annotated[float, typer.Option(min=0, help="Processors for each worker.")] = 1,
    gpus: Annotated[
        float, typer.Option(min=0, help="GPUs for each worker; 0.5 puts two on one.")
    ] = 0,
    batch_size: Annotated[
        int, typer.Option(min=1, help="Texts that a worker translates at once.")
    ] = BATCH_SIZE,
    beam_size: Annotated[
        int | None,
        typer.Option(min=1, help="Hypotheses kept in search; 1 is greedy. By default the model's."),
    ] = None,
    address: Annotated[
        str | None,
        typer.Option(
            metavar="HOST:PORT",
            help="Ray cluster to work on; auto is the one that this machine is part of. By default "
            "that in RAY_ADDRESS, else this machine alone.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Translate a long file by several processes, on this machine or a Ray cluster.

    Of text and JSON Lines what is done is kept: after an interruption the same command goes on.
    """
    require_ray()
    if not (model / "config.yaml").is_file() or not (model / "model.keras").is_file():
        raise InputError(
            f"{model}: not a saved translator; give a folder that `seq2seq-keras train` has "
            "finished"
        )
    if not file.exists():
        raise InputError(f"{file}: there is no such file")
    kind = kind_of(file)
    if column is None and is_spread_table(kind):
        raise InputError(f"{file}: name the column to translate by --column")
    if column is not None and not is_spread_table(kind):
        raise InputError(f"--column: {file} is a text without columns; leave the option out")
    if kind != kind_of(output) and is_spread_table(kind):
        raise InputError(f"{output}: give it the ending {kind}, as the input is written")
    settings = Config.load(model / "config.yaml")
    work = Spreading(
        model=model.resolve(),
        file=file,
        output=output,
        column=column,
        workers=workers,
        cpus=cpus,
        gpus=gpus,
        batch_size=batch_size,
        beam_size=beam_size or settings.beam_size,
    )
    begin = time.monotonic()
    with ray_cluster(address, workers, cpus, gpus):
        count = work.run(kind)
    seconds = time.monotonic() - begin
    say(f"{output}: {count:,} translated, {count / seconds:,.0f} a second")
