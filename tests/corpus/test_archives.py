import gzip
import io
import lzma
import tarfile
import zipfile

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from helpers.archives import COMPRESSORS, LINE, TEXT, bomb, content_of, tar, zipped
from seq2seq_keras.corpus import load_corpus
from seq2seq_keras.corpus.files import text_files
from seq2seq_keras.errors import InputError


@pytest.mark.parametrize("ending", ["", *COMPRESSORS])
def test_tar_archives(write, ending):
    data = tar(train__de=b"ja\nnein\n", train__en=b"yes\nno\n", README=b"hi", **{"._x": b"x"})
    if ending:
        data = COMPRESSORS[ending](data)
    path = write(f"corpus.tar{ending}", data)
    assert list(load_corpus(path).pairs()) == [("ja", "yes"), ("nein", "no")]
    assert [file.label for file in text_files(path)] == [f"{path}: train.de", f"{path}: train.en"]


@pytest.mark.parametrize("format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_only_files_in_a_tar_count(tmp_path, format):
    path = tmp_path / "a.tar"
    (tmp_path / ("x" * 40)).mkdir()
    text = tmp_path / ("x" * 40) / ("y" * 90 + ".tsv")
    text.write_bytes(TEXT)
    with tarfile.open(path, "w", format=format) as archive:
        archive.add(text.parent, text.parent.name)
        for name, kind in (
            ("link.tsv", tarfile.SYMTYPE),
            ("hard.tsv", tarfile.LNKTYPE),
            ("pipe.tsv", tarfile.FIFOTYPE),
            ("device.tsv", tarfile.CHRTYPE),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    assert content_of(path) == TEXT


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_zip_archives(write, method):
    assert content_of(write("a.zip", zipped(method, fra__txt=TEXT, _about__txt=b"hi"))) == TEXT


@pytest.mark.parametrize("pack", [zipped, tar])
def test_compressed_files_in_an_archive(write, pack):
    path = write("a.bin", pack(a__de__gz=gzip.compress(b"ja\n"), a__en__xz=lzma.compress(b"yes\n")))
    assert [file.name for file in text_files(path)] == ["a.de", "a.en"]
    assert list(load_corpus(path).pairs()) == [("ja", "yes")]


@pytest.mark.parametrize("pack", [zipped, tar])
def test_archives_of_opus(write, pack):
    members = {"README": b"hi", "LICENSE": b"free", "Books.de-en.xml": b"<a/>"}
    members |= {"Books.de-en.de": b"ja\n", "Books.de-en.en": b"yes\n", "Books.de-en.ids": b"1\t1\n"}
    path = write("de-en.txt.zip", pack(**members))
    assert list(load_corpus(path).pairs()) == [("ja", "yes")]
    other = write("x.zip", pack(**{"x.en-zh_CN.en": b"a", "x.en-zh_CN.zh_CN": b"b", "x.ids": b"1"}))
    assert [file.name for file in text_files(other)] == ["x.en-zh_CN.en", "x.en-zh_CN.zh_CN"]


def test_an_archive_of_several_pairs_names_them(write):
    parts = {f"{part}.{side}": b"x\n" for part in ("train", "dev") for side in ("de", "en")}
    with pytest.raises(InputError) as error:
        text_files(write("wmt.tgz", gzip.compress(tar(**parts))))
    assert "unclear which of the 4 files" in str(error.value)
    assert "such as train.de and train.en or dev.de and dev.en" in str(error.value)


def test_many_files(write):
    with pytest.raises(InputError, match="more than 10000 files"):
        text_files(write("a.tar.gz", gzip.compress(tar(**{f"{n}": b"" for n in range(10_001)}))))
    with pytest.raises(InputError, match="more than 10000 files"):
        text_files(write("a.zip", zipped(**{f"{n}": b"" for n in range(10_001)})))


def test_a_workbook_is_one_file_and_another_document_none(write):
    book = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
    (file,) = text_files(write("a.xlsx", zipped(**book)))
    assert file.start(2) == b"PK"
    with pytest.raises(InputError, match="is an Office document"):
        text_files(
            write("a.docx", zipped(**{"[Content_Types].xml": b"", "word/document.xml": b""}))
        )
    kind = b"application/vnd.oasis.opendocument."
    assert text_files(write("a.ods", zipped(mimetype=kind + b"spreadsheet")))[0].name == "a.ods"
    with pytest.raises(InputError, match="is an Office document"):
        text_files(write("a.odt", zipped(mimetype=kind + b"text")))


def test_names_in_a_zip_that_no_file_has(write):
    content = zipped(a__tsv=b"no pair").replace(b"a.tsv", b"a\n\x1b\x0b.")
    path = write("b.zip", content)
    with pytest.raises(InputError) as error:
        load_corpus(path)
    assert str(path) in str(error.value) and str(error.value).isprintable()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a", b"no name")
        archive.writestr("b.tsv", TEXT)
    nameless = bytearray(buffer.getvalue())
    entry = nameless.index(b"PK\x01\x02")
    # The name is then a comment, and the reader goes on behind it.
    nameless[entry + 28 : entry + 30] = b"\0\0"
    nameless[entry + 32 : entry + 34] = b"\1\0"
    assert content_of(write("c.zip", bytes(nameless))) == TEXT


@pytest.mark.parametrize(
    ("start", "name"), [(b"7z\xbc\xaf\x27\x1c", "7-Zip"), (b"Rar!\x1a\x07", "RAR")]
)
def test_other_archives_are_named(write, start, name):
    with pytest.raises(InputError, match=f"is a {name} archive"):
        text_files(write("a.bin", start + bytes(50)))


def test_an_encrypted_zip(write):
    data = bytearray(zipped(zipfile.ZIP_STORED, a__tsv=TEXT))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(InputError, match="cannot be unpacked here"):
        content_of(write("a.zip", bytes(data)))


ARCHIVES = {f"a.tsv{ending}": compress(TEXT) for ending, compress in COMPRESSORS.items()} | {
    "a.zip": zipped(a__tsv=TEXT),
    "a.tar": tar(a__tsv=TEXT),
    "a.tar.gz": gzip.compress(tar(a__tsv=TEXT)),
    "a.tar.xz": lzma.compress(tar(a__tsv=TEXT)),
    "a.tar.zst": zstandard.compress(tar(a__tsv=TEXT)),
    "b.zip": zipped(a__de__gz=gzip.compress(b"ja\n"), a__en=b"yes\n"),
}


def read_or_refuse(path):
    try:
        return list(load_corpus(path).pairs())
    except InputError as error:
        message = str(error)
    assert str(path) in message and "\n" not in message
    return None


@pytest.mark.parametrize("name", ARCHIVES)
def test_what_breaks_off_is_refused_in_a_line(tmp_path, name):
    whole = ARCHIVES[name]
    path = tmp_path / name
    path.write_bytes(whole)
    right = read_or_refuse(path)
    assert right
    step = 1 if len(whole) < 2000 else 61
    for size in range(0, len(whole), step):
        path.write_bytes(whole[:size])
        # Behind the text there may be padding; a tar that is not compressed has no check sum.
        assert read_or_refuse(path) in (None, right)


@pytest.mark.parametrize("name", ARCHIVES)
@given(st.data())
def test_any_damage_is_refused_in_a_line_or_harmless(tmp_path_factory, name, data):
    whole = bytearray(ARCHIVES[name])
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("damage") / name
    path.write_bytes(bytes(whole))
    read_or_refuse(path)


@pytest.mark.slow
def test_a_bomb_in_an_archive_ends_early(write):
    inner, text = bomb(".gz", LINE, 100), b"a\tb\n" * 2**23
    for name, content in (
        ("a.zip", zipped(a__tsv__gz=inner)),
        ("a.tar", tar(a__tsv__gz=inner)),
        ("b.zip", zipped(a__tsv=text)),
        ("b.tar.xz", lzma.compress(tar(a__tsv=text), preset=0)),  # where its files are listed
    ):
        path = write(name, content)
        with pytest.raises(InputError, match="unpacks to more than"):
            sum(1 for _ in text_files(path)[0].lines())
