"""How long one waits after wrong passwords, and that nobody is locked out for good."""

from __future__ import annotations

import pytest

from helpers.clock import Clock
from seq2seq_keras.app.login.throttle import ACCOUNT, ADDRESS, PAIR, Patience, Throttle

STRICT = Patience(free=2, longest=60, forgiven=600)


@pytest.fixture
def clock() -> Clock:
    return Clock(1000.0)


@pytest.fixture
def throttle(clock: Clock) -> Throttle:
    return Throttle(most=50, now=clock)


def test_waits_double_up_to_the_longest(throttle: Throttle, clock: Clock) -> None:
    waits = []
    for _ in range(12):
        waits.append(throttle.begin([("ada", STRICT)]))
        clock.time += waits[-1]
        if waits[-1]:
            assert throttle.begin([("ada", STRICT)]) == 0
    # The wait before the next try, after 3, 4, ... wrong ones; some is forgiven meanwhile.
    asked = [round(wait) for wait in waits if wait]
    assert waits[:3] == [0, 0, 0]
    assert asked[:5] == [1, 2, 4, 8, 16] and max(asked) == 60


def test_tries_at_the_same_time_all_count(throttle: Throttle) -> None:
    waits = [throttle.begin([("ada", STRICT)]) for _ in range(100)]
    assert sum(wait == 0 for wait in waits) == 3


def test_a_try_that_waits_makes_the_wait_no_longer(throttle: Throttle, clock: Clock) -> None:
    for _ in range(3):
        throttle.begin([("ada", STRICT)])
    for _ in range(1000):
        assert throttle.begin([("ada", STRICT)]) == pytest.approx(1)
    clock.time += 1
    assert throttle.begin([("ada", STRICT)]) == 0


def test_what_was_right_is_forgotten_and_gives_no_other_tries(throttle: Throttle) -> None:
    counts = [("pair", STRICT), ("address", Patience(4, 60, 600))]
    for _ in range(20):  # of somebody who logs in and out
        assert throttle.begin(counts) == 0
        throttle.succeeded(counts, own="pair")
    # An own account, logged in to in between, buys no more guesses at another's.
    guesses = 0
    for number in range(20):
        guesses += throttle.begin([(f"other {number}", STRICT), counts[1]]) == 0
        if throttle.begin(counts) == 0:
            throttle.succeeded(counts, own="pair")
    assert guesses <= 5


def test_time_forgives(throttle: Throttle, clock: Clock) -> None:
    for _ in range(3):
        throttle.begin([("ada", STRICT)])
    clock.time += 3 * 600
    assert [throttle.begin([("ada", STRICT)]) for _ in range(3)] == [0, 0, 0]


def test_memory_is_bounded(throttle: Throttle) -> None:
    for number in range(1000):
        throttle.begin([(f"a{number}", STRICT), (f"b{number}", STRICT)])
    assert len(throttle._tries) <= 50


def test_a_day_of_guessing_from_one_address_is_a_few_hundred_guesses(
    throttle: Throttle, clock: Clock
) -> None:
    counts, guesses, end = [("pair", PAIR), ("address", ADDRESS), ("account", ACCOUNT)], 0, 86_400
    while clock.time < 1000 + end:
        wait = throttle.begin(counts)
        guesses += wait == 0
        clock.time += wait or 0.1
    assert guesses < 500
    # All the while nobody else waits: the account's own count stayed below its limit.
    assert throttle.begin([("another pair", PAIR), ("another", ADDRESS), ("account", ACCOUNT)]) == 0


def test_guessing_from_everywhere_makes_others_wait_for_seconds(
    throttle: Throttle, clock: Clock
) -> None:
    for number in range(200):
        throttle.begin([(f"pair {number}", PAIR), (f"{number}", ADDRESS), ("account", ACCOUNT)])
    wait = throttle.begin([("ada's", PAIR), ("hers", ADDRESS), ("account", ACCOUNT)])
    assert 0 < wait <= ACCOUNT.longest == 30
    assert throttle.begin([("her browser", PAIR)]) == 0


def test_a_class_behind_one_address_logs_in_at_once(throttle: Throttle) -> None:
    for number in range(40):
        counts = [(f"pair {number}", PAIR), ("address", ADDRESS), (f"account {number}", ACCOUNT)]
        if number % 3 == 0:
            assert throttle.begin(counts) == 0  # mistyped
        assert throttle.begin(counts) == 0
        throttle.succeeded(counts, own=f"pair {number}")
