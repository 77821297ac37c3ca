"""Tests compile the same networks many times, which takes most of their time: remember some."""

import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def shared_by_equal_networks() -> Iterator[None]:
    """Networks alike in all but their weights share `Network.compiled`.

    Such functions take all weights as arguments. One that kept the weights of the network it was
    compiled for would give its results for all others, and tests would fail that pass without.
    """
    from seq2seq_keras.network.network import Network

    compiled: dict[Any, dict[str, Any]] = defaultdict(dict)
    create = Network.__init__

    def create_and_share(network: Network, *arguments: Any) -> None:
        create(network, *arguments)
        weights = [(v.path, v.shape, v.dtype) for v in network.training.weights]
        computes_in = network.training.get_layer("target_embedding").compute_dtype
        config = network.config.model_dump_json(exclude={"seed"})
        network.compiled = compiled[(config, computes_in, *weights)]

    Network.__init__ = create_and_share  # type: ignore[method-assign]
    try:
        yield
    finally:
        Network.__init__ = create  # type: ignore[method-assign]


def remembered_by_jax(folder: Path) -> None:
    """Lets JAX keep what it compiles in `folder`, for this process and those it starts."""
    import jax

    os.environ["JAX_COMPILATION_CACHE_DIR"] = str(folder)
    os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0.1"
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.1)
