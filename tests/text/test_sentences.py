import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.text import normalise, split_sentences


@pytest.mark.parametrize(
    "sentences",
    [
        ["Mr. Smith paid 3.50 dollars.", "Why?", "Nobody knows."],
        ["Dr. J. K. Rowling met Prof. Brown of the U.S. Army.", "They talked."],
        ["He came at 5 p.m.", "The door was open."],
        ["No.", "I am No. 5, see Fig. 3."],
        ['"Is it?" she asked.', '"Yes."', "He left...", "Then he slept!"],
        ["Is it?!", "Yes; see www.example.org/a.html now."],
        ["1. Open the door.", "Close it."],
        ["You and I.", "Nobody else (not even Tom.)", "Well."],
        ["They sell apples, pears etc. and more.", "In 2009.", "Done"],
        ["Apples, i.e. fruit, e.g. Golden Delicious.", "Fine."],
        ["« Ça va ? » dit-il.", "Oui !", "M. Dupont et Mme. Curie sont là."],
        ["¿Dónde está?", "¡Aquí!", "El Sr. López."],
        ["Это книга.", "А это ручка."],
        ["هل تتكلم العربية؟", "نعم."],
        ["मैं घर जा रहा हूँ।", "ठीक है।"],
    ],
)
def test_spaced_sentences(sentences):
    assert split_sentences(" ".join(sentences)) == sentences


@pytest.mark.parametrize(
    "sentences",
    [
        ["Am 3. Oktober kam er.", "Er ist 18.", "Sie auch, z. B. Anna bzw. Paul."],
        ["Die 2. Bundesliga und der 1. FC Köln.", "Das war's."],
        ["Er sagte: „Nein.“", "Dann ging er.", "»Schade.«", "Ja."],
        ["Ein Mann u.a. Leute, d.h. Nachbarn, usw. und so fort.", "Ende."],
    ],
)
def test_german(sentences):
    assert split_sentences(" ".join(sentences), "de") == sentences


@pytest.mark.parametrize(
    "sentences",
    [
        ["今天天气很好。", "不是吗？", "是的！"],
        ["“你怎么样？”", "“我很好，谢谢。”"],
        ["「你几岁？」", "「十六岁。」"],
        ["真的吗？！", "3.5元。", "我想……不知道。"],
        ["你会来吗?", "我会来"],
        ["東京へ行きます。", "いいですね。"],
    ],
)
def test_sentences_without_spaces(sentences):
    assert split_sentences("".join(sentences)) == sentences


@pytest.mark.parametrize("text", ["", " ", "...", "?", "no end", "3.", "a.b.c", "。"])
def test_odd_ones(text):
    assert split_sentences(text) == ([text] if text.strip() else [])


@given(
    st.lists(st.sampled_from([*"aB1.!?… “”\"'()«»„。！？我はé", "Mr", "U.S", "No", "Mai"])).map(
        "".join
    )
)
def test_nothing_is_lost(text):
    text = normalise(text)
    for language in (None, "de"):
        sentences = split_sentences(text, language)
        assert "".join(sentences).replace(" ", "") == text.replace(" ", "")
        assert all(sentence == sentence.strip() != "" for sentence in sentences)


def test_real_sentences_put_together_come_apart(shared_corpora):
    """Five sentences of the corpus, joined, are found again."""
    from random import Random

    rows = (shared_corpora / "tatoeba-cmn" / "train.tsv").read_text(encoding="utf-8").split("\n")
    for side, space in ((0, " "), (1, "")):
        single = [
            sentence
            for sentence in (normalise(row.split("\t")[side]) for row in rows if row)
            if sentence[-1] in ".?!。？！"
            and len(split_sentences(sentence)) == 1
            and not sentence[0].islower()
        ]
        chance = Random(0)
        found = 0
        for _ in range(1000):
            five = chance.sample(single, 5)
            found += split_sentences(space.join(five)) == five
        assert found > 980
