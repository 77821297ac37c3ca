import pytest

from seq2seq_keras.evaluation.languages import guess_language, language_of, short_code


@pytest.mark.parametrize(
    ("code", "short"),
    [
        ("zh", "zh"), ("zh-CN", "zh"), ("zh_Hant", "zh"), ("zho", "zh"), ("cmn", "zh"),
        ("CMN-Hans-CN", "zh"), ("jpn", "ja"), ("ja_JP", "ja"), ("kor", "ko"), ("ko-KR", "ko"),
        ("en", "en"), ("pt-BR", "pt"), (" de ", "de"), ("", None), (None, None),
    ],
)  # fmt: skip
def test_short_code(code, short):
    assert short_code(code) == short


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("他会说法语。", "zh"),
        ("汤姆 said 他不来。", "zh"),
        ("彼は東京に住んでいます。", "ja"),
        ("カメラ", "ja"),
        ("그는 프랑스어를 합니다.", "ko"),
        ("เขาพูดภาษาฝรั่งเศส", "th"),
        ("He speaks French.", None),
        ("Он говорит по-французски.", None),
        ("The Chinese word 你 means you in English, and nothing else.", None),
        ("123 ...", None),
        ("", None),
    ],
)
def test_guess_language(text, language):
    assert guess_language([text]) == language


def test_a_stated_language_wins_over_the_script():
    assert language_of("ja", ["他会说法语。"]) == "ja"
    assert language_of(None, ["他会说法语。"]) == "zh"
