"""A pickle runs what its maker chose when it is opened; in no disguise is one opened."""

from __future__ import annotations

import gzip
import pickle
import shutil
from contextlib import suppress
from pathlib import Path

import h5py
import numpy as np
import pytest

from helpers.hostile import first_dataset, with_members, with_weights
from helpers.tiny_models import save_untrained
from seq2seq_keras.corpus import load_corpus
from seq2seq_keras.documents import read_document
from seq2seq_keras.errors import InputError
from seq2seq_keras.training.checkpoint import Checkpoints
from seq2seq_keras.translator import Translator

FILES = ("config.yaml", "model.keras", "source.json", "target.json", "metrics.csv", "scores.json")
# A reader each.
ENDINGS = (
    *("tsv", "csv", "json", "parquet", "arrow", "xlsx", "ods", "tmx", "po", "mo", "srt"),
    *("gz", "zip", "tar", "npy"),
)


class Gadget:
    """Makes a file where it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (str(self.trace), "w")


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    return tmp_path / "trace"


@pytest.fixture
def gadgets(trace: Path) -> list[bytes]:
    """Pickles, as text and as bytes, that do run where they are opened."""
    contents = [pickle.dumps(Gadget(trace), protocol) for protocol in (0, pickle.HIGHEST_PROTOCOL)]
    for content in contents:
        pickle.loads(content).close()
        trace.unlink()
    return contents


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("original") / "model"
    save_untrained(folder)
    return folder


@pytest.mark.parametrize("name", FILES)
def test_as_each_file_of_a_translator(
    original: Path, tmp_path: Path, gadgets: list[bytes], trace: Path, name: str
) -> None:
    folder = Path(shutil.copytree(original, tmp_path / "model"))
    assert (folder / name).exists()
    for content in gadgets:
        (folder / name).write_bytes(content)
        with suppress(InputError) if name == "metrics.csv" else pytest.raises(InputError):
            Translator.load(folder)  # as a table it has rows, which hold no figure
        assert not trace.exists()


def test_within_its_weights(
    original: Path, tmp_path: Path, gadgets: list[bytes], trace: Path
) -> None:
    gadget = np.void(gadgets[-1])

    def opaque(file: h5py.File) -> None:
        place = first_dataset(file)
        del file[place]
        file[place] = gadget

    folder = Path(shutil.copytree(original, tmp_path / "model"))
    model = folder / "model.keras"
    whole = model.read_bytes()
    for content in (
        with_members(whole, model__weights__h5=gadgets[-1]),
        with_weights(whole, opaque),
        with_weights(whole, lambda file: file.attrs.update(object=gadget)),
    ):
        model.write_bytes(content)
        with suppress(InputError):  # an attribute is nobody's to read
            Translator.load(folder)
        assert not trace.exists()


@pytest.mark.parametrize("ending", ENDINGS)
def test_as_a_corpus_or_a_document(
    tmp_path: Path, gadgets: list[bytes], trace: Path, ending: str
) -> None:
    for number, content in enumerate((*gadgets, gzip.compress(gadgets[-1]))):
        path = tmp_path / f"{number}.{ending}"
        path.write_bytes(content)
        for read in (load_corpus, read_document):
            with suppress(InputError):  # of one as text, lines may be read
                read(path)
        assert not trace.exists()


def test_as_arrays_of_a_checkpoint(tmp_path: Path, trace: Path) -> None:
    import keras

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    checkpoints = Checkpoints(tmp_path / "checkpoints", model, keras.optimizers.Adam())
    checkpoints.write(1, {"best": 1})
    assert len(checkpoints.read_weights(1)) == 2
    array = np.empty((3, 2), object)
    array[:] = Gadget(trace)
    np.savez(tmp_path / "checkpoints" / "1" / "weights.npz", array_0000=array, array_0001=array)
    with pytest.raises(InputError, match="damaged"):
        checkpoints.read_weights(1)
    assert not trace.exists()
