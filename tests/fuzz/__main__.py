"""Fuzzes every reader in turn, and says how much was tried and what was found.

    make fuzz ARGS="--seconds 600 tmx csv"

What was tried before is where it goes on from. Files that a reader neither reads nor refuses in a
line are kept in `.cache/crashers/READER`, each with what went wrong beside it.
"""

import argparse
import hashlib
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from fuzz.subjects import SUBJECTS

FOLDER = Path(__file__).parent / ".cache"
_HANGS = 60  # seconds; on a machine that does other work, too, five may be one
_LARGEST = 2**16
_MEGABYTES = 1500  # the process itself takes some 300


@dataclass
class Tried:
    """What was tried of a reader.

    Attributes:
        seconds: How long.
        runs: How many files.
        branches: How many ways through our code they took, as libFuzzer counts them.
        kept: How many files it kept, each of which took another way.
        found: The files that broke the property.
    """

    seconds: float = 0
    runs: int = 0
    branches: int = 0
    kept: int = 0
    found: tuple[Path, ...] = ()


def main() -> None:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__.split("\n")[0])
    parser.add_argument("readers", nargs="*", metavar="READER", help=", ".join(SUBJECTS))
    parser.add_argument("--seconds", type=int, default=60, help="for each of them (default 60)")
    arguments = parser.parse_args()
    unknown = set(arguments.readers) - set(SUBJECTS)
    if unknown:
        parser.error(
            f"no reader called {', '.join(sorted(unknown))}; there are {', '.join(SUBJECTS)}"
        )
    print("reader       seconds       runs  branches  files  findings", flush=True)
    findings = 0
    for name in arguments.readers or SUBJECTS:
        tried = fuzz(name, arguments.seconds)
        findings += len(tried.found)
        print(
            f"{name:<12} {tried.seconds:>7.0f} {tried.runs:>10,} {tried.branches:>9,} "
            f"{tried.kept:>6,} {len(tried.found):>9,}",
            flush=True,
        )
        for path in tried.found:
            print(f"  {path}: {path.with_suffix('.txt').read_text().splitlines()[0]}", flush=True)
    sys.exit(int(findings > 0))


def fuzz(name: str, seconds: int) -> Tried:
    """Fuzzes one reader, again and again where a file ends the process."""
    subject = SUBJECTS[name]
    corpus, found = FOLDER / "corpus" / name, FOLDER / "crashers" / name
    ended = FOLDER / "ended" / name
    for folder in (corpus, found, ended):
        folder.mkdir(parents=True, exist_ok=True)
    for path in found.iterdir():  # what was mended since is no finding any more
        path.rename(ended / path.name) if path.suffix != ".txt" else path.unlink()
    _judge(name, ended, found)
    for seed in subject.seeds:
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    words = FOLDER / f"{name}.words"
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in subject.words.split()))
    tried = Tried()
    begin = time.monotonic()
    while (left := seconds - (time.monotonic() - begin)) > 1:
        options = [
            f"-max_total_time={left:.0f}",
            f"-timeout={_HANGS}",
            f"-max_len={_LARGEST}",
            f"-rss_limit_mb={_MEGABYTES}",
            f"-artifact_prefix={ended}/",
            "-print_final_stats=1",
            *([f"-dict={words}"] if subject.words else []),
        ]
        process = subprocess.run(
            [sys.executable, "-m", "fuzz.harness", name, FOLDER, *options, corpus],
            capture_output=True,
            text=True,
            errors="replace",
            env={**os.environ, "RUST_BACKTRACE": "0"},  # it takes seconds, of a workbook
        )
        (FOLDER / f"{name}.log").write_text(process.stderr[-100_000:])
        counts = re.findall(r"^#(\d+)\s.*?cov: (\d+) .*?corp: (\d+)/", process.stderr, re.MULTILINE)
        if not counts:
            sys.exit(process.stderr[-2000:])
        tried.runs += int(counts[-1][0])
        tried.branches = max(tried.branches, int(counts[-1][1]))
        tried.kept = int(counts[-1][2])
        if process.returncode and not _judge(name, ended, found):
            break
    tried.seconds = time.monotonic() - begin
    tried.found = tuple(path for path in sorted(found.iterdir()) if path.suffix != ".txt")
    return tried


def _judge(name: str, ended: Path, found: Path) -> bool:
    """Gives files that ended the process, or were found before, to the reader as users have it.

    A workbook may end the process that reads it, which users never notice.
    """
    files = list(ended.iterdir())
    for file in files:
        replay = subprocess.run(
            [sys.executable, "-m", "fuzz.replay", name, file],
            capture_output=True,
            text=True,
            timeout=20 * _HANGS,
        )
        if replay.returncode:
            file.rename(found / file.name)
            (found / file.name).with_suffix(".txt").write_text(
                f"{replay.stdout[-3000:]}{replay.stderr[-1000:]}"
            )
        else:
            file.unlink()
    return bool(files)


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace('"', '\\"')


if __name__ == "__main__":
    main()
