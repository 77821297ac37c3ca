"""What a comparison trains, and what it writes down so that it can be resumed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from seq2seq_keras.comparison.report import Budget
from seq2seq_keras.config import CellName, Config
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.network_size import count_parameters, units_for
from seq2seq_keras.storage import beside, write_file

_PLAN = "comparison.json"
_BUDGET = ("epochs", "time_limit")


def plan(config: Config, cells: Sequence[str] | None) -> dict[str, Config]:
    """The networks of a comparison by name, in the order in which they are trained.

    Raises:
        InputError: If a cell is unknown.
    """
    architectures = {"plain": config.updated(attention="none"), "attention": config}
    if cells is None:
        return architectures
    if isinstance(cells, str):
        cells = cells.split(",")
    known = get_args(CellName)
    wrong = [cell for cell in cells if cell.strip() not in known]
    if wrong or not cells:
        raise InputError(
            f"cells: expected some of {', '.join(known)}, received {', '.join(wrong) or 'none'}"
        )
    return {
        f"{cell}-{name}": settled.updated(cell=cell)
        for cell in dict.fromkeys(cell.strip() for cell in cells)
        for name, settled in architectures.items()
    }


def matched(networks: Mapping[str, Config], vocab_sizes: Sequence[int]) -> dict[str, Config]:
    """Widens each plain network to as many parameters as its twin with attention has.

    Args:
        networks: As of `plan`.
        vocab_sizes: Entries of the source and of the target vocabulary.

    Returns:
        The networks, in the same order.
    """
    found = dict(networks)
    for name, config in networks.items():
        if config.attention == "none":
            twin = networks[name.removesuffix("plain") + "attention"]
            units = units_for(config, count_parameters(twin, *vocab_sizes), *vocab_sizes)
            found[name] = config.updated(units=units)
    return found


def budget_of(config: Config) -> Budget:
    """Returns the epochs and minutes that a network may train."""
    return Budget(epochs=config.epochs, time_limit=config.time_limit)


def saved_budget(folder: Path) -> dict[str, Any]:
    """Returns the epochs and minutes of an interrupted comparison; nothing if there is none."""
    try:
        saved = json.loads((folder / _PLAN).read_text(encoding="utf-8"))
        return Budget.model_validate(saved["budget"]).model_dump()
    except (OSError, ValueError, KeyError, TypeError):
        return {}  # what is wrong with it, `settle_folder` says


def is_planned(folder: Path) -> bool:
    """Whether a comparison was begun in a folder, whether or not it was finished."""
    return (folder / _PLAN).is_file()


def settle_folder(
    folder: Path, corpus: str, networks: Mapping[str, Config], resume: bool, join: bool = False
) -> None:
    """Writes down what is compared, or makes sure that a resumed comparison is the same one.

    Args:
        folder: Where the comparison lies, or is to lie.
        corpus: The corpus's fingerprint.
        networks: As of `plan`.
        resume: Whether it goes on with what lies there.
        join: Whether it goes on with a comparison that lies there, if there is one: another
            process may have begun it a moment ago.

    Raises:
        InputError: If it is another comparison, or the folder is in use.
        WorkError: If it cannot be written.
    """
    first = next(iter(networks.values()))
    content = {
        "corpus": corpus,
        "budget": budget_of(first).model_dump(),
        "networks": {
            name: settled.model_dump(exclude=set(_BUDGET)) for name, settled in networks.items()
        },
    }
    path = folder / _PLAN
    if resume or (join and path.is_file()):
        try:
            saved = json.loads(path.read_text(encoding="utf-8"))
            begun = {part: saved[part] for part in ("corpus", "networks")}
        except (OSError, ValueError, KeyError, TypeError):
            raise InputError(f"{folder}: there is no interrupted comparison to resume") from None
        if any(content[part] != begun[part] for part in begun):
            raise InputError(
                f"{folder}: --resume needs the corpus and the settings that the comparison began "
                "with (epochs and time limit aside); give another --out"
            )
    elif folder.is_file():
        raise InputError(f"{folder}: this is a file; give a folder as --out")
    elif _holds_others(folder) and not (join and path.is_file()):
        raise InputError(
            f"{folder}: the folder is not empty; go on with an interrupted comparison by "
            "--resume, or give a new one as --out"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_file(path, json.dumps(content, indent=2) + "\n")
    except OSError as error:
        raise WorkError(
            f"{folder}: cannot be written ({error.strerror or error}); make room, or give another "
            "--out"
        ) from error


def _holds_others(folder: Path) -> bool:
    """Whether more lies in a folder than what a process that was killed left of its first file."""
    if not folder.is_dir():
        return False
    left = beside(folder / _PLAN, "").name
    return any(not path.name.startswith(left) for path in folder.iterdir())
