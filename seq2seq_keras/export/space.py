"""A Space on the Hugging Face Hub, made of a saved translator: the app, for everybody to try."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Mapping
from importlib.metadata import distribution, version
from pathlib import Path
from typing import Any

from huggingface_hub import SpaceCardData

import seq2seq_keras
from seq2seq_keras.config import Config
from seq2seq_keras.evaluation import Scores
from seq2seq_keras.export.hub import check_place, copy_translator, upload
from seq2seq_keras.export.rendering import rendered
from seq2seq_keras.languages import language_name
from seq2seq_keras.model_card import architecture
from seq2seq_keras.storage import replace_folder

_PACKAGE = Path(seq2seq_keras.__file__).parent
# In a checkout these lie beside the package.
_CHECKOUT = _PACKAGE.parent if (_PACKAGE.parent / "pyproject.toml").is_file() else None
_SHORT = 60  # characters that the Hub takes for a short description


def push_space(
    folder: str | Path, repo_id: str, *, private: bool = False, license: str | None = None
) -> str:
    """Uploads the app with a saved translator as a Space, which is made if need be.

    Args:
        folder: A folder of a saved translator.
        repo_id: The Space, `USER/NAME`.
        private: Whether only its owner may see a Space that is made.
        license: A licence as the Hub names it, such as `apache-2.0`.

    Returns:
        The Space's address.

    Raises:
        InputError: if the folder is no saved translator, the name is none, or there is no token.
        WorkError: if the Hub refuses it or cannot be reached.

    Example:
        >>> push_space("saved_models/eng-fra", "me/eng-fra")  # doctest: +SKIP
        'https://huggingface.co/spaces/me/eng-fra'
    """
    return upload(
        lambda out: write_space(folder, out, repo_id, license=license),
        repo_id,
        private=private,
        space=True,
    )


def write_space(
    folder: str | Path, out: str | Path, repo_id: str, *, license: str | None = None
) -> None:
    """Writes what `push_space` uploads: `app.py`, this package, the translator, and a card.

    The package is not on PyPI, so the Space brings its source with it, as it is here.

    Args:
        folder: A folder of a saved translator.
        out: The folder to make; it must not be there yet, or be empty.
        repo_id, license: As of `push_space`.

    Raises:
        InputError: if the folder is no saved translator, the name is none, or something lies at
            `out`.
    """
    folder, out = Path(folder), Path(out)
    check_place(folder, out, repo_id)
    replace_folder(out, lambda new: _write(folder, new, repo_id, license))


def _write(folder: Path, out: Path, repo_id: str, license: str | None) -> None:
    shutil.copytree(
        _PACKAGE, out / "seq2seq_keras", ignore=shutil.ignore_patterns("__pycache__", ".*")
    )
    (out / "seq2seq_keras" / "LICENSE").write_text(_project_license(), encoding="utf-8")
    (out / "requirements.txt").write_text(_requirements(), encoding="utf-8")
    (out / "app.py").write_text(rendered("space_app.py.jinja"), encoding="utf-8")
    name = repo_id.split("/")[1]
    # The app shows models of such a name to all, and lets nobody rename or delete them.
    model = out / "saved_models" / f"sample-{name.removeprefix('sample-')}"
    model.mkdir(parents=True)
    copy_translator(folder, model)
    shutil.copyfile(folder / "README.md", model / "README.md")
    (model / "label.json").write_text(json.dumps({"name": name}), encoding="utf-8")
    (out / "README.md").write_text(_card(folder, repo_id, model.name, license), encoding="utf-8")


def _card(folder: Path, repo_id: str, model: str, license: str | None) -> str:
    config = Config.load(folder / "config.yaml")
    source = language_name(config.source_lang) if config.source_lang else "Source"
    target = language_name(config.target_lang) if config.target_lang else "target"
    record: Mapping[str, Any] = {}
    if (folder / "scores.json").is_file():
        record = json.loads((folder / "scores.json").read_text(encoding="utf-8"))
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    metadata = SpaceCardData(
        title=f"{source} to {target}",
        emoji="🔤",
        colorFrom="indigo",
        colorTo="green",
        sdk="gradio",
        sdk_version=version("gradio"),
        python_version=python,
        app_file="app.py",
        license=license,
        tags=["translation", "seq2seq-keras"],
        short_description=f"Translate {source} to {target}"[:_SHORT],
    )
    examples = record.get("examples") or [{"source": "..."}]
    return rendered(
        "space.md.jinja",
        metadata=metadata.to_yaml(),
        source=source,
        target=target,
        attention=config.attention != "none",
        architecture=architecture(config),
        scores=Scores.model_validate(record["scores"]) if record.get("scores") else None,
        model=model,
        address=f"https://{re.sub('[^a-z0-9]+', '-', repo_id.lower())}.hf.space/en",
        example=repr(examples[0]["source"]),
        python=python,
    )


def _requirements() -> str:
    """What the package imports, pinned; optional packages are left out."""
    if _CHECKOUT:
        return (_CHECKOUT / "requirements.txt").read_text(encoding="utf-8")
    needed = distribution("seq2seq-keras").requires or []
    return "".join(f"{line}\n" for line in needed if "extra ==" not in line)


def _project_license() -> str:
    if _CHECKOUT:
        return (_CHECKOUT / "LICENSE").read_text(encoding="utf-8")
    return distribution("seq2seq-keras").read_text("licenses/LICENSE") or "Apache-2.0\n"
