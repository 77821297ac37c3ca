"""Greedy and beam search."""

from seq2seq_keras.decoding.batches import Hypothesis, attention_weights, padded, search_all
from seq2seq_keras.decoding.search import SearchResult, search

__all__ = [
    "Hypothesis",
    "SearchResult",
    "attention_weights",
    "padded",
    "search",
    "search_all",
]
