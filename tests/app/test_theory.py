"""The theory as a page, against its documents."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from seq2seq_keras.app.server import build_server
from seq2seq_keras.app.theory import sections

DOCUMENTS = {"en": "understand.md", "zh": "understand.zh.md"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    folder = tmp_path_factory.mktemp("data")
    return TestClient(build_server(folder, shipped_models=folder / "none", samples=folder / "none"))


@pytest.mark.parametrize("code", DOCUMENTS)
def test_nothing_of_a_document_is_lost(repository: Path, code: str) -> None:
    document = (repository / "docs" / DOCUMENTS[code]).read_text(encoding="utf-8")
    found = sections(document)
    assert len(found) == 1 + len(re.findall(r"^## ", document, re.MULTILINE)) == 12
    text = "".join(part.text for part in found)
    assert text.count("$$") == document.count("$$") > 50
    # What is a link to another document there is only its words here.
    assert ".md)" in document and ".md)" not in text
    assert "](images/" not in text
    assert [part.title.split(". ")[0] for part in found[1:]] == [str(n) for n in range(1, 12)]


def test_both_languages_have_the_same_formulas_and_figures(repository: Path) -> None:
    english, chinese = (
        sections((repository / "docs" / name).read_text(encoding="utf-8"))
        for name in DOCUMENTS.values()
    )
    for one, other in zip(english, chinese, strict=True):
        assert one.text.count("$$") == other.text.count("$$")
        figures = re.findall(r"/(\S+)\.svg\)", one.text)
        assert [f"{name}.zh" for name in figures] == re.findall(r"/(\S+)\.svg\)", other.text)


@pytest.mark.parametrize("code", DOCUMENTS)
def test_the_page_is_below_the_main_one_and_leads_to_its_other_language(
    client: TestClient, repository: Path, code: str
) -> None:
    page = client.get(f"/{code}/theory/")
    assert page.status_code == 200
    other = {"en": "zh", "zh": "en"}[code]
    assert f"../../language/{other}?page=theory/" in page.text
    assert ("zh-CN" if code == "zh" else "en") in page.text.split("<head>")[0]
    document = (repository / "docs" / DOCUMENTS[code]).read_text(encoding="utf-8")
    for heading in re.findall(r"^## \d+\. (\w+)", document, re.MULTILINE):
        assert heading in page.text or heading.encode("unicode_escape").decode() in page.text
    changed = client.get(f"/language/{other}?page=theory/", follow_redirects=False)
    assert changed.headers["location"] == f"../{other}/theory/"
    assert client.get("/language/en?page=//elsewhere.test").status_code == 404
