"""Joey NMT 2.3.0: its own training loop and its own prediction. Runs in an environment of its own.

It has one attention: Bahdanau's scores (or Luong's) of the state after the recurrence, with input
feeding, so that its decoder is a loop over the positions; it is the peer of both placements. Its
loss is left without label smoothing, which it would compute from dense target distributions, at
a cost that says nothing about the network. It trains with what `joey_recipe` says, and decodes in
batches of 128 sentences in the order of the file, as its `test` command does.

How long a translation takes depends on how long it is, and an untrained network ends none. So
the weights are trained ones: `Trainer.save` after some minutes, or the checkpoint of the time to
quality (`benchmarks.time_to_quality`); `translate` returns the tokens of the translations too,
which shows whether they have the usual length.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import torch
import yaml
from joeynmt.config import parse_global_args, set_validation_args
from joeynmt.helpers_for_ddp import get_logger
from joeynmt.prediction import predict, prepare
from joeynmt.training import TrainManager

from benchmarks import data, joey_recipe, settings


class _Manager(TrainManager):
    """Joey NMT's training, which ends at a deadline and then writes no checkpoint."""

    def begin(self, seconds: float, steps: int | None = None) -> None:
        self.stats.epochs += 1  # another order of the sentences each time
        self._seconds, self._most = seconds, steps
        self._begun: float | None = None
        self.done = self.tokens = 0
        self.elapsed = 0.0

    def _train_step(self, batch: Any) -> tuple[float, int]:
        now = time.perf_counter()
        if self._begun is None:
            self._begun = now
        self.elapsed = now - self._begun
        if self.elapsed >= self._seconds or self.done == self._most:
            raise KeyboardInterrupt  # on which its loop ends
        self.done += 1
        self.tokens += batch.ntokens
        return super()._train_step(batch)

    def _save_checkpoint(self, new_best: bool, score: float) -> None:
        pass

    def save(self) -> Path:
        super()._save_checkpoint(False, float("nan"))
        return Path(self.model_dir) / f"{self.stats.steps}.ckpt"


class Trainer:
    """A training that goes on for a given time whenever it is asked to.

    Args:
        corpus: The folder of the text files; Joey NMT encodes them while it trains.
        folder: What `benchmarks.data.prepare` returned; its tokenizers are used.
        working: A folder to write to.
        attention: `bahdanau` or `luong`.
    """

    def __init__(self, corpus: str, folder: str, working: str, attention: str = "bahdanau") -> None:
        torch.set_num_threads(settings.available_threads())
        model_dir = Path(working) / "model"
        model_dir.mkdir(parents=True, exist_ok=True)
        models = [
            joey_recipe.copy_vocabulary(Path(folder) / f"{side}.model", Path(working))
            for side in ("source", "target")
        ]
        stems = {
            name: data.files(Path(corpus), part)[0].with_suffix("")
            for name, part in (("train", "train"), ("dev", "valid"), ("test", "test"))
        }
        self._configuration = joey_recipe.recipe(
            model_dir,
            stems,
            (models[0], models[1]),
            languages=(data.SOURCE_LANG, data.TARGET_LANG),
            dropout=settings.DROPOUT,
            attention=attention,
        )
        self._path = joey_recipe.write(self._configuration, Path(working) / "config.yaml")
        configuration = yaml.safe_load(self._path.read_text())
        get_logger("", log_file=str(model_dir / "train.log"))
        args = parse_global_args(configuration, rank=0, mode="train")
        model, self._train, self._valid, _ = prepare(args, rank=0, mode="train")
        self._manager = _Manager(
            rank=0,
            model=model,
            model_dir=args.model_dir,
            device=args.device,
            n_gpu=0,
            num_workers=0,
            autocast=args.autocast,
            seed=args.seed,
            train_args=args.train._replace(validation_freq=10**9, logging_freq=10**9),
            dev_args=set_validation_args(args.test),
        )
        begin = time.perf_counter()
        self._run(float("inf"), steps=1)
        self.ready = {"first_step_seconds": time.perf_counter() - begin}

    def train(self, seconds: float) -> dict[str, float]:
        """Trains for so long, and returns the target tokens and the seconds it really took."""
        self._run(seconds)
        manager = self._manager
        return {"tokens": manager.tokens, "seconds": manager.elapsed, "steps": manager.done}

    def save(self) -> dict[str, str]:
        """Writes the weights, and returns the arguments of `Decoder` that read them."""
        return {"configuration": str(self._path), "checkpoint": str(self._manager.save())}

    def _run(self, seconds: float, steps: int | None = None) -> None:
        self._manager.begin(seconds, steps)
        self._manager.train_and_validate(self._train, self._valid)


class Decoder:
    """Translates with a checkpoint of Joey NMT's.

    Args:
        configuration: The configuration it was trained with.
        checkpoint: The file.
        corpus: The folder of the text files.
    """

    def __init__(self, configuration: str, checkpoint: str, corpus: str) -> None:
        torch.set_num_threads(settings.available_threads())
        begin = time.perf_counter()
        stem = str(data.files(Path(corpus), "test")[0].with_suffix(""))

        def loaded(mode: str) -> tuple[Any, Any, Any]:
            values = yaml.safe_load(Path(configuration).read_text())
            values["data"]["test"] = stem
            values["data"]["dev"] = None
            values["testing"]["load_model"] = checkpoint
            values["testing"]["eval_metrics"] = []  # scoring is not decoding
            args = parse_global_args(values, rank=0, mode=mode)
            model, _, _, test = prepare(args, rank=0, mode=mode)
            return args, model, test

        self._args, self._model, self._test = loaded("test")
        _, _, self._stream = loaded("translate")
        self.ready = {"load_seconds": time.perf_counter() - begin}

    def translate(self, beam_size: int, batch_size: int = 128) -> dict[str, float]:
        """Translates the test set, from text to text."""
        self._test.reset_indices(random_subset=-1)
        begin = time.perf_counter()
        translations, pieces = self._predict(self._test, beam_size, batch_size)
        seconds = time.perf_counter() - begin
        tokens = sum(len(sentence) for sentence in pieces)
        return {"sentences": len(translations), "tokens": tokens, "seconds": seconds}

    def latency(self, sentence: str, beam_size: int, repeats: int) -> dict[str, Any]:
        """Translates one sentence again and again, and returns the seconds of each time."""
        seconds = []
        for _ in range(repeats):
            begin = time.perf_counter()
            self._stream.set_item(sentence)
            translations, _ = self._predict(self._stream, beam_size, 1)
            self._stream.reset_cache()
            seconds.append(time.perf_counter() - begin)
        return {"seconds": seconds, "translation": translations[0]}

    def _predict(
        self, sentences: Any, beam_size: int, batch_size: int
    ) -> tuple[list[str], list[list[str]]]:
        _, _, translations, pieces, _, _ = predict(
            model=self._model,
            data=sentences,
            device=self._args.device,
            n_gpu=0,
            normalization="none",
            args=self._args.test._replace(
                beam_size=beam_size,
                beam_alpha=settings.LENGTH_PENALTY,
                batch_size=batch_size,
            ),
            autocast=self._args.autocast,
        )
        return translations, pieces


def start(**arguments: str) -> Trainer | Decoder:
    """Returns the contestant, a `Decoder` if a checkpoint is given; see `benchmarks.worker`."""
    return Decoder(**arguments) if "checkpoint" in arguments else Trainer(**arguments)
