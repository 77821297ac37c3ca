"""What an export says of itself: its program `translate.py`, and its README.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from seq2seq_keras.decoding.search import most_tokens
from seq2seq_keras.export.check import Check
from seq2seq_keras.export.rendering import rendered
from seq2seq_keras.languages import language_name
from seq2seq_keras.model_card import architecture
from seq2seq_keras.text.normalisation import INVISIBLE
from seq2seq_keras.text.word import LETTER, PATTERN
from seq2seq_keras.translator import Translator


def write_program(
    translator: Translator, folder: Path, format: str, *, tokenizers: bool = True, **more: Any
) -> None:
    """Writes `translate.py`, and beside it the tokenizers that it reads.

    Args:
        translator: The translator.
        folder: The export's folder.
        format: The name of the template.
        tokenizers: Whether the program reads tokenizers: not where the model does that itself.
        more: What that template needs to know besides.
    """
    if tokenizers:
        translator.source_tokenizer.save(folder, "source")
        translator.target_tokenizer.save(folder, "target")
    text = rendered(
        f"{format}.py.jinja",
        config=translator.config,
        tokenizer=translator.config.tokenizer,
        invisible=INVISIBLE.pattern,
        pattern=PATTERN,
        letter=LETTER,
        **more,
    )
    (folder / "translate.py").write_text(text, encoding="utf-8")


def write_readme(
    translator: Translator,
    folder: Path,
    format: str,
    quantize: str | None,
    packages: Sequence[str],
    check: Check,
    **more: Any,
) -> None:
    """Writes README.md: what this is, the lines that use it, and what came of trying it out.

    `more` is what the format's template needs to know besides.
    """
    config = translator.config
    text = rendered(
        f"{format}.md.jinja",
        config=config,
        source=language_name(config.source_lang) if config.source_lang else "Source",
        target=language_name(config.target_lang) if config.target_lang else "target",
        architecture=architecture(config),
        quantize=quantize,
        packages=packages,
        check=check,
        scores=translator.scores,
        files=_sizes(folder),
        **more,
    )
    (folder / "README.md").write_text(text, encoding="utf-8")


def program_packages(translator: Translator, *packages: str) -> list[str]:
    """What `translate.py` needs, as pip takes it: packages, and what reads its tokenizers."""
    tokenizer = ["sentencepiece"] if translator.config.tokenizer == "subword" else []
    return pinned(*packages, *tokenizer)


def length_limit(translator: Translator) -> tuple[int, int]:
    """The limit of a translation's length as of `most_tokens`: tokens a source token, and more."""
    first, second = most_tokens(np.array([0, 1]), translator.config.tokenizer).tolist()
    return second - first, first


def pinned(*packages: str) -> list[str]:
    """Names packages with the versions that are installed here, as pip takes them.

    Example:
        >>> pinned("keras")
        ['keras==3.15.1']
    """
    return [f"{package}=={version(package)}" for package in packages]


def _sizes(folder: Path) -> Mapping[str, int]:
    """Bytes of each file and folder right in a folder."""
    sizes = {}
    for path in sorted(folder.iterdir()):
        files = [path] if path.is_file() else path.rglob("*")
        sizes[path.name] = sum(each.stat().st_size for each in files if each.is_file())
    return sizes
