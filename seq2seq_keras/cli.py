"""The command line: train, translate, evaluate, compare, app."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seq2seq_keras import __version__
from seq2seq_keras.cli_lines import chunks, is_typed, read_lines, written_lines
from seq2seq_keras.cli_options import (
    Corpora,
    OtherCorpora,
    SourceColumn,
    TargetColumn,
    spread_file_lists,
    with_config_options,
)
from seq2seq_keras.config import Config
from seq2seq_keras.errors import InputError, WorkError

if TYPE_CHECKING:
    from seq2seq_keras.corpus import Corpus, Splits
    from seq2seq_keras.evaluation import Scores

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
    typer.Option(metavar="CORPUS...", help="Corpus to score on at the end."),
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
        bool, typer.Option("--resume", help="Go on with the interrupted training in DIR.")
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
    **settings: Any,
) -> None:
    """Train a translator on your parallel corpus.

    Control-C stops and keeps the best model so far; pressed twice it stops at once, and
    --resume goes on later.
    """
    started = time.monotonic()
    base, chosen = _settings(config, settings)
    splits = _splits(corpora, valid, test, base, chosen, source_column, target_column)

    _load_keras()
    from seq2seq_keras.pipeline import train as train_translator
    from seq2seq_keras.training.progress import ProgressDisplay

    with ProgressDisplay() as display, _stop_on_interrupt() as should_stop:
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
        _print_scores(translator.scores)
    _say(f"Saved in {out}. Translate with: seq2seq-keras translate {out}")


@program.command()
def translate(
    model: ModelFolder,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]", help="Text to translate, UTF-8; by default standard input."
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="File to write; by default standard output.")
    ] = None,
    beam_size: BeamSize = None,
) -> None:
    """Translate text, a line a sentence."""
    if file is not None and not file.is_file():
        raise InputError(f"{file}: there is no such file")

    _load_keras()
    from seq2seq_keras.translator import Translator

    translator = Translator.load(model)
    with written_lines(output) as write:
        for chunk in chunks(read_lines(file), 1 if is_typed(file) else 1024):
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
    corpus = _load(corpora, *languages, source_column, target_column)

    from seq2seq_keras.evaluation import ScoredOutput, bleu_by_length
    from seq2seq_keras.evaluation.metrics import metrics_for

    metrics_for(languages[1], corpus.targets, tokenize)  # refuses before the work begins
    _load_keras()
    from seq2seq_keras.translator import Translator

    translator = Translator.load(model)

    with _progress("translating", len(corpus)) as on_progress:
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
    _print_scores(scores)
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
    **settings: Any,
) -> None:
    """Train a plain encoder-decoder and one with attention, and compare them.

    Both see the same pairs, tokens and seed and have the same budget; --time-limit holds for
    each network alike.
    """
    base, chosen = _settings(config, settings)
    splits = _splits(corpora, valid, test, base, chosen, source_column, target_column)

    _load_keras()
    from seq2seq_keras.comparison import compare as compare_architectures
    from seq2seq_keras.training.progress import ProgressDisplay

    system = None

    with _stop_on_interrupt() as should_stop, ProgressDisplay() as display:

        def listener(name: str, event: Any) -> None:
            nonlocal system
            if name != system:
                system = name
                _say(f"== {name} ==")
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
    _say(f"The report is in {out / 'report.html'}, all translations in {out / 'translations.csv'}")


@program.command()
def app(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 7860,
    data_dir: Annotated[
        Path, typer.Option(help="Folder for corpora, jobs and models made in the app.")
    ] = Path("workspace"),
) -> None:
    """Open the app in the browser: translate, train, compare, understand."""
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
    """Runs the program and ends the process: 0 done, 1 the work failed, 2 bad input."""
    arguments = spread_file_lists(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    try:
        status = program(arguments, standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        _fail("interrupted", 130)
    except typer.TyperException as error:
        # Only some of them can format themselves: usage errors, which name the option.
        _fail(error.format_message() if hasattr(error, "format_message") else str(error), 2)
    except InputError as error:
        _fail(str(error), 2)
    except WorkError as error:
        _fail(str(error), 1)
    sys.exit(status if isinstance(status, int) else 0)


def _fail(message: str, status: int) -> None:
    _say(f"error: {' '.join(message.split())}")
    sys.exit(status)


def _say(text: str) -> None:
    typer.echo(text, err=True)


def _load_keras() -> None:
    """Imports Keras and its backend without what they write to standard error meanwhile.

    TensorFlow's C++ libraries announce the processor there before any setting of theirs is
    read. What goes wrong in the import is raised and so still seen.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            import keras  # noqa: F401
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def _settings(path: Path | None, settings: dict[str, Any]) -> tuple[Config | None, dict[str, Any]]:
    """Returns the configuration file, if any, and the options that were given beside it."""
    base = Config.load(path) if path else None
    chosen = {name: value for name, value in settings.items() if value is not None}
    (base or Config()).updated(**chosen)  # what is wrong with them is said before any work
    return base, chosen


def _load(
    paths: list[Path],
    source_lang: str | None,
    target_lang: str | None,
    source_column: str | None,
    target_column: str | None,
) -> Corpus:
    from seq2seq_keras.corpus import load_corpus

    return load_corpus(
        *paths,
        source_lang=source_lang,
        target_lang=target_lang,
        source_column=source_column,
        target_column=target_column,
    )


def _splits(
    corpora: list[Path],
    valid: list[Path] | None,
    test: list[Path] | None,
    base: Config | None,
    chosen: dict[str, Any],
    source_column: str | None,
    target_column: str | None,
) -> Splits:
    """Reads the parts that were given and splits off the validation part if it was not.

    Without `--valid` and `--test` a test part is split off too. With `--valid` alone there is
    none: the user scores with `evaluate`.
    """
    from seq2seq_keras.corpus import Splits

    config = (base or Config()).updated(**chosen)

    def load(paths: list[Path]) -> Corpus:
        return _load(paths, config.source_lang, config.target_lang, source_column, target_column)

    corpus = load(corpora)
    for reason, count in corpus.dropped.items():
        _say(f"note: {corpus.name}: {count:,} pairs left out: {reason}")
    if valid and test:
        return Splits(corpus, load(valid), load(test))
    if valid:
        return Splits(corpus, load(valid), corpus.subset([]))
    parts = corpus.split(test=0 if test else None, seed=config.seed)
    return Splits(parts.train, parts.valid, load(test)) if test else parts


def _print_scores(scores: Scores) -> None:
    for name, metric in (("BLEU", scores.bleu), ("chrF", scores.chrf), ("TER", scores.ter)):
        typer.echo(f"{name:<5}{metric.value:6.2f}  {metric.signature}")
    typer.echo(f"BLEU {scores.nltk_bleu:6.2f}  nltk, on sacreBLEU's tokens")
    for notice in scores.notices:
        _say(f"note: {notice}")


@contextmanager
def _progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Shows a progress bar on standard error, if that is a terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    # Where there is no terminal it would end in an empty line.
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=total)
        yield lambda done: progress.update(task, completed=done)


@contextmanager
def _stop_on_interrupt() -> Iterator[Callable[[], bool]]:
    """Turns the first Control-C into a wish to stop, and the second into an interruption."""
    asked = False

    def ask(_signal: int, _frame: FrameType | None) -> None:
        nonlocal asked
        asked = True
        _say("Stopping; the best model so far is kept. Press Control-C again to stop at once.")
        signal.signal(signal.SIGINT, previous)

    previous = signal.signal(signal.SIGINT, ask)
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, previous)
