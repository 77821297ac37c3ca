"""What happens inside a translator, as JSON for a page: all of a sentence at once."""

from __future__ import annotations

import base64
from collections import OrderedDict
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from seq2seq_keras.explain import Explanation, Model, explain
from seq2seq_keras.explain.cells import reset_before_product
from seq2seq_keras.explain.encoder import DIRECTIONS
from seq2seq_keras.explain.neurons import similar_together
from seq2seq_keras.text import END

if TYPE_CHECKING:
    from seq2seq_keras.explain.beam_tree import BeamTree
    from seq2seq_keras.explain.cells import CellRecord
    from seq2seq_keras.explain.writing import Writing
    from seq2seq_keras.translator import Translator

_KEPT = 4


class Explainer:
    """Explains sentences, and remembers the last few for questions about them.

    Example:
        >>> explainer = Explainer()
        >>> trace = explainer.trace(translator, "A dog runs.")
        >>> explainer.working(translator, "A dog runs.", None, part="encoder", step=0, ...)
    """

    def __init__(self) -> None:
        # By translator and texts. The translator is kept too: its id stays its own that way.
        self._known: OrderedDict[tuple[Any, ...], tuple[Translator, Explanation]] = OrderedDict()

    def trace(self, translator: Translator, text: str, reference: str | None) -> dict[str, Any]:
        """Everything that a page shows of a sentence.

        Args:
            translator: Who translates.
            text: The sentence.
            reference: A translation to follow as well, or None.

        Returns:
            What `trace_json` makes of the explanation.

        Raises:
            InputError: The sentence or the reference is empty or too long.
        """
        return trace_json(self._explanation(translator, text, reference))

    def working(
        self, translator: Translator, text: str, reference: str | None, **question: Any
    ) -> dict[str, Any]:
        """How one neuron's gate came by its value.

        Args:
            translator, text, reference: As of `trace`.
            question: Arguments of `Explanation.working`.

        Returns:
            The fields of a `Working`, and `reset_before`: of a GRU, what the neuron's `h~` and
            `h` would be if the reset came before the product, else None.
        """
        explanation = self._explanation(translator, text, reference)
        working = asdict(explanation.working(**question))
        return {**working, "reset_before": _reset_before(explanation, **question)}

    def _explanation(self, translator: Translator, text: str, reference: str | None) -> Explanation:
        key = (id(translator), text, reference)
        if key not in self._known:
            model: Translator | Model = translator
            for kept, explanation in self._known.values():
                if kept is translator:
                    model = explanation.model  # its weights have been read already
            self._known[key] = translator, explain(model, text, reference)
        self._known.move_to_end(key)
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return self._known[key][1]


def trace_json(explanation: Explanation) -> dict[str, Any]:
    """An explanation as JSON; T source tokens and T' target tokens, ends counted.

    Returns:
        - `model`: the fields of the configuration that its drawing needs, and `parameters`.
        - `sentence`, `source`: the text and its T tokens.
        - `encoder`: `context` c, `start` (a list of the first states of each decoder layer),
          and `layers`, of each a dictionary of `forward` (and `backward`) records.
        - `written`: what the translator writes; `reference`: the same of the reference, or
          None; `tree`: the beam search. See `writing_json` and `tree_json`.

        A record has each quantity of the cell, such as `z`, `(time, units)`, and `order`: the
        neurons so that similar ones stand together. Arrays are packed, see `packed`.
    """
    model, encoding = explanation.model, explanation.encoding
    config = model.config
    return {
        "model": {
            "cell": config.cell,
            "attention": config.attention,
            "placement": config.attention_placement,
            "units": config.units,
            "embedding_dim": config.embedding_dim,
            "bidirectional": config.bidirectional,
            "encoder_layers": config.encoder_layers,
            "decoder_layers": config.decoder_layers,
            "source_lang": config.source_lang,
            "target_lang": config.target_lang,
            "beam_size": explanation.tree.beam_size,
            "source_vocab_size": model.source_tokenizer.vocab_size,
            "target_vocab_size": model.target_tokenizer.vocab_size,
        },
        "sentence": explanation.sentence,
        "source": list(explanation.source),
        "encoder": {
            "context": packed(encoding.context),
            "start": [[packed(state) for state in states] for states in encoding.start],
            "layers": [
                {
                    direction: _record(record)
                    for direction, record in zip(DIRECTIONS, layer, strict=False)
                }
                for layer in encoding.layers
            ],
        },
        "written": writing_json(explanation.beam),
        "reference": None if explanation.reference is None else writing_json(explanation.reference),
        "tree": tree_json(explanation.tree, model),
    }


def writing_json(written: Writing) -> dict[str, Any]:
    """What was written, as JSON.

    Returns:
        `text`, `score`, `tokens` (T'), `ids`, `read` (the token before each), `chosen` (the
        log-probability of each), `ranks`, `top_tokens`, `top_ids` and `top_probabilities` (of
        the likeliest next tokens, a list for each step), `contexts` `(T', units)`, `layers`, a
        record each, and with attention `attended` (the T tokens it could look at), `scores`
        e_ti and `weights` a_ti, both `(T', T)`; without, these are None.
    """
    has_attention = written.weights is not None
    return {
        "text": written.text,
        "score": float(written.score),
        "tokens": list(written.tokens),
        "ids": [int(token) for token in written.ids],
        "read": list(written.read),
        "chosen": [float(value) for value in written.chosen],
        "ranks": [int(rank) for rank in written.ranks],
        "top_tokens": [list(tokens) for tokens in written.top_tokens],
        "top_ids": np.asarray(written.top_ids).tolist(),
        "top_probabilities": [
            [float(f"{value:.5g}") for value in row] for row in written.top_probabilities
        ],
        "contexts": packed(written.contexts),
        "attended": list(written.attended) if has_attention else None,
        "scores": packed(written.scores) if written.scores is not None else None,
        "weights": packed(written.weights) if written.weights is not None else None,
        "layers": [_record(record) for record in written.layers],
    }


def tree_json(tree: BeamTree, model: Model) -> dict[str, Any]:
    """A beam search as JSON.

    Returns:
        `nodes` with readable `piece`s; `leaves`, and the text of each in `texts`; the settings.
    """
    ids = [node.token for node in tree.nodes]
    pieces = model.target_tokenizer.pieces(ids)
    return {
        "nodes": [
            {**asdict(node), "piece": piece} for node, piece in zip(tree.nodes, pieces, strict=True)
        ],
        "leaves": list(tree.leaves),
        "texts": [
            model.target_tokenizer.decode([token for token in tree.branch(leaf) if token != END])
            for leaf in tree.leaves
        ],
        "beam_size": tree.beam_size,
        "length_penalty": tree.length_penalty,
    }


def packed(array: np.ndarray) -> dict[str, Any]:
    """An array of numbers in a quarter of the room that digits take.

    Args:
        array: Of any shape.

    Returns:
        `shape`; `scale`; and `data`, whole numbers of 16 bits, little end first, in base64. The
        values are those numbers times `scale`: they are exact to a 65,000th of the largest.

    Example:
        >>> packed(np.array([[0.5, -1.0]]))["shape"]
        [1, 2]
    """
    scale = float(np.abs(array).max(initial=0.0)) / 32767 or 1.0
    whole = np.rint(np.asarray(array, "float64") / scale).astype("<i2")
    return {
        "shape": list(array.shape),
        "scale": scale,
        "data": base64.b64encode(whole.tobytes()).decode("ascii"),
    }


def _reset_before(
    explanation: Explanation,
    part: str,
    step: int,
    neuron: int,
    layer: int = 1,
    direction: str = "forward",
    **_: Any,
) -> dict[str, float] | None:
    cell, records = explanation.chain(part, layer, direction)
    if cell.kind != "gru":
        return None
    record = records.at(step)
    values = reset_before_product(cell, record.x, record.before[0])
    return {name: float(values[name][neuron]) for name in ("h~", "h")}


def _record(record: CellRecord) -> dict[str, Any]:
    return {
        **{name: packed(value) for name, value in record.values.items()},
        "order": similar_together(record.values["h"]).tolist(),
    }
