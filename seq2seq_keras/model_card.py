"""The README.md of a saved translator: what it is, how it was made, how good it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from seq2seq_keras.config import Config
from seq2seq_keras.evaluation import Scores
from seq2seq_keras.languages import language_name
from seq2seq_keras.markdown import inert, table

_CELLS = {"lstm": "LSTM", "gru": "GRU", "rnn": "simple RNN"}


def architecture(config: Config) -> str:
    """Describes a network in one line.

    Example:
        >>> architecture(Config(attention="none", cell="lstm"))
        'LSTM encoder-decoder without attention, bidirectional, 384 units'
    """
    if config.attention == "none":
        kind = "without attention"
    else:
        kind = f"with {config.attention.replace('_', ' ')} attention"
        kind += f" {config.attention_placement} the recurrence"
    parts = [f"{_CELLS[config.cell]} encoder-decoder {kind}"]
    if config.bidirectional:
        parts.append("bidirectional")
    if config.encoder_layers > 1 or config.decoder_layers > 1:
        parts.append(f"{config.encoder_layers} encoder and {config.decoder_layers} decoder layers")
    parts.append(f"{config.units} units")
    return ", ".join(parts)


def model_card(
    config: Config,
    parameters: int,
    scores: Scores | None,
    history: Sequence[dict[str, Any]],
    record: dict[str, Any],
) -> str:
    """Writes the card as Markdown.

    Args:
        config: The configuration.
        parameters: Number of parameters.
        scores: Test scores, if there are any.
        history: A row an epoch.
        record: Facts of the training, as `Translator.record`.

    Returns:
        The text of README.md.
    """
    from seq2seq_keras.corpus.card import CorpusCard
    from seq2seq_keras.corpus_section import corpus_section

    source = language_name(config.source_lang) if config.source_lang else "Source"
    target = language_name(config.target_lang) if config.target_lang else "target"
    lines = [f"# {source} to {target}", "", f"{architecture(config)}.", ""]
    lines += _section("Network", "", _network_rows(config, parameters))
    lines += _section("Data and training", "", _training_rows(config, history, record))
    if scores:
        rows = [
            ("BLEU", f"{scores.bleu.value:.1f}", f"`{scores.bleu.signature}`"),
            ("chrF", f"{scores.chrf.value:.1f}", f"`{scores.chrf.signature}`"),
            ("TER", f"{scores.ter.value:.1f}", f"`{scores.ter.signature}`"),
            ("BLEU by nltk", f"{scores.nltk_bleu:.1f}", "on sacreBLEU's tokens"),
        ]
        lines += _section(
            f"Scores on {scores.sentences:,} test sentences, beam {config.beam_size}",
            "computed as",
            rows,
        )
        lines += [f"- {notice}" for notice in scores.notices]
    examples = record.get("examples") or []
    if examples:
        lines += ["## Example translations of the validation part, greedy", ""]
        for example in examples:
            lines += [
                f"- {inert(example['source'])}",
                f"  - translation: {inert(example['translation'])}",
                f"  - reference: {inert(example['reference'])}",
            ]
        lines.append("")
    corpus = CorpusCard.from_record(record)
    if corpus is not None:
        lines += corpus_section(corpus)
    lines += [
        "## Use",
        "",
        "```python",
        "import seq2seq_keras as s2s",
        "",
        'translator = s2s.Translator.load("this folder")',
        'print(translator.translate(["..."])[0].text)',
        "```",
        "",
    ]
    return "\n".join(lines)


def _network_rows(config: Config, parameters: int) -> list[tuple[str, str]]:
    return [
        ("Parameters", f"{parameters:,}"),
        ("Word vectors", f"{config.embedding_dim} wide"),
        ("Tokenizer", f"{config.tokenizer}, at most {config.vocab_size:,} entries a side"),
    ]


def _training_rows(
    config: Config, history: Sequence[dict[str, Any]], record: dict[str, Any]
) -> list[tuple[str, str]]:
    rows = []
    if record.get("corpus"):
        rows.append(("Corpus", inert(str(record["corpus"]))))
    pairs = record.get("pairs") or {}
    if pairs:
        parts = ", ".join(f"{count:,} {part}" for part, count in pairs.items())
        rows.append(("Sentence pairs", parts))
    if record.get("training_seconds") is not None:
        minutes = record["training_seconds"] / 60
        rows.append(("Training", f"{len(history)} epochs, {minutes:.1f} minutes"))
    if record.get("best_epoch"):
        rows.append(("Best epoch", f"{record['best_epoch']}, by validation BLEU"))
    rows.append(
        (
            "Recipe",
            f"Adam {config.learning_rate:g}, batches of {config.batch_size}, dropout "
            f"{config.dropout:g}, label smoothing {config.label_smoothing:g}, gradient norm at "
            f"most {config.gradient_clip:g}, seed {config.seed}",
        )
    )
    software = record.get("software") or {}
    if software:
        rows.append(("Software", ", ".join(f"{name} {v}" for name, v in software.items())))
    return rows


def _section(title: str, third: str, rows: Sequence[tuple[str, ...]]) -> list[str]:
    return [f"## {title}", "", *table(("", "", third)[: len(rows[0])], rows), ""]
