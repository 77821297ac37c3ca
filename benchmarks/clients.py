"""How long people wait for a translation: one alone, and twenty beside a training.

The app is started on a folder of its own. First one client asks on the idle machine, one sentence
after the other. Then a training begins in the app, and twenty clients each ask for a sentence of
ten words every ten seconds, each at a moment of its own. A request counts from the moment at
which it was due, so that one that is late makes the next one late too. The clients speak to the
server as its page does. Median, 95th percentile and failures are printed; the results go into a
JSON file.

    python -m benchmarks.clients [--clients 20] [--seconds 120] [--no-training] [--out FILE]
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import sys
import tempfile
import threading
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import machine

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))

SECONDS_BETWEEN = 10.0
REQUESTS_ALONE = 20
REQUESTS_TO_WARM = 5
# Somebody at a page has gone long before; then the request counts as failed.
PATIENCE_SECONDS = 120.0

_ADJECTIVES = ("young", "old", "tall", "small", "happy", "tired")
_PEOPLE = ("man", "woman", "boy", "girl", "child", "player")
_COLOURS = ("red", "blue", "green", "white", "black", "yellow")
_VERBS = ("walks", "sits", "stands", "plays", "waits", "sleeps")


@dataclass
class Waits:
    """How long the answers to some requests took, in seconds, and why others failed."""

    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """Returns median, 95th percentile and the rest as JSON."""
        return {
            "requests": len(self.seconds) + len(self.failures),
            "median": statistics.median(self.seconds) if self.seconds else None,
            "percentile_95": percentile(self.seconds, 95) if self.seconds else None,
            "longest": max(self.seconds, default=None),
            "failures": self.failures,
            "seconds": [round(seconds, 4) for seconds in self.seconds],
        }


def percentile(values: Sequence[float], percent: float) -> float:
    """Returns the smallest of `values` that so many percent of them do not exceed."""
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


def sentence(chance: random.Random) -> str:
    """Returns an English sentence of ten words."""
    adjective, person, colour, verb = map(chance.choice, (_ADJECTIVES, _PEOPLE, _COLOURS, _VERBS))
    return f"The {adjective} {person} with a {colour} hat {verb} outside today."


class Page:
    """Asks for translations as the app's page does: a click on its button, through Gradio's queue.

    An endpoint for programs would be asked in its place by another class with `translate`.

    Args:
        address: Of the server, with a slash at its end.

    Raises:
        RuntimeError: The page has no such button.

    Example:
        >>> Page("http://127.0.0.1:7860/").translate("A dog.")
    """

    def __init__(self, address: str) -> None:
        with urllib.request.urlopen(f"{address}config", timeout=60) as answer:
            config = json.load(answer)
            # The server leads to the page in the visitor's language.
            self._api = f"{answer.geturl().removesuffix('config')}gradio_api/queue/"
        parts = {part["id"]: part["props"] for part in config["components"]}
        named = {props.get("elem_id"): number for number, props in parts.items()}
        click = [named.get("translate-button"), "click"]
        try:
            event = next(each for each in config["dependencies"] if click in each["targets"])
            self._place = event["inputs"].index(named["translate-input"])
            self._answer_place = event["outputs"].index(named["translate-output"])
        except (StopIteration, KeyError, ValueError):
            raise RuntimeError("the page has no button that translates") from None
        self._event = event["id"]
        self._values = [parts[number].get("value") for number in event["inputs"]]

    def translate(self, text: str) -> str:
        """Translates with the model and the settings that the page shows at first.

        Args:
            text: What to translate.

        Returns:
            The translation.

        Raises:
            RuntimeError: The server answers with an error or with nothing.
            OSError: It cannot be reached or takes too long.
        """
        session = uuid.uuid4().hex
        values = list(self._values)
        values[self._place] = text
        body = {"fn_index": self._event, "data": values, "session_hash": session}
        request = urllib.request.Request(
            f"{self._api}join", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        urllib.request.urlopen(request, timeout=PATIENCE_SECONDS).close()
        end = time.monotonic() + PATIENCE_SECONDS
        stream = urllib.request.urlopen(f"{self._api}data?session_hash={session}", timeout=60)
        with stream:
            for line in stream:
                if time.monotonic() > end:
                    raise TimeoutError(f"no translation within {PATIENCE_SECONDS:g} s")
                message = json.loads(line[5:]) if line.startswith(b"data:") else {}
                if message.get("msg") == "process_completed":
                    return self._read(message)
        raise RuntimeError("the answer ended early")

    def _read(self, message: dict[str, Any]) -> str:
        output = message.get("output") or {}
        if not message.get("success"):
            raise RuntimeError(str(output.get("error") or message))
        text = output["data"][self._answer_place]
        if isinstance(text, dict):  # what changes more of a box than its value
            text = text.get("value")
        if not text:
            raise RuntimeError("the translation is empty")
        return str(text)


def ask(translate: Callable[[str], str], text: str, due: float, waits: Waits) -> None:
    """Asks once, and notes how long after `due` the answer came."""
    try:
        translate(text)
    except (OSError, RuntimeError, ValueError) as error:
        waits.failures.append(f"{type(error).__name__}: {error}")
    else:
        waits.seconds.append(time.monotonic() - due)


def ask_alone(translate: Callable[[str], str], requests: int) -> Waits:
    """Asks one sentence after the other."""
    chance, waits = random.Random(1), Waits()
    for _ in range(requests):
        ask(translate, sentence(chance), time.monotonic(), waits)
    return waits


def ask_together(
    translate: Callable[[str], str],
    clients: int,
    seconds: float,
    between: float = SECONDS_BETWEEN,
) -> Waits:
    """Lets many clients ask again and again.

    Args:
        translate: Translates a sentence; called from many threads.
        clients: How many.
        seconds: For how long they begin to ask.
        between: Seconds between two requests of a client.

    Returns:
        All their waits.

    Example:
        >>> ask_together(page.translate, clients=20, seconds=60).figures()["median"]
    """
    waits, begin = Waits(), time.monotonic()

    def client(number: int) -> None:
        chance = random.Random(number)
        due = begin + chance.uniform(0, min(between, seconds))
        while due < begin + seconds:
            time.sleep(max(0.0, due - time.monotonic()))
            ask(translate, sentence(chance), due, waits)
            due += between

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return waits


@contextmanager
def training(data_dir: Path, seconds_to_begin: float = 120.0) -> Iterator[None]:
    """Has the app train on its English–French sample, with the usual settings and no end.

    Raises:
        RuntimeError: The training does not begin.
    """
    from seq2seq_keras.config import Config
    from seq2seq_keras.jobs import Workspace

    workspace = Workspace(data_dir)
    corpus = workspace.samples()[0]
    settings = Config.create(
        source_lang=corpus.source_lang,
        target_lang=corpus.target_lang,
        epochs=100_000,
        patience=100_000,
    )
    details = {"corpus": corpus.reading(), "settings": settings.model_dump()}
    job = workspace.jobs.submit("train", "Beside the clients", details)
    try:
        end = time.monotonic() + seconds_to_begin
        while all(event["kind"] == "stage" for event in workspace.jobs.events(job.id)[0]):
            now = workspace.jobs.get(job.id)
            # To us a process that is just being started looks like one that died.
            going_on = now.active or now.state == "died"
            if not going_on or time.monotonic() > end:
                raise RuntimeError(f"the training does not begin: {now.state} {now.message}")
            time.sleep(0.5)
        yield
        now = workspace.jobs.get(job.id)
        if now.state != "running":
            raise RuntimeError(f"the training ended early: {now.state} {now.message}")
    finally:
        workspace.jobs.ask(job.id, "cancel")


def wait_until_warm(address: str, page: Page, seconds: float = 300.0) -> None:
    """Waits for the translation process, and for what it prepares after its first answer.

    Raises:
        RuntimeError: It does not become ready.
    """
    end = time.monotonic() + seconds
    while True:
        with urllib.request.urlopen(f"{address}health", timeout=60) as answer:
            if json.load(answer)["translation_ready"]:
                break
        if time.monotonic() > end:
            raise RuntimeError("the translation process does not become ready")
        time.sleep(0.5)
    time.sleep(min(10.0, seconds))
    failures = ask_alone(page.translate, REQUESTS_TO_WARM).failures
    if failures:
        raise RuntimeError(f"the app does not translate: {failures[0]}")


def measure(clients: int, seconds: float, with_training: bool) -> dict[str, Any]:
    """Runs the app and both measurements; returns the results as JSON."""
    from helpers.servers import Server

    with tempfile.TemporaryDirectory() as folder:
        server = Server(REPOSITORY, Path(folder) / "data")
        server.start()
        try:
            page = Page(server.address)
            wait_until_warm(server.address, page)
            alone = ask_alone(page.translate, REQUESTS_ALONE)
            if with_training:
                with training(server.data_dir):
                    together = ask_together(page.translate, clients, seconds)
            else:
                together = ask_together(page.translate, clients, seconds)
        finally:
            server.stop()
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        **machine.describe(),
        "clients": clients,
        "seconds": seconds,
        "seconds_between": SECONDS_BETWEEN,
        "training": with_training,
        "alone": alone.figures(),
        "together": together.figures(),
    }


def table(results: dict[str, Any]) -> str:
    """Returns the results as lines to read."""
    beside = "beside a training" if results["training"] else "without a training"
    names = {"alone": "one, idle machine", "together": f"{results['clients']}, {beside}"}
    lines = [f"{'clients':<28}{'requests':>9}{'median':>10}{'95%':>10}{'longest':>10}{'failed':>8}"]
    for key, name in names.items():
        figures = results[key]
        times = [
            "-" if figures[which] is None else f"{figures[which]:.3f} s"
            for which in ("median", "percentile_95", "longest")
        ]
        lines.append(
            f"{name:<28}{figures['requests']:>9}"
            + "".join(f"{text:>10}" for text in times)
            + f"{len(figures['failures']):>8}"
        )
    lines += sorted({f"failed: {failure}" for key in names for failure in results[key]["failures"]})
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints a table and writes the results; returns 1 if a request failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--clients", type=int, default=20, help="clients at once (default: 20)")
    parser.add_argument("--seconds", type=float, default=120, help="for how long (default: 120)")
    parser.add_argument("--no-training", action="store_true", help="on an otherwise idle machine")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path(__file__).with_name(".cache") / "clients.json",
        help="results",
    )
    options = parser.parse_args(arguments)
    results = measure(options.clients, options.seconds, not options.no_training)
    print(table(results))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return 1 if results["alone"]["failures"] or results["together"]["failures"] else 0


if __name__ == "__main__":
    sys.exit(main())
