"""Time to quality: minutes from a cold start until validation BLEU reaches 10, 20 and 25.

    python -m benchmarks.time_to_quality [--only this|joey] [--this-minutes 30] [--joey-minutes 90]
    make bench-quality

This project's default (`seq2seq-keras train` with the corpus and nothing else) and Joey NMT 2.3.0
are trained one after the other on Multi30k, German to English, each with all cores to itself. The
clock starts with the command and counts all that it does: imports, vocabularies, compilation,
training, validation. While a contestant is stopped (SIGSTOP) its clock stands still. The moment of
a BLEU is that of the first validation at or above it, which is when a user would know.

BLEU is sacreBLEU's (13a, cased) of greedy translations of the whole validation set, as each
contestant validates by itself; Joey NMT's translations are scored once more, outside the clock, by
the function that scores this project's.

All is kept in `benchmarks/.cache/quality` as it goes. Ctrl-C ends the contestant that runs; started
again, it goes on from its last checkpoint with the clock of that checkpoint, and whoever has
finished is not run again (`--anew` does). The result is `benchmarks/results/time-to-quality.json`.
"""

from __future__ import annotations

import argparse
import csv
import json
import shlex
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import data, environment, joey_recipe, machine, settings
from benchmarks.timed_run import Contestant, Record, Validation, measure

FOLDER = settings.CACHE / "quality"
RESULT = settings.RESULTS / "time-to-quality.json"
MARKS = (10.0, 20.0, 25.0)

_JOEY_VALIDATION_FREQ = 125
"""Steps between its validations: some four minutes on two cores, of which ten seconds are the
validation's own."""


class ThisProject:
    """`seq2seq-keras train`, all settings at their defaults; validates after every epoch."""

    name = "this"

    def __init__(self, folder: Path, corpus: Path, minutes: float) -> None:
        self.folder = folder / self.name
        self.limit: float | None = 60 * minutes
        self._corpus = corpus
        self._out = self.folder / "model"
        self._latest, self._history = "", list[tuple[int, float]]()

    def command(self, resume: bool) -> str:
        """See `Contestant`."""
        train, valid = data.files(self._corpus, "train"), data.files(self._corpus, "valid")
        parts: list[str | Path] = [
            sys.executable,
            "-m",
            "seq2seq_keras",
            "train",
            *train,
            "--valid",
            *valid,
        ]
        return "exec " + _line(*parts, "--out", self._out, *(["--resume"] if resume else []))

    def can_resume(self, step: int) -> bool:
        """See `Contestant`; a checkpoint belongs to each epoch's end."""
        return (self._out / "checkpoints" / "latest").is_file() and len(self.validations()) == step

    def validations(self) -> list[tuple[int, float]]:
        """Reads the history in the newest checkpoint, or that of the finished translator."""
        metrics = self._out / "metrics.csv"
        try:
            if metrics.is_file():
                with metrics.open(newline="") as file:
                    rows: list[dict[str, Any]] = list(csv.DictReader(file))
            else:
                latest = (self._out / "checkpoints" / "latest").read_text()
                if latest == self._latest:
                    return self._history
                state = self._out / "checkpoints" / latest.strip() / "state.json"
                rows = json.loads(state.read_text())["history"]
                self._latest = latest
        except FileNotFoundError:  # not yet, or just replaced
            return self._history
        self._history = [(int(row["epoch"]), float(row["valid_bleu"])) for row in rows]
        return self._history


class JoeyNMT:
    """Joey NMT's own training command, with the settings of `joey_recipe`."""

    name = "joey"

    def __init__(self, folder: Path, corpus: Path, minutes: float) -> None:
        self.folder = folder / self.name
        self.limit: float | None = 60 * minutes
        self._corpus = corpus

    def command(self, resume: bool) -> str:
        """See `Contestant`. Joey NMT wants a new folder each time, also when it goes on."""
        python = environment.python_of("joey")
        checkpoint = self._checkpoints()[-1] if resume else None
        train, valid = data.files(self._corpus, "train"), data.files(self._corpus, "valid")
        vocabulary = self.folder / "joint.model"
        configuration = joey_recipe.recipe(
            self.folder / f"model-{len(self._model_dirs()) + 1}",
            {"train": train[0].with_suffix(""), "dev": valid[0].with_suffix("")},
            (vocabulary, vocabulary),
            languages=(data.SOURCE_LANG, data.TARGET_LANG),
            validation_freq=_JOEY_VALIDATION_FREQ,
            load_model=checkpoint,
        )
        path = joey_recipe.write(configuration, self.folder / "config.yaml")
        training = "exec " + _line(python, "-m", "joeynmt", "train", path, "--skip-test")
        learning = _line(python, "-m", "benchmarks.joey_recipe", *train, self.folder)
        return training if resume else f"{learning} && {training}"

    def can_resume(self, step: int) -> bool:
        """See `Contestant`; it writes a checkpoint if a validation was among its best three."""
        return bool(self._checkpoints()) and self._checkpoints()[-1].stem == str(step)

    def validations(self) -> list[tuple[int, float]]:
        """Reads its `validations.txt`."""
        found: dict[int, float] = {}
        for folder in self._model_dirs():
            report = folder / "validations.txt"
            if report.is_file():
                found.update(read_report(report.read_text()))
        return sorted(found.items())

    def translations(self, step: int) -> list[str]:
        """Returns the validation translations it wrote after this step."""
        paths = [folder / f"{step}.hyps" for folder in self._model_dirs()]
        path = next(path for path in reversed(paths) if path.is_file())
        return path.read_text(encoding="utf-8").splitlines()

    def _model_dirs(self) -> list[Path]:
        return sorted(self.folder.glob("model-*"), key=lambda path: int(path.name[6:]))

    def _checkpoints(self) -> list[Path]:
        """Returns those of validations, by step; one that an interruption left is none of them."""
        found = [path for folder in self._model_dirs() for path in folder.glob("[0-9]*.ckpt")]
        steps = {step for step, _ in self.validations()}
        return sorted((path for path in found if int(path.stem) in steps), key=_step)


def _step(checkpoint: Path) -> int:
    return int(checkpoint.stem)


def read_report(text: str) -> dict[int, float]:
    """Returns BLEU by step from Joey NMT's `validations.txt`; a line being written is left out.

    Example:
        >>> read_report("Steps: 20\\tloss: 5.68461\\tbleu: 0.00734\\tLR: 0.00100000\\t*\\n")
        {20: 0.00734}
    """
    scores = {}
    for line in text.splitlines(keepends=True):
        if line.endswith("\n"):
            values = dict(field.split(": ") for field in line.rstrip().split("\t") if ": " in field)
            scores[int(values["Steps"])] = float(values["bleu"])
    return scores


def first_at(validations: list[Validation], bleu: float) -> Validation | None:
    """Returns the first validation with at least this BLEU, None if there is none."""
    return next((validation for validation in validations if validation.bleu >= bleu), None)


def summary(validations: list[Validation], end: dict[str, Any] | None) -> dict[str, Any]:
    """Returns what the table says of a contestant."""
    reached = {f"{mark:g}": first_at(validations, mark) for mark in MARKS}
    last = validations[-1] if validations else None
    return {
        "minutes_to_bleu": {
            mark: None if found is None else found.seconds / 60 for mark, found in reached.items()
        },
        "cpu_minutes_to_bleu": {
            mark: None if found is None else found.cpu_seconds / 60
            for mark, found in reached.items()
        },
        "minutes": None if end is None else end["seconds"] / 60,
        "ended": "interrupted" if end is None else end["reason"],
        "last_bleu": None if last is None else last.bleu,
        "best_bleu": max((validation.bleu for validation in validations), default=None),
        "curve": [
            {
                "minutes": validation.seconds / 60,
                "cpu_minutes": validation.cpu_seconds / 60,
                "bleu": validation.bleu,
            }
            for validation in validations
        ],
    }


def compare(this: list[Validation], joey: list[Validation], minutes: float) -> dict[str, Any]:
    """Returns when this project had the BLEU that Joey NMT had after so many minutes."""
    last = [validation for validation in joey if validation.seconds <= 60 * minutes][-1]
    found = first_at(this, last.bleu)
    return {
        "joey_bleu": last.bleu,
        "joey_minutes": minutes,
        "this_minutes": None if found is None else found.seconds / 60,
        "share_of_joey": None if found is None else found.seconds / 60 / minutes,
    }


def rescored(contestant: JoeyNMT, record: Record, corpus: Path) -> list[Validation]:
    """Scores Joey NMT's translations as this project scores its own."""
    from seq2seq_keras.corpus import load_corpus
    from seq2seq_keras.evaluation import bleu

    references = load_corpus(*data.files(corpus, "valid")).targets
    return [
        Validation(
            validation.step,
            bleu(contestant.translations(validation.step), references, data.TARGET_LANG),
            validation.seconds,
            validation.cpu_seconds,
        )
        for validation in record.validations
    ]


def table(result: dict[str, Any]) -> str:
    """Lays the result out for the terminal."""

    def cell(value: float | None) -> str:
        return f"{value:>9.1f}" if value is not None else f"{'-':>9}"

    heads = [f"BLEU {mark:g}" for mark in MARKS] + ["best BLEU", "minutes"]
    lines = [f"{'minutes until':<16}" + "".join(f"{head:>10}" for head in heads)]
    for name, row in result["contestants"].items():
        values = [*row["minutes_to_bleu"].values(), row["best_bleu"], row["minutes"]]
        lines.append(f"{name:<16}" + "".join(f" {cell(value)}" for value in values))
    if versus := result.get("comparison"):
        lines.append(
            f"Joey NMT stood at BLEU {versus['joey_bleu']:.1f} after {versus['joey_minutes']:.1f} "
            + (
                f"min; this project had that after {versus['this_minutes']:.1f} min, "
                f"{versus['share_of_joey']:.3f} of its time"
                if versus["this_minutes"] is not None
                else "min, which this project has not reached"
            )
        )
    return "\n".join(lines)


def report(this: ThisProject, joey: JoeyNMT, corpus: Path) -> dict[str, Any]:
    """Puts together what has been measured so far."""
    curves: dict[str, list[Validation]] = {}
    ends: dict[str, dict[str, Any] | None] = {}
    for title, contestant in (("this project", this), ("Joey NMT 2.3.0", joey)):
        record = Record(contestant.folder / "record.jsonl")
        if record.validations:
            ends[title] = record.end
            curves[title] = (
                rescored(contestant, record, corpus)
                if isinstance(contestant, JoeyNMT)
                else record.validations
            )
    result: dict[str, Any] = {
        "date": time.strftime("%Y-%m-%d"),
        **machine.describe(),
        "contestants": {name: summary(curve, ends[name]) for name, curve in curves.items()},
    }
    if len(curves) == 2:
        ours, theirs = curves.values()
        end = ends["Joey NMT 2.3.0"]
        minutes = (end["seconds"] if end else theirs[-1].seconds) / 60
        result["comparison"] = compare(ours, theirs, minutes)
    return result


def _line(*parts: str | Path) -> str:
    return shlex.join(str(part) for part in parts)


def _say(text: str) -> None:
    print(time.strftime("%H:%M:%S"), text, flush=True)


def main() -> None:
    """Measures whoever is not measured yet, and reports."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--only", choices=("this", "joey"), help="run this contestant alone")
    parser.add_argument(
        "--this-minutes", type=float, default=30, help="when this project is stopped"
    )
    parser.add_argument("--joey-minutes", type=float, default=90, help="when Joey NMT is stopped")
    parser.add_argument("--corpus", type=Path, default=data.CORPUS, help="Multi30k's folder")
    parser.add_argument("--anew", action="store_true", help="measure again what was measured")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)

    this = ThisProject(FOLDER, options.corpus, options.this_minutes)
    joey = JoeyNMT(FOLDER, options.corpus, options.joey_minutes)
    contestants: tuple[Contestant, ...] = (this, joey)
    try:
        for contestant in contestants:
            if options.only in (None, contestant.name):
                if options.anew:
                    shutil.rmtree(contestant.folder, ignore_errors=True)
                measure(contestant, _say)
    except KeyboardInterrupt:
        _say("interrupted; the same command goes on")
    result = report(this, joey, options.corpus)
    if result["contestants"]:
        RESULT.parent.mkdir(parents=True, exist_ok=True)
        RESULT.write_text(json.dumps(result, indent=1) + "\n")
        print(f"{table(result)}\nSaved in {RESULT}")


if __name__ == "__main__":
    main()
