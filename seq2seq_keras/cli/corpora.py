"""Settings and corpora, as the options of a command name them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from seq2seq_keras.cli.terminal import say
from seq2seq_keras.config import Config

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
    leave_out: str | None = None,
) -> Splits:
    """Reads the parts that were given and splits off the validation part if it was not.

    Of the corpus to train on, doubtful pairs of the sorts in `leave_out` are left out, and pairs
    with a sentence that stands in a part that was given.

    Without `--valid` and `--test` a test part is split off too. With `--valid` alone there is
    none: the user scores with `evaluate`.
    """
    from seq2seq_keras.corpus import Splits, clean

    def read(paths: list[Path]) -> Corpus:
        languages = config.source_lang, config.target_lang
        return load(paths, *languages, source_column, target_column, encoding)

    corpus = read(corpora)
    validation, tested = (read(paths) if paths else None for paths in (valid, test))
    if leave_out:
        corpus = clean(corpus, [name.strip() for name in leave_out.split(",")])
    corpus = corpus.apart_from(*(part for part in (validation, tested) if part is not None))
    for reason, count in corpus.dropped.items():
        say(f"note: {corpus.name}: {count:,} pairs left out: {reason}")
    if validation is not None:
        return Splits(corpus, validation, tested if tested is not None else corpus.subset([]))
    parts = corpus.split(test=None if tested is None else 0, seed=config.seed)
    return parts if tested is None else Splits(parts.train, parts.valid, tested)
