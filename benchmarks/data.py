"""The sentences of the benchmark as token ids, the same for every contestant.

They are encoded once, into `benchmarks/.cache`, with a vocabulary that is trained once. Reading
them needs NumPy alone, so that contestants in other environments can.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.settings import CACHE, REPOSITORY, VOCAB_SIZE

CORPUS = REPOSITORY.parent / "shared" / "corpora" / "multi30k"
SOURCE_LANG, TARGET_LANG = "de", "en"
PARTS = {"train": "train", "valid": "val", "test": "test2016"}
"""The parts of the corpus, and the stems of their files."""


@dataclass(frozen=True)
class Pairs:
    """Sentence pairs as token ids, without start and end token."""

    sources: list[np.ndarray]
    targets: list[np.ndarray]

    def __len__(self) -> int:
        return len(self.sources)

    @property
    def target_tokens(self) -> int:
        """Tokens to be predicted, the end tokens counted."""
        return sum(len(target) + 1 for target in self.targets)


@dataclass(frozen=True)
class Data:
    """What `prepare` laid down.

    Attributes:
        corpus: The folder of the text files.
        folder: The folder of the tokenizers (`source.model`, `target.model`) and the ids.
        source_vocab_size, target_vocab_size: Entries of the vocabularies.
        train, valid, test: The sentences.
    """

    corpus: Path
    folder: Path
    source_vocab_size: int
    target_vocab_size: int
    train: Pairs
    valid: Pairs
    test: Pairs


def files(corpus: Path, part: str) -> tuple[Path, Path]:
    """Returns the source and the target file of a part of the corpus."""
    stem = PARTS[part]
    return corpus / f"{stem}.{SOURCE_LANG}", corpus / f"{stem}.{TARGET_LANG}"


def sentences(corpus: Path, part: str, side: str = "source") -> list[str]:
    """Returns the sentences of one side of a part, a line of the file each."""
    path = files(corpus, part)[("source", "target").index(side)]
    return path.read_text(encoding="utf-8").splitlines()


def short_sentence(corpus: Path, words: int = 8) -> str:
    """Returns the first sentence of the test set that has so many words."""
    return next(line for line in sentences(corpus, "test") if len(line.split()) == words)


def folder_of(corpus: Path) -> Path:
    """Returns where the ids of a corpus are kept, which follows from the content of its files.

    Raises:
        SystemExit: If a file is missing.
    """
    digest = hashlib.sha256(str(VOCAB_SIZE).encode())
    for part in PARTS:
        for path in files(corpus, part):
            if not path.is_file():
                raise SystemExit(
                    f"{path}: not found; the benchmark needs Multi30k's train, val and test2016, "
                    "a sentence a line (--corpus FOLDER says where they lie)"
                )
            digest.update(path.read_bytes())
    return CACHE / "data" / digest.hexdigest()[:12]


def prepare(corpus: Path) -> Path:
    """Trains the vocabularies and encodes the corpus, unless that was done already.

    Args:
        corpus: The folder of the text files.

    Returns:
        The folder for `read`.
    """
    folder = folder_of(corpus)
    if folder.is_dir():
        return folder
    from seq2seq_keras.corpus import load_corpus
    from seq2seq_keras.text import train_tokenizer

    languages = {"source_lang": SOURCE_LANG, "target_lang": TARGET_LANG}
    parts = {part: load_corpus(*files(corpus, part), **languages) for part in PARTS}
    train = parts["train"]
    source = train_tokenizer("subword", train.sources, VOCAB_SIZE)
    target = train_tokenizer("subword", train.targets, VOCAB_SIZE)
    arrays = {"vocab_sizes": np.array([source.vocab_size, target.vocab_size])}
    for name, part in parts.items():
        sides = (("sources", source, part.sources), ("targets", target, part.targets))
        for side, tokenizer, sentences in sides:
            rows = [tokenizer.encode(sentence) for sentence in sentences]
            arrays[f"{name}_{side}"] = np.concatenate(rows).astype("int32")
            arrays[f"{name}_{side}_lengths"] = np.array([len(row) for row in rows])

    unfinished = folder.with_suffix(f".{os.getpid()}")
    unfinished.mkdir(parents=True)
    source.save(unfinished, "source")
    target.save(unfinished, "target")
    np.savez(unfinished / "ids.npz", allow_pickle=False, **arrays)
    try:
        unfinished.rename(folder)
    except OSError:  # another process was quicker
        shutil.rmtree(unfinished)
    return folder


def read(corpus: Path, folder: Path) -> Data:
    """Reads what `prepare` wrote."""
    with np.load(folder / "ids.npz") as archive:
        arrays = dict(archive)

    def rows(name: str) -> list[np.ndarray]:
        ends = np.cumsum(arrays[f"{name}_lengths"])
        return np.split(arrays[name], ends[:-1])

    train, valid, test = (Pairs(rows(f"{part}_sources"), rows(f"{part}_targets")) for part in PARTS)
    source_vocab_size, target_vocab_size = arrays["vocab_sizes"].tolist()
    return Data(corpus, folder, source_vocab_size, target_vocab_size, train, valid, test)
