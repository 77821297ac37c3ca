"""A translation being written: what the decoder computed at every step, in whole arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seq2seq_keras.explain.beam_tree import length_normaliser
from seq2seq_keras.explain.cells import CellRecord, stacked
from seq2seq_keras.explain.decoder import DecoderStep, likeliest
from seq2seq_keras.explain.model import Model
from seq2seq_keras.text import END, START


@dataclass(frozen=True)
class Writing:
    """A target sentence, token by token; T' is the number of its tokens, T of the source's.

    Attributes:
        text: The sentence.
        ids: What was written, end token last, `(T',)`.
        tokens: The same as readable pieces.
        read: The token before each, y_{t-1}, as pieces: the start token, then `tokens` but one.
        attended: The source tokens that attention could look at, `(T,)`.
        vectors: y_{t-1} as vectors, `(T', embedding_dim)`.
        scores: e_ti, `(T', T)`; None without attention.
        weights: a_ti, `(T', T)`; None without attention.
        contexts: c_t, or the same c in every row without attention, `(T', units)`.
        layers: The record of each layer, with arrays `(T', units)`. Of the last,
            `layers[-1].before[0]` is s_{t-1} and `layers[-1].values["h"]` is s_t.
        hidden: tanh(W_o [y_{t-1}; s_t; c_t]), `(T', embedding_dim)`.
        log_probabilities: Of every target token at every step, `(T', target_vocab_size)`.
        chosen: The log-probability of the token written, `(T',)`.
        ranks: Its rank among all tokens, 1 for the likeliest, `(T',)`.
        top_ids: The likeliest tokens, best first, `(T', top)`.
        top_tokens: The same as pieces.
        top_probabilities: Their probabilities, `(T', top)`.
        score: The length-normalised log-probability of the sentence, as search ranks it.
    """

    text: str
    ids: list[int]
    tokens: list[str]
    read: list[str]
    attended: list[str]
    vectors: np.ndarray
    scores: np.ndarray | None
    weights: np.ndarray | None
    contexts: np.ndarray
    layers: tuple[CellRecord, ...]
    hidden: np.ndarray
    log_probabilities: np.ndarray
    chosen: np.ndarray
    ranks: np.ndarray
    top_ids: np.ndarray
    top_tokens: list[list[str]]
    top_probabilities: np.ndarray
    score: float

    @property
    def total(self) -> float:
        """log P(y | x), the sum over the tokens."""
        return float(self.chosen.sum())

    @property
    def states(self) -> np.ndarray:
        """s_t of the last layer, `(T', units)`."""
        return self.layers[-1].values["h"]


def writing(
    model: Model,
    attended: Sequence[int],
    ids: Sequence[int],
    steps: Sequence[DecoderStep],
    top: int = 10,
    length_penalty: float | None = None,
) -> Writing:
    """Gathers the steps that wrote a sentence.

    Args:
        model: The translator.
        attended: The source tokens, end token last.
        ids: What was written.
        steps: What was computed to write each.
        top: How many of the likeliest next tokens to list.
        length_penalty: Of the score; by default the configuration's.
    """
    pieces = model.target_tokenizer.pieces
    log_probabilities = np.stack([step.log_probabilities for step in steps])
    chosen = log_probabilities[np.arange(len(ids)), list(ids)]
    top_ids = np.stack([likeliest(row, top) for row in log_probabilities])
    alpha = model.config.length_penalty if length_penalty is None else length_penalty
    scores = [step.scores for step in steps if step.scores is not None]
    weights = [step.weights for step in steps if step.weights is not None]
    return Writing(
        text=model.target_tokenizer.decode([token for token in ids if token != END]),
        ids=list(ids),
        tokens=pieces(ids),
        read=pieces([START, *ids[:-1]]),
        attended=model.source_tokenizer.pieces(attended),
        vectors=np.stack([step.vector for step in steps]),
        scores=np.stack(scores) if scores else None,
        weights=np.stack(weights) if weights else None,
        contexts=np.stack([step.context for step in steps]),
        layers=tuple(
            stacked([step.layers[number] for step in steps])
            for number in range(model.config.decoder_layers)
        ),
        hidden=np.stack([step.hidden for step in steps]),
        log_probabilities=log_probabilities,
        chosen=chosen,
        ranks=1 + (log_probabilities > chosen[:, None]).sum(axis=1),
        top_ids=top_ids,
        top_tokens=[pieces(row) for row in top_ids.tolist()],
        top_probabilities=np.exp(np.take_along_axis(log_probabilities, top_ids, axis=1)),
        score=float(chosen.sum()) / length_normaliser(len(ids), alpha),
    )
