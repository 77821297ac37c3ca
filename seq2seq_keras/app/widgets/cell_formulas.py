"""What a cell computes: each quantity's name, formula and meaning, for the page."""

from __future__ import annotations

import html

from seq2seq_keras.config import CellName
from seq2seq_keras.localisation import Language, later

_PLUS, _TIMES, _EQUALS = "<mo>+</mo>", "<mo>⊙</mo>", "<mo>=</mo>"
_OPEN, _CLOSE = '<mo stretchy="false">(</mo>', '<mo stretchy="false">)</mo>'


def _name(letter: str) -> str:
    # The state, which the page calls s in the decoder.
    state = ' class="cell-state-letter"' if letter == "h" else ""
    return f"<mi{state}>{letter}</mi>"


def _sub(letter: str, index: str, tilde: bool = False, prime: bool = False) -> str:
    base = f'<mover accent="true">{_name(letter)}<mo>~</mo></mover>' if tilde else _name(letter)
    below = f"<mrow>{index}</mrow>"
    if prime:
        return f"<msubsup>{base}{below}<mo>′</mo></msubsup>"
    return f"<msub>{base}{below}</msub>"


_T, _BEFORE = "<mi>t</mi>", "<mi>t</mi><mo>−</mo><mn>1</mn>"


def _now(letter: str, tilde: bool = False) -> str:
    return _sub(letter, _T, tilde)


def _of(function: str, *parts: str) -> str:
    return f"<mi>{function}</mi>" + _OPEN + "".join(parts) + _CLOSE


_X, _H_BEFORE = _now("x"), _sub("h", _BEFORE)
_BOTH = f'<mo stretchy="false">[</mo>{_H_BEFORE}<mo>;</mo>{_X}<mo stretchy="false">]</mo>'


def _index(gate: str) -> str:
    return _name(gate) if gate == "h" else f"<mi>{gate}</mi>"


def _lstm_gate(letter: str, function: str, tilde: bool = False) -> str:
    index = _index(letter)
    inner = (_sub("W", index), _BOTH, _PLUS, _sub("b", index))
    return _now(letter, tilde) + _EQUALS + _of(function, *inner)


def _gru_gate(letter: str) -> str:
    index = _index(letter)
    inner = (
        *(_sub("W", index), _X, _PLUS, _sub("b", index), _PLUS),
        *(_sub("U", index), _H_BEFORE, _PLUS, _sub("b", index, prime=True)),
    )
    return _now(letter) + _EQUALS + _of("σ", *inner)


_CANDIDATE = "<mi>h</mi>"  # the index of the candidate's weights, which stays h in the decoder
_INPUT = _sub("W", _CANDIDATE) + _X + _PLUS + _sub("b", _CANDIDATE) + _PLUS
_MIXED = _sub("U", _CANDIDATE) + _H_BEFORE + _PLUS + _sub("b", _CANDIDATE, prime=True)
_RESET_AFTER = _INPUT + _now("r") + _TIMES + _OPEN + _MIXED + _CLOSE
_RESET_BEFORE = _INPUT + _sub("U", _CANDIDATE) + _OPEN + _now("r") + _TIMES + _H_BEFORE + _CLOSE

_FORMULAS: dict[CellName, dict[str, str]] = {
    "lstm": {
        "f": _lstm_gate("f", "σ"),
        "i": _lstm_gate("i", "σ"),
        "C~": _lstm_gate("C", "tanh", tilde=True),
        "C": _now("C")
        + _EQUALS
        + _now("f")
        + _TIMES
        + _sub("C", _BEFORE)
        + _PLUS
        + _now("i")
        + _TIMES
        + _now("C", tilde=True),
        "o": _lstm_gate("o", "σ"),
        "h": _now("h") + _EQUALS + _now("o") + _TIMES + _of("tanh", _now("C")),
    },
    "gru": {
        "z": _gru_gate("z"),
        "r": _gru_gate("r"),
        "h~": _now("h", tilde=True) + _EQUALS + _of("tanh", _RESET_AFTER),
        "h": _now("h")
        + _EQUALS
        + _now("z")
        + _TIMES
        + _H_BEFORE
        + _PLUS
        + _OPEN
        + "<mn>1</mn><mo>−</mo>"
        + _now("z")
        + _CLOSE
        + _TIMES
        + _now("h", tilde=True),
    },
    "rnn": {
        "h": _now("h")
        + _EQUALS
        + _of("tanh", "<mi>W</mi>", _X, _PLUS, "<mi>U</mi>", _H_BEFORE, _PLUS, "<mi>b</mi>")
    },
}

_WORDS: dict[CellName, dict[str, tuple[str, str]]] = {
    "lstm": {
        "f": (
            later("forget gate"),
            later("How much of each number of the old cell state is kept."),
        ),
        "i": (later("input gate"), later("How much of the new content is let in.")),
        "C~": (later("candidate"), later("The new content.")),
        "C": (later("cell state"), later("The memory: what was kept plus what was let in.")),
        "o": (later("output gate"), later("How much of the memory is shown to the outside.")),
        "h": (
            later("state"),
            later("What is shown, to the next step and to the layers above."),
        ),
    },
    "gru": {
        "z": (
            later("update gate"),
            later("At 1 the old state stays as it is, at 0 the candidate replaces it."),
        ),
        "r": (
            later("reset gate"),
            later("How much of the old state the candidate may see."),
        ),
        "h~": (later("candidate"), later("The proposed new state.")),
        "h": (later("state"), later("The mixture of the old state and the candidate.")),
    },
    "rnn": {"h": (later("state"), later("Written anew as a whole at every step."))},
}


def math(formula: str) -> str:
    """Wraps MathML as an element of its own."""
    return f'<math class="cell-math">{formula}</math>'


def quantity_templates(language: Language) -> str:
    """Returns a `<template>` for each quantity of each cell: its head and its formula.

    They are constants. A script takes a copy of those that it needs, by `data-of`, the cell and
    the quantity.
    """
    return "".join(
        f'<template data-of="{cell} {html.escape(quantity)}">'
        f'<div class="cell-head"><span class="cell-symbol">{math(_symbol(quantity))}</span>'
        f"<b>{html.escape(language.say(name))}</b>"
        f'<span class="cell-legend" aria-hidden="true"></span></div>'
        f'<div class="cell-plot"></div>'
        f'<div class="cell-below"><div class="cell-formula">{math(_FORMULAS[cell][quantity])}'
        f'<span class="cell-value"></span></div>'
        f"<p>{html.escape(language.say(meaning))}</p></div></template>"
        for cell, quantities in _WORDS.items()
        for quantity, (name, meaning) in quantities.items()
    )


def reset_forms() -> tuple[str, str]:
    """Returns a GRU's candidate with the reset after the product, and before it, as MathML."""
    candidate = _now("h", tilde=True) + _EQUALS
    return (
        math(candidate + _of("tanh", _RESET_AFTER)),
        math(candidate + _of("tanh", _RESET_BEFORE)),
    )


def _symbol(quantity: str) -> str:
    return _now(quantity.removesuffix("~"), tilde=quantity.endswith("~"))
