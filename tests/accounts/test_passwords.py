"""Hashes of passwords, against RFC 7914's own figures and Python's scrypt."""

import hashlib
import time

import pytest

from seq2seq_keras.accounts import check_password
from seq2seq_keras.accounts.passwords import (
    MOST,
    Cost,
    PasswordHash,
    _digest,
    hash_password,
    matches,
)
from seq2seq_keras.errors import InputError

CHEAP = Cost(n=16, r=1, p=1)
PASSWORD = "correct horse battery"


def test_the_hash_is_scrypts() -> None:
    # RFC 7914, section 12: "password", "NaCl", N=1024, r=8, p=16; the first 32 of 64 bytes.
    expected = "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
    assert _digest("password", 1024, 8, 16, b"NaCl".hex()) == expected


def test_the_right_password_matches_and_no_other() -> None:
    kept = hash_password(PASSWORD, CHEAP)
    assert matches(PASSWORD, kept, CHEAP)
    for other in ("", PASSWORD + " ", PASSWORD.upper(), PASSWORD[:-1], "\ud800"):
        assert not matches(other, kept, CHEAP)


def test_what_is_kept_says_how_it_was_made_and_not_of_what() -> None:
    first, second = (hash_password(PASSWORD, CHEAP) for _ in range(2))
    assert (first.n, first.r, first.p) == (16, 1, 1)
    assert first.salt != second.salt and first.hash != second.hash
    assert PASSWORD not in first.model_dump_json()
    # A dearer hash in the future still reads the old ones.
    assert matches(PASSWORD, first, Cost())
    digest = hashlib.scrypt(
        PASSWORD.encode(), salt=bytes.fromhex(first.salt), n=16, r=1, p=1, dklen=32
    )
    assert digest.hex() == first.hash


def test_the_usual_cost_is_what_it_says() -> None:
    assert 128 * Cost().n * Cost().r == 32 * 1024**2
    kept = hash_password(PASSWORD, Cost())
    assert matches(PASSWORD, kept, Cost())


def test_an_unknown_name_costs_the_same_and_never_matches() -> None:
    cost = Cost(n=2**12)
    kept = hash_password(PASSWORD, cost)

    def seconds(known: PasswordHash | None) -> float:  # of work: others are at work, too
        begun = time.thread_time()
        assert not matches("wrong", known, cost)
        return time.thread_time() - begun

    pairs = [(seconds(kept), seconds(None)) for _ in range(10)]
    of_known, of_unknown = map(min, zip(*pairs, strict=True))
    assert 0.5 < of_known / of_unknown < 2
    # Not even where somebody finds what hashes to the made-up value.
    assert not matches("", None, CHEAP)


def test_a_huge_password_is_not_even_hashed() -> None:
    dear = Cost(n=2**20)
    begun = time.thread_time()
    assert not matches("x" * (MOST + 1), None, dear)
    assert time.thread_time() - begun < 0.1


def test_letters_put_together_otherwise_are_the_same() -> None:
    kept = hash_password("schl\u00fcssel-\u00e9", CHEAP)
    assert matches("schlu\u0308ssel-e\u0301", kept, CHEAP)


@pytest.mark.parametrize(
    "password",
    [
        "",
        "1234567",
        "x" * (MOST + 1),
        "aaaaaaaa",
        "abababab",
        "line\nbreak",
        "\ud800" * 9,
        "ADA-LOVELACE",
    ],
)
def test_some_are_not_worth_their_name(password: str) -> None:
    with pytest.raises(InputError, match=r"password: .*choose another"):
        check_password(password, "ada-lovelace")


def test_others_are() -> None:
    for password in (PASSWORD, "12345abc", "密码很长很长很长", "x" * 8 + "yz"):
        check_password(password, "ada")
