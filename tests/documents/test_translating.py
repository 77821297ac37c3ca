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


def test_words_are_linked_by_the_maximum_of_the_attention(tmp_path):
    """Against the weights themselves; with the word tokenizer a token is a word."""
    translator = save_untrained(tmp_path / "words", tokenizer="word", attention="additive")
    texts = ["A dog runs. The cat sleeps.", "We read a book.", "  "]
    plain = translate_segments(translator, texts)
    linked = translate_segments(translator, texts, linked=set(texts[:1]))
    assert [each.text for each in linked] == [each.text for each in plain]
    assert [each.links is not None for each in linked] == [True, False, False]
    links = linked[0].links
    sentences = translator.translate(["A dog runs.", "The cat sleeps."])
    expected, before = [], 0
    for sentence in sentences:
        words = len(sentence.source_tokens) - 1  # without the end
        expected += [before + int(row[:words].argmax()) for row in sentence.attention]
        before += words
    assert list(links.sources) == expected
    assert links.source == (1, 3, 4, 1, 3, 3, 6, 1)
    assert links.fit(texts[0], linked[0].text)


def test_without_attention_nothing_is_linked(tmp_path):
    translator = save_untrained(tmp_path / "plain", attention="none")
    assert translate_segments(translator, ["A dog."], linked=["A dog."])[0].links is None
