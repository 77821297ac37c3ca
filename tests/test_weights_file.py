"""A file of weights is looked through before Keras reads it, and takes no memory for that."""

from __future__ import annotations

import os
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from helpers.hostile import first_dataset, with_weights
from seq2seq_keras.weights_file import check_weights_file, stored_numbers

Change = Callable[[h5py.File], None]


@pytest.fixture(scope="module")
def content(repository: Path) -> bytes:
    return (repository / "saved_models" / "sample-en-fr-plain" / "model.keras").read_bytes()


@pytest.fixture(scope="module")
def shapes(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[int, ...]]:
    """Those of the sample, by h5py alone."""
    found: list[tuple[int, ...]] = []

    def note(_: str, part: h5py.Group | h5py.Dataset) -> None:
        if isinstance(part, h5py.Dataset):
            found.append(part.shape)

    with_weights(content, lambda file: file.visititems(note))
    return found


def test_what_keras_wrote_is_accepted(
    content: bytes, shapes: list[tuple[int, ...]], tmp_path: Path
) -> None:
    path = tmp_path / "model.keras"
    path.write_bytes(content)
    check_weights_file(path, shapes)
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("model.weights.h5").file_size
        archive.extract("model.weights.h5", tmp_path)
    assert sum(map(np.prod, shapes)) <= stored_numbers(path) == size // 4
    check_weights_file(tmp_path / "model.weights.h5", shapes)


def replaced(make: Callable[[h5py.Group, str, tuple[int, ...]], object]) -> Change:
    """Puts something else in the place of the first array."""

    def change(file: h5py.File) -> None:
        place = first_dataset(file)
        shape = file[place].shape
        del file[place]
        make(file, place, shape)

    return change


def _linked(link: object) -> Change:
    def make(group: h5py.Group, name: str, _: object) -> None:
        group[name] = link

    return replaced(make)


def _filled(dtype: object, value: object) -> Change:
    return replaced(lambda group, name, _: group.create_dataset(name, data=value, dtype=dtype))


def _empty(dtype: object) -> Change:
    return replaced(lambda group, name, _: group.create_dataset(name, (3,), dtype))


def _external(group: h5py.Group, name: str, shape: tuple[int, ...]) -> None:
    group.create_dataset(name, shape, "f4", external=[("/etc/passwd", 0, h5py.h5f.UNLIMITED)])


def _virtual(group: h5py.Group, name: str, shape: tuple[int, ...]) -> None:
    layout = h5py.VirtualLayout(shape, "f4")
    layout[...] = h5py.VirtualSource("/tmp/other.h5", "x", shape)
    group.create_virtual_dataset(name, layout)


def _chunked(group: h5py.Group, name: str, _: object) -> None:
    group.create_dataset(name, (10**6, 10**6), "f4", chunks=(1000, 1000), compression="gzip")


def _never_written(group: h5py.Group, name: str, _: object) -> None:
    group.create_dataset(name, (10**6, 10**6), "f4")


def _cycle(file: h5py.File) -> None:
    file["layers/again"] = file["layers"]


def _twice(file: h5py.File) -> None:
    file["layers/again"] = file[first_dataset(file)]


def _named_type(file: h5py.File) -> None:
    file["layers/type"] = np.dtype("f4")


def _crowd(file: h5py.File) -> None:
    for number in range(2_100):
        file.create_group(f"crowd/{number}")


def _remark(file: h5py.File) -> None:
    file[first_dataset(file)].attrs["dtype"] = "bfloat16"


def _more(file: h5py.File) -> None:
    file["layers/more"] = np.zeros(7, "f4")


ATTACKS: dict[str, tuple[Change, str]] = {
    "external link": (_linked(h5py.ExternalLink("/etc/passwd", "/x")), "a link"),
    "soft link": (_linked(h5py.SoftLink("/layers")), "a link"),
    "dangling link": (_linked(h5py.SoftLink("/nowhere")), "a link"),
    "external storage": (replaced(_external), "in another file"),
    "virtual dataset": (replaced(_virtual), "in pieces"),
    "10^12 numbers, chunked": (replaced(_chunked), "in pieces"),
    "10^12 numbers, never written": (replaced(_never_written), "more numbers than"),
    "texts": (_filled(h5py.string_dtype(), ["cos\nsystem\n(S'id'\ntR."]), "else than numbers"),
    "bytes of pickle": (_filled("V64", np.zeros(1, "V64")), "else than numbers"),
    "compound": (_filled([("a", "f4")], np.zeros(1, [("a", "f4")])), "else than numbers"),
    "lists": (_empty(h5py.vlen_dtype("f4")), "else than numbers"),
    "references": (_empty(h5py.ref_dtype), "else than numbers"),
    "complex": (_filled("c8", np.zeros(3, "c8")), "else than numbers"),
    "no shape": (
        replaced(lambda group, name, _: group.create_dataset(name, data=h5py.Empty("f4"))),
        "else than numbers",
    ),
    "group in itself": (_cycle, "twice"),
    "array by two names": (_twice, "twice"),
    "named type": (_named_type, "else than numbers"),
    "too many groups": (_crowd, "too many"),
    "a type of Keras's own": (_remark, "remarks"),
    "another shape": (_filled("f4", np.zeros((3, 5), "f4")), "3×5"),
    "one more": (_more, "1 arrays such as one of 7"),
    "one fewer": (replaced(lambda *_: None), "lacks 1 arrays"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_hdf5_holds_the_networks_numbers_and_nothing_else(
    content: bytes, shapes: list[tuple[int, ...]], tmp_path: Path, attack: str
) -> None:
    change, match = ATTACKS[attack]
    path = tmp_path / "model.keras"
    path.write_bytes(with_weights(content, change))
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=match):
            check_weights_file(path, shapes)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000


def test_arrays_that_share_their_bytes_are_counted_each(
    shapes: list[tuple[int, ...]], content: bytes, tmp_path: Path
) -> None:
    """Two headers may point at the same megabytes: a small file would become large in memory."""
    path = tmp_path / "one.weights.h5"
    with h5py.File(path, "w") as file:
        for name in "ab":
            file[name] = np.full(1000, ord(name), "f4")
        offsets = [file[name].id.get_offset() for name in "ab"]
    data = bytearray(path.read_bytes())
    places = [offset.to_bytes(8, "little") for offset in offsets]
    assert data.count(places[1]) == 1
    data = data.replace(places[1], places[0])[: offsets[1]] + data[offsets[1] : offsets[1] + 3000]
    # The end of the file, which the superblock tells.
    whole = (offsets[1] + 4000).to_bytes(8, "little")
    assert data.count(whole) == 1
    path.write_bytes(data.replace(whole, len(data).to_bytes(8, "little")))
    with h5py.File(path) as file:
        assert file["b"][0] == ord("a")
    check_weights_file(path, [(1000,), (1000,)])
    path.write_bytes(bytes(data[: offsets[1]]).replace(whole, offsets[1].to_bytes(8, "little")))
    with pytest.raises(ValueError, match="more numbers than"):
        check_weights_file(path, [(1000,), (1000,)])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no named pipes")
def test_no_other_file_is_opened(content: bytes, tmp_path: Path) -> None:
    """Whoever opened the pipe to read would wait for ever."""
    os.mkfifo(tmp_path / "pipe")
    path = tmp_path / "model.keras"
    link = h5py.ExternalLink(str(tmp_path / "pipe"), "/x")
    path.write_bytes(with_weights(content, _linked(link)))
    program = (
        "import sys; from pathlib import Path\n"
        "from seq2seq_keras.weights_file import check_weights_file\n"
        "check_weights_file(Path(sys.argv[1]), [])"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, timeout=60
    )
    assert "it holds a link to something else" in result.stderr


@pytest.mark.parametrize(
    ("members", "method", "match"),
    [
        (["config.json"], zipfile.ZIP_STORED, "no archive of weights"),
        (["model.weights.h5", "model.weights.h5"], zipfile.ZIP_STORED, "no archive of weights"),
        (["model.weights.h5", "assets/run.py"], zipfile.ZIP_STORED, "no archive of weights"),
        (["model.weights.h5"], zipfile.ZIP_DEFLATED, "packed once more"),
        (["model.weights.h5"], zipfile.ZIP_LZMA, "unusual way"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_archive_that_keras_did_not_write_is_refused(
    tmp_path: Path, members: list[str], method: int, match: str
) -> None:
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w", method) as archive:
        for name in members:
            archive.writestr(name, bytes(1_000_000))
    with pytest.raises((ValueError, zipfile.BadZipFile), match=match):
        stored_numbers(path)
