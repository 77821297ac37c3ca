"""Everything that writes is killed, loses power or finds the disk full at each of its operations.

What was there before is then the old or the new, never half and never gone; the next attempt
succeeds, and leaves nothing but what it is for.
"""

from __future__ import annotations

import ast
import functools
import json
import os
import shutil
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.faults import FAULTS, FailingDisk, every_moment
from helpers.shell import contents
from helpers.tiny_models import save_untrained
from seq2seq_keras.accounts import AccountBook
from seq2seq_keras.accounts.passwords import Cost
from seq2seq_keras.app.visitors.seal import Seal
from seq2seq_keras.cli.lines import written_lines
from seq2seq_keras.cli.long_files import LINES_AT_ONCE, translate_file
from seq2seq_keras.comparison import Budget, Report
from seq2seq_keras.comparison.plan import settle_folder
from seq2seq_keras.config import Config
from seq2seq_keras.corpus.provenance import Provenance, provenance, write_provenance
from seq2seq_keras.documents import Document, KeptTranslations, Translated
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.fetching.cache import Fetched, cached, complete, copy_to, entry_folder
from seq2seq_keras.fetching.fetch import _link_or_copy
from seq2seq_keras.jobs import Workspace
from seq2seq_keras.jobs.files import read_json, write_json
from seq2seq_keras.jobs.translation_files import keep_upload
from seq2seq_keras.jobs.trash import Trash
from seq2seq_keras.storage import put_file, put_folder, read_folder, replace_folder, write_file
from seq2seq_keras.translator import Translation

NAME = "manythings:fra-eng"


@dataclass
class Piece:
    """Something that writes.

    Attributes:
        write: Writes below the folder that it is given: first what is old, then what is new.
        read: What one finds there, None where there is nothing.
    """

    write: Callable[[Path, str], Any]
    read: Callable[[Path], Any]


def text_of(name: str) -> Callable[[Path], str | None]:
    return lambda folder: (folder / name).read_text("utf-8") if (folder / name).exists() else None


def large(text: str) -> str:
    return f"{text}\n" * 5000


def write_some(folder: Path, text: str) -> None:
    def write(new: Path) -> None:
        (new / "one.txt").write_text(large(text), encoding="utf-8")
        (new / "sub").mkdir()
        (new / "sub" / "two.txt").write_text(text, encoding="utf-8")

    replace_folder(folder / "model", write)


def read_some(folder: Path) -> dict[str, bytes] | None:
    try:
        return read_folder(folder / "model", lambda found: _existing(contents(found)))
    except FileNotFoundError:
        return None


def _existing(found: dict[str, bytes]) -> dict[str, bytes]:
    if not found:
        raise FileNotFoundError
    return found


def write_elsewhere(folder: Path, text: str) -> None:
    """What another program wrote takes its place."""
    (folder / "made").write_text(large(text))
    put_file(folder / "made", folder / "file")


def settings(text: str) -> Config:
    return Config.create(source_lang=text)


def report(text: str) -> Report:
    return Report(test_name=text, test_sentences=1, systems=[], budget=Budget(epochs=1))


def write_report(folder: Path, text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("seq2seq_keras.comparison.page.render", lambda report: report.test_name)
        report(text).save(folder / "report")


def read_report(folder: Path) -> Any:
    """The page and the numbers are two files, and each is whole."""
    if not (folder / "report" / "report.json").exists():
        return None
    return Report.load(folder / "report").test_name


def plan(folder: Path, text: str) -> None:
    budget = Config.create(epochs=len(text))
    settle_folder(folder / "out", "a corpus", {"plain": budget}, resume=False, join=True)


class Echo:
    """In a translator's place."""

    config = Config()

    def __init__(self, text: str) -> None:
        self._text = text

    def translate(self, lines: list[str], *_: object, **__: object) -> list[Translation]:
        return [Translation(f"{self._text} {line}", 0.0, [], []) for line in lines]


def translate_long(folder: Path, text: str) -> None:
    model, file = folder.parent / f"model-{text}", folder.parent / "long.txt"
    if not model.exists():
        model.mkdir()
        for name in ("config.yaml", "model.keras"):
            (model / name).write_text(text)
        file.write_text("line\n" * (LINES_AT_ONCE + 3))
    translate_file(Echo(text), model, file, folder / "out.txt", None)  # type: ignore[arg-type]


def translate_stream(folder: Path, text: str) -> None:
    with written_lines(folder / "out.txt") as write:
        write([text] * 3000)
        write(["end"])


def fetched(folder: Path, text: str) -> None:
    entry = entry_folder(NAME, folder)
    part = entry / "fra.txt.part"
    entry.mkdir(parents=True, exist_ok=True)
    write_file(part, large(text))

    def put(new: Path) -> dict[str, Provenance]:
        _link_or_copy(part, new / "fra.txt")
        return {"fra.txt": Provenance(name=NAME, etag=text, size=part.stat().st_size)}

    complete(entry, NAME, put)


def read_fetched(folder: Path) -> Any:
    found = cached(NAME, folder)
    return found and (found.origins[0].etag, found.files[0].read_text())


def copied(folder: Path, text: str) -> None:
    source = folder.parent / f"{text}.txt"
    if not source.exists():
        source.write_text(large(text))
        write_provenance(source, Provenance(name=NAME, etag=text, size=source.stat().st_size))
    copy_to(Fetched(NAME, (source,), (Provenance(),)), folder / "copy.txt")


def document(folder: Path, text: str) -> None:
    Document([large(text)]).write([], folder / "a.srt")


@functools.cache
def keras_model(text: str) -> tuple[Any, Any]:
    import keras

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(50)])
    model.set_weights([np.full(weight.shape, len(text)) for weight in model.get_weights()])
    optimizer = keras.optimizers.Adam()
    optimizer.build(model.trainable_variables)
    return model, optimizer


def checkpoints(folder: Path, text: str) -> Any:
    from seq2seq_keras.training.checkpoint import Checkpoints

    return Checkpoints(folder / "checkpoints", *keras_model(text))


def write_checkpoint(folder: Path, text: str) -> None:
    checkpoints(folder, text).write(len(text), {"best": len(text), "text": text})


def read_checkpoint(folder: Path) -> Any:
    found = checkpoints(folder, "")
    state = found.state()
    return state and (state["text"], found.read_weights(len(state["text"]))[0].mean())


def seal(folder: Path, text: str) -> None:
    Seal.kept_in(folder / "key")


def read_seal(folder: Path) -> Any:
    content = text_of("key")(folder)
    return content and (len(content), (folder / "key").stat().st_mode & 0o777)


def account(folder: Path, name: str) -> None:
    with suppress(InputError):  # there is such an account, of the attempt before
        AccountBook(folder, Cost(n=16, r=1, p=1)).add(name, "correct horse battery")


PIECES = {
    "a file": Piece(lambda folder, text: write_file(folder / "file", large(text)), text_of("file")),
    "a file that was written": Piece(write_elsewhere, text_of("file")),
    "a folder": Piece(write_some, read_some),
    "settings": Piece(
        lambda folder, text: settings(text).save(folder / "c.yaml"),
        lambda folder: (folder / "c.yaml").exists() and Config.load(folder / "c.yaml"),
    ),
    "a label": Piece(
        lambda folder, text: write_json(folder / "label.json", {"name": text}),
        lambda folder: (folder / "label.json").exists() and read_json(folder / "label.json"),
    ),
    "an origin": Piece(
        lambda folder, text: write_provenance(folder / "here.tsv", Provenance(name=text)),
        lambda folder: provenance(folder / "here.tsv"),
    ),
    "a report": Piece(write_report, read_report),
    "the plan of a comparison": Piece(plan, text_of("out/comparison.json")),
    "a long translation": Piece(translate_long, text_of("out.txt")),
    "a translation": Piece(translate_stream, text_of("out.txt")),
    "a document": Piece(document, text_of("a.srt")),
    "a fetched corpus": Piece(fetched, read_fetched),
    "a copy of a corpus": Piece(copied, text_of("copy.txt")),
    "a checkpoint": Piece(write_checkpoint, read_checkpoint),
    "the key of a server": Piece(seal, read_seal),
    "an account": Piece(
        account, lambda folder: [account.name for account in AccountBook(folder).all()]
    ),
}

# Two files each, of which one may be new.
DOUBLE = ("a report", "a checkpoint", "a copy of a corpus")


def listed(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", PIECES)
@pytest.mark.parametrize("before", ["", "old"])
def test_the_old_or_the_new(tmp_path: Path, name: str, fault: Any, before: str) -> None:
    piece, folder = PIECES[name], tmp_path / "here"

    def prepare() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / "here.tsv").touch()
        if before:
            piece.write(folder, before)

    if before and name == "the key of a server":
        pytest.skip("it is written once")
    prepare()
    old = piece.read(folder)
    piece.write(folder, "newer")
    new, expected = piece.read(folder), listed(folder)
    assert bool(old) == bool(before) and new != old

    for disk in every_moment(folder, fault):
        prepare()
        error = disk.run(lambda: piece.write(folder, "newer"))
        where = disk.operations[-1]
        if not disk.has_failed:
            assert error is None
        elif fault == "full":
            assert error is None or isinstance(error, WorkError | OSError), where
            is_as_told = piece.read(folder) == (new if error is None else old)
            assert is_as_told or name in DOUBLE, where
        assert piece.read(folder) in (old, new), where
        piece.write(folder, "newer")
        assert piece.read(folder) == new, where
        assert listed(folder) == expected, where


def test_translations_that_are_kept_are_never_lost(tmp_path: Path) -> None:
    path = tmp_path / "kept.jsonl"
    first = {f"text {number}": Translated("eins") for number in range(300)}
    for fault in FAULTS:
        for disk in every_moment(tmp_path, fault):
            path.unlink(missing_ok=True)
            KeptTranslations(path).add(first)
            disk.run(lambda: KeptTranslations(path).add({"more": Translated("zwei")}))
            found = KeptTranslations(path)
            assert first.items() <= found.all.items()
            found.add({"more": Translated("zwei")})
            assert KeptTranslations(path).all == {**first, "more": Translated("zwei")}


@pytest.mark.parametrize("fault", FAULTS)
def test_an_upload_is_there_whole_or_not_at_all(tmp_path: Path, fault: Any) -> None:
    upload = tmp_path / "pairs.tsv"
    upload.write_text("A dog.\tUn chien.\n" * 300, encoding="utf-8")
    data = tmp_path / "data"
    for disk in every_moment(data, fault):
        shutil.rmtree(data, ignore_errors=True)
        workspace = Workspace(data, tmp_path / "none", tmp_path / "none")
        workspace.prepare()
        error = disk.run(functools.partial(workspace.add_corpus, [upload]))
        own = [info.files[0].read_bytes() for info in workspace.corpora()]
        assert own in ([], [upload.read_bytes()])
        assert own or error is not None
        if error is not None and fault == "full":
            assert isinstance(error, WorkError)
            assert list((data / "corpora").glob("*")) == []
        workspace.add_corpus([upload])
        assert len(workspace.corpora()) == len(own) + 1
        for folder in (data / "corpora").iterdir():
            os.utime(folder, (1, 1))
        workspace.prepare()  # as the next start of the server does
        kept = [path.name for path in (data / "corpora").rglob("*") if path.is_file()]
        assert sorted(set(kept)) == ["corpus.json", "pairs.tsv"]
        assert len(kept) == 2 * (len(own) + 1)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_file_to_translate_is_kept_whole_or_not_at_all(tmp_path: Path, fault: Any) -> None:
    upload = tmp_path / "film.srt"
    upload.write_text("1\n00:00:01,000 --> 00:00:02,000\nA dog.\n" * 300, encoding="utf-8")
    data = tmp_path / "data"
    for disk in every_moment(data, fault):
        shutil.rmtree(data, ignore_errors=True)
        workspace = Workspace(data, tmp_path / "none", tmp_path / "none")
        workspace.prepare()
        error = disk.run(functools.partial(keep_upload, workspace, upload))
        if error is not None and fault == "full":
            assert isinstance(error, WorkError)
            assert list((data / "files").glob("*")) == []
        for folder in (data / "files").glob("*"):
            os.utime(folder, (1, 1))
        kept = keep_upload(workspace, upload)
        assert kept.read_bytes() == upload.read_bytes()
        assert list((data / "files").iterdir()) == [kept.parent]


@pytest.fixture(scope="module")
def translators(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    folder = tmp_path_factory.mktemp("translators")
    return [save_untrained(folder / f"{units}", units=units) for units in (4, 6)]


@pytest.mark.parametrize("fault", FAULTS)
def test_an_uploaded_model_is_there_whole_or_not_at_all(
    tmp_path: Path, translators: list[Any], fault: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It is looked at in a process of its own, of which the disk that fails knows nothing.
    monkeypatch.setattr("seq2seq_keras.jobs.workspace.check_model", lambda folder: None)
    translators[0].save(tmp_path / "walk")
    archive = Path(shutil.make_archive(str(tmp_path / "walk"), "zip", tmp_path, "walk"))
    data = tmp_path / "data"
    for disk in every_moment(data, fault):
        shutil.rmtree(data, ignore_errors=True)
        workspace = Workspace(data, tmp_path / "none", tmp_path / "none")
        workspace.prepare()
        error = disk.run(functools.partial(workspace.receive_model, archive))
        names = [info.name for info in workspace.models()]
        assert names == (["walk"] if error is None else []) or (names and fault != "full")
        if error is not None and fault == "full":
            assert isinstance(error, WorkError)
            assert list((data / "models").glob("*")) == []
        for name in names:
            assert contents(data / "models" / name) == contents(tmp_path / "walk")
        workspace.receive_model(archive)
        for folder in (data / "models").iterdir():
            os.utime(folder, (1, 1))
        workspace.prepare()  # as the next start of the server does
        assert len(list((data / "models").iterdir())) == len(names) + 1


@pytest.mark.parametrize("step", [7, pytest.param(1, marks=pytest.mark.soak)])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_saved_translator_is_the_old_one_or_the_new_one(
    tmp_path: Path, translators: list[Any], fault: Any, step: int
) -> None:
    old, new = translators
    folder = tmp_path / "here" / "model"
    old.save(folder)
    files = listed(folder)

    def units() -> int:
        """What lies there, if it is whole."""
        assert read_folder(folder, listed) == files
        with zipfile.ZipFile(folder / "model.keras") as model:
            assert model.testzip() is None
            network = json.loads(model.read("config.json"))
        config = Config.load(folder / "config.yaml")
        assert f'"units": {config.units}' in json.dumps(network)
        assert json.loads((folder / "scores.json").read_text())["parameters"] > 0
        return config.units

    for disk in every_moment(folder.parent, fault, step):
        old.save(folder)
        error = disk.run(functools.partial(new.save, folder))
        expected = (4,) if fault == "full" and error else (4, 6)
        assert units() in expected, disk.operations[-1]
        new.save(folder)
        assert units() == 6
        assert listed(folder.parent) == ["model", *(f"model/{name}" for name in files)]


@pytest.mark.parametrize("fault", ["killed", "power"])
def test_what_is_deleted_lies_in_one_place(tmp_path: Path, fault: Any) -> None:
    model, folder = tmp_path / "here" / "model", tmp_path / "here" / "trash"
    for disk in every_moment(tmp_path / "here", fault):
        shutil.rmtree(tmp_path / "here", ignore_errors=True)
        model.mkdir(parents=True)
        (model / "weights").write_text("numbers")
        trash = Trash(folder)
        disk.run(functools.partial(trash.put, model, name="model", origin="mine/model"))
        places = [model, *(item.folder for item in trash.all())]
        (place,) = [place for place in places if place.exists()]
        assert (place / "weights").read_text() == "numbers"
        if place == model:
            trash.put(model, name="model", origin="mine/model")
        again = FailingDisk(tmp_path / "here", fault, disk.operations[-1])
        again.run(functools.partial(trash.take_out, trash.all()[0].id, model))
        for path in folder.iterdir():
            os.utime(path, (1, 1))
        if not model.exists():
            trash.take_out(trash.all()[0].id, model)
        trash.expire()
        assert (model / "weights").read_text() == "numbers"
        assert list(folder.iterdir()) == []


def test_a_folder_may_move_to_another_disk(tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "weights").write_text("numbers")
    rename = Path.rename

    def refuse(path: Path, target: Path) -> Path:
        if path.name == "model":
            raise OSError(18, "Invalid cross-device link")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    put_folder(tmp_path / "model", tmp_path / "moved")
    assert listed(tmp_path) == ["moved", "moved/weights"]


def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    if not hasattr(os, "mkfifo"):
        pytest.skip("has no named pipes")
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_file(pipe, "through")
    assert os.read(reader, 100) == b"through"
    assert pipe.is_fifo()
    os.close(reader)
    write_file(Path(os.devnull), "nothing")
    assert not Path(os.devnull).is_file()


def test_a_link_still_leads_there_and_permissions_stay(tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_text("old")
    file.chmod(0o640)
    link.symlink_to(file)
    write_file(link, "new")
    assert link.is_symlink() and file.read_text() == "new"
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_very_long_name_is_no_hindrance(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 255)
    with suppress(OSError):
        path.write_text("old")
        write_file(path, "new")
        assert path.read_text() == "new"
        assert listed(tmp_path) == [path.name]


def test_nobody_else_replaces_files(repository: Path) -> None:
    """Whoever puts something in the place of another does it through storage.py."""
    to_be_deleted = {"accounts.py", "demo_desks.py", "queue.py", "trash.py"}
    for path in (repository / "seq2seq_keras").rglob("*.py"):
        if path.name == "storage.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            called, where = node.func.attr, f"{path}:{node.lineno}"
            of = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
            assert (of, called) not in {("os", "replace"), ("os", "rename"), ("shutil", "move")}, (
                where
            )
            alone = len(node.args) == 1 and not node.keywords  # texts are replaced by a second one
            assert not (called == "replace" and alone), where
            assert not (called == "rename" and alone) or path.name in to_be_deleted, where
