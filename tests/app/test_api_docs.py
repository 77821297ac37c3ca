"""The examples of docs/api.md, run as they stand on a real server: Python, curl, JavaScript."""

from __future__ import annotations

import ast
import re
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client
from playwright.sync_api import sync_playwright

from helpers.servers import Server, without_heartbeats
from helpers.tiny_corpus import tiny_pairs
from seq2seq_keras.translator import Translator

pytestmark = pytest.mark.tensorflow

TEXT = "A dog is running."
SUBTITLES = "1\n00:00:01,000 --> 00:00:02,000\nWe read.\n\n2\n00:00:03,000 --> 00:00:04,000\n{}\n"
WHAT_IS_LEFT = (
    "({translation, facts, model, corpus, missing: await call('job', {job: 'none'})"
    ".catch(({message}) => message), archive: [...new Uint8Array(await archive.arrayBuffer())]})"
)


def blocks(page: str, language: str) -> list[str]:
    """The fenced examples of a page in one language, in order.

    Example:
        >>> blocks("```sh\\nls\\n```\\n", "sh")
        ['ls\\n']
    """
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def run_python(block: str, names: dict[str, Any]) -> list[Any]:
    """Runs a block, and returns what each of its bare expressions gave."""
    given = []
    for node in ast.parse(block).body:
        if isinstance(node, ast.Expr):
            given.append(eval(compile(ast.Expression(node.value), "docs/api.md", "eval"), names))
        else:
            exec(compile(ast.Module([node], []), "docs/api.md", "exec"), names)
    return given


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Iterator[Server]:
    server = Server(repository, tmp_path_factory.mktemp("data"))
    try:
        server.start()
        yield server
        assert "Traceback" not in server.words()
    finally:
        server.stop()


@pytest.fixture(scope="module")
def page(server: Server, repository: Path) -> str:
    """The page, with the address of this server in place of the usual one."""
    text = (repository / "docs" / "api.md").read_text(encoding="utf-8")
    return text.replace("http://127.0.0.1:7860", server.address.rstrip("/"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the examples are run: with the files that they ask for."""
    lines = [f"{source}\t{target}\n" for source, target in zip(*tiny_pairs(96), strict=True)]
    (tmp_path / "pairs.tsv").write_text("".join(lines), encoding="utf-8")
    (tmp_path / "film.srt").write_text(SUBTITLES.format(TEXT), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def translated(repository: Path) -> dict[str, str]:
    """What the samples themselves make of the text, by their kind and their beams."""
    samples = {
        kind: Translator.load(repository / "saved_models" / f"sample-en-fr-{kind}")
        for kind in ("attention", "plain")
    }
    return {
        f"{kind} {beams}": samples[kind].translate_text(TEXT, beams).text
        for kind, beams in (("attention", 5), ("plain", 5), ("plain", 1))
    }


def check_trained(archive: Path, **settings: str) -> None:
    """Sees that a zip holds a translator with these settings, which translates."""
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(archive.parent / "unpacked")
    (model,) = (archive.parent / "unpacked").iterdir()
    translator = Translator.load(model)
    assert settings.items() <= translator.config.model_dump().items()
    assert isinstance(translator.translate_text(TEXT).text, str)


def test_every_example_is_run(page: str) -> None:
    languages = re.findall(r"^```(\w+)$", page, re.MULTILINE)
    assert set(languages) == {"python", "sh", "js", "json"}  # the json is of test_mcp.py
    assert len(languages) * 2 == page.count("```")


@pytest.mark.slow
def test_python(page: str, folder: Path, translated: dict[str, str]) -> None:
    names: dict[str, Any] = {}
    given = [run_python(block, names) for block in blocks(page, "python")]
    assert given[0] == [translated["attention 5"], translated["plain 1"]]
    ((text, score, alternatives), attention) = given[1]
    assert text == translated["attention 5"] and score < 0 and len(alternatives) == 2
    assert len(attention) == len(names["sentence"]["tokens"])
    check_trained(folder / "model.zip", attention="additive", cell="lstm")
    assert names["model"]["name"] == "My-first"
    compared = [system["name"] for system in names["report"]["systems"]]
    assert compared == ["sample-en-fr-attention", "sample-en-fr-plain"]
    assert "BLEU" in names["report"]["verdict"]
    subtitles = (folder / "film.fr.srt").read_text(encoding="utf-8")
    assert translated["attention 5"] in subtitles and "00:00:03,000 --> 00:00:04,000" in subtitles
    exported = zipfile.ZipFile(folder / "export.zip").namelist()
    assert any(name.endswith("saved_model.pb") for name in exported)
    assert names["facts"]["state"] == "finished"


def test_curl(page: str, folder: Path, translated: dict[str, str]) -> None:
    script = "set -euo pipefail\n" + "".join(blocks(page, "sh"))
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, cwd=folder, timeout=300
    )
    assert done.returncode == 0, done.stderr + done.stdout
    lines = without_heartbeats(done.stdout).splitlines()
    assert lines[:3] == ["event: complete", f'data: ["{translated["plain 5"]}"]', ""]
    assert lines[3] == f'["{translated["attention 5"]}"]'
    assert lines[4:] and set(lines[4:]) <= {'"state": "queued"', '"state": "running"'}
    check_trained(folder / "model.zip", attention="none")


@pytest.mark.slow
@pytest.mark.browser
def test_javascript(
    page: str, server: Server, folder: Path, translated: dict[str, str], chromium_path: str
) -> None:
    script = "\n".join(blocks(page, "js"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        opened = browser.new_page()
        opened.goto(f"{server.address}en/")
        left = opened.evaluate(f"(async () => {{\n{script}\nreturn {WHAT_IS_LEFT};\n}})()")
        browser.close()
    assert left["translation"] == translated["attention 5"]
    assert left["facts"]["state"] == "finished"
    assert left["facts"]["models"] == [left["model"]["id"]] == ["mine/By-JavaScript"]
    assert "no such job" in left["missing"]
    (folder / "model.zip").write_bytes(bytes(left["archive"]))
    check_trained(folder / "model.zip", attention="none", source_lang="en", target_lang="fr")
    corpora = Client(f"{server.address}en", verbose=False).predict(api_name="/list_corpora")
    assert left["corpus"] in corpora and left["corpus"]["files"] == ["pairs.tsv"]
