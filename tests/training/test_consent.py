"""Workers that decide alike: here two of them in threads of one process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from helpers.joined_workers import Joined
from seq2seq_keras.training.consent import Consent, Wish
from seq2seq_keras.training.replicas import ONE


def both(*works: Callable[[Consent], Any]) -> list[Any]:
    """Does two works at once, each with the consent of a worker; returns what they return."""
    table, barrier = [b"", b""], threading.Barrier(2)
    results: list[Any] = [None, None]

    def work(number: int) -> None:
        results[number] = works[number](Consent(Joined(number, table, barrier)))

    threads = [threading.Thread(target=work, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def agreeing(wish: Wish, share: float, seconds: float) -> Callable[[Consent], Any]:
    def work(consent: Consent) -> tuple[Wish, float, list[int]]:
        found = consent.agree(10, wish, share, seconds)
        return found, consent.share, [step for step in range(10, 40) if consent.is_due(step)]

    return work


def test_the_chief_decides_what_follows_from_the_time() -> None:
    one, other = both(agreeing(Wish.GO_ON, 0.25, 0.1), agreeing(Wish.VALIDATE, 0.75, 0.001))
    assert one == other == (Wish.GO_ON, 0.25, list(range(15, 40)))
    one, other = both(agreeing(Wish.VALIDATE, 0.5, 9.0), agreeing(Wish.GO_ON, 0.1, 0.1))
    assert one == other == (Wish.VALIDATE, 0.5, list(range(11, 40)))


def test_each_may_ask_to_stop() -> None:
    for wishes in ((Wish.STOP, Wish.GO_ON), (Wish.VALIDATE, Wish.STOP)):
        one, other = both(*(agreeing(wish, 0.5, 0.1) for wish in wishes))
        assert one[0] == other[0] == Wish.STOP


def test_where_one_gives_up_all_do() -> None:
    for wishes in ((Wish.GIVE_UP, Wish.STOP), (Wish.GO_ON, Wish.GIVE_UP)):
        one, other = both(*(agreeing(wish, 0.5, 0.1) for wish in wishes))
        assert one[0] == other[0] == Wish.GIVE_UP


def test_the_chiefs_values_are_those_of_all() -> None:
    assert (
        both(lambda consent: consent.chiefs([0.1, None, "a"]), lambda consent: consent.chiefs(7))
        == [[0.1, None, "a"]] * 2
    )


def test_variables_are_set_to_the_chiefs_values() -> None:
    values = [np.array([[1.5, -2.0]], "float32"), np.array(7, "int32")]

    def variables() -> list[keras.Variable]:
        return [
            keras.Variable(np.zeros((1, 2), "float32")),
            keras.Variable(np.array(0, "int32"), dtype="int32", trainable=False),
        ]

    own, others = variables(), variables()
    both(lambda consent: consent.assign(own, values), lambda consent: consent.assign(others, None))
    for variable, other, value in zip(own, others, values, strict=True):
        np.testing.assert_array_equal(keras.ops.convert_to_numpy(variable.value), value)
        np.testing.assert_array_equal(keras.ops.convert_to_numpy(other.value), value)
    before = variables()
    both(lambda consent: consent.assign(before, None), lambda consent: consent.assign(before, None))
    assert not keras.ops.convert_to_numpy(before[0].value).any()


def test_one_worker_agrees_with_itself_at_every_step() -> None:
    consent = Consent(ONE)
    assert consent.agree(3, Wish.VALIDATE, 0.4, 1e-9) == Wish.VALIDATE
    assert consent.share == 0.4 and consent.is_due(4)
    assert consent.chiefs({"a": 1}) == {"a": 1}
