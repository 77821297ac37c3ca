"""From translations of one test set to a report."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from seq2seq_keras.comparison.report import (
    Budget,
    PairReport,
    Report,
    SentenceDifference,
    SystemReport,
    software_versions,
)
from seq2seq_keras.config import Config
from seq2seq_keras.evaluation import ScoredOutput, bleu_by_length, sentence_bleu

SENTENCES_SHOWN = 10
FEW_SENTENCES = 100

_CELL_NAMES = {"lstm": "LSTM", "gru": "GRU", "rnn": "simple RNN"}


@dataclass(frozen=True)
class SystemOutput:
    """A trained network's translations of the test set, and what is known of the network.

    Attributes:
        name: Short name, unique in the report.
        config: The network's configuration.
        parameters: How many numbers were trained.
        translations: Its translation of every test sentence.
        sentences_per_second: Measured decoding speed.
        beam_size: Hypotheses kept in search.
        history: A row an epoch.
        ended: Why training ended, if it is known.
    """

    name: str
    config: Config
    parameters: int
    translations: list[str]
    sentences_per_second: float
    beam_size: int
    history: Sequence[Mapping[str, Any]] = field(default_factory=list)
    ended: str | None = None


def build_report(
    outputs: Sequence[SystemOutput],
    sources: Sequence[str],
    references: Sequence[str],
    *,
    source_lang: str | None = None,
    target_lang: str | None = None,
    test_name: str = "",
    budget: Budget | None = None,
    notices: Sequence[str] = (),
    device: str | None = None,
    bleu_tokenizer: str | None = None,
) -> Report:
    """Scores systems on one test set and compares every two of them.

    Args:
        outputs: The systems, in the order in which the report names them.
        sources: The test set's source sentences.
        references: Their right translations.
        source_lang: Language code of the sources; None to go by their script.
        target_lang: Language code of the translations; None to go by their script.
        test_name: What the test set is called.
        budget: What each network was allowed to train.
        notices: What a reader must know, beside what scoring itself has to say.
        device: What the networks ran on.
        bleu_tokenizer: One of sacreBLEU's, instead of the target language's own.

    Returns:
        The report.

    Raises:
        InputError: If the test set is empty, or a system did not translate all of it.
    """
    scored = [
        ScoredOutput(output.translations, references, target_lang, bleu_tokenizer=bleu_tokenizer)
        for output in outputs
    ]
    pairs = [
        PairReport(
            baseline=outputs[first].name,
            system=outputs[second].name,
            **dict(scored[second].compared_with(scored[first])),
        )
        for first, second in combinations(range(len(outputs)), 2)
    ]
    said = [notice for one in scored for notice in one.scores.notices]
    for output in outputs:
        empty = sum(not translation.strip() for translation in output.translations)
        if empty > len(references) / 20:
            said.append(
                f"{output.name} leaves {empty} of {len(references)} sentences without a "
                "translation, a sign that it was trained too little"
            )
    if len(references) < FEW_SENTENCES:
        said.append(
            f"the test set has only {len(references)} sentences: intervals and p-values from so "
            "few are not to be relied on"
        )
    if len(pairs) > 1:
        said.append(
            f"{len(pairs)} pairs of models are tested at once, so their p-values are corrected by "
            f"Holm's method: the smallest is multiplied by {len(pairs)}, the next one by one less, "
            "and so on. The chance that any difference is claimed wrongly then stays under 5%"
        )
    return Report(
        test_name=test_name,
        test_sentences=len(references),
        source_lang=source_lang,
        target_lang=target_lang,
        budget=budget,
        systems=[
            _system_report(output, one, sources, source_lang)
            for output, one in zip(outputs, scored, strict=True)
        ],
        pairs=pairs,
        differences=most_different(outputs, sources, references, target_lang, bleu_tokenizer),
        notices=list(dict.fromkeys([*notices, *said])),  # in order, each once
        versions=dict(software_versions()),
        device=device,
    )


def describe(config: Config) -> str:
    """A network's architecture in words.

    Example:
        >>> describe(Config(attention="dot")).split("; ")[1]
        "dot attention before the decoder's recurrence"
    """
    directions = "bidirectional" if config.bidirectional else "unidirectional"
    layers = f"{_layers(config.encoder_layers)} encoder, {_layers(config.decoder_layers)} decoder"
    if config.attention == "none":
        attention = "no attention: the decoder reads one vector c at every step"
    else:
        score = config.attention.replace("_", " ")
        attention = f"{score} attention {config.attention_placement} the decoder's recurrence"
    cell = _CELL_NAMES[config.cell]
    return f"{cell}, {config.units} units, {directions} {layers}; {attention}"


def most_different(
    outputs: Sequence[SystemOutput],
    sources: Sequence[str],
    references: Sequence[str],
    target_lang: str | None,
    bleu_tokenizer: str | None = None,
) -> list[SentenceDifference]:
    """The sentences whose sentence BLEU differs most between the systems, longer ones first.

    A source that stands in the test set several times is shown once. Sentences that all systems
    score alike are left out, so there may be fewer than ten.
    """
    if len(outputs) < 2:
        return []
    scores = [
        sentence_bleu(output.translations, references, target_lang, bleu_tokenizer)
        for output in outputs
    ]
    gaps = [max(row) - min(row) for row in zip(*scores, strict=True)]
    ranked = sorted(range(len(gaps)), key=lambda row: (-round(gaps[row], 6), -len(sources[row])))
    shown: dict[str, SentenceDifference] = {}
    for row in ranked:
        if len(shown) == SENTENCES_SHOWN or gaps[row] < 1e-6:
            break
        if sources[row] in shown:
            continue
        shown[sources[row]] = SentenceDifference(
            source=sources[row],
            reference=references[row],
            translations={output.name: output.translations[row] for output in outputs},
            scores={
                output.name: values[row] for output, values in zip(outputs, scores, strict=True)
            },
        )
    return list(shown.values())


def _system_report(
    output: SystemOutput,
    scored: ScoredOutput,
    sources: Sequence[str],
    source_lang: str | None,
) -> SystemReport:
    history = [
        {name: _finite(value) for name, value in row.items() if name not in ("kind", "examples")}
        for row in output.history
    ]
    # The first epoch compiles; a run of one epoch has no other to go by.
    epochs = history[1:] or history
    speeds = [row["tokens_per_second"] for row in epochs if row.get("tokens_per_second")]
    return SystemReport(
        name=output.name,
        description=describe(output.config),
        attention=output.config.attention,
        cell=output.config.cell,
        parameters=output.parameters,
        training_seconds=history[-1].get("elapsed_seconds") if history else None,
        tokens_per_second=sum(speeds) / len(speeds) if speeds else None,
        sentences_per_second=output.sentences_per_second,
        beam_size=output.beam_size,
        **dict(scored.confidence()),
        nltk_bleu=scored.scores.nltk_bleu,
        history=history,
        bleu_by_length=bleu_by_length(sources, scored, source_lang=source_lang),
        ended=output.ended,
    )


def _finite(value: Any) -> Any:
    """JSON has no infinity: an overflown perplexity is left blank."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _layers(number: int) -> str:
    return {1: "one-layer", 2: "two-layer", 3: "three-layer"}.get(number, f"{number}-layer")
