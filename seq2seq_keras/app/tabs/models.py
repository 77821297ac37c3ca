"""Models: what is saved, as cards; use it, name it, take it with you, delete it, bring more."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from seq2seq_keras.app.disk_use import disk_use_html
from seq2seq_keras.app.drawer import Drawer
from seq2seq_keras.app.job_list import JobList
from seq2seq_keras.app.model_cards import MANY, ON_LOAD, ORDERS, arranged, cards_html
from seq2seq_keras.app.model_exports import EXPORT_JOBS, chosen
from seq2seq_keras.app.model_upload import receive
from seq2seq_keras.app.studio import QUIET, Studio, page_error, readable_errors
from seq2seq_keras.app.submissions import submit_export
from seq2seq_keras.app.wording import size
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.jobs import ModelInfo
from seq2seq_keras.jobs.disk_use import clean_up, measure
from seq2seq_keras.localisation import Language

_SHEET_HEAD = """
<div class="sheet-head"><h2>{title}</h2>
<button type="button" class="drawer-close" data-act="close" data-item="" aria-label="{close}">✕
</button></div>
"""

# The sheet takes the keyboard when it opens, and Escape closes it.
_SHEET_ON_LOAD = """
const focus = () => element.querySelector('button')?.focus();
setTimeout(focus, 0);
new MutationObserver(focus).observe(element, {childList: true, subtree: true});
element.addEventListener('click', (event) => {
  if (event.target.closest('[data-act=close]')) trigger('click', {act: 'close', item: ''});
});
element.closest('#model-sheet').addEventListener('keydown', (event) => {
  if (event.key === 'Escape') trigger('click', {act: 'close', item: ''});
});
"""


def build(studio: Studio, drawer: Drawer) -> Models:
    """Builds the tab inside the current Blocks."""
    return Models(studio, drawer)


class Models:
    """The tab's components, and what happens between them.

    Attributes:
        cards: The models. Its `select` event says that one is to be used in another tab: `act`
            is "translate", "compare" or "understand", and `item` the model's id.
    """

    def __init__(self, studio: Studio, drawer: Drawer) -> None:
        self._studio = studio
        say = studio.language.say
        with gr.Row(elem_classes="actions"):
            self.search = gr.Textbox(
                label=say("Search"),
                placeholder=say("Name, language, architecture, note"),
                max_lines=1,
                scale=3,
                min_width=200,
                elem_id="models-search",
                visible=False,
            )
            self.order = gr.Dropdown(
                [(say(label), order) for order, (label, _) in ORDERS.items()],
                value="newest",
                label=say("Order"),
                filterable=False,
                scale=1,
                min_width=160,
                elem_id="models-order",
                visible=False,
            )
            self.upload = gr.UploadButton(
                say("Upload a model (zip)"),
                file_types=[".zip"],
                size="sm",
                scale=0,
                min_width=200,
                elem_id="models-upload",
            )
        self.notice = gr.HTML(_notice(""), js_on_load=ON_LOAD, elem_id="models-notice")
        self.cards = gr.HTML(js_on_load=ON_LOAD, elem_id="models-cards")
        self._exports = JobList(studio, drawer, EXPORT_JOBS, "export-jobs")
        self.disk = gr.HTML(js_on_load=ON_LOAD, elem_id="disk-use")
        with gr.Column(visible=False, elem_id="model-sheet") as self.sheet:
            self.sheet_head = gr.HTML(js_on_load=_SHEET_ON_LOAD)
            self.card = gr.Markdown(elem_id="model-card")
        self._connect()

    @property
    def inputs(self) -> list[Any]:
        """What decides which models are shown, and in which order."""
        return [self.search, self.order]

    @property
    def refreshed(self) -> list[Any]:
        return [self.search, self.order, self.cards]

    def refresh(self, search: str | None, order: str) -> tuple[Any, ...]:
        """Brings the list up to date."""
        models, search = self._studio.workspace.models(), search or ""
        many = gr.update(visible=len(models) >= MANY or bool(search))
        found = arranged(models, search, order)
        return many, many, cards_html(models, found, self._studio.language)

    @readable_errors
    def measure(self) -> str:
        """What everything takes on the disk, which may need a moment."""
        studio, workspace = self._studio, self._studio.workspace
        return disk_use_html(
            measure(workspace), workspace.trash.all(), studio.language, studio.quota
        )

    def _connect(self) -> None:
        gr.on(
            [component.input for component in self.inputs],
            self.refresh,
            self.inputs,
            self.refreshed,
            trigger_mode="always_last",
            **QUIET,
        )
        changed = [self.notice, self.cards, self.sheet, self.sheet_head, self.card]
        changed += self._exports.outputs
        for component in (self.cards, self.notice, self.disk, self.sheet_head):
            # In the queue: what is refused there is no trouble of the browser's.
            component.click(
                self._act,
                inputs=self.inputs,
                outputs=changed,
                api_visibility="private",
                show_progress="hidden",
                concurrency_limit=None,
            ).success(self.measure, outputs=self.disk, **QUIET)
        self.upload.upload(
            self._receive,
            inputs=[self.upload, *self.inputs],
            outputs=[self.upload, self.notice, self.cards],
            api_visibility="private",
            show_progress="hidden",
            concurrency_limit=2,
        ).success(self.measure, outputs=self.disk, **QUIET)

    @readable_errors
    def _act(self, search: str | None, order: str, event: gr.EventData) -> dict[Any, Any]:
        """Does what was pressed; what it was about is looked up, whatever it claims to be."""
        workspace, say = self._studio.workspace, self._studio.language.say
        act, item = str(event.act), str(event.item)
        notice = _notice("")
        if act == "close":
            return {self.sheet: gr.update(visible=False)}
        if act == "card":
            return self._show(workspace.model(item))
        if act == "export":
            job = submit_export(self._studio, item, *chosen(str(event.value)))
            said = say("“{name}” is being exported; see below, under Exports.", name=job.name)
            watched = zip(self._exports.outputs, self._exports.watched(), strict=True)
            return {self.notice: _notice(said), **dict(watched)}
        if act == "rename":
            workspace.rename_model(item, str(event.value))
        elif act == "note":
            workspace.annotate_model(item, str(event.value))
        elif act == "delete":
            name = workspace.model(item).name
            undo = workspace.delete_model(item)
            notice = _notice(say("“{name}” was deleted.", name=name), undo, say("Undo"))
        elif act == "undo":
            name = workspace.restore_model(item).name
            notice = _notice(say("“{name}” is back.", name=name))
        elif act == "clean":
            freed = clean_up(workspace, item)  # type: ignore[arg-type]
            notice = _notice(say("{size} were freed.", size=size(freed)))
        *_, cards = self.refresh(search, order)
        return {self.notice: notice, self.cards: cards}

    def _show(self, info: ModelInfo) -> dict[Any, Any]:
        language = self._studio.language
        head = _SHEET_HEAD.format(
            title=html.escape(info.name), close=language.say("Close the model card")
        )
        return {
            self.sheet: gr.update(visible=True),
            self.sheet_head: head,
            self.card: model_card(info, language),
        }

    def _receive(self, path: str, search: str | None, order: str) -> Iterator[tuple[Any, ...]]:
        """Takes in an upload, telling what is being done."""
        language = self._studio.language
        try:
            for what in receive(self._studio.workspace, Path(path)):
                if isinstance(what, str):
                    doing = _notice(f"{language.error(what)}…")
                    yield gr.update(interactive=False), doing, gr.skip()
                else:
                    done = _notice(language.say("“{name}” was added.", name=what.name))
                    *_, cards = self.refresh(search, order)
                    yield gr.update(interactive=True, value=None), done, cards
        except (InputError, WorkError) as error:
            yield gr.update(interactive=True, value=None), _notice(""), gr.skip()
            raise page_error(error, language) from None


def model_card(info: ModelInfo, language: Language) -> str:
    """The model's README, as Markdown in which corpus text can do no harm.

    A card quotes sentences of a corpus. HTML in them is shown as text, and an image would be
    a request to somebody's server: it becomes a plain link.
    """
    path = info.folder / "README.md"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return language.say("*{name} has no readable model card.*", name=_literal(info.name))
    # A heading of metadata, as the Hugging Face Hub reads it, is not for people.
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    # Two backslashes are one, and escape nothing; of two exclamation marks one would be left.
    return re.sub(r"!+\[", "[", re.sub(r"(?<!\\)((?:\\\\)*)<", r"\1&lt;", text))


def _notice(text: str, undo: str = "", label: str = "") -> str:
    """A line above the cards, with a button that takes back what was done."""
    button = (
        f'<button type="button" class="act" data-act="undo" data-item="{html.escape(undo)}">'
        f"{label}</button>"
        if undo
        else ""
    )
    shown = f"<p>{html.escape(text)}</p>{button}" if text else ""
    return f'<div class="models-notice" role="status">{shown}</div>'


def _literal(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]()<>#+!|~$])", r"\\\1", text)
