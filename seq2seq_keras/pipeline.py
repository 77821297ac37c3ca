"""From a corpus to a translator: split, learn tokenizers, build, fit, score, save."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from seq2seq_keras.config import FIELD_GROUPS, Config
from seq2seq_keras.corpus import Corpus, Splits
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.network import Network, build_network
from seq2seq_keras.recipe import suited
from seq2seq_keras.storage import recover_folder
from seq2seq_keras.text import Tokenizer, load_tokenizer, train_tokenizer
from seq2seq_keras.training import (
    DivergedError,
    History,
    Listener,
    Notice,
    dtype_policy,
    fit,
)
from seq2seq_keras.translator import Translator

_FIXED_WITH_WEIGHTS = (*FIELD_GROUPS["Network"], "tokenizer", "vocab_size")
_CHANGEABLE_ON_RESUME = ("epochs", "time_limit")


def train(
    corpus: Corpus | Splits,
    out: str | Path | None = None,
    *,
    config: Config | None = None,
    listener: Listener | None = None,
    should_stop: Callable[[], bool] | None = None,
    resume: bool = False,
    start_from: str | Path | Translator | None = None,
    tokenizers: tuple[Tokenizer, Tokenizer] | None = None,
    started: float | None = None,
    **settings: Any,
) -> Translator:
    """Trains a translator.

    Args:
        corpus: a corpus, of which a twentieth each is kept for validation and test, or the
            parts themselves. The test part may be empty; otherwise it is scored at the end.
        out: folder to save the translator in. While training it holds the checkpoints, so
            that an interrupted run can be resumed.
        config: settings; of those that were not set, `recommended` chooses some by the corpus.
        listener: called with each event of the training.
        should_stop: asked at every batch; once it returns True the best model so far is kept.
            It may raise `Paused`, to leave a checkpoint of that batch in `out` and end.
        resume: go on with the interrupted training in `out`, on the same corpus. Only
            `epochs` and `time_limit` may be changed. A finished translator is returned as it
            is.
        start_from: a translator, or its folder, whose tokenizers and weights are taken over:
            more epochs, or fine-tuning on another corpus. `out` may be the same folder.
        tokenizers: source and target tokenizer, instead of learning them from the corpus.
        started: `time.monotonic()` at the beginning of the command, for the time limit.
        **settings: single fields of the configuration, such as `epochs=10`; they win over
            `config`.

    Returns:
        The translator with its best weights, its history and its test scores.

    Raises:
        InputError: when a setting, the corpus or `out` does not fit.
        WorkError: when the disk is full, or the loss became infinite.

    Example:
        >>> translator = train(corpus.split(seed=0), attention="additive", epochs=10)
        >>> translator.translate(["A man is riding a horse."])[0].text
    """
    given = {**(config.chosen() if config else {}), **settings}
    started = time.monotonic() if started is None else started
    listener = listener or (lambda event: None)
    folder = Folder(Path(out)) if out is not None else None
    base: Translator | None = None
    if resume:
        if folder is None:
            raise InputError("resume: give the folder (out) in which the training was interrupted")
        if start_from is not None or tokenizers is not None:
            raise InputError("resume: the training knows what it started from; leave out --from")
        if folder.is_finished:
            listener(Notice(f"{folder.path}: the training is finished; nothing is left to resume"))
            return Translator.load(folder.path)
        config = folder.settled(given)
        tokenizers = folder.tokenizers()
    elif start_from is not None:
        if tokenizers is not None:
            raise InputError("tokenizers: those of the translator to start from are used")
        if folder is not None:
            folder.check_free(start_from)
        base = start_from if isinstance(start_from, Translator) else Translator.load(start_from)
        config = _changed(base.config, given, "--from", fixed=_FIXED_WITH_WEIGHTS)
        tokenizers = base.source_tokenizer, base.target_tokenizer
    else:
        if folder is not None:
            folder.check_free()
        config = Config.create(**given)

    splits = _splits(corpus, config)
    if not resume and base is None:
        config = suited(splits.train, given)
    config = _with_languages(config, splits.train)
    source_tokenizer, target_tokenizer = tokenizers or _learn_tokenizers(config, splits.train)
    network = build_network(
        config, source_tokenizer.vocab_size, target_tokenizer.vocab_size, dtype_policy()
    )
    if base is not None:
        network.training.set_weights(base.network.training.get_weights())
    if folder is not None and resume:
        folder.take_up(splits, config, network)
    elif folder is not None:
        start = None if base is None else network
        folder.begin(splits, config, source_tokenizer, target_tokenizer, start)

    def finish(history: History) -> Translator:
        translator = Translator(
            config,
            source_tokenizer,
            target_tokenizer,
            network,
            history=history.rows(),
            record=_record(splits, history),
        )
        if folder is not None:  # before the scores, which may take minutes and be interrupted
            translator.save(folder.path)
            folder.clear()
        if len(splits.test):
            translator.scores = translator.evaluate(splits.test)
            if folder is not None:
                translator.save(folder.path)
        return translator

    try:
        history = fit(
            network,
            source_tokenizer,
            target_tokenizer,
            splits.train,
            splits.valid,
            config,
            folder=folder.path if folder is not None else None,
            listener=listener,
            should_stop=should_stop,
            resume=resume,
            started=started,
        )
    except DivergedError as error:
        if folder is None or error.history.finished is None:
            raise
        finish(error.history)
        raise WorkError(f"{error}, saved in {folder.path}") from error
    return finish(history)


def _learn_tokenizers(config: Config, corpus: Corpus) -> tuple[Tokenizer, Tokenizer]:
    source, target = (
        train_tokenizer(config.tokenizer, sentences, config.vocab_size, config.seed)
        for sentences in (corpus.sources, corpus.targets)
    )
    return source, target


def _record(splits: Splits, history: History) -> dict[str, Any]:
    """Returns the facts that a saved translator carries of its training."""
    assert history.finished is not None
    best = next(epoch for epoch in reversed(history.epochs) if epoch.is_best)
    return {
        "corpus": splits.train.name,
        "pairs": {
            "train": len(splits.train),
            "valid": len(splits.valid),
            "test": len(splits.test),
        },
        "training_seconds": round(history.finished.elapsed_seconds, 1),
        "finished": history.finished.reason,
        "best_epoch": history.finished.best_epoch,
        "examples": best.examples,
    }


class Folder:
    """The folder of a translator while it is trained.

    `checkpoints/` marks a training that has not ended; in it `run.json` tells which corpus
    it is on, and `start.weights.h5` what it started from if that was another translator.

    Args:
        path: the folder; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        recover_folder(path)
        self.path = path
        self._working = path / "checkpoints"
        self._run = self._working / "run.json"
        self._config = self._working / "config.yaml"
        self._start = self._working / "start.weights.h5"

    @property
    def is_finished(self) -> bool:
        """Whether a finished translator lies here, and no training is under way."""
        return (self.path / "model.keras").exists() and not self._run.exists()

    def check_free(self, start_from: str | Path | Translator | None = None) -> None:
        """Refuses to train over anything of value; only a translator trained further may be.

        Raises:
            InputError: when another translator, an interrupted training or other files lie here.
        """
        if (self._working / "latest").exists():
            raise InputError(
                f"{self.path}: an interrupted training lies here; go on with it by --resume, or "
                "give another --out"
            )
        itself = isinstance(start_from, str | Path) and Path(start_from).resolve() == (
            self.path.resolve()
        )
        if (self.path / "model.keras").exists():
            if not itself:
                raise InputError(
                    f"{self.path}: a finished translator lies here; train it further by --from "
                    f"{self.path}, or give another --out"
                )
            return
        if self.path.exists() and not self.path.is_dir():
            raise InputError(f"{self.path}: this is a file; give a folder as --out")
        if self.path.exists() and any(self.path.iterdir()) and not self._run.exists():
            raise InputError(
                f"{self.path}: the folder holds something else; give a new or empty one as --out"
            )

    def begin(
        self,
        splits: Splits,
        config: Config,
        source_tokenizer: Tokenizer,
        target_tokenizer: Tokenizer,
        start: Network | None,
    ) -> None:
        """Writes what a resumed training needs, the weights to `start` from included."""
        try:
            shutil.rmtree(self._working, ignore_errors=True)
            self._working.mkdir(parents=True)
            self._run.write_text(json.dumps({"corpus": fingerprint(splits)}), encoding="utf-8")
            self._save_config(config)
            if not (self.path / "model.keras").exists():  # else they lie here already
                source_tokenizer.save(self.path, "source")
                target_tokenizer.save(self.path, "target")
            if start is not None:
                start.training.save_weights(self._start)
        except OSError as error:
            raise self._unwritable(error) from error

    def settled(self, given: dict[str, Any]) -> Config:
        """Returns the configuration of the interrupted training, with what may be changed."""
        if not self._run.exists():
            raise InputError(f"{self.path}: there is no interrupted training to resume")
        saved = Config.load(self._config)
        fixed = [name for name in Config.model_fields if name not in _CHANGEABLE_ON_RESUME]
        return _changed(saved, given, "--resume", fixed)

    def tokenizers(self) -> tuple[Tokenizer, Tokenizer]:
        """Loads the tokenizers of the interrupted training."""
        return load_tokenizer(self.path, "source"), load_tokenizer(self.path, "target")

    def take_up(self, splits: Splits, config: Config, network: Network) -> None:
        """Makes sure that the corpus is the same, and sets the weights it started from."""
        try:
            expected = json.loads(self._run.read_text(encoding="utf-8"))["corpus"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(f"{self._run}: damaged ({error}); give another --out") from None
        if fingerprint(splits) != expected:
            raise InputError(
                f"{self.path}: --resume needs the corpus that the training began with, divided "
                "alike (--valid, --test, --seed), and this is another; give that one, or train "
                "on this one into another --out"
            )
        if self._start.exists():
            network.training.load_weights(self._start)
        try:
            self._save_config(config)
        except OSError as error:
            raise self._unwritable(error) from error

    def clear(self) -> None:
        """Removes the checkpoints after the translator was saved."""
        shutil.rmtree(self._working, ignore_errors=True)

    def _save_config(self, config: Config) -> None:
        # Not beside a finished translator that is trained further: its own stays as it is.
        new = self._config.with_suffix(".new")
        config.save(new)
        new.replace(self._config)

    def _unwritable(self, error: OSError) -> WorkError:
        return WorkError(
            f"{self.path}: cannot be written ({error.strerror or error}); make room, or give "
            "another --out"
        )


def is_begun(folder: Path) -> bool:
    """Whether a training was begun in a folder, whether or not it was finished."""
    return (folder / "model.keras").exists() or (folder / "checkpoints" / "run.json").exists()


def fingerprint(splits: Splits) -> str:
    """Returns a digest that tells corpora apart, by their sentences and parts alone."""
    digest = hashlib.sha256()
    for name in ("train", "valid", "test"):
        digest.update(f"{name}\n".encode())
        for source, target in getattr(splits, name).pairs():
            digest.update(f"{source}\t{target}\n".encode())
    return digest.hexdigest()


def _changed(base: Config, given: dict[str, Any], option: str, fixed: Sequence[str]) -> Config:
    config = base.updated(**{name: v for name, v in given.items() if v is not None})
    for name in fixed:
        if getattr(config, name) != getattr(base, name):
            raise InputError(
                f"{option}: {name} cannot be changed from {getattr(base, name)} to "
                f"{getattr(config, name)}; leave it out, or train anew"
            )
    return config


def _splits(corpus: Corpus | Splits, config: Config) -> Splits:
    splits = corpus.split(seed=config.seed) if isinstance(corpus, Corpus) else corpus
    if not len(splits.train):
        raise InputError(f"corpus {splits.train.name!r}: there is no sentence pair to train on")
    if not len(splits.valid):
        raise InputError(
            "there is no sentence pair to validate on; give --valid, or a larger corpus to split"
        )
    return splits


def _with_languages(config: Config, corpus: Corpus) -> Config:
    return config.updated(
        source_lang=config.source_lang or corpus.source_lang,
        target_lang=config.target_lang or corpus.target_lang,
    )
