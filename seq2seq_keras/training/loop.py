"""The training loop: epochs, validation, checkpoints, and the ways to end."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from keras import ops

from seq2seq_keras.config import Config
from seq2seq_keras.errors import InputError, Paused, WorkError
from seq2seq_keras.text import Tokenizer
from seq2seq_keras.training.batches import encode_pairs, epoch_batches
from seq2seq_keras.training.checkpoint import Checkpoints, kept_variables
from seq2seq_keras.training.clock import Clock
from seq2seq_keras.training.consent import Consent, Wish
from seq2seq_keras.training.events import (
    EpochEnd,
    Event,
    Finished,
    FinishReason,
    Listener,
    Notice,
    Progress,
    Started,
)
from seq2seq_keras.training.meter import Meter
from seq2seq_keras.training.replicas import ONE, Replicas
from seq2seq_keras.training.schedule import Schedule, warm_up
from seq2seq_keras.training.step import device_name, make_optimizer, make_steps
from seq2seq_keras.training.validation import Validated, Validation

if TYPE_CHECKING:
    from seq2seq_keras.corpus import Corpus

# A crash loses no more than this, and a checkpoint takes a second or less.
_SECONDS_BETWEEN_CHECKPOINTS = 300.0


@dataclass
class History:
    """What a training went through.

    Attributes:
        epochs: the epochs, in order.
        finished: how it ended.
        weights: those that validated best; the network has them too, unless several replicas
            trained it.
    """

    epochs: list[EpochEnd] = field(default_factory=list)
    finished: Finished | None = None
    weights: list[np.ndarray] | None = None

    def rows(self) -> list[dict[str, Any]]:
        """Returns the numbers of the epochs as flat rows, for a table."""
        return [epoch.row() for epoch in self.epochs]


class DivergedError(WorkError):
    """The loss became NaN or infinite; the network holds the best weights, if any.

    Attributes:
        history: the epochs until then; `finished` is set when one of them can be used.
        epoch: the epoch in which that happened.
        learning_rate: a lower one, which may do better.
    """

    can_go_on = False

    def __init__(
        self, message: str, history: History, epoch: int = 0, learning_rate: float = 0.0
    ) -> None:
        super().__init__(message)
        self.history = history
        self.epoch = epoch
        self.learning_rate = learning_rate


def fit(
    network: Any,
    source_tokenizer: Tokenizer,
    target_tokenizer: Tokenizer,
    train: Corpus,
    valid: Corpus,
    config: Config,
    folder: Path | None = None,
    listener: Listener | None = None,
    should_stop: Callable[[], bool] | None = None,
    resume: bool = False,
    started: float | None = None,
    replicas: Replicas = ONE,
) -> History:
    """Trains a network and leaves it with the weights that validated best.

    After each epoch the network is validated (loss, and BLEU of greedy translations); the
    schedule follows from that, and from how much of the epochs or minutes has passed. A time
    limit ends training early enough for the last epoch, finished or not, to be validated within
    the limit. Batches and dropout follow from `config.seed` alone: counted in epochs, the same
    machine gives the same result, and so does a run that was interrupted and resumed.

    Args:
        network: from `build_network`; trained in place.
        source_tokenizer: encodes the sources.
        target_tokenizer: encodes the targets.
        train: pairs to learn from.
        valid: pairs to validate on; up to 2,000 of them are used.
        config: length limit, epochs, time limit, batch size, learning rate and so on.
        folder: where `checkpoints/` goes; None keeps everything in memory.
        listener: called with each event.
        should_stop: asked at every batch; once it returns True, training ends. The best
            epoch so far is what counts; if there is none, the weights as they are. It may also
            raise `Paused`, to leave a checkpoint of that very batch.
        resume: go on from the newest checkpoint in `folder`, if there is one.
        started: `time.monotonic()` at the beginning of the command, from which the time
            limit counts; now, by default.
        replicas: the devices that train it, in whose scope it was built. In each of their
            workers this is called alike, but for `folder`, `listener` and `resume`, which are
            the chief's.

    Returns:
        The epochs, those before an interruption included, and how training ended.

    Raises:
        InputError: when no pair is short enough to train on.
        Paused: when `should_stop` raises it.
        DivergedError: when the loss becomes NaN or infinite.
        WorkError: when a checkpoint cannot be written.

    Example:
        >>> history = fit(network, source_tokens, target_tokens, splits.train, splits.valid, config)
        >>> history.finished.best_bleu
        31.4
    """
    training = _Training(
        network,
        source_tokenizer,
        target_tokenizer,
        train,
        valid,
        config,
        folder / "checkpoints" if folder is not None else None,
        listener or (lambda event: None),
        should_stop or (lambda: False),
        replicas,
    )
    return training.run(resume, started)


class _Training:
    """One run of `fit`; what a checkpoint has to carry lies in `state` and `restore`."""

    def __init__(
        self,
        network: Any,
        source_tokenizer: Tokenizer,
        target_tokenizer: Tokenizer,
        train: Corpus,
        valid: Corpus,
        config: Config,
        folder: Path | None,
        listener: Listener,
        should_stop: Callable[[], bool],
        replicas: Replicas,
    ) -> None:
        self.replicas = replicas
        self.consent = Consent(replicas)
        self.model = network.training
        self.config = config
        self.listener = listener
        self.should_stop = should_stop
        self.pairs = encode_pairs(
            train.sources, train.targets, source_tokenizer, target_tokenizer, config.max_length
        )
        if not len(self.pairs):
            raise InputError(
                f"training corpus {train.name!r}: none of its {len(train)} pairs has at most "
                f"{config.max_length} tokens a side; raise max_length or give shorter sentences"
            )
        with replicas.scope():
            self.optimizer = make_optimizer(network, config)
        self.steps = make_steps(network, self.optimizer, config, replicas)
        self.validation = Validation(network, self.steps, valid, source_tokenizer, target_tokenizer)
        self.checkpoints = (
            Checkpoints(folder, self.model, self.optimizer) if folder is not None else None
        )
        self.schedule = Schedule(config.patience)
        self.history = History()
        self.step = 0  # updates of the weights so far
        self.best_step = 0
        self.epoch = 0  # finished epochs
        self.position = 0  # batches done of the epoch after those
        self.best_weights: list[np.ndarray] | None = None
        self.interrupted: dict[str, Any] | None = None  # sums of the epoch to be gone on with
        self.last_checkpoint = time.monotonic()

    def run(self, resume: bool, started: float | None) -> History:
        already = self.begin(resume)
        config = self.config
        limit = None if config.time_limit is None else 60 * config.time_limit
        self.clock = Clock(limit, started, already)
        self.consent.share = self.consent.chiefs(self.clock.share)
        self.batches_per_epoch = -(-len(self.pairs) // config.batch_size)
        self.emit(
            Started(
                parameters=self.model.count_params(),
                batches_per_epoch=self.batches_per_epoch,
                pairs=len(self.pairs),
                epochs=config.epochs,
                time_limit=config.time_limit,
                device=device_name(),
                left_out=self.pairs.left_out,
                epochs_done=self.epoch,
                history=self.history.rows(),
            )
        )
        if self.pairs.left_out:
            self.emit(
                Notice(
                    f"{self.pairs.left_out} training pairs of more than {config.max_length} tokens "
                    "on a side are left out"
                )
            )
        reason = self.end_reached()
        while reason is None:
            reason = self.train_epoch() or self.end_reached()
        return self.finish(reason)

    def end_reached(self) -> FinishReason | None:
        """Says whether there is nothing more to train after an epoch (or before the first)."""
        if self.schedule.should_stop(self.epoch):
            return "early stop"
        if self.epoch >= self.config.epochs:
            return "epochs"
        if self.schedule.best_epoch and self.consent.chiefs(self.clock.is_nearly_over):
            return "time limit"
        return None

    def train_epoch(self) -> FinishReason | None:
        """Trains until the epoch, the time or the user's patience ends, and validates.

        An epoch that the time limit cuts short may be taken up again, when the validation was
        quicker than feared.
        """
        batches = epoch_batches(
            self.pairs, self.config.batch_size, self.config.seed, self.epoch + 1
        )
        meter = Meter.carried_on(self.interrupted, self.config.gradient_clip)
        self.interrupted = None
        reason: FinishReason | None = None
        while self.position < len(batches):
            if time.monotonic() - self.last_checkpoint >= _SECONDS_BETWEEN_CHECKPOINTS:
                self.interrupt(meter)
            shares = self.steps.shares(self.pairs, batches[self.position])
            self.replicas.assign(self.optimizer.learning_rate, self.learning_rate)
            meter.add(self.steps.train(*shares))
            self.step += 1
            self.position += 1
            if meter.is_due:
                self.read(meter)
                if meter.is_finite:
                    self.report(meter, len(batches))
            wish = self.agreed(meter)
            if wish == Wish.STOP:
                reason = "stopped"
            if wish == Wish.GIVE_UP:
                raise self.diverged()
            if wish != Wish.GO_ON:
                break
        self.read(meter)
        if not meter.is_finite:  # as all workers find, who read after this very step
            raise self.diverged()
        is_whole = self.position == len(batches)
        if reason == "stopped" and not is_whole and self.best_step:
            return reason  # the unfinished epoch is given up for the best one
        begin = time.monotonic()
        validated = self.validation.run(lambda _: self.look_up(meter))
        # Machines may differ in the last digit, and what follows must not.
        loss, bleu = self.consent.chiefs([validated.loss, validated.bleu])
        validated = replace(validated, loss=loss, bleu=bleu)
        if is_whole:
            self.epoch, self.position = self.epoch + 1, 0
        self.take_in(validated, meter)
        self.clock.validated(time.monotonic() - begin)
        return reason

    def agreed(self, meter: Meter) -> Wish:
        """Says how all workers go on after the step that was done."""
        if not self.consent.is_due(self.step):
            return Wish.GO_ON
        wish = Wish.GO_ON
        if not meter.is_finite:
            wish = Wish.GIVE_UP
        elif self.asked_to_stop(meter):
            wish = Wish.STOP
        elif self.clock.must_validate:
            wish = Wish.VALIDATE
        seconds_a_step = meter.seconds / max(meter.batches, 1)
        return self.consent.agree(self.step, wish, self.clock.share, seconds_a_step)

    def asked_to_stop(self, meter: Meter) -> bool:
        try:
            return self.should_stop()
        except Paused:
            self.interrupt(meter)
            raise

    def look_up(self, meter: Meter) -> None:
        """Lets a validation be paused; resumed, it is done from its beginning."""
        self.asked_to_stop(meter)

    def interrupt(self, meter: Meter) -> None:
        """Writes a checkpoint from which the epoch can be gone on with."""
        self.read(meter)
        if meter.is_finite:  # a wreck is no place to go on from
            self.checkpoint(meter)

    def read(self, meter: Meter) -> None:
        """Fetches the results of the steps since the last time, and looks for a wreck.

        Several workers read at times of their own, and the one that finds the wreck must not leave
        the others in the midst of an exchange: they give up together.
        """
        meter.read()
        if not meter.is_finite and self.replicas.workers == 1:
            raise self.diverged()

    def diverged(self) -> DivergedError:
        """Says that the loss is no longer a number; the best model until then is kept."""
        lower = self.config.learning_rate / 3
        message = (
            f"epoch {self.running_epoch}: the loss is no longer a number after step {self.step}; "
            f"try --learning-rate {lower:.1g}"
        )
        if self.best_step:
            self.set_best_weights()
            self.history.finished = self.finished("stopped")
            message += f"; the best model so far is that of epoch {self.schedule.best_epoch}"
        return DivergedError(message, self.history, self.running_epoch, lower)

    @property
    def learning_rate(self) -> float:
        """The configuration's rate times the factors of warm-up and schedule at this step."""
        epochs = self.epoch + self.position / self.batches_per_epoch
        share = max(epochs / self.config.epochs, self.consent.share)
        factor = warm_up(self.step, self.batches_per_epoch) * self.schedule.factor(epochs, share)
        return self.config.learning_rate * factor

    @property
    def running_epoch(self) -> int:
        """Number of the epoch in which the last batch lay."""
        return self.epoch + (1 if self.position else 0)

    def report(self, meter: Meter, batches: int) -> None:
        seconds_left = meter.seconds / meter.batches * (batches - self.position)
        epochs_after = self.config.epochs - self.epoch - 1
        if epochs_after > 0:
            whole = meter.seconds / meter.batches * batches + self.clock.reserve
            seconds_left += epochs_after * whole
        seconds_left = min(seconds_left + self.clock.reserve, max(self.clock.left, 0.0))
        self.clock.guess_validation(self.guess_validation(meter))
        self.emit(
            Progress(
                epoch=self.epoch + 1,
                batch=self.position,
                batches=batches,
                loss=meter.loss,
                tokens_per_second=meter.tokens_per_second,
                elapsed_seconds=self.clock.elapsed,
                remaining_seconds=seconds_left,
                learning_rate=self.learning_rate,
                gradient_norm=meter.gradient_norm,
            )
        )

    def guess_validation(self, meter: Meter) -> float:
        """Seconds that the first validation may take, on the safe side.

        Compilation takes as long as that of the training step, and a pair takes twice as long
        as in training, for a network that has not learnt to end a sentence.
        """
        a_pair = meter.seconds / meter.batches / self.config.batch_size
        return 2 * (meter.first_seconds + a_pair * len(self.validation))

    def take_in(self, validated: Validated, meter: Meter) -> None:
        """Decides what follows from a validation, and writes its checkpoint."""
        number = self.running_epoch
        learning_rate = self.learning_rate
        is_best = self.schedule.update(number, validated.bleu, validated.loss)
        if is_best:
            self.best_step = self.step
            self.best_weights = [ops.convert_to_numpy(v.value) for v in self.model.weights]
        event = EpochEnd(
            epoch=number,
            loss=meter.loss,
            perplexity=_perplexity(meter.loss),
            valid_loss=validated.loss,
            valid_perplexity=_perplexity(validated.loss),
            valid_bleu=validated.bleu,
            learning_rate=learning_rate,
            tokens_per_second=meter.tokens_per_second,
            elapsed_seconds=self.clock.elapsed,
            is_best=is_best,
            examples=validated.examples,
            gradient_norm=meter.gradient_norm,
            clipped_norm=meter.clipped_norm,
            attention=validated.attention,
        )
        self.history.epochs.append(event)
        self.checkpoint()
        self.emit(event)

    def checkpoint(self, meter: Meter | None = None) -> None:
        if self.checkpoints is not None:
            self.checkpoints.write(self.step, self.state(meter))
        self.last_checkpoint = time.monotonic()

    def state(self, meter: Meter | None) -> dict[str, Any]:
        return {
            "epoch": self.epoch,
            "position": self.position,
            "step": self.step,
            "best": self.best_step,
            "seed": self.config.seed,
            "budget": self.budget,
            "elapsed_seconds": self.clock.elapsed,
            "schedule": self.schedule.to_dict(),
            "history": [epoch.to_dict() for epoch in self.history.epochs],
            "interrupted": meter.state() if meter is not None else None,
        }

    def begin(self, resume: bool) -> float:
        """Sets out, in every worker alike; returns the seconds that were used already."""
        state = values = None
        if resume and self.checkpoints is not None:
            state = self.checkpoints.state()
            values = self.checkpoints.values() if state is not None else None
        state = self.consent.chiefs(state)
        seconds = self.restore(state) if state is not None else 0.0
        groups = kept_variables(self.model, self.optimizer).values()
        self.consent.assign([variable for group in groups for variable in group], values)
        self.replicas.settle(self.model)
        return seconds

    def restore(self, state: dict[str, Any]) -> float:
        """Takes up a checkpoint's state; returns the seconds that were used until then."""
        self.epoch, self.position, self.step = state["epoch"], state["position"], state["step"]
        self.best_step = state["best"]
        self.schedule = Schedule.from_dict(state["schedule"])
        if self.budget != state["budget"]:
            self.schedule.begin_anew()
        self.history.epochs = [EpochEnd.from_dict(epoch) for epoch in state["history"]]
        self.interrupted = state.get("interrupted")
        if self.best_step and self.checkpoints is not None:
            self.best_weights = self.checkpoints.read_weights(self.best_step)
        return state["elapsed_seconds"]

    @property
    def budget(self) -> dict[str, Any]:
        """What the training may take, in epochs and minutes."""
        return {"epochs": self.config.epochs, "time_limit": self.config.time_limit}

    def finish(self, reason: FinishReason) -> History:
        self.set_best_weights()
        self.history.finished = self.finished(reason)
        self.emit(self.history.finished)
        return self.history

    def finished(self, reason: FinishReason) -> Finished:
        return Finished(
            reason=reason,
            best_epoch=self.schedule.best_epoch,
            best_bleu=self.schedule.best_bleu,
            elapsed_seconds=self.clock.elapsed,
        )

    def set_best_weights(self) -> None:
        self.history.weights = self.best_weights
        if self.replicas.count > 1:
            return
        assert self.best_weights is not None
        for variable, value in zip(self.model.weights, self.best_weights, strict=True):
            variable.assign(value)

    def emit(self, event: Event) -> None:
        self.listener(event)


def _perplexity(loss: float) -> float:
    return math.exp(min(loss, 700.0))  # exp of more overflows a double
