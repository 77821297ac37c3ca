"""The inside of a cell on the page: every number against the arrays and the weights."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from helpers.mounting import EVIL, blank_page, mount_traced
from helpers.tiny_models import save_untrained
from seq2seq_keras.app.understanding.inside import InsidePart
from seq2seq_keras.app.widgets.cell_view import cell_view
from seq2seq_keras.errors import InputError
from seq2seq_keras.explain import Explanation, explain
from seq2seq_keras.jobs.explaining import Explainer
from seq2seq_keras.localisation import CHINESE, ENGLISH

pytestmark = pytest.mark.browser

SENTENCE, REFERENCE = "We read a book.", "我们看书。"
SETTINGS: dict[str, dict[str, Any]] = {
    "gru": {"attention": "additive", "bidirectional": True},
    "lstm": {
        "attention": "dot",
        "attention_placement": "after",
        "bidirectional": False,
        "encoder_layers": 2,
        "decoder_layers": 2,
    },
    "rnn": {"attention": "none"},
}
MINUS = str.maketrans("−", "-")


class Seen:
    """A translator of one kind, what is explained of it, and what the page gets."""

    def __init__(self, cell: str, folder: Path) -> None:
        self.translator = save_untrained(folder, cell=cell, units=8, **SETTINGS[cell])
        self.explainer = Explainer()
        self.trace = json.loads(
            json.dumps(self.explainer.trace(self.translator, SENTENCE, REFERENCE))
        )
        self.explanation: Explanation = explain(self.translator, SENTENCE, REFERENCE)

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        asked = {name: value for name, value in question.items() if name != "beside"}
        return self.explainer.working(self.translator, SENTENCE, REFERENCE, **asked)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Seen]:
    return {cell: Seen(cell, tmp_path_factory.mktemp(cell)) for cell in SETTINGS}


@pytest.fixture(scope="module")
def page(chromium_path: str) -> Iterator[Page]:
    with blank_page(chromium_path, 1200) as opened:
        yield opened


def choose_chain(page: Page, label: str) -> None:
    page.locator(".cell-chain").select_option(label=label)


def choose_neuron(page: Page, neuron: int) -> None:
    page.locator(".cell-neuron").fill(str(neuron))
    page.locator(".cell-neuron").press("Enter")


def figures(part: Locator) -> list[float]:
    return [float(text.translate(MINUS)) for text in part.all_text_contents()]


def told(page: Page) -> list[float]:
    """The values in the line above the maps."""
    texts = page.locator(".cell-line > span").all_text_contents()
    return [float(text.split()[-1].translate(MINUS)) for text in texts]


def pixels(page: Page, quantity: str) -> np.ndarray:
    """The colours of a map, `(rows, columns, 3)`."""
    found = page.locator(f".cell-map[data-quantity='{quantity}'] canvas").evaluate(
        """canvas => {
          const {width, height} = canvas;
          const data = canvas.getContext("2d").getImageData(0, 0, width, height).data;
          return {width, height, data: [...data]};
        }"""
    )
    return np.array(found["data"]).reshape(found["height"], found["width"], 4)[..., :3]


def test_a_map_shows_every_number_of_the_gate(page: Page, known: dict[str, Seen]) -> None:
    seen = known["gru"]
    mount_traced(page, cell_view(ENGLISH, "inside-cell"), seen.trace)
    expect(page.locator(".cell-token")).to_have_text(seen.explanation.source)
    z = seen.explanation.encoding.layers[0][0].values["z"]  # (T, units)
    page.get_by_role("button", name="by number").click()
    by_number = pixels(page, "z")
    assert by_number.shape == (4, len(z), 3)  # units / 2 in each direction
    # The greater a gate, the darker: the order of the colours is that of the numbers.
    brightness = by_number.sum(axis=-1).T.ravel()
    ranked = brightness[np.argsort(z.ravel(), kind="stable")]
    assert (np.diff(ranked) <= 0).all() and len(set(ranked)) > 10
    page.get_by_role("button", name="as similar").click()
    order = seen.trace["encoder"]["layers"][0]["forward"]["order"]
    np.testing.assert_array_equal(pixels(page, "z"), by_number[order])


def test_pointing_at_a_cell_tells_its_numbers(page: Page, known: dict[str, Seen]) -> None:
    seen = known["lstm"]
    mount_traced(page, cell_view(ENGLISH, "inside-cell"), seen.trace)
    choose_chain(page, "Encoder, forward →, layer 2")
    record = seen.explanation.encoding.layers[1][0]
    order = seen.trace["encoder"]["layers"][1]["forward"]["order"]
    canvas = page.locator(".cell-map[data-quantity='i'] canvas")
    for row, step in ((0, 0), (4, 3), (7, len(seen.explanation.source) - 1)):
        box = canvas.bounding_box()
        assert box is not None
        place = {
            "x": box["width"] * (step + 0.5) / len(seen.explanation.source),
            "y": box["height"] * (row + 0.5) / 8,
        }
        canvas.hover(position=place)
        words = page.locator(".cell-line")
        expect(words).to_contain_text(f"neuron {order[row]} · {seen.explanation.source[step]} ·")
        expected = [
            record.values[name][step, order[row]] for name in ("f", "i", "C~", "C", "o", "h")
        ]
        np.testing.assert_allclose(told(page), expected, atol=6e-4)
        expect(page.locator(".cell-line .pointed")).to_contain_text("it")
    canvas.click(position={"x": 5, "y": 5})
    expect(page.locator(".cell-step")).to_have_text(f"1 of {len(seen.explanation.source)}")
    expect(page.locator(".cell-neuron")).to_have_value(str(order[0]))


@pytest.mark.parametrize(
    ("cell", "chain", "step"),
    [
        ("lstm", "Decoder, translation, layer 2", 0),
        ("lstm", "Encoder, forward →, layer 1", 4),
        ("gru", "Encoder, backward ←", 2),
        ("gru", "Decoder, reference", 1),
        ("rnn", "Decoder, translation", 2),
    ],
)
def test_the_drawing_shows_the_values_on_the_wires(
    page: Page, known: dict[str, Seen], cell: str, chain: str, step: int
) -> None:
    seen, neuron = known[cell], 2
    mount_traced(page, cell_view(ENGLISH, "inside-cell"), seen.trace)
    choose_chain(page, chain)
    for _ in range(step):
        page.get_by_role("button", name="Next token").click()
    choose_neuron(page, neuron)
    part = "encoder" if "Encoder" in chain else "reference" if "reference" in chain else "beam"
    layer, direction = (
        2 if "layer 2" in chain else 1,
        "backward" if "backward" in chain else "forward",
    )
    _, records = seen.explanation.chain(part, layer, direction)
    record = records.at(step)
    value = {name: float(array[neuron]) for name, array in record.values.items()}
    before = [float(state[neuron]) for state in record.before]
    if cell == "lstm":
        kept, new = value["f"] * before[1], value["i"] * value["C~"]
        assert value["C"] == pytest.approx(kept + new, abs=1e-6)
        names = ["C", "h", "f", "i", "C~", "o"]
        expected = [before[1], before[0], *(value[name] for name in names)]
        expected = [before[1], before[0], value["C"], value["h"], *expected[4:]]
        expected += [kept, new, np.tanh(value["C"])]
    elif cell == "gru":
        kept, new = value["z"] * before[0], (1 - value["z"]) * value["h~"]
        assert value["h"] == pytest.approx(kept + new, abs=1e-6)
        expected = [before[0], value["h"], value["r"], value["z"], 1 - value["z"], value["h~"]]
        expected += [kept, new]
    else:
        expected = [before[0], value["h"]]
    np.testing.assert_allclose(figures(page.locator(".cell-figure")), expected, atol=6e-3)


def test_the_decoders_step_is_that_of_the_whole_page(page: Page, known: dict[str, Seen]) -> None:
    seen = known["gru"]
    mount_traced(page, cell_view(ENGLISH, "inside-cell"), seen.trace)
    frame, step = page.locator(".cell-scroller"), page.locator(".cell-step")
    frame.focus()
    page.keyboard.press("ArrowRight")
    expect(step).to_have_text(f"2 of {len(seen.explanation.source)}")
    assert page.evaluate("seq2seqTrace.step") == 0  # the encoder's place is its own
    choose_chain(page, "Decoder, translation")
    count = len(seen.explanation.beam.tokens)
    page.evaluate("seq2seqTrace.go({step: 2})")
    expect(step).to_have_text(f"3 of {count}")
    expect(page.locator(".cell-token.chosen")).to_have_text(seen.explanation.beam.tokens[2])
    frame.focus()
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("seq2seqTrace.step") == 1
    read, written = seen.explanation.beam.read[1], seen.explanation.beam.tokens[1]
    expect(page.locator(".cell-step-words")).to_contain_text(
        f"reads “{read}” and writes “{written}”"
    )
    page.evaluate("seq2seqTrace.go({view: 'reference'})")
    expect(page.locator(".cell-token")).to_have_text(seen.explanation.reference.tokens)  # type: ignore[union-attr]
    assert page.locator(".cell-chain option:checked").text_content() == "Decoder, reference"


def test_the_arrow_keys_go_from_row_to_row(page: Page, known: dict[str, Seen]) -> None:
    seen = known["lstm"]
    mount_traced(page, cell_view(ENGLISH, "inside-cell"), seen.trace)
    order = seen.trace["encoder"]["layers"][0]["forward"]["order"]
    choose_neuron(page, order[1])
    page.locator(".cell-scroller").focus()
    for key, row in (("ArrowDown", 2), ("ArrowUp", 1), ("ArrowUp", 0), ("ArrowUp", 0)):
        page.keyboard.press(key)
        expect(page.locator(".cell-neuron")).to_have_value(str(order[row]))
    expect(page.locator(".cell-spoken")).to_contain_text(f"neuron {order[0]} ·")


@pytest.mark.parametrize(
    ("cell", "chain", "gate"),
    [
        ("gru", "Decoder, reference", "h~"),
        ("gru", "Encoder, backward ←", "z"),
        ("lstm", "Decoder, translation, layer 2", "C~"),
        ("rnn", "Decoder, translation", "h"),
    ],
)
def test_the_sum_adds_up_and_is_that_of_the_weights(
    page: Page, known: dict[str, Seen], cell: str, chain: str, gate: str
) -> None:
    seen, neuron = known[cell], 1
    mount_traced(page, cell_view(ENGLISH, "inside-cell"), seen.trace)
    choose_chain(page, chain)
    page.get_by_role("button", name="Next token").click()
    choose_neuron(page, neuron)
    page.locator(f".cell-gate[data-gate='{gate}']").click()
    expect(page.locator(".cell-asking")).to_be_visible()
    name, question = page.evaluate("fired.at(-1)")
    assert name == "click" and (question["gate"], question["step"]) == (gate, 1)
    page.evaluate("value => give(value)", {"question": question, "answer": seen.answer(question)})

    weights, records = seen.explanation.chain(
        question["part"], question["layer"], question["direction"]
    )
    record, place = records.at(1), list(weights.split(weights.bias)).index(gate) * weights.units
    column = place + neuron
    reset = float(record.values["r"][neuron]) if gate == "h~" else 1.0
    from_input = record.x * weights.kernel[:, column]
    from_state = reset * record.before[0] * weights.recurrent_kernel[:, column]
    bias = float(weights.bias[column])
    if weights.recurrent_bias is not None:
        bias += reset * float(weights.recurrent_bias[column])
    products = np.concatenate([from_input, from_state])
    total = float(products.sum()) + bias

    rows = page.locator(".cell-sum-row:not(.head, .value) .cell-sum-value")
    shown = figures(rows)
    assert len(shown) == 8 + 3
    largest = products[np.argsort(-np.abs(products))[:8]]
    np.testing.assert_allclose(shown[:8], largest, atol=1.1e-4)
    assert round(sum(shown[:-1]), 4) == shown[-1]  # to the last digit shown
    np.testing.assert_allclose(shown[-3:], [products.sum() - largest.sum(), bias, total], atol=2e-4)
    (value,) = figures(page.locator(".cell-sum-row.value .cell-sum-value"))
    function = np.tanh if gate in ("h~", "C~", "h") else lambda x: 1 / (1 + np.exp(-x))
    assert value == pytest.approx(float(function(total)), abs=6e-5)
    assert value == pytest.approx(float(record.values[gate][neuron]), abs=6e-5)

    if cell == "gru":  # and what the other form of the reset would have made of it
        kernel, bias_in = (weights.split(each)["h~"] for each in (weights.kernel, weights.bias))
        mixed = (record.values["r"] * record.before[0]) @ weights.split(weights.recurrent_kernel)[
            "h~"
        ]
        both = bias_in + weights.split(weights.recurrent_bias)["h~"]
        candidate = np.tanh(record.x @ kernel + mixed + both)[neuron]
        z = record.values["z"][neuron]
        state = z * record.before[0][neuron] + (1 - z) * candidate
        texts = page.locator(".cell-instead").all_text_contents()
        others = [float(text.split(" = ")[1].split()[0].translate(MINUS)) for text in texts]
        np.testing.assert_allclose(others, [candidate, state], atol=6e-5)


def test_the_sum_follows_what_is_chosen_once_it_was_asked_for(
    page: Page, known: dict[str, Seen]
) -> None:
    seen = known["rnn"]
    mount_traced(page, cell_view(ENGLISH, "inside-cell"), seen.trace)
    page.get_by_role("button", name="Next token").click()
    page.wait_for_timeout(400)
    assert page.evaluate("fired") == []  # nobody wanted it yet
    page.get_by_role("button", name="Work it through").click()
    assert len(page.evaluate("fired")) == 1
    page.get_by_role("button", name="Next token").click()
    page.get_by_role("button", name="Next token").click()
    page.wait_for_function("fired.length > 1")
    page.wait_for_timeout(400)
    questions = [data for _, data in page.evaluate("fired")]
    assert [question["step"] for question in questions] == [1, 3]  # quick steps ask once
    # An answer that comes late is of another place and is not shown.
    page.evaluate("value => give(value)", {"question": questions[0], "error": "late"})
    expect(page.locator(".cell-asking")).to_be_visible()
    page.evaluate("value => give(value)", {"question": questions[1], "error": EVIL})
    expect(page.locator(".cell-error")).to_have_text(EVIL)
    # The fields above may say another sentence than what is shown.
    page.get_by_role("button", name="Work it through").click()
    answer = {**seen.answer(questions[1]), "value": 5.0}
    page.evaluate("value => give(value)", {"question": questions[1], "answer": answer})
    expect(page.locator(".cell-error")).to_contain_text("Press “Look inside” first")


def test_a_look_from_elsewhere_opens_the_cell(page: Page, known: dict[str, Seen]) -> None:
    traces = known["lstm"].trace, known["gru"].trace
    mount_traced(page, cell_view(ENGLISH, "inside-cell"), *traces)
    look = {"part": "decoder", "index": 1, "layer": 2, "direction": "forward", "beside": False}
    page.evaluate("look => give({look})", look)
    chosen = page.locator(".cell-chain option:checked")
    expect(chosen).to_have_text("Decoder, translation, layer 2")
    assert page.evaluate("seq2seqTrace.step") == 1
    page.evaluate(
        "look => give({look})",
        {"part": "encoder", "index": 3, "layer": 1, "direction": "backward", "beside": True},
    )
    expect(chosen).to_have_text("Encoder, backward ← (beside)")
    expect(page.locator(".cell-step")).to_have_text("4 of 16")
    expect(page.locator(".cell-map")).to_have_count(4)  # a GRU's


def test_tokens_are_text_whatever_they_hold(page: Page, known: dict[str, Seen]) -> None:
    trace = copy.deepcopy(known["gru"].trace)
    trace["source"][1] = "<img src=x>"  # short enough to be shown whole above its column
    trace["source"][0] = trace["written"]["read"][0] = trace["written"]["tokens"][0] = EVIL
    for language in (ENGLISH, CHINESE):
        mount_traced(page, cell_view(language, "inside-cell"), trace)
        assert page.locator(".cell-token").first.get_attribute("title") == EVIL
        expect(page.locator(".cell-token").nth(1)).to_have_text("<img src=x>")
        expect(page.locator(".cell-line")).to_contain_text(EVIL)
        page.locator(".cell-chain").select_option(index=2)
        expect(page.locator(".cell-step-words")).to_contain_text(EVIL)
        assert page.locator("img").count() == 0


@pytest.mark.parametrize("width", [360, 1200])
def test_it_fits_the_page_however_long_the_sentence(
    page: Page, known: dict[str, Seen], width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    mount_traced(page, cell_view(ENGLISH, "inside-cell"), known["lstm"].trace)
    choose_chain(page, "Decoder, translation, layer 1")
    heights = []
    for _ in range(3):
        page.get_by_role("button", name="Next token").click()
        heights.append(page.evaluate("document.documentElement.scrollHeight"))
    assert len(set(heights)) == 1  # no step moves what stands below
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1200, "height": 900})


def part_with(working: Any) -> InsidePart:
    models = {"one": Path("one"), "two": Path("two")}
    studio = SimpleNamespace(
        language=CHINESE,
        workspace=SimpleNamespace(model=lambda name: SimpleNamespace(folder=models[name])),
        translation=SimpleNamespace(working=working),
    )
    with gr.Blocks():
        return InsidePart(studio)  # type: ignore[arg-type]


QUESTION = {
    "beside": False,
    "part": "encoder",
    "layer": 1,
    "direction": "forward",
    "step": 0,
    "gate": "z",
    "neuron": 3,
}


def test_a_question_goes_to_the_model_it_is_of() -> None:
    asked: list[Any] = []

    def working(folder: Path, text: str, reference: str | None, **question: Any) -> str:
        asked.append((folder.name, text, reference, question))
        return "the answer"

    part = part_with(working)
    for beside in (False, True):
        event: Any = SimpleNamespace(_data={**QUESTION, "beside": beside, "count": 10**9})
        told = part._work_through("one", "two", "a dog", "  ", event)
        assert told["answer"] == "the answer"
    arguments = {name: value for name, value in QUESTION.items() if name != "beside"}
    assert asked == [(name, "a dog", None, arguments) for name in ("one", "two")]


@pytest.mark.parametrize(
    "wrong",
    [{"part": "greedy"}, {"direction": "up"}, {"layer": 0}, {"step": -1}, {"neuron": "x"}],
)
def test_what_cannot_be_worked_through_is_told(wrong: dict[str, Any]) -> None:
    part = part_with(lambda *_, **__: pytest.fail("it was asked"))
    event: Any = SimpleNamespace(_data={**QUESTION, **wrong})
    told = part._work_through("one", "", "a dog", "", event)
    assert told["error"].startswith("无法逐项计算")


def test_a_failure_is_told_where_the_sum_would_stand() -> None:
    def working(*_: Any, **__: Any) -> None:
        raise InputError("nonsense")

    event: Any = SimpleNamespace(_data=QUESTION)
    told = part_with(working)._work_through("one", "", "a dog", "", event)
    assert told == {"question": QUESTION, "error": "nonsense"}
