"""What each rule of cleaning does to held-out BLEU.

    python -m benchmarks.cleaning [RULE ...] [--corpus tatoeba|multi30k] [--noise KIND --share 0.2]

The same small network is trained on a corpus as it is, and once more for each rule on the corpus
cleaned by that rule alone; all on the same pairs, with the same seed and budget. Without rules, all
of the default are tried, and `default`, all of them together; a list such as `html,mojibake` is one
more. With `--noise` a share of the pairs is spoilt first, the same ones for all; `--noise all`
takes, for each rule, the kind that it is made against.

Scored is the corpus's validation part, which no training sees: the test part is for what the
project claims of itself. Each run is a JSON file in `benchmarks/cleaning/runs` and is not done
again. Ctrl-C interrupts; the same command goes on from the last checkpoint.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks import machine, settings
from seq2seq_keras.corpus import DEFAULT, Cleaning, Corpus, Splits, load_corpus

RUNS = Path(__file__).parent / "cleaning" / "runs"
NETWORKS = settings.CACHE / "cleaning"
SHARED = settings.REPOSITORY.parent / "shared" / "corpora"
CORPORA = {
    "tatoeba": (("tatoeba-cmn/train.tsv",), ("tatoeba-cmn/valid.tsv",)),
    "multi30k": (
        ("multi30k/train.de", "multi30k/train.en"),
        ("multi30k/val.de", "multi30k/val.en"),
    ),
}
"""The files to train on and to score on."""

_VALIDATION = 500  # pairs of the training part, by which the best epoch is chosen

Pair = tuple[str, str]


def _mojibake(pair: Pair, other: Pair, chance: random.Random) -> Pair:
    source, target = (
        text.encode().decode("cp1252", "replace").replace("\ufffd", "") for text in pair
    )
    return source, target


def _html(pair: Pair, other: Pair, chance: random.Random) -> Pair:
    tag = chance.choice(["b", "i", "font", "p"])
    source, target = (f"<{tag}>{text.replace(chr(39), '&apos;')}</{tag}>&nbsp;" for text in pair)
    return source, target


def _fullwidth(pair: Pair, other: Pair, chance: random.Random) -> Pair:
    wide = {code: code + 0xFEE0 for code in (*range(48, 58), *range(65, 91), *range(97, 123))}
    return pair[0].translate(wide), pair[1].translate(wide)


NOISES: dict[str, Callable[[Pair, Pair, random.Random], Pair]] = {
    "html": _html,
    "mojibake": _mojibake,
    "controls": lambda pair, other, chance: ("\u200e".join(pair[0]), "\u200e".join(pair[1])),
    "fullwidth": _fullwidth,
    "untranslated": lambda pair, other, chance: (pair[0], pair[0]),
    "letters": lambda pair, other, chance: (pair[0], chance.choice(["@@", "---", "* * *", "…"])),
    "unequal": lambda pair, other, chance: (pair[0], " ".join([pair[1], other[1]] * 4)),
    "long_words": lambda pair, other, chance: (pair[0].replace(" ", "") * 3, pair[1]),
    "script": lambda pair, other, chance: (pair[0], "Это предложение на другом языке."),
    "encoding": lambda pair, other, chance: (pair[0], "\ufffd".join(pair[1])),
    "language": lambda pair, other, chance: (pair[1], pair[0]),
    "numbers": lambda pair, other, chance: (f"{pair[0]} 31", f"{pair[1]} 17"),
    "quotes": lambda pair, other, chance: (f'"{pair[0]}', pair[1]),
    "repeated": lambda pair, other, chance: ("This is the footer.", "This is the footer, too."),
    "misaligned": lambda pair, other, chance: (pair[0], other[1]),
}
"""What spoils a pair, given another one; each but `misaligned` is named after a rule against it."""


@dataclass(frozen=True)
class Run:
    """One training.

    Attributes:
        corpus: One of `CORPORA`.
        rules: The rules, as `Cleaning.parse` reads them.
        noise: One of `NOISES`, or None.
        share: The share of pairs that it spoils.
        pairs: At most so many pairs to train on, before cleaning.
        minutes: The time limit.
        epochs: The most epochs.
        units: The width of the network.
        seed: Of noise and network.
    """

    corpus: str
    rules: str
    noise: str | None
    share: float
    pairs: int
    minutes: float
    epochs: int
    units: int
    seed: int

    @property
    def name(self) -> str:
        """What tells it from all others, as a file's name."""
        return "-".join(
            str(value).replace(",", "+") for value in asdict(self).values() if value is not None
        )


def spoilt(corpus: Corpus, noise: str, share: float, seed: int) -> Corpus:
    """Returns a corpus of which a share of the pairs is spoilt, the same ones for a seed."""
    chance = random.Random(seed)
    pairs = list(corpus.pairs())
    chosen = chance.sample(range(len(pairs)), round(share * len(pairs)))
    whole = list(pairs)
    for index in chosen:
        pairs[index] = NOISES[noise](whole[index], chance.choice(whole), chance)
    return replace(
        corpus,
        sources=[source for source, _ in pairs],
        targets=[target for _, target in pairs],
    )


def parts(run: Run, folder: Path = SHARED) -> Splits:
    """Returns what a run trains on, cleaned, what it validates on, and what it is scored on."""
    train, held = (load_corpus(*(folder / name for name in names)) for names in CORPORA[run.corpus])
    order = random.Random(run.seed).sample(range(len(train)), len(train))
    valid = train.subset(sorted(order[:_VALIDATION]))
    corpus = train.subset(sorted(order[_VALIDATION:][: run.pairs])).apart_from(held, valid)
    if run.noise is not None:
        corpus = spoilt(corpus, run.noise, run.share, run.seed)
    return Splits(Cleaning.parse(run.rules).apply(corpus), valid, held)


def carry_out(run: Run, runs: Path = RUNS, networks: Path = NETWORKS) -> dict[str, Any]:
    """Trains and scores, or goes on with it, unless its result is there.

    Returns:
        The run's fields, `bleu`, `chrf`, `trained_on`, `cleaned`, and the circumstances.
    """
    path = runs / f"{run.name}.json"
    if path.is_file():
        return json.loads(path.read_text(encoding="utf-8"))
    from seq2seq_keras.pipeline import is_begun, train

    splits, out = parts(run), networks / run.name
    translator = train(
        splits,
        out,
        resume=is_begun(out),
        units=run.units,
        embedding_dim=run.units,
        epochs=run.epochs,
        time_limit=run.minutes,
        seed=run.seed,
    )
    scores = translator.scores or translator.evaluate(splits.test)
    cleaned = splits.train.cleaned
    result = {
        **asdict(run),
        "bleu": scores.bleu.value,
        "chrf": scores.chrf.value,
        "trained_on": len(splits.train),
        "cleaned": cleaned.to_dict() if cleaned else None,
        "epochs_trained": len(translator.history),
        "finished": translator.record["finished"],
        "date": time.strftime("%Y-%m-%d"),
        **machine.describe(),
    }
    runs.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    new.replace(path)
    shutil.rmtree(out, ignore_errors=True)
    return result


def planned(options: argparse.Namespace) -> list[tuple[Run, Run]]:
    """Returns the runs in pairs: without a rule, and with it."""
    planned = []
    for rules in options.rules or (*DEFAULT, "default"):
        Cleaning.parse(rules)
        noise = options.noise
        if noise == "all":
            noise = rules if rules in NOISES else "misaligned"
        without = Run(
            options.corpus,
            "none",
            noise,
            options.share if noise else 0.0,
            options.pairs,
            options.minutes,
            options.epochs,
            options.units,
            options.seed,
        )
        planned.append((without, replace(without, rules=rules)))
    return planned


def table(results: Sequence[tuple[dict[str, Any], dict[str, Any]]]) -> str:
    """Returns the results as a table in Markdown."""
    lines = [
        "| corpus | noise | rule | left out | mended | BLEU without it | with it | gain |",
        "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for without, cleaned in results:
        noise = f"{cleaned['noise']}, {cleaned['share']:.0%}" if cleaned["noise"] else "none added"
        did = cleaned["cleaned"] or {"dropped": {}, "mended": {}}
        lines.append(
            f"| {cleaned['corpus']} | {noise} | {cleaned['rules']} "
            f"| {sum(did['dropped'].values()):,} | {sum(did['mended'].values()):,} "
            f"| {without['bleu']:.1f} | {cleaned['bleu']:.1f} "
            f"| {cleaned['bleu'] - without['bleu']:+.1f} |"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Carries out what is left to do, and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("rules", nargs="*", metavar="RULE", help="a rule, or a list with commas")
    parser.add_argument("--corpus", choices=CORPORA, default="multi30k")
    parser.add_argument("--noise", choices=[*NOISES, "all"], help="how pairs are spoilt first")
    parser.add_argument("--share", type=float, default=0.2, help="of the pairs that are spoilt")
    parser.add_argument("--pairs", type=int, default=30_000, help="to train on, at most")
    parser.add_argument("--minutes", type=float, default=10, help="for each training, at most")
    parser.add_argument("--epochs", type=int, default=10, help="for each training, at most")
    parser.add_argument("--units", type=int, default=256, help="width of the network")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    results = []
    for pair in planned(options):
        for run in pair:
            print(f"{run.name} ...", flush=True)
        without, cleaned = map(carry_out, pair)
        results.append((without, cleaned))
    print(table(results))


if __name__ == "__main__":
    main()
