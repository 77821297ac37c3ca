from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.documents import read_document

CHARACTERS = st.one_of(
    st.sampled_from("ab .\n\r\t\u2028\x0c\ufeff你é"), st.characters(codec="utf-8")
).filter(lambda character: character != "\0")


@given(text=st.text(CHARACTERS), mark=st.booleans(), end=st.sampled_from(["\n", "\r\n", ""]))
def test_the_texts_themselves_give_the_same_bytes(write, text, mark, end):
    content = (b"\xef\xbb\xbf" if mark else b"") + f"{text}\nWord.{end}".encode()
    document = read_document(write("same.txt", content))
    assert document.encode(document.segments) == content
    assert all(segment == segment.strip() and segment for segment in document.segments)


def test_lines_are_translated_and_all_else_stays(write):
    path = write(
        "letter.txt", "\ufeffDear Ann,\r\n\r\n  how are you? Fine?\t\n \nBye\u2028bye\rP.S."
    )
    document = read_document(path)
    assert document.segments == ["Dear Ann,", "how are you? Fine?", "Bye\u2028bye", "P.S."]
    translated = document.encode(["Chère Ann,", "", "Adieu", "P.-S.\nlong"])
    assert translated == "\ufeffChère Ann,\r\n\r\n  \t\n \nAdieu\rP.-S. long".encode()
