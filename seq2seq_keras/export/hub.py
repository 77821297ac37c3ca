"""A repository on the Hugging Face Hub, made of a saved translator."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from huggingface_hub import EvalResult, HfApi, ModelCardData, get_token
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, HTTPError
from huggingface_hub.utils import validate_repo_id

from seq2seq_keras.config import Config
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.evaluation import Scores
from seq2seq_keras.languages import short_code
from seq2seq_keras.storage import replace_folder

# All that a saved translator consists of; checkpoints and whatever else lies there stay here.
_FILES = ("config.yaml", "model.keras", "source.*", "target.*", "metrics.csv", "scores.json")
_USE = """
## Use from the Hub

```sh
pip install huggingface_hub  # and seq2seq-keras
```

```python
import seq2seq_keras as s2s
from huggingface_hub import snapshot_download

translator = s2s.Translator.load(snapshot_download("{repo_id}"))
print(translator.translate(["..."])[0].text)
```
"""


def push(
    folder: str | Path, repo_id: str, *, private: bool = False, license: str | None = None
) -> str:
    """Uploads a saved translator as a model repository, which is made if need be.

    The token is that of `hf auth login`, or of the environment variable HF_TOKEN.

    Args:
        folder: A folder of a saved translator.
        repo_id: The repository, `USER/NAME`.
        private: Whether only its owner may see a repository that is made.
        license: A licence as the Hub names it, such as `apache-2.0`.

    Returns:
        The repository's address.

    Raises:
        InputError: if the folder is no saved translator, the name is none, or there is no token.
        WorkError: if the Hub refuses it or cannot be reached.

    Example:
        >>> push("saved_models/eng-fra", "me/eng-fra", private=True)  # doctest: +SKIP
        'https://huggingface.co/me/eng-fra'
    """
    return upload(
        lambda out: write_repository(folder, out, repo_id, license=license),
        repo_id,
        private=private,
    )


def upload(
    write: Callable[[Path], None], repo_id: str, *, private: bool = False, space: bool = False
) -> str:
    """Uploads what `write` puts into a folder; the repository is made if need be.

    Args:
        write: Called with a folder to make.
        repo_id, private: As of `push`.
        space: Whether it is a Space, of Gradio, and not a model.

    Returns:
        The repository's address.

    Raises:
        InputError: if there is no token, or one that may not do this.
        WorkError: if the Hub refuses it or cannot be reached.
    """
    kind = "space" if space else "model"
    with tempfile.TemporaryDirectory() as temporary:
        repository = Path(temporary) / "repository"
        write(repository)
        if get_token() is None:
            raise InputError(
                "no token of the Hugging Face Hub: run `hf auth login`, or set HF_TOKEN"
            )
        try:
            api = HfApi(library_name="seq2seq-keras")
            address = api.create_repo(
                repo_id,
                repo_type=kind,
                space_sdk="gradio" if space else None,
                private=private,
                exist_ok=True,
            )
            api.upload_folder(
                repo_id=repo_id,
                repo_type=kind,
                folder_path=repository,
                commit_message="Upload a translator",
            )
        except HfHubHTTPError as error:
            raise _refused(error, repo_id) from None
        except (HTTPError, OSError) as error:
            raise WorkError(f"the Hugging Face Hub cannot be reached: {error}") from None
    return str(address)


def write_repository(
    folder: str | Path, out: str | Path, repo_id: str, *, license: str | None = None
) -> None:
    """Writes what `push` uploads: the translator's files, and a card with the Hub's metadata.

    Args:
        folder: A folder of a saved translator.
        out: The folder to make; it must not be there yet, or be empty.
        repo_id, license: As of `push`.

    Raises:
        InputError: if the folder is no saved translator, the name is none, or something lies at
            `out`.
    """
    folder, out = Path(folder), Path(out)
    check_place(folder, out, repo_id)
    data = card_data(folder, repo_id, license)
    card = (folder / "README.md").read_text(encoding="utf-8")
    # A card that came from the Hub has metadata already.
    card = re.sub(r"\A---\n.*?\n---\n", "", card, flags=re.DOTALL)
    text = f"---\n{data.to_yaml()}\n---\n\n{card.rstrip()}\n{_USE.format(repo_id=repo_id)}"

    def write(new: Path) -> None:
        copy_translator(folder, new)
        (new / "README.md").write_text(text, encoding="utf-8")

    replace_folder(out, write)


def check_place(folder: Path, out: Path, repo_id: str) -> None:
    """Looks whether a translator can become a repository there.

    Args:
        folder, out, repo_id: As of `write_repository`.

    Raises:
        InputError: as of `write_repository`.
    """
    try:
        validate_repo_id(repo_id)
    except HFValidationError:
        repo_id = ""
    if not re.fullmatch(r"[^/]+/[^/]+", repo_id):
        raise InputError("the repository's name: expected USER/NAME, of letters, digits, - _ .")
    if not (folder / "model.keras").is_file():
        raise InputError(f"{folder}: not a saved translator (there is no model.keras)")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"{out}: something lies there; give a new or empty folder")


def copy_translator(folder: Path, out: Path) -> None:
    """Copies all that a saved translator consists of but its card.

    Args:
        folder: A folder of a saved translator.
        out: A folder that is there.
    """
    for pattern in _FILES:
        for path in folder.glob(pattern):
            shutil.copyfile(path, out / path.name)


def card_data(folder: Path, repo_id: str, license: str | None = None) -> ModelCardData:
    """What the Hub wants to know of a translator: languages, scores in its `model-index` form.

    Args:
        folder: A folder of a saved translator.
        repo_id, license: As of `push`.
    """
    config = Config.load(folder / "config.yaml")
    record: dict[str, Any] = {}
    if (folder / "scores.json").is_file():
        record = json.loads((folder / "scores.json").read_text(encoding="utf-8"))
    codes = [short_code(code) for code in (config.source_lang, config.target_lang) if code]
    languages = [code for code in codes if code]
    attention = "without-attention" if config.attention == "none" else "attention"
    results = None
    if record.get("scores"):
        results = _results(Scores.model_validate(record["scores"]), record, languages)
    return ModelCardData(
        language=languages or None,
        license=license,
        library_name="keras",
        pipeline_tag="translation",
        tags=["seq2seq-keras", "seq2seq", config.cell, attention],
        metrics=["bleu", "chrf", "ter"] if results else None,
        model_name=repo_id.split("/")[1],
        eval_results=results,
    )


def _results(scores: Scores, record: dict[str, Any], languages: list[str]) -> list[EvalResult]:
    corpus = str(record.get("corpus") or "corpus")
    kind = re.sub(r"[^a-z0-9]+", "-", corpus.casefold()).strip("-") or "corpus"
    task = f"Translation {'-'.join(languages)}".strip()
    return [
        EvalResult(
            task_type="translation",
            task_name=task,
            dataset_type=kind,
            dataset_name=corpus,
            dataset_split="test",
            metric_type=name,
            metric_name=label,
            metric_value=round(metric.value, 2),
            metric_config=metric.signature,
        )
        for name, label, metric in (
            ("bleu", "BLEU", scores.bleu),
            ("chrf", "chrF", scores.chrf),
            ("ter", "TER", scores.ter),
        )
    ]


def _refused(error: HfHubHTTPError, repo_id: str) -> Exception:
    status = error.response.status_code if error.response is not None else 0
    if status == 401:
        return InputError(
            "the Hugging Face Hub does not know this token: run `hf auth login`, or set HF_TOKEN"
        )
    if status == 403:
        return InputError(
            f"{repo_id}: this token may not write there; it needs the right to write, and USER "
            "is you or an organization of yours"
        )
    said = error.server_message or str(error).splitlines()[0]
    return WorkError(f"the Hugging Face Hub refused it ({status}): {said}")
