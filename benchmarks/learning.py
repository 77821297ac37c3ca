"""Trains this project's translators for the decoding part of the benchmark, once.

python -m benchmarks.learning CORPUS FOLDER PLACEMENT MINUTES OUT
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks import data, settings
from benchmarks.contestants.this_project import configuration
from seq2seq_keras.corpus import Splits, load_corpus
from seq2seq_keras.pipeline import train
from seq2seq_keras.text import load_tokenizer


def main(corpus: Path, folder: Path, placement: str, minutes: float, out: Path) -> None:
    """Trains with `seq2seq_keras.train`, or goes on where a training was interrupted."""
    train_part, valid_part = (
        load_corpus(
            *data.files(corpus, part), source_lang=data.SOURCE_LANG, target_lang=data.TARGET_LANG
        )
        for part in ("train", "valid")
    )
    translator = train(
        Splits(train_part, valid_part, valid_part.subset([])),
        out,
        config=configuration(settings.Network(placement)).updated(time_limit=minutes),
        resume=(out / "checkpoints").is_dir(),
        tokenizers=(load_tokenizer(folder, "source"), load_tokenizer(folder, "target")),
    )
    print(f"BLEU {translator.history[-1]['valid_bleu']:.1f} on the validation set")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], float(sys.argv[4]), Path(sys.argv[5]))
