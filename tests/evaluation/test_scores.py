import pytest

from seq2seq_keras.errors import InputError
from seq2seq_keras.evaluation.scores import bleu, score, sentence_bleu


def test_scores_and_signatures_equal_the_command_line(outputs, sacrebleu_command):
    scores = score(outputs.better, outputs.references, outputs.language)
    expected = sacrebleu_command(outputs.references, outputs.better, language=outputs.language)
    for ours, theirs in zip((scores.bleu, scores.chrf, scores.ter), expected, strict=True):
        assert ours.value == pytest.approx(theirs["score"], abs=1e-9)
        assert ours.signature == theirs["signature"]
    length = f"hyp_len = {scores.hypothesis_length} ref_len = {scores.reference_length}"
    assert length in expected[0]["verbose_score"]
    assert f"BP = {scores.brevity_penalty:.3f}" in expected[0]["verbose_score"]
    assert scores.sentences == len(outputs.references)
    assert 5 < scores.bleu.value < 95  # a comparison of zeros would prove nothing


def test_bleu_alone_is_the_same_bleu(outputs):
    full = score(outputs.worse, outputs.references, outputs.language)
    assert bleu(outputs.worse, outputs.references, outputs.language) == full.bleu.value


def test_the_language_need_not_be_given(outputs):
    guessed = score(outputs.better, outputs.references)
    assert guessed == score(outputs.better, outputs.references, outputs.language)


def test_nltk_agrees_where_hypotheses_have_four_tokens(outputs):
    pairs = [
        (better, reference)
        for better, reference in zip(outputs.better, outputs.references, strict=True)
        if len(better.split() if outputs.language == "en" else better) >= 4
    ]
    assert len(pairs) >= 12
    scores = score(*map(list, zip(*pairs, strict=True)), outputs.language)
    assert scores.nltk_bleu == pytest.approx(scores.bleu.value, abs=1e-9)


def test_nltk_agrees_on_smoothing_orders_without_a_match():
    scores = score(["the dog ran over there", "a b c d"], ["the dog is here now", "x b y z"], "en")
    assert 0 < scores.bleu.value < 20
    assert scores.nltk_bleu == pytest.approx(scores.bleu.value, abs=1e-9)


def test_nltk_counts_against_hypotheses_under_four_tokens():
    scores = score(
        ["a dog", "the man rides a brown horse today"],
        ["a dog", "the man rides a brown horse now"],
        "en",
    )
    # sacreBLEU: 3 of 4 four-grams; nltk: 3 of 5, as "a dog" counts one four-gram, unmatched.
    assert scores.nltk_bleu < scores.bleu.value - 1


def test_empty_output_scores_zero():
    scores = score(["", ""], ["A dog runs.", "A cat sleeps."], "en")
    assert (scores.bleu.value, scores.chrf.value, scores.nltk_bleu) == (0, 0, 0)
    assert scores.ter.value == 100


def test_chinese_is_not_scored_by_whole_sentences():
    scores = score(["他会说法语和一点英语。"], ["他会说法语和一点德语。"], "zh_Hans")
    assert scores.ter.value == pytest.approx(100 / 11)  # one of eleven characters
    assert "tok:zh" in scores.bleu.signature


@pytest.mark.parametrize(
    ("language", "text", "package"),
    [("ja", "彼は東京に住んでいます。", "MeCab"), ("kor", "그는 프랑스어를 합니다.", "mecab_ko")],
)
def test_missing_mecab_falls_back_to_characters_and_says_so(language, text, package):
    try:
        __import__(package)
    except ImportError:
        scores = score([text], [text], language)
        assert "tok:char" in scores.bleu.signature
        assert len(scores.notices) == 1
        assert "pip install 'sacrebleu[" in scores.notices[0]
    else:
        assert "mecab" in score([text], [text], language).bleu.signature


def test_other_spaceless_languages_get_a_notice():
    scores = score(["เขาพูดภาษา"], ["เขาพูดภาษา"])
    assert "rely on chrF" in scores.notices[0]


def test_tokenized_text_gets_a_notice():
    tokenized = ["two dogs play ."] * 20
    assert "already tokenized" in score(tokenized, tokenized, "en").notices[0]
    assert score(["Two dogs play."] * 20, ["Two dogs play."] * 20, "en").notices == []


def test_sentence_bleu_ranks():
    references = ["Two dogs play in the snow."] * 3
    values = sentence_bleu(
        ["Two dogs play in the snow.", "Two dogs play outside.", "Nobody."], references, "en"
    )
    assert values[0] == pytest.approx(100)
    assert values[0] > values[1] > values[2]
    assert sentence_bleu(["Dogs!"], ["Dogs!"], "en") == [pytest.approx(100)]  # effective order


@pytest.mark.parametrize("function", [score, bleu, sentence_bleu])
def test_wrong_input(function):
    with pytest.raises(InputError, match="2 translations but 1 references"):
        function(["a", "b"], ["a"])
    with pytest.raises(InputError, match="no sentence"):
        function([], [])
