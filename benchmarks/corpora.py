"""How fast, and in how much memory, a corpus of any size becomes a first training step.

Makes a corpus of so many pairs by repeating one with a word changed in each copy, on both sides,
and reads, cleans, divides and encodes it as `seq2seq-keras train` does, in a process of its own
for each size. Encoding is timed beside sentencepiece's own command line (`spm_encode`, in Debian's
package `sentencepiece`), if it is installed, in the same run, with the same models. Memory is the
resident memory of the process and of those that it starts, together, read ten times a second.

    python -m benchmarks.corpora SOURCE TARGET [--pairs 100000 1000000 10000000] [--json FILE]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.machine import describe

READ, ENCODED = 50_000, 25_000
"""Pairs a second that reading and dividing, and encoding, should reach."""

MEMORY = 1.5
"""Gigabytes that should be enough for ten million pairs."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("source", type=Path, help="sentences, one a line")
    parser.add_argument("target", type=Path, help="their translations, line by line")
    parser.add_argument("--pairs", type=int, nargs="+", default=[100_000, 1_000_000, 10_000_000])
    parser.add_argument("--json", type=Path, help="also write the figures there")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.source, options.target)))
        return
    lines = [path.read_text("utf-8").splitlines() for path in (options.source, options.target)]
    results = []
    with tempfile.TemporaryDirectory(prefix="corpora-") as folder:
        for pairs in options.pairs:
            files = [Path(folder) / f"{pairs}.{side}" for side in ("source", "target")]
            write(files, lines, pairs)
            results.append(in_fresh_process(files))
            print(row(results[-1]) if len(results) > 1 else f"{HEAD}\n{row(results[-1])}")
            for file in files:
                file.unlink()
    if options.json:
        options.json.write_text(json.dumps({**describe(), "results": results}, indent=1) + "\n")


def write(files: list[Path], lines: list[list[str]], pairs: int) -> None:
    """Writes a corpus of so many pairs, hardly two of them alike."""
    drawn = random.Random(pairs)
    words = [list({word for line in side[:5000] for word in line.split()}) for side in lines]
    with contextlib.ExitStack() as stack:
        outputs = [stack.enter_context(file.open("w", encoding="utf-8")) for file in files]
        for number in range(pairs):
            for side, output, vocabulary in zip(lines, outputs, words, strict=True):
                line = side[number % len(side)]
                if number >= len(side):
                    sentence = line.split()
                    for _ in range(2):
                        sentence[drawn.randrange(len(sentence))] = drawn.choice(vocabulary)
                    line = " ".join(sentence)
                output.write(f"{line}\n")


def in_fresh_process(files: list[Path]) -> dict[str, Any]:
    """Measures in a process that has done nothing else."""
    command = [sys.executable, "-m", "benchmarks.corpora", *map(str, files), "--measure"]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(run.stdout.splitlines()[-1])


def measure(source: Path, target: Path) -> dict[str, Any]:
    """Goes from text to the first training step, and returns seconds and memory of each stage."""
    from seq2seq_keras.corpus import clean, load_corpus
    from seq2seq_keras.recipe import suited

    stages: dict[str, dict[str, float]] = {}

    @contextlib.contextmanager
    def stage(name: str) -> Iterator[None]:
        with Memory() as memory:
            begin = time.perf_counter()
            yield
            seconds = time.perf_counter() - begin
        stages[name] = {"seconds": seconds, "memory": memory.peak, "alone": memory.alone}

    with stage("read"):
        corpus = load_corpus(source, target, source_lang="de", target_lang="en")
    pairs = len(corpus)
    with stage("clean"):
        corpus = clean(corpus)
    with stage("divide"):
        splits = corpus.split(seed=1)
    del corpus
    with stage("vocabulary"):
        from seq2seq_keras.training import learn_tokenizers

        config = suited(splits.train, {})
        tokenizers = learn_tokenizers(splits.train, config)
    with stage("Keras"):
        from seq2seq_keras.network import build_network
        from seq2seq_keras.training import dtype_policy
        from seq2seq_keras.training.batches import encode_pairs, epoch_batches
        from seq2seq_keras.training.step import make_optimizer, make_steps
    with stage("encode"):
        encoded = encode_pairs(
            splits.train.sources, splits.train.targets, *tokenizers, config.max_length
        )
    with stage("first step"):
        batches = epoch_batches(encoded, config.batch_size, config.seed, 1)
        network = build_network(config, *(each.vocab_size for each in tokenizers), dtype_policy())
        steps = make_steps(network, make_optimizer(network, config), config)
        loss, tokens = map(float, steps.train(*steps.shares(encoded, batches[0]))[:2])
    assert 0 < loss / tokens < 20
    return {
        "pairs": pairs,
        "target_tokens": encoded.target_tokens,
        "stages": stages,
        "spm_encode": spm_encode(source, target, tokenizers),
    }


class Memory:
    """The highest resident memory, in gigabytes, of this process and its children together.

    Attributes:
        peak: of all of them.
        alone: of this process.
    """

    def __enter__(self) -> Memory:
        import psutil

        self.peak = self.alone = 0.0
        self._process = psutil.Process()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        import psutil

        while True:
            own = self._process.memory_info().rss / 1e9
            total = own
            for child in self._process.children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    total += child.memory_info().rss / 1e9
            self.alone, self.peak = max(self.alone, own), max(self.peak, total)
            if self._over.wait(0.1):
                return


def spm_encode(source: Path, target: Path, tokenizers: Any) -> float | None:
    """Seconds that sentencepiece's own command line takes for both sides, side by side."""
    program = shutil.which("spm_encode")
    if program is None:
        return None
    with tempfile.TemporaryDirectory(prefix="spm-") as folder:
        commands = []
        for path, tokenizer, name in zip((source, target), tokenizers, "st", strict=True):
            model, output = Path(folder) / f"{name}.model", Path(folder) / f"{name}.ids"
            model.write_bytes(tokenizer.model)
            options = f"--model={model} --output_format=id --output={output}".split()
            commands.append([program, *options, str(path)])
        begin = time.perf_counter()
        running = [subprocess.Popen(each, stderr=subprocess.DEVNULL) for each in commands]
        if any(process.wait() for process in running):
            raise SystemExit(f"{program} failed")
        return time.perf_counter() - begin


HEAD = (
    "| pairs | read and divide, pairs/s | clean, pairs/s | encode, pairs/s | spm_encode, pairs/s "
    "| to the first step, s | memory, GB |\n|" + " ---: |" * 7
)


def row(result: dict[str, Any]) -> str:
    """One size as a line of the table."""
    pairs, stages = result["pairs"], result["stages"]

    def rate(*names: str) -> str:
        return f"{pairs / sum(stages[name]['seconds'] for name in names):,.0f}"

    spm = f"{pairs / result['spm_encode']:,.0f}" if result["spm_encode"] else ""
    seconds = sum(stage["seconds"] for stage in stages.values())
    memory = max(stage["memory"] for stage in stages.values())
    return (
        f"| {pairs:,} | {rate('read', 'divide')} | {rate('clean')} | {rate('encode')} | {spm} "
        f"| {seconds:,.0f} | {memory:.2f} |"
    )


if __name__ == "__main__":
    main()
