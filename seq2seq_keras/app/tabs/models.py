"""Models: what is saved, what its card says, take it with you, or delete it."""

from __future__ import annotations

import re
from typing import Any

import gradio as gr

from seq2seq_keras.app.studio import QUIET, Studio, readable_errors
from seq2seq_keras.app.wording import (
    bleu,
    model_architecture,
    model_label,
    model_languages,
    moment,
    size,
)
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import ModelInfo
from seq2seq_keras.localisation import Language, later

_EMPTY = later(
    "**Nothing saved yet.** Every training that you finish or stop in the *Train* tab leaves its "
    "best model here."
)


def build(studio: Studio) -> Models:
    """Builds the tab inside the current Blocks."""
    return Models(studio)


class Models:
    """The tab's components, and what happens between them."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        say = studio.language.say
        self._headers = [
            say("Name"),
            say("Languages"),
            say("Architecture"),
            "BLEU",
            say("Size"),
            say("Saved"),
            "",
        ]
        self.empty = gr.Markdown(say(_EMPTY), visible=False, elem_classes="empty-state")
        self.table = gr.Dataframe(
            headers=self._headers,
            label=say("Saved models: click a row to see its card"),
            interactive=False,
            wrap=True,
            buttons=[],
            elem_id="models-table",
        )
        with gr.Column(elem_classes="card"):
            with gr.Row(elem_classes="actions"):
                self.model = gr.Dropdown(
                    label=say("Model"),
                    filterable=False,
                    scale=3,
                    min_width=240,
                    elem_id="models-model",
                )
                self.download = gr.Button(
                    say("Download (zip)"), size="sm", min_width=140, elem_id="download"
                )
                self.delete = gr.Button(
                    say("Delete…"), variant="stop", size="sm", min_width=110, elem_id="delete"
                )
            with gr.Row(visible=False, elem_classes="confirm") as self.confirm:
                self.question = gr.Markdown()
                self.yes = gr.Button(
                    say("Delete it"), variant="stop", size="sm", scale=0, min_width=120
                )
                self.no = gr.Button(say("Keep it"), size="sm", scale=0, min_width=120)
            self.card = gr.Markdown(elem_id="model-card")
        self._connect()

    @property
    def refreshed(self) -> list[Any]:
        return [self.empty, self.table, self.model]

    @property
    def shown(self) -> list[Any]:
        return [self.card, self.download, self.delete, self.confirm, self.question]

    def refresh(self, model_id: str | None) -> tuple[Any, ...]:
        """Brings the list up to date."""
        models = self._studio.workspace.models()
        ids = [info.id for info in models]
        return (
            gr.update(visible=not models),
            gr.update(
                value={"headers": self._headers, "data": list(map(self._row, models))},
                visible=bool(models),
            ),
            gr.update(
                choices=[(model_label(info, self._studio.language), info.id) for info in models],
                value=model_id if model_id in ids else next(iter(ids), None),
            ),
        )

    @readable_errors
    def show(self, model_id: str | None) -> tuple[Any, ...]:
        """One model's card, and what can be done with the model."""
        if model_id is None:
            return "", gr.update(interactive=False), gr.update(interactive=False), *_closed()
        info, say = self._studio.workspace.model(model_id), self._studio.language.say
        return (
            model_card(info, self._studio.language),
            gr.update(link=f"../download/models/{info.id}.zip", interactive=True),
            gr.update(
                interactive=not info.shipped,
                value=say("Comes with the project") if info.shipped else say("Delete…"),
            ),
            *_closed(),
        )

    def _connect(self) -> None:
        self.model.input(self.show, inputs=self.model, outputs=self.shown, **QUIET)
        self.table.select(self._choose, outputs=self.model, **QUIET).success(
            self.show, inputs=self.model, outputs=self.shown, **QUIET
        )
        self.delete.click(
            self._ask, inputs=self.model, outputs=[self.confirm, self.question], **QUIET
        )
        self.no.click(_closed, outputs=[self.confirm, self.question], **QUIET)
        self.yes.click(self._delete, inputs=self.model, outputs=self.refreshed, **QUIET).success(
            self.show, inputs=self.model, outputs=self.shown, **QUIET
        )

    @readable_errors
    def _choose(self, event: gr.SelectData) -> str:
        models = self._studio.workspace.models()
        # The list may be sorted on the page: what the row says decides, not its number.
        row = list(map(str, event.row_value))
        alike = [info for info in models if self._row(info)[:2] == row[:2]]
        # Two of one name differ in the rest of the row.
        alike.sort(key=lambda info: list(map(str, self._row(info))) != row)
        if alike:
            return alike[0].id
        raise InputError("This model no longer exists. Open the tab again to see what is there.")

    @readable_errors
    def _ask(self, model_id: str | None) -> tuple[Any, Any]:
        info = self._studio.workspace.model(model_id)
        if info.shipped:
            raise InputError(f"{info.name} comes with the project and cannot be deleted.")
        return (
            gr.update(visible=True),
            self._studio.language.say(
                "Delete **{name}** ({size}) for good?",
                name=_literal(info.name),
                size=size(info.size_bytes),
            ),
        )

    @readable_errors
    def _delete(self, model_id: str) -> tuple[Any, ...]:
        self._studio.workspace.delete_model(model_id)
        return self.refresh(None)

    def _row(self, info: ModelInfo) -> list[str]:
        language = self._studio.language
        return [
            info.name,
            model_languages(info, language),
            model_architecture(info, language),
            bleu(info.bleu),
            size(info.size_bytes),
            moment(info.saved),
            language.say("sample") if info.shipped else language.say("yours"),
        ]


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
    return re.sub(r"(?<!\\)<", "&lt;", text).replace("![", "[")


def _closed() -> tuple[Any, Any]:
    return gr.update(visible=False), ""


def _literal(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]()<>#+!|~$])", r"\\\1", text)
