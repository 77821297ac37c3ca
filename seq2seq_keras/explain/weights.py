"""The trained weights of a translator, as arrays under the names of the formulas.

A vector is a row here, as in Keras: what a paper writes W x is `x @ kernel`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from seq2seq_keras.config import AttentionName, CellName, Config
from seq2seq_keras.errors import WorkError

GATES: dict[CellName, tuple[str, ...]] = {
    "lstm": ("i", "f", "C~", "o"),
    "gru": ("z", "r", "h~"),
    "rnn": ("h",),
}
"""What a cell computes of its input and its state, in the order in which Keras keeps it."""


@dataclass(frozen=True)
class CellWeights:
    """One recurrent cell: the matrices W and U and the biases of its gates, side by side.

    Attributes:
        kind: Which cell it is.
        kernel: W of every gate, in the order of `GATES`, `(inputs, gates * units)`.
        recurrent_kernel: U of every gate, `(units, gates * units)`.
        bias: b of every gate, `(gates * units,)`.
        recurrent_bias: b' of every gate, which only a GRU has, `(gates * units,)`.
        inputs: What the input is put together of, and how wide each part is: `x` a source
            word, `y` the target word before, `c` the context, `below` the layer below.
    """

    kind: CellName
    kernel: np.ndarray
    recurrent_kernel: np.ndarray
    bias: np.ndarray
    recurrent_bias: np.ndarray | None
    inputs: tuple[tuple[str, int], ...]

    @property
    def units(self) -> int:
        return self.recurrent_kernel.shape[0]

    def split(self, array: np.ndarray) -> dict[str, np.ndarray]:
        """Cuts an array `(..., gates * units)` into one `(..., units)` for each gate."""
        gates = GATES[self.kind]
        return dict(zip(gates, np.split(array, len(gates), axis=-1), strict=True))


@dataclass(frozen=True)
class Affine:
    """x W + b.

    Attributes:
        kernel: W, `(inputs, outputs)`.
        bias: b, `(outputs,)`, or None.
    """

    kernel: np.ndarray
    bias: np.ndarray | None

    def __call__(self, x: np.ndarray) -> np.ndarray:
        product = x @ self.kernel
        return product if self.bias is None else product + self.bias


@dataclass(frozen=True)
class AttentionWeights:
    """The parameters of score(s, h); those that a score function lacks are None.

    Attributes:
        score: Name of the score function.
        keys: U of `additive`, W of `general`, `(units, units)`.
        query: W of `additive`, `(units, units)`.
        vector: v of `additive`, `(units,)`.
    """

    score: AttentionName
    keys: np.ndarray | None
    query: np.ndarray | None
    vector: np.ndarray | None


@dataclass(frozen=True)
class Weights:
    """All weights of a network.

    Attributes:
        config: The configuration of the network.
        source_embedding: A row a source token, `(source_vocab_size, embedding_dim)`.
        encoder: Of each layer the cells of its directions: forward, and backward if there is.
        start: Of each decoder layer what makes its first states of the encoder's last: the
            hidden state's, and of an LSTM the cell state's.
        target_embedding: A row a target token, `(target_vocab_size, embedding_dim)`.
        attention: Parameters of the attention, or None without.
        decoder: The cell of each layer.
        deep_output: W_o, `(embedding_dim + 2 * units, embedding_dim)`.
        vocabulary: V, `(embedding_dim, target_vocab_size)`: of tied embeddings the target
            embedding itself, without bias.
    """

    config: Config
    source_embedding: np.ndarray
    encoder: tuple[tuple[CellWeights, ...], ...]
    start: tuple[tuple[Affine, ...], ...]
    target_embedding: np.ndarray
    attention: AttentionWeights | None
    decoder: tuple[CellWeights, ...]
    deep_output: Affine
    vocabulary: Affine

    @property
    def attends_before(self) -> bool:
        """Whether attention comes before the recurrence (Bahdanau)."""
        return self.attention is not None and self.config.attention_placement == "before"

    @property
    def attends_after(self) -> bool:
        """Whether attention comes after the recurrence (Luong)."""
        return self.attention is not None and not self.attends_before


def read_weights(network: Any, dtype: str = "float32") -> Weights:
    """Copies the present weights out of a network's Keras layers.

    Args:
        network: A `Network`.
        dtype: What to compute in; float64 where differences of small numbers are wanted.

    Raises:
        WorkError: if weights are not numbers, as after a training that diverged.

    Example:
        >>> read_weights(translator.network).deep_output.kernel.shape
    """
    return _Reader(network, dtype).read()


class _Reader:
    def __init__(self, network: Any, dtype: str) -> None:
        self._network, self._dtype, self._config = network, dtype, network.config

    def read(self) -> Weights:
        config, units, dim = self._config, self._config.units, self._config.embedding_dim
        attends = config.attention != "none"
        reads_context = not attends or config.attention_placement == "before"
        first: tuple[tuple[str, int], ...] = (("y", dim), ("c", units))
        below = (("below", units),)
        target_embedding = self._array(self._layer("target_embedding").embeddings)
        return Weights(
            config=config,
            source_embedding=self._array(self._layer("source_embedding").embeddings),
            encoder=tuple(
                tuple(self._directions(f"encoder_{n}", (("x", dim),) if n == 1 else below))
                for n in range(1, config.encoder_layers + 1)
            ),
            start=tuple(
                tuple(
                    self._affine(f"decoder_{n}_initial_{state}")
                    for state in ("hidden_state", "cell_state")[: 2 if config.cell == "lstm" else 1]
                )
                for n in range(1, config.decoder_layers + 1)
            ),
            target_embedding=target_embedding,
            attention=self._attention() if attends else None,
            decoder=tuple(
                self._cell(
                    self._layer(f"decoder_{n}").cell,
                    below if n > 1 else first if reads_context else first[:1],
                )
                for n in range(1, config.decoder_layers + 1)
            ),
            deep_output=self._affine("deep_output"),
            vocabulary=Affine(target_embedding.T, None)
            if config.tie_embeddings
            else self._affine("vocabulary"),
        )

    def _layer(self, name: str) -> Any:
        return self._network.training.get_layer(name)

    def _array(self, variable: Any) -> np.ndarray:
        array = np.array(variable, dtype=self._dtype)
        if not np.isfinite(array).all():
            raise WorkError(
                "the network's weights are no longer numbers; take an earlier copy of it, or train "
                "anew with a lower learning rate"
            )
        return array

    def _affine(self, name: str) -> Affine:
        layer = self._layer(name)
        return Affine(self._array(layer.kernel), self._array(layer.bias))

    def _directions(self, name: str, inputs: tuple[tuple[str, int], ...]) -> Iterator[CellWeights]:
        layer = self._layer(name)
        if self._config.bidirectional:
            yield self._cell(layer.forward_layer.cell, inputs)
            yield self._cell(layer.backward_layer.cell, inputs)
        else:
            yield self._cell(layer.cell, inputs)

    def _cell(self, cell: Any, inputs: tuple[tuple[str, int], ...]) -> CellWeights:
        bias, recurrent_bias = self._array(cell.bias), None
        if self._config.cell == "gru":
            bias, recurrent_bias = bias
        return CellWeights(
            self._config.cell,
            self._array(cell.kernel),
            self._array(cell.recurrent_kernel),
            bias,
            recurrent_bias,
            inputs,
        )

    def _attention(self) -> AttentionWeights:
        score, keys, query, vector = self._config.attention, None, None, None
        if score in ("general", "additive"):
            keys = self._array(self._layer("attention_keys").kernel)
        if score == "additive":
            before = self._config.attention_placement == "before"
            layer = self._layer("decoder_1").attention if before else self._layer("attention")
            query, vector = self._array(layer.query_kernel), self._array(layer.score_vector)[:, 0]
        return AttentionWeights(score, keys, query, vector)
