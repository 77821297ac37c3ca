"""The rule for wrong languages: that it is silent where it is not sure, and how much it finds."""

from __future__ import annotations

import pytest

from seq2seq_keras.corpus import Corpus, clean, inspect, load_corpus
from seq2seq_keras.corpus.cleaning.language import is_sure

ENGLISH = [
    f"The old man was reading a {thing} in the garden." for thing in "book letter map".split()
]
GERMAN = [f"Der alte Mann las im Garten {thing}." for thing in "ein Buch,einen Brief".split(",")]
FRENCH = "Quand les enfants sont rentrés, leur mère préparait le dîner dans la cuisine."


def wrong(sources: list[str], targets: list[str], **languages: str) -> list[int]:
    findings = inspect(Corpus(sources, targets, **languages)).findings
    return findings["language"].indices.tolist() if "language" in findings else []


def test_a_side_in_another_language_is_found() -> None:
    sources, targets = ENGLISH * 40, GERMAN * 60
    assert wrong(sources, targets) == []
    sources[5], targets[9] = FRENCH, ENGLISH[0]
    assert wrong(sources, targets) == [5, 9]
    assert wrong(sources, targets, source_lang="en", target_lang="de") == [5, 9]
    assert len(clean(Corpus(sources, targets), ["language"])) == 118
    # Names and short sentences are nobody's.
    sources[5], targets[9] = "C'est la vie.", "Tom Müller, New York City"
    assert wrong(sources, targets) == []


def test_nothing_is_said_of_few_sentences_or_of_a_language_that_is_not_known() -> None:
    assert wrong([*ENGLISH, FRENCH], [*GERMAN, *GERMAN]) == []
    made_up = [f"Blorf zindle quax {n} mepra fton wibblo snarg." for n in "abcdefgh" * 20]
    sources = [*ENGLISH * 53, FRENCH]
    assert wrong(sources, made_up) == [159]
    assert wrong(made_up, made_up) == []
    # A corpus that is called Welsh and is not.
    assert wrong(sources, sources, source_lang="cy", target_lang="cy") == []


def test_likely_is_not_sure() -> None:
    # The identifier's best guess is Wu, at 0.83, and Luxembourgish, at 0.48.
    assert not is_sure("汤姆是个拉比。", other_than="zh")
    assert not is_sure("Ein Mädchen liest den Klassiker „To kill a mockingbird“.", other_than="de")
    assert is_sure(FRENCH, other_than="en") and not is_sure(FRENCH, other_than="fr")


def test_chinese_and_japanese_are_told_by_kana() -> None:
    chinese = ["那些孩子昨天晚上在公园里和朋友们一起踢足球。"] * 60
    sources = ENGLISH * 20
    assert wrong(sources, chinese, target_lang="zh") == []
    chinese[3] = "昨日の夜、子どもたちは公園で友達と一緒にサッカーをしました。"
    chinese[4] = FRENCH
    assert wrong(sources, chinese, target_lang="zh") == [3, 4]


@pytest.mark.parametrize("name", ["tatoeba-cmn", "multi30k"])
def test_no_alarm_is_false_and_most_strangers_are_found(shared_corpora, name: str) -> None:
    folder = shared_corpora / name
    corpus = (
        load_corpus(folder / "cmn.txt")
        if name == "tatoeba-cmn"
        else load_corpus(folder / "train.de", folder / "train.en")
    )
    assert "language" not in inspect(corpus, rules=("language",)).findings
    # Every hundredth pair gets its sides exchanged.
    strange = range(0, len(corpus), 100)
    sources, targets = list(corpus.sources), list(corpus.targets)
    for index in strange:
        sources[index], targets[index] = targets[index], sources[index]
    mixed = Corpus(sources, targets, corpus.source_lang, corpus.target_lang)
    found = inspect(mixed, rules=("language",)).findings["language"].indices.tolist()
    assert set(found) <= set(strange)
    long = [i for i in strange if len(sources[i]) >= 25 or len(targets[i]) >= 25]
    assert len(set(found) & set(long)) > 0.75 * len(long)
