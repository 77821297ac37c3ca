"""What happens inside a translator, as JSON for a page: all of a sentence at once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from seq2seq_keras.errors import InputError
from seq2seq_keras.explain import Explanation, Model, explain
from seq2seq_keras.explain.cells import reset_before_product
from seq2seq_keras.explain.changes import (
    AttendTo,
    Change,
    ClampGate,
    ReplaceWord,
    SetAttention,
    SwapSource,
)
from seq2seq_keras.explain.encoder import DIRECTIONS, Encoding
from seq2seq_keras.explain.neurons import similar_together
from seq2seq_keras.explain.what_if import what_if
from seq2seq_keras.jobs.packing import packed
from seq2seq_keras.text import END

if TYPE_CHECKING:
    from seq2seq_keras.explain.beam_tree import BeamTree
    from seq2seq_keras.explain.cells import CellRecord
    from seq2seq_keras.explain.writing import Writing
    from seq2seq_keras.translator import Translator

_KEPT = 4

_CHANGES: dict[str, type[Change]] = {
    "attention": SetAttention,
    "attend_to": AttendTo,
    "clamp": ClampGate,
    "word": ReplaceWord,
    "swap": SwapSource,
}


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

    def what_if(
        self,
        translator: Translator,
        text: str,
        reference: str | None,
        changes: Sequence[Mapping[str, Any]],
        prefix: int,
    ) -> dict[str, Any]:
        """What follows when something is changed.

        Args:
            translator, text, reference: As of `trace`.
            changes: Each the fields of a change of `explain.changes`, and its `kind`: `attention`,
                `attend_to`, `clamp`, `word` or `swap`.
            prefix: So many tokens stay as the translator wrote them; likeliest ones follow.

        Returns:
            `source` and `encoder` as in a trace, but with the changes; `before` and `after`, what
            is written without and with them, as `writing_json`; and `differs_at`, the first step
            that writes another token, or None.

        Raises:
            InputError: A change is none, or does not fit the network or the sentence.
        """
        explanation = self._explanation(translator, text, reference)
        model, kept = explanation.model, explanation.beam.ids[:prefix]
        before = what_if(model, text, prefix=kept)
        after = what_if(model, text, *map(_change, changes), prefix=kept)
        return {
            "source": model.source_tokenizer.pieces(after.encoding.ids.tolist()),
            "encoder": _encoding_json(after.encoding),
            "before": writing_json(before.writing),
            "after": writing_json(after.writing),
            "differs_at": after.differs_at,
        }

    def model(self, translator: Translator) -> Model:
        """A translator as arrays, those of an explanation that is remembered if there is one."""
        for kept, explanation in self._known.values():
            if kept is translator:
                return explanation.model
        return Model.of(translator)

    def _explanation(self, translator: Translator, text: str, reference: str | None) -> Explanation:
        key = (id(translator), text, reference)
        if key not in self._known:
            self._known[key] = translator, explain(self.model(translator), text, reference)
        self._known.move_to_end(key)
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return self._known[key][1]


def trace_json(explanation: Explanation) -> dict[str, Any]:
    """An explanation as JSON; T source tokens and T' target tokens, ends counted.

    Returns:
        - `model`: the fields of the configuration that its drawing needs, and vocabulary sizes.
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
            "tie_embeddings": config.tie_embeddings,
            "source_lang": config.source_lang,
            "target_lang": config.target_lang,
            "beam_size": explanation.tree.beam_size,
            "source_vocab_size": model.source_tokenizer.vocab_size,
            "target_vocab_size": model.target_tokenizer.vocab_size,
        },
        "sentence": explanation.sentence,
        "source": list(explanation.source),
        "encoder": _encoding_json(encoding),
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


def _encoding_json(encoding: Encoding) -> dict[str, Any]:
    return {
        "context": packed(encoding.context),
        "start": [[packed(state) for state in states] for states in encoding.start],
        "layers": [
            {
                direction: _record(record)
                for direction, record in zip(DIRECTIONS, layer, strict=False)
            }
            for layer in encoding.layers
        ],
    }


def _change(fields: Mapping[str, Any]) -> Change:
    """A change from what a page sent."""
    kind, given = fields.get("kind"), {k: v for k, v in fields.items() if k != "kind"}
    if kind not in _CHANGES:
        raise InputError(f"kind: expected one of {', '.join(_CHANGES)}, received {kind!r}")
    try:
        return TypeAdapter(_CHANGES[kind]).validate_python(given)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{place}: {first['msg']}") from None


def _record(record: CellRecord) -> dict[str, Any]:
    return {
        **{name: packed(value) for name, value in record.values.items()},
        "order": similar_together(record.values["h"]).tolist(),
    }
