"""What all tests share: a quiet environment, the corpora beside the repository, a browser."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

REPOSITORY = Path(__file__).resolve().parents[1]

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

# Other work on the machine must not make an example of Hypothesis fail for its time.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

if os.environ.get("SEQ2SEQ_BLOCK_TENSORFLOW") == "1":
    folder = str(REPOSITORY / "tests" / "helpers" / "no_tensorflow")
    python_path = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = folder + (os.pathsep + python_path if python_path else "")
    if "tensorflow" in sys.modules:
        raise RuntimeError("tensorflow was imported before it could be blocked")
    import helpers.no_tensorflow.sitecustomize  # noqa: F401


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips what TensorFlow alone can do where Keras runs on another backend."""
    backend = os.environ["KERAS_BACKEND"]
    if backend == "tensorflow":
        return
    for item in items:
        if item.get_closest_marker("tensorflow"):
            item.add_marker(pytest.mark.skip(reason=f"needs TensorFlow, the backend is {backend}"))


@pytest.fixture(scope="session", autouse=True)
def _jax_compiles_each_program_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """On JAX most of the time of most tests is compiling, and many compile the same."""
    if os.environ["KERAS_BACKEND"] == "jax":
        from helpers.compile_cache import remembered_by_jax

        remembered_by_jax(tmp_path_factory.getbasetemp() / "jax-cache")


@pytest.fixture(scope="module", autouse=True)
def _compiled_programs_are_shared_then_dropped() -> Iterator[None]:
    """Lets equal networks of a test file share what was compiled, and frees it in the end.

    What XLA compiles takes memory mappings, of which Linux grants a process 65,530; the
    hundreds of networks of the whole suite would need more, and LLVM aborts.
    """
    if "seq2seq_keras.network.network" in sys.modules:
        from helpers.compile_cache import shared_by_equal_networks

        with shared_by_equal_networks():
            yield
    else:
        yield
    if "jax" in sys.modules:
        gc.collect()
        sys.modules["jax"].clear_caches()


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_corpora() -> Path:
    """The folder of real corpora beside the checkout; the test is skipped where it is absent."""
    folder = REPOSITORY.parent / "shared" / "corpora"
    if not folder.is_dir():
        pytest.skip("needs the real corpora in ../shared/corpora")
    return folder


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser for Playwright's `executable_path`; its absence is a failure in CI."""
    from playwright.sync_api import expect

    from helpers.chromium import find_chromium

    expect.set_options(timeout=60_000)  # milliseconds: other tests have the machine as well
    path = find_chromium()
    if path is None:
        message = "needs Chromium or Chrome; run tests/install-browser.sh"
        pytest.fail(message) if os.environ.get("CI") == "true" else pytest.skip(message)
    return path


@pytest.fixture(scope="session")
def tiny_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small corpus: train.tsv, valid.tsv, and test.en beside test.fr."""
    from helpers.tiny_corpus import tiny_pairs

    folder = tmp_path_factory.mktemp("tiny")
    pairs = list(zip(*tiny_pairs(96), strict=True))
    for name, part in (("train", pairs[:72]), ("valid", pairs[72:84])):
        lines = [f"{source}\t{target}\n" for source, target in part]
        (folder / f"{name}.tsv").write_text("".join(lines), encoding="utf-8")
    for side, language in enumerate(("en", "fr")):
        lines = [f"{pair[side]}\n" for pair in pairs[84:]]
        (folder / f"test.{language}").write_text("".join(lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def tiny_model(
    tiny_files: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Path:
    """A translator with attention that the command line trained on the small corpus.

    Test processes side by side train it once, and each takes a copy.
    """
    folder = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):
        folder = folder.parent
    with FileLock(folder / "tiny-model.lock"):
        if not (folder / "tiny-model").exists():
            train_tiny_model(tiny_files, folder / "tiny-model")
    return shutil.copytree(folder / "tiny-model", tiny_files / "model")


def train_tiny_model(corpus: Path, folder: Path) -> None:
    from helpers.shell import run_program

    result = run_program(
        *["train", corpus / "train.tsv", "--valid", corpus / "valid.tsv"],
        *["--source-lang", "en", "--target-lang", "fr", "--tokenizer", "word", "--units", 32],
        *["--embedding-dim", 16, "--batch-size", 8, "--learning-rate", 0.02, "--dropout", 0],
        *["--epochs", 10, "--beam-size", 2, "--out", folder],
    )
    assert result.returncode == 0, result.stderr.decode()
