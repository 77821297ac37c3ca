"""What can be changed in a translation, to see what follows from it.

Steps, neurons and tokens are counted from 0: step 0 writes the first target token, encoder step i
reads source token i. A layer is counted from 1, as in the names of the Keras layers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from seq2seq_keras.explain.cells import Alter

PartName = Literal["encoder", "decoder"]
DirectionName = Literal["forward", "backward"]


@dataclass(frozen=True)
class SetAttention:
    """Replaces the attention weights of a step; they are scaled to sum to 1.

    Attributes:
        step: The decoder step.
        weights: One number of at least 0 for each source token, `(source_time,)`, not all 0.

    Example:
        >>> SetAttention(2, [0, 0.5, 0.5, 0])
    """

    step: int
    weights: Sequence[float]


@dataclass(frozen=True)
class AttendTo:
    """Puts all attention of a step, or of every step, on one source token.

    Attributes:
        position: The source token.
        step: The decoder step; None for all.
    """

    position: int
    step: int | None = None


@dataclass(frozen=True)
class ClampGate:
    """Holds a gate, or any quantity of a cell, at a value.

    Attributes:
        part: `encoder` or `decoder`.
        gate: The quantity: of an LSTM `f`, `i`, `C~`, `C`, `o`, `h`; of a GRU `z`, `r`, `h~`,
            `h`; of a simple RNN `h`.
        value: What it is held at: 0 shuts a gate, 1 opens it.
        layer: The layer; None for all.
        direction: `forward` or `backward` in a bidirectional encoder; None for both.
        neurons: Which neurons; None for all.
        steps: Which steps (in the encoder, positions of source tokens); None for all.

    Example:
        >>> ClampGate("decoder", "f", 0.0)  # an LSTM decoder that forgets at every step
    """

    part: PartName
    gate: str
    value: float
    layer: int | None = None
    direction: DirectionName | None = None
    neurons: Sequence[int] | None = None
    steps: Sequence[int] | None = None


@dataclass(frozen=True)
class ReplaceWord:
    """Writes another token than the likeliest one; the rest follows from it.

    Attributes:
        step: The decoder step.
        token: The id of the target token.
    """

    step: int
    token: int


@dataclass(frozen=True)
class SwapSource:
    """Gives the decoder what the encoder made of another sentence.

    Attributes:
        sentence: The other sentence.
        start: Whether the decoder's first states s_0 are made of the other sentence's c.
        memory: Whether what every step reads is the other sentence's: c itself without
            attention, all h_i with it.
    """

    sentence: str
    start: bool = True
    memory: bool = True


Change = SetAttention | AttendTo | ClampGate | ReplaceWord | SwapSource


def alteration(
    changes: Sequence[Change],
    part: PartName,
    layer: int,
    step: int,
    direction: DirectionName | None = None,
) -> Alter | None:
    """Returns what clamps the gates of one step of one cell, or None if nothing does."""
    clamps = [
        change
        for change in changes
        if isinstance(change, ClampGate)
        and change.part == part
        and change.layer in (None, layer)
        and (direction is None or change.direction in (None, direction))
        and (change.steps is None or step in change.steps)
    ]
    if not clamps:
        return None

    def alter(name: str, value: np.ndarray) -> np.ndarray:
        for clamp in clamps:
            if clamp.gate == name:
                value = value.copy()
                value[..., slice(None) if clamp.neurons is None else list(clamp.neurons)] = (
                    clamp.value
                )
        return value

    return alter


def changed_attention(changes: Sequence[Change], step: int, weights: np.ndarray) -> np.ndarray:
    """Returns the attention weights of a step, `(..., time)`, as the changes want them."""
    for change in changes:
        if isinstance(change, SetAttention) and change.step == step:
            wanted = np.asarray(change.weights, weights.dtype)
            weights = np.broadcast_to(wanted / wanted.sum(), weights.shape)
        elif isinstance(change, AttendTo) and change.step in (None, step):
            weights = np.zeros_like(weights)
            weights[..., change.position] = 1
    return weights


def changed_word(changes: Sequence[Change], step: int) -> int | None:
    """Returns the token that a change wants at a step, or None."""
    wanted = [c.token for c in changes if isinstance(c, ReplaceWord) and c.step == step]
    return wanted[-1] if wanted else None
