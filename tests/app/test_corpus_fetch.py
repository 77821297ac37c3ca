"""The panel that fetches a corpus from the web, without a browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from helpers.stand_in_web import ServedFile, StandInWeb, running
from seq2seq_keras.app.corpus_fetch import CorpusFetch, Progress, found_html, progress_html
from seq2seq_keras.app.corpus_panel import CorpusPanel
from seq2seq_keras.app.desks import OneDesk
from seq2seq_keras.app.studio import Studio
from seq2seq_keras.app.visitors.limits import Limits
from seq2seq_keras.fetching import Found, RemoteFile, provenance
from seq2seq_keras.jobs import Workspace
from seq2seq_keras.localisation import CHINESE, ENGLISH, Language


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[StandInWeb]:
    with running(StandInWeb()) as web:
        web.has_pairs()
        for name, value in web.environment.items():
            monkeypatch.setenv(name, value)
        # Read from the environment once, when the library is imported.
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", web.address)
        monkeypatch.setenv("SEQ2SEQ_CACHE_DIR", str(tmp_path / "cache"))
        yield web


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "data")
    workspace.prepare()
    return workspace


def studio(
    workspace: Workspace, language: Language = ENGLISH, limits: Limits | None = None
) -> Studio:
    nobody: Any = None
    return Studio(OneDesk(workspace), nobody, nobody, limits, language=language)


def build(workspace: Workspace, language: Language = ENGLISH) -> CorpusFetch:
    with gr.Blocks():
        panel = CorpusPanel(studio(workspace, language))
    assert panel.web is not None
    return panel.web


def chosen(corpus_id: str) -> Any:
    return gr.update(value=corpus_id)


def test_what_is_looked_up_is_told_and_then_fetched(web: StandInWeb, workspace: Workspace) -> None:
    panel = build(workspace)
    about, wanted, go, _ = panel._look_up("manythings", "fr", "en", "")
    assert wanted == {"name": "manythings:fra-eng"} and go["visible"]
    assert "CC BY 2.0 FR" in about and "not stated" in about
    assert web.downloads("/anki/fra-eng.zip") == []
    *_, last = panel._fetch(wanted, chosen)
    (info,) = [info for info in workspace.corpora() if not info.sample]
    assert last[-1]["value"] == info.id
    assert info.files[0].read_bytes() == web.files["/anki/fra-eng.zip"].content
    origin = provenance(info.files[0])
    assert origin is not None and origin.name == "manythings:fra-eng"


def test_three_files_become_one_corpus(web: StandInWeb, workspace: Workspace) -> None:
    panel = build(workspace)
    wanted = panel._look_up("tatoeba", "fr", "en", None)[1]
    *_, last = panel._fetch(wanted, chosen)
    info = workspace.corpus(last[-1]["value"])
    assert len(info.files) == 3 and all(map(provenance, info.files))


def test_a_corpus_of_opus_is_chosen_from_a_list(web: StandInWeb, workspace: Workspace) -> None:
    panel = build(workspace)
    about, wanted, go, offers = panel._look_up("opus", "fr", "en", " ")
    assert wanted == {} and not go["visible"] and "1 corpus in these languages" in about
    ((label, value),) = offers["choices"]
    assert value == "opus:Books/en-fr" and "40 sentence pairs" in label
    about, wanted, go, _ = panel._look_at_offer(value)
    assert wanted == {"name": value} and go["visible"] and "CC-BY-SA 3.0" in about
    assert panel._look_up("opus", "fr", "en", "Books/v1")[1] == {"name": "opus:Books/v1/fr-en"}


@pytest.mark.parametrize(
    ("form", "says"),
    [
        (("manythings", "", "en", ""), "does not name two languages"),
        (("manythings", "tlh", "en", ""), "ManyThings has no such pairs"),
        (("hub", "fr", "en", ""), "Name what to look for first"),
        (("hub", "fr", "en", "ada/nothing"), "the Hub has no such data set"),
        (("url", "fr", "en", "file:///etc/passwd"), "is no address; it begins with https://"),
        (("url", "fr", "en", "http://127.0.0.1:9/<b>.tsv"), "no connection"),
    ],
)
def test_what_is_wrong_is_a_message_on_the_page(
    web: StandInWeb, workspace: Workspace, form: tuple[str, ...], says: str
) -> None:
    with pytest.raises(gr.Error) as raised:
        build(workspace)._look_up(*form)
    assert says in str(raised.value) and "<b>" not in str(raised.value)
    with pytest.raises(gr.Error) as raised:
        build(workspace, CHINESE)._look_up(*form)
    assert says not in str(raised.value) or says in form[-1]


def test_what_cannot_be_read_does_not_enter_the_workspace(
    web: StandInWeb, workspace: Workspace
) -> None:
    web.files["/x.tsv"] = ServedFile(b"one column\n" * 9)
    steps = build(workspace)._fetch({"name": f"{web.address}/x.tsv"}, chosen)
    with pytest.raises(gr.Error, match=r"x\.tsv"):
        list(steps)
    assert all(info.sample for info in workspace.corpora())


def test_cancelling_keeps_what_has_arrived(
    web: StandInWeb, workspace: Workspace, tmp_path: Path
) -> None:
    panel = build(workspace)
    rows = b"".join(b"The dog %d.\tLe chien %d.\n" % (n, n) for n in range(20_000))
    file = web.files["/big.tsv"] = ServedFile(rows, '"big"', pause=0.02)
    steps = panel._fetch({"name": f"{web.address}/big.tsv"}, chosen)
    seen = []
    for step in steps:
        seen.append(step[0])
        if len(seen) == 4:
            panel._stop()
    assert "<progress" in seen[1] and "Cancelled" in seen[-1]
    assert all(info.sample for info in workspace.corpora())
    threads = [thread for thread in threading.enumerate() if thread.name == "corpus-fetch"]
    assert threads == []
    part = next((tmp_path / "cache").rglob("*.part")).stat().st_size
    assert 0 < part < len(rows)
    file.pause = 0.0
    *_, last = panel._fetch({"name": f"{web.address}/big.tsv"}, chosen)
    assert workspace.corpus(last[-1]["value"]).files[0].read_bytes() == rows
    assert web.downloads("/big.tsv")[-1].headers["range"] == f"bytes={part}-"


def test_the_form_asks_for_what_the_source_needs(web: StandInWeb, workspace: Workspace) -> None:
    panel = build(workspace)
    for service, languages, name in (
        ("manythings", True, False),
        ("tatoeba", True, False),
        ("opus", True, True),
        ("hub", False, True),
        ("url", False, True),
    ):
        updates = panel._choose_service(service)
        assert (updates[0]["visible"], updates[1]["visible"]) == (languages, name)


def test_what_the_web_says_is_no_markup() -> None:
    evil = "<img src=x onerror=alert(1)>"
    found = Found(evil, (RemoteFile(evil, evil),), evil, 3, evil)
    for language in (ENGLISH, CHINESE):
        assert "<img" not in found_html(found, language)
    assert progress_html(Progress(1_000_000, 2_000_000), ENGLISH).endswith("1.0 MB of 2.0 MB</p>")
    assert 'max="' not in progress_html(Progress(1_000_000, None), ENGLISH)


def test_a_public_demo_has_no_such_panel(workspace: Workspace) -> None:
    """Nor a function that its page could be asked for."""

    def functions(limits: Limits | None) -> set[str]:
        with gr.Blocks() as page:
            panel = CorpusPanel(studio(workspace, limits=limits))
        assert (panel.web is None) == (limits is not None)
        return {getattr(each.fn, "__qualname__", "") for each in page.fns.values()}

    own = {name for name in functions(None) if name.startswith("CorpusFetch.")}
    assert len(own) >= 5
    assert not {name for name in functions(Limits()) if name.startswith("CorpusFetch.")}
    with gr.Blocks(), pytest.raises(AssertionError, match="fetches nothing for its visitors"):
        CorpusFetch(studio(workspace, limits=Limits()))


def test_with_accounts_no_typed_address_is_fetched(web: StandInWeb, workspace: Workspace) -> None:
    """It may lie where the server alone can reach; the services may be asked all the same."""
    with gr.Blocks():
        panel = CorpusFetch(replace(studio(workspace), any_address=False))
    assert "url" not in {service for _, service in panel.service.choices}
    for name in (f"{web.address}/anki/fra-eng.zip", "http://169.254.169.254/"):
        with pytest.raises(gr.Error, match="fetches nothing from an address that is typed in"):
            panel._look_up("url", None, None, name)
        with pytest.raises(gr.Error, match="fetches nothing from an address that is typed in"):
            list(panel._fetch({"name": name}, chosen))
        with pytest.raises(gr.Error, match="fetches nothing from an address that is typed in"):
            panel._look_at_offer(name)
    wanted = panel._look_up("manythings", "fr", "en", "")[1]
    *_, last = panel._fetch(wanted, chosen)
    assert workspace.corpus(last[-1]["value"])
