import pytest

from seq2seq_keras.documents import Document, Slot
from seq2seq_keras.errors import WorkError


def document():
    return Document(["<", Slot("one", str.upper), "|", Slot("two", str.title), ">"])


def test_translations_are_put_where_their_texts_stood():
    assert document().segments == ["one", "two"]
    assert document().encode(["été", "deux mots"]) == "<ÉTÉ|Deux Mots>".encode()


@pytest.mark.parametrize("translations", [["a"], ["a", "b", "c"], []])
def test_there_is_a_translation_for_each_text(translations):
    with pytest.raises(ValueError, match="expected 2, received"):
        document().encode(translations)


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "out.txt"
    path.write_text("old")
    document().write(["a", "b"], path)
    assert path.read_text() == "<A|B>"
    with pytest.raises(ValueError, match="expected 2"):
        document().write(["a"], path)
    assert path.read_text() == "<A|B>"
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_is_told(tmp_path):
    for path in (tmp_path / "none" / "out.txt", tmp_path):
        with pytest.raises(WorkError, match="cannot be written") as caught:
            document().write(["a", "b"], path)
        assert str(path) in str(caught.value)
    assert list(tmp_path.iterdir()) == []
