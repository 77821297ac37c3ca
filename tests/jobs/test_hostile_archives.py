"""An uploaded archive is ours or is refused, takes no memory, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import io
import json
import struct
import subprocess
import sys
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.hostile import (
    configurations,
    external_link,
    huge_dataset,
    lambda_model,
    with_members,
    with_weights,
)
from helpers.tiny_models import save_untrained
from seq2seq_keras.app.model_upload import receive
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import ModelInfo, Workspace
from seq2seq_keras.jobs.files import slug
from seq2seq_keras.jobs.model_archive import unpack_model

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("original") / "walk"
    save_untrained(folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def packed(files: Files, method: int = zipfile.ZIP_DEFLATED, top: str = "walk/") -> bytes:
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(top + name, content)
    return result.getvalue()


def with_member(content: bytes, name: str, data: bytes = b"x", attributes: int = 0) -> bytes:
    result = io.BytesIO(content)
    with zipfile.ZipFile(result, "a") as archive:
        member = zipfile.ZipInfo("x")
        member.filename = name  # as it stands: the constructor would mend it
        member.external_attr = attributes << 16
        archive.writestr(member, data)
    return result.getvalue()


def refused(content: bytes, folder: Path, match: str = ".") -> None:
    """By `unpack_model`, in one line, without a file outside the folder and with little memory."""
    archive, target = folder / "a.zip", folder / "inside" / "target"
    archive.write_bytes(content)
    target.mkdir(parents=True, exist_ok=True)
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match=match) as raised:
            unpack_model(archive, target, "a.zip")
        assert tracemalloc.get_traced_memory()[1] < 30_000_000 + len(content)
    finally:
        tracemalloc.stop()
    assert str(raised.value).isprintable() or "\n" not in str(raised.value)
    assert sorted(path.name for path in folder.iterdir()) == ["a.zip", "inside"]
    assert list((folder / "inside").iterdir()) == [target]


@pytest.mark.parametrize(
    ("name", "match"),
    [
        ("/etc/cron.d/evil", "outside"),
        ("//server/share/evil", "outside"),
        ("walk/../../evil", "outside"),
        ("../config.yaml", "outside"),
        ("C:\\evil", "outside"),
        ("walk/model.keras:stream", "outside"),
        ("walk\\..\\..\\evil", "outside"),
        ("walk/config.yaml", "twice"),
        ("config.yaml", "twice"),
        ("walk/CONFIG.YAML", "no file of a saved model"),
        ("walk/Model.keras", "no file of a saved model"),
        ("walk/config.yaml ", "no file of a saved model"),
        ("walk/config.yaml.", "no file of a saved model"),
        ("walk/con\uff46ig.yaml", "no file of a saved model"),
        ("walk/CON", "no file of a saved model"),
        ("walk/NUL.keras", "no file of a saved model"),
        ("walk/COM1/config.yaml", "no file of a saved model"),
        ("walk/a\nb", "no file of a saved model"),
        ("walk/a\u202eb", "no file of a saved model"),
        ("walk/a\x1b[2Jb", "no file of a saved model"),
        ("walk/" + "x" * 60_000, "no file of a saved model"),
        ("", "has no name"),
        (".", "no file of a saved model"),
        ("..", "outside"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_every_name_is_one_of_ours(files: Files, tmp_path: Path, name: str, match: str) -> None:
    refused(with_member(packed(files), name), tmp_path, match)


def test_a_name_ends_where_its_zero_byte_does_not_hide_the_rest(
    files: Files, tmp_path: Path
) -> None:
    content = packed({**files, "config.yamlX.exe": b"x"})
    refused(content.replace(b"config.yamlX.exe", b"config.yaml\0.exe"), tmp_path)


@pytest.mark.parametrize("kind", [0o120000, 0o060000, 0o020000, 0o010000, 0o140000])
def test_links_devices_and_pipes_are_no_files(files: Files, tmp_path: Path, kind: int) -> None:
    rest = {name: content for name, content in files.items() if name != "README.md"}
    content = with_member(packed(rest), "walk/README.md", b"/etc/passwd", kind | 0o777)
    refused(content, tmp_path, "is a link")


def test_a_hundred_thousand_members_are_not_even_listed(files: Files, tmp_path: Path) -> None:
    result = io.BytesIO(packed(files))
    with zipfile.ZipFile(result, "a") as archive:
        for number in range(100_000):
            archive.writestr(f"walk/{number}", b"")
    refused(result.getvalue(), tmp_path, "list of files is too long")


def test_members_that_share_their_bytes_are_refused(files: Files, tmp_path: Path) -> None:
    """One packed megabyte of zeros under several names, each of which would be written."""
    result = io.BytesIO()
    zeros = {f"{side}.{end}": bytes(19_000_000) for side in ("source",) for end in ("model",)}
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**files, **zeros}.items():
            archive.writestr(f"walk/{name}", content)
        bomb = archive.getinfo("walk/source.model")
        for name in ("target.model", "target.json", "source.json"):
            again = zipfile.ZipInfo(f"walk/{name}")
            for field in ("header_offset", "CRC", "compress_size", "file_size", "compress_type"):
                setattr(again, field, getattr(bomb, field))
            archive.filelist = [
                each for each in archive.filelist if each.filename != again.filename
            ]
            archive.filelist.append(again)
    refused(result.getvalue(), tmp_path, "far more than a model|damaged")


@pytest.mark.parametrize("claimed", [0, 1, 100, 10**6, 2**32 - 1])
def test_sizes_in_the_headers_are_not_believed(files: Files, tmp_path: Path, claimed: int) -> None:
    data = bytes(range(256)) * 20
    content = packed({**files, "README.md": data}, zipfile.ZIP_STORED)
    size = struct.pack("<I", len(data))
    assert content.count(size) >= 2
    refused(content.replace(size, struct.pack("<I", claimed)), tmp_path)


def test_a_list_of_files_that_lies_elsewhere_is_refused(files: Files, tmp_path: Path) -> None:
    """The end of an archive tells how long its list is, and where it begins."""
    content = packed(files)
    end = content.rindex(b"PK\5\6")
    for size, offset in ((2**31, 0), (0, 2**31), (2**32 - 1, 2**32 - 1), (10, len(content))):
        changed = bytearray(content)
        struct.pack_into("<II", changed, end + 12, size, offset)
        refused(bytes(changed), tmp_path, "no zip|no saved model")


def test_locked_members_are_refused(files: Files, tmp_path: Path) -> None:
    content = bytearray(packed(files))
    place = content.index(b"PK\1\2")
    content[place + 8] |= 1
    refused(bytes(content), tmp_path, "password")


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_unusual_packing_is_refused(files: Files, tmp_path: Path, method: int) -> None:
    """LZMA asks for as much memory as its header says."""
    refused(packed(files, method), tmp_path, "unusual way")


def test_a_tar_is_no_zip(files: Files, tmp_path: Path) -> None:
    for mode in ("w", "w:gz", "w:xz"):
        result = io.BytesIO()
        with tarfile.open(fileobj=result, mode=mode) as archive:
            for name, content in files.items():
                member = tarfile.TarInfo(f"walk/{name}")
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
        # At the end of the first lies model.keras, which is one.
        refused(result.getvalue(), tmp_path, "no zip|no file of a saved model")


@given(
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1),
    cut=st.floats(0.9, 1),
)
@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_an_archive_broken_anywhere_is_refused_or_read(
    files: Files,
    tmp_path_factory: pytest.TempPathFactory,
    changes: list[tuple[float, int]],
    cut: float,
) -> None:
    """Only the parts of the format itself are changed, which are what can mislead a reader."""
    content = bytearray(packed({**files, "model.keras": files["model.keras"]}, zipfile.ZIP_STORED))
    start = content.index(b"PK\1\2")
    for place, value in changes:
        content[start + int(place * (len(content) - start))] = value
    folder = tmp_path_factory.mktemp("broken")
    (folder / "a.zip").write_bytes(content[: int(cut * len(content))] if cut < 0.95 else content)
    (folder / "target").mkdir()
    with contextlib.suppress(InputError):
        unpack_model(folder / "a.zip", folder / "target", "a.zip")
    assert {path.name for path in folder.iterdir()} == {"a.zip", "target"}
    assert {path.name for path in (folder / "target").iterdir()} <= set(files)


@pytest.mark.parametrize("name", ["CON", "nul", "com1.zip", "LPT9"])
def test_no_folder_is_called_as_a_device(name: str) -> None:
    assert slug(name) == f"_{name}"
    assert slug(f"{name[:2]}x") == f"{name[:2]}x"


# Through the app, with the process that loads a model once.


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "data", tmp_path / "none", tmp_path / "none")
    workspace.prepare()
    return workspace


def upload(workspace: Workspace, content: bytes) -> ModelInfo:
    archive = workspace.folder.parent / "a.zip"
    archive.write_bytes(content)
    *_, info = receive(workspace, archive)
    assert isinstance(info, ModelInfo)
    return info


def refused_upload(workspace: Workspace, content: bytes, match: str) -> None:
    with pytest.raises(InputError, match=match) as raised:
        upload(workspace, content)
    assert "\n" not in str(raised.value)
    assert str(workspace.folder.parent) not in str(raised.value)
    assert workspace.models() == []
    assert list((workspace.folder / "models").iterdir()) == []
    assert not (workspace.folder.parent / "a.zip").exists()


def test_of_an_upload_only_numbers_are_kept(
    workspace: Workspace, files: Files, tmp_path: Path
) -> None:
    """What would run in `keras.saving.load_model` is gone from what is handed on."""
    lambda_model(tmp_path / "trace").save(tmp_path / "lambda.keras")
    (tmp_path / "trace").unlink()
    with zipfile.ZipFile(tmp_path / "lambda.keras") as archive:
        config = archive.read("config.json").decode()
    gadgets = "".join(configurations(tmp_path / "trace", config).values())
    model = with_members(files["model.keras"], config__json=gadgets.encode())
    label = json.dumps({"name": "<b>", "note": "\ud800" + "[" * 3000}).encode()
    info = upload(workspace, packed({**files, "model.keras": model, "label.json": label}))
    assert not (tmp_path / "trace").exists()
    kept = info.folder / "model.keras"
    with zipfile.ZipFile(kept) as archive:
        written = archive.read("config.json")
        new = h5py.File(io.BytesIO(archive.read("model.weights.h5")))
    assert b"Lambda" not in written
    assert json.loads(written)["class_name"] == "Functional"
    with zipfile.ZipFile(io.BytesIO(files["model.keras"])) as archive:
        old = h5py.File(io.BytesIO(archive.read("model.weights.h5")))
    compared: list[str] = []

    def compare(name: str, part: object) -> None:
        if isinstance(part, h5py.Dataset):
            np.testing.assert_array_equal(part[()], new[name][()])
            compared.append(name)

    old.visititems(compare)
    assert len(compared) > 10
    assert (info.name, len(info.note)) == ("walk", 2000)
    info.note.encode()  # half a character could not be sent to a page


@pytest.mark.parametrize(
    "label",
    ["[" * 19_000, json.dumps({"name": ["a", "b"], "note": {"a": 1}})],
    ids=["nested", "lists"],
)
def test_a_label_that_is_no_text_is_none(workspace: Workspace, files: Files, label: str) -> None:
    """Nor does it stop the list of models."""
    folder = workspace.folder / "models" / "walk"
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / "label.json").write_text(label)
    (folder / "scores.json").write_text("[" * 19_000)
    (info,) = workspace.models()
    assert (info.name, info.note, info.bleu, info.examples) == ("walk", "", None, [])


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"scores": {"bleu": {"value": 10**400}}, "parameters": 10**400}, (None, None, [])),
        ({"scores": {"bleu": {"value": "nan"}}, "parameters": True}, (None, None, [])),
        ({"scores": [], "parameters": -1, "examples": {"a": 1}}, (None, None, [])),
        ({"examples": [[], 1, {"source": []}, {"source": "x" * 5000}]}, (None, None, [])),
        ({"examples": [{"source": str(n)} for n in range(9999)]}, (None, None, 20)),
        ({"examples": [{"source": "\ud800a"}], "parameters": 5}, (None, 5, ["?a"])),
    ],
)
def test_figures_are_shown_where_they_are_figures(
    workspace: Workspace, files: Files, record: object, expected: tuple[object, ...]
) -> None:
    folder = workspace.folder / "models" / "walk"
    folder.mkdir(parents=True)
    for name, content in {**files, "scores.json": json.dumps(record).encode()}.items():
        (folder / name).write_bytes(content)
    (info,) = workspace.models()
    examples = len(info.examples) if isinstance(expected[2], int) else info.examples
    assert (info.bleu, info.parameters, examples) == expected


CHANGES: dict[str, tuple[Callable[[Files], Files], str]] = {
    "link": (lambda f: {"model.keras": with_weights(f["model.keras"], external_link)}, "a link"),
    "huge": (lambda f: {"model.keras": with_weights(f["model.keras"], huge_dataset)}, "in pieces"),
    "garbage": (lambda f: {"source.model": b"\xff" * 10_000}, "source.model: damaged"),
    "nested": (lambda f: {"target.json": b"[" * 1_000_000}, "target.json: damaged"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_refused_leaves_nothing_in_the_workspace(
    workspace: Workspace, files: Files, change: str
) -> None:
    make, match = CHANGES[change]
    refused_upload(workspace, packed({**files, **make(files)}), match)


_GREEDY = """
import sys
from seq2seq_keras.jobs import model_check
from seq2seq_keras import text

def load(folder, side):
    held.append(bytearray(3 * 2**30))

held = []
text.load_tokenizer = load
print(model_check._check(sys.argv[1]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the system keeps no limit")
def test_reading_the_tokenizers_may_take_two_gigabytes() -> None:
    """A reader that asks for three stands for whatever fault a parser may have."""
    result = subprocess.run(
        [sys.executable, "-c", _GREEDY, "nowhere"], capture_output=True, text=True, timeout=60
    )
    assert result.stdout == "{'error': 'The model could not be loaded: MemoryError'}\n"
