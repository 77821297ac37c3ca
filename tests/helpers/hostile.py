"""Files of saved translators as an attacker would make them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py

WEIGHTS = "model.weights.h5"


def with_members(content: bytes, **members: bytes) -> bytes:
    """A `.keras` archive, some of its members replaced; `config__json` is `config.json`."""
    named = {name.replace("__", "."): part for name, part in members.items()}
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(result, "w") as new:
        for name in old.namelist():
            new.writestr(name, named.get(name) or old.read(name))
    return result.getvalue()


def with_weights(content: bytes, change: Callable[[h5py.File], None]) -> bytes:
    """A `.keras` archive after a change to its HDF5 file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        weights = io.BytesIO(archive.read(WEIGHTS))
    with h5py.File(weights, "r+") as file:
        change(file)
    return with_members(content, model__weights__h5=weights.getvalue())


def first_dataset(file: h5py.File) -> str:
    """Where the first array of an HDF5 file lies."""
    place = file.visititems(lambda name, part: name if isinstance(part, h5py.Dataset) else None)
    assert isinstance(place, str)
    return place


def lambda_model(trace: Path) -> Any:
    """A network whose Lambda layer, where it is called, makes the file `trace`."""
    import keras

    gadget = eval(f"lambda x: (open({str(trace)!r}, 'w').close(), x)[1]")
    layers = [keras.Input((2,)), keras.layers.Lambda(gadget)]
    return keras.Sequential(layers)


def configurations(trace: Path, lambda_config: str) -> dict[str, str]:
    """Contents of `config.json` that run something where Keras makes objects of them.

    Args:
        trace: The file that each would make.
        lambda_config: `config.json` of a saved `lambda_model`.
    """
    download = {
        "module": "keras.utils",
        "class_name": "get_file",
        "registered_name": "get_file",
        "config": {"fname": str(trace), "origin": f"file://{__file__}"},
    }
    unlocked = {
        "module": "keras.config",
        "class_name": "function",
        "registered_name": "function",
        "config": "enable_unsafe_deserialization",
    }
    return {
        "CVE-2024-3660, a Lambda layer": lambda_config,
        "CVE-2025-1550, a path to os.system": _called("os", "system", f"touch {trace}"),
        "CVE-2025-1550, a class by its path": json.dumps(download),
        "CVE-2025-8747, a function of Keras": _called("keras.utils", "get_file", str(trace)),
        "CVE-2025-9906, safe mode switched off": json.dumps(
            [_called_layer(unlocked, []), json.loads(lambda_config)]
        ),
        "no JSON at all": "[" * 100_000,
    }


def _called(module: str, name: str, argument: str) -> str:
    function = {
        "module": module,
        "class_name": "function",
        "registered_name": "function",
        "config": name,
    }
    layers = [_called_layer(function, [{"args": [argument], "kwargs": {}}])]
    return json.dumps(
        {
            "module": "keras",
            "class_name": "Functional",
            "registered_name": None,
            "config": {
                "name": "training",
                "layers": layers,
                "input_layers": [],
                "output_layers": [],
            },
        }
    )


def _called_layer(function: dict[str, Any], nodes: list[Any]) -> dict[str, Any]:
    return {
        "module": "keras.layers",
        "class_name": "Lambda",
        "registered_name": None,
        "name": "gadget",
        "config": {"name": "gadget", "function": function, "arguments": {}},
        "inbound_nodes": nodes,
    }


def external_link(file: h5py.File) -> None:
    """Puts a link to another file in the place of a weight."""
    place = first_dataset(file)
    del file[place]
    file[place] = h5py.ExternalLink("/etc/passwd", "/x")


def huge_dataset(file: h5py.File) -> None:
    """Puts a weight of 10^12 numbers, which takes no room in the file, in the place of one."""
    place = first_dataset(file)
    del file[place]
    file.create_dataset(place, (10**6, 10**6), "f4", chunks=(1000, 1000), compression="gzip")
