"""The commands that hand a translator on: `export`, and `push` to the Hugging Face Hub."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seq2seq_keras.cli.corpora import load
from seq2seq_keras.cli.lines import read_lines
from seq2seq_keras.cli.options import (
    Encoding,
    ModelFolder,
    OtherCorpora,
    SourceColumn,
    TargetColumn,
)
from seq2seq_keras.cli.terminal import libraries_silenced, load_keras, print_check, say


def export(
    model: ModelFolder,
    format: Annotated[
        str,
        typer.Option(help="keras, saved_model, onnx or litert.", show_default=False),
    ],
    out: Annotated[
        Path,
        typer.Option(metavar="DIR", help="Folder to write the export to.", show_default=False),
    ],
    quantize: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBERS",
            help="Smaller and less exact numbers: int8 (onnx, litert) or float16 (litert).",
            show_default=False,
        ),
    ] = None,
    sentences: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Sentences to try the export out on, a line each; by default some that the "
            "translator remembers of its training.",
            show_default=False,
        ),
    ] = None,
    test: Annotated[
        OtherCorpora,
        typer.Option(
            metavar="CORPUS...",
            help="Corpus to try the export out on instead: BLEU is reported too.",
            show_default=False,
        ),
    ] = None,
    source_length: Annotated[
        int | None,
        typer.Option(
            metavar="TOKENS",
            help="The longest sentence that the model reads (litert); by default 64.",
            show_default=False,
        ),
    ] = None,
    source_column: SourceColumn = None,
    target_column: TargetColumn = None,
    encoding: Encoding = None,
) -> None:
    """Write a translator in a form that runs without this program, and try it out.

    The folder holds the model, its tokenizers, translate.py, which is a small program and a
    module, and README.md with the lines that use it.
    """
    load_keras()
    from seq2seq_keras.export import export as write
    from seq2seq_keras.translator import Translator

    trial = list(read_lines(sentences)) if sentences else []
    translator = Translator.load(model, check=True)
    languages = translator.config.source_lang, translator.config.target_lang
    corpus = load(test, *languages, source_column, target_column, encoding) if test else None
    with libraries_silenced():
        check = write(
            translator,
            format,
            out,
            quantize=quantize,
            sentences=trial,
            test=corpus,
            source_length=source_length,
        )
    print_check(check, out)


def push(
    model: ModelFolder,
    repository: Annotated[
        str, typer.Argument(metavar="USER/NAME", help="Where to on the Hub.", show_default=False)
    ],
    space: Annotated[
        bool,
        typer.Option(
            "--space", help="Upload the app with this one translator, as a Space to try it out in."
        ),
    ] = False,
    private: Annotated[
        bool, typer.Option("--private", help="Let only yourself see a repository that is made.")
    ] = False,
    license: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="The model's licence as the Hub names it, such as apache-2.0 or cc-by-4.0.",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write what would be uploaded to this folder, and upload nothing.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Upload a translator to the Hugging Face Hub, with a card that the Hub can read.

    The token is that of `hf auth login`, or of the environment variable HF_TOKEN.
    """
    from seq2seq_keras.export import hub
    from seq2seq_keras.export.space import push_space, write_space

    if dry_run is not None:
        write = write_space if space else hub.write_repository
        write(model, dry_run, repository, license=license)
        say(f"{dry_run}: what would be uploaded to {repository}; nothing was")
        return
    upload = push_space if space else hub.push
    typer.echo(upload(model, repository, private=private, license=license))
