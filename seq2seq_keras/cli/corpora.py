"""Settings and corpora, as the options of a command name them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seq2seq_keras.cli.terminal import say
from seq2seq_keras.config import Config
from seq2seq_keras.counted import counted
from seq2seq_keras.errors import InputError

if TYPE_CHECKING:
    from seq2seq_keras.corpus import Corpus, Splits


def chosen_settings(
    path: Path | None, settings: dict[str, Any], start: Path | None = None
) -> tuple[Config | None, dict[str, Any], Config]:
    """Reads what a command was told to do.

    Args:
        path: The configuration file, if one was named.
        settings: The options, None where they were not given.
        start: The configuration of the translator or training that the command goes on with.

    Returns:
        The configuration in the file, if any; the options that were given beside it; and all
        settings as far as they are known before the corpus is read.

    Raises:
        InputError: If a setting is out of range; that is said before any work.
    """
    base = Config.load(path) if path else None
    chosen = {name: value for name, value in settings.items() if value is not None}
    begun = Config.load(start) if start is not None and start.is_file() else Config()
    return base, chosen, (base or begun).updated(**chosen)


def load(
    paths: list[Path],
    source_lang: str | None,
    target_lang: str | None,
    source_column: str | None,
    target_column: str | None,
    encoding: str | None = None,
) -> Corpus:
    """Reads a corpus; see `load_corpus`, which loads only now."""
    from seq2seq_keras.corpus import load_corpus

    return load_corpus(
        *paths,
        source_lang=source_lang,
        target_lang=target_lang,
        source_column=source_column,
        target_column=target_column,
        encoding=encoding,
    )


def load_splits(
    corpora: list[Path],
    valid: list[Path] | None,
    test: list[Path] | None,
    config: Config,
    source_column: str | None,
    target_column: str | None,
    encoding: str | None = None,
    clean: str = "none",
    *,
    valid_size: str | None = None,
    test_size: str | None = None,
    near_together: bool = False,
) -> Splits:
    """Reads the parts that were given and splits off the validation part if it was not.

    The corpus to train on is cleaned by the rules in `clean`, and pairs with a sentence that stands
    in a part that was given are left out. What was done is said.

    Without `--valid` and `--test` a test part is split off too. With `--valid` alone there is
    none, unless its size is given: the user scores with `evaluate`.
    """
    from seq2seq_keras.corpus import Cleaning, Splits, size_of_part

    # What is wrong here is told before the corpus is read.
    cleaning = Cleaning.parse(clean)
    for name, files, size in (("valid", valid, valid_size), ("test", test, test_size)):
        if files and size is not None:
            raise InputError(
                f"--{name}-size: is for a part of the corpus, but --{name} gives one of its own; "
                "leave one of the two out"
            )
    held_out, kept_apart = (
        None if size is None else size_of_part(size) for size in (valid_size, test_size)
    )

    def read(paths: list[Path]) -> Corpus:
        languages = config.source_lang, config.target_lang
        return load(paths, *languages, source_column, target_column, encoding)

    corpus = read(corpora)
    validation, tested = (read(paths) if paths else None for paths in (valid, test))
    corpus = cleaning.apply(corpus)
    corpus = corpus.apart_from(*(part for part in (validation, tested) if part is not None))
    _tell(corpus)
    if validation is not None:
        held_out, kept_apart = 0, kept_apart or 0
    if tested is not None:
        kept_apart = 0
    if held_out == kept_apart == 0 and validation is not None:
        parts = Splits(corpus, validation, corpus.subset([]))
    else:
        parts = corpus.split(held_out, kept_apart, config.seed, near_together)
    return Splits(
        parts.train,
        parts.valid if validation is None else validation,
        parts.test if tested is None else tested,
    )


def cleaning_of(model: Path | None) -> str:
    """How the corpus is cleaned unless it is told, as `Cleaning.parse` reads it.

    As for the translator that a training goes on from, if there is one: in a corpus cleaned
    otherwise, other sentences would be tested, among them some that it has learnt.

    Args:
        model: The folder of that translator.
    """
    if model is None:
        return "default"
    try:
        record = json.loads((model / "scores.json").read_text(encoding="utf-8"))
        return ",".join(record["cleaning"]["rules"]) or "none"
    except (OSError, ValueError, TypeError, KeyError):
        return "none"  # from before corpora were cleaned unless one said so


def _tell(corpus: Corpus) -> None:
    """Says what was mended and left out, by reason, and the rule as `--clean` names it."""
    from seq2seq_keras.corpus import RULES

    for name, count in corpus.cleaned.mended.items() if corpus.cleaned else ():
        reason = f"they {RULES[name].title} ({name})"
        say(f"note: {corpus.name}: {counted(count, 'sentence')} mended: {reason}")
    for name, count in corpus.dropped.items():
        reason = f"they {RULES[name].title} ({name})" if name in RULES else name
        say(f"note: {corpus.name}: {counted(count, 'pair')} left out: {reason}")
