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


def test_a_visitor_with_many_things_makes_only_their_own_forgotten() -> None:
    owners = Owners(most_each=3)
    assert owners.take("session", "hers", "ada")
    for number in range(10):
        assert owners.take("session", str(number), "eve")
    assert not owners.take("session", "hers", "eve")
    known = [number for number in range(10) if owners.has("session", str(number), "eve")]
    assert known == [7, 8, 9]


def test_those_without_a_cookie_make_nobody_elses_forgotten() -> None:
    owners = Owners(most=100)
    for visitor in ("ada", "bob"):
        assert owners.take("session", visitor, visitor)
    for number in range(1000):  # each a visitor of their own, as who keeps no cookie is
        owners.take("session", f"s{number}", f"new{number}", new=True)
        owners.add("file", "/tmp/a", f"new{number}", new=True)
    assert owners.has("session", "ada", "ada") and not owners.take("session", "bob", "eve")
    # Who comes again with the cookie keeps what is left of theirs as all others do.
    assert owners.take("session", "mine", "eve", new=True)
    assert owners.take("session", "mine", "eve")
    for number in range(1000):
        owners.take("session", f"t{number}", f"newer{number}", new=True)
    assert owners.has("session", "mine", "eve")


def test_those_without_a_cookie_do_not_hurry_what_others_have() -> None:
    owners = Owners(most=3)
    owners.add("file", "/tmp/a", "ada")
    owners.add("file", "/tmp/b", "ada")
    owners.add("file", "/tmp/a", "eve", new=True)  # the same file as hers
    owners.add("file", "/tmp/c", "bob")
    owners.add("file", "/tmp/d", "bob")
    known = [name for name in "abcd" if owners.has("file", f"/tmp/{name}", "ada")]
    assert known == ["b"]  # `a` was the one not asked for longest, with or without eve


def test_one_thing_has_not_owners_without_end() -> None:
    owners = Owners(most_owners=3)
    for visitor in "abcde":
        owners.add("file", "/tmp/a", visitor)
    assert [each for each in "abcde" if owners.has("file", "/tmp/a", each)] == ["c", "d", "e"]
    assert set(owners._things) == set("cde")


def test_what_all_its_owners_lost_is_nobodys() -> None:
    owners = Owners(most_each=1)
    owners.add("file", "/tmp/a", "ada")
    owners.add("file", "/tmp/a", "eve")
    owners.add("file", "/tmp/b", "eve")
    assert owners.has("file", "/tmp/a", "ada") and not owners.has("file", "/tmp/a", "eve")
    owners.add("file", "/tmp/b", "ada")
    assert owners.take("file", "/tmp/a", "bob")
