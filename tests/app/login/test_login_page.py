"""The page on which one logs in, and where it leads."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from seq2seq_keras.app.login.page import login_page, page_after
from seq2seq_keras.localisation import CHINESE, ENGLISH, Language

EVIL = "\"><script>alert(1)</script><p class='{x}"


def parsed(page: str) -> ElementTree.Element:
    """The page as XML, which it nearly is."""
    head, _, rest = page.partition("<head>")
    for empty in ("meta", "link", "input"):
        parts = rest.split(f"<{empty} ")
        rest = parts[0] + "".join(
            f"<{empty} {part.replace('>', '/>', 1).replace(' autofocus', '')}" for part in parts[1:]
        )
    rest = rest.replace(" required", "")
    return ElementTree.fromstring(head.replace("<!doctype html>", "") + "<head>" + rest)


@pytest.mark.parametrize("language", [ENGLISH, CHINESE])
def test_a_password_manager_finds_its_fields(language: Language) -> None:
    page = parsed(login_page(language, "en/"))
    assert page.get("lang") == language.tag
    fields = {field.get("name"): field for field in page.iter("input")}
    assert fields["username"].get("autocomplete") == "username"
    assert fields["password"].get("autocomplete") == "current-password"
    assert fields["password"].get("type") == "password"
    labels = {label.get("for") for label in page.iter("label")}
    assert {fields[name].get("id") for name in ("username", "password")} == labels
    (form,) = page.iter("form")
    assert (form.get("method"), form.get("action")) == ("post", "login")
    assert not list(page.iter("script"))


def test_it_speaks_chinese() -> None:
    page = login_page(CHINESE, "zh/", trouble=CHINESE.say("Name or password is wrong."))
    assert "登录" in page and "密码" in page and "不正确" in page
    for text in ("Log in", "Password<", "User name", "wrong"):
        assert text not in page


def test_what_was_typed_is_shown_as_text() -> None:
    page = login_page(ENGLISH, EVIL, EVIL, EVIL)
    assert "<script" not in page
    root = parsed(page)
    fields = {field.get("name"): field for field in root.iter("input")}
    assert fields["username"].get("value") == EVIL
    assert fields["next"].get("value") == EVIL
    (trouble,) = (each for each in root.iter("p") if each.get("role") == "alert")
    assert trouble.text == EVIL
    assert len(login_page(ENGLISH, "en/", "a" * 10**6)) < 5000


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("en/", "en/"),
        ("zh/theory/", "en/theory/"),
        ("en/?__theme=dark", "en/?__theme=dark"),
        ("en/theory/?a=b&c=%20d", "en/theory/?a=b&c=%20d"),
        *((bad, "en/") for bad in (
            "", "/", "//example.org/", "/en/", "https://example.org/", "javascript:alert(1)",
            "en//example.org", "en/../../../x", "en/..", "en/\\example.org", "en/\nlocation: x",
            "en/%2e%2e/", "en/\u2025/", "example.org", "download/models/mine/x.zip", "en/login",
            "zh/login?next=en/login", "en/theory/\0", "en@example.org/", "EN/", "en/" + "a" * 1000,
            "logout",
        )),
    ],
)  # fmt: skip
def test_one_goes_on_to_a_page_of_the_app_alone(wanted: str, expected: str) -> None:
    assert page_after(wanted, ENGLISH) == expected


def test_one_goes_on_in_the_language_in_which_one_logs_in() -> None:
    assert page_after("en/theory/", CHINESE) == "zh/theory/"
    assert page_after("https://example.org", CHINESE) == "zh/"
    assert 'href="../zh/login?next=zh/theory/"' in login_page(ENGLISH, "en/theory/")
