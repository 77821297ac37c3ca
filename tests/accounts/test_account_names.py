"""Names of accounts: look-alikes are one, paths and unseen letters are none."""

import pytest

from seq2seq_keras.accounts import check_name, key_of
from seq2seq_keras.errors import InputError


@pytest.mark.parametrize(
    "name", ["ada", "Ada.Lovelace", "a", "张三", "x_1-2", "Ольга", "नमस्ते", "7up"]
)
def test_names_of_any_script_are_good(name: str) -> None:
    assert check_name(f" {name} ") == name


@pytest.mark.parametrize(
    "name",
    [
        *["", " ", ".", "..", ".ada", "ada.", "-ada", "../ada", "ada/../bob", "/etc/passwd"],
        *[
            "a\\b",
            "C:ada",
            "ada\0",
            "a\nb",
            "a b",
            "ada:x",
            "ada@home",
            "<b>",
            "a" * 33,
            "a" * 10**6,
        ],
        *["a\u200bda", "ad\u202ea", "ada\ufe0f", "\u3164", "a\u115fda", "ada\U000e0100", "\u0301a"],
        *["аda", "αda", "pаypal"],  # Cyrillic and Greek letters among Latin ones
    ],
)
def test_paths_and_what_looks_like_another_name_are_none(name: str) -> None:
    with pytest.raises(InputError, match="choose"):
        check_name(name)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        *[("ADA", "ada"), ("Ａｄａ", "ada"), (" ada ", "ada"), ("𝐚𝐝𝐚", "ada"), ("ⓐda", "ada")],
        *[("STRASSE", "straße"), ("e\u0301va", "éva"), ("ﬁona", "fiona"), ("K\u212a", "kk")],
    ],
)
def test_however_it_is_typed_it_is_the_same_name(typed: str, name: str) -> None:
    assert key_of(typed) == key_of(name) != ""


def test_a_key_is_the_key_of_itself() -> None:
    for name in ("Straße", "ΐ", "İstanbul", "ŉ", "ǰ", "ﬀ", "ẞ"):
        assert key_of(key_of(name)) == key_of(name)


def test_an_endless_name_is_nobodys() -> None:
    assert key_of("a" * 10**7) == ""
