"""How long until the app answers and can be typed into, beside an empty Gradio app.

Both are started anew in turn, five times each. Two times are taken: from the command to the
first response, and in Chromium from the navigation until the Translate box takes text. The app's
workspace has been used: 40 ended trainings with all that they told; its browser
remembers 30 translations. The medians and their ratio are printed; the aim
is a ratio of at most 1.5.

    python benchmarks/startup.py [--runs 5] [--jobs 40]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))

EMPTY = """
import sys
import gradio as gr
with gr.Blocks(analytics_enabled=False) as page:
    gr.Textbox(elem_id="translate-input", lines=4)
page.launch(server_port=int(sys.argv[1]), quiet=True)
"""

ENTRY = {"text": "A dog runs.", "translation": "狗跑。", "model": "m", "label": "m", "beam_size": 5}
ENTRIES = [ENTRY | {"text": f"Sentence {number}."} for number in range(30)]
REMEMBERED = f"""
try {{
  localStorage.setItem("seq2seq-keras-history", {json.dumps(json.dumps(ENTRIES))});
}} catch {{ /* a page of the browser's own has no storage */ }}
"""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for_answer(address: str, server: subprocess.Popen[bytes]) -> None:
    while True:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=10) as answer:
            answer.read()
            return
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with exit code {server.returncode}")
        time.sleep(0.01)


@contextlib.contextmanager
def served(command: list[str], address: str) -> Iterator[float]:
    """Starts a server and yields the seconds until its first response."""
    begin = time.perf_counter()
    server = subprocess.Popen(
        command, cwd=REPOSITORY, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for_answer(address, server)
        yield time.perf_counter() - begin
    finally:
        server.terminate()
        server.wait()


def fill(data_dir: Path, jobs: int) -> None:
    """Leaves trainings of two networks in a workspace, ended, as their workers tell of them."""
    from seq2seq_keras.config import Config
    from seq2seq_keras.jobs import Workspace
    from seq2seq_keras.training.events import EpochEnd, Finished, Progress, Started

    workspace = Workspace(data_dir)
    workspace.prepare()
    corpus = workspace.samples()[0]
    settings = Config.create(source_lang=corpus.source_lang, target_lang=corpus.target_lang)
    details = {"corpus": corpus.reading(), "settings": settings.model_dump()}
    said = {"source": "A dog runs.", "reference": "Un chien court.", "translation": "Un chien."}
    for number in range(jobs):
        queue = workspace.jobs
        job = queue.submit("compare", f"Training {number + 1}", details)
        queue.claim(job.id)
        for system in ("plain", "attention"):
            history = [
                Started(1_000_000, 300, 18_000, 20, None, "CPU", 0),
                *(
                    event
                    for epoch in range(1, 21)
                    for event in (
                        Progress(epoch, 150, 300, 2.0, 4000.0, 30.0 * epoch, 60.0),
                        EpochEnd(
                            epoch, 2.0, 7.4, 2.1, 8.2, 30.0, 1e-3, 4e3, 30.0, True, [said] * 3
                        ),
                    )
                ),
                Finished("epochs", 20, 30.0, 600.0),
            ]
            for event in history:
                queue.append_event(job.id, {"system": system, **event.to_dict()})
        queue.end(queue.get(job.id), "finished")


def seconds_to_box(browser: Browser, address: str) -> float:
    """From navigation until the box holds a letter that was typed."""
    context = browser.new_context()
    context.add_init_script(REMEMBERED)
    page = context.new_page()
    begin = time.perf_counter()
    page.goto(address, wait_until="commit")
    box = page.locator("#translate-input textarea")
    while box.input_value() != "a":  # what is typed into a page still being built may be lost
        box.fill("a")
        page.evaluate("new Promise(requestAnimationFrame)")
    seconds = time.perf_counter() - begin
    context.close()
    return seconds


def main() -> None:
    """Runs both in turn and prints the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=40, help="ended trainings in the workspace")
    options = parser.parse_args()

    from helpers.chromium import find_chromium

    responses: dict[str, list[float]] = {"empty": [], "app": []}
    boxes: dict[str, list[float]] = {"empty": [], "app": []}
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        fill(Path(data), options.jobs)
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for _ in range(options.runs):
            for name in responses:
                port = str(free_port())
                command = (
                    [sys.executable, "-c", EMPTY, port]
                    if name == "empty"
                    else [sys.executable, "app.py", "--port", port, "--data-dir", data]
                )
                address = f"http://127.0.0.1:{port}/"
                with served(command, address) as seconds:
                    responses[name].append(seconds)
                    boxes[name].append(seconds_to_box(browser, address))
        browser.close()
    for what, times in (("first response", responses), ("usable box", boxes)):
        empty, app = (statistics.median(times[name]) for name in ("empty", "app"))
        spread = " ".join(f"{seconds:.2f}" for seconds in times["app"])
        print(
            f"{what}: app {app:.2f} s ({spread}), empty Gradio app {empty:.2f} s, "
            f"ratio {app / empty:.2f}"
        )


if __name__ == "__main__":
    main()
