import pytest

from seq2seq_keras.documents import TEXT_SUFFIXES, read_document
from seq2seq_keras.errors import InputError


@pytest.mark.parametrize("suffix", TEXT_SUFFIXES)
@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n \r\n"])
def test_a_file_without_text_is_refused(write, suffix, content):
    path = write(f"empty{suffix}", content)
    with pytest.raises(InputError, match=r"holds no text|no cue in it") as caught:
        read_document(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("suffix", TEXT_SUFFIXES)
def test_a_line_that_is_not_utf8_is_told_by_its_number(write, suffix):
    path = write(f"latin{suffix}", b"one, two\nan \xe9t\xe9\n")
    with pytest.raises(InputError, match=r"latin.*, line 2: not UTF-8"):
        read_document(path)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("utf16.txt", "\ufeffHello".encode("utf-16-le"), "UTF-16"),
        ("zero.txt", b"a\n\0b", "line 2: holds a zero byte"),
        ("text.docx", b"PK", r"none of \.txt, \.csv"),
        ("text", b"Hello", "none of"),
    ],
)
def test_what_is_no_text_is_refused(write, name, content, says):
    with pytest.raises(InputError, match=says):
        read_document(write(name, content))


def test_a_file_must_be_there(tmp_path):
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(InputError, match=r"none\.txt: there is no such file"):
        read_document(tmp_path / "none.txt")
    with pytest.raises(InputError, match=r"folder\.txt: is a folder"):
        read_document(tmp_path / "folder.txt")


@pytest.mark.parametrize("name", ["a.txt", "a.srt"])
def test_only_a_table_has_columns(write, name):
    with pytest.raises(InputError, match="is no table, so there is no column 'text'"):
        read_document(write(name, "Hello"), column="text")
