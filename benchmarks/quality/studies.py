"""The studies: each is one command of the program, run for one or more seeds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.settings import REPOSITORY

_MULTI30K = "../shared/corpora/multi30k"
_TATOEBA = "../shared/corpora/tatoeba-cmn"

Files = tuple[str, ...]


@dataclass(frozen=True)
class Study:
    """A comparison of networks with and without attention on one task.

    Attributes:
        name: Short name, used for folders and files.
        title: The task in words.
        protocol: How its translations are scored, in words.
        languages: Codes of source and target.
        train, valid, test: The corpus, relative to the repository: one file with both sides, or
            two. Without `valid` and `test` they are parts of `train`, split by the seed.
        options: Further options of `seq2seq-keras compare`.
        seeds: The seeds that it is run for.
        about: What is compared, where that is not only the attention.
    """

    name: str
    title: str
    protocol: str
    languages: tuple[str, str]
    train: Files
    valid: Files = ()
    test: Files = ()
    options: tuple[str, ...] = ()
    seeds: tuple[int, ...] = (1,)
    about: str = ""

    def command(self, seed: int) -> list[str]:
        """Returns the words of its command for a seed, but for `--out`."""
        parts = [word for part in ("valid", "test") for word in self._option(part)]
        languages = ["--source-lang", self.languages[0], "--target-lang", self.languages[1]]
        start = ["seq2seq-keras", "compare", *self.train]
        return [*start, *parts, *languages, *self.options, "--seed", str(seed)]

    def _option(self, part: str) -> list[str]:
        files = getattr(self, part)
        return [f"--{part}", *files] if files else []

    @property
    def bleu_tokenizer(self) -> str | None:
        """The tokenizer that BLEU is counted with, None for the target language's own."""
        if "--tokenize" not in self.options:
            return None
        return self.options[self.options.index("--tokenize") + 1]

    @property
    def cells(self) -> list[str] | None:
        """The cells that are crossed with both architectures, if any are."""
        if "--cells" not in self.options:
            return None
        return self.options[self.options.index("--cells") + 1].split(",")

    def paths(self, part: str) -> list[Path]:
        """Returns the files of a part."""
        return [REPOSITORY / file for file in getattr(self, part)]


def _multi30k(folder: str, source: str, target: str) -> dict[str, Files]:
    return {
        part: (f"{folder}/{stem}.{source}", f"{folder}/{stem}.{target}")
        for part, stem in (("train", "train"), ("valid", "val"), ("test", "test2016"))
    }


_DE_EN = {
    "title": "Multi30k, German to English, test2016",
    "protocol": "raw text, sacreBLEU 13a, cased",
    "languages": ("de", "en"),
    **_multi30k(_MULTI30K, "de", "en"),
}

STUDIES: dict[str, Study] = {
    study.name: study
    for study in (
        Study("multi30k-de-en", **_DE_EN, seeds=(1, 2, 3)),
        Study(
            "multi30k-en-de",
            "Multi30k, English to German, test2016",
            "lower-cased, tokenised files in and out, BLEU on the tokens",
            ("en", "de"),
            **_multi30k(f"{_MULTI30K}/lc-norm-tok", "en", "de"),
            options=("--tokenize", "none"),
        ),
        Study(
            "tatoeba-en-zh",
            "Tatoeba, English to Mandarin",
            "raw text, sacreBLEU zh",
            ("en", "zh"),
            train=(f"{_TATOEBA}/train.tsv",),
            valid=(f"{_TATOEBA}/valid.tsv",),
            test=(f"{_TATOEBA}/test.tsv",),
        ),
        Study(
            "sample-en-fr",
            "The shipped sample, English to French",
            "raw text, sacreBLEU 13a, cased",
            ("en", "fr"),
            train=("data/english-french.tsv",),
        ),
        Study(
            "sample-en-zh",
            "The shipped sample, English to Chinese",
            "raw text, sacreBLEU zh",
            ("en", "zh"),
            train=("data/english-chinese.tsv",),
        ),
        Study(
            "multi30k-de-en-matched",
            **_DE_EN,
            options=("--match-parameters",),
            about="equal parameter counts",
        ),
        Study(
            "multi30k-de-en-cells", **_DE_EN, options=("--cells", "lstm,rnn"), about="other cells"
        ),
    )
}
"""All studies by name, in the order in which they are worth running."""
