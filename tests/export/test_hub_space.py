"""A Space made of one translator: what is written, that it runs, and that the Hub receives it."""

from __future__ import annotations

import json
import sys
import urllib.request
from pathlib import Path

import pytest
from gradio_client import Client
from huggingface_hub import SpaceCard, metadata_load

from helpers.servers import Server
from helpers.shell import contents, run_program, run_python
from helpers.stand_in_hub import StandIn
from seq2seq_keras.jobs import Workspace
from seq2seq_keras.translator import Translator

SENTENCE = "My neighbour bought a new car."
MODEL = "saved_models/sample-en-fr"


@pytest.fixture(scope="module")
def space(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("space") / "out"
    options = ("--space", "--license", "apache-2.0", "--dry-run", out)
    result = run_program("push", model, "me/en-fr", *options)
    assert result.returncode == 0 and result.stdout == b"", result.stderr.decode()
    return out


def test_the_folder_holds_app_package_and_model(space: Path, model: Path, repository: Path) -> None:
    names = {path.name for path in space.iterdir()}
    package = "seq2seq_keras"
    assert names == {"README.md", "app.py", "requirements.txt", package, "saved_models"}
    copied = contents(space / package)
    assert copied.pop("LICENSE") == (repository / "LICENSE").read_bytes()
    own = contents(repository / package)
    assert copied == {name: own[name] for name in own if "__pycache__" not in name}
    requirements = (space / "requirements.txt").read_bytes()
    assert requirements == (repository / "requirements.txt").read_bytes()
    saved = contents(space / MODEL)
    assert json.loads(saved.pop("label.json")) == {"name": "en-fr"}
    files = {"config.yaml", "metrics.csv", "model.keras", "scores.json", "README.md"}
    assert set(saved) == files | {"source.model", "target.model"}
    assert all(content == (model / name).read_bytes() for name, content in saved.items())


def test_the_card_is_as_the_hub_reads_it(space: Path, repository: Path) -> None:
    card = SpaceCard.load(space / "README.md")  # refuses metadata that are none
    data = card.data.to_dict()
    assert data == metadata_load(space / "README.md")
    project = metadata_load(repository / "README.md") or {}
    assert data["sdk"] == "gradio" and data["sdk_version"] == project["sdk_version"]
    assert data["python_version"] == f"3.{sys.version_info.minor}"
    assert (space / data["app_file"]).is_file() and data["license"] == "apache-2.0"
    assert data["title"] == "English to French" and len(data["short_description"]) <= 60
    assert f"]({MODEL}/README.md)" in card.text
    assert 'Client("https://me-en-fr.hf.space/en")' in card.text
    scores = json.loads((space / MODEL / "scores.json").read_text(encoding="utf-8"))["scores"]
    assert f"{scores['bleu']['value']:.1f} BLEU (`{scores['bleu']['signature']}`)" in card.text


def test_nobody_can_change_the_model(space: Path, tmp_path: Path) -> None:
    (info,) = Workspace(tmp_path, space / "saved_models").models()
    assert info.shipped and info.name == "en-fr"


@pytest.mark.slow
def test_it_runs_its_own_copy_and_translates(
    space: Path, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PYTHONPATH", "SEQ2SEQ_DEMO"):
        monkeypatch.delenv(name, raising=False)
    # Only who runs this copy can know of these.
    package = space / "seq2seq_keras"
    icon = (package / "app" / "favicon.png").read_bytes() + b"of the Space"
    (package / "app" / "favicon.png").write_bytes(icon)
    with (package / "translator.py").open("a", encoding="utf-8") as file:
        file.write("\nimport sys\n\nprint('translator of the Space', file=sys.stderr)\n")
    server = Server(space, tmp_path / "data")
    server.start()
    try:
        assert "public demo" in server.words()
        assert urllib.request.urlopen(f"{server.address}favicon.ico").read() == icon
        client = Client(f"{server.address}en", verbose=False)
        assert [each["name"] for each in client.predict(api_name="/list_models")] == ["en-fr"]
        translation = client.predict(SENTENCE, api_name="/translate")
    finally:
        server.stop()
    assert translation == Translator.load(model).translate([SENTENCE])[0].text
    log = (tmp_path / "data" / "logs" / "translation.log").read_text(encoding="utf-8")
    assert "translator of the Space" in log


def test_it_can_ask_for_a_login_instead(
    space: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "`hf_oauth: true`" in (space / "README.md").read_text(encoding="utf-8")
    monkeypatch.delenv("SEQ2SEQ_DEMO", raising=False)
    monkeypatch.setenv("SEQ2SEQ_AUTH", "hub")
    done = run_python("app.py", "--port", "0", "--data-dir", tmp_path, cwd=space)
    assert done.returncode == 2 and done.stderr.count(b"\n") == 1
    assert b"OAUTH_CLIENT_ID" in done.stderr and b"public demo" not in done.stderr


def test_all_files_arrive(hub: StandIn, model: Path, tmp_path: Path) -> None:
    command = ("push", model, "me/en-fr", "--space", "--license", "mit")
    result = run_program(*command, "--private")
    assert result.returncode == 0, result.stderr.decode()
    assert result.stdout.decode().strip() == f"{hub.address}/spaces/me/en-fr"
    asked = hub.repositories["en-fr"]
    assert (asked["type"], asked["sdk"], asked["visibility"]) == ("space", "gradio", "private")
    assert hub.kind == "spaces"
    assert run_program(*command, "--dry-run", tmp_path / "out").returncode == 0
    assert hub.files == contents(tmp_path / "out")
    assert set(hub.objects.values()) >= {(model / "model.keras").read_bytes()}


@pytest.mark.parametrize(
    ("token", "refuse", "code", "words"),
    [
        ("", 0, 2, "no token of the Hugging Face Hub: run `hf auth login`"),
        ("hf_wrong", 0, 2, "does not know this token"),
        ("hf_right", 403, 2, "me/en-fr: this token may not write there"),
    ],
)
def test_what_the_hub_refuses_is_one_line(
    hub: StandIn, model: Path, monkeypatch, token: str, refuse: int, code: int, words: str
) -> None:
    hub.refuse = refuse
    monkeypatch.setenv("HF_TOKEN", token)
    result = run_program("push", model, "me/en-fr", "--space")
    said = result.stderr.decode()
    assert result.returncode == code and said.count("\n") == 1 and words in said, said
