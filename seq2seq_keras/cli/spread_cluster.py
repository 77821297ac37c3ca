"""A Ray cluster to work on: one that runs already, or one that is started on this machine."""

from __future__ import annotations

import importlib.util
import logging
import math
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from seq2seq_keras.cli.terminal import libraries_silenced, say
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.extras import missing_package

_OF_RAY = re.compile(r"(?:\n|\\n)Failed to .* attempts")
"""Where what Ray adds to a message begins."""


def require_ray() -> None:
    """Makes sure that Ray is installed.

    Raises:
        InputError: if it is not; the message says how to install it.
    """
    if importlib.util.find_spec("ray") is None:
        raise InputError(missing_package("spread", "ray", "ray"))


@contextmanager
def ray_cluster(address: str | None, workers: int, cpus: float, gpus: float) -> Iterator[None]:
    """Joins a Ray cluster, or starts Ray on this machine alone and ends it after the work.

    What the cluster lacks now is said and waited for: it may grow.

    Args:
        address: Of a cluster, as of `ray.init`; by default that in `RAY_ADDRESS`, and if there is
            none Ray is started here.
        workers: Processes that will work.
        cpus, gpus: What each of them needs.

    Raises:
        InputError: if there is no cluster at the address, or this machine has too few GPUs.
        WorkError: if the work fails in Ray.
    """
    require_ray()
    # Nobody is told about our users' work, and their terminal is for our messages.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    with libraries_silenced():
        import ray

    address = address or os.environ.get("RAY_ADDRESS") or "local"
    # One more than the workers take: else nobody could read for them.
    needed = {"CPU": math.ceil(workers * cpus) + 1, "GPU": workers * gpus}
    options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    if address == "local":
        options["num_cpus"] = max(needed["CPU"], os.cpu_count() or 1)
        options["include_dashboard"] = False
    try:
        with libraries_silenced():
            ray.init(address, **options)
    except (ConnectionError, ValueError) as error:
        raise InputError(
            f"--address {address}: no Ray cluster answers there ({error}); on a machine of the "
            "cluster give auto, and where it asks for a token set RAY_AUTH_MODE=token"
        ) from None
    try:
        _check(address, workers, needed, ray.cluster_resources())
        _settle()
        yield
    except ray.exceptions.RayError as error:
        raise _reason(error) from error
    finally:
        ray.shutdown()


def _check(address: str, workers: int, needed: dict[str, float], there: dict[str, float]) -> None:
    for name, wanted in needed.items():
        found = there.get(name, 0)
        if wanted <= found:
            continue
        if address == "local":  # which cannot grow
            raise InputError(
                f"--workers {workers}: they need {wanted:g} {name}s, and this machine has "
                f"{found:g}; give fewer, or a smaller --gpus"
            )
        say(f"note: waiting for {wanted:g} {name}s; the cluster has {found:g}")


def _settle() -> None:
    """Keeps rows in their order, and Ray's own reports off the terminal."""
    from ray.data import DataContext

    context = DataContext.get_current()
    context.execution_options.preserve_order = True
    context.print_on_execution_start = False
    context.enable_progress_bars = False
    logging.getLogger("ray").setLevel(logging.CRITICAL)
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)


def _reason(error: BaseException) -> InputError | WorkError:
    """Finds what a worker raised: what it says of the user's input is said as it is."""
    from pyarrow import ArrowInvalid

    seen: BaseException | None = error
    while seen is not None:
        cause = getattr(seen, "cause", None)  # where Ray's errors keep what was raised
        for kind in (InputError, WorkError):
            if isinstance(cause, kind):
                return kind(_OF_RAY.split(str(cause))[0])
        if isinstance(cause, ArrowInvalid):  # in a row that reading had come to
            return InputError(f"the table is damaged: {_OF_RAY.split(str(cause))[0]}")
        seen = cause or seen.__cause__
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return WorkError(f"Ray: {lines[-1].strip()}; its logs in /tmp/ray say more")
