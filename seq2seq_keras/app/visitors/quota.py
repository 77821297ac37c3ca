"""How much of the disk somebody who logs in may keep."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping

from seq2seq_keras.errors import InputError

QUOTA = "SEQ2SEQ_QUOTA"
"""The environment variable that says how many gigabytes; 0 is as many as the disk has."""

GIGABYTES = 10.0
"""Unless somebody says otherwise: some fifty models of the usual size, with their corpora."""


def quota_bytes(
    asked: float | None = None, environment: Mapping[str, str] = os.environ
) -> int | None:
    """Tells how many bytes each may keep.

    Args:
        asked: The gigabytes that the command line says, if it says anything.
        environment: Environment variables, of which `SEQ2SEQ_QUOTA` decides otherwise.

    Returns:
        The bytes; None for as many as the disk has.

    Raises:
        InputError: It is no number, or a negative one.

    Example:
        >>> quota_bytes(None, {"SEQ2SEQ_QUOTA": "2.5"})
        2500000000
    """
    wanted = environment.get(QUOTA, "").strip() if asked is None else str(asked)
    try:
        gigabytes = float(wanted) if wanted else GIGABYTES
    except ValueError:
        gigabytes = -1
    if not (math.isfinite(gigabytes) and gigabytes >= 0):
        raise InputError(
            f"{'--quota' if asked is not None else QUOTA}: expected gigabytes, or 0 for as many as "
            f"the disk has, received {wanted!r}"
        )
    return round(gigabytes * 1e9) or None
