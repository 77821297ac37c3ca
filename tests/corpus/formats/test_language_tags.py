import pytest

from seq2seq_keras.corpus.formats.language_tags import column_of, language_tag


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("en", "en"),
        ("EN", "en"),
        (" en-us ", "en-US"),
        ("EN_US", "en-US"),
        ("zh_hant_tw", "zh-Hant-TW"),
        ("ZH-HANS", "zh-Hans"),
        ("es-419", "es-419"),
        ("de-1901", "de-1901"),
        ("ca@valencia", "ca-valencia"),
        ("sr@latin", "sr-Latn"),
        ("sr_RS.UTF-8@latin", "sr-Latn-RS"),
        ("de_DE.UTF-8", "de-DE"),
        ("en-X-US", "en-x-us"),
        ("x-Klingon", "x-klingon"),
        ("English", "English"),
        ("", ""),
        ("  ", ""),
        ("*all*", "*all*"),
        ("en--us-", "en-US"),
        ("日本語", "日本語"),
    ],
)
def test_language_tag(written, tag):
    assert language_tag(written) == tag
    assert language_tag(tag) == tag


@pytest.mark.parametrize(
    ("columns", "language", "index"),
    [
        (["en", "de"], "de", 1),
        (["en-US", "de"], "en", 0),
        (["en", "de-AT"], "de-DE", 1),
        (["en-US", "en-GB"], "en", None),
        (["en-US", "en-GB"], "en-GB", 1),
        (["en", "de"], "fr", None),
        (["en", "de"], "", None),
        ([], "en", None),
    ],
)
def test_column_of(columns, language, index):
    assert column_of(columns, language) == index
