"""A comparison in words: whatever names and sentences hold, they stay text."""

from __future__ import annotations

import random
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.app.comparison_words import status_html, summary_html
from seq2seq_keras.app.sentence_cards import changes_html, sentences_html
from seq2seq_keras.comparison import Report
from seq2seq_keras.comparison.build import SystemOutput, build_report
from seq2seq_keras.comparison.sentences import (
    Choice,
    Page,
    Sentence,
    Sentences,
    choose,
    page_of,
    read_sentences,
)
from seq2seq_keras.comparison.translations import TRANSLATIONS, save_translations
from seq2seq_keras.config import Config
from seq2seq_keras.corpus import Corpus
from seq2seq_keras.jobs import JobProgress, JobQueue
from seq2seq_keras.localisation import CHINESE, ENGLISH, Language

EVIL = "<img src=x onerror=alert(1)> ${7*7} {{x}} \\ ` \" ' &amp; </script>"
WORDS = "the dog sees a cat in the old garden near the river".split()


def made(
    names: list[str], shares: list[float], extra: str = ""
) -> tuple[Report, list[SystemOutput], Corpus]:
    chance = random.Random(5)
    references = [" ".join(chance.choices(WORDS, k=chance.randint(4, 14))) for _ in range(120)]
    outputs = [
        SystemOutput(
            name,
            Config.create(),
            1_234_567,
            [
                " ".join(
                    extra or "wrong" if chance.random() < share else word for word in line.split()
                )
                for line in references
            ],
            41.5,
            5,
        )
        for name, share in zip(names, shares, strict=True)
    ]
    sources = [f"{line} {extra}".strip() for line in references]
    report = build_report(
        outputs, sources, references, source_lang="en", target_lang="en", test_name=extra or "t.tsv"
    )
    return report, outputs, Corpus(sources, references)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, Sentences]:
    folder = tmp_path_factory.mktemp("hostile")
    report, outputs, test = made([EVIL, "b", "c"], [0.4, 0.1, 0.1], EVIL)
    report = report.model_copy(update={"notices": [EVIL], "source_lang": EVIL})
    report.save(folder)
    save_translations(folder / TRANSLATIONS, test, outputs, "en")
    return report, read_sentences(folder, report)


@pytest.mark.parametrize("language", [ENGLISH, CHINESE])
def test_text_from_outside_is_inert(hostile: tuple[Report, Sentences], language: Language) -> None:
    report, sentences = hostile
    assert sentences.complete
    page = page_of(choose(sentences.rows, Choice()), 1, 20)
    shown = [
        summary_html(report, language),
        *(
            sentences_html(page, sentences, report, base, language)
            for base in ("reference", "0", "1", "nothing")
        ),
    ]
    for html in shown:
        # What an XML parser takes has no stray angle bracket, quote or ampersand.
        root = ElementTree.fromstring(f"<div>{html}</div>")
        tags = {element.tag for element in root.iter()}
        assert not tags & {"img", "script", "a", "svg", "iframe"}
        assert not any(name.startswith("on") for each in root.iter() for name in each.attrib)
        assert "onerror=alert(1)" in "".join(root.itertext())


@given(st.text(max_size=30), st.text(max_size=30))
def test_marks_are_the_only_tags_and_no_text_is_lost(text: str, base: str) -> None:
    html = changes_html(text, base)
    kept = re.sub(r"<del>.*?</del>\s*", "", html, flags=re.DOTALL)
    assert set(re.findall(r"<[^>]*>", html)) <= {"<ins>", "</ins>", "<del>", "</del>"}
    bare = re.sub(r"</?ins>", "", kept)
    from html import unescape

    assert "".join(unescape(bare).split()) == "".join(text.split())


def test_what_differs_is_underlined_or_struck_out() -> None:
    assert changes_html("He reads a book.", "He reads the book.") == (
        "He reads <del>the</del> <ins>a</ins> book."
    )
    assert changes_html("他会说英语。", "他会说法语。") == "他会说<del>法</del><ins>英</ins>语。"
    assert changes_html("a < b", "a b") == "a <ins>&lt;</ins> b"


def test_a_card_tells_scores_and_marks_against_what_one_chose() -> None:
    report, _, _ = made(["plain", "attention"], [0.5, 0.1])
    row = Sentence(7, "src", "the dog", ("the cat", "a dog"), (30.0, 60.04), 1)
    sentences = Sentences(("plain", "attention"), (row,), "words", complete=True)
    page = Page((row,), 21, 312, 2, 16)

    def drawn(base: str) -> str:
        return sentences_html(page, sentences, report, base, ENGLISH)

    against = drawn("reference")
    assert "21–21 of 312 sentences" in against
    assert "No. 7 · 1 words · gap 30.0" in against
    assert (
        "the <del>dog</del> <ins>cat</ins>" in against or "<del>dog</del><ins>cat</ins>" in against
    )
    assert ">30.0</span>" in against and 'class="winner" title="Sentence BLEU">60.0<' in against
    assert "only in the reference" in re.sub("<[^>]*>", "", against)
    first = drawn("0")
    # The first stands as it is, the second is held against it.
    assert ">the cat</dd>" in first and "<del>the cat</del><ins>a dog</ins>" in first
    assert "Without attention" in first
    assert "<ins>" not in drawn("nothing") and "<del>" not in drawn("nothing")
    none = sentences_html(Page((), 0, 0, 1, 1), sentences, report, "reference", CHINESE)
    assert "没有符合条件的句子" in none


def test_two_systems_have_a_verdict_and_three_a_ranking() -> None:
    two, _, _ = made(["plain", "attention"], [0.5, 0.1])
    html = summary_html(two, ENGLISH)
    assert two.verdict() in html
    assert "ranking" not in html
    for system in two.systems:
        assert f"{system.bleu.value:.1f}" in html
        assert f"{system.bleu.low:.1f}–{system.bleu.high:.1f}" in html
    assert f"<b>{two.systems[1].bleu.value:.1f}</b>" in html  # surely the best one
    assert f"<b>{two.systems[0].bleu.value:.1f}</b>" not in html

    three, _, _ = made(["x", "y", "z"], [0.5, 0.1, 0.3])
    html = summary_html(three, ENGLISH)
    text = re.sub(r"<[^>]*>", "", html)
    assert re.findall(r'class="rank">(\d)<', html) == ["1", "2", "3"]
    assert "y clearly better than z and x" in text
    behind = three.systems[1].bleu.value - three.systems[2].bleu.value
    assert f"z {behind:.1f} BLEU behind the first (95% interval" in text
    assert "Holm" in text
    chinese = re.sub(r"<[^>]*>", "", summary_html(three, CHINESE))
    assert re.search(r"明显优于 z ?和 ?x", chinese)


def test_a_running_and_a_failed_comparison(tmp_path: Path) -> None:
    queue = JobQueue(tmp_path)
    job = queue.submit("score", EVIL, {})
    waiting = status_html(job, JobProgress(), 2, ENGLISH)
    assert "2 more comparisons wait" in waiting
    queue.claim(job.id)
    queue.being_born.add(job.id)
    progress = JobProgress(stage=f"{EVIL} translates: 3 of 9 sentences", translated=0.25)
    running = status_html(queue.get(job.id), progress, 0, ENGLISH)
    assert 'aria-valuenow="25"' in running and "translates: 3 of 9" in running
    queue.end(queue.get(job.id), "failed", f"{EVIL}: not UTF-8")
    failed = status_html(queue.get(job.id), progress, 0, ENGLISH)
    assert "not UTF-8" in failed and "progressbar" not in failed
    for html in (waiting, running, failed):
        assert "img" not in {each.tag for each in ElementTree.fromstring(html).iter()}
