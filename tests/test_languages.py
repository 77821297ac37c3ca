import pytest

from seq2seq_keras.config import Config
from seq2seq_keras.errors import InputError
from seq2seq_keras.languages import (
    LANGUAGE_NAMES,
    guess_language,
    is_language_name,
    language_code,
    language_name,
    language_of,
    language_of_file,
    language_of_script,
    short_code,
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
        ("My", None),  # a word of English first
        ("", None),
        ("klingon", None),
    ],
)
def test_codes_of_names(name, code):
    assert language_code(name) == code


@pytest.mark.parametrize(
    ("code", "short"),
    [
        *[("zh", "zh"), ("zh-CN", "zh"), ("zh_Hant", "zh"), ("zho", "zh"), ("cmn", "zh")],
        *[("CMN-Hans-CN", "zh"), ("jpn", "ja"), ("ja_JP", "ja"), ("kor", "ko"), ("ko-KR", "ko")],
        *[("yue", "zh"), ("khm", "km"), ("my", "my"), ("en", "en"), ("pt-BR", "pt")],
        *[(" de ", "de"), ("tlh-Latn", "tlh"), ("", None), (None, None)],
    ],
)
def test_short_codes(code, short):
    assert short_code(code) == short


def test_names_of_codes():
    assert language_name("zh-CN") == "Chinese"
    assert language_name("tlh") == "tlh"
    assert language_name(None) == "?"


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
        (["他会说法语。"], "zh"),
        (["汤姆 said 他不来。"], "zh"),
        (["日本へ行く"], "ja"),
        (["彼は東京に住んでいます。"], "ja"),
        (["カメラ"], "ja"),
        (["그는 프랑스어를 합니다."], "ko"),
        (["เขาพูดภาษาฝรั่งเศส"], "th"),
        (["Καλημέρα"], "el"),
        (["He speaks French."], None),
        (["Guten Tag."] * 9 + ["我"], None),
        (["Он говорит по-французски."], None),  # several languages write Cyrillic
        (["The Chinese word 你 means you in English, and nothing else."], None),
        (["123 ..."], None),
        ([""], None),
        ([], None),
    ],
)
def test_scripts(sentences, code):
    assert language_of_script(sentences) == code


@pytest.mark.parametrize(
    ("sentences", "code"),
    [
        (["The dog is in the garden.", "She likes it."], "en"),
        (["Der Hund ist im Garten und schläft.", "Das ist nicht gut."], "de"),
        (["Le chat est sur la table.", "Il ne dort pas."], "fr"),
        (["他会说法语。"], "zh"),
        (["xyz qwv", "zzz"], None),
        ([], None),
    ],
)
def test_guesses(sentences, code):
    assert guess_language(sentences) == code


def test_samples_are_recognised(repository):
    for name, codes in {"french": ("en", "fr"), "chinese": ("en", "zh")}.items():
        path = repository / "data" / f"english-{name}.tsv"
        lines = path.read_text(encoding="utf-8").splitlines()
        sides = zip(*(line.split("\t")[:2] for line in lines), strict=True)
        assert tuple(map(guess_language, sides)) == codes


@pytest.mark.parametrize(
    "name",
    [
        *("en", "zh-TW", "de_AT", "zh-Hant-TW", "sr_RS.UTF-8@latin", "en-x-US", "i-klingon"),
        *(
            "German",
            "简体中文",
            "日本語",
            "हिन्दी",
            "Norwegian (Bokmål)",
            "N’Ko",
            "Tok Pisin",
            "ǃXóõ",
        ),
        *LANGUAGE_NAMES,
        *LANGUAGE_NAMES.values(),
        "x" * 60,
    ],
)
def test_what_a_language_may_be_called(name: str) -> None:
    assert is_language_name(name)
    assert Config.create(source_lang=name, target_lang=name).source_lang == name


@pytest.mark.parametrize(
    "name",
    [
        *("../..", "..", ".", "/", "en/..", "a/../b", "C:", "C:\\x", "\\\\host\\x", "~root", "-rf"),
        *("en..", "e..n", " en", "1", "en\n", "en\0", "\u202een", "e\u200bn", "<b>en", "en;rm"),
        *("${en}", "`en`", "{{en}}", "en|tee", "en*", "en?", "en&", 'e"n', "%2e%2e", "x" * 61),
    ],
)
def test_what_no_language_is_called(name: str) -> None:
    """It would stand in the name of a file, among others."""
    assert not is_language_name(name)
    for side in ("source_lang", "target_lang"):
        with pytest.raises(InputError, match=f"^{side}: a language is a code such as de") as told:
            Config.create(**{side: name})
        assert "\n" not in str(told.value)


def test_a_stated_language_wins_over_the_script():
    assert language_of("ja", ["他会说法语。"]) == "ja"
    assert language_of(None, ["他会说法语。"]) == "zh"
