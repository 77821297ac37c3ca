"""The cards of the saved models and what they take on the disk, as plain functions."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from seq2seq_keras.app.disk_use import disk_use_html
from seq2seq_keras.app.model_cards import ORDERS, arranged, cards_html
from seq2seq_keras.app.model_upload import receive
from seq2seq_keras.app.wording import size
from seq2seq_keras.config import Config
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import ModelInfo, Workspace
from seq2seq_keras.jobs.disk_use import DiskUse, Share
from seq2seq_keras.jobs.trash import Removed
from seq2seq_keras.localisation import CHINESE, ENGLISH, Language

EVIL = """</h3><img src=x onerror=alert(1)> "' ${1}`"""
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def model(name: str, *, shipped: bool = False, note: str = "", **settings: object) -> ModelInfo:
    config = Config.create(**{"source_lang": "en", "target_lang": "zh", **settings})
    place = "saved" if shipped else "mine"
    label = {"name": name, "note": note}
    folder = Path("folder")
    return ModelInfo(f"{place}/{name}", folder, shipped, config, {}, 1000, NOW, label)


class Elements(HTMLParser):
    """Every start tag with its attributes, and whether all are closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, dict(attrs)))
        if tag not in ("input", "img"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def acts(self) -> list[str | None]:
        buttons = [attributes for tag, attributes in self.all if tag == "button"]
        acts = [button.get("data-act") or button.get("data-opens") for button in buttons]
        return [act for act in acts if act]


def test_what_can_be_done_stands_on_each_card() -> None:
    mine, ours = model("a"), model("b", shipped=True)
    always = ["translate", "compare", "understand", "card"]
    assert Elements(cards_html([mine], [mine], ENGLISH)).acts() == [
        *always,
        *("export", "rename", "note", "delete"),
    ]
    assert Elements(cards_html([ours], [ours], ENGLISH)).acts() == [*always, "export"]
    leads = re.findall(r'data-act="(\w+)" data-item="mine/a" data-leads', _html(mine))
    assert leads == ["translate", "compare", "understand"]


def _html(*models: ModelInfo) -> str:
    return cards_html(models, models, ENGLISH)


def test_names_and_notes_are_text() -> None:
    elements = Elements(_html(model(EVIL, note=EVIL))).all
    assert "img" not in [tag for tag, _ in elements]
    (card,) = [attributes for tag, attributes in elements if tag == "article"]
    assert (card["aria-label"], card["data-group"]) == (EVIL, f"mine/{EVIL}")
    (field,) = [attributes for tag, attributes in elements if tag == "input"]
    assert field["value"] == EVIL
    (link,) = [attributes["href"] for tag, attributes in elements if tag == "a"]
    assert re.fullmatch(r"\.\./download/models/mine/[\w%/.-]+\.zip", link or "")


def test_models_of_ones_own_come_first_and_their_absence_is_told() -> None:
    mine, ours = model("walk"), model("sample", shipped=True)
    shown = _html(ours, mine)
    assert shown.index("walk") < shown.index("sample")
    assert "Nothing yet" not in shown and "Nothing yet" in _html(ours)
    assert "No model fits" in cards_html([mine], [], ENGLISH)
    assert "还没有模型" in cards_html([ours], [ours], CHINESE)


def test_models_are_found_and_sorted() -> None:
    old = replace(model("b", note="from Aunt Ada"), saved=NOW - timedelta(days=1))
    new = replace(model("C", cell="lstm"), size_bytes=5000)
    best = replace(model("a", source_lang="de"), record={"scores": {"bleu": {"value": 9.0}}})
    best = replace(best, saved=NOW - timedelta(days=2), size_bytes=2000)
    models = [old, new, best]
    expected = {"newest": "Cba", "name": "abC", "bleu": "abC", "size": "Cab"}
    assert set(expected) == set(ORDERS)
    for order, names in expected.items():
        assert "".join(info.name for info in arranged(models, "", order)) == names
    for search, names in {"ada": "b", "LSTM": "C", "german": "a", "en gru": "ba", "x": ""}.items():
        assert "".join(info.name for info in arranged(models, search, "newest")) == names


@pytest.mark.parametrize("language", [ENGLISH, CHINESE])
def test_disk_use_offers_what_can_be_freed(language: object) -> None:
    use = DiskUse(
        {
            "models": Share(4_000_000, 2),
            "corpora": Share(0, 0),
            "jobs": Share(5_500_000, 3, ("a", "b"), 3_000_000),
            "trash": Share(500_000, 1, ("x",), 500_000),
        },
        2_500_000_000,
    )
    deleted = [Removed("x", Path("x"), EVIL, "mine/x", NOW)]
    shown = disk_use_html(use, deleted, language)  # type: ignore[arg-type]
    elements = Elements(shown)
    assert "img" not in [tag for tag, _ in elements.all]
    assert elements.acts() == ["clean", "clean", "undo"]
    forms = [attributes["data-item"] for tag, attributes in elements.all if tag == "form"]
    assert forms == ["jobs", "trash"]
    for text in ("10.0 MB", "2.5 GB", "3.0 MB", "500 kB"):
        assert text in shown
    widths = [float(width) for width in re.findall(r"width:([\d.]+)%", shown)]
    assert widths == [40.0, 0.0, 55.0, 5.0]
    limited = disk_use_html(use, deleted, language, 3_000_000_000)  # type: ignore[arg-type]
    summary = limited.partition("</summary>")[0]
    assert "10.0 MB" in summary and "3.0 GB" in summary and "2.5 GB" not in summary


def test_sizes_are_told_in_the_unit_that_fits() -> None:
    sizes = [400, 4_200, 4_200_000, 4_200_000_000]
    assert [size(each) for each in sizes] == ["1 kB", "4 kB", "4.2 MB", "4.2 GB"]


def test_an_upload_is_gone_whether_it_was_good_or_not(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "data", tmp_path / "none", tmp_path / "none")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a/evil.py", "x")
    path = tmp_path / "a.zip"
    path.write_bytes(content.getvalue())
    stages = receive(workspace, path)
    assert next(stages) == "Unpacking the archive"
    with pytest.raises(InputError, match=r"evil\.py"):
        next(stages)
    assert not path.exists()


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "${alert(1)}",
    "{{constructor.constructor('alert(1)')()}}",
    "`${alert(1)}`\\",
    "</textarea></form></article><script>",
]


class Texts(HTMLParser):
    """What a page shows and what stands in its attributes, as a browser reads it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.attributes: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "img", "svg")
        assert not [name for name, _ in attrs if name.startswith("on")]
        self.attributes += [value for _, value in attrs if value]

    def handle_data(self, data: str) -> None:
        self.shown.append(data)


@pytest.mark.parametrize("language", [ENGLISH, CHINESE])
@pytest.mark.parametrize("text", HOSTILE)
def test_a_card_shows_what_others_wrote_as_they_wrote_it(text: str, language: Language) -> None:
    info = model(text, note=text)
    # No configuration lets such a language in; the page does not rely on it.
    info = replace(info, config=info.config.model_copy(update={"source_lang": text[:60]}))
    texts = Texts(cards_html([info], [info], language))
    assert text in texts.shown  # the name, and the note
    assert any(text[:60] in shown and "→" in shown for shown in texts.shown)
    assert text in texts.attributes
