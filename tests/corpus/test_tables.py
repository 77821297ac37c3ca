import csv
import io
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.corpus import load_corpus, preview
from seq2seq_keras.errors import InputError
from seq2seq_keras.text import normalise

PAIRS = [
    ("Hi.", "Salut."),
    ('"Run!" he said.', "« Cours ! » dit-il."),
    ('He has a 5" disk, and', "Il a un disque, et"),
    ("Line\u2028separator\x85and\x0cfeed", "é"),
]
NORMAL = [(normalise(source), normalise(target)) for source, target in PAIRS]


def tsv(rows, end="\n"):
    return "".join("\t".join(row) + end for row in rows).encode()


def commas(rows, **dialect):
    text = io.StringIO(newline="")
    csv.writer(text, **dialect).writerows(rows)
    return text.getvalue().encode()


def test_anki_with_attribution(write):
    rows = [
        (*pair, "CC-BY 2.0 (France) Attribution: tatoeba.org #1 (CM) & #2 (x)") for pair in PAIRS
    ]
    assert list(load_corpus(write("fra.txt", tsv(rows))).pairs()) == NORMAL


def test_tatoeba_with_ids(write):
    rows = [(str(1276 + i), *pair[:1], str(9 * i), pair[1]) for i, pair in enumerate(PAIRS)]
    assert list(load_corpus(write("Sentence pairs.tsv", tsv(rows))).pairs()) == NORMAL
    with_codes = [(row[0], "eng", row[1], row[2], "fra", row[3]) for row in rows]
    assert list(load_corpus(write("links.tsv", tsv(with_codes))).pairs()) == NORMAL


def test_two_columns_are_taken_whatever_they_hold(write):
    corpus = load_corpus(write("dates.tsv", tsv([("12", "2012"), ("13", "2013")])))
    assert list(corpus.pairs()) == [("12", "2012"), ("13", "2013")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_csv_dialects(write, delimiter, end, quoting):
    rows = [("English", "French"), *PAIRS, ("a\nline break, inside; a|field", "so\tis it")]
    content = commas(rows, delimiter=delimiter, lineterminator=end, quoting=quoting)
    corpus = load_corpus(write("x.csv", content))
    assert list(corpus.pairs()) == [*NORMAL, ("a line break, inside; a|field", "so is it")]
    assert (corpus.source_lang, corpus.target_lang) == ("en", "fr")


def test_csv_with_backslashes(write):
    content = b'source,target\n"He said \\"no\\", twice","Il a dit \\"non\\""\n'
    corpus = load_corpus(write("x.csv", content))
    assert list(corpus.pairs()) == [('He said "no", twice', 'Il a dit "non"')]


def test_csv_of_excel(write):
    corpus = load_corpus(write("x.csv", b"\xef\xbb\xbfsep=;\r\nen;fr\r\nHi, you;Salut, toi\r\n"))
    assert list(corpus.pairs()) == [("Hi, you", "Salut, toi")]


def test_what_parts_the_columns_is_told_in_any_character_but_the_quote_mark(write):
    path = write("x.csv", b"sep=:\nen:fr\nHi:Salut\n")
    assert list(load_corpus(path).pairs()) == [("Hi", "Salut")]
    assert "2 columns parted by :" in preview(path).layout
    for line in (b'sep="', b"sep=\\", b"sep=a", b"sep= "):
        path = write("x.csv", line + b"\nen,fr\nHi,Salut\nBye,Ciao\n")
        with suppress(InputError):  # then it is a row
            preview(path)


def test_more_columns_than_a_person_can_choose_from(write):
    header = ",".join(f"c{number}" for number in range(1001))
    with pytest.raises(InputError, match=r"x.csv: has 1,001 columns, and more than 1,000 are not"):
        preview(write("x.csv", f"{header}\n{header}\n".encode()))
    units = [json.dumps({f"c{number}": "a" for number in range(1001)})]
    with pytest.raises(InputError, match=r"x.jsonl: has 1,001 columns"):
        preview(write("x.jsonl", "\n".join(units).encode()))


def test_csv_without_a_header(write):
    content = commas([("Good morning, Tom.", "Bonjour, Tom."), ("How are you?", "Ça va ?")])
    assert len(load_corpus(write("x.csv", content))) == 2


@pytest.mark.parametrize(
    ("first", "header"),
    [
        (("English", "French"), True),
        (("source sentence", "target sentence"), True),
        (("en", "fr"), True),
        (("text_en", "text_fr"), True),
        (("It is", "es ist"), False),
        (("Hi", "No"), False),
        (("Source", "Quelle"), False),
        (("1", "2"), False),
    ],
)
def test_headers_of_tsv(write, first, header):
    corpus = load_corpus(write("x.tsv", tsv([first, ("Hi.", "Salut.")])))
    assert len(corpus) == (1 if header else 2)


@pytest.mark.parametrize(
    ("first", "header"),
    [
        (("English", "Kabyle"), True),
        (("kab_text", "other"), True),
        ((" source ", ""), True),
        (("Hi", "Salut"), False),
        (("Hi there", "Salut toi"), False),
    ],
)
def test_headers_of_csv(write, first, header):
    rows = [first, ("I am", "Je suis"), ("Run along", "Va donc voir ailleurs si j'y suis")] * 2
    rows[3] = ("Now then", "Bon")
    corpus = load_corpus(write("x.csv", commas(rows)))
    assert len(corpus) == (5 if header else 6)


def test_delimiters_in_unquoted_text_are_no_columns(write):
    corpus = load_corpus(write("x.csv", b"en,fr\nHello, you,Salut\nHi,Salut,\nBye,Salut\n"))
    assert list(corpus.pairs()) == [("Hi", "Salut"), ("Bye", "Salut")]
    assert corpus.dropped == {"too many columns": 1}


def test_an_endless_field_is_reported(write):
    with pytest.raises(InputError, match=r"x\.csv, line 2: a quote mark"):
        load_corpus(write("x.csv", b'en,fr\n"' + b"a" * 140_000 + b'",b\n'))


def test_columns_are_found_by_name(write):
    rows = [("id", "target_text", "source_text", "score"), ("1", "Salut toi", "Hi you", "0.5")]
    path = write("x.csv", commas(rows))
    assert list(load_corpus(path).pairs()) == [("Hi you", "Salut toi")]
    rows = [("de", "en", "fr"), ("Ja", "Yes", "Oui")]
    path = write("y.csv", commas(rows))
    assert list(load_corpus(path).pairs()) == [("Ja", "Yes")]
    corpus = load_corpus(path, source_lang="fr", target_lang="de")
    assert list(corpus.pairs()) == [("Oui", "Ja")]
    corpus = load_corpus(path, source_column="en")
    assert list(corpus.pairs()) == [("Yes", "Ja")]
    corpus = load_corpus(path, source_column="fr", target_column=1)
    assert list(corpus.pairs()) == [("Oui", "Yes")]
    assert (corpus.source_lang, corpus.target_lang) == ("fr", "en")
    corpus = load_corpus(path, source_column="3", target_column="1")  # counted as in the shell
    assert list(corpus.pairs()) == [("Oui", "Ja")]


def test_a_column_of_ids_is_not_taken_for_indonesian(write):
    rows = [("id", "en", "fr"), ("train_a", "Yes, please", "Oui"), ("train_b", "No, thanks", "Non")]
    corpus = load_corpus(write("x.csv", commas(rows)))
    assert list(corpus.pairs()) == [("Yes, please", "Oui"), ("No, thanks", "Non")]
    assert (corpus.source_lang, corpus.target_lang) == ("en", "fr")
    corpus = load_corpus(write("y.csv", commas(rows)), source_lang="id")
    assert corpus.sources == ["train_a", "train_b"]


def test_a_header_of_other_languages_than_were_asked_for(write):
    path = write("x.csv", commas([("English", "French"), ("Yes", "Oui"), ("No", "Non")]))
    with pytest.raises(InputError, match=r"no column of the language es; .* by its name$"):
        load_corpus(path, source_lang="en", target_lang="es")
    assert load_corpus(path, target_lang="Klingon").target_lang == "Klingon"  # no language we know
    plain = write("y.csv", commas([("id", "source", "target"), ("1", "Yes", "Oui")]))
    assert load_corpus(plain, source_lang="en", target_lang="es").target_lang == "es"


def test_columns_of_a_table_without_header(write):
    path = write("x.tsv", tsv([("a", "b", "c")]))
    assert list(load_corpus(path, source_column="3", target_column="1").pairs()) == [("c", "a")]
    assert list(load_corpus(path, source_column=1).pairs()) == [("b", "a")]


@pytest.mark.parametrize(
    ("source", "target"), [("4", None), ("0", None), (3, None), (-1, None), ("1", "1"), (0, "1")]
)
def test_wrong_columns(write, source, target):
    path = write("x.tsv", tsv([("a", "b", "c")]))
    with pytest.raises(InputError, match="column"):
        load_corpus(path, source_column=source, target_column=target)


@pytest.mark.parametrize("name", ["x.tsv", "x.txt", "x.csv"])
def test_one_column(write, name):
    with pytest.raises(InputError, match="one column only"):
        load_corpus(write(name, b"Hello there, you.\nHow are you?\nWell, so, so; fine.\n"))


def test_a_quote_that_is_never_closed(write):
    content = b'source,target\na,b\n"c,d\ne,f\n'
    with pytest.raises(InputError, match=r"x\.csv, line 3: a quote mark"):
        load_corpus(write("x.csv", content))


SENTENCE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\t\n\r\0"))


def kept(pairs):
    normal = [(normalise(source), normalise(target)) for source, target in pairs]
    return [(source, target) for source, target in normal if source and target]


@given(st.lists(st.tuples(SENTENCE, SENTENCE), min_size=1).filter(kept))
def test_any_tsv_comes_back(tmp_path_factory, pairs):
    path = tmp_path_factory.mktemp("tsv") / "x.tsv"
    path.write_bytes(tsv([("a.", "b."), *pairs]))
    assert list(load_corpus(path).pairs()) == [("a.", "b."), *kept(pairs)]


CELL = st.text(st.sampled_from('ab ,;|"\n\t.é'))


@given(
    st.lists(st.tuples(CELL, CELL), min_size=1).filter(kept),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_any_csv_comes_back(tmp_path_factory, pairs, quoting):
    path = tmp_path_factory.mktemp("csv") / "x.csv"
    path.write_bytes(commas([("source", "target"), *pairs], quoting=quoting))
    assert list(load_corpus(path).pairs()) == kept(pairs)
