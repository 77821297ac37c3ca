"""Everything that happens between a sentence and its translation, as plain arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seq2seq_keras.explain.arrays import encoding_arrays, tree_arrays, writing_arrays
from seq2seq_keras.explain.beam_tree import BeamTree, beam_tree
from seq2seq_keras.explain.cells import CellRecord
from seq2seq_keras.explain.decoder import Choose, forced, greedy, write
from seq2seq_keras.explain.distance import OutputName, SourceGradients, source_gradients
from seq2seq_keras.explain.encoder import DIRECTIONS, Encoding, encode
from seq2seq_keras.explain.model import Model
from seq2seq_keras.explain.neurons import Working, worked_through
from seq2seq_keras.explain.weights import CellWeights
from seq2seq_keras.explain.writing import Writing, writing
from seq2seq_keras.text import normalise

if TYPE_CHECKING:
    from seq2seq_keras.translator import Translator


@dataclass(frozen=True)
class Explanation:
    """What a translator made of a sentence.

    Attributes:
        model: The translator.
        sentence: The sentence.
        source: Its tokens as readable pieces, end token last, `(T,)`.
        encoding: What the encoder computed.
        greedy: What greedy search writes, the likeliest token at each step.
        beam: What the translator itself writes, by beam search.
        reference: The reference, by forced decoding: what the network thinks of each of its
            tokens after the true ones before it. None if none was given.
        tree: The beam search.
    """

    model: Model
    sentence: str
    source: list[str]
    encoding: Encoding
    greedy: Writing
    beam: Writing
    reference: Writing | None
    tree: BeamTree

    def writing(self, name: str) -> Writing:
        """Returns `greedy`, `beam` or `reference` by its name."""
        found = {"greedy": self.greedy, "beam": self.beam, "reference": self.reference}.get(name)
        if found is None:
            raise ValueError(f"There is no such translation here. Received: {name!r}")
        return found

    def source_gradients(self, name: str = "greedy", of: OutputName = "logit") -> SourceGradients:
        """Differentiates each word of a translation with respect to each source word.

        Args:
            name: `greedy`, `beam` or `reference`.
            of: As of the function `source_gradients`.
        """
        return source_gradients(self.model.weights, self.encoding, self.writing(name), of)

    def working(
        self,
        part: str,
        step: int,
        gate: str,
        neuron: int,
        layer: int = 1,
        direction: str = "forward",
        count: int = 8,
    ) -> Working:
        """Works one neuron's gate through.

        Args:
            part: `encoder`, or whose decoder: `greedy`, `beam` or `reference`.
            step: The position of the source token, or the decoder step, from 0.
            gate: One of the cell's gates.
            neuron: Which neuron of the cell, from 0.
            layer: Which layer, from 1.
            direction: `forward` or `backward`, in a bidirectional encoder.
            count: How many products to list.

        Example:
            >>> explanation.working("greedy", 2, "z", 17).terms
        """
        cell, record = self.chain(part, layer, direction)
        return worked_through(cell, record.at(step), gate, neuron, count)

    def chain(
        self, part: str, layer: int = 1, direction: str = "forward"
    ) -> tuple[CellWeights, CellRecord]:
        """Returns a cell's weights, and what it did at every step.

        Args:
            part, layer, direction: As of `working`.

        Raises:
            ValueError: if there is no such chain.

        Example:
            >>> cell, record = explanation.chain("encoder", direction="backward")
        """
        weights = self.model.weights
        if part != "encoder":
            return weights.decoder[layer - 1], self.writing(part).layers[layer - 1]
        chains = zip(
            DIRECTIONS, weights.encoder[layer - 1], self.encoding.layers[layer - 1], strict=False
        )
        for name, cell, record in chains:
            if name == direction:
                return cell, record
        raise ValueError(f"The encoder has no such direction. Received: {direction!r}")

    def arrays(self) -> dict[str, Any]:
        """Returns all of it as nested dictionaries and lists of NumPy arrays and strings.

        T is the number of source tokens, T' of the target tokens, end tokens counted.

        - `sentence`, `source`: the text and its tokens.
        - `encoder`: see `encoding_arrays`.
        - `greedy`, `beam`, and `reference` or None: see `writing_arrays`.
        - `tree`: see `tree_arrays`.

        Example:
            >>> explain(translator, "A dog runs.").arrays()["greedy"]["layers"][0]["z"].shape
        """
        return {
            "sentence": self.sentence,
            "source": self.source,
            "encoder": encoding_arrays(self.encoding),
            "greedy": writing_arrays(self.greedy),
            "beam": writing_arrays(self.beam),
            "reference": None if self.reference is None else writing_arrays(self.reference),
            "tree": tree_arrays(self.tree, self.model.target_tokenizer),
        }


def explain(
    translator: Translator | Model,
    sentence: str,
    reference: str | None = None,
    beam_size: int | None = None,
    length_penalty: float | None = None,
    top: int = 10,
) -> Explanation:
    """Translates a sentence and keeps everything that was computed on the way.

    All of it is computed from the trained weights by the formulas of the papers, in NumPy, one
    sentence and one step at a time; it is the same network to within rounding.

    Args:
        translator: A translator, or `Model.of(translator)` where several sentences are looked at.
        sentence: The sentence.
        reference: A translation to follow by forced decoding; blank is as none.
        beam_size, length_penalty: Of the beam search; by default the configuration's.
        top: How many of the likeliest next tokens to list at each step.

    Returns:
        The explanation.

    Raises:
        InputError: if the sentence is empty, or it or the reference is too long.

    Example:
        >>> explanation = explain(translator, "A man is riding a horse.")
        >>> explanation.beam.text, explanation.beam.weights.shape
    """
    model = Model.of(translator)
    config = model.config.updated(
        beam_size=model.config.beam_size if beam_size is None else beam_size,
        length_penalty=model.config.length_penalty if length_penalty is None else length_penalty,
    )
    ids = model.source_ids(sentence)
    encoding = encode(model.weights, ids)
    limit = model.limit(len(ids))
    tree = beam_tree(
        model.weights,
        encoding,
        limit,
        beam_size=config.beam_size,
        length_penalty=config.length_penalty,
    )

    def gathered(choose: Choose, limit: int) -> Writing:
        written = write(model.weights, encoding, choose, limit)
        return writing(model, ids, *written, top, config.length_penalty)

    def follow(tokens: Sequence[int]) -> Writing:
        return gathered(forced(tokens), len(tokens))

    likeliest = gathered(greedy(limit), limit)
    reference = normalise(reference or "")
    return Explanation(
        model=model,
        sentence=normalise(sentence),
        source=model.source_tokenizer.pieces(ids),
        encoding=encoding,
        greedy=likeliest,
        beam=likeliest if tree.best == likeliest.ids else follow(tree.best),
        reference=follow(model.target_ids(reference)) if reference else None,
        tree=tree,
    )
