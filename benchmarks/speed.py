"""Training and decoding of this project beside its peers: `make bench`.

    python -m benchmarks.speed [--rounds 5] [--seconds 10] [--only WORD] [--no-joey]
    python -m benchmarks.speed --report benchmarks/results/speed-....json [--page README.md]

Saves `benchmarks/results/speed-DATE-MACHINE.json`, and beside it the tables (`.md`) and the plot
(`.svg`). What is compared, and how, stands in `benchmarks/README.md`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks import data, entries, machine, report, rounds, settings
from benchmarks.environment import pins
from benchmarks.protocol import ContestantError


def main() -> None:
    """Runs the benchmark, or shows the results of an earlier run again."""
    options = _options()
    console = Console()
    if options.report:
        earlier = json.loads(options.report.read_text())
        report.write(earlier, options.report, console)
        if options.page:
            report.put_into(options.page, earlier, options.report.with_suffix(".svg"))
        return
    began = time.monotonic()

    def say(line: str) -> None:
        minutes, seconds = divmod(int(time.monotonic() - began), 60)
        console.print(f"[dim]{minutes:2}:{seconds:02}[/dim]  {line}", highlight=False)

    folder = data.prepare(options.corpus)
    sentences = data.read(options.corpus, folder)
    described = machine.describe()
    described["versions"] |= pins("torch" if options.no_joey else "joey")
    results: dict[str, Any] = {
        "date": date.today().isoformat(),
        "commit": _commit(),
        **described,
        "rounds": options.rounds,
        "seconds": options.seconds,
        "training": {},
        "decoding": {},
    }
    path = settings.RESULTS / f"speed-{date.today().isoformat()}-{machine.short_name()}.json"
    if options.only:  # a part is no result to publish
        path = settings.CACHE / path.name
    status = 0
    try:
        _measure(options, sentences, results, say)
    except KeyboardInterrupt:
        say("interrupted; saving what there is")
        status = 130
    except ContestantError as error:
        say(f"[red]{error}[/red]; saving what there is")
        status = 1
    results["minutes"] = round((time.monotonic() - began) / 60, 1)
    if any(result.get("rounds") for result in results["training"].values()) or results["decoding"]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(results, indent=1) + "\n")
        report.write(results, path, console)
        say(f"saved {path} and, beside it, tables and plot")
    sys.exit(status)


def _measure(
    options: argparse.Namespace, sentences: data.Data, results: dict[str, Any], say: rounds.Say
) -> None:
    joey = not options.no_joey
    training = entries.chosen(entries.TRAINING, options.only, joey)
    decoding = entries.chosen(entries.DECODING, options.only, joey)
    loops = entries.chosen(entries.LOOPS, options.only, joey)
    for entry in (*training, *decoding):
        entries.interpreter(entry, joey)  # makes environments now
    starts = []
    if not options.no_decoding:
        starts = [(entry, _trained(entry, options, sentences, joey, say)) for entry in decoding]
        starts += [(entry, _trained(entry, options, sentences, joey, say)) for entry in loops]
    if training and not options.no_training:
        rounds.train(training, sentences, options.rounds, options.seconds, joey, results, say)
    if starts:
        rounds.decode(starts, sentences, options.decoding_rounds, joey, results, say)


def _trained(
    entry: entries.Entry,
    options: argparse.Namespace,
    sentences: data.Data,
    joey: bool,
    say: rounds.Say,
) -> dict[str, str]:
    """Trains the weights that an entry decodes with, unless that was done already.

    Returns:
        What its decoder is started with.
    """
    corpus = str(sentences.corpus)
    models = rounds.models_folder(sentences)
    if entry.program == entries.JOEY:
        return {**_trained_joey(entry, options, sentences, joey, say), "corpus": corpus}
    model = models / entry.placement
    if not (model / "model.keras").is_file():
        say(f"{entry.name}: training weights to decode with, {options.minutes:g} minutes, once")
        command = [sys.executable, "-m", "benchmarks.learning", corpus, str(sentences.folder)]
        arguments = [entry.placement, str(options.minutes), str(model)]
        models.mkdir(parents=True, exist_ok=True)
        with (models / f"{entry.placement}.log").open("wb") as log:
            status = subprocess.run(
                [*command, *arguments], cwd=settings.REPOSITORY, stdout=log, stderr=log
            ).returncode
        if status:
            raise ContestantError(f"{entry.name} could not be trained; see {log.name}")
    return {"model": str(model), "corpus": corpus}


def _trained_joey(
    entry: entries.Entry,
    options: argparse.Namespace,
    sentences: data.Data,
    joey: bool,
    say: rounds.Say,
) -> dict[str, str]:
    quality = settings.CACHE / "quality" / "joey"
    learnt = sorted(quality.glob("model-*/latest.ckpt"), key=lambda path: path.stat().st_mtime)
    if learnt:  # longer trained than there is time for here
        say(f"{entry.name}: decodes with the weights of bench-quality, {learnt[-1].resolve().name}")
        configuration = str(quality / "config.yaml")
        return {"configuration": configuration, "checkpoint": str(learnt[-1].resolve())}
    folder = rounds.models_folder(sentences) / "joey"
    done = folder / "start.json"
    if not done.is_file():
        minutes = options.joey_minutes
        say(f"{entry.name}: training weights to decode with, {minutes:g} minutes, once")
        shutil.rmtree(folder, ignore_errors=True)
        arguments = {
            "corpus": str(sentences.corpus),
            "folder": str(sentences.folder),
            "working": str(folder),
        }
        with entries.running(entry, arguments, joey) as worker:
            worker.ask("train", seconds=60 * minutes)
            done.write_text(json.dumps(worker.ask("save")))
    start: dict[str, str] = json.loads(done.read_text())
    return start


def _commit() -> str:
    """Returns the commit that is measured, with a plus if files differ from it."""

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(settings.REPOSITORY), *arguments]
        try:
            return subprocess.run(command, capture_output=True, text=True).stdout.strip()
        except OSError:
            return ""

    changed = git("status", "--porcelain", "--untracked-files=no")
    return git("rev-parse", "--short", "HEAD") + ("+" if changed else "")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.speed", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--rounds", type=int, default=5, help="rounds of training")
    parser.add_argument(
        "--seconds", type=float, default=10.0, help="how long each trains in a round"
    )
    parser.add_argument("--decoding-rounds", type=int, default=3, help="rounds of decoding")
    parser.add_argument(
        "--minutes",
        type=float,
        default=4.0,
        help="how long this project's weights that decode are trained, once (default: 4)",
    )
    parser.add_argument(
        "--joey-minutes",
        type=float,
        default=8.0,
        help="the same for Joey NMT, which needs longer to end its sentences (default: 8)",
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="WORD",
        help="only contestants whose name contains this (repeatable); the results go to the cache",
    )
    parser.add_argument("--no-joey", action="store_true", help="leave out Joey NMT")
    parser.add_argument("--no-training", action="store_true", help="measure decoding only")
    parser.add_argument("--no-decoding", action="store_true", help="measure training only")
    parser.add_argument(
        "--corpus",
        type=Path,
        default=data.CORPUS,
        help="folder of train.de, train.en, val.* and test2016.* (default: %(default)s)",
    )
    parser.add_argument(
        "--report", type=Path, metavar="JSON", help="show earlier results again, measure nothing"
    )
    parser.add_argument(
        "--page", type=Path, help="with --report: the Markdown page to put plot and tables into"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
