"""Components that draw themselves, on a blank page in a real browser, without a server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr
from playwright.sync_api import Page, sync_playwright

from seq2seq_keras.app.theme import STYLE_SHEETS

EVIL = "<img src=x onerror=fail()>${fail()}`\\"

# What Gradio does for a component: the template once, then the script, then changes of the value.
_MOUNT = """({template, script, traces}) => {
  const element = document.createElement("div");
  element.innerHTML = template;
  document.body.replaceChildren(element);
  const [watching, props] = [[], {value: null}];
  window.fired = [];
  window.give = (next) => { props.value = next; watching.forEach((each) => each()); };
  Function("element", "trigger", "props", "watch", script)(
    element, (name, data) => fired.push([name, data]), props, (_, each) => watching.push(each));
  seq2seqTrace.show(...traces);
}"""


@contextmanager
def blank_page(chromium_path: str, width: int, height: int = 900) -> Iterator[Page]:
    """Opens an empty page with our styles; an error in a script fails when it is closed."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(10_000)
        styles = "".join(path.read_text(encoding="utf-8") for path in STYLE_SHEETS)
        blank = f"<style>{styles}</style><body></body>"
        page.route(
            "http://page.test/", lambda route: route.fulfill(body=blank, content_type="text/html")
        )
        trouble: list[str] = []
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.goto("http://page.test/")
        yield page
        assert trouble == [], trouble
        browser.close()


def mount_traced(page: Page, component: gr.HTML, *traces: dict[str, Any]) -> None:
    """Puts a component that draws the trace on the page, and gives it traces.

    Afterwards `fired` lists its events, `give(value)` changes its value.
    """
    parts = {"template": component.html_template, "script": component.js_on_load}
    page.evaluate(_MOUNT, {**parts, "traces": list(traces)})
