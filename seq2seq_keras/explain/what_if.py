"""What if: decode again with something changed, and see what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from seq2seq_keras.errors import InputError
from seq2seq_keras.explain.arrays import encoding_arrays, writing_arrays
from seq2seq_keras.explain.cells import QUANTITIES
from seq2seq_keras.explain.changes import (
    AttendTo,
    Change,
    ClampGate,
    ReplaceWord,
    SetAttention,
    SwapSource,
)
from seq2seq_keras.explain.decoder import greedy, write
from seq2seq_keras.explain.encoder import Encoding, encode
from seq2seq_keras.explain.model import Model
from seq2seq_keras.explain.writing import Writing, writing
from seq2seq_keras.text import END, PADDING, START, UNKNOWN

if TYPE_CHECKING:
    from seq2seq_keras.translator import Translator


@dataclass(frozen=True)
class WhatIf:
    """What came of a change.

    Attributes:
        changes: What was changed.
        encoding: What the encoder computed, its clamped gates included; what was swapped is
            the other sentence's.
        writing: What was then written, greedily from the first change on.
        differs_at: The first step that wrote another token than without the changes, from 0;
            None if the translation stayed the same.
    """

    changes: tuple[Change, ...]
    encoding: Encoding
    writing: Writing
    differs_at: int | None

    def arrays(self) -> dict[str, Any]:
        """Returns `encoder`, `writing` and `differs_at`, in the form of `Explanation.arrays`."""
        return {
            "encoder": encoding_arrays(self.encoding),
            "writing": writing_arrays(self.writing),
            "differs_at": self.differs_at,
        }


def what_if(
    translator: Translator | Model,
    sentence: str,
    *changes: Change,
    prefix: Sequence[int] = (),
    top: int = 10,
) -> WhatIf:
    """Translates a sentence with changes; every word after them is the likeliest one.

    Args:
        translator: A translator, or `Model.of(translator)`.
        sentence: The sentence.
        changes: What to change, any number of `SetAttention`, `AttendTo`, `ClampGate`,
            `ReplaceWord` and `SwapSource`. Where two concern the same, the later wins.
        prefix: Tokens to write first, such as those that beam search chose before the step
            that is changed; without them all words are the likeliest ones.
        top: How many of the likeliest next tokens to list at each step.

    Returns:
        What was computed and written.

    Raises:
        InputError: if a sentence is empty or too long, or a change fits not this network or
            sentence.

    Example:
        >>> what_if(translator, "A dog runs.", AttendTo(1, step=0)).writing.text
        >>> what_if(translator, "A dog runs.", ClampGate("decoder", "z", 1.0)).writing.text
    """
    model = Model.of(translator)
    source = model.source_ids(sentence)
    swaps = [
        (change, model.source_ids(change.sentence))
        for change in changes
        if isinstance(change, SwapSource)
    ]
    attended = [source, *(ids for swap, ids in swaps if swap.memory)][-1]
    limit = model.limit(max(len(source), len(attended)))
    _check(model, changes, len(attended), len(source), limit)
    for token in prefix:
        _check_token(model, token)

    def written(encoding: Encoding, changes: Sequence[Change]) -> tuple[list[int], list[Any]]:
        likeliest = greedy(limit)
        return write(
            model.weights,
            encoding,
            lambda number, step: (
                prefix[number] if number < min(len(prefix), limit) else likeliest(number, step)
            ),
            limit,
            changes,
        )

    encoding = encode(model.weights, source, changes)
    for swap, ids in swaps:
        encoding = _swapped(encoding, encode(model.weights, ids, changes), swap)
    before, _ = written(encode(model.weights, source), ())
    after, steps = written(encoding, changes)
    differing = [t for t, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]]
    return WhatIf(
        changes=changes,
        encoding=encoding,
        writing=writing(model, attended, after, steps, top),
        differs_at=differing[0] if differing else None,
    )


def _swapped(encoding: Encoding, other: Encoding, change: SwapSource) -> Encoding:
    if change.start:
        encoding = replace(encoding, start=other.start)
    if change.memory:
        encoding = replace(
            encoding,
            ids=other.ids,
            vectors=other.vectors,
            layers=other.layers,
            states=other.states,
            context=other.context,
            cell_context=other.cell_context,
            keys=other.keys,
        )
    return encoding


def _check(model: Model, changes: Sequence[Change], attended: int, source: int, limit: int) -> None:
    """Refuses what cannot be meant for this network and sentence."""
    config = model.config
    for change in changes:
        if isinstance(change, SetAttention | AttendTo):
            if config.attention == "none":
                raise InputError("attention: this network has none to change")
            if change.step is not None:
                _check_number("step", change.step, limit)
        if isinstance(change, AttendTo):
            _check_number("position", change.position, attended)
        elif isinstance(change, SetAttention):
            weights = np.asarray(change.weights, dtype="float64")
            if weights.shape != (attended,):
                raise InputError(
                    f"weights: expected {attended} numbers, one for each source token, received "
                    f"{weights.size}"
                )
            if not np.isfinite(weights).all() or (weights < 0).any() or not weights.sum() > 0:
                raise InputError("weights: expected numbers of at least 0 that are not all 0")
        elif isinstance(change, ReplaceWord):
            _check_number("step", change.step, limit)
            _check_token(model, change.token)
        elif isinstance(change, ClampGate):
            _check_clamp(model, change, source, limit)


def _check_clamp(model: Model, clamp: ClampGate, source: int, limit: int) -> None:
    config = model.config
    if clamp.part not in ("encoder", "decoder"):
        raise InputError(f"part: expected encoder or decoder, received {clamp.part!r}")
    names = QUANTITIES[config.cell]
    if clamp.gate not in names:
        raise InputError(
            f"gate: expected one of {', '.join(names)} of this {config.cell}, received "
            f"{clamp.gate!r}"
        )
    if not np.isfinite(clamp.value):
        raise InputError(f"value: expected a number, received {clamp.value}")
    in_encoder = clamp.part == "encoder"
    if clamp.direction not in (None, "forward", "backward"):
        raise InputError(f"direction: expected forward or backward, received {clamp.direction!r}")
    if clamp.layer is not None:
        layers = config.encoder_layers if in_encoder else config.decoder_layers
        _check_number("layer", clamp.layer - 1, layers, first=1)
    width = config.units // 2 if in_encoder and config.bidirectional else config.units
    for neuron in clamp.neurons or ():
        _check_number("neurons", neuron, width)
    for step in clamp.steps or ():
        _check_number("steps", step, source if in_encoder else limit)


def _check_number(name: str, number: int, end: int, first: int = 0) -> None:
    if not 0 <= number < end:
        raise InputError(
            f"{name}: expected a number from {first} to {end - 1 + first}, received "
            f"{number + first}"
        )


def _check_token(model: Model, token: int) -> None:
    size = model.target_tokenizer.vocab_size
    if token in (PADDING, START, UNKNOWN) or not END <= token < size:
        raise InputError(f"token: {token} is not a word of the {size} target tokens")
