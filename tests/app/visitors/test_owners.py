"""Who has a thing first has it alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.app.visitors.owners import Owners


def test_the_first_to_take_a_thing_keeps_it() -> None:
    owners = Owners()
    assert owners.take("session", "x", "ada")
    assert not owners.take("session", "x", "bob")
    assert owners.take("session", "x", "ada")
    assert owners.take("event", "x", "bob")  # another thing of the same name


def test_what_nobody_has_is_nobodys() -> None:
    assert not Owners().has("file", "/tmp/a", "ada")


def test_two_may_upload_the_same_file() -> None:
    owners = Owners()
    owners.add("file", "/tmp/a", "ada")
    owners.add("file", "/tmp/a", "bob")
    assert owners.has("file", "/tmp/a", "ada") and owners.has("file", "/tmp/a", "bob")
    assert not owners.has("file", "/tmp/a", "eve")


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["ada", "bob"]))))
def test_as_a_plain_table_would_tell(asked: list[tuple[str, str]]) -> None:
    owners, table = Owners(), dict[str, str]()
    for name, visitor in asked:
        assert owners.take("session", name, visitor) == (table.setdefault(name, visitor) == visitor)


def test_the_longest_unused_is_forgotten_first() -> None:
    owners = Owners(most=2)
    owners.take("event", "old", "ada")
    owners.take("event", "new", "ada")
    owners.take("event", "old", "ada")  # now `new` is the one not asked for longest
    owners.take("event", "newest", "ada")
    assert owners.has("event", "old", "ada") and not owners.has("event", "new", "ada")
