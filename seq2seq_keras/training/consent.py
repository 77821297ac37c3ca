"""What all workers of a training do alike, where each on its own might do something else."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from enum import IntEnum
from typing import Any

import keras
import numpy as np

from seq2seq_keras.training.replicas import Replicas

_SECONDS_BETWEEN = 0.5
_WORDS = struct.Struct("<bdi")


class Wish(IntEnum):
    """How a worker wants to go on after a step."""

    GO_ON = 0
    VALIDATE = 1
    STOP = 2
    GIVE_UP = 3  # the loss is no longer a number


class Consent:
    """Workers' clocks differ, so the chief's is what counts; each may ask to stop or to give up.

    They exchange views about twice a second, at steps on which they agreed the time before. One
    worker alone does so at every step, at no cost.

    Args:
        replicas: The workers.

    Attributes:
        share: How much of the time had passed when they last agreed, from 0 to 1.

    Example:
        >>> consent = Consent(replicas)
        >>> if consent.is_due(step):
        ...     wish = consent.agree(step, Wish.GO_ON, clock.share, seconds_a_step)
    """

    def __init__(self, replicas: Replicas) -> None:
        self.share = 0.0
        self._replicas = replicas
        self._due = 0

    def is_due(self, step: int) -> bool:
        """Whether the workers exchange views after this step."""
        return step >= self._due

    def agree(self, step: int, wish: Wish, share: float, seconds_a_step: float = 0.0) -> Wish:
        """Exchanges views.

        Args:
            step: The step that was done.
            wish: How this worker wants to go on.
            share: How much of the time has passed here.
            seconds_a_step: By which the next time is chosen.

        Returns:
            What all of them do.
        """
        if self._replicas.workers == 1:
            self.share = share
            return wish
        interval = max(1, int(_SECONDS_BETWEEN / max(seconds_a_step, 1e-3)))
        views = [
            _WORDS.unpack(view)
            for view in self._replicas.from_all(_WORDS.pack(wish, share, interval))
        ]
        wish, self.share, interval = views[0]
        self._due = step + interval
        for strong in (Wish.GIVE_UP, Wish.STOP):
            if any(view[0] == strong for view in views):
                return strong
        return Wish(wish)

    def chiefs(self, value: Any) -> Any:
        """Returns, in every worker, the chief's value: of what JSON can hold."""
        if self._replicas.workers == 1:
            return value
        return json.loads(self._replicas.from_chief(json.dumps(value).encode()))

    def assign(
        self, variables: Sequence[keras.Variable], values: Sequence[np.ndarray] | None
    ) -> None:
        """Sets variables to values that only the chief needs to have; None leaves them alone."""
        if not self.chiefs(values is not None):
            return
        for index, variable in enumerate(variables):
            value = None if values is None else values[index]
            if self._replicas.workers > 1:
                dtype = np.dtype(keras.backend.standardize_dtype(variable.dtype))
                own = b"" if value is None else np.asarray(value, dtype).tobytes()
                content = self._replicas.from_chief(own)
                value = np.frombuffer(content, dtype).reshape(tuple(variable.shape))
            self._replicas.assign(variable, value)
