"""Checkpoints: a folder for each, written whole or not at all, the last and the best kept."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import keras
import numpy as np

from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.storage import recover_folder, replace_folder, write_file

_LATEST = "latest"
# A checkpoint, or what is left of one that was being written: `.453.new`, `.453.old`.
_STEP = re.compile(r"\.?(\d+)(?:\.(?:new|old))?")


class Checkpoints:
    """The `checkpoints/` folder of a training.

    Each checkpoint is a new folder STEP/ (never overwritten) with `weights.npz`,
    `optimizer.npz`, `seeds.npz` (the state of every seed generator) and `state.json` (all
    else: schedule, batch position, time, history). A file `latest` names the newest one; it
    is replaced in one move after everything has reached the disk, so that whatever happens
    while writing, `latest` names a complete checkpoint. Nothing is pickled.

    Args:
        folder: the folder; made when the first checkpoint is written.
        model: the training network.
        optimizer: its built optimizer.

    Example:
        >>> checkpoints = Checkpoints(folder, network.training, optimizer)
        >>> checkpoints.write(step=453, state={"epoch": 1, "best": 453})
        >>> checkpoints.state()
        {'epoch': 1, 'best': 453}
    """

    def __init__(
        self, folder: Path, model: keras.Model, optimizer: keras.optimizers.Optimizer
    ) -> None:
        self.folder = folder
        self._variables = kept_variables(model, optimizer)

    def write(self, step: int, state: dict[str, Any]) -> None:
        """Writes a checkpoint and removes those that are neither the last nor the best.

        Args:
            step: training steps done; names the folder.
            state: plain values for JSON; `state["best"]` is the step of the best checkpoint.

        Raises:
            WorkError: when the disk is full or the folder cannot be written. The earlier
                checkpoints stand.
        """
        target = self.folder / str(step)

        def fill(folder: Path) -> None:
            for name, variables in self._variables.items():
                _write_arrays(folder / f"{name}.npz", variables)
            (folder / "state.json").write_text(json.dumps(state, indent=1), encoding="utf-8")

        try:
            replace_folder(target, fill)  # there is one of this step if a validation was paused
            write_file(self.folder / _LATEST, f"{step}\n")
        except (OSError, WorkError) as error:
            kept = self.latest
            reason = error.__cause__ if isinstance(error.__cause__, OSError) else error
            raise WorkError(
                f"{target}: the checkpoint could not be written ({_in_words(reason)}); "
                + (f"the one of step {kept} stands; " if kept is not None else "")
                + "make room on the disk and go on with --resume"
            ) from error
        self._remove_all_but({step, state.get("best", step)})

    @property
    def latest(self) -> int | None:
        """Step of the newest complete checkpoint, None when there is none."""
        try:
            step = int((self.folder / _LATEST).read_text(encoding="ascii"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise InputError(
                f"{self.folder / _LATEST}: not a checkpoint's number: {error}"
            ) from None
        recover_folder(self.folder / str(step))
        return step

    def state(self) -> dict[str, Any] | None:
        """Returns the newest checkpoint's state without loading it, or None."""
        step = self.latest
        if step is None:
            return None
        path = self.folder / str(step) / "state.json"
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InputError(
                f"{path}: the checkpoint is damaged ({error}); train anew into another --out"
            ) from None

    def values(self) -> list[np.ndarray]:
        """Returns the newest checkpoint's values of `kept_variables`, one group after the other.

        Raises:
            InputError: when it is damaged or belongs to another network.
        """
        folder = self.folder / str(self.latest)
        groups = self._variables.items()
        return [
            value for name, some in groups for value in self._read(folder / f"{name}.npz", some)
        ]

    def read_weights(self, step: int) -> list[np.ndarray]:
        """Returns the weights of a checkpoint, in the order of `model.weights`."""
        return self._read(self.folder / str(step) / "weights.npz", self._variables["weights"])

    def _read(self, path: Path, variables: list[keras.Variable]) -> list[np.ndarray]:
        try:
            with np.load(path, allow_pickle=False) as arrays:
                values = [arrays[name] for name in _names(variables)]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise InputError(
                f"{path}: damaged, or of another network ({error}); train anew into another --out"
            ) from None
        for variable, value in zip(variables, values, strict=True):
            if tuple(variable.shape) != value.shape:
                raise InputError(
                    f"{path}: {variable.path} should have shape {tuple(variable.shape)}, "
                    f"found {value.shape}; the checkpoint is of another network"
                )
        return values

    def _remove_all_but(self, steps: set[int]) -> None:
        for folder in self.folder.iterdir():
            step = _STEP.fullmatch(folder.name)
            if step and (folder.name.startswith(".") or int(step[1]) not in steps):
                shutil.rmtree(folder, ignore_errors=True)


def kept_variables(
    model: keras.Model, optimizer: keras.optimizers.Optimizer
) -> dict[str, list[keras.Variable]]:
    """Returns all that a training changes: weights, the optimizer's, seed generators' states."""
    weights = {id(variable) for variable in model.weights}
    return {
        "weights": model.weights,
        "optimizer": optimizer.variables,
        "seeds": [variable for variable in model.variables if id(variable) not in weights],
    }


def _names(variables: list[keras.Variable]) -> list[str]:
    return [f"array_{index:04d}" for index in range(len(variables))]


def _write_arrays(path: Path, variables: list[keras.Variable]) -> None:
    arrays = {
        name: keras.ops.convert_to_numpy(variable.value)
        for name, variable in zip(_names(variables), variables, strict=True)
    }
    with path.open("wb") as file:
        np.savez(file, **arrays)


def _in_words(error: BaseException) -> str:
    return str(getattr(error, "strerror", None) or error)
