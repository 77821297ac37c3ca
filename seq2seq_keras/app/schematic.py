"""The network as a drawing, made from its configuration alone."""

from __future__ import annotations

from dataclasses import dataclass, field

from seq2seq_keras.app.wording import ATTENTIONS
from seq2seq_keras.config import Config
from seq2seq_keras.localisation import Language

_CELL = {"lstm": "LSTM", "gru": "GRU", "rnn": "RNN"}

_WIDTH, _HEIGHT, _GAP = 76, 40, 24
_COLUMNS = 4
_ROW = _HEIGHT + 14
_MIDDLE = 236  # between encoder and decoder, where the context passes
_TOP = 150  # y of the topmost recurrent cells; above them, titles and outputs


def schematic(config: Config, language: Language) -> str:
    """Draws encoder, context and decoder with their widths, as an SVG element.

    Only words and numbers of ours enter it: the configuration's choices and sizes.

    Args:
        config: the network's configuration.
        language: the language of the words in it.

    Example:
        >>> schematic(Config.create(units=64), ENGLISH).startswith("<svg")
        True
    """
    drawing = _Drawing(language)
    encoder = _columns(20)
    decoder = _columns(encoder[-1] + _WIDTH + _MIDDLE)
    encoder_rows = config.encoder_layers * (2 if config.bidirectional else 1)
    # The lowest cells of both sides stand side by side.
    lowest = _TOP + _ROW * (max(encoder_rows, config.decoder_layers) - 1)
    _encoder(drawing, config, encoder, lowest)
    _decoder(drawing, config, decoder, lowest)
    _context(drawing, config, encoder, decoder[0], lowest)
    width, height = decoder[-1] + _WIDTH + 20, lowest + 190
    words = (
        language.say("Encoder and decoder with attention")
        if config.attention != "none"
        else language.say("Encoder and decoder without attention")
    )
    return (
        f'<svg class="schematic" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'aria-label="{words}" xmlns="http://www.w3.org/2000/svg">'
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path class="arrow" d="M0 0 L8 4 L0 8 z"/></marker></defs>'
        f"{''.join(drawing.parts)}</svg>"
    )


@dataclass
class _Drawing:
    """SVG elements in the order in which they are painted."""

    language: Language
    parts: list[str] = field(default_factory=list)

    def say(self, text: str, **values: object) -> str:
        return self.language.say(text, **values)

    def box(self, x: float, y: float, text: str, style: str, width: float = _WIDTH) -> None:
        self.parts.append(
            f'<rect class="{style}" x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" '
            f'height="{_HEIGHT}" rx="8"/>'
        )
        self.text(x + width / 2, y + _HEIGHT / 2 + 5, text, "box-text")

    def text(self, x: float, y: float, text: str, style: str) -> None:
        self.parts.append(
            f'<text class="{style}" x="{x:.0f}" y="{y:.0f}" text-anchor="middle">{text}</text>'
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, style: str = "edge") -> None:
        self.parts.append(
            f'<line class="{style}" x1="{x1:.0f}" y1="{y1:.0f}" x2="{x2:.0f}" y2="{y2:.0f}" '
            f'marker-end="url(#arrow)"/>'
        )

    def up(self, x: float, below: float, above: float) -> None:
        self.line(x + _WIDTH / 2, below, x + _WIDTH / 2, above)


def _columns(left: float) -> list[float]:
    return [left + (_WIDTH + _GAP) * place for place in range(_COLUMNS)]


def _symbol(letter: str, index: str) -> str:
    return f'{letter}<tspan class="index" dy="4">{index}</tspan><tspan dy="-4">\u200b</tspan>'


def _words(letter: str) -> list[str]:
    last = "T" if letter == "x" else "T′"
    return [_symbol(letter, "1"), _symbol(letter, "2"), "…", _symbol(letter, last)]


def _encoder(drawing: _Drawing, config: Config, columns: list[float], lowest: float) -> None:
    cell = _CELL[config.cell]
    _title(
        drawing,
        columns,
        drawing.say("Encoder"),
        drawing.say(
            "{cell}, {directions}, {layers}; h is {width} wide",
            cell=cell,
            directions=drawing.say("bidirectional")
            if config.bidirectional
            else drawing.say("left to right"),
            layers=_layers(config.encoder_layers, drawing.language),
            width=f"2 × {config.units // 2}" if config.bidirectional else config.units,
        ),
    )
    rows = 2 if config.bidirectional else 1
    for row in range(config.encoder_layers * rows):
        y = lowest - _ROW * row
        backward = rows == 2 and row % 2 == 1
        for place, x in enumerate(columns):
            arrow = "←" if backward else "→"
            text = "…" if place == 2 else f"{cell} {arrow}"
            drawing.box(x, y, text, "backward" if backward else "encoder")
            if place < _COLUMNS - 1:
                ends = (x + _WIDTH, columns[place + 1])
                left, right = ends[::-1] if backward else ends
                drawing.line(left, y + _HEIGHT / 2, right, y + _HEIGHT / 2)
            if row:
                drawing.up(x, y + _ROW, y + _HEIGHT + 1)
    _inputs(drawing, columns, _words("x"), lowest)
    _embedding(drawing, config, columns, lowest)


def _decoder(drawing: _Drawing, config: Config, columns: list[float], lowest: float) -> None:
    cell = _CELL[config.cell]
    _title(
        drawing,
        columns,
        drawing.say("Decoder"),
        drawing.say(
            "{cell}, {layers}; s is {width} wide",
            cell=cell,
            layers=_layers(config.decoder_layers, drawing.language),
            width=config.units,
        ),
    )
    for row in range(config.decoder_layers):
        y = lowest - _ROW * row
        for place, x in enumerate(columns):
            drawing.box(x, y, "…" if place == 2 else cell, "decoder")
            if place < _COLUMNS - 1:
                drawing.line(x + _WIDTH, y + _HEIGHT / 2, columns[place + 1], y + _HEIGHT / 2)
            if row:
                drawing.up(x, y + _ROW, y + _HEIGHT + 1)
    top = lowest - _ROW * (config.decoder_layers - 1)
    for x, word in zip(columns, _words("y"), strict=True):
        drawing.up(x, top, top - 15)
        drawing.box(x, top - _ROW - 2, "softmax", "output")
        drawing.text(x + _WIDTH / 2, top - _ROW - 12, word, "token")
    _inputs(drawing, columns, [drawing.say("start"), *_words("y")[:2], "…"], lowest)
    _embedding(drawing, config, columns, lowest)


def _embedding(drawing: _Drawing, config: Config, columns: list[float], lowest: float) -> None:
    middle = (columns[0] + columns[-1] + _WIDTH) / 2
    words = drawing.say("embedding, {width} wide", width=config.embedding_dim)
    drawing.text(middle, lowest + 182, words, "caption")


def _title(drawing: _Drawing, columns: list[float], title: str, caption: str) -> None:
    middle = (columns[0] + columns[-1] + _WIDTH) / 2
    drawing.text(middle, 22, title, "title")
    drawing.text(middle, 44, caption, "caption")


def _inputs(drawing: _Drawing, columns: list[float], words: list[str], lowest: float) -> None:
    for x, word in zip(columns, words, strict=True):
        drawing.up(x, lowest + _HEIGHT + 24, lowest + _HEIGHT + 1)
        drawing.box(x, lowest + _HEIGHT + 24, drawing.say("embed"), "embedding")
        drawing.up(x, lowest + 2 * _HEIGHT + 48, lowest + 2 * _HEIGHT + 25)
        drawing.text(x + _WIDTH / 2, lowest + 2 * _HEIGHT + 66, word, "token")


def _context(
    drawing: _Drawing, config: Config, encoder: list[float], decoder_left: float, lowest: float
) -> None:
    """Draws what passes from encoder to decoder: one vector, or a new one at every step."""
    left = encoder[-1] + _WIDTH
    middle = (left + decoder_left) / 2
    y = lowest + _HEIGHT / 2
    if config.attention == "none":
        drawing.line(left, y, decoder_left, y, "edge strong")
        drawing.text(middle, y - 12, f"c = {_symbol('h', 'T')}", "token")
        drawing.text(middle, y + 24, drawing.say("one vector of fixed length,"), "caption")
        drawing.text(middle, y + 41, drawing.say("read at every step"), "caption")
        return
    rows = config.encoder_layers * (2 if config.bidirectional else 1)
    states = lowest - _ROW * (rows - 1)
    box_width, box_y = 160, min(states - 58, y - 92)
    box_x = middle - box_width / 2
    for x in encoder:
        drawing.line(x + _WIDTH / 2, states, box_x, box_y + _HEIGHT / 2, "edge attend")
    score = drawing.say(ATTENTIONS[config.attention])
    drawing.box(box_x, box_y, drawing.say("{score} attention", score=score), "attention", 160)
    drawing.line(middle + 30, box_y + _HEIGHT, decoder_left, y - 6, "edge attend")
    before = config.attention_placement == "before"
    asking = _symbol("s", "t−1") if before else _symbol("s", "t")
    when = drawing.say("before the recurrence") if before else drawing.say("after the recurrence")
    drawing.text(
        middle, y + 8, f"{_symbol('c', 't')} = Σ {_symbol('a', 'ti')} {_symbol('h', 'i')}", "token"
    )
    drawing.text(middle, y + 34, drawing.say("a new context for every word,"), "caption")
    drawing.text(middle, y + 52, drawing.say("asked for by {state},", state=asking), "caption")
    drawing.text(middle, y + 70, when, "caption")


def _layers(number: int, language: Language) -> str:
    return language.say_many("{count} layer", "{count} layers", number)
