"""Form fields made from the configuration, so that the form never says what it does not."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Union, get_args, get_origin

import gradio as gr
from annotated_types import Ge, Gt, Le, Lt

from seq2seq_keras.app.wording import ATTENTIONS
from seq2seq_keras.config import FIELD_GROUPS, Config
from seq2seq_keras.localisation import Language, later

# The form asks for these at first sight, in its own words.
_ASKED_ELSEWHERE = ("source_lang", "target_lang", "epochs", "time_limit")

GROUPS: Mapping[str, Sequence[str]] = {
    group: [name for name in names if name not in _ASKED_ELSEWHERE]
    for group, names in FIELD_GROUPS.items()
}

_CHOICE_LABELS = {
    **ATTENTIONS,
    "lstm": "LSTM",
    "gru": "GRU",
    "rnn": later("Simple RNN"),
    "before": later("before (Bahdanau)"),
    "after": later("after (Luong)"),
    "subword": later("subword (SentencePiece)"),
    "word": later("word"),
    "char": later("character"),
}
_LABELS = {
    "bidirectional": later("Bidirectional encoder"),
    "tie_embeddings": later("Tied target embedding"),
    "attention": later("Attention score"),
    "embedding_dim": later("Embedding width"),
    "vocab_size": later("Vocabulary size"),
    "max_length": later("Longest sentence"),
    "accumulation": later("Gradient accumulation"),
    "gradient_clip": later("Gradient clipping"),
}

_FORMULAS = {
    "dot": "s · h",
    "scaled_dot": "s · h / √d",
    "general": "s′ W h",
    "additive": "v′ tanh(W s + U h)",
}
# The papers' letters for what a setting changes, in the notation of the rest of the page.
_SYMBOLS = {
    "tokenizer": "xᵢ, yₜ",
    "vocab_size": "|V|",
    "max_length": "T, T′",
    "attention": "eₜᵢ",
    "attention_placement": "sₜ₋₁ / sₜ",
    "cell": "f",
    "units": "hᵢ, sₜ",
    "embedding_dim": "E x, E y",
    "encoder_layers": "hᵢ",
    "decoder_layers": "sₜ",
    "bidirectional": "hᵢ = [→; ←]",
    "tie_embeddings": "V = E",
    "batch_size": "B",
    "learning_rate": "η",
    "label_smoothing": "ε",
    "dropout": "p",
    "gradient_clip": "‖g‖",
    "beam_size": "k",
    "length_penalty": "α",
}


def label_of(name: str) -> str:
    """What the form calls a setting, in English."""
    return _LABELS.get(name, name.replace("_", " ").capitalize())


def setting(name: str, language: Language) -> gr.components.Component:
    """A form field for one setting, with the configuration's own words, default and limits."""
    field = Config.model_fields[name]
    symbol = f"  ·  {_SYMBOLS[name]}" if name in _SYMBOLS else ""
    common: dict[str, Any] = {
        "label": language.say(label_of(name)) + symbol,
        "info": language.say(field.description or ""),
        "elem_id": f"setting-{name}",
        "min_width": 200,
    }
    kind = _plain_type(field.annotation)
    if get_origin(kind) is Literal:
        # "none" is not a score: whether there is attention is asked elsewhere.
        choices = [
            (_choice_label(choice, language), choice)
            for choice in get_args(kind)
            if choice != "none"
        ]
        return gr.Dropdown(choices, value=field.default, filterable=False, **common)
    if kind is bool:
        return gr.Checkbox(value=field.default, **common)
    limits = {type(limit): limit for limit in field.metadata}
    lowest = limits[Ge].ge if Ge in limits else limits[Gt].gt if Gt in limits else None
    highest = limits[Le].le if Le in limits else limits[Lt].lt if Lt in limits else None
    whole = kind is int
    return gr.Number(
        value=field.default,
        precision=0 if whole else None,
        minimum=lowest,
        maximum=highest,
        step=1 if whole else _step(field.default),
        **common,
    )


def collect(names: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    """Pairs field names with the form's values, whole numbers as such; empty fields are left out.

    Example:
        >>> collect(["units", "dropout", "seed"], [64.0, 0.1, None])
        {'units': 64, 'dropout': 0.1}
    """
    return {
        name: int(value)
        if isinstance(value, float) and value.is_integer() and _is_whole(name)
        else value
        for name, value in zip(names, values, strict=True)
        if value is not None
    }


def problem(message: str, language: Language) -> str:
    """An error about a setting, by the name that the form gives it.

    Example:
        >>> problem("embedding_dim: Input should be greater than 0, received 0", ENGLISH)
        'Embedding width: Input should be greater than 0, received 0'
    """
    name, separator, _ = message.partition(": ")
    said = language.error(message)
    if separator and name in Config.model_fields and said.startswith(name):
        return language.say(label_of(name)) + said[len(name) :]
    return said


def _choice_label(choice: str, language: Language) -> str:
    label = language.say(_CHOICE_LABELS[choice])
    return f"{label}: {_FORMULAS[choice]}" if choice in _FORMULAS else label


def _is_whole(name: str) -> bool:
    return _plain_type(Config.model_fields[name].annotation) is int


def _plain_type(annotation: Any) -> Any:
    """Takes `None` and `Annotated` away from a type."""
    if get_origin(annotation) in (Union, types.UnionType):
        annotation = next(kind for kind in get_args(annotation) if kind is not type(None))
    return annotation


def _step(default: float) -> float:
    return 0.0001 if default < 0.01 else 0.05
