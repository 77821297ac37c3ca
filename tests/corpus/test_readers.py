import csv
import gzip
import io
import zipfile

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


def lines(sentences, end="\n"):
    return "".join(sentence + end for sentence in sentences).encode()


@pytest.fixture
def write(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


@pytest.fixture
def archive(tmp_path):
    def archive(name, **members):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            for member, content in members.items():
                file.writestr(member.replace("__", "."), content)
        return path

    return archive


def test_two_aligned_files(write):
    sources, targets = zip(*PAIRS, strict=True)
    corpus = load_corpus(write("train.en", lines(sources)), write("train.fr", lines(targets)))
    assert list(corpus.pairs()) == NORMAL
    assert (corpus.source_lang, corpus.target_lang, corpus.name) == ("en", "fr", "train")
    assert corpus.dropped == {}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("suffix", ["", ".gz", ".zip"])
def test_tsv_in_all_wrappings(write, archive, end, mark, suffix):
    content = mark + tsv(PAIRS, end)
    if suffix == ".zip":
        path = archive("fra.zip", fra__txt=content, _about__txt=b"Sentences of Tatoeba\nCC-BY")
    else:
        path = write(f"fra.txt{suffix}", gzip.compress(content) if suffix else content)
    corpus = load_corpus(path)
    assert list(corpus.pairs()) == NORMAL
    assert corpus.name == "fra"


def test_the_last_line_may_lack_its_end(write):
    assert len(load_corpus(write("a.tsv", b"a\tb\nc\td"))) == 2
    assert len(load_corpus(write("a.en", b"a\nb\n"), write("a.fr", b"a\nb"))) == 2


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


def test_columns_of_a_table_without_header(write):
    path = write("x.tsv", tsv([("a", "b", "c")]))
    assert list(load_corpus(path, source_column="3", target_column="1").pairs()) == [("c", "a")]
    assert list(load_corpus(path, source_column=1).pairs()) == [("b", "a")]


@pytest.mark.parametrize(
    ("source", "target"), [("4", None), (3, None), (-1, None), ("1", "1"), (0, "1")]
)
def test_wrong_columns(write, source, target):
    path = write("x.tsv", tsv([("a", "b", "c")]))
    with pytest.raises(InputError, match="column"):
        load_corpus(path, source_column=source, target_column=target)


def test_what_is_left_out_is_counted(write):
    content = b"a\tb\n\t b\na\t\n \t \n\nonly one\nc\td\t\n"
    corpus = load_corpus(write("x.tsv", content))
    assert list(corpus.pairs()) == [("a", "b"), ("c", "d")]
    assert corpus.dropped == {
        "empty source": 1,
        "empty target": 1,
        "blank line": 2,
        "too few columns": 1,
    }
    aligned = load_corpus(write("a.en", b"a\n\nb\n \n"), write("a.fr", b"\n\na\nc\n"))
    assert list(aligned.pairs()) == [("b", "a")]
    assert aligned.dropped == {"empty target": 1, "empty source and target": 1, "empty source": 1}


def test_unequal_line_counts(write):
    source, target = write("a.en", lines("abcde")), write("a.fr", lines("abc"))
    with pytest.raises(InputError) as error:
        load_corpus(source, target)
    assert f"{source} has 5 lines but {target} has 3" in str(error.value)
    with pytest.raises(InputError) as error:
        load_corpus(target, source)
    assert f"{target} has 3 lines but {source} has 5" in str(error.value)


@pytest.mark.parametrize("content", [b"", b"\n", b"\n\n", b"\xef\xbb\xbf"])
def test_empty_corpus(write, content):
    with pytest.raises(InputError, match=r"x\.tsv: is empty"):
        load_corpus(write("x.tsv", content))
    with pytest.raises(InputError, match="no sentence pair"):
        load_corpus(write("a.en", content), write("a.fr", content))


def test_only_empty_sides(write):
    with pytest.raises(InputError, match=r"no sentence pair in it \(1 with empty target\)"):
        load_corpus(write("x.tsv", b"a\t\n"))
    with pytest.raises(InputError, match="no sentence pair"):
        load_corpus(write("x.csv", b"source,target\n"))


@pytest.mark.parametrize("name", ["x.tsv", "x.txt", "x.csv"])
def test_one_column(write, name):
    with pytest.raises(InputError, match="one column only"):
        load_corpus(write(name, b"Hello there, you.\nHow are you?\nWell, so, so; fine.\n"))


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_not_utf8(write, suffix):
    content = "Hi.\tSalut.\nSummer\tété\n".encode("latin-1")
    path = write(f"x.tsv{suffix}", gzip.compress(content) if suffix else content)
    with pytest.raises(InputError) as error:
        load_corpus(path)
    message = str(error.value)
    assert f"{path}, line 2" in message
    assert f"0xe9 at offset {content.index(0xE9)}" in message
    assert "UTF-8" in message


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16(write, encoding):
    with pytest.raises(InputError, match="save it as UTF-8"):
        load_corpus(write("x.tsv", "Hi.\tSalut.\n".encode(encoding)))


def test_a_quote_that_is_never_closed(write):
    content = b'source,target\na,b\n"c,d\ne,f\n'
    with pytest.raises(InputError, match=r"x\.csv, line 3: a quote mark"):
        load_corpus(write("x.csv", content))


def test_paths(tmp_path, write):
    path = write("x.tsv", tsv(PAIRS))
    with pytest.raises(InputError, match=r"nowhere\.tsv: there is no such file"):
        load_corpus(tmp_path / "nowhere.tsv")
    with pytest.raises(InputError, match="is a folder"):
        load_corpus(tmp_path)
    for paths in ((), (path, path, path)):
        with pytest.raises(InputError, match=f"received {len(paths)}"):
            load_corpus(*paths)
    with pytest.raises(InputError, match="each is a corpus by itself"):
        load_corpus(path, path)
    aligned = write("a.en", b"a\n")
    with pytest.raises(InputError, match="in a table only"):
        load_corpus(aligned, aligned, source_column=0)
    assert len(load_corpus(str(path))) == len(PAIRS)


def test_zip_of_two_aligned_files(archive, write):
    path = archive("corpus.zip", train__de=b"ja\nnein\n", train__en=b"yes\nno\n", README__md=b"hi")
    corpus = load_corpus(path)
    assert list(corpus.pairs()) == [("ja", "yes"), ("nein", "no")]
    assert (corpus.source_lang, corpus.target_lang) == ("de", "en")
    swapped = load_corpus(path, source_lang="en")
    assert list(swapped.pairs()) == [("yes", "ja"), ("no", "nein")]
    assert (swapped.source_lang, swapped.target_lang) == ("en", "de")
    with pytest.raises(InputError, match="holds two files already"):
        load_corpus(path, write("a.en", b"a\n"))


def test_each_aligned_file_in_its_zip(archive):
    corpus = load_corpus(archive("a.zip", a__de=b"ja\n"), archive("b.zip", a__en=b"yes\n"))
    assert list(corpus.pairs()) == [("ja", "yes")]
    assert (corpus.source_lang, corpus.target_lang) == ("de", "en")


def test_zip_of_a_table_beside_other_text(archive):
    assert len(load_corpus(archive("a.zip", fra__txt=tsv(PAIRS), notes__txt=b"Read this.\n"))) == 4


def test_unclear_zips(archive):
    with pytest.raises(
        InputError, match=r"a\.zip: unclear which of the 3 files.*a\.de, a\.en, a\.fr"
    ):
        load_corpus(archive("a.zip", a__de=b"x\n", a__en=b"x\n", a__fr=b"x\n"))
    with pytest.raises(InputError, match="each is a corpus by itself"):
        load_corpus(archive("b.zip", a__tsv=tsv(PAIRS), b__tsv=tsv(PAIRS)))
    with pytest.raises(InputError, match="holds no file"):
        load_corpus(archive("c.zip"))


def test_damaged_archives(write):
    compressed = gzip.compress(tsv(PAIRS * 100))
    with pytest.raises(InputError, match=r"x\.gz: the archive is damaged"):
        load_corpus(write("x.gz", compressed[:-20]))
    broken = bytearray(compressed)
    broken[20:40] = bytes(20)
    with pytest.raises(InputError, match="damaged"):
        load_corpus(write("y.gz", bytes(broken)))
    with pytest.raises(InputError, match="damaged"):
        load_corpus(write("x.zip", b"PK\x03\x04 and no more"))


def test_script_tells_the_language(write):
    corpus = load_corpus(write("x.tsv", tsv([("Hi.", "你好。"), ("Yes.", "是。")])))
    assert (corpus.source_lang, corpus.target_lang) == (None, "zh")
    assert (
        load_corpus(write("x.tsv", tsv([("Hi.", "你好。")])), target_lang="yue").target_lang
        == "yue"
    )


def test_preview_of_tables(write):
    rows = [(str(i), f"source {i}", f"Ziel {i}") for i in range(300)]
    seen = preview(write("x.tsv", tsv(rows)))
    assert seen.columns == ["1", "2", "3"]
    assert (seen.source_column, seen.target_column) == ("2", "3")
    assert seen.layout == "TSV, 3 columns parted by tab, no header"
    assert len(seen.rows) == 100
    assert list(seen.rows.iloc[7]) == ["7", "source 7", "Ziel 7"]
    seen = preview(write("x.csv", b"fr;;fr\nSalut;x y;z\nun;\n"), target_column=1)
    assert seen.columns == ["fr", "2", "3"]
    assert (seen.source_column, seen.target_column) == ("fr", "2")
    assert seen.rows.to_numpy().tolist() == [["Salut", "x y", "z"], ["un", "", ""]]
    assert seen.layout == "CSV, 3 columns parted by semicolon, the first row names the columns"


def test_preview_of_aligned_files(write):
    seen = preview(write("a.de", b"ja\nnein\n"), write("a.en", b"yes\n"))
    assert seen.columns == ["a.de", "a.en"]
    assert seen.rows.to_numpy().tolist() == [["ja", "yes"], ["nein", ""]]


def test_preview_and_corpus_agree(shared_corpora):
    path = shared_corpora / "tatoeba-cmn" / "cmn.txt"
    seen, corpus = preview(path), load_corpus(path)
    assert len(corpus) == 29155
    assert corpus.dropped == {}
    assert corpus.target_lang == "zh"
    assert list(seen.rows[seen.source_column]) == corpus.sources[:100]
    assert list(seen.rows[seen.target_column]) == corpus.targets[:100]


SENTENCE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\t\n\r\0"))


def kept(pairs):
    normal = [(normalise(source), normalise(target)) for source, target in pairs]
    return [(source, target) for source, target in normal if source and target]


@given(st.lists(st.tuples(SENTENCE, SENTENCE), min_size=1).filter(kept))
def test_any_aligned_text_stays_aligned(tmp_path_factory, pairs):
    folder = tmp_path_factory.mktemp("aligned")
    for name, side in zip(("a.src", "a.trg"), zip(*pairs, strict=True), strict=True):
        (folder / name).write_bytes(lines(side))
    first = (folder / "a.src").read_bytes()
    if first.startswith(b"\x1f\x8b"):
        return
    corpus = load_corpus(folder / "a.src", folder / "a.trg")
    assert list(corpus.pairs()) == kept(pairs)
    assert len(corpus) + sum(corpus.dropped.values()) == len(pairs)


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


@given(st.binary())
def test_any_bytes_are_read_or_refused(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("bytes")
    for name in ("x.tsv", "x.csv"):
        (folder / name).write_bytes(content)
        try:
            corpus = load_corpus(folder / name)
        except InputError as error:
            message = str(error)
        else:
            assert len(corpus) > 0
            continue
        assert str(folder / name) in message
        assert "\n" not in message
