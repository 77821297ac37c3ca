"""What the form of the corpus does, without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from seq2seq_keras.app.corpus_looks import ENCODINGS
from seq2seq_keras.app.corpus_panel import FILE_TYPES, CorpusPanel, _restored
from seq2seq_keras.app.corpus_reading import read_corpus
from seq2seq_keras.app.desks import OneDesk
from seq2seq_keras.app.studio import Studio
from seq2seq_keras.corpus import DEFAULT, compression, formats
from seq2seq_keras.corpus.encodings import find_encoding
from seq2seq_keras.corpus.legacy_encodings import _BY_CHARACTERS, _BY_LETTERS
from seq2seq_keras.jobs import Workspace
from seq2seq_keras.jobs.reading import read_pairs
from seq2seq_keras.localisation import CHINESE, ENGLISH, Language

ENGLISH_TEXT = [f"The dog number {number} is in the house, and it sleeps." for number in range(40)]
GERMAN_TEXT = [f"Der Hund {number} ist in dem Haus, und er schläft." for number in range(40)]
FRENCH_TEXT = [f"Le chien {number} est dans la maison, et il dort." for number in range(40)]


@dataclass
class Press:
    """A button of the warnings that was pressed."""

    act: str
    value: str = ""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "data")
    workspace.prepare()
    return workspace


def build(workspace: Workspace, language: Language = ENGLISH) -> CorpusPanel:
    nobody: Any = None
    with gr.Blocks():
        return CorpusPanel(Studio(OneDesk(workspace), nobody, nobody, language=language))


@pytest.fixture
def panel(workspace: Workspace) -> CorpusPanel:
    return build(workspace)


def write(folder: Path, name: str, *columns: list[str]) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text("\n".join(map("\t".join, zip(*columns, strict=True))) + "\n", encoding="utf-8")
    return path


def values(updates: Iterator[Any] | tuple[Any, ...]) -> list[Any]:
    return [
        item["value"] if isinstance(item, dict) and "value" in item else item for item in updates
    ]


def take(panel: CorpusPanel, *files: Path) -> str:
    update, cleared = panel._take([str(path) for path in files])
    assert cleared is None
    return str(update["value"])


def open_form(panel: CorpusPanel, corpus_id: str) -> tuple[list[Any], dict[str, Any]]:
    """The form's values as after the choice of a corpus, and the guess behind them."""
    _, _, *rest = panel._open(corpus_id)
    form = values(rest[:4])
    assert rest[5] == list(DEFAULT)
    return [corpus_id, *form, rest[5], values(rest[6:7])[0]], rest[4]


@pytest.fixture
def three(tmp_path: Path) -> Path:
    columns = ENGLISH_TEXT, GERMAN_TEXT, FRENCH_TEXT, ["CC-BY 2.0 (tatoeba.org)"] * 40
    return write(tmp_path / "up", "three.tsv", *columns)


def test_the_guess_is_shown_with_samples_of_the_columns(panel: CorpusPanel, three: Path) -> None:
    corpus_id = take(panel, three)
    assert not three.exists()  # nothing of the upload stays in Gradio's folder
    choices = panel._open(corpus_id)[2]["choices"]
    assert choices[0] == ("1 · The dog number 0 is in the hou…", "1")
    assert choices[3] == ("4 · CC-BY 2.0 (tatoeba.org) (looks like attribution)", "4")
    form, guess = open_form(panel, corpus_id)
    assert form[1:5] == ["1", "2", "en", "de"]
    assert guess["corpus"] == corpus_id and len(form) == len(panel.inputs)


def test_the_three_files_of_tatoeba_are_one_corpus(panel: CorpusPanel, tmp_path: Path) -> None:
    numbers = [str(number) for number in range(40)]
    english, german = (
        write(tmp_path / "up", f"{code}_sentences.tsv", ids, [code] * 40, texts)
        for code, ids, texts in (
            ("eng", numbers, ENGLISH_TEXT),
            ("deu", [f"9{number}" for number in numbers], GERMAN_TEXT),
        )
    )
    links = write(
        tmp_path / "up", "eng-deu_links.tsv", numbers, [f"9{number}" for number in numbers]
    )
    form, _ = open_form(panel, take(panel, english, german, links))
    assert list(read_corpus(panel.reading(*form)).pairs()) == list(
        zip(ENGLISH_TEXT, GERMAN_TEXT, strict=True)
    )


def test_another_column_asks_for_its_language_anew(panel: CorpusPanel, three: Path) -> None:
    form, guess = open_form(panel, take(panel, three))
    *sides, guess = panel._choose_columns(form[0], "1", "3", "en", "de", [], "", guess)
    assert sides == ["1", "3", "en", "fr"]
    # What the user has put stays, on its side alone.
    *sides, guess = panel._choose_columns(form[0], "2", "3", "en", "nl", [], "", guess)
    assert sides == ["2", "3", "de", "nl"]
    # Also when it comes back to a column that was guessed before.
    *sides, _ = panel._choose_columns(form[0], "2", "1", "de", "nl", [], "", guess)
    assert sides == ["2", "1", "de", "nl"]


@pytest.mark.parametrize("columns", [("2", "2"), ("1", "1")])
def test_the_column_of_the_other_side_exchanges_them(
    panel: CorpusPanel, three: Path, columns: tuple[str, str]
) -> None:
    form, guess = open_form(panel, take(panel, three))
    *sides, guess = panel._choose_columns(form[0], *columns, "en", "nl", [], "", guess)
    assert sides == ["2", "1", "nl", "en"]
    # The guesses were exchanged with them: a new column still asks anew.
    *sides, _ = panel._choose_columns(form[0], "2", "3", "nl", "en", [], "", guess)
    assert sides == ["2", "3", "nl", "fr"]


def test_two_files_are_swapped(panel: CorpusPanel, tmp_path: Path) -> None:
    files = [
        write(tmp_path / "up", name, column)
        for name, column in (("train.de", GERMAN_TEXT), ("train.en", ENGLISH_TEXT))
    ]
    form, guess = open_form(panel, take(panel, *files))
    assert form[1:5] == ["train.de", "train.en", "de", "en"]
    assert read_corpus(panel.reading(*form)).sources == GERMAN_TEXT
    *sides, _ = panel._swap(*form[1:5], guess)
    assert sides == ["train.en", "train.de", "en", "de"]
    swapped = panel.reading(form[0], *sides, [])
    assert read_corpus(swapped).sources == ENGLISH_TEXT
    # The worker reads the same.
    from seq2seq_keras.jobs.reading import read_corpus as read_in_job

    assert read_in_job(swapped.reading()) == read_corpus(swapped)


def test_fixes_are_made_and_undone(panel: CorpusPanel, tmp_path: Path) -> None:
    path = write(
        tmp_path / "up",
        "dirty.tsv",
        [*ENGLISH_TEXT, *ENGLISH_TEXT[:5], "Same.", "A <b>dog</b>."],
        [*GERMAN_TEXT, *GERMAN_TEXT[:5], "Same.", "Ein Hund."],
    )
    form, guess = open_form(panel, take(panel, path))

    def mend(act: str, value: str = "") -> list[str]:
        chosen = panel._mend(Press(act, value), *form, guess)[-1]  # type: ignore[arg-type]
        form[5] = chosen
        return list(chosen)

    def shown() -> tuple[Any, ...]:
        return list(panel._show(*form))[-1]

    # What is safe is on from the start.
    summary, _, split, warnings, among, _ = shown()
    assert "**47 sentence pairs → 41 after your fixes.**" in summary
    assert "37 to train on, 2 to validate, 2 to test" in split
    assert "3 fixed" in warnings and "near_repeated" in warnings
    assert [value for _, value in among["choices"]] == [
        *("all", "kept", "out", "html", "untranslated", "repeated", "near_repeated")
    ]
    assert mend("none") == []
    assert "**47 sentence pairs** are ready." in shown()[0]
    assert "markup" in [value for _, value in shown()[4]["choices"]]  # nothing mends it now
    assert mend("out", "repeated") == ["repeated"]
    assert "**47 sentence pairs → 42 after your fixes.**" in shown()[0]
    assert panel.reading(*form).reading()["cleaning"] == ["repeated"]
    assert mend("out", "simplified") == ["simplified", "repeated"]
    assert mend("out", "traditional") == ["traditional", "repeated"]  # one of the two alone
    assert mend("back", "traditional") == ["repeated"]
    assert {"html", "untranslated", "repeated", "near_repeated"} <= set(mend("all"))
    assert "nfkc" not in form[-1]
    assert mend("back", "repeated").count("repeated") == 0


def test_where_all_is_left_out_from_the_start_it_can_be_taken_back(
    panel: CorpusPanel, tmp_path: Path
) -> None:
    path = write(tmp_path / "up", "same.tsv", ENGLISH_TEXT, ENGLISH_TEXT)
    form, guess = open_form(panel, take(panel, path))
    _, _, split, warnings, *_ = list(panel._show(*form))[-1]
    assert 'role="alert"' in split and "leave out fewer sorts" in split
    assert 'data-act="back"' in warnings
    form[5] = panel._mend(Press("back", "untranslated"), *form, guess)[-1]  # type: ignore[arg-type]
    assert "36 to train on" in list(panel._show(*form))[-1][2]


def test_a_fix_that_leaves_nothing_is_refused(panel: CorpusPanel, tmp_path: Path) -> None:
    path = write(tmp_path / "up", "same.tsv", ENGLISH_TEXT, ENGLISH_TEXT)
    form, guess = open_form(panel, take(panel, path))
    form[5] = []
    with pytest.raises(gr.Error, match="leave out fewer sorts"):
        panel._mend(Press("out", "untranslated"), *form, guess)  # type: ignore[arg-type]


def test_a_column_of_attributions_is_exchanged_by_one_button(
    panel: CorpusPanel, three: Path
) -> None:
    form, guess = open_form(panel, take(panel, three))
    *sides, guess = panel._choose_columns(form[0], "1", "4", "en", "de", [], "", guess)
    form[1:5] = sides
    assert "Column 4 looks like attribution" in list(panel._show(*form))[-1][3]
    mended = panel._mend(Press("target", "2"), *form, guess)  # type: ignore[arg-type]
    assert values(mended)[:4] == ["1", "2", "en", "de"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"one\n", "bad.tsv: holds one column only"),
        (b"Hi.\tSalut.\n" * 5000 + b"\0\t\0\n", "bad.tsv, line 5001: holds a zero byte"),
        (b"", "bad.tsv: is empty"),
        (b"a\t\n" * 9, "bad.tsv: no sentence pair in it"),
    ],
)
def test_a_bad_file_is_told_and_never_enters(
    panel: CorpusPanel, workspace: Workspace, tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "bad.tsv"
    path.write_bytes(content)
    before = workspace.corpora()
    with pytest.raises(gr.Error, match=message) as error:
        take(panel, path)
    assert str(tmp_path) not in str(error.value)
    assert workspace.corpora() == before and not path.exists()
    folder = workspace.folder / "corpora"
    assert not folder.exists() or list(folder.iterdir()) == []


def test_files_that_do_not_belong_together_are_told(panel: CorpusPanel, tmp_path: Path) -> None:
    files = (
        write(tmp_path / "up", "a.de", GERMAN_TEXT),
        write(tmp_path / "up", "a.en", ENGLISH_TEXT[1:]),
    )
    with pytest.raises(gr.Error, match=r"^'a.de has 40 lines but a.en has 39"):
        take(panel, *files)
    files = tuple(write(tmp_path / "up", f"{name}.tsv", GERMAN_TEXT) for name in "abc")
    with pytest.raises(gr.Error, match="received 3"):
        take(panel, *files)


def test_what_fails_leaves_the_form_as_it_was(panel: CorpusPanel, three: Path) -> None:
    form, guess = open_form(panel, take(panel, three))
    with pytest.raises(gr.Error, match="no longer exists"):
        panel._open("mine/gone")
    assert _restored(guess) == (*form[:3], "")
    assert _restored({}) == (None, None, None, None)


def test_too_small_a_corpus_is_shown_and_its_split_explained(
    panel: CorpusPanel, tmp_path: Path
) -> None:
    form, _ = open_form(panel, take(panel, write(tmp_path / "up", "a.tsv", ["Hi."], ["Salut."])))
    summary, _, split, *_ = list(panel._show(*form))[-1]
    assert "**1 sentence pairs**" in summary or "1 sentence pair" in summary
    assert 'role="alert"' in split and "a corpus of 1 pairs cannot give" in split


def test_the_samples_are_offered_in_both_languages(workspace: Workspace) -> None:
    english, chinese = (build(workspace, language).samples.value for language in (ENGLISH, CHINESE))
    for html in (english, chinese):
        for info in workspace.samples():
            assert f'data-value="{info.id}"' in html
    assert "English → French" in english and "20,000 everyday sentences" in english
    assert "英语 → 法语" in chinese and "sentences" not in chinese


def test_an_earlier_reading_is_taken_up_again(panel: CorpusPanel, three: Path) -> None:
    corpus_id = take(panel, three)
    earlier = panel.reading(corpus_id, "3", "1", "fr", "nl", ["repeated"], "UTF-8").reading()
    reopened = values(panel.reopen(earlier))
    at = {id(component): place for place, component in enumerate(panel.reopened)}
    assert [reopened[at[id(component)]] for component in panel.inputs] == [
        *(corpus_id, "3", "1", "fr", "nl", ["repeated"], "UTF-8")
    ]


def test_a_text_is_read_in_the_encoding_that_is_chosen(panel: CorpusPanel, tmp_path: Path) -> None:
    path = tmp_path / "german.tsv"
    rows = map("\t".join, zip(ENGLISH_TEXT, GERMAN_TEXT, strict=True))
    path.write_text("\n".join(rows), encoding="cp1252")
    corpus_id = take(panel, path)
    found = panel._open(corpus_id)[8]
    assert found["visible"] and found["value"] == ""
    assert found["choices"][0] == ("Windows-1252 (found)", "")
    form, guess = open_form(panel, corpus_id)
    assert read_corpus(panel.reading(*form)).targets[0].endswith("und er schläft.")

    chosen = panel._open(corpus_id, "Windows-1251")
    assert chosen[8]["value"] == "Windows-1251" and chosen[6]["encoding"] == "Windows-1251"
    form[-1] = "Windows-1251"
    assert read_corpus(panel.reading(*form)).targets[0].endswith("und er schlдft.")
    assert "read as Windows-1251" in list(panel._show(*form))[-1][0]
    # Also where other columns are chosen, or what is read cannot be.
    *_, guess = panel._choose_columns(*form[:2], form[1], *form[3:], chosen[6])
    assert guess["encoding"] == "Windows-1251"
    with pytest.raises(gr.Error, match="not UTF-8"):
        panel._open(corpus_id, "UTF-8")
    assert _restored(guess)[3] == "Windows-1251"
    # The job reads it as the form does.
    assert read_pairs(panel.reading(*form).reading()).targets[0].endswith("schlдft.")


def test_a_text_whose_encoding_is_not_found_waits_for_it_to_be_chosen(
    panel: CorpusPanel, tmp_path: Path
) -> None:
    path = tmp_path / "german.tsv"
    rows = ["\t".join(pair) for pair in zip(ENGLISH_TEXT * 60, GERMAN_TEXT * 60, strict=True)]
    latin = rows[-1].encode("cp1252")  # one line in 2400 is taken for damage
    path.write_bytes("\n".join(rows[:-1]).replace("ä", "ae").encode() + b"\n" + latin)
    corpus_id = take(panel, path)
    _, form, *columns, guess, cleaning, encoding = panel._open(corpus_id)[:9]
    assert not form["visible"] and encoding["visible"] and encoding["choices"][0][1] == ""
    assert guess["corpus"] == corpus_id
    chosen = [corpus_id, *values(columns), cleaning, ""]
    shown = panel._show(*chosen)
    words, body, trouble, *_ = next(shown)
    with pytest.raises(gr.Error, match="line 2400"):
        next(shown)
    assert "Choose another below" in words and not body["visible"]
    assert "german.tsv, line 2400: not UTF-8 (byte 0xe4" in trouble
    with pytest.raises(gr.Error, match="not UTF-8"):
        panel._open(corpus_id, "UTF-8")

    form = panel._open(corpus_id, "Windows-1252")
    assert form[1]["visible"]
    chosen = [corpus_id, *values(form[2:6]), form[7], "Windows-1252"]
    assert read_corpus(panel.reading(*chosen)).targets[-1].endswith("und er schläft.")


def test_what_names_its_own_encoding_asks_for_none(panel: CorpusPanel, tmp_path: Path) -> None:
    units = "".join(
        f'<tu><tuv xml:lang="en"><seg>{one}</seg></tuv>'
        f'<tuv xml:lang="de"><seg>{other}</seg></tuv></tu>'
        for one, other in zip(ENGLISH_TEXT, GERMAN_TEXT, strict=True)
    )
    path = tmp_path / "memory.tmx"
    path.write_text(f"<tmx><body>{units}</body></tmx>", encoding="utf-8")
    assert not panel._open(take(panel, path))[8]["visible"]


def test_every_encoding_to_choose_is_known_by_its_name() -> None:
    assert [find_encoding(name).name for name in ENCODINGS] == list(ENCODINGS)
    assert {find_encoding(codec).name for codec in (*_BY_CHARACTERS, *_BY_LETTERS)} <= {*ENCODINGS}


def test_every_format_that_is_read_may_be_uploaded() -> None:
    assert {*formats._BY_SUFFIX, *formats._MARKUP, *compression.SUFFIXES} - {".lzma"} <= {
        *FILE_TYPES
    }
