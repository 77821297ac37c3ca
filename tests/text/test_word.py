import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.text import UNKNOWN, WordTokenizer, normalise, train_tokenizer
from seq2seq_keras.text.word import PATTERN

HAN = "\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u9fff"

SENTENCES = [
    "I don't know, Tom; it's 3.50 dollars (not $1,000.00)!",
    'She said: "Where are you?" and left.',
    "“Well,” he said, “it’s ten o'clock.”",
    "A well-known 3rd-grade teacher - Mr. O'Brien - ran 2.5km at 7:45.",
    "The dogs' owner, a 'friend' of hers, waits... and waits -- still.",
    "Rock 'n' roll & A&M at 50% #5 user@example.org http://a.b/c?d=e_f",
    "L'homme qu'elle aime, c'est l'ami d'aujourd'hui : « Ça va ? » Oui !",
    "Jusqu'à 15 h 30, s'il te plaît ; puis Jean-Luc s'en alla.",
    "Ein „T-Shirt“ kostet 20,95 € – z. B. in Berlin (U-Bahn).",
    "Der Freund/die Freundin sagt: »Nein!«",
    "我不知道，你呢？“好的。”他说：《红楼梦》很好！",
    "汤姆(Tom)在2013年花了10,000元。",
    "我喜欢「东京タワー」です。",
    "¿Dónde está? ¡Aquí!",
    "Это — книга, а не ручка.",
    "هل تتكلم العربية؟ نعم، قليلا.",
    "मैं घर जा रहा हूँ। ठीक है",
    "나는 학교에 갔다. 너는?",
    "ฉันรักคุณ มากๆ",
    "Great 👍🏽 job 👨‍👩‍👧!",
]


@pytest.mark.parametrize(
    ("sentence", "tokens"),
    [
        ("I don't know, Tom.", ["I", "don", "'t", "know", ", ", "Tom", "."]),
        ("L'homme qu'il voit.", ["L'", "homme", "qu'", "il", "voit", "."]),
        ("It costs $1,000.50!", ["It", "costs", " $", "1,000.50", "!"]),
        ("At 7:45 the 3rd, 2.5kg", ["At", "7:45", "the", "3rd", ", ", "2.5kg"]),
        ("a well-known fact - yes", ["a", "well", "-", "known", "fact", " - ", "yes"]),
        ('He said "no".', ["He", "said", ' "', "no", '"', "."]),
        ("我爱Tom。", ["我", "爱", "Tom", "。"]),
        ("Ça va ? Oui.", ["Ça", "va", " ? ", "Oui", "."]),
        ("O'Brien's 5 o'clock tea", ["O'", "Brien", "'s", "5", "o'", "clock", "tea"]),
    ],
)
def test_tokens(sentence, tokens):
    assert WordTokenizer.split(sentence) == tokens


@pytest.mark.parametrize("sentence", SENTENCES)
def test_spacing_comes_back(sentence):
    tokenizer = train_tokenizer("word", SENTENCES, 10_000)
    ids = tokenizer.encode(sentence)
    assert UNKNOWN not in ids
    assert tokenizer.decode(ids) == sentence


def test_each_han_character_is_a_word_and_needs_no_space():
    tokens = WordTokenizer.split("今天天气很好")
    assert tokens == list("今天天气很好")
    assert WordTokenizer.join(WordTokenizer.split("今天 天气 很好")) == "今天天气很好"


def test_case_is_kept():
    tokenizer = train_tokenizer("word", ["Polish polish"], 100)
    assert tokenizer.vocab_size == 6
    assert tokenizer.decode(tokenizer.encode("polish Polish")) == "polish Polish"


def test_unknown_words_keep_their_place():
    tokenizer = train_tokenizer("word", ["A man rides.", "A dog, a man."], 100)
    ids = tokenizer.encode("A zebra rides, unseen.")
    assert ids.count(UNKNOWN) == 2
    assert tokenizer.decode(ids) == "A <unk> rides, <unk>."
    assert tokenizer.pieces(ids) == ["A", "<unk>", "rides", ",", "<unk>", "."]


def test_a_mark_in_unseen_spacing_is_the_mark_itself():
    tokenizer = train_tokenizer("word", ["Stop.", "a, b"], 100)
    assert tokenizer.pieces(tokenizer.encode("Stop . a. b")) == ["Stop", ".", "a", ".", "b"]
    assert UNKNOWN not in tokenizer.encode("Stop . ")


@given(st.text())
def test_no_character_is_lost(text):
    text = normalise(text)
    tokens = WordTokenizer.split(text)
    assert "".join(tokens).replace(" ", "") == text.replace(" ", "")
    assert all(token.strip() for token in tokens)


PARTS = sorted(set(re.findall(r"[^\W\d_]+|\S", " ".join(SENTENCES))))


@given(st.lists(st.tuples(st.sampled_from(PARTS), st.sampled_from(["", " "]))))
def test_any_spacing_comes_back(parts):
    """Words and marks in any order with and without spaces; Han and kana take none."""
    text = normalise("".join(part + space for part, space in parts))
    without = re.sub(f" ?([{HAN}]) ?", r"\1", text)
    assert WordTokenizer.join(WordTokenizer.split(without)).strip() == without.strip()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("multi30k/train.de", 0),
        ("multi30k/train.en", 0),
        ("tatoeba-cmn/train.tsv", 0),
        ("tatoeba-cmn/train.tsv", 1),
    ],
)
def test_spacing_of_real_text_comes_back(shared_corpora, name, column):
    lines = (shared_corpora / name).read_text(encoding="utf-8").removesuffix("\n").split("\n")
    table = name.endswith(".tsv")
    sentences = [normalise(line.split("\t")[column] if table else line) for line in lines]
    tokenizer = train_tokenizer("word", sentences, 1_000_000)
    back = [tokenizer.decode(tokenizer.encode(sentence)) for sentence in sentences]
    equal = sum(one == other for one, other in zip(sentences, back, strict=True))
    assert equal / len(sentences) > 0.999


@pytest.mark.tensorflow
def test_tensorflow_finds_the_same_tokens():
    """RE2 reads the same pattern and finds the same tokens by it."""
    tensorflow = pytest.importorskip("tensorflow")
    every_character = [chr(code) for code in range(0x20, 0x33FF)]
    sentences = [
        *SENTENCES,
        normalise("".join(every_character)),
        normalise(" ".join(every_character)),
    ]
    marked = tensorflow.strings.regex_replace(sentences, f"({PATTERN})", "\ue000\\1\ue001")
    for sentence, line in zip(sentences, marked.numpy(), strict=True):
        found = re.findall("\ue000(.*?)\ue001", line.decode())
        assert found == WordTokenizer.split(sentence)
