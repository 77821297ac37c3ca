"""The formulas of a decoder step in MathML, in three notations, with places for their values.

All of it is text of ours, made when the page is built. A script shows what fits the model at hand
(`data-when`: words that all have to be true of it) and fills the places (`data-slot`) with text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Notation:
    """How a text writes the same things; see section 10 of docs/understand.md.

    Attributes:
        name: What the page calls it.
        step: The index of a target word.
        place: The index of a source word.
        other: The index that a sum over source words runs over beside `place`.
        weight: The letter of the attention weights.
        whole: The letter of the one context vector without attention.
    """

    name: str
    step: str = "t"
    place: str = "i"
    other: str = "j"
    weight: str = "a"
    whole: str = "c"


HERE = Notation("here")
COURSE = Notation("course", weight="α", whole="C")
BAHDANAU = Notation("bahdanau", step="i", place="j", other="k", weight="α")
NOTATIONS = (HERE, COURSE, BAHDANAU)


def formulas(card: str) -> str:
    """The formulas of a card of the player, one of `before`, `scores`, `weights`, `context`,
    `new` and `output`, in all notations and for every kind of model.

    Example:
        >>> "<math" in formulas("weights")
        True
    """
    making = {
        "before": _before,
        "scores": _scores,
        "weights": _weights,
        "context": _context,
        "new": _new,
        "output": _output,
    }[card]
    return "".join(
        f'<div class="stepping-formula" tabindex="0" data-when="{notation.name} {when}">'
        f"{''.join(_MATH.format(part) for part in body.split(_APART))}</div>"
        for notation in NOTATIONS
        for when, body in making(notation)
    )


def symbols() -> Iterator[tuple[str, str, str]]:
    """The symbols of the legend in each notation: its name, when it is shown, and its MathML."""
    for n in NOTATIONS:
        made = {
            "x": _x(n.place),
            "h": _h(n.place),
            "y": _y(_less(n.step)),
            "s": _s(n.step),
            "e": _e(n),
            "a": _a(n),
            "c": _c(n.step),
            "whole": _whole(n),
            "u": "" if n is BAHDANAU else _u(n.step),
            "p": _p(n.step) if n is HERE else "",
            "f": "" if n is COURSE else _symbol("f", "<mi>f</mi>"),
            "g": "" if n is HERE else _symbol("g", "<mi>g</mi>"),
            "learned": _symbol("learned", "<mi>W</mi><mo>,</mo><mi>U</mi><mo>,</mo><mi>b</mi>"),
        }
        only = {"e": "attention", "a": "attention", "c": "attention", "whole": "plain"}
        for name, body in made.items():
            if body:
                yield name, f"{n.name} {only.get(name, '')}", f"<math>{body}</math>"


# The pieces


def _sub(letter: str, index: str, accent: str = "") -> str:
    base = f"<mi>{letter}</mi>"
    if accent:
        base = f"<mover accent='true'>{base}<mo stretchy='false'>{accent}</mo></mover>"
    return f"<msub>{base}<mrow>{index}</mrow></msub>"


def _symbol(name: str, body: str) -> str:
    return f'<mrow class="math-{name}" data-symbol="{name}">{body}</mrow>'


def _index(*letters: str) -> str:
    return "".join(f"<mi>{letter}</mi>" for letter in letters)


def _less(letter: str) -> str:
    return f"<mi>{letter}</mi><mo>−</mo><mn>1</mn>"


def _at(index: str) -> str:
    return index if index.startswith("<") else f"<mi>{index}</mi>"


def _x(index: str) -> str:
    return _symbol("x", _sub("x", _at(index)))


def _h(index: str, accent: str = "") -> str:
    return _symbol("h", _sub("h", _at(index), accent))


def _s(index: str) -> str:
    return _symbol("s", _sub("s", _at(index)))


def _y(index: str) -> str:
    return _symbol("y", _sub("y", _at(index)))


def _u(index: str) -> str:
    return _symbol("u", _sub("u", _at(index)))


def _p(index: str) -> str:
    return _symbol("p", _sub("p", _at(index)))


def _c(index: str) -> str:
    return _symbol("c", _sub("c", _at(index)))


def _whole(n: Notation) -> str:
    return _symbol("whole", f"<mi>{n.whole}</mi>")


def _e(n: Notation, place: str = "") -> str:
    return _symbol("e", _sub("e", _index(n.step, place or n.place)))


def _a(n: Notation, place: str = "") -> str:
    return _symbol("a", _sub(n.weight, _index(n.step, place or n.place)))


def _learned(letter: str, index: str) -> str:
    return _symbol("learned", _sub(letter, f"<mi>{index}</mi>"))


def _call(name: str, *arguments: str, between: str = ",") -> str:
    return f"{name}{_fenced('(', ')', *arguments, between=between)}"


def _fenced(left: str, right: str, *parts: str, between: str = ",") -> str:
    inner = f"<mo separator='true'>{between}</mo>".join(parts)
    return f"<mrow><mo stretchy='false'>{left}</mo>{inner}<mo stretchy='false'>{right}</mo></mrow>"


def _word(name: str) -> str:
    return f"<mi>{name}</mi><mo>⁡</mo>"


def _sum(index: str, to: str = "T") -> str:
    return (
        f"<munderover><mo movablelimits='false'>∑</mo><mrow><mi>{index}</mi><mo>=</mo><mn>1</mn>"
        f"</mrow><mi>{to}</mi></munderover>"
    )


def _slot(name: str) -> str:
    return f'<mn data-slot="{name}"></mn>'


def _text(name: str) -> str:
    return f'<mtext data-slot="{name}"></mtext>'


_MATH = '<math displaystyle="true">{}</math>'
_EQUALS, _PLUS = "<mo>=</mo>", "<mo>+</mo>"
_TRANSPOSED = "<mo>⊤</mo>"
_APART = "\n"  # between formulas that stand beside each other, or below where there is no room


# The cards


def _before(n: Notation) -> Iterator[tuple[str, str]]:
    first = _call(
        _word("tanh"),
        f"{_learned('W', 's')}<mspace width='0.15em'/>{_whole(n)}{_PLUS}{_learned('b', 's')}",
    )
    yield (
        "",
        f"{_s(_less(n.step))}{_APART}{_y(_less(n.step))}{_APART}{_s('<mn>0</mn>')}{_EQUALS}{first}",
    )


def _scores(n: Notation) -> Iterator[tuple[str, str]]:
    h = _h(n.place)
    for placement, index in (("before", _less(n.step)), ("after", f"<mi>{n.step}</mi>")):
        s = _s(index)
        name = (
            f"{_symbol('score', _call('<mi>a</mi>', s, h))}{_EQUALS}"
            if n is BAHDANAU
            else f"{_symbol('score', _call(_word('score'), s, h))}{_EQUALS}"
        )
        turned = f"<msup>{s}{_TRANSPOSED}</msup>"
        product = f"{turned}<mspace width='0.15em'/>{h}"
        vector = _symbol("learned", f"<msubsup><mi>v</mi><mi>a</mi>{_TRANSPOSED}</msubsup>")
        additive = _call(_word("tanh"), f"{_learned('W', 'a')}{s}{_PLUS}{_learned('U', 'a')}{h}")
        forms = {
            "dot": product,
            "scaled_dot": f"<mfrac>{_row(product)}<msqrt><mi>d</mi></msqrt></mfrac>",
            "general": f"{turned}{_learned('W', 'a')}{h}",
            "additive": f"{vector}<mspace width='0.15em'/>{additive}",
        }
        for score, form in forms.items():
            yield f"{placement} {score}", f"{_e(n)}{_EQUALS}{name}{form}"


def _weights(n: Notation) -> Iterator[tuple[str, str]]:
    def power(place: str) -> str:
        return _call(_word("exp"), _e(n, place))

    below = f"{_sum(n.other)}{power(n.other)}"
    fraction = f"<mfrac>{_row(power(n.place))}{_row(below)}</mfrac>"
    worked = (
        f"<mfrac>{_row(_call(_word('exp'), _slot('best-score')))}{_row(_slot('score-sum'))}</mfrac>"
    )
    largest = _symbol("a", _sub(n.weight, f"{_slot('step')}<mo>,</mo>{_slot('best-place')}"))
    yield (
        "attention",
        f"{_a(n)}{_EQUALS}{fraction}{_APART}"
        f"{largest}{_EQUALS}{worked}{_EQUALS}{_slot('best-weight')}",
    )


def _context(n: Notation) -> Iterator[tuple[str, str]]:
    terms = _PLUS.join(
        f"{_slot(f'weight-{rank}')}<mspace width='0.1em'/>{_h(_slot(f'place-{rank}'))}"
        for rank in (1, 2, 3)
    )
    yield (
        "attention",
        f"{_c(n.step)}{_EQUALS}{_sum(n.place)}{_a(n)}<mspace width='0.1em'/>{_h(n.place)}"
        f"{_APART}{_c(_slot('step'))}{_EQUALS}{terms}{_PLUS}<mo>⋯</mo>",
    )
    last = _h("<mi>T</mi>")
    yield "plain oneway", f"{_whole(n)}{_EQUALS}{last}"
    both = _fenced("[", "]", _h("<mi>T</mi>", "→"), _h("<mn>1</mn>", "←"), between=";")
    yield "plain bidirectional", f"{_whole(n)}{_EQUALS}{both}"


def _new(n: Notation) -> Iterator[tuple[str, str]]:
    y, s = _y(_less(n.step)), _s(_less(n.step))
    for when, c in (("attention before", _c(n.step)), ("plain", _whole(n))):
        if n is COURSE:
            yield when, _course_step(n, c)
        elif n is BAHDANAU:
            yield when, f"{_s(n.step)}{_EQUALS}{_call(_symbol('f', '<mi>f</mi>'), s, y, c)}"
        else:
            joined = _fenced("[", "]", y, c, between=";")
            yield when, f"{_s(n.step)}{_EQUALS}{_call(_symbol('f', '<mi>f</mi>'), s, joined)}"
    if n is COURSE:
        yield "attention after", _course_step(n, _c(n.step))
    else:
        arguments = (s, y)
        yield (
            "attention after",
            f"{_s(n.step)}{_EQUALS}{_call(_symbol('f', '<mi>f</mi>'), *arguments)}",
        )


def _course_step(n: Notation, c: str) -> str:
    g = _symbol("g", "<mi>g</mi>")
    return f"{_y(n.step)}{_EQUALS}{_call(g, _y(_less(n.step)), _s(_less(n.step)), c)}"


def _output(n: Notation) -> Iterator[tuple[str, str]]:
    y, s = _y(_less(n.step)), _s(n.step)
    for when, c in (("attention", _c(n.step)), ("plain", _whole(n))):
        joined = _fenced("[", "]", y, s, c, between=";")
        hidden = _call(_word("tanh"), f"{_learned('W', 'o')}{joined}{_PLUS}{_learned('b', 'o')}")
        likely = f"{_learned_matrix('V')}{_u(n.step)}"
        worked = (
            f"{_sub('p', _slot('step'))}<mrow><mo stretchy='false'>(</mo>{_text('token')}"
            f"<mo stretchy='false'>)</mo></mrow>{_EQUALS}{_slot('probability')}"
        )
        if n is BAHDANAU:
            given = (
                f"<mi>p</mi><mrow><mo stretchy='false'>(</mo>{_y(n.step)}<mo>|</mo>"
                f"{_y('<mn>1</mn>')}<mo>,</mo><mo>…</mo><mo>,</mo>{y}<mo>,</mo><mi>x</mi>"
                "<mo stretchy='false'>)</mo></mrow>"
            )
            g = _symbol("g", "<mi>g</mi>")
            yield when, f"{given}{_EQUALS}{_call(g, y, s, c)}{_APART}{worked}"
            continue
        for tied, bias in (("tied", ""), ("untied", f"{_PLUS}{_learned_matrix('b')}")):
            chances = _call(_word("softmax"), f"{likely}{bias}")
            yield (
                f"{when} {tied}",
                f"{_u(n.step)}{_EQUALS}{hidden}{_APART}{_p(n.step)}{_EQUALS}{chances}{_APART}{worked}",
            )


def _learned_matrix(letter: str) -> str:
    return _symbol("learned", f"<mi>{letter}</mi>")


def _row(body: str) -> str:
    return f"<mrow>{body}</mrow>"
