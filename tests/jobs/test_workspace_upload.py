"""An uploaded archive is taken in if it is a saved translator, and leaves no trace if it is not."""

import io
import json
import os
import stat
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import h5py
import pytest
import yaml

from seq2seq_keras.app.downloads import zip_folder
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import Workspace
from seq2seq_keras.jobs.model_archive import unpack_model

pytestmark = pytest.mark.tensorflow  # the sample's weights are read by Keras's default backend

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def sample(repository: Path) -> Files:
    folder = repository / "saved_models" / "sample-en-fr-plain"
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "data", tmp_path / "none", tmp_path / "none")
    workspace.prepare()
    return workspace


def packed(files: Files, path: Path, top: str = "walk/") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(top + name, content)
    return path


def refused(workspace: Workspace, archive: Path, match: str) -> None:
    """Nothing is kept of it, inside or outside the folder of models."""
    models = workspace.folder / "models"
    before = [path for path in archive.parent.rglob("*") if path != models]
    with pytest.raises(InputError, match=match) as raised:
        workspace.receive_model(archive)
    assert str(archive.parent) not in str(raised.value)
    assert workspace.models() == []
    after = [path for path in archive.parent.rglob("*") if path != models]
    assert sorted(after) == sorted(before)
    assert list(models.iterdir()) == []


def _numbers(model: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(model)) as archive:
        file = h5py.File(io.BytesIO(archive.read("model.weights.h5")))
    found: dict[str, bytes] = {}

    def note(name: str, part: h5py.Group | h5py.Dataset) -> None:
        if isinstance(part, h5py.Dataset):
            found[name] = part[()].tobytes()

    file.visititems(note)
    return found


def test_what_was_downloaded_comes_back_with_name_and_note(
    workspace: Workspace, sample: Files, tmp_path: Path
) -> None:
    stages: list[str] = []
    archive = packed(sample, tmp_path / "a.zip", "walk one/")
    info = workspace.receive_model(archive, stage=stages.append)
    assert (info.id, info.name, len(stages)) == ("mine/walk-one", "walk-one", 2)
    kept = {path.name: path.read_bytes() for path in info.folder.iterdir()}
    # The weights are written anew, number for number the same.
    assert _numbers(kept.pop("model.keras")) == _numbers(sample["model.keras"])
    assert kept == {name: part for name, part in sample.items() if name != "model.keras"}
    workspace.rename_model(info.id, "The best")
    workspace.annotate_model(info.id, "Keep")
    again = workspace.receive_model(zip_folder(info.folder), "x.zip")
    # The name is taken by the first, which is still there.
    assert (again.name, again.note, again.config) == ("walk-one-2", "Keep", info.config)


def test_an_archive_without_a_folder_and_with_clutter_is_read(
    sample: Files, tmp_path: Path
) -> None:
    clutter = {"__MACOSX/._config.yaml": b"x", ".DS_Store": b"x"}
    archive = packed({**sample, **clutter}, tmp_path / "my model.zip", top="")
    (tmp_path / "out").mkdir()
    assert unpack_model(archive, tmp_path / "out", archive.name) == "my model"
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(sample)


@pytest.mark.parametrize(
    "name",
    ["../evil", "/etc/evil", "walk/../../evil", "C:/evil", "walk\\..\\evil", "a/../config.yaml"],
)
def test_no_file_reaches_out_of_its_folder(
    workspace: Workspace, sample: Files, tmp_path: Path, name: str
) -> None:
    archive = packed(sample, tmp_path / "a.zip")
    with zipfile.ZipFile(archive, "a") as more:
        member = zipfile.ZipInfo("x")
        member.filename = name  # as it stands: the constructor would mend it
        more.writestr(member, "evil")
    refused(workspace, archive, "outside its folder|no file of a saved model")


def test_a_link_is_no_file(workspace: Workspace, sample: Files, tmp_path: Path) -> None:
    rest = {name: content for name, content in sample.items() if name != "README.md"}
    archive = packed(rest, tmp_path / "a.zip")
    with zipfile.ZipFile(archive, "a") as more:
        link = zipfile.ZipInfo("walk/README.md")
        link.create_system = 3
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        more.writestr(link, "/etc/passwd")
    refused(workspace, archive, "is a link")


@pytest.mark.parametrize(
    "name", ["run.py", "model.pkl", "checkpoints/1/weights", "custom.keras", "README.md/x"]
)
def test_only_the_files_of_a_translator_are_taken(
    workspace: Workspace, sample: Files, tmp_path: Path, name: str
) -> None:
    archive = packed({**sample, name: b"x"}, tmp_path / "a.zip")
    refused(workspace, archive, "is no file of a saved model")


def test_what_is_packed_too_tightly_is_refused(
    workspace: Workspace, sample: Files, tmp_path: Path
) -> None:
    bomb = packed({**sample, "model.keras": bytes(300_000_000)}, tmp_path / "a.zip")
    assert bomb.stat().st_size < 1_000_000
    refused(workspace, bomb, "far more than a model")
    refused(
        workspace, packed({**sample, "README.md": bytes(2_000_000)}, bomb), "larger than the 1 MB"
    )


def test_a_size_that_the_archive_only_claims_is_not_believed(
    workspace: Workspace, sample: Files, tmp_path: Path
) -> None:
    archive = packed({**sample, "README.md": bytes(3_000_000)}, tmp_path / "a.zip")
    content = archive.read_bytes()
    claimed = (3_000_000).to_bytes(4, "little")
    assert content.count(claimed) >= 1
    archive.write_bytes(content.replace(claimed, (100).to_bytes(4, "little")))
    refused(workspace, archive, "damaged|larger than")


def test_a_bomb_inside_the_weights_is_refused(
    workspace: Workspace, sample: Files, tmp_path: Path
) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as weights:
        weights.writestr("model.weights.h5", bytes(100_000_000))
    archive = packed({**sample, "model.keras": inner.getvalue()}, tmp_path / "a.zip")
    refused(workspace, archive, r"model\.keras: damaged")


def test_what_is_no_archive_is_told(workspace: Workspace, sample: Files, tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    archive.write_bytes(b"PK no")
    refused(workspace, archive, "no zip")
    whole = packed(sample, archive).read_bytes()
    archive.write_bytes(whole[: len(whole) // 2])
    refused(workspace, archive, "no zip")
    refused(workspace, packed({"config.yaml": b"units: 8"}, archive), r"model\.keras is missing")
    twice = packed(sample, archive)
    with zipfile.ZipFile(twice, "a") as more:
        more.writestr("other/config.yaml", "units: 8")
    refused(workspace, twice, "twice")
    split = packed({name: sample[name] for name in sample if name != "config.yaml"}, archive)
    with zipfile.ZipFile(split, "a") as more:
        more.writestr("other/config.yaml", "units: 8")
    refused(workspace, split, "several folders")


@pytest.mark.parametrize(
    ("config", "match"),
    [
        (b"units: [", "not a readable configuration"),
        (b"units: -1", "units: Input should be greater"),
        (b"unit: 1", "there is no such setting"),
        (b"a: &a [x]\nb: *a", "aliases"),
        (b"\xff\xfe", "not UTF-8"),
    ],
)
def test_a_broken_configuration_is_told(
    workspace: Workspace, sample: Files, tmp_path: Path, config: bytes, match: str
) -> None:
    archive = packed({**sample, "config.yaml": config}, tmp_path / "a.zip")
    refused(workspace, archive, f"config.yaml: .*{match}")


def changed(sample: Files, **fields: object) -> bytes:
    return yaml.safe_dump({**yaml.safe_load(sample["config.yaml"]), **fields}).encode()


def truncated(content: bytes) -> bytes:
    """A .keras archive whose weights end too early, and which is whole as an archive."""
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(result, "w") as new,
    ):
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part[:-200_000] if name.endswith(".h5") else part)
    return result.getvalue()


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda s: {"model.keras": s["model.keras"][:-1000]}, r"model\.keras: damaged"),
        pytest.param(
            lambda s: {"model.keras": truncated(s["model.keras"])},
            r"model\.keras",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            lambda s: {"config.yaml": changed(s, cell="lstm")},
            r"model\.keras",
            marks=pytest.mark.slow,
        ),
        # More than any memory holds, were it built to see.
        (lambda s: {"config.yaml": changed(s, units=100_000)}, "do not belong together"),
        (lambda s: {"source.model": b"x" * 99}, "source"),
        (lambda s: {"scores.json": b"[" * 100_000}, r"scores\.json: damaged"),
        (lambda s: {"scores.json": json.dumps({"scores": {"bleu": 1}}).encode()}, "scores"),
    ],
    ids=["cut", "truncated", "other cell", "too large", "tokenizer", "nested", "scores"],
)
def test_parts_that_do_not_belong_together_are_refused(
    workspace: Workspace,
    sample: Files,
    tmp_path: Path,
    change: Callable[[Files], Files],
    match: str,
) -> None:
    archive = packed({**sample, **change(sample)}, tmp_path / "a.zip")
    refused(workspace, archive, match)


def test_what_a_killed_server_left_is_swept_away(workspace: Workspace) -> None:
    old, new = (workspace.folder / "models" / f".upload-{number}" for number in (1, 2))
    old.mkdir(parents=True)
    new.mkdir()
    two_hours_ago = time.time() - 7200
    os.utime(old, (two_hours_ago, two_hours_ago))
    workspace.prepare()
    assert list((workspace.folder / "models").iterdir()) == [new]  # another server may take it in
