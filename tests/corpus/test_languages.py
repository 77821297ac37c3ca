import pytest

from seq2seq_keras.corpus.languages import (
    language_code,
    language_of_file,
    language_of_text,
)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("de", "de"),
        ("DEU", "de"),
        (" German ", "de"),
        ("Français", "fr"),
        ("cmn", "zh"),
        ("zh_TW", "zh"),
        ("", None),
        ("klingon", None),
    ],
)
def test_names(name, code):
    assert language_code(name) == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("train.de", "de"),
        ("train.tok.en.gz", "en"),
        ("fr.txt", "fr"),
        ("x.fr.txt", "fr"),
        ("a.tsv", None),
        ("corpus", None),
        ("train.src", None),
    ],
)
def test_files(name, code):
    assert language_of_file(name) == code


@pytest.mark.parametrize(
    ("sentences", "code"),
    [
        (["我很好。"] * 9 + ["Tom"], "zh"),
        (["日本へ行く"], "ja"),
        (["나는"], "ko"),
        (["Καλημέρα"], "el"),
        (["Guten Tag."] * 9 + ["我"], None),
        (["привет"], None),  # several languages write Cyrillic
        ([], None),
    ],
)
def test_scripts(sentences, code):
    assert language_of_text(sentences) == code
