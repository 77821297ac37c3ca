"""Visitors under load: when they ask, what counts as a failure, and what a server left behind."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import uvicorn
from fastapi import FastAPI

from benchmarks.load import phases, soak
from benchmarks.load import waits as waits_module
from benchmarks.load.__main__ import table
from benchmarks.load.phases import Outcome, out_of_order
from benchmarks.load.running import Running, running
from benchmarks.load.use import Use, figures, look, slope, watching
from benchmarks.load.visitors import Site, Visitor
from benchmarks.load.waits import (
    Waits,
    ask_alone,
    ask_together,
    beside,
    percentile,
    sentence,
)
from helpers.clock import Clock, run_by
from helpers.servers import free_port


def test_percentile_is_a_value_that_was_measured() -> None:
    assert percentile(list(range(1, 101)), 95) == 95
    assert percentile([3.0, 1.0, 2.0], 95) == 3.0
    assert percentile([7.0], 95) == 7.0
    assert percentile([float(value) for value in range(20)], 95) == 18.0


def test_sentences_have_ten_words() -> None:
    chance = random.Random(3)
    sentences = {sentence(chance) for _ in range(50)}
    assert {len(text.split()) for text in sentences} == {10}
    assert len(sentences) > 40


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """By which requests are due, and their waits are taken."""
    clock = Clock()
    monkeypatch.setattr(waits_module, "time", SimpleNamespace(monotonic=clock))
    return clock


def test_every_client_asks_at_its_moments(clock: Clock) -> None:
    asked: list[int] = []

    def client(number: int) -> Any:
        async def translate(text: str) -> str:
            asked.append(number)
            return text

        return translate

    clients = [client(number) for number in range(5)]
    waits = run_by(clock, lambda: ask_together(clients, 0.6, 0.2))
    assert waits.seconds == pytest.approx([0.0] * 15)
    assert sorted(asked) == sorted(3 * [0, 1, 2, 3, 4])
    assert 0.4 < clock() < 0.6  # when the last was due


async def _slow(text: str) -> str:
    await asyncio.sleep(0.3)
    return text


def test_who_is_late_counts_from_when_it_was_due(clock: Clock) -> None:
    waits = run_by(clock, lambda: ask_together([_slow], seconds=0.6, between=0.2))
    # Due every 0.2 s and 0.3 s long, each begins 0.1 s later than the one before.
    assert waits.seconds == pytest.approx([0.3, 0.4, 0.5])


def test_who_asks_beside_work_ends_with_it(clock: Clock) -> None:
    waits = run_by(clock, lambda: beside(_slow, asyncio.sleep(1.0), between=0.4))
    # At 0, 0.4 and 0.8 s, and the last is not cut off.
    assert waits.seconds == pytest.approx([0.3] * 3)
    assert clock() == pytest.approx(1.1)


def test_failures_are_counted_and_told() -> None:
    answers = iter([None, RuntimeError("too busy"), TimeoutError("no answer")])

    async def failing(text: str) -> str:
        answer = next(answers)
        if answer is not None:
            raise answer
        return text

    waits = asyncio.run(ask_alone(failing, 3))
    assert len(waits.seconds) == 1
    assert waits.failures == ["RuntimeError: too busy", "TimeoutError: no answer"]
    outcome = Outcome(waits, {"uploads": Waits([1.0], ["OSError: gone"])}, failures=["lost"])
    assert outcome.errors == ["lost", *waits.failures, "OSError: gone"]
    results = {
        "phases": {
            "idle": Outcome(Waits([0.1, 0.2, 0.4])).figures(),
            "clients": Outcome(Waits([0.3, 0.5], ["lost"]), facts={"clients": 20}).figures(),
            "jobs": Outcome(Waits([], ["lost"]), facts={"jobs": 100}).figures(),
        }
    }
    lines = table(results).splitlines()
    assert lines[1].split() == "one client, idle machine 3 0.200 s 0.400 s 0".split()
    assert lines[2].split() == "20 clients at once, beside a training 3 0.400 s 0.500 s 1".split()
    assert lines[3].split() == "100 jobs in the queue 1 - - 1".split()
    assert "clients: 2.00 times the wait of one on the idle machine (median)" in lines
    assert lines[-2:] == ["clients: lost", "jobs: lost"]


def test_jobs_that_are_lost_fail_or_overtake_are_told() -> None:
    def job(name: str, kind: str, started: str | None, state: str = "finished") -> dict[str, Any]:
        return {"name": name, "kind": kind, "started": started, "state": state, "message": "m"}

    good = [job("a", "train", "1"), job("b", "translate", "0"), job("c", "compare", "2")]
    assert out_of_order(good) == []  # two lanes: the second may begin first
    swapped = [job("a", "train", "2"), job("b", "translate", "3"), job("c", "train", "1")]
    assert out_of_order(swapped) == ["c began before a"]
    broken = [job("a", "train", "1", "died"), job("b", "", None, "lost")]
    assert out_of_order(broken) == ["a: died: m", "b: lost: m"]


def test_the_slope_is_that_of_the_line_that_fits_best() -> None:
    generator = np.random.default_rng(0)
    minutes = np.linspace(0, 5, 40)
    megabytes = 300 + 2.5 * minutes + generator.normal(0, 1, 40)
    expected = np.polyfit(minutes, megabytes, 1)[0]
    assert slope(minutes.tolist(), megabytes.tolist()) == pytest.approx(expected, abs=1e-3)
    assert slope([0.0, 1.0], [1.0, 2.0]) is None


_LEAKS = """
import subprocess, sys, threading, time
kept = []
for line in sys.stdin:
    what = line.strip()
    if what == "memory":
        kept.append(bytearray(b"x") * (20 * 1024 ** 2))
    elif what == "files":
        kept += [open(sys.argv[1]) for _ in range(3)]
    elif what == "threads":
        for _ in range(2):
            threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    elif what == "processes":
        kept.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]))
    elif what == "end":
        for each in kept:
            if isinstance(each, subprocess.Popen):
                each.kill()
        break
    print("done", flush=True)
"""


@pytest.fixture
def leaking(tmp_path: Path) -> Iterator[Any]:
    """A process that leaks what it is told to; returns its number."""
    script = tmp_path / "leaks.py"
    script.write_text(_LEAKS, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script), str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None

    def leak(what: str) -> int:
        print(what, file=process.stdin, flush=True)
        process.stdout.readline()
        return process.pid

    yield leak
    print("end", file=process.stdin, flush=True)
    process.wait(180)
    process.stdin.close()
    process.stdout.close()


def test_what_a_process_keeps_is_seen(leaking: Any) -> None:
    before = look(leaking("nothing"))
    leaking("memory")
    memory = look(leaking("memory"))
    assert memory.server - before.server == pytest.approx(40, abs=5)
    files = look(leaking("files"))
    assert files.open_files == before.open_files + 3
    threads = look(leaking("threads"))
    assert (threads.threads, threads.processes) == (before.threads + 2, 1)
    processes = look(leaking("processes"))
    assert (processes.processes, processes.threads) == (2, threads.threads + 1)
    assert processes.children > 1

    nothing: frozenset[str] = frozenset({"a"})
    left = soak.Stock(processes, nothing | {"b"}).more_than(soak.Stock(before, nothing))
    assert left["files"] == ["b"] and left["threads"] == 3 and left["processes"] == 1
    assert left["open_files"] >= 3
    assert soak.Stock(before, nothing).more_than(soak.Stock(before, nothing)) == {}


def test_memory_that_rises_has_a_slope(leaking: Any) -> None:
    async def watch() -> list[Use]:
        async with watching(leaking("nothing"), between=0.05) as seen:
            for _ in range(5):
                await asyncio.sleep(0.1)
                leaking("memory")
        return seen

    told = figures(asyncio.run(watch()))["server"]
    assert told["end"] - told["start"] == pytest.approx(100, abs=10)
    assert told["slope"] > 3000  # 20 MB in each tenth of a second


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A page whose button answers like that of the app, in another order and with more parts."""
    gradio = pytest.importorskip("gradio")

    def answer(beam: int, text: str, model: str) -> tuple[None, str]:
        if "wrong" in text:
            raise gradio.Error("That did not work")
        return None, "" if "nothing" in text else f"{text}|{model}|{beam}"

    with gradio.Blocks(analytics_enabled=False) as page:
        beam = gradio.Slider(1, 10, value=5)
        model = gradio.Dropdown(["a", "b"], value="b")
        text = gradio.Textbox("what greets", elem_id="translate-input")
        output = gradio.Textbox(elem_id="translate-output")
        button = gradio.Button(elem_id="translate-button")
        button.click(
            answer, [beam, text, model], [gradio.State(), output], api_visibility="private"
        )
        page.load(lambda: 7, outputs=beam, queue=False, api_visibility="private").then(
            lambda beam: beam + 1, beam, beam, api_visibility="private"
        )

    host = gradio.mount_gradio_app(FastAPI(), page, path="/en", show_error=True)
    port = free_port()
    # Its own logging would stay with the tests that follow.
    server = uvicorn.Server(uvicorn.Config(host, port=port, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}/"
    server.should_exit = True
    thread.join()


def test_a_visitor_asks_as_the_page_does(address: str) -> None:
    async def visit() -> None:
        site = await Site.at(address)
        visitor = Visitor(site)
        assert await visitor.translate("A dog.") == "A dog.|b|5"
        with pytest.raises(RuntimeError, match="That did not work"):
            await visitor.translate("wrong")
        with pytest.raises(RuntimeError, match="empty"):
            await visitor.translate("nothing")
        assert not visitor.is_connected
        await visitor.open()
        await asyncio.sleep(0.2)
        assert visitor.is_connected
        # What happens at loading, and what follows on it, changes the page.
        assert await visitor.translate("A dog.") == "A dog.|b|8"
        await visitor.close()
        assert not visitor.is_connected
        others = [Visitor(site).translate for _ in range(4)]
        assert len((await ask_together(others, 0.5, 0.25)).seconds) == 8
        with pytest.raises(RuntimeError, match="train"):
            await visitor.call("train")
        await site.transport.aclose()

    asyncio.run(visit())


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.Runner]:
    """What runs all that is asked of the one server."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def app(loop: asyncio.Runner) -> Iterator[Running]:
    """The app, warm."""
    context = running(prepare=0)
    yield loop.run(context.__aenter__())
    loop.run(context.__aexit__(None, None, None))


@pytest.mark.slow
def test_clients_are_served_beside_a_training(loop: asyncio.Runner, app: Running) -> None:
    outcome = loop.run(phases.watched(app, phases.clients(app, 4, 3, 1, phases.TINY)))
    assert outcome.errors == []
    assert len(outcome.waits.seconds) == 12
    assert outcome.use["processes"]["most"] == 3  # server, translation, training
    assert outcome.use["server"]["start"] > 50


@pytest.mark.slow
def test_jobs_end_in_their_order(loop: asyncio.Runner, app: Running) -> None:
    outcome = loop.run(phases.jobs(app, 2, between=1))
    assert outcome.errors == []
    assert len(outcome.waits.seconds) > 2


@pytest.mark.slow
def test_uploads_at_once_all_arrive(loop: asyncio.Runner, app: Running) -> None:
    loop.run(soak.clean(app.visitor()))
    outcome = loop.run(phases.uploads(app, 12, between=1))
    assert outcome.errors == []
    assert len(outcome.more["uploads"].seconds) == 12


@pytest.mark.slow
def test_open_pages_leave_room_for_others(loop: asyncio.Runner, app: Running) -> None:
    outcome = loop.run(phases.watched(app, phases.pages(app, 20, seconds=2, between=0.5)))
    assert outcome.errors == []
    # Connections of the tests before are still there at its start, but not at its end.
    assert outcome.use["open_files"]["most"] >= outcome.use["open_files"]["end"] + 20


@pytest.mark.soak
def test_a_soak_finds_nothing_left_and_would_find_a_file(
    loop: asyncio.Runner, app: Running
) -> None:
    turns = (soak.upload, soak.come_and_go)
    loop.run(soak.clean(app.visitor()))
    found = loop.run(soak.soak(app, 0.05, every=0, calm=11, turns=turns))
    assert found["errors"] == []
    assert found["turns"] >= 2
    assert found["left"] == {}
    before = loop.run(soak.stock(app, calm=0))
    (app.folder / "temporary" / "forgotten").touch()
    left = loop.run(soak.stock(app, calm=0)).more_than(before)
    assert left["files"] == ["temporary/forgotten"]
    (app.folder / "temporary" / "forgotten").unlink()
