import csv
import random
import re
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics import BLEU

from seq2seq_keras.comparison.sentences import (
    Choice,
    Sentence,
    choose,
    page_of,
    read_sentences,
)
from seq2seq_keras.comparison.translations import TRANSLATIONS, save_translations
from seq2seq_keras.corpus import Corpus

from .conftest import REFERENCES, SOURCES, output, report_on


def sentence(number, source, scores=(50.0, 20.0), reference="r", translations=("a", "b")):
    return Sentence(number, source, reference, translations, scores, len(source.split()))


@pytest.fixture(scope="module")
def folder(outputs, report, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sentences")
    report.save(folder)
    save_translations(folder / TRANSLATIONS, Corpus(SOURCES, REFERENCES), outputs, "en")
    return folder


def test_every_sentence_is_read_with_its_scores(folder, report, outputs):
    found = read_sentences(folder, report)
    assert (found.systems, found.unit, found.complete) == (("plain", "attention"), "words", True)
    assert [row.source for row in found.rows] == SOURCES
    assert [row.number for row in found.rows] == list(range(1, len(SOURCES) + 1))
    metric = BLEU(effective_order=True)
    for row in found.rows[::17]:
        place = row.number - 1
        assert row.reference == REFERENCES[place]
        assert row.translations == tuple(each.translations[place] for each in outputs)
        assert row.length == len(SOURCES[place].split())
        expected = [metric.sentence_score(text, [row.reference]).score for text in row.translations]
        assert row.scores == pytest.approx(expected, abs=0.006)


def test_a_changed_table_is_read_again(folder, report, outputs, tmp_path):
    report.save(tmp_path)
    assert not read_sentences(tmp_path, report).complete
    for seed in (5, 6):
        other = [output("plain", 0.5, seed), outputs[1]]
        save_translations(tmp_path / TRANSLATIONS, Corpus(SOURCES, REFERENCES), other, "en")
        found = read_sentences(tmp_path, report).rows
        assert [row.translations[0] for row in found] == other[0].translations


@pytest.mark.parametrize("spoil", ["none", "columns", "rows", "numbers", "bytes"])
def test_without_a_fitting_table_the_reports_own_sentences_remain(folder, report, spoil, tmp_path):
    path = tmp_path / TRANSLATIONS
    with (folder / TRANSLATIONS).open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    if spoil == "columns":
        rows = [row[:-1] for row in rows]
    elif spoil == "rows":
        rows = rows[:-1]
    elif spoil == "numbers":
        rows[3][-1] = "x"
    if spoil == "bytes":
        path.write_bytes(b"\xff\xfe\x00")
    elif spoil != "none":
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows(rows)
    found = read_sentences(tmp_path, report)
    assert not found.complete
    assert [row.source for row in found.rows] == [row.source for row in report.differences]
    assert found.rows[0].scores == tuple(report.differences[0].scores.values())


def some(seed):
    chance = random.Random(seed)
    words = "cat cats education dog Dog 猫 大猫 <b> a.b".split()
    return [
        sentence(
            number,
            " ".join(chance.choices(words, k=chance.randint(1, 6))),
            tuple(float(chance.randint(0, 4) * 25) for _ in range(3)),
            " ".join(chance.choices(words, k=2)),
            tuple(" ".join(chance.choices(words, k=2)) for _ in range(3)),
        )
        for number in range(1, 41)
    ]


@pytest.mark.parametrize("seed", range(3))
def test_orders_and_lengths_against_plain_python(seed):
    rows = some(seed)
    wanted = [row for row in rows if 2 <= len(row.source.split()) <= 4]

    def numbers(order):
        return [row.number for row in choose(rows, Choice(order, shortest=2, longest=4))]

    def by(key):
        return [row.number for row in sorted(wanted, key=lambda row: (key(row), row.number))]

    assert numbers("file") == [row.number for row in wanted]
    assert numbers("gap") == by(lambda row: min(row.scores) - max(row.scores))
    assert numbers("longest") == by(lambda row: -len(row.source.split()))
    assert numbers("shortest") == by(lambda row: len(row.source.split()))
    for system in range(3):
        others = [place for place in range(3) if place != system]
        assert numbers(system) == by(
            lambda row, system=system, others=others: (
                max(row.scores[place] for place in others) - row.scores[system]
            )
        )
    assert len(choose(rows, Choice())) == len(rows)
    assert choose(rows, Choice(shortest=5, longest=2)) == []


@pytest.mark.parametrize(
    ("word", "matching"),
    [
        ("cat", ["a cat", "Cats run", "(cat)"]),
        ("CATS", ["Cats run"]),
        ("cat run", []),
        ("cats  run", ["Cats run"]),
        ("猫", ["大猫", "猫"]),
        ("(cat", ["(cat)"]),
        (".*", []),
        ("<b>", ["x<b>y"]),
        ("  ", ["a cat", "Cats run", "(cat)", "education", "大猫", "猫", "x<b>y"]),
    ],
)
def test_a_word_is_found_at_its_beginning(word, matching):
    texts = ["a cat", "Cats run", "(cat)", "education", "大猫", "猫", "x<b>y"]
    rows = [sentence(number, text) for number, text in zip(count(1), texts)]
    assert [row.source for row in choose(rows, Choice("file", word=word))] == matching


@pytest.mark.parametrize("part", ["source", "reference", "translations", "anywhere"])
def test_a_word_is_looked_for_where_one_says(part):
    rows = some(7)
    has = re.compile(r"(?<![a-z])dog", re.IGNORECASE).search
    texts = {
        "source": lambda row: [row.source],
        "reference": lambda row: [row.reference],
        "translations": lambda row: list(row.translations),
        "anywhere": lambda row: [row.source, row.reference, *row.translations],
    }[part]
    expected = [row for row in rows if any(map(has, texts(row)))]
    assert choose(rows, Choice("file", word="dog", part=part)) == expected
    assert 0 < len(expected) < len(rows) or part == "anywhere"


@given(st.integers(0, 130), st.integers(-5, 12), st.sampled_from([20, 50]))
def test_pages_cover_everything_once(total, page, per_page):
    rows = [sentence(number, "x") for number in range(1, total + 1)]
    pages = [page_of(rows, number, per_page) for number in range(1, page_of(rows, 1, 20).pages + 1)]
    if per_page == 20:
        assert [row for each in pages for row in each.rows] == rows
    shown = page_of(rows, page, per_page)
    assert 1 <= shown.page <= shown.pages and shown.found == total
    assert len(shown.rows) <= per_page
    if rows:
        assert shown.first == shown.rows[0].number


def test_two_of_a_name_keep_their_columns(tmp_path):
    odd = [output("source", 0.5), output("reference", 0.1)]
    report = report_on(*odd)
    report.save(tmp_path)
    save_translations(tmp_path / TRANSLATIONS, Corpus(SOURCES, REFERENCES), odd, "en")
    rows = read_sentences(tmp_path, report).rows
    assert [row.translations for row in rows] == list(
        zip(*(each.translations for each in odd), strict=True)
    )
