import pytest

from seq2seq_keras.jobs.languages import guess_language, language_name


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        (["The dog is in the garden.", "She likes it."], "en"),
        (["Der Hund ist im Garten und schläft.", "Das ist nicht gut."], "de"),
        (["Le chat est sur la table.", "Il ne dort pas."], "fr"),
        (["xyz qwv", "zzz"], None),
        ([], None),
    ],
)
def test_languages_in_latin_letters(sentences: list[str], expected: str | None) -> None:
    assert guess_language(sentences) == expected


def test_samples_are_recognised(repository) -> None:
    lines = (repository / "data" / "english-french.tsv").read_text(encoding="utf-8").splitlines()
    english, french = zip(*(line.split("\t")[:2] for line in lines[:300]), strict=True)
    assert (guess_language(english), guess_language(french)) == ("en", "fr")


def test_names() -> None:
    assert language_name("zh-CN") == "Chinese"
    assert language_name("tlh") == "tlh"
    assert language_name(None) == "?"
