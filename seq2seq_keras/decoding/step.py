"""One decoder step for many hypotheses at once, arranged for speed.

The equations are those of `network/decoder.py`; only the order of the products differs, and
tests hold the two to the same numbers. What depends on the source alone, on the word alone or
on the weights alone leaves the loop:

- A cell reads [y_{t-1}; c_t] through W = [W_y; W_c], and the deep output reads
  [y_{t-1}; s_t; c_t] through W_o = [W_oy; W_os; W_oc]. So y [W_y, W_oy] is a *word part*: a row
  for each word of the vocabulary, computed once where many sentences are searched.
- c_t [W_c, W_oc] = sum_i a_ti h_i [W_c, W_oc] is a *context part*: where several hypotheses
  share a sentence, its encoder states are projected once, and attention sums projections.
- s_{t-1} meets the recurrent kernel and the attention's query kernel in one product.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from keras import ops

from seq2seq_keras.config import Config
from seq2seq_keras.network.attention import MASKED
from seq2seq_keras.network.fused_cells import EQUATIONS


class DecoderStep:
    """The decoder's step over flat rows, a pure function of the weights given.

    Args:
        config: The network's configuration.
        weights: Every weight by its path, such as `deep_output/kernel`.
        dtype: What the network computes in.
        words: What `word_part` returned for these weights; None computes it for each token.
        project_memory: Whether to project encoder states instead of contexts.
        join: Whether to copy matrices side by side, for one product instead of two. That takes
            longer than a search for one sentence gains by it.

    Example:
        >>> decoder = DecoderStep(network.config, weights, "float32")
        >>> memory = decoder.memory(network.encoder(source)["memory"])
        >>> hidden, states = decoder(tokens, states, lambda query: decoder.attend(query, memory))
    """

    def __init__(
        self,
        config: Config,
        weights: Mapping[str, Any],
        dtype: str,
        words: Any = None,
        project_memory: bool = True,
        join: bool = True,
    ) -> None:
        self.attention, self.words = config.attention, words
        self.project_memory = project_memory or config.attention == "none"
        self.placement = "none" if config.attention == "none" else config.attention_placement
        self.equations = EQUATIONS[config.cell]
        self.weights = {
            path: ops.cast(value, dtype) for path, value in weights.items() if "seed" not in path
        }
        self.embeddings = self.weights["target_embedding/embeddings"]  # (vocab, dim)
        cells = [f"decoder_{number}_cell" for number in range(1, config.decoder_layers + 1)]
        if self.placement == "before":
            cells[0] = "cell"
        first, *self.upper_cells = cells
        kernel, bias = self.weights[f"{first}/kernel"], self.weights[f"{first}/bias"]
        deep, deep_bias = self.weights["deep_output/kernel"], self.weights["deep_output/bias"]
        dim, units = self.embeddings.shape[1], config.units
        self.gates = kernel.shape[1]
        # A GRU has two biases, of the input and of the recurrent product.
        self.recurrent_bias: Any = None
        if config.cell == "gru":
            bias, self.recurrent_bias = bias[0], bias[1]
        word, context = [kernel[:dim], deep[:dim]], [kernel[dim:], deep[dim + units :]]
        recurrent = [self.weights[f"{first}/recurrent_kernel"]]
        if self.placement == "after":
            context = context[1:]
        elif self.attention == "additive":
            recurrent.append(self.weights["attention/query_kernel"])
        side_by_side = partial(ops.concatenate, axis=1)
        self.word_kernels, self.context_kernels, self.recurrent_kernels = (
            [side_by_side(kernels)] if join else kernels for kernels in (word, context, recurrent)
        )  # [W_y, W_oy], [W_c, W_oc] or W_oc, [U, W_q] or U
        self.word_bias = ops.concatenate([bias, deep_bias], axis=0)
        self.state_kernel = deep[dim : dim + units]  # W_os

    def word_part(self) -> Any:
        """Returns [y W_y + b, y W_oy + b_o] of every word, `(vocab_size, gates + dim)`."""
        return _products(self.embeddings, self.word_kernels) + self.word_bias

    def memory(self, encoded: Mapping[str, Any]) -> dict[str, Any]:
        """Makes of the encoder's memory what a step reads, arrays with a row a sentence."""
        if self.placement == "none":
            return {"context": _products(encoded["context"], self.context_kernels)}
        values = encoded["encoder_states"]
        if self.project_memory:
            values = _products(values, self.context_kernels)
        return {
            "keys": encoded["attention_keys"],  # (batch, source_time, units)
            "values": values,  # (batch, source_time, units, or the width of context parts)
            # Added to scores: 0 at tokens, far below 0 at padding.
            "mask": ops.where(encoded["source_mask"], 0.0, MASKED)[:, None],
        }

    def attend(self, query: Any, memory: Mapping[str, Any]) -> Any:
        """Takes queries `(batch, hypotheses, units)` to sums of values, of the same form."""
        keys = memory["keys"]
        if self.attention == "additive":
            # (batch, hypotheses, source_time, units)
            hidden = ops.tanh(query[:, :, None] + keys[:, None])
            scores = ops.matmul(hidden, self.weights["attention/score_vector"])[..., 0]
        else:
            scores = ops.matmul(query, ops.transpose(keys, (0, 2, 1)))
            if self.attention == "scaled_dot":
                scores = scores / (keys.shape[-1] ** 0.5)
        scores = ops.cast(scores, "float32") + memory["mask"]
        weights = ops.cast(ops.softmax(scores, axis=-1), keys.dtype)
        return ops.matmul(weights, memory["values"])

    def __call__(
        self, tokens: Any, states: list[list[Any]], attend: Callable[[Any], Any]
    ) -> tuple[Any, list[list[Any]]]:
        """Steps once.

        Args:
            tokens: The previous token y_{t-1} of each row, `(rows,)`.
            states: The states of every decoder layer, each `(rows, units)`.
            attend: Takes queries `(rows, units)` to sums of the memory's values, one a row.

        Returns:
            tanh(W_o [y_{t-1}; s_t; c_t]) `(rows, dim)`, and the new states.
        """
        if self.words is not None:
            word = ops.take(self.words, tokens, axis=0)  # (rows, gates + dim)
        else:
            vectors = ops.take(self.embeddings, tokens, axis=0)
            word = _products(vectors, self.word_kernels) + self.word_bias
        inputs, output = word[:, : self.gates], word[:, self.gates :]
        recurrent = _products(states[0][0], self.recurrent_kernels)
        if self.placement != "after":
            # A product score has the state itself for query, an additive one its projection.
            query = recurrent[:, self.gates :] if self.attention == "additive" else states[0][0]
            context = self._context_part(attend(query))
            inputs, output = inputs + context[:, : self.gates], output + context[:, self.gates :]
        recurrent = recurrent[:, : self.gates]
        if self.recurrent_bias is not None:
            recurrent = recurrent + self.recurrent_bias
        new_states = [self._cell(inputs, recurrent, states[0])]
        for cell, layer_states in zip(self.upper_cells, states[1:], strict=True):
            new_states.append(self._upper(cell, new_states[-1][0], layer_states))
        top = new_states[-1][0]
        if self.placement == "after":
            query = top
            if self.attention == "additive":
                query = ops.matmul(top, self.weights["attention/query_kernel"])
            output = output + self._context_part(attend(query))
        return ops.tanh(output + ops.matmul(top, self.state_kernel)), new_states

    def _context_part(self, context: Any) -> Any:
        return context if self.project_memory else _products(context, self.context_kernels)

    def _upper(self, cell: str, below: Any, states: list[Any]) -> list[Any]:
        kernel, recurrent_kernel, bias = (
            self.weights[f"{cell}/{name}"] for name in ("kernel", "recurrent_kernel", "bias")
        )
        inputs = ops.matmul(below, kernel)
        recurrent = ops.matmul(states[0], recurrent_kernel)
        if self.recurrent_bias is not None:
            inputs, recurrent = inputs + bias[0], recurrent + bias[1]
        else:
            inputs = inputs + bias
        return self._cell(inputs, recurrent, states)

    def _cell(self, inputs: Any, recurrent: Any, states: list[Any]) -> list[Any]:
        new_states, _ = self.equations.forward(inputs, recurrent, states)
        return new_states


def _products(x: Any, kernels: list[Any]) -> Any:
    """x [W_1, W_2, ...]"""
    products = [ops.matmul(x, kernel) for kernel in kernels]
    return products[0] if len(products) == 1 else ops.concatenate(products, axis=-1)
