import pytest

from seq2seq_keras.text import is_spaceless


@pytest.mark.parametrize("language", ["zh", "zh-CN", "zh_Hant", "cmn", "ZH", "ja", "jpn", "yue"])
def test_languages_without_spaces(language):
    assert is_spaceless(language)
    assert is_spaceless(language, "Latin text")


@pytest.mark.parametrize("language", ["en", "de", "fr", "ko", "th", "zhx"])
def test_languages_with_spaces(language):
    assert not is_spaceless(language)
    assert not is_spaceless(language, "汉字")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我喜欢苹果。", True),
        ("東京へ行きます", True),
        ("汤姆(Tom)短", True),
        ("This is 汉字.", False),
        ("나는 학교에 갔다", False),
        ("123 ...", False),
        ("", False),
    ],
)
def test_text_of_unknown_language(text, expected):
    assert is_spaceless(None, text) is expected
