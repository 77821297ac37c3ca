"""A whole file: taken in, listed, handed out."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import gradio as gr
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from helpers.shell import REPOSITORY
from helpers.tiny_models import save_untrained
from seq2seq_keras.app.desks import OneDesk
from seq2seq_keras.app.downloads import download_routes
from seq2seq_keras.app.drawer import Drawer
from seq2seq_keras.app.file_translation import _SUFFIXES, FILES, FileTranslation
from seq2seq_keras.app.job_list import job_list_html
from seq2seq_keras.app.studio import Studio
from seq2seq_keras.documents import SUFFIXES, read_columns
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import Job, Workspace, summarise
from seq2seq_keras.jobs.translation_files import keep_upload
from seq2seq_keras.localisation import CHINESE, ENGLISH

EVIL = "<img src=x onerror=alert(1)>.txt"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "data", shipped_models=tmp_path, samples=tmp_path)
    workspace.prepare()
    return workspace


def submit(workspace: Workspace, name: str = "film.srt") -> Job:
    details = {"model": "/models/eng-fra", "file": f"/files/1/{name}", "name": name}
    return workspace.jobs.submit("translate", name, {**details, "column": None, "beam_size": 4})


def test_the_page_takes_what_can_be_translated() -> None:
    assert sorted(_SUFFIXES) == sorted(SUFFIXES)


def test_an_upload_is_kept_until_nobody_needs_it(workspace: Workspace, tmp_path: Path) -> None:
    upload = tmp_path / "My list: «b».CSV"
    upload.write_text("a,b\n", encoding="utf-8")
    first, second = (keep_upload(workspace, upload) for _ in range(2))
    assert first != second and first.suffix == ".CSV"
    assert first.parent.parent == workspace.folder / "files"
    assert first.read_bytes() == upload.read_bytes()
    upload.unlink()
    workspace.jobs.submit("translate", "kept", {"file": str(first)})
    old = time.time() - 2 * 24 * 3600
    for path in (first, second):
        os.utime(path.parent, (old, old))
    other = tmp_path / "other.txt"
    other.write_text("A dog.", encoding="utf-8")
    third = keep_upload(workspace, other)
    assert (first.exists(), second.exists(), third.exists()) == (True, False, True)


def test_columns_of_a_table_are_named_and_one_is_proposed(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("id,note,english\n1,A remark here.,A dog runs.\n", encoding="utf-8")
    assert read_columns(table, "en") == (["id", "note", "english"], 2)
    assert read_columns(table) == (["id", "note", "english"], 1)
    text = tmp_path / "text.txt"
    text.write_text("a,b\n", encoding="utf-8")
    assert read_columns(text) == ([], 0)
    with pytest.raises(InputError, match="no such file"):
        read_columns(tmp_path / "none.csv")


def test_jobs_are_listed_with_progress_and_time_left(workspace: Workspace) -> None:
    job = submit(workspace)
    hostile = submit(workspace, EVIL)
    workspace.jobs.submit("train", "not a file", {})
    workspace.jobs.claim(job.id)
    event = {"kind": "translated", "done": 300, "of": 1200, "remaining_seconds": 90.0}
    workspace.jobs.append_event(job.id, {"kind": "stage", "text": "300 of 1,200 sentences"})
    workspace.jobs.append_event(job.id, event)
    workspace.jobs.being_born.add(job.id)  # else it is taken for dead
    jobs = workspace.jobs.all()
    progress = {each.id: summarise(workspace.jobs.events(each.id)[0]) for each in jobs}
    html = job_list_html(jobs, progress, FILES, ENGLISH)
    assert "eng-fra · beam size 4 · " in html and "1 min 30 s left" in html
    assert "300 of 1,200 sentences" in html and 'aria-valuenow="25"' in html
    assert "not a file" not in html and "<img" not in html
    assert html.index("&lt;img") < html.index("film.srt")  # the newest comes first
    assert f'data-act="cancel" data-job="{job.id}"' in html and hostile.id in html
    assert "剩" in job_list_html(jobs, progress, FILES, CHINESE)
    assert job_list_html([], {}, FILES, ENGLISH) == ""


def test_a_memory_is_chosen_when_a_file_comes(tmp_path: Path) -> None:
    """The form as the page fills it, and the job that the button makes of it."""
    workspace = Workspace(tmp_path / "data", tmp_path, REPOSITORY / "data")
    workspace.prepare()
    save_untrained(tmp_path / "data" / "models" / "walk")
    upload = tmp_path / "My app.po"
    submitted: list[Job] = []
    for language in (ENGLISH, CHINESE):
        nobody = cast(Any, SimpleNamespace(wake=lambda: None))  # runs what is submitted
        studio = Studio(OneDesk(workspace), nobody, nobody, language=language)
        with gr.Blocks():
            page = FileTranslation(studio, Drawer(language), gr.State(), gr.State())
        # Each time anew: an upload goes when the workspace has its copy.
        upload.write_text('msgid "A dog."\nmsgstr ""\n\nmsgid "Yes"\nmsgstr "是"\n', "utf-8")
        file, summary, column, memory, go = page._take_in(str(upload), "mine/walk")
        none = {"en": "None", "zh": "无"}[language.code]
        assert memory["choices"] == [
            (none, ""), (language.say("Sample: English–Chinese"), "sample/english-chinese"),
        ]  # fmt: skip
        assert (memory["value"], column["visible"], go["interactive"]) == ("", False, True)
        words = {"en": "1 text to translate; 1 unit stays", "zh": "待翻译 1 条文本；1 个翻译单元"}
        assert summary["value"].startswith(words[language.code])
        for chosen in ("", "sample/english-chinese"):
            page._submit(file, None, chosen, "mine/walk", 3)
            submitted.append(workspace.jobs.all()[-1])
        with pytest.raises(gr.Error, match=r"Choose another memory|请另选"):
            page._submit(file, None, "sample/english-french", "mine/walk", 3)
    for without, among in zip(submitted[::2], submitted[1::2], strict=True):
        assert "memory" not in without.details and without.details["beam_size"] == 3
        assert among.details["memory"]["files"] == [
            str(REPOSITORY / "data" / "english-chinese.tsv")
        ]


def test_an_error_names_the_file_as_its_owner_does(workspace: Workspace) -> None:
    job = replace(submit(workspace), state="failed", message="/files/1/film.srt: holds no text; x")
    html = job_list_html([job], {job.id: summarise([])}, FILES, ENGLISH)
    assert "<p" in html and ">film.srt: holds no text; x<" in html


def test_a_translated_file_is_handed_out_under_its_name(workspace: Workspace) -> None:
    server = FastAPI()
    server.include_router(download_routes(OneDesk(workspace)))
    client = TestClient(server)
    job = submit(workspace)
    address = f"/download/translations/{job.id}"
    assert client.get(address).status_code == 404  # not there yet
    job.out.mkdir()
    job.kept_translations.write_text("{}\n", encoding="utf-8")
    (job.out / "film «1»\n.fr.srt").write_text("1\n", encoding="utf-8")
    response = client.get(address)
    assert (response.status_code, response.text) == (200, "1\n")
    assert response.headers["content-disposition"] == (
        "attachment; filename*=utf-8''film%20%C2%AB1%C2%BB%0A.fr.srt"
    )
    assert response.headers["content-type"] == "application/octet-stream"
    for other in ("none", "..%2f..", "%2e%2e"):
        assert client.get(f"/download/translations/{other}").status_code == 404
    over = workspace.jobs.ask(job.id, "cancel")
    listed = job_list_html([over], {over.id: summarise([])}, FILES, ENGLISH)
    assert f'href="../download/translations/{job.id}"' in listed
