"""The command line: train, translate, evaluate, compare, app."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from seq2seq_keras import __version__
from seq2seq_keras.cli.corpora import chosen_settings, load, load_splits
from seq2seq_keras.cli.documents import is_document, translate_document
from seq2seq_keras.cli.lines import chunks, is_typed, read_lines, written_lines
from seq2seq_keras.cli.long_files import LINES_AT_ONCE, translate_file
from seq2seq_keras.cli.options import (
    Corpora,
    LeaveOut,
    OtherCorpora,
    SourceColumn,
    TargetColumn,
    spread_file_lists,
    with_config_options,
)
from seq2seq_keras.cli.terminal import (
    fail,
    libraries_silenced,
    load_keras,
    print_check,
    print_scores,
    progress,
    say,
    stop_on_interrupt,
)
from seq2seq_keras.config import Config
from seq2seq_keras.errors import InputError, WorkError

program = typer.Typer(
    name="seq2seq-keras",
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Train, compare, understand and ship recurrent translation models.",
)

ModelFolder = Annotated[
    Path, typer.Argument(metavar="MODEL", help="Folder of a saved translator.", show_default=False)
]
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
    leave_out: LeaveOut = None,
    **settings: Any,
) -> None:
    """Train a translator on your parallel corpus.

    Control-C stops and keeps the best model so far; pressed twice it stops at once, and
    --resume goes on later.
    """
    started = time.monotonic()
    begun = out / "checkpoints" if resume else start_from
    start = begun / "config.yaml" if begun is not None else None
    base, chosen, settled = chosen_settings(config, settings, start)
    columns = source_column, target_column
    splits = load_splits(corpora, valid, test, settled, *columns, leave_out)

    load_keras()
    from seq2seq_keras.pipeline import train as train_translator
    from seq2seq_keras.training.progress import ProgressDisplay

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
            **chosen,
        )
    if translator.scores:
        print_scores(translator.scores)
    say(f"Saved in {out}. Translate with: seq2seq-keras translate {out}")


@program.command()
def translate(
    model: ModelFolder,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]",
            help="Text to translate, UTF-8; by default standard input. Of a .csv, .tsv, .srt or "
            ".vtt all else is kept as it is.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="File to write; by default standard output. Tables and subtitles need it.",
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
    beam_size: BeamSize = None,
) -> None:
    """Translate text, a line a sentence, or the texts in a table or in subtitles.

    A table gets one more column, the translation. Subtitles keep their numbers and times.
    """
    if file is not None and not file.is_file():
        raise InputError(f"{file}: there is no such file")
    if file is not None and is_document(file):
        if output is None:
            raise InputError(f"{file}: a translated {file.suffix} is a file too; add --output FILE")
        translate_document(model, file, output, column, beam_size)
        return
    if column is not None:
        raise InputError(
            f"--column: {file or 'standard input'} is no .csv or .tsv table; leave the option out"
        )

    load_keras()
    from seq2seq_keras.translator import Translator

    translator = Translator.load(model)
    if file is not None and output is not None:
        translate_file(translator, model, file, output, beam_size)
        return
    with written_lines(output) as write:
        for chunk in chunks(read_lines(file), 1 if is_typed(file) else LINES_AT_ONCE):
            write([each.text for each in translator.translate(chunk, beam_size, attention=False)])


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
) -> None:
    """Score a translator on a parallel corpus: BLEU, chrF and TER."""
    config = Config.load(model / "config.yaml") if (model / "config.yaml").is_file() else None
    languages = (config.source_lang, config.target_lang) if config else (None, None)
    corpus = load(corpora, *languages, source_column, target_column)

    from seq2seq_keras.evaluation import ScoredOutput, bleu_by_length
    from seq2seq_keras.evaluation.metrics import metrics_for

    metrics_for(languages[1], corpus.targets, tokenize)  # refuses before the work begins
    load_keras()
    from seq2seq_keras.translator import Translator

    translator = Translator.load(model)

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
            f"({bucket.sentences:,} sentences)"
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
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the interrupted comparison in DIR.")
    ] = False,
    source_column: SourceColumn = None,
    target_column: TargetColumn = None,
    leave_out: LeaveOut = None,
    **settings: Any,
) -> None:
    """Train a plain encoder-decoder and one with attention, and compare them.

    Both see the same pairs, tokens and seed and have the same budget; --time-limit holds for
    each network alike.
    """
    base, chosen, settled = chosen_settings(config, settings)
    columns = source_column, target_column
    splits = load_splits(corpora, valid, test, settled, *columns, leave_out)

    load_keras()
    from seq2seq_keras.comparison import compare as compare_architectures
    from seq2seq_keras.training.progress import ProgressDisplay

    system = None

    with stop_on_interrupt() as should_stop, ProgressDisplay() as display:

        def listener(name: str, event: Any) -> None:
            nonlocal system
            if name != system:
                system = name
                say(f"== {name} ==")
            display(event)

        report = compare_architectures(
            splits,
            out,
            config=base,
            cells=cells.split(",") if cells else None,
            match_parameters=match_parameters,
            bleu_tokenizer=tokenize,
            listener=listener,
            should_stop=should_stop,
            resume=resume,
            **chosen,
        )

    from rich.console import Console

    Console().print(report.table())
    typer.echo(report.verdict())
    say(f"The report is in {out / 'report.html'}, all translations in {out / 'translations.csv'}")


@program.command()
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
) -> None:
    """Write a translator in a form that runs without this program, and try it out.

    The folder holds the model, its tokenizers, translate.py, which is a small program and a
    module, and README.md with the lines that use it.
    """
    load_keras()
    from seq2seq_keras.export import export as write
    from seq2seq_keras.translator import Translator

    trial = list(read_lines(sentences)) if sentences else []
    translator = Translator.load(model)
    languages = translator.config.source_lang, translator.config.target_lang
    corpus = load(test, *languages, source_column, target_column) if test else None
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


@program.command()
def push(
    model: ModelFolder,
    repository: Annotated[
        str, typer.Argument(metavar="USER/NAME", help="Where to on the Hub.", show_default=False)
    ],
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

    if dry_run is not None:
        hub.write_repository(model, dry_run, repository, license=license)
        say(f"{dry_run}: what would be uploaded to {repository}; nothing was")
        return
    typer.echo(hub.push(model, repository, private=private, license=license))


@program.command()
def app(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 7860,
    data_dir: Annotated[
        Path, typer.Option(help="Folder for corpora, jobs and models made in the app.")
    ] = Path("workspace"),
) -> None:
    """Serve the app for the browser: translate, train, compare, understand."""
    from seq2seq_keras.app.server import run

    run(host=host, port=port, data_dir=data_dir)


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
        fail(str(error), 2)
    except WorkError as error:
        fail(str(error), 1)
    sys.exit(status if isinstance(status, int) else 0)
