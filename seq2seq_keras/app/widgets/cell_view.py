"""The inside of a recurrent cell: its quantities over time, its drawing, and a gate's sum."""

from __future__ import annotations

import html
from pathlib import Path

import gradio as gr

from seq2seq_keras.app.widgets import data_attributes
from seq2seq_keras.app.widgets.cell_formulas import quantity_templates, reset_forms
from seq2seq_keras.app.widgets.traced import traced
from seq2seq_keras.localisation import Language

_SCRIPTS = ("cell_drawing", "cell_maps", "cell_diagram", "cell_sum", "cell_view")

_TEMPLATE = """
<div class="cell" {texts}>
<p class="cell-intro">{intro}</p>
<div class="cell-choices">
<label><span>{chain}</span><select class="cell-chain"></select></label>
<div class="cell-choice" role="group" aria-label="{step}"><span>{step}</span>
<div class="cell-buttons">
<button type="button" class="cell-back" aria-label="{back}">‹</button>
<output class="cell-step"></output>
<button type="button" class="cell-on" aria-label="{on}">›</button></div></div>
<label><span>{neuron}</span>
<input class="cell-neuron" type="number" min="0" step="1" value="0"></label>
<div class="cell-choice" role="group" aria-label="{order}"><span>{order}</span>
<div class="cell-buttons">
<button type="button" class="cell-similar" aria-pressed="true">{similar}</button>
<button type="button" class="cell-numbered" aria-pressed="false">{numbered}</button></div></div>
</div>
<div class="cell-columns">
<section class="cell-course"><h4>{course}</h4>
<p class="cell-line"></p><div class="cell-spoken" aria-live="polite"></div>
<div class="cell-scroller" tabindex="0" role="region" aria-label="{maps}">
<div class="cell-sheet"><div class="cell-tokens"></div><div class="cell-maps"></div>
<div class="cell-column" hidden></div></div></div>
<p class="cell-hint">{order_note}</p>
</section>
<section class="cell-closer"><h4>{diagram}</h4>
<div class="cell-diagram"></div>
<div class="cell-readings">{readings}</div>
<h4>{sum}</h4>
<div class="cell-gates" role="group" aria-label="{gate}"></div>
<div class="cell-sum" aria-live="polite"></div>
<div class="cell-reset" hidden><h4>{reset}</h4>
<p>{reset_after}</p><p>{after}</p><p>{reset_before}</p><p>{before}</p>
<p class="cell-other"></p></div>
</section></div>
{quantities}</div>
"""


def cell_view(language: Language, elem_id: str) -> gr.HTML:
    """Builds the component.

    It draws the trace of the page, and asks for the sum behind a gate by its event `click`, whose
    data are the fields of a question. Its value is a dictionary: of `question` and either
    `answer`, what `TranslationService.working` returns, or `error`, a text; or of `look`, which
    brings another cell to the page: `part` (`encoder` or `decoder`), `index` of the token,
    `layer`, `direction` and `beside`.
    """
    say = language.say
    after, before = reset_forms()
    ours = {
        "intro": say(
            "Read the sentence with one cell of the network. Each map shows one quantity of its "
            "formulas: a row is a neuron, a column a token. Choose a neuron and a token in a map; "
            "the drawing shows what happens in the cell there."
        ),
        "chain": say("Chain"),
        "step": say("Token"),
        "back": say("Previous token"),
        "on": say("Next token"),
        "neuron": say("Neuron"),
        "order": say("Rows"),
        "similar": say("as similar"),
        "numbered": say("by number"),
        "course": say("Over time"),
        "maps": say("Maps of the cell's quantities: arrow keys choose a neuron and a token"),
        "order_note": say(
            "As similar: neurons with a similar course of the state stand together. That is an "
            "order and nothing more; the network knows none. Neurons are numbered from 0."
        ),
        "diagram": say("In the cell, at this neuron and token"),
        "sum": say("The sum worked through"),
        "gate": say("Gate"),
        "reset": say("Two forms of the reset"),
        "reset_after": say(
            "After the product, as in Keras, in cuDNN and in this network: the products are mixed "
            "first, and r lets through a part of each mixture."
        ),
        "reset_before": say(
            "Before it, as in Cho et al. (2014): r first scales each number of the old state, "
            "and then they are mixed."
        ),
    }
    texts = data_attributes(
        forward=say("Encoder, forward →"),
        backward=say("Encoder, backward ←"),
        decoder=say("Decoder, translation"),
        reference=say("Decoder, reference"),
        layer=say("layer {number}"),
        besides=say("beside"),
        of=say("{number} of {count}"),
        neuron=say("neuron {number}"),
        ask=say("Work it through"),
        offer=say(
            "The sum for this neuron and token: its eight largest products, the rest, the bias, "
            "and what the function makes of it."
        ),
        asking=say("Working it through…"),
        rest=say("the rest ({count} products)"),
        bias=say("bias"),
        total=say("sum"),
        rounded=say("Figures are rounded so that they add up."),
        moved=say("The sentence or the model above has changed. Press “Look inside” first."),
        term=say("number"),
        product=say("value × weight = product"),
        other=say("With these weights, and the reset before the product, it would be here:"),
        instead=say("{other} instead of {value}"),
        untrained=say("The network was not trained for that."),
        step=say("This step reads {read} and writes {written}; the columns are what is written."),
        waiting=say("How far apart they are here is told with the sum."),
    )
    return traced(
        _TEMPLATE.format(
            **{name: html.escape(text) for name, text in ours.items()},
            texts=texts,
            after=after,
            before=before,
            readings=_readings(language),
            quantities=quantity_templates(language),
        ),
        *(Path(__file__).with_name(f"{script}.js") for script in _SCRIPTS),
        elem_id=elem_id,
    )


def _readings(language: Language) -> str:
    """What x_t stands for in each chain, and where a backward one comes from."""
    x, c = (f"<i>{letter}</i><sub>t</sub>" for letter in "xc")
    y, h_before = (f"<i>{letter}</i><sub>t−1</sub>" for letter in "yh")
    say = language.say
    readings = {
        "source": say("Here {x} is the word vector of the token."),
        "below": say("Here {x} is the state of the layer below at this step."),
        "both": say("Here {x} is the state of the layer below at this token, of both directions."),
        "context": say("Here {x} is [{y}; {c}]: the vector of the word before, and the context."),
        "plain": say(
            "Here {x} is [{y}; <i>c</i>]: the vector of the word before, and the context, which "
            "stays the same."
        ),
        "word": say("Here {x} is {y}, the vector of the word before."),
        "backward": say(
            "This chain reads from right to left: its {h} is its state at the token to the right."
        ),
    }
    return '<p class="cell-step-words"></p>' + "".join(
        f'<p data-reading="{name}" hidden>{text.format(x=x, y=y, c=c, h=h_before)}</p>'
        for name, text in readings.items()
    )
