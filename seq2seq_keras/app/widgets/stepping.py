"""A translation step by step: the model drawn over the sentence, and the formulas with values."""

from __future__ import annotations

from html import escape
from pathlib import Path

import gradio as gr

from seq2seq_keras.app.widgets import data_attributes
from seq2seq_keras.app.widgets.stepping_formulas import formulas, symbols
from seq2seq_keras.app.widgets.stepping_texts import explanations, texts
from seq2seq_keras.app.widgets.traced import traced
from seq2seq_keras.localisation import Language

# One scope: each file may use what stands in those before it.
_SCRIPTS = (
    "stepping_parts",
    "schematic_layout",
    "schematic_shapes",
    "schematic_encoder",
    "schematic_decoder",
    "schematic_steps",
    "schematic_drawing",
    "schematic_export",
    "player_formulas",
    "player_values",
    "player_controls",
    "stepping",
)


def stepping(language: Language, elem_id: str) -> gr.HTML:
    """Builds the component, which shows the trace at hand.

    Its event `select` asks for a look inside a cell: `part` is `encoder` or `decoder`, `index` the
    source token or the step, from 0, `layer` from 1, and `direction` of an encoder `forward` or
    `backward`; `beside` is true for the cell of the second model.

    Args:
        language: The language of the page.
        elem_id: Its id on the page.
    """
    here = Path(__file__)
    return traced(
        _template(language),
        *(here.with_name(f"{name}.js") for name in _SCRIPTS),
        elem_id=elem_id,
        elem_classes="stepping-block",
    )


def _template(language: Language) -> str:
    lead = language.say(
        "The encoder reads the sentence from below; the decoder above it writes the translation, "
        "one word a step. Play it, or go from step to step with the arrow keys: every number below "
        "is what this model computed for this sentence."
    )
    pieces = language.say("Words may come in pieces; ▁ marks where one begins.")
    written = language.say("The words written")
    player = language.say("Player; the arrow keys go from step to step, the space bar plays")
    return f"""
<section class="stepping" {data_attributes(**texts(language))}>
<p class="stepping-lead">{escape(lead)} {escape(pieces)}</p>
<p class="stepping-spoken" aria-live="polite"></p>
<div class="stepping-paper" hidden></div>
<div class="stepping-drawings"></div>
<div class="stepping-player" tabindex="0" role="group" aria-label="{escape(player)}">
{_controls(language)}
<div class="stepping-tokens" role="group" aria-label="{escape(written)}"></div>
</div>
<div class="stepping-cards">
{_cards(language)}
</div>
{_legend(language)}
<div class="stepping-tip" role="tooltip" hidden></div>
</section>
"""


def _controls(language: Language) -> str:
    say = language.say
    buttons = "".join(
        f'<button type="button" class="stepping-button" data-go="{name}" title="{escape(words)}" '
        f'aria-label="{escape(words)}">{_icon(name)}</button>'
        for name, words in (
            ("first", say("First step (Home)")),
            ("back", say("One step back (←)")),
            ("play", say("Play (space bar)")),
            ("next", say("One step on (→)")),
            ("last", say("Last step (End)")),
        )
    )
    speeds = "".join(
        f'<option value="{speed}"{" selected" if speed == "1" else ""}>{speed}×</option>'
        for speed in ("0.5", "1", "2", "4")
    )
    views = _choice(
        "view",
        say("What is written"),
        (("written", say("Translation")), ("reference", say("Reference"))),
    )
    models = _choice("model", say("Numbers of"), (("0", ""), ("1", "")))
    notations = _choice(
        "notation",
        say("Notation"),
        (("here", say("This project")), ("course", say("Course")), ("bahdanau", "Bahdanau")),
    )
    return f"""
<div class="stepping-controls">
<div class="stepping-buttons">{buttons}</div>
<output class="stepping-count"></output>
<label class="stepping-speed">{escape(say("Speed"))} <select>{speeds}</select></label>
{views}{models}{notations}
</div>"""


def _choice(name: str, label: str, choices: tuple[tuple[str, str], ...]) -> str:
    """A switch: one of a few, all in sight."""
    options = "".join(
        f'<button type="button" data-{name}="{value}" aria-pressed="{str(not number).lower()}">'
        f"{escape(words)}</button>"
        for number, (value, words) in enumerate(choices)
    )
    return (
        f'<div class="stepping-choice" data-choice="{name}" role="group" '
        f'aria-label="{escape(label)}">{options}</div>'
    )


_PATHS = {
    "first": "M5 4v12M16 4 8 10l8 6z",
    "back": "M14 4 6 10l8 6z",
    "play": "M6 3.5 16 10 6 16.5z",
    "next": "M6 4l8 6-8 6z",
    "last": "M15 4v12M4 4l8 6-8 6z",
}


def _icon(name: str) -> str:
    return (
        f'<svg viewBox="0 0 20 20" aria-hidden="true"><path d="{_PATHS[name]}"/>'
        '<path class="stepping-pause" d="M6 4v12M14 4v12"/></svg>'
    )


def _cards(language: Language) -> str:
    say = language.say
    strips = '<div class="stepping-strips"></div>'
    cell = say("The cell makes the new state of the old one and of what it reads.")
    output = say(
        "The word before, the new state and the context give each word of the vocabulary a "
        "probability. The ten likeliest:"
    )
    before = _words(
        "", say("The decoder's state after the words so far, and the last of these words.")
    )
    attend = _words(
        "",
        say(
            "Each encoder state gets a score for how well it fits what is wanted; the softmax "
            "makes weights of the scores, which add up to 1."
        ),
    )
    context = _words(
        "attention", say("The encoder states, mixed by these weights: a new vector at every step.")
    ) + _words(
        "plain",
        say(
            "The same c at every step: all that the decoder learns of the sentence, in a vector "
            "of fixed length."
        ),
    )
    new = (
        _words("here", cell)
        + _words("bahdanau", cell)
        + _words(
            "course",
            say("The first half of g: the cell, whose new state is passed on inside it."),
        )
    )
    next_word = (
        _words("here", output)
        + _words("bahdanau", output)
        + _words(
            "course",
            say(
                "The second half of g: the output layer, which gives each word of the vocabulary "
                "a probability. The ten likeliest:"
            ),
        )
    )
    read = (
        f'<p class="stepping-read">{escape(say("It reads:"))} <b data-slot="read"></b></p>{strips}'
    )
    inside = (
        f'{strips}<button type="button" class="small-button stepping-inside">'
        f"{escape(say('Look inside this cell'))}</button>"
    )
    likeliest = (
        '<ol class="stepping-likeliest"></ol><p class="stepping-chosen"></p>'
        '<p class="stepping-sentence"></p>'
    )
    return "".join(
        (
            _card("before", say("What it brings along"), formulas("before"), before, read),
            _card(
                "attend",
                say("Where it looks"),
                formulas("scores") + formulas("weights"),
                attend,
                _rows_of_source(language),
            ),
            _card("context", say("The context"), formulas("context"), context, strips),
            _card("new", say("The new state"), formulas("new"), new, inside),
            _card("output", say("The next word"), formulas("output"), next_word, likeliest),
        )
    )


def _words(when: str, text: str) -> str:
    return f'<p class="stepping-words" data-when="{when}">{escape(text)}</p>'


def _card(name: str, title: str, formula: str, words: str, body: str) -> str:
    return f"""
<section class="stepping-card" data-card="{name}">
<h4><span class="stepping-number"></span>{escape(title)}</h4>
{words}
<div class="stepping-formulas">{formula}</div>
{body}
</section>"""


def _rows_of_source(language: Language) -> str:
    heads = (
        language.say("source"),
        language.say("score"),
        language.say("weight"),
    )
    cells = "".join(f"<span>{escape(head)}</span>" for head in heads)
    label = escape(language.say("Scores and weights of the source words"))
    return (
        f'<div class="stepping-heads" aria-hidden="true">{cells}</div>'
        f'<ol class="stepping-weights" tabindex="0" aria-label="{label}"></ol>'
    )


def _legend(language: Language) -> str:
    said = explanations(language)
    entries = "".join(
        f'<span class="stepping-meaning" data-when="{when}">{symbol} {escape(said[name])}</span>'
        for name, when, symbol in symbols()
    )
    scale = escape(language.say("Strips: a cell for each number of the vector"))
    return (
        f'<div class="stepping-legend" {data_attributes(**said)}>{entries}'
        f'<span class="stepping-scale">{scale} <i class="stepping-low"></i>'
        '<i class="stepping-ramp"></i><i class="stepping-high"></i></span></div>'
    )
