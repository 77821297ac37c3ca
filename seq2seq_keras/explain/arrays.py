"""Records as nested dictionaries and lists of NumPy arrays, for a notebook or a page."""

from __future__ import annotations

from typing import Any

import numpy as np

from seq2seq_keras.explain.beam_tree import BeamTree
from seq2seq_keras.explain.cells import CellRecord
from seq2seq_keras.explain.encoder import DIRECTIONS, Encoding
from seq2seq_keras.explain.neurons import similar_together
from seq2seq_keras.explain.writing import Writing
from seq2seq_keras.text import Tokenizer

_OF_A_WRITING = (
    "text tokens read attended score vectors scores weights contexts hidden chosen ranks top_ids "
    "top_tokens top_probabilities"
).split()


def encoding_arrays(encoding: Encoding) -> dict[str, Any]:
    """Returns what the encoder computed for T tokens.

    Returns:
        `ids` `(T,)`, `vectors` `(T, embedding_dim)`, `states` h_i `(T, units)`, `context` c
        `(units,)`, `cell_context` `(units,)` or None, `keys` `(T, units)` or None, `start` a list
        with the list of first states of each decoder layer, and `layers`, a list with a
        dictionary of `forward` (and `backward`) for each layer, each as of `layer_arrays`.
    """
    return {
        "ids": encoding.ids,
        "vectors": encoding.vectors,
        "states": encoding.states,
        "context": encoding.context,
        "cell_context": encoding.cell_context,
        "keys": encoding.keys,
        "start": [list(states) for states in encoding.start],
        "layers": [
            {
                direction: layer_arrays(record)
                for direction, record in zip(DIRECTIONS, layer, strict=False)
            }
            for layer in encoding.layers
        ],
    }


def writing_arrays(writing: Writing) -> dict[str, Any]:
    """Returns what the decoder computed for T' tokens.

    Returns:
        What `Writing` documents by the same names, without the probabilities of the whole
        vocabulary, `ids` `(T',)`, and `layers`, a list of `layer_arrays`.
    """
    return {
        **{name: getattr(writing, name) for name in _OF_A_WRITING},
        "ids": np.array(writing.ids),
        "layers": [layer_arrays(record) for record in writing.layers],
    }


def layer_arrays(record: CellRecord) -> dict[str, Any]:
    """Returns what a cell did in consecutive steps.

    Returns:
        Each quantity by its name, such as `z`, `(time, units)`; `sums`, a dictionary of what each
        gate was taken of, of the same shape; `before`, the states before, a list of arrays of
        the same shape; and `order`, see `similar_together`, `(units,)`.
    """
    return {
        **record.values,
        "sums": record.sums,
        "before": list(record.before),
        "order": similar_together(record.values["h"]),
    }


def tree_arrays(tree: BeamTree, target_tokenizer: Tokenizer) -> dict[str, Any]:
    """Returns a beam search, an entry for each node.

    Returns:
        `parent`, `step`, `token`, `log_probability`, `total`, `score` and `on_path`, arrays
        `(nodes,)`; `piece` and `fate`, lists of strings; and `leaves`, `(finished,)`: the numbers
        of finished nodes, best first. See `Node`.
    """
    nodes = tree.nodes
    return {
        **{
            name: np.array([getattr(node, name) for node in nodes])
            for name in "parent step token log_probability total score on_path".split()
        },
        "piece": target_tokenizer.pieces([node.token for node in nodes]),
        "fate": [node.fate for node in nodes],
        "leaves": np.array(tree.leaves),
    }
