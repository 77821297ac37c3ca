"""Beam search as a tree: every hypothesis that was kept, finished, pruned or given up.

The rules are those of `decoding.search`: each live hypothesis is extended by every token and the
`beam_size` best continuations of all survive; one that ends is put aside and its place stays
empty; finished hypotheses are ranked by log P(y | x) / lp(y), lp(y) = ((5 + |y|) / 6)^alpha; a
live one is given up once it can no longer beat the `n_best`-th finished one, which is when its
log-probability, that can only fall, divided by the largest lp, is not above that one's score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from seq2seq_keras.explain.changes import Change
from seq2seq_keras.explain.decoder import decoder_step, likeliest, writable
from seq2seq_keras.explain.encoder import Encoding
from seq2seq_keras.explain.weights import Weights
from seq2seq_keras.text import END, START

Fate = Literal["kept", "finished", "pruned", "given_up"]


@dataclass(frozen=True)
class Node:
    """A token at the end of a hypothesis.

    Attributes:
        number: Its place in `BeamTree.nodes`.
        parent: The number of the node that it continues; -1 for the root.
        step: The step that wrote it, from 0; -1 for the root.
        token: Its id; the root's is the start token.
        log_probability: Its log-probability after its parents.
        total: The log-probability of the whole hypothesis, the sum along its branch.
        score: `total` divided by the length penalty; for what is not finished, the score that
            it would have if it ended here.
        fate: `kept` in the beam and continued; `finished` with the end token; `pruned`, because
            others were better; `given_up`, because it could not win any more.
        on_path: Whether the best hypothesis goes through it.
    """

    number: int
    parent: int
    step: int
    token: int
    log_probability: float
    total: float
    score: float
    fate: Fate
    on_path: bool = False


@dataclass(frozen=True)
class BeamTree:
    """A search that has ended.

    Attributes:
        nodes: All nodes, the root first, each after its parent; of one step best first. Of
            what was pruned in a step the `num_pruned` best are here.
        leaves: The numbers of the finished nodes, best first.
        beam_size, length_penalty: What was searched with.
    """

    nodes: list[Node]
    leaves: list[int]
    beam_size: int
    length_penalty: float

    def branch(self, number: int) -> list[int]:
        """Returns the tokens from the first to a node, start token left out."""
        tokens: list[int] = []
        while number > 0:
            tokens.append(self.nodes[number].token)
            number = self.nodes[number].parent
        return tokens[::-1]

    @property
    def best(self) -> list[int]:
        """The tokens of the best hypothesis, end token last."""
        return self.branch(self.leaves[0])


def beam_tree(
    weights: Weights,
    encoding: Encoding,
    limit: int,
    *,
    beam_size: int,
    n_best: int = 1,
    length_penalty: float = 0.6,
    num_pruned: int | None = None,
    changes: Sequence[Change] = (),
) -> BeamTree:
    """Searches, and keeps all that was looked at.

    Args:
        weights: The network's weights.
        encoding: The source sentence.
        limit: Most tokens of a translation, end token included.
        beam_size, n_best, length_penalty: As of `decoding.search`.
        num_pruned: How many pruned continuations to keep of each step; by default `beam_size`.
        changes: Changes of attention and clamps of gates, which every hypothesis undergoes.

    Example:
        >>> tree = beam_tree(weights, encoding, 30, beam_size=5)
        >>> tree.best, tree.nodes[tree.leaves[0]].score
    """

    nodes = [Node(0, -1, -1, START, 0.0, 0.0, 0.0, "kept")]
    finished: list[int] = []  # best first
    most = beam_size + (beam_size if num_pruned is None else num_pruned)
    live = [0]
    states = tuple(tuple(state[None] for state in layer) for layer in encoding.start)
    for number in range(limit):
        # A row for each live hypothesis.
        tokens = np.array([nodes[node].token for node in live])
        step = decoder_step(weights, encoding, tokens, states, number, changes)
        log_probs = writable(step.log_probabilities)  # (rows, target_vocab_size)
        if number == limit - 1:
            log_probs[:, np.arange(log_probs.shape[1]) != END] = -np.inf

        candidates = []  # all that may survive: (total, log-probability, token, row)
        for row, parent in enumerate(live):
            for token in likeliest(log_probs[row], beam_size).tolist():
                log_prob = float(log_probs[row, token])
                if log_prob > -np.inf:
                    candidates.append((nodes[parent].total + log_prob, log_prob, token, row))
        candidates.sort(key=lambda candidate: -candidate[0])

        added = []
        for place, (total, log_prob, token, row) in enumerate(candidates[:most]):
            fate: Fate = "pruned" if place >= beam_size else "finished" if token == END else "kept"
            score = total / length_normaliser(number + 1, length_penalty)
            node = Node(len(nodes), live[row], number, token, log_prob, total, score, fate)
            nodes.append(node)
            added.append((node, row))
        finished += [node.number for node, _ in added if node.fate == "finished"]
        finished.sort(key=lambda node: -nodes[node].score)

        to_beat = nodes[finished[n_best - 1]].score if len(finished) >= n_best else -np.inf
        live, rows = [], []
        for node, row in added:
            if (
                node.fate == "kept"
                and node.total / length_normaliser(limit, length_penalty) > to_beat
            ):
                live.append(node.number)
                rows.append(row)
            elif node.fate == "kept":
                nodes[node.number] = replace(node, fate="given_up")
        if not live:
            break
        states = tuple(tuple(state[rows] for state in layer) for layer in step.states)

    number = finished[0]
    while number >= 0:
        nodes[number] = replace(nodes[number], on_path=True)
        number = nodes[number].parent
    return BeamTree(nodes, finished, beam_size, length_penalty)


def length_normaliser(length: int, alpha: float) -> float:
    """lp(y) of Wu et al. (2016) for a length that counts the end token."""
    return ((5 + length) / 6) ** alpha
