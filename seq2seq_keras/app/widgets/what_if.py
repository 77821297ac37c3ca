"""What if: a form for changes inside the network, and what is then written."""

from __future__ import annotations

import html
from pathlib import Path

import gradio as gr

from seq2seq_keras.app.widgets import data_attributes
from seq2seq_keras.app.widgets.traced import traced
from seq2seq_keras.localisation import Language

_SCRIPTS = ("what_if_attention", "what_if_form", "what_if")

_TEMPLATE = """
<div class="whatif" {texts}>
<p class="whatif-intro">{intro}</p>
<div class="whatif-steps" role="radiogroup" aria-label="{step}"></div>
<div class="whatif-kinds" role="tablist" aria-label="{kinds}">
<button type="button" role="tab" data-kind="attention">{attention}</button>
<button type="button" role="tab" data-kind="word">{word}</button>
<button type="button" role="tab" data-kind="clamp">{clamp}</button>
<button type="button" role="tab" data-kind="swap">{swap}</button></div>
<div class="whatif-pane" data-kind="attention" role="tabpanel">
<p class="whatif-hint">{attention_hint}</p>
<div class="whatif-bars"></div>
<div class="whatif-acts">
<button type="button" class="whatif-even">{even}</button>
<button type="button" class="whatif-own">{own}</button></div></div>
<div class="whatif-pane" data-kind="word" role="tabpanel">
<p class="whatif-hint">{word_hint}</p><div class="whatif-words"></div></div>
<div class="whatif-pane" data-kind="clamp" role="tabpanel">
<p class="whatif-hint">{clamp_hint}</p>
<div class="whatif-fields">
<label><span>{part}</span><select class="whatif-part">
<option value="decoder">{decoder}</option>
<option value="encoder">{encoder}</option></select></label>
<label><span>{gate}</span><select class="whatif-gate"></select></label>
<label><span>{value}</span><input class="whatif-value" type="number" step="0.1"></label>
<label><span>{where}</span><select class="whatif-where">
<option value="all">{everywhere}</option><option value="step">{here}</option></select></label>
<button type="button" class="whatif-clamp">{hold}</button></div></div>
<div class="whatif-pane" data-kind="swap" role="tabpanel">
<p class="whatif-hint">{swap_hint}</p>
<div class="whatif-fields">
<label class="whatif-wide"><span>{other}</span>
<input class="whatif-sentence" type="text" maxlength="500"></label>
<label class="whatif-check"><input class="whatif-start" type="checkbox" checked>{start}</label>
<label class="whatif-check"><input class="whatif-memory" type="checkbox" checked>{memory}</label>
<button type="button" class="whatif-swap">{use}</button></div></div>
<div class="whatif-changes"><ul aria-label="{changes}"></ul></div>
<div class="whatif-acts">
<button type="button" class="whatif-go">{go}</button>
<button type="button" class="whatif-forget">{forget}</button>
<span class="whatif-state" role="status"></span></div>
<div class="whatif-result" hidden>
<h4>{before}</h4><p class="whatif-before"></p><p class="whatif-before-text"></p>
<h4>{after}</h4><p class="whatif-after"></p><p class="whatif-after-text"></p>
<p class="whatif-verdict" aria-live="polite"></p>
<button type="button" class="whatif-watch">{watch}</button>
<button type="button" class="whatif-back" hidden>{back}</button></div></div>
"""


def what_if_form(language: Language, elem_id: str) -> gr.HTML:
    """Builds the component.

    It draws the trace of the page. Its event `click` asks what follows from changes: the data are
    a question with `changes` and `prefix`, as `TranslationService.what_if` takes them. Its value
    is a dictionary of that `question` and either `answer`, what the service returned, or `error`,
    a text. Its event `select` says that the changed translation is to be seen step by step.
    """
    say = language.say
    ours = {
        "intro": say(
            "Change something inside the network, and see what it writes then. All words before "
            "the step stay as they were; from there on the network writes the likeliest word at "
            "each step."
        ),
        "step": say("Step to change"),
        "kinds": say("What to change"),
        "attention": say("Attention"),
        "word": say("The word"),
        "clamp": say("A gate"),
        "swap": say("The context"),
        "attention_hint": say(
            "Where shall it look at this step? Drag a bar, or let it look at one word alone; the "
            "weights are scaled to add up to 1."
        ),
        "even": say("At all words alike"),
        "own": say("As it was"),
        "word_hint": say("Which word shall it write at this step? These are the ten likeliest."),
        "clamp_hint": say(
            "Hold a gate at a value, for all neurons: 0 shuts it, 1 opens it. A candidate or a "
            "state can be held too."
        ),
        "part": say("Part"),
        "decoder": say("Decoder"),
        "encoder": say("Encoder"),
        "gate": say("Gate or state"),
        "value": say("Value"),
        "where": say("Where"),
        "everywhere": say("at every step"),
        "here": say("at this step alone"),
        "hold": say("Hold it"),
        "swap_hint": say(
            "Give the decoder what the encoder made of another sentence. Without attention that "
            "is one vector, c; with attention it is every state that it can look at."
        ),
        "other": say("Another sentence"),
        "start": say("the decoder starts from it"),
        "memory": say("every step reads it"),
        "use": say("Use it"),
        "changes": say("Changes"),
        "go": say("See what follows"),
        "forget": say("Undo all changes"),
        "before": say("Without a change"),
        "after": say("With the change"),
        "watch": say("Watch it step by step"),
        "back": say("Back to the unchanged translation"),
    }
    told = {
        "only": say("only here"),
        "only-hint": say("Look at this word alone"),
        "none": say("This network has no attention: there are no weights to change."),
        "nothing": say("Nothing is changed yet."),
        "wait": say("The network translates…"),
        "same": say("The translation stays the same: the change does not matter here."),
        "differs": say(
            "It writes something else at step {step} first: {after} in place of {before}."
        ),
        "undo": say("Undo this change"),
        "chip-attention": say("Step {step}: attention set by hand"),
        "chip-word": say("Step {step}: writes {word}"),
        "chip-clamp": say("{part}: {gate} held at {value}, at every step"),
        "chip-clamp-step": say("{part}: {gate} held at {value} at step {step}"),
        "chip-swap": say("Context of: {sentence}"),
        "number": say("Type a number."),
        "sentence": say("Type a sentence."),
        "now": say("now"),
    }
    folder = Path(__file__).parent
    return traced(
        _TEMPLATE.format(
            texts=data_attributes(**told), **{key: html.escape(text) for key, text in ours.items()}
        ),
        *(folder / f"{name}.js" for name in _SCRIPTS),
        elem_id=elem_id,
    )
