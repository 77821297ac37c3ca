"""Tests that train compile the same networks many times: JAX may remember them."""

import os

import pytest


@pytest.fixture(scope="module", autouse=True)
def compile_once(tmp_path_factory):
    """Keeps what JAX compiles for the whole run of the tests; does nothing on TensorFlow."""
    if os.environ["KERAS_BACKEND"] != "jax":
        yield
        return
    import jax

    folder = tmp_path_factory.getbasetemp() / "jax-cache"
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.1)
    yield
    jax.config.update("jax_compilation_cache_dir", None)
