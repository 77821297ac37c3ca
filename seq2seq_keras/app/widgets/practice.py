"""Practice: the picture of a model, whose labels and arrows the reader puts back."""

from __future__ import annotations

import html
import json
from pathlib import Path

import gradio as gr

from seq2seq_keras.app.widgets.practice_cell_texts import gru, lstm
from seq2seq_keras.app.widgets.practice_sentence_texts import attention, plain
from seq2seq_keras.app.widgets.practice_texts import texts
from seq2seq_keras.app.widgets.traced import traced
from seq2seq_keras.localisation import Language

_SCRIPTS = (
    "practice_sentence_levels",
    "practice_cell_levels",
    "practice_check",
    "practice_routes",
    "practice_progress",
    "practice_drawing",
    "practice_stand",
    "practice_panel",
    "practice_moves",
    "practice_dragging",
    "practice",
)

_NAMES = ("lead", "level", "mode", "labels", "arrows", "pool", "check", "remove", "again", "panel")

_LEVEL = (
    '<button type="button" role="radio" data-level="{id}"><span class="practice-order"></span>'
    '<span>{title}</span><span class="practice-done practice-spoken"></span></button>'
)

_TEMPLATE = """
<div class="practice" data-texts="{texts}">
<p class="practice-lead">{lead}</p>
<div class="practice-levels" role="radiogroup" aria-label="{level}">{levels}</div>
<div class="practice-about"><p class="practice-task"></p><p class="practice-note"></p></div>
<div class="practice-bench">
<div class="practice-table">
<div class="practice-tools">
<div class="practice-modes" role="group" aria-label="{mode}">
<button type="button" data-mode="labels">{labels}</button>
<button type="button" data-mode="arrows">{arrows}</button></div>
<span class="practice-left" role="status"></span></div>
<div class="practice-pool" role="group" aria-label="{pool}" data-pool="pool"></div>
<p class="practice-do" role="status"></p>
<div class="practice-frame" tabindex="-1">
<svg class="practice-svg" role="group" xmlns="http://www.w3.org/2000/svg"></svg></div>
<div class="practice-acts">
<button type="button" class="practice-check">{check}</button>
<button type="button" class="practice-remove">{remove}</button>
<button type="button" class="practice-again">{again}</button>
<button type="button" class="practice-show"></button></div></div>
<section class="practice-panel" tabindex="0" aria-label="{panel}"></section>
</div></div>
"""


def practice(language: Language, elem_id: str) -> gr.HTML:
    """Builds the component.

    It takes the words of its drawings from the trace of the page, asks the server nothing, and
    keeps what was drawn in the browser. The scripts of the levels say what the drawings are.
    """
    said = {
        **texts(language),
        **plain(language),
        **attention(language),
        **gru(language),
        **lstm(language),
    }
    levels = "".join(
        _LEVEL.format(id=id, title=html.escape(said[f"title_{id}"]))
        for id in ("plain", "attention", "gru", "lstm")
    )
    return traced(
        _TEMPLATE.format(
            texts=html.escape(json.dumps(said, ensure_ascii=False)),
            levels=levels,
            **{name: html.escape(said[name]) for name in _NAMES},
        ),
        *(Path(__file__).with_name(f"{name}.js") for name in _SCRIPTS),
        elem_id=elem_id,
    )
