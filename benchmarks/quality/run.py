"""Runs the studies, one after the other, and keeps their reports.

    python -m benchmarks.quality.run [STUDY ...] [--seed 1] [--anew] [--at-once]
    make quality

What each study is stands in `studies.py`; it is a command that anybody can type. Networks lie in
`benchmarks/.cache/studies` meanwhile, the report of a finished study, with the command, the
machine and the versions, in `benchmarks/quality/runs`. A study that is there is not run again,
unless by `--anew`, which forgets its networks too. Control-C interrupts; the same command goes on
from the last epoch.

With `--at-once` the networks of all the studies train at the same time, each in its own process,
which pays on a GPU: one network leaves most of it idle.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import machine, settings
from benchmarks.quality.studies import STUDIES, Study
from benchmarks.worker import end_with_parent
from seq2seq_keras.comparison.plan import plan
from seq2seq_keras.config import Config

RUNS = Path(__file__).parent / "runs"
NETWORKS = settings.CACHE / "studies"


def result_path(study: Study, seed: int, folder: Path = RUNS) -> Path:
    """Returns where the result of a study for a seed is kept."""
    return folder / f"{study.name}-{seed}.json"


def run(study: Study, seed: int, networks: Path = NETWORKS, results: Path = RUNS) -> dict[str, Any]:
    """Runs a study for a seed, or goes on with it, unless its result is there.

    Args:
        study: The study.
        seed: The seed.
        networks: Where the networks are to lie.
        results: Where the results are kept.

    Returns:
        The result: `command`, `seed`, `date`, `machine`, `versions`, `report`, which is the
        program's own `report.json`, and `translations` of the test set, a list for each network.

    Raises:
        SystemExit: If the command fails.
        KeyboardInterrupt: When interrupted; the program has then been ended as well.
    """
    path = result_path(study, seed, results)
    if path.is_file():
        return json.loads(path.read_text(encoding="utf-8"))
    out = networks / f"{study.name}-{seed}"
    words = study.command(seed)
    going_on = ["--resume"] if (out / "comparison.json").is_file() else []
    _finish({f"{study.name}, seed {seed}": _start([*words, "--out", str(out), *going_on])})
    result = {
        "command": shlex.join(words),
        "seed": seed,
        "date": time.strftime("%Y-%m-%d"),
        **machine.describe(),
        "report": json.loads((out / "report.json").read_text(encoding="utf-8")),
        "translations": _translations(out / "translations.csv"),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(result, indent=1, ensure_ascii=False) + "\n"
    unfinished = path.with_suffix(".part")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)
    return result


def train_at_once(
    studies: Sequence[tuple[Study, int]], networks: Path = NETWORKS, results: Path = RUNS
) -> None:
    """Trains every network of several studies, all at the same time.

    Args:
        studies: The studies, each with a seed; of those whose result is there none is trained.
        networks: Where the networks are to lie.
        results: Where the results are kept.

    Raises:
        SystemExit: If a command fails.
        KeyboardInterrupt: When interrupted; the programs have then been ended as well.
    """
    started = {}
    for study, seed in studies:
        if not result_path(study, seed, results).is_file():
            out = networks / f"{study.name}-{seed}"
            for name in plan(Config(), study.cells):
                if not (out / name / "scores.json").is_file():
                    words = [*study.command(seed), "--out", str(out), "--only", name]
                    started[f"{study.name}, seed {seed}, {name}"] = _start(words)
    _finish(started)


def _start(words: Sequence[str]) -> subprocess.Popen[bytes]:
    # In a session of its own, Control-C does not reach it: there it would end the study early.
    return subprocess.Popen(
        [sys.executable, "-m", "seq2seq_keras", *words[1:]],
        cwd=settings.REPOSITORY,
        start_new_session=True,
        preexec_fn=end_with_parent,
    )


def _finish(processes: Mapping[str, subprocess.Popen[bytes]]) -> None:
    try:
        failed = [name for name, process in processes.items() if process.wait()]
    finally:  # no second one may ever write into the same folder
        for process in processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait()
    if failed:
        raise SystemExit(f"{'; '.join(failed)}: the command failed, see above")


def forget(study: Study, seed: int, networks: Path = NETWORKS, results: Path = RUNS) -> None:
    """Removes a study's result and networks for a seed, so that `run` trains them anew."""
    result_path(study, seed, results).unlink(missing_ok=True)
    shutil.rmtree(networks / f"{study.name}-{seed}", ignore_errors=True)


def _translations(path: Path) -> dict[str, list[str]]:
    """Reads the networks' translations; source, reference and scores of sentences stay out."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [name for name in rows[0] if f"{name}: sentence BLEU" in rows[0]]
    return {name: [row[name] for row in rows] for name in names}


def main() -> None:
    """Runs the studies that were asked for, or all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("studies", nargs="*", metavar="STUDY", help=", ".join(STUDIES))
    parser.add_argument("--seed", type=int, help="this seed alone; by default all of the study's")
    parser.add_argument("--anew", action="store_true", help="train again what is there")
    parser.add_argument("--at-once", action="store_true", help="train all networks side by side")
    options = parser.parse_args()
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.default_int_handler)
    unknown = [name for name in options.studies if name not in STUDIES]
    if unknown:
        parser.error(f"there is no study {unknown[0]}; there are {', '.join(STUDIES)}")
    wanted = [
        (study, seed)
        for study in (STUDIES[name] for name in options.studies or STUDIES)
        for seed in (study.seeds if options.seed is None else (options.seed,))
    ]
    try:
        for study, seed in wanted if options.anew else []:
            forget(study, seed)
        if options.at_once:
            train_at_once(wanted)
        for study, seed in wanted:
            print(f"== {study.name}, seed {seed}: {study.title}", flush=True)
            report = run(study, seed)["report"]
            for system in report["systems"]:
                bleu = system["bleu"]
                print(
                    f"{system['name']}: BLEU {bleu['value']:.2f} "
                    f"({bleu['low']:.1f} to {bleu['high']:.1f})",
                    flush=True,
                )
    except KeyboardInterrupt:
        raise SystemExit("interrupted; the same command goes on") from None


if __name__ == "__main__":
    main()
