"""Desks of those who log in: a folder each, kept for good, and how much may lie in it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from seq2seq_keras.accounts import AccountBook
from seq2seq_keras.accounts.passwords import Cost
from seq2seq_keras.app.login.hub_app import HubApp
from seq2seq_keras.app.visitors.members_desks import MembersDesks, account_desks, hub_desks
from seq2seq_keras.app.visitors.people import PERSON, Person
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import Workspace
from seq2seq_keras.jobs.disk_room import room_for_job

ADA, EVE = "5f0c", "6a1d"
QUOTA = 50_000_000
SMALL = {"settings": {"units": 128, "embedding_dim": 64, "vocab_size": 500}}


@pytest.fixture
def desks(tmp_path: Path) -> MembersDesks:
    places = {"shipped_models": tmp_path / "none", "samples": tmp_path / "none"}
    return MembersDesks(tmp_path / "desks", lambda: [ADA, EVE], QUOTA, places)


def workspace(desks: MembersDesks, key: str = ADA) -> Workspace:
    return desks.of({PERSON: Person(key)}).workspace


def fill(found: Workspace, size: int) -> Path:
    """A file of holes, which counts as its owner sees it."""
    path = found.folder / "models" / "big" / "model.keras"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(size)
    return path


def corpus(tmp_path: Path, size: int = 1600) -> Path:
    path = tmp_path / "pairs.tsv"
    path.write_text("a dog\tun chien\n" * (size // 15), encoding="utf-8")
    return path


def everything(found: Workspace) -> dict[str, int]:
    files = [path for path in found.folder.rglob("*") if path.is_file()]
    return {str(path): path.stat().st_size for path in files if "jobs.db" not in path.name}


def test_what_would_be_too_much_is_refused_and_the_rest_stays(
    desks: MembersDesks, tmp_path: Path
) -> None:
    ada = workspace(desks)
    first = ada.add_corpus([corpus(tmp_path)])
    job = ada.jobs.submit("train", "small", SMALL)
    big = fill(ada, QUOTA - 3000)
    before = everything(ada)
    refused = (
        r"^Your things on this server take \d\d\.\d MB, and this needs \d.* [kM]B; you may keep "
        r"50\.0 MB\. Delete some, and what lies in the trash, in the Models tab, and try again\.$"
    )
    with pytest.raises(InputError, match=refused):
        ada.add_corpus([corpus(tmp_path, 3000)])
    with pytest.raises(InputError, match=refused):
        ada.receive_model(corpus(tmp_path, 3000))
    with pytest.raises(InputError, match=refused):
        ada.jobs.submit("train", "another", SMALL)
    assert everything(ada) == before and [each.id for each in ada.corpora()] == [first.id]
    assert [each.id for each in ada.jobs.all()] == [job.id]
    # Another's things do not count, and what is deleted does not any longer.
    workspace(desks, EVE).add_corpus([corpus(tmp_path)])
    big.unlink()
    ada.add_corpus([corpus(tmp_path)])
    ada.jobs.submit("train", "another", SMALL)


def test_jobs_that_wait_keep_their_room(desks: MembersDesks) -> None:
    """Else a hundred could be begun at once, and each find room at its turn."""
    ada = workspace(desks)
    needed = room_for_job("train", SMALL)
    fits = QUOTA // needed
    assert 1 < fits < 10
    jobs = [ada.jobs.submit("train", "small", SMALL) for _ in range(fits)]
    with pytest.raises(InputError, match="you may keep"):
        ada.jobs.submit("train", "small", SMALL)
    ada.jobs.ask(jobs[0].id, "cancel")
    ada.jobs.submit("train", "small", SMALL)


def test_what_is_paused_can_go_on_once_there_is_room(desks: MembersDesks) -> None:
    ada = workspace(desks)
    job = ada.jobs.submit("train", "small", SMALL)
    ada.jobs.ask(job.id, "pause")
    big = fill(ada, QUOTA)
    with pytest.raises(InputError, match="you may keep"):
        ada.jobs.resume(job.id)
    assert ada.jobs.get(job.id).state == "paused"
    big.unlink()
    assert ada.jobs.resume(job.id).state == "queued"


def test_without_a_quota_the_disk_alone_counts(tmp_path: Path) -> None:
    desks = MembersDesks(tmp_path / "desks", lambda: [ADA], None)
    ada = workspace(desks)
    ada.add_corpus([corpus(tmp_path)])
    fill(ada, 10**13)
    ada.add_corpus([corpus(tmp_path)])


def test_desks_of_accounts_are_those_of_the_book(tmp_path: Path) -> None:
    book = AccountBook(tmp_path, Cost(n=16, r=1, p=1))
    folders = [book.add(name, "correct horse battery").folder for name in ("ada", "eve")]
    for folder in folders:
        (book.folder / folder).mkdir(parents=True)
    desks = account_desks(book, QUOTA)
    assert {each.folder.name for each in desks.workspaces()} == set(folders)
    book.remove("eve")
    assert [each.folder.name for each in desks.workspaces()] == folders[:1]


def test_desks_of_the_hub_are_those_that_were_used(tmp_path: Path) -> None:
    app = HubApp("id", "secret", "https://huggingface.co", "me.hf.space")
    desks = hub_desks(tmp_path, app, QUOTA)
    assert desks.workspaces() == []
    workspace(desks).add_corpus([corpus(tmp_path)])
    assert [each.folder for each in desks.workspaces()] == [
        (tmp_path / "hub" / "huggingface.co" / ADA).resolve()
    ]
    again = hub_desks(tmp_path, app, QUOTA)  # after a start
    assert len(again.workspaces()) == len(workspace(again).corpora()) - 2 == 1
    other = HubApp("id", "secret", "https://127.0.0.1:8443", "me.hf.space")
    assert hub_desks(tmp_path, other).workspaces() == []  # its 5f0c is somebody else
    assert hub_desks(tmp_path, replace(app, refused=frozenset({ADA}))).workspaces() == []
    shutil.rmtree(tmp_path / "hub" / "huggingface.co" / ADA)
    assert again.workspaces() == []
