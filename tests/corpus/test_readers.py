import gzip
from pathlib import Path

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


def lines(sentences, end="\n"):
    return "".join(sentence + end for sentence in sentences).encode()


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


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_damaged_utf8(write, suffix):
    content = "Hi.\tSalut.\nNoël\tNoël\nSummer\tété\n".encode()
    content = content.removesuffix("été\n".encode()) + b"\xe9t\xe9\n"
    path = write(f"x.tsv{suffix}", gzip.compress(content) if suffix else content)
    with pytest.raises(InputError) as error:
        load_corpus(path)
    message = str(error.value)
    assert f"{path}, line 3" in message
    assert f"0xe9 at offset {content.index(0xE9)}" in message
    assert "UTF-8" in message


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_other_encodings(write, encoding, suffix):
    content = "Hi.\tSalut.\nSummer\tété\n".encode(encoding)
    path = write(f"x.tsv{suffix}", gzip.compress(content) if suffix else content)
    assert list(load_corpus(path).pairs()) == [("Hi.", "Salut."), ("Summer", "été")]


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


@pytest.mark.parametrize(
    ("source", "target", "swapped"),
    [
        ("a.de", None, False),
        ("a.en", None, True),
        (None, "a.de", True),
        (1, None, True),
        ("a.en", "a.de", True),
        (0, 1, False),
    ],
)
def test_either_of_two_files_may_be_the_source(write, archive, source, target, swapped):
    files = write("a.de", b"ja\nnein\n"), write("a.en", b"yes\nno\n")
    zipped = archive("a.zip", a__de=b"ja\nnein\n", a__en=b"yes\nno\n")
    for paths in (files, (zipped,)):
        corpus = load_corpus(*paths, source_column=source, target_column=target)
        pairs = [("ja", "yes"), ("nein", "no")]
        assert list(corpus.pairs()) == [pair[::-1] if swapped else pair for pair in pairs]
        assert corpus.source_lang == ("en" if swapped else "de")
        seen = preview(*paths, source_column=source, target_column=target)
        assert seen.columns == ["a.de", "a.en"]
        assert [seen.source_column, seen.target_column] == seen.columns[:: -1 if swapped else 1]


def test_files_that_are_chosen_stay_in_their_order_whatever_the_languages(archive):
    zipped = archive("a.zip", a__de=b"ja\nnein\n", a__en=b"yes\nno\n")
    assert load_corpus(zipped, source_lang="en").sources == ["yes", "no"]
    assert load_corpus(zipped, source_lang="en", source_column="a.de").sources == ["ja", "nein"]


def test_files_of_one_name_are_told_by_number(tmp_path):
    paths = []
    for folder, text in (("one", "ja"), ("two", "yes")):
        (tmp_path / folder).mkdir()
        paths.append(tmp_path / folder / "a.txt")
        paths[-1].write_text(f"{text}\n")
    assert preview(*paths).columns == ["1", "2"]
    assert load_corpus(*paths, source_column="2").sources == ["yes"]
    with pytest.raises(InputError, match="both '1'; name one of them each"):
        load_corpus(*paths, source_column="1", target_column=0)
    with pytest.raises(InputError, match=r"there is no column 'a.txt'; its columns are 1, 2"):
        load_corpus(*paths, source_column="a.txt")


def test_preview_tells_what_a_column_holds(write):
    rows = [
        (str(i), f"source {i}", f"Ziel {i}", "CC-BY 2.0 (France)", "eng", "") for i in range(30)
    ]
    seen = preview(write("x.tsv", tsv(rows)))
    assert seen.kinds == ("number", "text", "text", "attribution", "language", "empty")
    assert preview(write("a.de", b"ja\n"), write("a.en", b"yes\n")).kinds == ("text", "text")


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


def test_an_older_encoding_is_found_said_and_may_be_told(tmp_path: Path) -> None:
    pairs = [("How are you?", "你好吗？"), ("I am a student.", "我是学生。"), ("Thanks.", "谢谢。")]
    text = "".join(f"{source}\t{target}\n" for source, target in pairs)
    path = tmp_path / "pairs.tsv"
    path.write_bytes(text.encode("gb18030"))
    assert list(load_corpus(path).pairs()) == pairs
    assert preview(path).layout.endswith(", no header, read as GB18030")
    assert load_corpus(path, encoding="big5").targets != [target for _, target in pairs]
    assert preview(path, encoding="gbk").layout.endswith("read as GB18030")
    assert preview(path).encodings == ("GB18030",)
    assert preview(path, encoding="big5").encodings == ("Big5",)
    with pytest.raises(InputError, match="encoding: there is none called 'nonsense'"):
        load_corpus(path, encoding="nonsense")
    path.write_text(text, encoding="utf-8")
    assert "read as" not in preview(path).layout


@pytest.mark.parametrize("name", ["memory.tmx", "memory.xml", "memory.TMX.gz"])
def test_a_format_is_known_by_its_name_or_its_beginning(tmp_path: Path, name: str) -> None:
    content = (
        b'<?xml version="1.0"?><tmx version="1.4"><header srclang="en"/><body><tu>'
        b'<tuv xml:lang="en"><seg>Hello.</seg></tuv><tuv xml:lang="fr"><seg>Salut.</seg></tuv>'
        b"</tu></body></tmx>"
    )
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    corpus = load_corpus(path)
    assert list(corpus.pairs()) == [("Hello.", "Salut.")]
    assert (corpus.source_lang, corpus.target_lang) == ("en", "fr")
