"""The command line: train, translate, evaluate, compare, export, fetch, app."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from seq2seq_keras import __version__
from seq2seq_keras.cli import accounts, fetching
from seq2seq_keras.cli.corpora import chosen_settings, cleaning_of, load, load_splits
from seq2seq_keras.cli.devices import (
    ClusterOption,
    DevicesOption,
    WaitOption,
    WorkerOption,
    asked_for,
    devices_of_worker,
    number_of_devices,
    waits_for,
)
from seq2seq_keras.cli.documents import is_document, read_memory, translate_document
from seq2seq_keras.cli.lines import chunks, is_typed, read_lines, written_lines
from seq2seq_keras.cli.long_files import LINES_AT_ONCE, translate_file, translate_lines
from seq2seq_keras.cli.options import (
    Clean,
    Corpora,
    Encoding,
    ModelFolder,
    NearTogether,
    OtherCorpora,
    SourceColumn,
    TargetColumn,
    TestSize,
    ValidSize,
    spread_file_lists,
    with_config_options,
)
from seq2seq_keras.cli.serving import AppCommand, app
from seq2seq_keras.cli.shipping import export, push
from seq2seq_keras.cli.spreading import spread
from seq2seq_keras.cli.terminal import (
    fail,
    load_keras,
    print_scores,
    progress,
    say,
    stop_on_interrupt,
)
from seq2seq_keras.cluster import inside, stay_with_parent, supervise
from seq2seq_keras.config import Config
from seq2seq_keras.counted import counted
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.own_process import own_command

program = typer.Typer(
    name="seq2seq-keras",
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Train, compare, understand and ship recurrent translation models.",
)

ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Settings in YAML; options given beside it win."),
]
Valid = Annotated[
    OtherCorpora,
    typer.Option(
        metavar="CORPUS...", help="Corpus to validate on; by default a part of the training corpus."
    ),
]
Test = Annotated[
    OtherCorpora,
    typer.Option(
        metavar="CORPUS...",
        help="Corpus to score on at the end; by default a part of the training corpus, or none "
        "where --valid is given.",
    ),
]
BeamSize = Annotated[
    int | None, typer.Option(help="Hypotheses kept in search; 1 is greedy. By default the model's.")
]

BleuTokenizer = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="How BLEU finds words: 13a, intl, zh, char, none (they are apart already) or another "
        "of sacreBLEU's tokenizers. By default as the target language needs.",
        show_default=False,
    ),
]


@program.command()
@with_config_options
def train(
    corpora: Corpora,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder to save the translator in.")],
    valid: Valid = None,
    test: Test = None,
    config: ConfigFile = None,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume",
            help="Go on with the interrupted training in DIR, on the same corpus; only --epochs "
            "and --time-limit may change.",
        ),
    ] = False,
    start_from: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="MODEL",
            help="Begin with a saved translator: more epochs, or another corpus.",
        ),
    ] = None,
    source_column: SourceColumn = None,
    target_column: TargetColumn = None,
    encoding: Encoding = None,
    clean: Clean = None,
    valid_size: ValidSize = None,
    test_size: TestSize = None,
    near_together: NearTogether = False,
    devices: DevicesOption = "1",
    cluster: ClusterOption = None,
    worker: WorkerOption = None,
    wait: WaitOption = None,
    **settings: Any,
) -> int:
    """Train a translator on your parallel corpus.

    Control-C stops and keeps the best model so far; pressed twice it stops at once, and
    --resume goes on later.
    """
    started = time.monotonic()
    own_devices = number_of_devices(devices)
    workers = inside()
    if workers is None and (together := asked_for(cluster, worker, wait)):
        all_workers, patience = together
        command = own_command("seq2seq_keras", *sys.argv[1:])
        if len(all_workers.addresses) > 1:
            say(waits_for(all_workers, patience))
        return supervise(all_workers, command, patience, devices_of_worker(own_devices))
    begun = out / "checkpoints" if resume else start_from
    start = begun / "config.yaml" if begun is not None else None
    if workers is not None and not workers.is_chief and start is not None and not start.exists():
        start = None  # which only the chief need have
    base, chosen, settled = chosen_settings(config, settings, start)
    columns = source_column, target_column, encoding
    splits = load_splits(
        corpora,
        valid,
        test,
        settled,
        *columns,
        clean or cleaning_of(start_from),
        valid_size=valid_size,
        test_size=test_size,
        near_together=near_together,
    )

    load_keras()
    from seq2seq_keras.pipeline import train as train_translator
    from seq2seq_keras.pipeline import train_along
    from seq2seq_keras.training.progress import ProgressDisplay

    if workers is not None:
        stay_with_parent()
        say(f"{workers.name(workers.number)} of {len(workers.addresses)} trains along")
    if workers is not None and not workers.is_chief:
        with stop_on_interrupt() as should_stop:
            train_along(splits, workers, devices=own_devices, should_stop=should_stop)
        return 0
    with ProgressDisplay() as display, stop_on_interrupt() as should_stop:
        translator = train_translator(
            splits,
            out,
            config=base,
            listener=display,
            should_stop=should_stop,
            resume=resume,
            start_from=start_from,
            started=started,
            devices=own_devices,
            cluster=workers,
            **chosen,
        )
    if translator.scores:
        print_scores(translator.scores)
    say(f"Saved in {out}. Translate with: seq2seq-keras translate {out}")
    return 0


@program.command()
def translate(
    model: ModelFolder,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]",
            help="Text to translate, UTF-8; by default standard input. Of a .csv, .tsv, .srt or "
            ".vtt all else is kept as it is; of an XLIFF, .po, .tmx or Qt .ts file what is not yet "
            "translated is filled.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="File to write; by default standard output. All but plain text needs it.",
            show_default=False,
        ),
    ] = None,
    column: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="In a table: name or number, from 1, of the column to translate. By default the "
            "first of running text.",
            show_default=False,
        ),
    ] = None,
    memory: Annotated[
        OtherCorpora,
        typer.Option(
            metavar="CORPUS...",
            help="Translations to take instead of the network's where a whole text, cell, cue or "
            "unit is in them: a corpus as for train.",
            show_default=False,
        ),
    ] = None,
    beam_size: BeamSize = None,
) -> None:
    """Translate text, a line a sentence, or the texts in a table, subtitles or translation file.

    A table gets one more column, the translation. Subtitles keep their numbers and times. In
    XLIFF, gettext PO, TMX and Qt TS empty translations are filled, and marked as by a machine;
    what the file itself has translated already serves as a memory too.
    """
    if file is not None and not file.is_file():
        raise InputError(f"{file}: there is no such file")
    if file is not None and is_document(file):
        if output is None:
            raise InputError(f"{file}: a translated {file.suffix} is a file too; add --output FILE")
        translate_document(model, file, output, column, beam_size, memory)
        return
    if column is not None:
        raise InputError(
            f"--column: {file or 'standard input'} is no .csv or .tsv table; leave the option out"
        )

    remembered = None
    if memory:
        from seq2seq_keras.documents import TranslationMemory

        remembered = TranslationMemory(read_memory(model, memory))
    load_keras()
    from seq2seq_keras.translator import Translator

    translator = Translator.load(model, check=True)
    if file is not None and output is not None:
        translate_file(translator, model, file, output, beam_size, remembered)
        return
    with written_lines(output) as write:
        for chunk in chunks(read_lines(file), 1 if is_typed(file) else LINES_AT_ONCE):
            write(translate_lines(translator, chunk, beam_size, remembered)[0])


@program.command()
def evaluate(
    model: ModelFolder,
    corpora: Corpora,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    beam_size: BeamSize = None,
    tokenize: BleuTokenizer = None,
    output: Annotated[
        Path | None, typer.Option(help="Also write the translations, a line a sentence.")
    ] = None,
    source_column: SourceColumn = None,
    target_column: TargetColumn = None,
    encoding: Encoding = None,
) -> None:
    """Score a translator on a parallel corpus: BLEU, chrF and TER."""
    config = Config.load(model / "config.yaml") if (model / "config.yaml").is_file() else None
    languages = (config.source_lang, config.target_lang) if config else (None, None)
    corpus = load(corpora, *languages, source_column, target_column, encoding)

    from seq2seq_keras.evaluation import ScoredOutput, bleu_by_length
    from seq2seq_keras.evaluation.metrics import metrics_for

    metrics_for(languages[1], corpus.targets, tokenize)  # refuses before the work begins
    load_keras()
    from seq2seq_keras.translator import Translator

    translator = Translator.load(model, check=True)

    with progress("translating", len(corpus)) as on_progress:
        translations = translator.translate(
            corpus.sources, beam_size, attention=False, on_progress=on_progress
        )
    texts = [each.text for each in translations]
    if output:
        with written_lines(output) as write:
            write(texts)
    scored = ScoredOutput(texts, corpus.targets, languages[1], bleu_tokenizer=tokenize)
    scores = scored.scores
    buckets = bleu_by_length(corpus.sources, scored, source_lang=languages[0])
    if as_json:
        lengths = [bucket.model_dump() for bucket in buckets]
        text = json.dumps({**scores.model_dump(), "bleu_by_length": lengths}, indent=2)
        typer.echo(text)
        return
    print_scores(scores)
    for bucket in buckets:
        typer.echo(
            f"{bucket.low} to {bucket.high} {bucket.unit}: BLEU {bucket.bleu:.1f} "
            f"({counted(bucket.sentences, 'sentence')})"
        )


@program.command()
@with_config_options
def compare(
    corpora: Corpora,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for networks and report.")],
    valid: Valid = None,
    test: Test = None,
    config: ConfigFile = None,
    cells: Annotated[
        str | None,
        typer.Option(
            metavar="LIST", help="Cross both architectures with cells, such as lstm,gru,rnn."
        ),
    ] = None,
    match_parameters: Annotated[
        bool,
        typer.Option(
            "--match-parameters",
            help="Widen the plain network until it has as many parameters as the other.",
        ),
    ] = False,
    tokenize: BleuTokenizer = None,
    only: Annotated[
        str | None,
        typer.Option(
            metavar="NETWORK",
            help="Train this network alone, such as attention, beside others that train at the "
            "same time; when all are finished, --resume makes the report.",
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the interrupted comparison in DIR.")
    ] = False,
    source_column: SourceColumn = None,
    target_column: TargetColumn = None,
    encoding: Encoding = None,
    clean: Clean = None,
    valid_size: ValidSize = None,
    test_size: TestSize = None,
    near_together: NearTogether = False,
    devices: DevicesOption = "1",
    **settings: Any,
) -> None:
    """Train a plain encoder-decoder and one with attention, and compare them.

    Both see the same pairs, tokens and seed and have the same budget; --time-limit holds for
    each network alike.
    """
    own_devices = number_of_devices(devices)
    base, chosen, settled = chosen_settings(config, settings)
    columns = source_column, target_column, encoding
    splits = load_splits(
        corpora,
        valid,
        test,
        settled,
        *columns,
        clean or "default",
        valid_size=valid_size,
        test_size=test_size,
        near_together=near_together,
    )

    load_keras()
    from seq2seq_keras.comparison import compare as compare_architectures
    from seq2seq_keras.comparison import train_network
    from seq2seq_keras.training.progress import ProgressDisplay

    system = None

    with stop_on_interrupt() as should_stop, ProgressDisplay() as display:

        def listener(name: str, event: Any) -> None:
            nonlocal system
            if name != system:
                system = name
                say(f"== {name} ==")
            display(event)

        wanted: dict[str, Any] = {
            "config": base,
            "cells": cells.split(",") if cells else None,
            "match_parameters": match_parameters,
            "listener": listener,
            "should_stop": should_stop,
            "devices": own_devices,
            **chosen,
        }
        if only is not None:
            train_network(only, splits, out, **wanted)
            say(f"Saved in {out / only}; --resume in place of --only makes the report")
            return
        report = compare_architectures(
            splits, out, bleu_tokenizer=tokenize, resume=resume, **wanted
        )

    from rich.console import Console

    Console().print(report.table())
    typer.echo(report.verdict())
    say(f"The report is in {out / 'report.html'}, all translations in {out / 'translations.csv'}")


program.command()(spread)
program.command()(export)
program.command()(push)
program.command(help=fetching.HELP)(fetching.fetch)


program.command(cls=AppCommand)(app)
program.add_typer(accounts.commands, name="accounts")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"seq2seq-keras {__version__}")
        raise typer.Exit


@program.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


def main(arguments: list[str] | None = None) -> None:
    """Runs the program and ends the process.

    The status is 0 when it is done, 1 when the work failed, 2 on bad input, 130 when interrupted.
    """
    arguments = spread_file_lists(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    try:
        status = program(arguments, standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        fail("interrupted", 130)
    except typer.TyperException as error:
        # Only some of them can format themselves: usage errors, which name the option.
        fail(error.format_message() if hasattr(error, "format_message") else str(error), 2)
    except InputError as error:
        fail(str(error), 2, can_go_on=False)
    except WorkError as error:
        fail(str(error), 1, error.can_go_on)
    sys.exit(status if isinstance(status, int) else 0)
