"""Checkpoints: a folder for each, written whole or not at all, the last and the best kept."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import keras
import numpy as np

from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.storage import recover_folder

_LATEST = "latest"


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
        >>> checkpoints.restore()
        {'epoch': 1, 'best': 453}
    """

    def __init__(
        self, folder: Path, model: keras.Model, optimizer: keras.optimizers.Optimizer
    ) -> None:
        self.folder = folder
        weights = {id(variable) for variable in model.weights}
        self._variables = {
            "weights": model.weights,
            "optimizer": optimizer.variables,
            "seeds": [variable for variable in model.variables if id(variable) not in weights],
        }

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
        working = self.folder / f"{step}.part"
        try:
            shutil.rmtree(working, ignore_errors=True)
            working.mkdir(parents=True)
            for name, variables in self._variables.items():
                _write_arrays(working / f"{name}.npz", variables)
            _write_text(working / "state.json", json.dumps(state, indent=1))
            _flush_folder(working)
            if target.exists():  # of the same step, as when a validation was paused
                target.rename(self.folder / f".{step}.old")  # where `recover_folder` looks
            working.rename(target)
            pointer = self.folder / f"{_LATEST}.part"
            _write_text(pointer, f"{step}\n")
            pointer.replace(self.folder / _LATEST)
            _flush_folder(self.folder)
        except OSError as error:
            shutil.rmtree(working, ignore_errors=True)
            kept = self.latest
            raise WorkError(
                f"{target}: the checkpoint could not be written ({error.strerror or error}); "
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

    def restore(self) -> dict[str, Any] | None:
        """Sets weights, optimizer and seed generators from the newest checkpoint.

        Returns:
            Its state, or None when there is no checkpoint yet.

        Raises:
            InputError: when it is damaged or belongs to another network.
        """
        state = self.state()
        if state is None:
            return None
        for name, variables in self._variables.items():
            values = self._read(self.folder / str(self.latest) / f"{name}.npz", variables)
            for variable, value in zip(variables, values, strict=True):
                variable.assign(value)
        return state

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
            is_other = folder.name.isdigit() and int(folder.name) not in steps
            if folder.is_dir() and (is_other or folder.name.endswith(".old")):
                shutil.rmtree(folder, ignore_errors=True)


def _names(variables: list[keras.Variable]) -> list[str]:
    return [f"array_{index:04d}" for index in range(len(variables))]


def _write_arrays(path: Path, variables: list[keras.Variable]) -> None:
    arrays = {
        name: keras.ops.convert_to_numpy(variable.value)
        for name, variable in zip(_names(variables), variables, strict=True)
    }
    with path.open("wb") as file:
        np.savez(file, **arrays)
        _flush(file)


def _write_text(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        _flush(file)


def _flush(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows has no handle for a folder
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
