"""Recurrences over whole sentences with gradients of their own.

Automatic differentiation of a loop runs the derivative of everything in it once a step: the
gradient of a matrix is then many small products and as many sums of large arrays. Here a loop
holds only what has to wait for the step before, forward and backward; the gradient of a matrix
is one product over all steps, after the loop.

Time is the first axis of every sequence, `(time, batch, ...)`; `d` before a name is the
derivative of the loss with respect to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
from keras import ops, tree

from seq2seq_keras.config import AttentionName
from seq2seq_keras.network.attention import MASKED
from seq2seq_keras.network.fused_cells import CellEquations
from seq2seq_keras.network.scan import scan

Tensors = list[Any]


def run_cell(
    equations: CellEquations,
    x: Any,
    recurrent_kernel: Any,
    recurrent_bias: Any | None,
    initial_states: Tensors,
    *,
    mask: Any | None = None,
    reverse: bool = False,
) -> Tensors:
    """Runs a cell over a sentence.

    Args:
        equations: The cell.
        x: W x_t + b of every step, `(time, batch, gates * units)`.
        recurrent_kernel: U, `(units, gates * units)`.
        recurrent_bias: b', `(gates * units,)`, or None.
        initial_states: h_0, and of an LSTM C_0, each `(batch, units)`.
        mask: True where a step counts, False where the states stay as they are,
            `(time, batch, 1)`.
        reverse: Whether to run from the last step to the first.

    Returns:
        The states after every step, h and of an LSTM C, each `(time, batch, units)`.

    Example:
        >>> h, = run_cell(EQUATIONS["gru"], x, recurrent_kernel, recurrent_bias, [h_0])
    """
    masks = [] if mask is None else [mask]

    @ops.custom_gradient
    def run(x: Any, kernel: Any, *rest: Any) -> tuple:
        initial, bias = _split(rest, len(initial_states))

        def step(states: Tensors, items: Tensors) -> tuple[Tensors, Tensors]:
            x_t, *mask_t = items
            u = _plus(ops.matmul(states[0], kernel), bias)
            new, saved = equations.forward(x_t, u, states)
            if mask_t:
                new = [ops.where(*mask_t, n, old) for n, old in zip(new, states, strict=True)]
            return new, [*new, *saved]

        _, outputs = scan(step, initial, [x, *masks], reverse=reverse, num_stacked=len(initial))
        after, saved = _split(outputs, len(initial))

        def gradient(*upstream: Any) -> tuple:
            d_after = tree.flatten(upstream)
            before = _before(after, initial, reverse)
            transposed = ops.transpose(kernel)

            def back(d_states: Tensors, items: Tensors) -> tuple[Tensors, Tensors]:
                d_new, states, saved_t, mask_t = _split(items, *[len(initial)] * 2, len(saved))
                d_new = _sums(d_states, d_new)
                if mask_t:
                    d_skipped = [ops.where(*mask_t, 0.0, d) for d in d_new]
                    d_new = [ops.where(*mask_t, d, 0.0) for d in d_new]
                dx, du, d_old = equations.backward(d_new, states, saved_t)
                d_old[0] = d_old[0] + ops.matmul(du, transposed)
                if mask_t:
                    d_old = _sums(d_old, d_skipped)
                return d_old, [dx, du]

            d_initial, (dx, du) = scan(
                back,
                [ops.zeros_like(state) for state in initial],
                [*d_after, *before, *saved, *masks],
                reverse=not reverse,
            )
            return (dx, _product(before[0], du), *d_initial, *_bias_gradient(bias, du))

        return tuple(after), gradient

    return list(run(x, recurrent_kernel, *initial_states, *_present(recurrent_bias)))


@dataclass(frozen=True)
class AttentionKernels:
    """What a score needs besides queries and keys.

    Attributes:
        score: Name of the score function, see `Attention`.
        query: W of `additive`, `(units, key_units)`; else None.
        vector: v of `additive`, `(key_units,)`; else None.
    """

    score: AttentionName
    query: Any | None = None
    vector: Any | None = None


def attend_and_run_cell(
    equations: CellEquations,
    attention: AttentionKernels,
    x: Any,
    context_kernel: Any,
    recurrent_kernel: Any,
    recurrent_bias: Any | None,
    keys: Any,
    encoder_states: Any,
    source_mask: Any,
    initial_states: Tensors,
) -> tuple[Any, Any]:
    """Runs a cell that attends before every step: placement `before`.

    c_t = sum_i a_ti h_i, a_t = softmax(score(s_{t-1}, h)), s_t = f(s_{t-1}, [y_{t-1}; c_t]),
    where f reads W [y; c] = W_y y + W_c c.

    Args:
        equations: The cell.
        attention: The score and its weights.
        x: W_y y_{t-1} + b of every step, `(time, batch, gates * units)`.
        context_kernel: W_c, `(encoder_units, gates * units)`.
        recurrent_kernel: U, `(units, gates * units)`.
        recurrent_bias: b', `(gates * units,)`, or None.
        keys: `(batch, source_time, key_units)`.
        encoder_states: h, `(batch, source_time, encoder_units)`.
        source_mask: True where the source has a token, `(batch, source_time)`.
        initial_states: s_0, and of an LSTM the cell state, each `(batch, units)`.

    Returns:
        s_t `(time, batch, units)` and c_t `(time, batch, encoder_units)`.
    """
    additive = attention.score == "additive"
    scale = keys.shape[-1] ** -0.5 if attention.score == "scaled_dot" else 1.0

    @ops.custom_gradient
    def run(x: Any, context_kernel: Any, kernel: Any, keys: Any, memory: Any, *rest: Any) -> tuple:
        initial, weights, bias = _split(rest, len(initial_states), 2 if additive else 0)
        # [q; u] = [W_q | U] s: one product, forward and backward
        joined = ops.concatenate([*weights[:1], kernel], axis=1)
        key_units = keys.shape[-1]

        def hidden_layer(query: Any) -> Any:  # (batch, source_time, key_units)
            return ops.tanh(ops.expand_dims(query, 1) + keys)

        def step(states: Tensors, items: Tensors) -> tuple[Tensors, Tensors]:
            product = ops.matmul(states[0], joined)
            if additive:
                query, u = product[:, :key_units], product[:, key_units:]
                scores = ops.squeeze(ops.matmul(hidden_layer(query), weights[1]), -1)
            else:
                query, u = states[0], product
                scores = scale * _times_each(keys, query)  # (batch, source_time)
            scores = ops.where(source_mask, ops.cast(scores, "float32"), MASKED)
            a = ops.cast(ops.softmax(scores, axis=-1), x.dtype)  # (batch, source_time)
            context = _weighted_sum(a, memory)  # (batch, encoder_units)
            new, saved = equations.forward(
                items[0] + ops.matmul(context, context_kernel), _plus(u, bias), states
            )
            return new, [*new, context, a, *([query] if additive else []), *saved]

        _, outputs = scan(step, initial, [x], num_stacked=len(initial) + 2)
        after, (contexts, a), queries, saved = _split(outputs, len(initial), 2, int(additive))

        def gradient(*upstream: Any) -> tuple:
            d_after, (d_contexts,) = _split(tree.flatten(upstream), len(initial))
            before = _before(after, initial)
            transposed, context_transposed = ops.transpose(joined), ops.transpose(context_kernel)

            def back(carried: Tensors, items: Tensors) -> tuple[Tensors, Tensors]:
                d_states, sums = _split(carried, len(initial))
                d_new, states, (d_context, a_t), query_t, saved_t = _split(
                    items, *[len(initial)] * 2, 2, int(additive)
                )
                dx, du, d_old = equations.backward(_sums(d_states, d_new), states, saved_t)
                d_context = d_context + ops.matmul(dx, context_transposed)
                d_a = _times_each(memory, d_context)  # (batch, source_time)
                d_scores = a_t * (d_a - ops.sum(a_t * d_a, axis=-1, keepdims=True))
                if additive:
                    # The layer is made again: keeping it would take units times more memory
                    # than everything else that is kept.
                    hidden = hidden_layer(query_t[0])
                    # tanh' = 1 - tanh^2; the ones and v are put in once, outside of the loop
                    squares = ops.expand_dims(d_scores, -1) * ops.square(hidden)
                    d_query = weights[1][:, 0] * (
                        ops.sum(d_scores, axis=-1, keepdims=True) - ops.sum(squares, axis=1)
                    )
                    flat = ops.reshape(hidden, (-1, key_units))
                    d_vector = ops.matmul(ops.reshape(d_scores, (1, -1)), flat)
                    sums = _sums(sums, [squares, d_vector])
                    d_product = ops.concatenate([d_query, du], axis=-1)
                else:
                    d_query = scale * _weighted_sum(d_scores, keys)
                    d_old[0] = d_old[0] + d_query
                    d_product = du
                d_old[0] = d_old[0] + ops.matmul(d_product, transposed)
                return [*d_old, *sums], [dx, d_product, d_context, d_scores]

            nothing = [ops.zeros_like(state) for state in initial]
            if additive:
                nothing += [ops.zeros_like(keys), ops.zeros_like(weights[1][:, 0])[None]]
            carried, (dx, d_product, d_contexts, d_scores) = scan(
                back,
                nothing,
                [*d_after, *before, d_contexts, a, *queries, *saved],
                reverse=True,
            )
            d_initial, sums = _split(carried, len(initial))
            d_joined = _product(before[0], d_product)
            by_batch = (1, 2, 0)
            d_scores_by_batch = ops.transpose(d_scores, by_batch)  # (batch, source_time, time)
            if additive:
                squares, d_vector = sums
                ones = ops.expand_dims(ops.sum(d_scores, axis=0), -1)
                d_keys = weights[1][:, 0] * (ones - squares)
                d_weights = [d_joined[:, :key_units], ops.transpose(d_vector)]
            else:
                d_keys = scale * ops.matmul(d_scores_by_batch, ops.transpose(before[0], (1, 0, 2)))
                d_weights = []
            return (
                dx,
                _product(contexts, dx),
                d_joined[:, key_units:] if additive else d_joined,
                d_keys,
                ops.matmul(ops.transpose(a, by_batch), ops.transpose(d_contexts, (1, 0, 2))),
                *d_initial,
                *d_weights,
                *_bias_gradient(bias, d_product[..., key_units:] if additive else d_product),
            )

        return (*after, contexts), gradient

    states, *_, contexts = run(
        x,
        context_kernel,
        recurrent_kernel,
        keys,
        encoder_states,
        *initial_states,
        *_present(attention.query),
        *_present(attention.vector),
        *_present(recurrent_bias),
    )
    return states, contexts


def _split(tensors: Any, *counts: int) -> list[Tensors]:
    """Cuts a list into parts of the given lengths, and the rest."""
    parts, tensors = [], list(tensors)
    for count in counts:
        parts.append(tensors[:count])
        tensors = tensors[count:]
    return [*parts, tensors]


def _present(tensor: Any | None) -> Tensors:
    return [] if tensor is None else [tensor]


def _plus(tensor: Any, bias: Tensors) -> Any:
    return tensor + bias[0] if bias else tensor


def _sums(first: Tensors, second: Tensors) -> Tensors:
    return [a + b for a, b in zip(first, second, strict=True)]


def _before(after: Tensors, initial: Tensors, reverse: bool = False) -> Tensors:
    """The states before each step, from those after it."""
    if reverse:
        return [ops.concatenate([s[1:], i[None]]) for s, i in zip(after, initial, strict=True)]
    return [ops.concatenate([i[None], s[:-1]]) for s, i in zip(after, initial, strict=True)]


def _times_each(memory: Any, vector: Any) -> Any:
    """m_i . v for every position i: `(batch, time, units)`, `(batch, units)` to `(batch, time)`."""
    return ops.squeeze(ops.matmul(memory, ops.expand_dims(vector, -1)), -1)


def _weighted_sum(weights: Any, memory: Any) -> Any:
    """sum_i w_i m_i: `(batch, time)`, `(batch, time, units)` to `(batch, units)`."""
    return ops.squeeze(ops.matmul(ops.expand_dims(weights, 1), memory), 1)


def _product(inputs: Any, d_outputs: Any) -> Any:
    """The gradient of a matrix: sum over all steps and sentences of input times d output."""
    # Where a batch is spread over devices, XLA would gather what is reshaped on each of them.
    if keras.config.backend() == "jax":
        return ops.tensordot(inputs, d_outputs, ((0, 1), (0, 1)))
    flat = [ops.reshape(tensor, (-1, tensor.shape[-1])) for tensor in (inputs, d_outputs)]
    return ops.matmul(ops.transpose(flat[0]), flat[1])


def _bias_gradient(bias: Tensors, d_outputs: Any) -> Tensors:
    return [ops.sum(d_outputs, axis=(0, 1)) for _ in bias]
