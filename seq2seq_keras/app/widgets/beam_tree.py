"""A beam search as a tree: what was kept, what was given up, and the way that won."""

from __future__ import annotations

import html
from pathlib import Path

import gradio as gr

from seq2seq_keras.app.widgets import data_attributes
from seq2seq_keras.app.widgets.traced import traced
from seq2seq_keras.localisation import Language

_SCRIPTS = ("beam_layout", "beam_drawing", "beam_tree")

_SCORE = """<math class="beam-formula"><mi>score</mi><mo>=</mo>
<mfrac><mrow><mi>log</mi><mi>P</mi><mo stretchy="false">(</mo><mi>y</mi><mo>|</mo><mi>x</mi>
<mo stretchy="false">)</mo></mrow><mrow><mi>lp</mi><mo stretchy="false">(</mo><mi>y</mi>
<mo stretchy="false">)</mo></mrow></mfrac><mo>,</mo><mspace width="1em"></mspace>
<mi>lp</mi><mo stretchy="false">(</mo><mi>y</mi><mo stretchy="false">)</mo><mo>=</mo>
<msup><mrow><mo>(</mo><mfrac><mrow><mn>5</mn><mo>+</mo><msup><mi>T</mi><mo>′</mo></msup></mrow>
<mn>6</mn></mfrac><mo>)</mo></mrow><mi>α</mi></msup></math>"""

_TEMPLATE = """
<div class="beam" {texts}>
<p class="beam-intro">{intro}</p>
<div class="beam-facts">{formula}<span class="beam-settings"></span></div>
<p class="beam-intro">{score_note}</p>
<div class="beam-bar">
<ul class="beam-legend" aria-label="{legend}"></ul>
<div class="beam-tools">
<select class="beam-whose" aria-label="{whose}" hidden><option value="">{model}</option>
<option value="beside">{beside}</option></select>
<button type="button" class="beam-pruned" aria-pressed="false">{show}</button>
<div class="beam-zoom" role="group" aria-label="{zoom}">
<button type="button" class="beam-out" aria-label="{out}">−</button>
<button type="button" class="beam-fit">{fit}</button>
<button type="button" class="beam-in" aria-label="{closer}">+</button></div></div></div>
<div class="beam-line"></div><div class="beam-spoken" aria-live="polite"></div>
<div class="beam-scroller" tabindex="0" role="region" aria-label="{tree}">
<div class="beam-sheet"></div></div>
<p class="beam-hint"></p>
<h4>{finished}</h4>
<div class="beam-table"><table><thead><tr><th></th><th>{text}</th><th>log P</th><th>T′</th>
<th>lp</th><th>{score}</th></tr></thead><tbody></tbody></table></div>
</div>
"""


def beam_view(language: Language, elem_id: str) -> gr.HTML:
    """Builds the component, which draws the search of the page's trace."""
    say = language.say
    ours = {
        "intro": say(
            "Which translation is the likeliest cannot be found by trying all, so the search "
            "keeps only the best beginnings, the hypotheses. A column is a step. Each hypothesis "
            "of the column before is extended by every token; the likeliest of all extensions "
            "stand at the top, best first, and go on. The others are pruned."
        ),
        "score_note": say(
            "A hypothesis with the end token is finished. Longer ones multiply more "
            "probabilities, so finished ones are ranked by their score, the sum of logarithms "
            "divided by the length penalty. The one nearest to 0 wins."
        ),
        "legend": say("What the shapes mean"),
        "whose": say("Whose search"),
        "model": say("Model"),
        "beside": say("Beside it"),
        "show": say("Show what was pruned"),
        "zoom": say("Size"),
        "out": say("Smaller"),
        "closer": say("Larger"),
        "fit": say("Fit"),
        "tree": say(
            "The search as a tree. Arrow keys: left to what a token continues, right to its best "
            "continuation, up and down within a step."
        ),
        "finished": say("Finished hypotheses, best first"),
        "text": say("Text"),
        "score": say("Score"),
    }
    texts = data_attributes(
        settings=say("Here K = {size} hypotheses are kept, and α = {alpha}."),
        kept=say("kept"),
        finished=say("finished"),
        pruned=say("pruned"),
        given_up=say("given up"),
        path=say("the way that won"),
        kept_long=say("kept: among the best of its step"),
        finished_long=say("finished: it wrote the end token"),
        pruned_long=say("pruned: others of its step were likelier"),
        given_up_long=say("given up: it could not beat a finished one any more"),
        path_long=say("on the way that won"),
        score=say("score {number}"),
        step=say("step {number}"),
        place=say("place {number} in its step"),
        probability=say("probability {number}"),
        total=say("sum so far {number}"),
        ended=say("score if it ended here {number}"),
        start=say("The start: nothing is written yet."),
        beam=say("in the beam"),
        hidden=say(
            "Of what was pruned, only continuations of the token at hand are shown: point at a "
            "token, or go there with the arrow keys."
        ),
        shown=say("The best of what each step pruned are shown below what stayed in the beam."),
    )
    return traced(
        _TEMPLATE.format(
            **{name: html.escape(text) for name, text in ours.items()},
            texts=texts,
            formula=_SCORE,
        ),
        *(Path(__file__).with_name(f"{script}.js") for script in _SCRIPTS),
        elem_id=elem_id,
    )
