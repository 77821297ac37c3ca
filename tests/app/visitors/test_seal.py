"""Cookies that nobody can make up."""

from __future__ import annotations

import stat
import sys
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.app.visitors.seal import COOKIE, Seal

SEAL = Seal("a secret")
NAME = SEAL.new_visitor()
VALUE = SEAL.cookie(NAME, secure=False).partition(";")[0].partition("=")[2]


def test_a_visitor_is_known_again() -> None:
    assert SEAL.visitor(f"theme=dark; {COOKIE}={VALUE}; other=1") == NAME
    assert SEAL.new_visitor() != NAME


@given(st.integers(0, len(VALUE) - 1), st.characters(codec="ascii", categories=["L", "N"]))
def test_a_cookie_changed_anywhere_is_no_visitors(place: int, letter: str) -> None:
    changed = VALUE[:place] + letter + VALUE[place + 1 :]
    # The last letter of base64 has bits to spare.
    if place < len(VALUE) - 1 and changed != VALUE:
        assert SEAL.visitor(f"{COOKIE}={changed}") is None


@given(st.text())
def test_whatever_a_browser_sends_is_read(cookies: str) -> None:
    assert SEAL.visitor(cookies) is None


def test_another_key_signs_otherwise() -> None:
    assert Seal("another secret").visitor(f"{COOKIE}={VALUE}") is None


def test_only_names_that_are_safe_as_folders_are_taken() -> None:
    for name in ("..", "nobody", "../../etc", NAME.upper(), NAME + "0", ""):
        header = SEAL.cookie(name, secure=False).partition(";")[0]
        assert SEAL.visitor(header) is None, name


@pytest.mark.parametrize("secure", [True, False])
def test_the_cookie_fits_where_the_page_is_shown(secure: bool) -> None:
    header = SEAL.cookie(NAME, secure)
    attributes = {part.strip() for part in header.split(";")[1:]}
    assert {"HttpOnly", "Path=/"} <= attributes
    assert ({"Secure", "SameSite=None", "Partitioned"} <= attributes) == secure
    assert ("SameSite=Lax" in attributes) != secure
    assert SimpleCookie(header.partition(";")[0])[COOKIE].value == VALUE


def test_the_key_outlives_the_server(tmp_path: Path) -> None:
    path = tmp_path / "data" / "visitors.key"
    header = Seal.kept_in(path).cookie(NAME, secure=False).partition(";")[0]
    assert Seal.kept_in(path).visitor(header) == NAME
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.unlink()
    assert Seal.kept_in(path).visitor(header) is None
