"""A translator: two tokenizers and one trained network, ready to translate, score and save."""

from __future__ import annotations

import csv
import functools
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import keras
import numpy as np

from seq2seq_keras.config import Config
from seq2seq_keras.corpus import Corpus
from seq2seq_keras.decoding import Hypothesis, search_all
from seq2seq_keras.errors import InputError
from seq2seq_keras.evaluation import Scores, score
from seq2seq_keras.model_card import model_card
from seq2seq_keras.network import Network, build_network
from seq2seq_keras.network_size import count_parameters
from seq2seq_keras.storage import read_folder, replace_folder
from seq2seq_keras.text import (
    END,
    Segments,
    Tokenizer,
    load_tokenizer,
    normalise,
    split_paragraph,
)
from seq2seq_keras.text.tokenizer import SUFFIXES
from seq2seq_keras.tokenizer_check import check_tokenizers, is_from_hub
from seq2seq_keras.weights_file import stored_numbers

_TOKENIZERS = tuple(f"{side}{suffix}" for side in ("source", "target") for suffix in SUFFIXES)
_LARGEST_BYTES = 100 * 2**20
_SOFTWARE = ("numpy", "sentencepiece", "sacrebleu", "nltk")


@dataclass(frozen=True)
class Translation:
    """The translation of one sentence.

    Attributes:
        text: The translation.
        score: Its length-normalised log-probability; the nearer to 0, the surer.
        tokens: The tokens it was written in, without start and end.
        source_tokens: The tokens that the network read, the end token last.
        attention: Weights, a row for each of `tokens`, a column for each of
            `source_tokens`; None for a network without attention.
        alternatives: The next best translations that read differently, best first.
    """

    text: str
    score: float
    tokens: list[str]
    source_tokens: list[str]
    attention: np.ndarray | None = None
    alternatives: list[Translation] = field(default_factory=list)


@dataclass(frozen=True)
class TextTranslation:
    """The translation of a text of several lines and sentences.

    Attributes:
        text: The translation, with the line breaks of the original.
        sentences: The sentences in order.
        originals: What was translated, a string for each of `sentences`.
        notices: What the reader should know, such as that a sentence was cut in two.
    """

    text: str
    sentences: list[Translation]
    originals: list[str]
    notices: list[str]


class Translator:
    """Two tokenizers and one trained network.

    Args:
        config: The configuration of the network.
        source_tokenizer, target_tokenizer: The tokenizers it was trained with.
        network: The network.
        history: A row of figures for each epoch of its training.
        scores: Scores on the test part of its corpus, if they were computed.
        record: What is worth knowing of its training: pairs, seconds and so on.

    Example:
        >>> translator = Translator.load("saved_models/eng-fra")
        >>> translator.translate(["A man is riding a horse."])[0].text
    """

    def __init__(
        self,
        config: Config,
        source_tokenizer: Tokenizer,
        target_tokenizer: Tokenizer,
        network: Network,
        history: Sequence[dict[str, Any]] = (),
        scores: Scores | None = None,
        record: dict[str, Any] | None = None,
    ) -> None:
        self.config = config
        self.source_tokenizer = source_tokenizer
        self.target_tokenizer = target_tokenizer
        self.network = network
        self.history = list(history)
        self.scores = scores
        self.record = dict(record or {})

    @property
    def parameters(self) -> int:
        """Number of trained parameters."""
        return self.network.training.count_params()

    def translate(
        self,
        sentences: Sequence[str],
        beam_size: int | None = None,
        n_best: int = 1,
        length_penalty: float | None = None,
        attention: bool = True,
        on_progress: Callable[[int], None] | None = None,
    ) -> list[Translation]:
        """Translates sentences, each as one, however long.

        Args:
            sentences: The sentences; an empty one gives an empty translation.
            beam_size: Hypotheses kept in search, 1 is greedy; by default the configuration's.
            n_best: Translations wanted of each sentence.
            length_penalty: Alpha of the length normalisation; by default the configuration's.
            attention: Whether to compute the attention weights, if the network has attention.
            on_progress: Called now and then with the number of sentences done.

        Returns:
            A translation for each sentence, in order.

        Raises:
            InputError: if a setting is out of range.

        Example:
            >>> best = translator.translate(["A man is riding a horse."], n_best=3)[0]
            >>> best.text, [other.text for other in best.alternatives]
        """
        if isinstance(sentences, str):
            sentences = [sentences]
        beam_size = self.config.beam_size if beam_size is None else beam_size
        if length_penalty is None:
            length_penalty = self.config.length_penalty
        self.config.updated(beam_size=beam_size, length_penalty=length_penalty)  # checks both
        if n_best < 1:
            raise InputError(f"n_best: expected at least 1, received {n_best}")
        encoded = [self.source_tokenizer.encode(normalise(sentence)) for sentence in sentences]
        hypotheses = search_all(
            self.network,
            encoded,
            beam_size=max(beam_size, n_best),
            n_best=n_best,
            length_penalty=length_penalty,
            attention=attention,
            on_progress=on_progress,
        )
        return [self._translation(*pair) for pair in zip(encoded, hypotheses, strict=True)]

    def _translation(self, source: list[int], hypotheses: list[Hypothesis]) -> Translation:
        source_tokens = self.source_tokenizer.pieces([*source, END])
        translations: dict[str, Translation] = {}
        for hypothesis in hypotheses:
            text = self.target_tokenizer.decode(hypothesis.tokens)
            tokens = self.target_tokenizer.pieces(hypothesis.tokens)
            translation = Translation(
                text, hypothesis.score, tokens, source_tokens, hypothesis.attention
            )
            translations.setdefault(text, translation)  # other tokens may give the same text
        best, *others = translations.values()
        return Translation(
            best.text, best.score, best.tokens, source_tokens, best.attention, others
        )

    def split(self, text: str) -> Segments:
        """Splits a text into sentences that the network can translate, and keeps its lines.

        Args:
            text: A text of any number of lines and sentences.

        Returns:
            The sentences for `translate`, and how to join their translations.
        """
        return split_paragraph(
            text,
            longest=self.config.max_length - 1,  # the end token takes one place
            length=lambda sentence: len(self.source_tokenizer.encode(sentence)),
            language=self.config.source_lang,
        )

    def translate_text(
        self, text: str, beam_size: int | None = None, n_best: int = 1
    ) -> TextTranslation:
        """Translates a text of any number of lines and sentences.

        The text is split into sentences. A sentence longer than those the network was trained
        on is split at punctuation, with a notice; nothing is left out. Line breaks are kept.

        Args:
            text: The text.
            beam_size, n_best: As of `translate`.

        Returns:
            The translation as a text, and sentence by sentence.
        """
        segments = self.split(text)
        sentences = self.translate(segments.sentences, beam_size, n_best)
        joined = segments.join([each.text for each in sentences], self.config.target_lang)
        return TextTranslation(joined, sentences, segments.sentences, segments.notices)

    def evaluate(
        self,
        corpus: Corpus,
        beam_size: int | None = None,
        on_progress: Callable[[int], None] | None = None,
    ) -> Scores:
        """Translates the source side of a corpus and scores it against the target side.

        Args:
            corpus: Sentence pairs that the training has not seen.
            beam_size: As of `translate`.
            on_progress: Called now and then with the number of sentences done.

        Returns:
            BLEU, chrF and TER with their signatures.

        Example:
            >>> translator.evaluate(splits.test).bleu.value
        """
        translations = self.translate(
            corpus.sources, beam_size, attention=False, on_progress=on_progress
        )
        return score([each.text for each in translations], corpus.targets, self.config.target_lang)

    def save(self, folder: str | Path) -> None:
        """Saves everything that is needed to load it again, whole or not at all.

        Args:
            folder: The folder to make. A translator that lies there is replaced.

        Raises:
            InputError: if something else lies there.
            WorkError: if it cannot be written; what was there is then untouched.
        """
        folder = Path(folder)
        if folder.exists() and not folder.is_dir():
            raise InputError(f"{folder}: this is a file; give a folder to save in")
        ours = any((folder / name).is_file() for name in ("model.keras", "checkpoints/run.json"))
        if folder.exists() and any(folder.iterdir()) and not ours:
            raise InputError(
                f"{folder}: the folder holds something else than a translator; give a new or "
                "empty one"
            )
        replace_folder(folder, self._write)

    def _write(self, folder: Path) -> None:
        self.config.save(folder / "config.yaml")
        self.network.save(folder / "model.keras")
        self.source_tokenizer.save(folder, "source")
        self.target_tokenizer.save(folder, "target")
        (folder / "metrics.csv").write_text(_as_csv(self.history), encoding="utf-8")
        self.record["software"] = {
            name: version(name) for name in ("keras", keras.backend.backend(), *_SOFTWARE)
        }
        scores = {
            "scores": self.scores.model_dump() if self.scores else None,
            "parameters": self.parameters,
            **self.record,
        }
        (folder / "scores.json").write_text(
            json.dumps(scores, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        card = model_card(self.config, self.parameters, self.scores, self.history, self.record)
        (folder / "README.md").write_text(card, encoding="utf-8")

    @classmethod
    def load(cls, folder: str | Path, check: bool | None = None) -> Translator:
        """Loads a saved translator.

        The network is rebuilt from the validated configuration, and only numbers are read
        from `model.keras`: no code in the folder is ever run.

        Args:
            folder: A folder that `save` or `seq2seq-keras train` wrote.
            check: Whether the tokenizers are first read in a process of their own, with at most
                2 GiB and 60 seconds, as is good where a stranger may have made them. By default
                where the folder shows that it came from the Hugging Face Hub.

        Returns:
            The translator; it translates exactly as the one that was saved.

        Raises:
            InputError: if the folder is no saved translator or is damaged.
        """
        folder = Path(folder)
        wary = is_from_hub(folder) if check is None else check
        return read_folder(folder, functools.partial(cls._read, wary=wary))

    @classmethod
    def _read(cls, folder: Path, wary: bool) -> Translator:
        for name in ("config.yaml", "model.keras"):
            if not (folder / name).is_file():
                raise InputError(
                    f"{folder}: not a saved translator (there is no {name}); give a folder that "
                    "`seq2seq-keras train` has finished"
                )
        for name in ("metrics.csv", "scores.json", *_TOKENIZERS):
            _refuse_large(folder / name)
        config = Config.load(folder / "config.yaml")
        if wary:
            check_tokenizers(folder)
        source_tokenizer = load_tokenizer(folder, "source")
        target_tokenizer = load_tokenizer(folder, "target")
        sizes = source_tokenizer.vocab_size, target_tokenizer.vocab_size
        try:
            _refuse_small(folder / "model.keras", count_parameters(config, *sizes))
            network = build_network(config, *sizes)
            network.load_weights(folder / "model.keras")
        except InputError:
            raise
        except Exception as error:  # Keras and h5py raise errors of many kinds
            reason = " ".join(str(error).split())[:200]
            raise InputError(
                f"{folder / 'model.keras'}: damaged, or not made with this configuration "
                f"({reason}); copy the folder again or train anew"
            ) from error
        scores, record = _read_scores(folder / "scores.json")
        return cls(
            config,
            source_tokenizer,
            target_tokenizer,
            network,
            _read_csv(folder / "metrics.csv"),
            scores,
            record,
        )


def _refuse_large(path: Path) -> None:
    """Refuses what would be read whole, and is larger than any of ours by far."""
    if path.is_file() and path.stat().st_size > _LARGEST_BYTES:
        raise InputError(
            f"{path}: larger than {_LARGEST_BYTES // 2**20} MiB, which none of a saved translator "
            "is; copy the folder again"
        )


def _refuse_small(path: Path, wanted: int) -> None:
    """Refuses weights too few for a network, before it is built: it may fit no memory."""
    stored = stored_numbers(path)
    if stored < wanted:
        raise InputError(
            f"{path}: holds {stored:,} numbers at most, and config.yaml and the tokenizers ask "
            f"for {wanted:,}: they do not belong together"
        )


def _as_csv(rows: Sequence[dict[str, Any]]) -> str:
    if not rows:
        return ""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def _read_csv(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    try:
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
        return [
            {name: _number(value) for name, value in zip(rows[0], row, strict=True)}
            for row in rows[1:]
        ]
    except (ValueError, csv.Error) as error:
        raise InputError(f"{path}: damaged ({error}); delete it, the curves are lost") from None


def _number(value: str) -> Any:
    if value in ("True", "False"):
        return value == "True"
    try:
        return float(value) if any(mark in value for mark in ".einf") else int(value)
    except ValueError:
        return value


def _read_scores(path: Path) -> tuple[Scores | None, dict[str, Any]]:
    """Returns the test scores and the record of the training."""
    if not path.is_file():
        return None, {}
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(record, dict):
            raise ValueError("not a JSON object")
        _check_examples(record.get("examples"))
        scores = record.pop("scores", None)
        record.pop("parameters", None)
        return Scores.model_validate(scores) if scores is not None else None, record
    except (ValueError, RecursionError) as error:  # of JSON, UTF-8 and pydantic alike
        reason = " ".join(str(error).split())[:200]
        raise InputError(f"{path}: damaged ({reason}); delete it, the scores are lost") from None


def _check_examples(examples: Any) -> None:
    """Refuses what model cards and exports would stumble over."""
    if examples is None:
        return
    texts = [
        each.get(name) if isinstance(each, dict) else None
        for each in (examples if isinstance(examples, list) else [None])
        for name in ("source", "reference", "translation")
    ]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("its examples are no list of source, reference and translation")
