"""Step by step: the drawing and the player, against the arrays that the trace was made of."""

from __future__ import annotations

import copy
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from helpers.tiny_models import save_untrained
from seq2seq_keras.app.theme import STYLE_SHEETS
from seq2seq_keras.app.widgets.stepping import stepping
from seq2seq_keras.explain import Explanation, explain
from seq2seq_keras.jobs.explaining import trace_json
from seq2seq_keras.localisation import CHINESE, ENGLISH

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror=fail()>${fail()}`\\"
SVG = "{http://www.w3.org/2000/svg}"
KINDS: dict[str, dict[str, Any]] = {
    "before": {"cell": "lstm", "attention": "additive", "max_length": 64},
    "after": {
        "cell": "gru",
        "attention": "dot",
        "attention_placement": "after",
        "bidirectional": False,
        "encoder_layers": 2,
        "decoder_layers": 3,
    },
    "plain": {"cell": "rnn", "attention": "none"},
}

# What Gradio does for a component, and then the arrival of traces.
MOUNT = """({template, script, traces}) => {
  const element = document.createElement("div");
  element.id = "stepping";
  element.innerHTML = template;
  document.body.replaceChildren(element);
  window.fired = [];
  Function("element", "trigger", "props", "watch", script)(
    element, (name, data) => fired.push([name, data]), {value: null}, () => {});
  seq2seqTrace.show(...traces);
}"""

Mount = Callable[..., None]


@pytest.fixture(scope="module")
def explanations(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Explanation]:
    folder = tmp_path_factory.mktemp("models")
    return {
        name: explain(save_untrained(folder / name, **settings), "A dog runs.", "狗看书。")
        for name, settings in KINDS.items()
    }


@pytest.fixture(scope="module")
def browser_page(chromium_path: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1100, "height": 900}, reduced_motion="reduce")
        page.set_default_timeout(10_000)
        styles = "".join(path.read_text(encoding="utf-8") for path in STYLE_SHEETS)
        blank = f"<meta charset=utf-8><style>{styles}</style><body></body>"
        page.route(
            "http://page.test/", lambda route: route.fulfill(body=blank, content_type="text/html")
        )
        trouble: list[str] = []
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("request", lambda request: trouble.extend(_foreign(request.url)))
        yield page
        assert trouble == []
        browser.close()


def _foreign(address: str) -> list[str]:
    return [] if address == "http://page.test/" or address.startswith("blob:") else [address]


@pytest.fixture
def page(browser_page: Page) -> Page:
    browser_page.goto("http://page.test/")
    return browser_page


@pytest.fixture
def mount(page: Page) -> Mount:
    def mounted(*traces: dict[str, Any]) -> None:
        component = stepping(ENGLISH, "stepping")
        parts = {"template": component.html_template, "script": component.js_on_load}
        page.evaluate(MOUNT, {**parts, "traces": traces})

    return mounted


def go(page: Page, step: int) -> None:
    page.evaluate("step => seq2seqTrace.go({step})", step)


def numbers(texts: list[str]) -> np.ndarray:
    return np.array([float(text.replace("−", "-")) for text in texts])


def norms(page: Page, card: str) -> list[float]:
    found = page.locator(f"[data-card={card}] .stepping-norm").all_inner_texts()
    return [float(text.split()[-1]) for text in found]


def shown(page: Page, card: str) -> str:
    """The formulas of a card that are in sight, without spaces."""
    found = page.locator(f"[data-card={card}] .stepping-formula:not([hidden]) math")
    return re.sub(r"[\s⁡]", "", "".join(found.all_text_contents()))


@pytest.mark.parametrize("kind", ["before", "after"])
def test_every_value_is_the_networks(
    page: Page, mount: Mount, explanations: dict[str, Explanation], kind: str
) -> None:
    explanation = explanations[kind]
    written = explanation.beam
    assert written.weights is not None and written.scores is not None
    mount(trace_json(explanation))
    drawn = [0, len(written.layers) - 1][: len(written.layers)]
    for step in range(min(len(written.ids), 4)):
        go(page, step)
        rows = page.locator(".stepping-weights li")
        assert rows.locator(".stepping-word").all_inner_texts() == written.attended
        weights = numbers(rows.locator(".stepping-weight").all_inner_texts())
        np.testing.assert_allclose(weights, written.weights[step], atol=6e-4)
        scores = numbers(rows.locator(".stepping-score").all_inner_texts())
        np.testing.assert_allclose(scores, written.scores[step], atol=6e-3)
        best = int(written.weights[step].argmax())
        expect(rows.nth(best)).to_have_class("most")
        named = re.search(r"a(\d+),(\d+)=exp", shown(page, "attend"))
        assert named and [int(part) for part in named.groups()] == [step + 1, best + 1]
        three = np.argsort(-written.weights[step], kind="stable")[:3]
        terms = re.findall(r"([01]\.\d\d)h(\d+)", shown(page, "context"))
        assert [int(place) for _, place in terms] == [place + 1 for place in three]
        before = [written.layers[layer].before[0][step] for layer in drawn]
        after = [written.layers[layer].values["h"][step] for layer in drawn]
        for card, vectors in (
            ("before", before),
            ("new", after),
            ("context", [written.contexts[step]]),
        ):
            expected = [np.linalg.norm(vector) for vector in vectors]
            np.testing.assert_allclose(norms(page, card), expected, atol=8e-3)
        first = page.locator("[data-card=new] .stepping-numbers").last.inner_text()
        listed = re.findall(r"[−\d.]+\d", first.split("(")[1])[:4]
        np.testing.assert_allclose(numbers(listed), after[-1][:4], atol=8e-3)


def test_the_ten_likeliest_words_and_the_one_written(
    page: Page, mount: Mount, explanations: dict[str, Explanation]
) -> None:
    explanation = explanations["after"]
    written = explanation.beam
    mount(trace_json(explanation))
    expect(page.locator(".stepping-token > span")).to_have_text(written.tokens)
    for step, log_probabilities in enumerate(written.log_probabilities):
        go(page, step)
        best = np.argsort(-log_probabilities, kind="stable")[:10]
        rows = page.locator(".stepping-likeliest li:not(.empty)")
        names = explanation.model.target_tokenizer.pieces(best.tolist())
        assert rows.locator(".stepping-word").all_inner_texts()[:10] == names
        values = [text.lstrip("<") for text in rows.locator(".stepping-weight").all_inner_texts()]
        np.testing.assert_allclose(numbers(values)[:10], np.exp(log_probabilities[best]), atol=1e-3)
        chosen = page.locator(".stepping-likeliest .chosen")
        rank = 1 + int((log_probabilities > log_probabilities[written.ids[step]]).sum())
        expect(chosen.locator(".stepping-rank")).to_have_text(str(rank))
        expect(chosen.locator(".stepping-word")).to_have_text(written.tokens[step])
        told = page.locator(".stepping-chosen").inner_text()
        assert ("the likeliest word" in told) == (rank == 1)
        assert page.locator(".stepping-sentence mark").inner_text() == written.tokens[step]


def test_without_attention_c_is_the_same_at_every_step(
    page: Page, mount: Mount, explanations: dict[str, Explanation]
) -> None:
    explanation = explanations["plain"]
    mount(trace_json(explanation))
    expect(page.locator("[data-card=attend]")).to_be_hidden()
    expect(page.locator("[data-card=context]")).to_contain_text("The same c at every step")
    expect(page.locator("[data-group=attention] > *")).to_have_count(0)
    pictures, lines = set(), set()
    for step in range(4):
        go(page, step)
        strip = page.locator("[data-card=context] canvas")
        pictures.add(strip.evaluate("canvas => canvas.toDataURL()"))
        lines.add(page.locator("[data-card=context] .stepping-numbers").inner_text())
    assert len(pictures) == len(lines) == 1
    np.testing.assert_allclose(
        norms(page, "context"), [np.linalg.norm(explanation.encoding.context)], atol=8e-3
    )
    # One arrow from c into each step, and one bar for each.
    entering = page.locator("[data-group='c at every step'] path")
    expect(entering).to_have_count(len(explanation.beam.ids))


def test_a_reference_is_followed_word_by_word(
    page: Page, mount: Mount, explanations: dict[str, Explanation]
) -> None:
    explanation = explanations["before"]
    reference = explanation.reference
    assert reference is not None
    mount(trace_json(explanation))
    page.get_by_role("button", name="Reference", exact=True).click()
    for step, token in enumerate(reference.tokens):
        probability = np.exp(reference.log_probabilities[step, reference.ids[step]])
        rank = 1 + int((reference.log_probabilities[step] > reference.chosen[step]).sum())
        button = page.locator(".stepping-token").nth(step)
        expect(button.locator("span")).to_have_text(token)
        told = button.locator("small").inner_text()
        assert f"{probability:.3f}" in told or (probability < 1e-3 and "<0.001" in told)
        assert (f"rank {rank}" in told) == (rank > 1)
    page.get_by_role("button", name="Translation", exact=True).click()
    expect(page.locator(".stepping-token")).to_have_count(len(explanation.beam.ids))


def test_keys_step_and_steps_are_announced(
    page: Page, mount: Mount, explanations: dict[str, Explanation]
) -> None:
    written = explanations["plain"].beam
    mount(trace_json(explanations["plain"]))
    last = len(written.ids) - 1
    page.locator(".stepping-player").focus()
    for key, step in (
        ("ArrowRight", 1),
        ("ArrowRight", 2),
        ("ArrowLeft", 1),
        ("End", last),
        ("ArrowRight", last),
        ("Home", 0),
    ):
        page.keyboard.press(key)
        count = f"Step {step + 1} of {last + 1}"
        expect(page.locator(".stepping-count")).to_have_text(count)
        expect(page.locator(".stepping-token[aria-current=step]")).to_have_count(1)
        assert (
            page.locator(".stepping-spoken")
            .inner_text()
            .startswith(f"{count}: {written.tokens[step]}, probability")
        )
    page.locator(".stepping-speed select").select_option("4")
    page.locator(".stepping-player").focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-go=play]")).to_have_attribute("aria-label", "Pause (space bar)")
    expect(page.locator(".stepping-count")).to_have_text(re.compile("Step 3 of"))
    page.keyboard.press("Space")
    expect(page.locator("[data-go=play]")).to_have_attribute("aria-label", "Play (space bar)")


SCORES = {
    "dot": "{s}⊤h{i}",
    "scaled_dot": "{s}⊤h{i}d",
    "general": "{s}⊤Wah{i}",
    "additive": "va⊤tanh(Wa{s}+Uah{i})",
}


@pytest.mark.parametrize("score", SCORES)
def test_the_formulas_are_those_of_the_model_in_every_notation(
    page: Page, mount: Mount, explanations: dict[str, Explanation], score: str
) -> None:
    trace = trace_json(explanations["before"])
    for placement, here, theirs in (("before", "st−1", "si−1"), ("after", "st", "si")):
        trace["model"] |= {"attention": score, "placement": placement}
        mount(copy.deepcopy(trace))
        form = SCORES[score]
        formula = f"eti=score({here},hi)={form.format(s=here, i='i')}ati=exp(eti)"
        assert shown(page, "attend").startswith(formula)
        assert shown(page, "context").startswith("ct=∑i=1Tatihi")
        joined = "[yt−1;ct]" if placement == "before" else "yt−1"
        assert shown(page, "new") == f"st=f(st−1,{joined})"
        page.get_by_role("button", name="Bahdanau").click()
        formula = f"eij=a({theirs},hj)={form.format(s=theirs, i='j')}αij=exp(eij)∑k=1Texp(eik)"
        assert shown(page, "attend").startswith(formula)
        page.get_by_role("button", name="Course").click()
        assert shown(page, "new") == "yt=g(yt−1,st−1,ct)"
        assert shown(page, "context").startswith("ct=∑i=1Tαtihi")


def test_a_symbol_tells_what_it_is(
    page: Page, mount: Mount, explanations: dict[str, Explanation]
) -> None:
    mount(trace_json(explanations["before"]))
    weight = page.locator("[data-card=context] .stepping-formula:not([hidden]) .math-a")
    weight.first.hover()
    expect(page.locator(".stepping-tip")).to_contain_text("attention weight: softmax of the scores")
    page.mouse.move(1, 1)
    expect(page.locator(".stepping-tip")).to_be_hidden()
    page.locator(".stepping-weights").focus()
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".stepping-tip")).to_contain_text("score: how well")


def saved(page: Page, kind: str) -> tuple[str, Path]:
    with page.expect_download() as download:
        page.locator(f"[data-save={kind}]").first.click()
    return download.value.suggested_filename, Path(download.value.path())


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_drawing_is_saved_as_a_file_of_its_own(
    page: Page, mount: Mount, explanations: dict[str, Explanation], kind: str
) -> None:
    explanation = explanations[kind]
    mount(trace_json(explanation))
    go(page, 1)
    name, path = saved(page, "svg")
    assert name == f"A-dog-runs-{'plain' if kind == 'plain' else 'attention'}-2.svg"
    text = path.read_text(encoding="utf-8")
    assert "var(" not in text and "class=" not in text and "data-" not in text
    root = ElementTree.fromstring(text)
    groups = {part.get("id"): part for part in root.iter(f"{SVG}g")}
    wanted = {"source", "encoder", "context", "decoder", "output", "translation", "labels"}
    assert wanted <= set(groups)

    def texts(group: str) -> list[str]:
        return ["".join(part.itertext()) for part in groups[group].iter(f"{SVG}text")]

    assert texts("source") == explanation.source
    assert texts("translation") == explanation.beam.tokens
    assert texts("previous-words") == explanation.beam.read
    weights = explanation.beam.weights
    if weights is not None:
        told = [text for text in texts("weights") if text]
        largest = sorted(weights[1], reverse=True)[:5]
        assert told and set(told) <= {f"{weight:.2f}" for weight in largest}
        titles = [part.text or "" for part in groups["attention"].iter(f"{SVG}title")]
        assert f"{weights[1, 0]:.3f}" in titles[0]
    rows = (1 + (kind != "after")) * min(2, KINDS[kind].get("encoder_layers", 1))
    assert len([each for each in groups if re.match(r"encoder-\d", each or "")]) == rows * len(
        explanation.source
    )
    name, path = saved(page, "png")
    picture = path.read_bytes()
    assert name.endswith(".png") and picture.startswith(b"\x89PNG")
    wide, high = (int.from_bytes(picture[at : at + 4], "big") for at in (16, 20))
    assert (wide, high) == tuple(
        pytest.approx(2 * float(root.get(side) or 0), abs=1) for side in ("width", "height")
    )


def test_parts_of_the_drawing_lead_to_their_details(
    page: Page, mount: Mount, explanations: dict[str, Explanation]
) -> None:
    mount(trace_json(explanations["after"]))
    page.locator("[data-part=decoder][data-index='2'][data-layer='3']").click()
    expect(page.locator(".stepping-count")).to_have_text(re.compile("Step 3 of"))
    assert page.evaluate("fired") == []
    page.locator("[data-part=decoder][data-index='2'][data-layer='3']").click()
    page.locator("[data-part=encoder][data-index='4'][data-layer='2']").click()
    expected = [
        {"part": "decoder", "index": 2, "layer": 3, "direction": "forward", "beside": False},
        {"part": "encoder", "index": 4, "layer": 2, "direction": "forward", "beside": False},
    ]
    assert page.evaluate("fired") == [["select", each] for each in expected]
    page.locator("[data-part=output][data-index='1']").click()
    expect(page.locator("[data-card=output]")).to_have_class(re.compile("pointed"))
    expect(page.locator(".stepping-count")).to_have_text(re.compile("Step 2 of"))
    page.locator("[data-part=attention][data-index='3'] rect").click()
    expect(page.locator(".stepping-weights li").nth(3)).to_have_class(re.compile("pointed"))
    page.locator(".stepping-frame").focus()
    page.keyboard.press("ArrowDown")  # to the word written
    page.keyboard.press("ArrowDown")  # to its distribution
    page.keyboard.press("ArrowDown")  # to the cell
    focused = "document.activeElement.dataset"
    assert page.evaluate(f"[{focused}.part, {focused}.index]") == ["decoder", "1"]


def test_two_models_are_drawn_and_either_shows_its_numbers(
    page: Page, mount: Mount, explanations: dict[str, Explanation]
) -> None:
    mount(trace_json(explanations["before"]), trace_json(explanations["plain"]))
    expect(page.locator(".schematic-live")).to_have_count(2)
    go(page, 1)
    for label, kind in (("Without attention", "plain"), ("With attention", "before")):
        page.get_by_role("button", name=label, exact=True).click()
        written = explanations[kind].beam
        np.testing.assert_allclose(
            norms(page, "new"), [np.linalg.norm(written.states[1])], atol=8e-3
        )
        expect(page.locator(".stepping-token > span")).to_have_text(written.tokens)


def test_all_steps_of_a_model_that_wrote_more_than_the_one_beside_are_reached(
    page: Page, mount: Mount, explanations: dict[str, Explanation]
) -> None:
    short, long = (
        choice(explanations.values(), key=lambda each: len(each.beam.tokens))
        for choice in (min, max)
    )
    steps = len(long.beam.tokens)
    assert len(short.beam.tokens) < steps
    mount(trace_json(short), trace_json(long))
    page.locator("[data-choice=model] button").nth(1).click()
    page.locator("[data-go=last]").click()
    expect(page.locator(".stepping-count")).to_have_text(f"Step {steps} of {steps}")
    np.testing.assert_allclose(
        norms(page, "new"), [np.linalg.norm(long.beam.states[-1])], atol=8e-3
    )
    # The other stays at its last step.
    page.locator("[data-choice=model] button").nth(0).click()
    count = len(short.beam.tokens)
    expect(page.locator(".stepping-count")).to_have_text(f"Step {count} of {count}")


def test_tokens_are_text_whatever_they_hold(
    page: Page, mount: Mount, explanations: dict[str, Explanation]
) -> None:
    trace = trace_json(explanations["before"])
    trace["sentence"] = EVIL
    trace["source"][0] = EVIL
    written = trace["written"]
    written["attended"][0] = written["tokens"][0] = written["read"][1] = EVIL
    written["top_tokens"][1][0] = EVIL
    written["text"] = EVIL
    mount(trace)
    go(page, 1)
    assert page.locator(".stepping img").count() == 0
    expect(page.locator(".stepping-token > span").first).to_have_text(EVIL)
    expect(page.locator(".stepping-weights .stepping-word").first).to_have_text(EVIL)
    expect(page.locator(".stepping-likeliest .stepping-word").first).to_have_text(EVIL)
    expect(page.locator("[data-slot=read]")).to_have_text(EVIL)
    _, path = saved(page, "svg")
    root = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    assert EVIL in [part.text for part in root.iter(f"{SVG}title")]
    assert not list(root.iter(f"{SVG}img")) and not list(root.iter("img"))


@pytest.mark.parametrize("language", [ENGLISH, CHINESE])
def test_the_template_is_inert(language: Any) -> None:
    """Gradio evaluates it twice: as Handlebars, and as a JavaScript template literal."""
    template = stepping(language, "stepping").html_template
    assert not {"${", "\\", "`", "{{", "}}"} & {
        mark for mark in ("${", "\\", "`", "{{", "}}") if mark in template
    }


def test_a_long_sentence_fits_and_a_step_is_quick(
    page: Page, mount: Mount, explanations: dict[str, Explanation]
) -> None:
    model = explanations["before"].model
    sentence = "We read a book. She drinks water. A dog"
    assert len(model.source_ids(sentence)) == 40
    reference = "我们看书。她喝水。狗跑。猫睡觉。" * 2 + "我们看书。她喝"
    explanation = explain(model, sentence, reference)
    mount(trace_json(explanation))
    page.evaluate("seq2seqTrace.go({view: 'reference'})")
    count = page.locator(".stepping-token").count()
    assert count == 40
    # The page does not scroll sideways, the drawing does, and keeps the step in sight.
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    frame = page.locator(".stepping-frame").bounding_box()
    assert frame is not None
    for step in (39, 20, 0):
        go(page, step)
        cell = page.locator(f"[data-part=decoder][data-index='{step}'] rect")
        page.wait_for_function("() => new Promise(requestAnimationFrame)")
        box = cell.bounding_box()
        assert box is not None
        assert frame["x"] <= box["x"] and box["x"] + box["width"] <= frame["x"] + frame["width"]
        # Of the weights, the list shows the largest.
        rows = page.locator(".stepping-weights").bounding_box()
        largest = page.locator(".stepping-weights .most").bounding_box()
        assert rows is not None and largest is not None
        assert rows["y"] <= largest["y"] <= rows["y"] + rows["height"] - largest["height"]
    # What a step takes of the page's thread, layout and all: other programs run beside the test,
    # and the time on the clock would tell of them.
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")

    def thread_seconds() -> float:
        metrics = devtools.send("Performance.getMetrics")["metrics"]
        return next(each["value"] for each in metrics if each["name"] == "ThreadTime")

    taken = []
    for _ in range(5):
        begun = thread_seconds()
        page.evaluate(
            """() => {
              for (let step = 0; step < 40; step++) {
                seq2seqTrace.go({step: (step * 7 + 1) % 40});
                document.querySelector(".stepping").getBoundingClientRect();
              }
            }"""
        )
        taken.append((thread_seconds() - begun) / 40)
    assert 0 < float(np.median(taken)) < 0.050, taken


def test_nothing_moves_from_step_to_step(
    page: Page, mount: Mount, explanations: dict[str, Explanation]
) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    mount(trace_json(explanations["after"]))
    heights = set()
    for step in range(len(explanations["after"].beam.ids)):
        go(page, step)
        heights.add(page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": 1100, "height": 900})
    assert len(heights) == 1
