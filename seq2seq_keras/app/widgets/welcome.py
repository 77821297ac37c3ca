"""Ways into the other tabs: a line for newcomers, and what stands where there is no model."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from seq2seq_keras.localisation import Language

_LINE = """
<div class="welcome" hidden role="note"><div><span>{words}</span>
<span class="welcome-ways"><button type="button" data-tab="compare">{compare}</button>
<button type="button" data-tab="understand">{understand}</button>
<button type="button" data-tab="train">{train}</button></span></div>
<button type="button" class="welcome-close" aria-label="{close}" title="{close}">✕</button></div>
"""
_NO_MODEL = """
<div class="no-model"><h3>{title}</h3><p>{words}</p>
<button type="button" data-tab="train">{train}</button></div>
"""
_GO = """
element.addEventListener('click', (event) => {
  const tab = event.target.closest('[data-tab]')?.dataset.tab;
  if (tab) trigger('click', {tab});
});
"""


def welcome(language: Language) -> gr.HTML:
    """Builds the line; a click on one of its ways brings `tab`, the id of the tab, to listeners."""
    say = language.say
    return gr.HTML(
        html_template=_LINE.format(
            words=say("New here? You can also"),
            compare=say("compare models with and without attention"),
            understand=say("look inside one"),
            train=say("train your own"),
            close=say("Dismiss, and do not show this again"),
        ),
        js_on_load=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"),
        apply_default_css=False,
        elem_id="welcome",
    )


def no_model(language: Language, visible: bool) -> gr.HTML:
    """Builds what stands in place of the tab where no model is saved; a click as of `welcome`."""
    say = language.say
    return gr.HTML(
        html_template=_NO_MODEL.format(
            title=say("No model here yet"),
            words=say(
                "Choose a sample corpus and start a short training; in a few minutes the new "
                "model stands here, ready to translate."
            ),
            train=say("Train your own"),
        ),
        js_on_load=_GO,
        visible=visible,
        apply_default_css=False,
        elem_id="no-model",
        elem_classes="empty-state",
    )
