"""Joey NMT as its own examples of recurrent networks set it up, on the benchmark's task.

Learning rate (0.001), dropout (0.2), loss without label smoothing, input feeding and Bahdanau's
attention are those of its examples; sizes, batches and clipping are the benchmark's. Its plateau
scheduler no longer starts on the PyTorch that it needs, and without any scheduler it does not
start either: an exponential one with factor 1 keeps the rate constant, as the plateau scheduler
would in the first hours.

    python -m benchmarks.joey_recipe SOURCE TARGET FOLDER     # in Joey NMT's environment

trains one sentencepiece vocabulary on both files, as its scripts do. Standard library alone, but
for that.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from benchmarks import settings

SPECIAL_PIECES = ("<unk>", "<pad>", "<s>", "</s>")
"""What Joey NMT expects at 0 to 3."""


def recipe(
    model_dir: Path,
    data: dict[str, Path],
    vocabularies: tuple[Path, Path],
    *,
    languages: tuple[str, str] = ("de", "en"),
    validation_freq: int = 225,
    logging_freq: int = 25,
    batch_size: int = settings.BATCH_SIZE,
    attention: str = "bahdanau",
    dropout: float = 0.2,
    load_model: Path | None = None,
) -> dict[str, Any]:
    """Returns a configuration of Joey NMT 2.3.0.

    Args:
        model_dir: Where it writes; must not exist yet.
        data: The stems of the corpus files: `train`, `dev` and maybe `test`.
        vocabularies: Sentencepiece models of source and target; beside each lies a list of its
            pieces, `.pieces` instead of `.model`.
        languages: The suffixes of the corpus files.
        validation_freq: Steps between validations; a multiple of `logging_freq`.
        logging_freq: Steps between lines of its log.
        batch_size: Sentences a step.
        attention: `bahdanau` or `luong`.
        dropout: Share of units dropped.
        load_model: A checkpoint to go on from.
    """

    def side(language: str, model: Path) -> dict[str, Any]:
        return {
            "lang": language,
            "level": "bpe",
            "lowercase": False,
            "normalize": False,
            "max_length": settings.MAX_LENGTH,
            "voc_file": str(model.with_suffix(".pieces")),
            "tokenizer_type": "sentencepiece",
            "tokenizer_cfg": {"model_file": str(model)},
        }

    def part(width: int, **others: Any) -> dict[str, Any]:
        return {
            "type": "recurrent",
            "rnn_type": "gru",
            "embeddings": {"embedding_dim": settings.EMBEDDING_DIM},
            "hidden_size": width,
            "num_layers": 1,
            "dropout": dropout,
            **others,
        }

    (source_lang, target_lang), (source, target) = languages, vocabularies
    training: dict[str, Any] = {
        "optimizer": "adam",
        "adam_betas": [0.9, 0.999],
        "learning_rate": 0.001,
        "learning_rate_min": 0.0,
        "scheduling": "exponential",
        "decrease_factor": 1.0,
        "clip_grad_norm": settings.GRADIENT_CLIP,
        "normalization": "tokens",
        "loss": "crossentropy",
        "label_smoothing": 0.0,
        "batch_size": batch_size,
        "batch_type": "sentence",
        "shuffle": True,
        "epochs": 10_000,
        "validation_freq": validation_freq,
        "logging_freq": logging_freq,
        "early_stopping_metric": "bleu",
        "print_valid_sents": [],
        "keep_best_ckpts": 3,
    }
    if load_model is not None:
        training["load_model"] = str(load_model)
    return {
        "name": "multi30k",
        "joeynmt_version": "2.3.0",
        "model_dir": str(model_dir),
        "use_cuda": False,
        "random_seed": 42,
        "data": {
            **{name: str(stem) for name, stem in data.items()},
            "dataset_type": "plain",
            "src": side(source_lang, source),
            "trg": side(target_lang, target),
        },
        "testing": {
            "batch_size": 128,
            "batch_type": "sentence",
            "max_output_length": 100,
            "eval_metrics": ["bleu"],
            "sacrebleu_cfg": {"tokenize": "13a"},
        },
        "training": training,
        "model": {
            "encoder": part(settings.UNITS // 2, bidirectional=True),
            "decoder": part(
                settings.UNITS,
                hidden_dropout=dropout,
                input_feeding=True,
                init_hidden="bridge",
                attention=attention,
            ),
        },
    }


def write(configuration: dict[str, Any], path: Path) -> Path:
    """Writes a configuration; JSON is YAML."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(configuration, indent=1) + "\n", encoding="utf-8")
    return path


def train_vocabulary(corpus: list[str], folder: Path) -> None:
    """Trains a joint vocabulary with Joey NMT's ids of the special pieces, and lists its pieces."""
    import sentencepiece

    folder.mkdir(parents=True, exist_ok=True)
    sentencepiece.SentencePieceTrainer.train(
        input=corpus,
        model_prefix=str(folder / "joint"),
        vocab_size=settings.VOCAB_SIZE,
        character_coverage=1.0,
        unk_id=0,
        pad_id=1,
        bos_id=2,
        eos_id=3,
    )
    list_pieces(folder / "joint.model")


def copy_vocabulary(model: Path, folder: Path) -> Path:
    """Copies a sentencepiece model into a folder and lists its pieces beside the copy."""
    copy = folder / model.name
    shutil.copyfile(model, copy)
    list_pieces(copy)
    return copy


def list_pieces(model: Path) -> None:
    """Writes the pieces of a sentencepiece model, a line each, beside it.

    Joey NMT's special pieces come first, in its order, whatever their ids are in the model.
    """
    import sentencepiece

    processor = sentencepiece.SentencePieceProcessor(model_file=str(model))
    pieces = [processor.id_to_piece(number) for number in range(len(processor))]
    pieces = [*SPECIAL_PIECES, *(piece for piece in pieces if piece not in SPECIAL_PIECES)]
    text = "".join(f"{piece}\n" for piece in pieces)
    model.with_suffix(".pieces").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    train_vocabulary(sys.argv[1:3], Path(sys.argv[3]))
