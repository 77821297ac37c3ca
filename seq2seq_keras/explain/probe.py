"""The information bottleneck, measured: can the source words still be read off the one vector c?

A *linear probe* is trained to name the source token at a position from c, and, beside it, the same
from the encoder state h_i of that position; both are scored on sentences that they were not
trained on. What a probe cannot name may still be in the vector in another form: its accuracy is a
lower bound, an approximation of what c holds. So it is to be compared, with the probe on h_i
(is the word there at all?) and with the majority baseline, which always names the commonest token.

The probe is ridge regression to one number a token, 1 for the right one and 0 for others, whose
largest output names it: it is solved in one step, so it has no training of its own to doubt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seq2seq_keras.errors import InputError
from seq2seq_keras.explain.encoder import encode
from seq2seq_keras.explain.model import Model
from seq2seq_keras.text import END, normalise

if TYPE_CHECKING:
    from seq2seq_keras.translator import Translator

_FEWEST = 20
"""Training sentences that a position must have; later ones are left out."""


@dataclass(frozen=True)
class RidgeProbe:
    """A linear classifier: the class whose x W + b is largest.

    Attributes:
        classes: What it can name, `(classes,)`.
        kernel: W, `(width, classes)`.
        bias: b, `(classes,)`.
    """

    classes: np.ndarray
    kernel: np.ndarray
    bias: np.ndarray

    @classmethod
    def fit(cls, x: np.ndarray, labels: np.ndarray, alpha: float) -> RidgeProbe:
        """Minimises |x W + b - y|^2 + alpha |W|^2 for y of a 1 at the label and 0 elsewhere.

        Args:
            x: A row a case, `(cases, width)`.
            labels: What is to be named, `(cases,)`.
            alpha: How strongly large weights are held down.
        """
        classes, columns = np.unique(labels, return_inverse=True)
        x_mean, y_mean = x.mean(axis=0), np.bincount(columns) / len(labels)
        centred = (x - x_mean).astype("float64")
        y = (columns[:, None] == np.arange(len(classes))) - y_mean
        gram = centred.T @ centred + alpha * np.eye(x.shape[1])
        kernel = np.linalg.solve(gram, centred.T @ y)
        return cls(classes, kernel, y_mean - x_mean @ kernel)

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Returns the class named for each row, `(cases,)`."""
        return self.classes[(x @ self.kernel + self.bias).argmax(axis=1)]


@dataclass(frozen=True)
class Accuracy:
    """Shares of held-out source tokens named rightly.

    Attributes:
        first, last: The positions, or the lengths of sentences, that are counted.
        cases: How many tokens.
        context: From c.
        states: From h_i at the position of the token.
        majority: By always naming the token that is commonest there in training.
    """

    first: int
    last: int
    cases: int
    context: float
    states: float
    majority: float


@dataclass(frozen=True)
class Bottleneck:
    """What probes named in held-out sentences, a case for each of their tokens.

    Attributes:
        lengths: Tokens of the sentence, its end token not counted, `(cases,)`.
        positions: Where in it the token stands, from 0, `(cases,)`.
        context: Whether the probe on c named it, `(cases,)`.
        states: Whether the probe on h_i did, `(cases,)`.
        majority: Whether the commonest token there is the right one, `(cases,)`.
        num_train, num_held_out: Sentences to train probes on, and held out.
        alpha: The probes' regularisation.
    """

    lengths: np.ndarray
    positions: np.ndarray
    context: np.ndarray
    states: np.ndarray
    majority: np.ndarray
    num_train: int
    num_held_out: int
    alpha: float

    def overall(self) -> Accuracy:
        """Returns the accuracies over all lengths and positions."""
        return self._accuracy(np.ones(len(self.lengths), bool), 0, int(self.positions.max()))

    def by_position(self) -> list[Accuracy]:
        """Returns the accuracies at each position, from the beginning of the sentence."""
        return [
            self._accuracy(self.positions == p, int(p), int(p)) for p in np.unique(self.positions)
        ]

    def by_length(self, width: int = 5) -> list[Accuracy]:
        """Returns the accuracies in sentences of 1 to `width` tokens, and so on."""
        groups = (self.lengths - 1) // width
        return [
            self._accuracy(groups == g, int(g) * width + 1, (int(g) + 1) * width)
            for g in np.unique(groups)
        ]

    def _accuracy(self, where: np.ndarray, first: int, last: int) -> Accuracy:
        shares = (float(x[where].mean()) for x in (self.context, self.states, self.majority))
        return Accuracy(first, last, int(where.sum()), *shares)


def bottleneck(
    translator: Translator | Model,
    sentences: Sequence[str],
    *,
    held_out: float = 0.25,
    most_positions: int = 20,
    alpha: float = 100.0,
    seed: int = 1,
) -> Bottleneck:
    """Trains probes for every position on a part of the sentences and scores them on the rest.

    Args:
        translator: A translator, or `Model.of(translator)`; of one with attention too, c is what
            its decoder starts from, though its training need not put everything into it.
        sentences: Source sentences; 1,000 and more give steady numbers. Those that are empty,
            too long or there twice are left out.
        held_out: The share of sentences to score on.
        most_positions: How many tokens of a sentence to name, from its beginning.
        alpha: How strongly the probes' large weights are held down. Vectors are standardised
            by the training part before.
        seed: Which sentences are held out.

    Returns:
        What was named rightly, case by case.

    Raises:
        InputError: if there are too few sentences.

    Example:
        >>> result = bottleneck(translator, corpus.sources[:1000])
        >>> [(row.last, row.context, row.states) for row in result.by_length()]
    """
    model = Model.of(translator)
    ids = _usable(model, sentences)
    order = np.random.default_rng(seed).permutation(len(ids))
    num_held_out = round(held_out * len(ids))
    if num_held_out < 1 or len(ids) - num_held_out < _FEWEST:
        raise InputError(
            f"sentences: {len(ids)} different ones of fitting length are too few to train and "
            "score a probe; give some hundred"
        )
    contexts, states = _encoded(model, ids)
    test, train = order[:num_held_out], order[num_held_out:]
    lengths = np.array([len(sentence) for sentence in ids])
    cases: dict[str, list[np.ndarray]] = defaultdict(list)
    for position in range(min(most_positions, int(lengths.max()))):
        seen, unseen = (part[lengths[part] > position] for part in (train, test))
        if len(seen) < _FEWEST or not len(unseen):
            break
        labels, wanted = (
            np.array([ids[number][position] for number in part]) for part in (seen, unseen)
        )
        tokens, counts = np.unique(labels, return_counts=True)
        cases["lengths"].append(lengths[unseen])
        cases["positions"].append(np.full(len(unseen), position))
        cases["majority"].append(wanted == tokens[counts.argmax()])
        here = {
            "context": contexts,
            "states": {number: states[number][position] for number in (*seen, *unseen)},
        }
        for name, vectors in here.items():
            x, x_unseen = (
                np.stack([vectors[number] for number in part]) for part in (seen, unseen)
            )
            mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-8
            probe = RidgeProbe.fit((x - mean) / spread, labels, alpha)
            cases[name].append(probe.predict((x_unseen - mean) / spread) == wanted)
    return Bottleneck(
        **{name: np.concatenate(parts) for name, parts in cases.items()},
        num_train=len(train),
        num_held_out=num_held_out,
        alpha=alpha,
    )


def _usable(model: Model, sentences: Sequence[str]) -> list[list[int]]:
    encoded = (model.source_tokenizer.encode(normalise(sentence)) for sentence in sentences)
    different = dict.fromkeys(
        tuple(ids) for ids in encoded if 0 < len(ids) < model.config.max_length
    )
    return [list(ids) for ids in different]


def _encoded(
    model: Model, ids: Sequence[Sequence[int]]
) -> tuple[dict[int, np.ndarray], dict[int, np.ndarray]]:
    """Returns c and h_i of each sentence, by its number; those of one length are read together."""
    of_length: dict[int, list[int]] = defaultdict(list)
    for number, sentence in enumerate(ids):
        of_length[len(sentence)].append(number)
    contexts, states = {}, {}
    for numbers in of_length.values():
        tokens = np.array([[*ids[number], END] for number in numbers]).T  # (T, sentences)
        encoding = encode(model.weights, tokens)
        for column, number in enumerate(numbers):
            contexts[number] = encoding.context[column]
            states[number] = encoding.states[:, column]
    return contexts, states
