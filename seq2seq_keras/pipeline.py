"""From a corpus to a translator: split, learn tokenizers, build, fit, score, save."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from seq2seq_keras.cluster import Cluster
from seq2seq_keras.config import FIELD_GROUPS, Config
from seq2seq_keras.corpus import Corpus, CorpusCard, Splits
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.joint_training import (
    Plan,
    agree_on_corpus,
    announce,
    assist,
    planned_network,
    set_start,
)
from seq2seq_keras.network import Network
from seq2seq_keras.recipe import for_all_devices, suited
from seq2seq_keras.saved_format import check_format, stamp
from seq2seq_keras.storage import alone, recover_folder, replace_folder
from seq2seq_keras.text import Tokenizer, load_tokenizer
from seq2seq_keras.training import (
    DivergedError,
    History,
    Listener,
    Notice,
    fit,
    learn_tokenizers,
)
from seq2seq_keras.training.replicas import Replicas, open_replicas
from seq2seq_keras.translator import Translator

_FIXED_WITH_WEIGHTS = (*FIELD_GROUPS["Network"], "tokenizer", "vocab_size")
_CHANGEABLE_ON_RESUME = ("epochs", "time_limit")
_CORPUS = "corpus_sha256"  # in the record of a translator: `fingerprint`


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
    devices: int | None = 1,
    cluster: Cluster | None = None,
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
        devices: on how many devices of this machine; None for all its GPUs. `batch_size` is that of
            all devices together, and if it is not given, the usual one for each.
        cluster: the processes that train together, of which this is the chief; the others call
            `train_along`.
        **settings: single fields of the configuration, such as `epochs=10`; they win over
            `config`.

    Returns:
        The translator with its best weights, its history and its test scores.

    Raises:
        InputError: when a setting, the corpus or `out` does not fit.
        WorkError: when the network is too large for the memory, the disk is full, or the loss
            became infinite.

    Example:
        >>> translator = train(corpus.split(seed=0), attention="additive", epochs=10)
        >>> translator.translate(["A man is riding a horse."])[0].text
    """
    started = time.monotonic() if started is None else started
    with ExitStack() as stack:
        return _train(
            corpus,
            Folder(Path(out), stack) if out is not None else None,
            {**(config.chosen() if config else {}), **settings},
            listener or (lambda event: None),
            should_stop,
            resume,
            start_from,
            tokenizers,
            started,
            open_replicas(devices, cluster),
        )


def train_along(
    corpus: Corpus | Splits,
    cluster: Cluster,
    *,
    seed: int = 1,
    devices: int | None = 1,
    should_stop: Callable[[], bool] | None = None,
) -> None:
    """Takes part in a training of several processes, as another worker than the chief.

    Args:
        corpus: the chief's, divided alike.
        cluster: the processes, and which of them this is.
        seed: by which a corpus that is not divided yet is divided.
        devices: on how many devices of this machine; None for all its GPUs.
        should_stop: asked now and then; once it returns True, the whole training stops, and the
            chief keeps the best model so far.

    Raises:
        InputError: when the corpus is another than the chief's.
        WorkError: as of `train`.

    Example:
        >>> train_along(splits, Cluster.of(["10.0.0.1:7000", "10.0.0.2:7000"], 1))  # doctest: +SKIP
    """
    replicas = open_replicas(devices, cluster)
    splits = _splits(corpus, Config(seed=seed))
    assist(splits, fingerprint(splits), replicas, should_stop)


def _train(
    corpus: Corpus | Splits,
    folder: Folder | None,
    given: dict[str, Any],
    listener: Listener,
    should_stop: Callable[[], bool] | None,
    resume: bool,
    start_from: str | Path | Translator | None,
    tokenizers: tuple[Tokenizer, Tokenizer] | None,
    started: float,
    replicas: Replicas,
) -> Translator:
    """Does what `train` tells; the folder is its own until the end."""
    base: Translator | None = None
    if resume:
        if folder is None:
            raise InputError("resume: give the folder (out) in which the training was interrupted")
        if start_from is not None or tokenizers is not None:
            raise InputError("resume: the training knows what it started from; leave out --from")
        folder.take()
        if folder.is_finished:
            return _finished(folder, corpus, listener)
        config = folder.settled(given)
        tokenizers = saved_tokenizers(folder.path)
    elif start_from is not None:
        if tokenizers is not None:
            raise InputError("tokenizers: those of the translator to start from are used")
        if folder is not None:
            folder.take()
            folder.check_free(start_from)
        base = (
            start_from
            if isinstance(start_from, Translator)
            else Translator.load(start_from, check=True)
        )
        config = _changed(base.config, given, "--from", fixed=_FIXED_WITH_WEIGHTS)
        tokenizers = base.source_tokenizer, base.target_tokenizer
    else:
        config = Config.create(**given)
        if folder is not None:
            folder.take()
            folder.check_free()

    splits = _splits(corpus, config)
    if not resume and base is None:
        config = suited(splits.train, given)
        if replicas.count > 1:
            config = for_all_devices(config, given, replicas.count)
            listener(
                Notice(
                    f"{replicas.count} devices: {config.batch_size} pairs a step on all of them, "
                    f"learning rate {config.learning_rate:.3g}"
                    + (
                        ""
                        if given.get("batch_size")
                        else "; --batch-size and --learning-rate choose others"
                    )
                )
            )
    config = _with_languages(config, splits.train)
    digest = fingerprint(splits) if folder is not None or replicas.workers > 1 else ""
    if replicas.workers > 1:
        agree_on_corpus(replicas, splits, digest)
    source_tokenizer, target_tokenizer = tokenizers or learn_tokenizers(splits.train, config)
    plan = Plan(config, source_tokenizer, target_tokenizer)
    announce(replicas, plan)
    network = planned_network(plan, replicas)
    start = None if base is None else base.network
    if folder is not None and resume:
        folder.take_up(digest, config)
        if folder.has_start:
            start = network if replicas.count == 1 else planned_network(plan)
            folder.read_start(start)
    elif folder is not None:
        folder.begin(digest, config, source_tokenizer, target_tokenizer, start)
    if start is not network:
        set_start(replicas, network, start.training.get_weights() if start else None)

    def best_network(history: History) -> Network:
        own = planned_network(plan)
        own.training.set_weights(history.weights)
        return own

    def finish(history: History) -> Translator:
        translator = Translator(
            config,
            source_tokenizer,
            target_tokenizer,
            network if replicas.count == 1 else best_network(history),
            history=history.rows(),
            record={**_record(splits, history), **({_CORPUS: digest} if digest else {})},
        )
        if folder is not None:  # before the scores, which may take minutes and be interrupted
            translator.save(folder.path)
        return _scored(translator, splits.test, folder)

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
            replicas=replicas,
        )
    except DivergedError as error:
        if folder is None or error.history.finished is None:
            raise
        finish(error.history)
        message = f"{error}, saved in {folder.path}"
        raise DivergedError(message, error.history, error.epoch, error.learning_rate) from error
    return finish(history)


def _finished(folder: Folder, corpus: Corpus | Splits, listener: Listener) -> Translator:
    """Returns a finished translator; if it was interrupted while it was scored, with its scores."""
    translator = Translator.load(folder.path)
    splits = _splits(corpus, translator.config)
    is_interrupted = translator.scores is None and len(splits.test)
    if is_interrupted and translator.record.get(_CORPUS) == fingerprint(splits):
        listener(Notice(f"{folder.path}: the training is finished; only its scores are missing"))
        return _scored(translator, splits.test, folder)
    listener(Notice(f"{folder.path}: the training is finished; nothing is left to resume"))
    return translator


def _scored(translator: Translator, test: Corpus, folder: Folder | None) -> Translator:
    if len(test):
        translator.scores = translator.evaluate(test)
        if folder is not None:
            translator.save(folder.path)
    return translator


def _record(splits: Splits, history: History) -> dict[str, Any]:
    """Returns the facts that a saved translator carries of its training."""
    assert history.finished is not None
    best = next(epoch for epoch in reversed(history.epochs) if epoch.is_best)
    cleaned = splits.train.cleaned
    return {
        "corpus": splits.train.name,
        "pairs": {
            "train": len(splits.train),
            "valid": len(splits.valid),
            "test": len(splits.test),
        },
        **({"cleaning": cleaned.to_dict()} if cleaned else {}),
        "corpus_card": CorpusCard.of(splits).model_dump(),
        "training_seconds": round(history.finished.elapsed_seconds, 1),
        "finished": history.finished.reason,
        "best_epoch": history.finished.best_epoch,
        "examples": best.examples,
    }


class Folder:
    """The folder of a translator while it is trained.

    `checkpoints/` marks a training that has not ended; in it `run.json` tells which corpus
    it is on, and `start.weights.h5` what it started from if that was another translator. All of
    it appears at once: a training is begun, or there is nothing of it.

    Args:
        path: the folder; it need not exist.
        stack: at whose end others may have the folder.
    """

    def __init__(self, path: Path, stack: ExitStack) -> None:
        recover_folder(path)
        # When it is replaced at the end, what `.` stands for is gone.
        self.path = Path.cwd() if path.resolve() == Path.cwd() else path
        self._stack = stack
        self._working = self.path / "checkpoints"
        self._run = self._working / "run.json"
        self._config = self._working / "config.yaml"
        self._start = self._working / "start.weights.h5"

    def take(self) -> None:
        """Keeps other trainings from the folder.

        Raises:
            WorkError: one is under way here.
        """
        try:
            self._stack.enter_context(alone(self.path, "training", patience=0))
        except WorkError:
            raise WorkError(
                f"{self.path}: another training is under way here; wait until it has ended, or "
                "give another --out"
            ) from None
        except OSError as error:
            raise self._unwritable(error) from error

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
        if os.path.ismount(self.path):  # which cannot be replaced
            raise InputError(f"{self.path}: a disk is mounted here; give a folder in it as --out")
        others = [
            path
            for path in (self.path.iterdir() if self.path.exists() else [])
            if not path.name.startswith(".checkpoints.")  # of one that was killed as it began
        ]
        if others and not self._run.exists():
            raise InputError(
                f"{self.path}: the folder holds something else; give a new or empty one as --out"
            )

    def begin(
        self,
        corpus: str,
        config: Config,
        source_tokenizer: Tokenizer,
        target_tokenizer: Tokenizer,
        start: Network | None,
    ) -> None:
        """Writes what a resumed training needs, the weights to `start` from included."""

        def write(folder: Path) -> None:
            source_tokenizer.save(folder, "source")
            target_tokenizer.save(folder, "target")
            # Not beside a finished translator that is trained further: its own stays as it is.
            config.save(folder / self._config.name)
            if start is not None:
                start.training.save_weights(folder / self._start.name)
            run = json.dumps({**stamp(), "corpus": corpus})
            (folder / self._run.name).write_text(run, encoding="utf-8")

        replace_folder(self._working, write)

    def settled(self, given: dict[str, Any]) -> Config:
        """Returns the configuration of the interrupted training, with what may be changed."""
        if not self._run.exists():
            raise InputError(f"{self.path}: there is no interrupted training to resume")
        check_format(self._run, self._facts())
        saved = Config.load(self._config)
        fixed = [name for name in Config.model_fields if name not in _CHANGEABLE_ON_RESUME]
        return _changed(saved, given, "--resume", fixed)

    def take_up(self, corpus: str, config: Config) -> None:
        """Makes sure that the corpus is the same."""
        if self._facts().get("corpus") != corpus:
            raise InputError(
                f"{self.path}: --resume needs the corpus that the training began with, cleaned and "
                "divided alike (--clean, --valid, --test, --seed), and this is another; give that "
                "one, or train on this one into another --out"
            )
        try:
            config.save(self._config)
        except OSError as error:
            raise self._unwritable(error) from error

    @property
    def has_start(self) -> bool:
        """Whether the training started from another translator's weights."""
        return self._start.exists()

    def read_start(self, network: Network) -> None:
        """Sets the weights from which the training started."""
        network.training.load_weights(self._start)

    def _facts(self) -> dict[str, Any]:
        """Reads what `run.json` tells."""
        try:
            facts = json.loads(self._run.read_text(encoding="utf-8"))
            if not isinstance(facts, dict):
                raise ValueError("not a JSON object")
        except (OSError, ValueError) as error:
            raise InputError(f"{self._run}: damaged ({error}); give another --out") from None
        return facts

    def _unwritable(self, error: OSError) -> WorkError:
        return WorkError(
            f"{self.path}: cannot be written ({error.strerror or error}); make room, or give "
            "another --out"
        )


def is_begun(folder: Path) -> bool:
    """Whether a training was begun in a folder, whether or not it was finished."""
    recover_folder(folder)
    return (folder / "model.keras").exists() or (folder / "checkpoints" / "run.json").exists()


def saved_tokenizers(folder: Path) -> tuple[Tokenizer, Tokenizer]:
    """Loads the tokenizers of a training that was begun in a folder, be it finished or not."""
    working = folder / "checkpoints"
    place = working if any(working.glob("source.*")) else folder
    return load_tokenizer(place, "source"), load_tokenizer(place, "target")


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
