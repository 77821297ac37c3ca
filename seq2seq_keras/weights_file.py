"""Looking through a file of weights before Keras reads it: only numbers, as many as are wanted."""

from __future__ import annotations

import math
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from seq2seq_keras.zip_reading import opened_zip

if TYPE_CHECKING:
    import h5py

Shape = tuple[int, ...]

WEIGHTS = "model.weights.h5"
_MEMBERS = {"metadata.json", "config.json", WEIGHTS}
# Of each layer of a network a few; a network here has some hundred.
_MOST_OBJECTS = 2_000


def check_weights_file(path: Path, shapes: Iterable[Shape]) -> None:
    """Refuses a file of weights that is not as Keras writes that of a network of ours.

    HDF5 can lead to other files, and can claim a dataset of any size while it stores nothing. Here
    every dataset lies whole in the file, in plain numbers, and has a shape that the network has.
    So what Keras reads afterwards is never larger than the file.

    Args:
        path: A `.keras` or `.weights.h5` file.
        shapes: The shapes of all weights of the network.

    Raises:
        ValueError: The file holds something else. `BadZipFile` and `OSError`: it is damaged.

    Example:
        >>> check_weights_file(Path("model.keras"), [w.shape for w in network.training.weights])
    """
    wanted = Counter(shapes)
    with _opened_weights(path) as (stream, size):
        import h5py

        with h5py.File(stream, "r") as file:
            found = Counter(_shapes(file, size))
    if found != wanted:
        more, fewer = found - wanted, wanted - found
        raise ValueError(
            f"it holds {_told(more)} where the network has {_told(fewer)}"
            if more
            else f"it lacks {_told(fewer)}"
        )


def stored_numbers(path: Path) -> int:
    """Tells how many numbers of 32 bits a `.keras` file can hold at most.

    Raises:
        BadZipFile: It is damaged.
        ValueError: It is no archive as Keras writes it.
    """
    with _opened_weights(path) as (_, size):
        return size // 4


@contextmanager
def _opened_weights(path: Path) -> Iterator[tuple[IO[bytes], int]]:
    """Opens the HDF5 file in an archive of Keras, which is stored there as it is."""
    if path.suffix != ".keras":
        with path.open("rb") as stream:
            yield stream, path.stat().st_size
        return
    with opened_zip(path) as packed:
        members = packed.infolist()
        names = [member.filename for member in members]
        if not {WEIGHTS} <= set(names) <= _MEMBERS or len(names) > len(set(names)):
            raise ValueError("it is no archive of weights as Keras writes it")
        member = packed.getinfo(WEIGHTS)
        # Packed, it could unfold to any size, and each step back in it would unpack it again.
        if member.compress_type != zipfile.ZIP_STORED or member.file_size > path.stat().st_size:
            raise ValueError("its weights are packed once more")
        with packed.open(member) as stream:
            yield stream, member.file_size


def _shapes(file: h5py.File, size: int) -> Iterator[Shape]:
    """Yields the shape of every dataset, none of them reached through anything but its name."""
    import h5py

    left = size
    seen = {h5py.h5o.get_info(file.id).addr}
    groups: list[h5py.Group] = [file]
    while groups:
        group = groups.pop()
        for name in group:
            # Before it is opened: already to look whether a link leads anywhere opens its file.
            if type(group.get(name, getlink=True)) is not h5py.HardLink:
                raise ValueError("it holds a link to something else")
            part = group[name]
            address = h5py.h5o.get_info(part.id).addr
            if address in seen:  # a group may hold itself
                raise ValueError("it holds a part twice")
            seen.add(address)
            if len(seen) > _MOST_OBJECTS:
                raise ValueError("it holds too many parts")
            if isinstance(part, h5py.Group):
                groups.append(part)
            elif isinstance(part, h5py.Dataset):
                left -= _size(part)
                if left < 0:
                    raise ValueError("it claims to hold more numbers than it has room for")
                yield part.shape
            else:
                raise ValueError("it holds something else than numbers")


def _size(part: h5py.Dataset) -> int:
    """The bytes of a dataset that lies in the file in one piece."""
    import h5py

    created, kind = part.id.get_create_plist(), part.id.get_type()
    whole = created.get_layout() in (h5py.h5d.CONTIGUOUS, h5py.h5d.COMPACT)
    if not whole or created.get_external_count():
        raise ValueError("it holds numbers in pieces, or in another file")
    if part.shape is None or kind.get_class() not in (h5py.h5t.FLOAT, h5py.h5t.INTEGER):
        raise ValueError("it holds something else than numbers")
    if len(part.attrs):  # Keras would heed one
        raise ValueError("it holds numbers with remarks")
    return math.prod(part.shape) * int(kind.get_size())


def _told(shapes: Counter[Shape]) -> str:
    if not shapes:
        return "none"
    shape = "×".join(map(str, next(iter(shapes)))) or "1"
    return f"{shapes.total()} arrays such as one of {shape}"
