import pytest

from helpers.tiny_models import save_untrained
from seq2seq_keras.documents import translate_segments
from seq2seq_keras.errors import InputError


@pytest.fixture(scope="module")
def translator(tmp_path_factory):
    return save_untrained(tmp_path_factory.mktemp("models") / "tiny")


def test_each_text_is_translated_as_a_text_of_its_own(translator):
    texts = ["A dog runs. The cat sleeps.", "We read\na book.", "A " * 40, "A dog runs.", "—"]
    translated = translate_segments(translator, texts, beam_size=2)
    alone = [translator.translate_text(text, beam_size=2) for text in texts]
    assert [each.text for each in translated] == [each.text for each in alone]
    assert [each.cut for each in translated] == [bool(each.notices) for each in alone]
    assert [each.cut for each in translated][2:4] == [True, False]
    assert "\n" in translated[1].text


def test_no_text_and_a_wrong_beam(translator):
    assert translate_segments(translator, []) == []
    with pytest.raises(InputError, match="beam_size"):
        translate_segments(translator, ["A dog."], beam_size=0)
