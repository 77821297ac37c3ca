"""How often somebody may ask, with a clock of the tests' own."""

from __future__ import annotations

import random

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from helpers.clock import Clock
from seq2seq_keras.app.guards.addresses import address_of
from seq2seq_keras.app.guards.pace import ADDRESS_RATE, PERSONS_RATE, Buckets, Pace, Rate
from seq2seq_keras.app.visitors.admission import Admission
from seq2seq_keras.app.visitors.people import Person


def test_a_bucket_is_what_a_slow_count_says() -> None:
    """Against a count in small steps of time."""
    clock, rate, drawn = Clock(), Rate(4, 10), random.Random(1)
    buckets, tokens = Buckets(now=clock), 10.0
    for _ in range(500):
        wait = buckets.wait("ada", rate)
        assert (wait == 0) == (tokens >= 1)
        if wait:
            assert wait == pytest.approx((1 - tokens) / 4)
        else:
            tokens -= 1
        pause = drawn.randrange(0, 64) / 128
        clock.time += pause
        for _ in range(int(pause * 128)):
            tokens = min(10.0, tokens + 4 / 128)


def test_one_does_not_wait_for_another_and_all_fit_in_memory() -> None:
    buckets = Buckets(most=100, now=Clock())
    assert buckets.wait("ada", Rate(1, 1)) == 0
    assert buckets.wait("ada", Rate(1, 1)) == 1
    for number in range(10_000):
        assert buckets.wait(f"{number}", Rate(1, 1)) == 0
    assert len(buckets._buckets) == 100


class ByHeader:
    named = True

    async def who(self, request: Request) -> Person | Response | None:
        name = request.headers.get("who")
        return Person(name, cookie=request.headers.get("cookie-set")) if name else None

    def stays(self, person: Person) -> bool:
        return True


def client() -> TestClient:
    async def answer(_: Request) -> PlainTextResponse:
        return PlainTextResponse("done")

    app = Starlette(
        routes=[Route("/", answer, methods=["GET", "POST"])],
        middleware=[
            Middleware(Admission, people=ByHeader()),
            Middleware(Pace, persons=Rate(0.1, 3), address=Rate(0.1, 5)),
        ],
    )
    return TestClient(app)


def test_a_person_is_slowed_down_and_told_how_long() -> None:
    asking = client()
    for who, at_once in (("ada", 3), ("bob", 3), ("", 5)):
        headers = {"who": who} if who else {}
        answers = [asking.post("/", headers=headers) for _ in range(at_once + 1)]
        assert [answer.status_code for answer in answers] == [200] * at_once + [429]
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 10
        assert asking.get("/", headers=headers).status_code == 200


def test_who_is_new_each_time_is_one_address() -> None:
    asking = client()
    for number in range(5):
        headers = {"who": f"new{number}", "cookie-set": "x=1"}
        assert asking.post("/", headers=headers).status_code == 200
    assert asking.post("/", headers={"who": "new", "cookie-set": "x=1"}).status_code == 429


def test_many_tabs_that_follow_a_training_do_not_wait() -> None:
    """Each asks once a second, and for some twenty things at once when it opens."""
    clock = Clock()
    buckets = Buckets(now=clock)
    for _ in range(5):
        for _ in range(20):
            assert buckets.wait("ada", PERSONS_RATE) == 0
        clock.time += 1
    for _ in range(600):
        for _ in range(15):
            assert buckets.wait("ada", PERSONS_RATE) == 0
        clock.time += 1
    assert ADDRESS_RATE.a_second > PERSONS_RATE.a_second


@pytest.mark.parametrize(
    ("client_address", "counted"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("x" * 10**6, "x" * 64),
    ],
)
def test_an_address_is_what_one_has_alone(client_address: str, counted: str) -> None:
    assert address_of({"client": (client_address, 1)}) == counted
    assert address_of({}) == ""
