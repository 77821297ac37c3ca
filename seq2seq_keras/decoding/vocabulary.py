"""The likeliest next tokens of each hypothesis, in few passes over the vocabulary.

Logits of some hundred hypotheses over some thousand tokens are the largest array of a search,
so each pass over them counts, and a top-k over whole rows costs as much as the product that
made them. Instead the vocabulary is seen as groups of some thirty tokens: one pass finds the
largest logit of each group, and the k best tokens lie in the k groups with the largest ones.
"""

from __future__ import annotations

from typing import Any

from keras import ops

from seq2seq_keras.decoding.rows import take_in_rows
from seq2seq_keras.text import END, PADDING, START, UNKNOWN

_NEVER = float("-inf")
_GROUP_SIZES = range(24, 57)


def group_size(vocab_size: int) -> int:
    """Returns the size of groups that needs the fewest tokens more to fill the last group."""
    return min(_GROUP_SIZES, key=lambda size: -vocab_size % size)


class Vocabulary:
    """The last layer of a decoder: logits, and the best tokens of each row of them.

    Args:
        kernel: The output matrix V, `(vocab_size, dim)` if `tied`, else `(dim, vocab_size)`.
        bias: `(vocab_size,)`, or None.
        tied: Whether the matrix is the target embedding.
    """

    def __init__(self, kernel: Any, bias: Any, tied: bool) -> None:
        vocab_size = kernel.shape[0 if tied else 1]
        self.group = group_size(vocab_size)
        missing = -vocab_size % self.group
        self.size = vocab_size + missing
        if missing:  # tokens that can never be written fill the last group
            if bias is None:
                bias = ops.zeros((vocab_size,), kernel.dtype)
            kernel = ops.pad(kernel, ((0, missing), (0, 0)) if tied else ((0, 0), (0, missing)))
            bias = ops.pad(bias, ((0, missing),), constant_values=_NEVER)
        self.kernel, self.bias, self.tied = kernel, bias, tied

    def logits(self, hidden: Any) -> Any:
        """Returns logits in float32, `(rows, size)`, of `hidden` `(rows, dim)`."""
        logits = ops.matmul(hidden, ops.transpose(self.kernel) if self.tied else self.kernel)
        if self.bias is not None:
            logits = logits + self.bias
        return ops.cast(logits, "float32")

    def best(self, logits: Any, must_end: Any, count: Any) -> tuple[Any, Any]:
        """Returns the likeliest tokens that may come next.

        Padding, start and unknown are never written, but they count in the probabilities.

        Args:
            logits: `(rows, size)`.
            must_end: Where only the end token is allowed, `(rows,)`.
            count: Tokens wanted; fewer where there are not so many. On TensorFlow it may be a
                tensor.

        Returns:
            Log-probabilities, best first, and the tokens, `(rows, count)`.
        """
        groups, count = self.size // self.group, _smaller(count, self.size)
        rows = ops.arange(ops.shape(logits)[0])
        grouped = ops.reshape(logits, (-1, groups, self.group))
        largest = ops.max(grouped, axis=2)  # (rows, groups)
        # The first group holds the special tokens and is always looked into. In ascending
        # order, so that of equal logits the first token is preferred, as in a plain top-k.
        chosen = _smaller(count, groups - 1)
        looked_into = ops.zeros_like(largest[:, :1], "int32")
        if groups > 1:
            _, others = ops.top_k(largest[:, 1:], chosen)
            others = ops.sort(ops.cast(others, "int32") + 1, axis=1)
            looked_into = ops.concatenate([looked_into, others], axis=1)  # (rows, chosen + 1)
        logits_there = ops.take(
            ops.reshape(logits, (-1, self.group)), rows[:, None] * groups + looked_into, axis=0
        )  # (rows, chosen + 1, group)
        logits_there = ops.reshape(logits_there, (-1, (chosen + 1) * self.group))
        tokens = looked_into[:, :, None] * self.group + ops.arange(self.group)
        tokens = ops.reshape(tokens, (-1, (chosen + 1) * self.group))

        # log sum exp of a row, from the likeliest token there: softmax is one pass where
        # subtraction, exponential and sum would be three.
        likeliest = ops.argmax(logits_there, axis=1)[:, None]  # (rows, 1)
        highest = take_in_rows(logits_there, likeliest)
        where = take_in_rows(tokens, likeliest)
        probability = take_in_rows(ops.softmax(logits, axis=1), where)

        forbidden = (tokens == PADDING) | (tokens == START) | (tokens == UNKNOWN)
        forbidden = forbidden | (must_end[:, None] & (tokens != END))
        scores, places = ops.top_k(ops.where(forbidden, _NEVER, logits_there), count)
        log_probs = (scores - highest) + ops.log(probability)  # far from zero they lose digits else
        return log_probs, take_in_rows(tokens, places)


def _smaller(count: Any, most: int) -> Any:
    return min(count, most) if isinstance(count, int) else ops.minimum(count, most)
