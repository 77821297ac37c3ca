"""Settings of networks that together have every cell, score, placement and form."""

from __future__ import annotations

from typing import Any

ARCHITECTURES: dict[str, dict[str, Any]] = {
    "plain": {"attention": "none", "cell": "lstm", "tokenizer": "word"},
    "additive before": {"attention": "additive", "cell": "gru", "tokenizer": "char"},
    "dot before, one way, not tied": {
        "attention": "dot",
        "cell": "lstm",
        "bidirectional": False,
        "tie_embeddings": False,
        "tokenizer": "char",
    },
    "general after, stacked": {
        "attention": "general",
        "attention_placement": "after",
        "cell": "rnn",
        "encoder_layers": 2,
        "decoder_layers": 2,
        "tokenizer": "subword",
    },
    "scaled dot after, stacked, one way, not tied": {
        "attention": "scaled_dot",
        "attention_placement": "after",
        "cell": "gru",
        "bidirectional": False,
        "tie_embeddings": False,
        "encoder_layers": 2,
        "decoder_layers": 3,
        "tokenizer": "subword",
    },
}
QUICK = {"plain", "general after, stacked"}
"""Those that every change is tried with."""
