"""The beam search as a tree on the page, against the search's own translations and scores."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from helpers.mounting import EVIL, blank_page, mount_traced
from helpers.tiny_models import save_untrained
from seq2seq_keras.app.widgets.beam_tree import beam_view
from seq2seq_keras.explain import Explanation, explain
from seq2seq_keras.jobs.explaining import Explainer
from seq2seq_keras.localisation import CHINESE, ENGLISH

pytestmark = pytest.mark.browser

SENTENCE = "We read a book."
MINUS = str.maketrans("−", "-")


class Seen:
    """An untrained translator, what is explained of it, and what the page gets."""

    def __init__(self, folder: Path) -> None:
        self.translator = save_untrained(folder, cell="gru", attention="additive")
        trace = Explainer().trace(self.translator, SENTENCE, None)
        self.trace: dict[str, Any] = json.loads(json.dumps(trace))
        self.nodes: list[dict[str, Any]] = self.trace["tree"]["nodes"]
        self.explanation: Explanation = explain(self.translator, SENTENCE)

    def children(self, number: int) -> list[int]:
        return [node["number"] for node in self.nodes if node["parent"] == number]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    return Seen(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def page(chromium_path: str) -> Iterator[Page]:
    with blank_page(chromium_path, 390) as opened:
        yield opened


def numbers(part: Locator) -> list[int]:
    return sorted(int(each.get_attribute("data-number") or -1) for each in part.all())


def node(page: Page, number: int) -> Locator:
    return page.locator(f".beam-node[data-number='{number}']")


def test_the_way_that_won_spells_the_translation(page: Page, seen: Seen) -> None:
    mount_traced(page, beam_view(ENGLISH, "beam-tree"), seen.trace)
    path = numbers(page.locator(".beam-scroller .beam-node.path"))
    pieces = [seen.nodes[number]["piece"] for number in path][1:]
    assert len(pieces) > 2
    (translation,) = seen.translator.translate([SENTENCE])
    best = translation[0] if isinstance(translation, list) else translation
    assert "".join(pieces[:-1]) == best.text
    texts = page.locator(".beam-table .beam-text")
    expect(texts.first).to_have_text(best.text)
    expect(page.locator(".beam-scroller .beam-edge.path")).to_have_count(len(path) - 1)
    shown = float(
        (page.locator("tbody tr").first.locator("td").last.text_content() or "").translate(MINUS)
    )
    assert shown == pytest.approx(best.score, abs=6e-4)


def test_scores_are_those_of_the_tokens(page: Page, seen: Seen) -> None:
    """Each finished hypothesis is read once more by forced decoding."""
    mount_traced(page, beam_view(ENGLISH, "beam-tree"), seen.trace)
    rows = page.locator("tbody tr")
    leaves = seen.trace["tree"]["leaves"]
    expect(rows).to_have_count(len(leaves))
    scores = []
    for row, text in zip(rows.all()[:4], seen.trace["tree"]["texts"][:4], strict=True):
        told = [(cell.text_content() or "").translate(MINUS) for cell in row.locator("td").all()]
        assert told[0] == text
        written = explain(seen.translator, SENTENCE, text).reference
        assert written is not None
        length = len(written.tokens)
        penalty = ((5 + length) / 6) ** 0.6
        expected = [written.total, length, penalty, written.total / penalty]
        assert [float(each) for each in told[1:]] == pytest.approx(expected, abs=2e-3)
        scores.append(float(told[4]))
    assert scores == sorted(scores, reverse=True)


def test_what_was_pruned_is_hidden_but_near_the_node_at_hand(page: Page, seen: Seen) -> None:
    mount_traced(page, beam_view(ENGLISH, "beam-tree"), seen.trace)
    drawn = page.locator(".beam-scroller .beam-node")
    button = page.get_by_role("button", name="Show what was pruned")
    if button.get_attribute("aria-pressed") == "true":
        button.click()
    survivors = [each["number"] for each in seen.nodes if each["fate"] != "pruned"]
    assert len(survivors) < len(seen.nodes)
    for number in (survivors[1], survivors[7]):
        node(page, number).dispatch_event("mouseover")
        near = [each for each in seen.children(number) if seen.nodes[each]["fate"] == "pruned"]
        assert numbers(drawn) == sorted([*survivors, *near])
    height = page.evaluate("document.documentElement.scrollHeight")
    node(page, survivors[2]).dispatch_event("mouseover")
    assert page.evaluate("document.documentElement.scrollHeight") == height
    button.click()
    assert numbers(drawn) == [each["number"] for each in seen.nodes]


def test_fates_differ_in_shape_and_stand_where_they_ranked(page: Page, seen: Seen) -> None:
    mount_traced(page, beam_view(ENGLISH, "beam-tree"), seen.trace)
    button = page.get_by_role("button", name="Show what was pruned")
    if button.get_attribute("aria-pressed") == "false":
        button.click()
    shapes = {}
    for entry, fate in zip(
        page.locator(".beam-legend li").all(),
        ["path", "kept", "finished", "given_up", "pruned"],
        strict=True,
    ):
        parts = entry.locator(".beam-node > *")
        shapes[fate] = [
            (part.evaluate("each => each.tagName"), part.get_attribute("rx"))
            for part in parts.all()
        ]
    assert len({str(shape) for fate, shape in shapes.items() if fate != "path"}) == 4
    tops: dict[int, list[tuple[float, float]]] = {}
    for each in seen.nodes[1:]:
        box = node(page, each["number"]).bounding_box()
        assert box is not None
        tops.setdefault(each["step"], []).append((box["y"], -each["total"]))
    for places in tops.values():  # in each step the likelier stands higher
        assert [total for _, total in sorted(places)] == sorted(total for _, total in places)


def test_the_arrow_keys_go_along_the_tree(page: Page, seen: Seen) -> None:
    mount_traced(page, beam_view(ENGLISH, "beam-tree"), seen.trace)
    path = [each["number"] for each in seen.nodes if each["on_path"]]
    chosen = page.locator(".beam-node.chosen")
    page.locator(".beam-scroller").focus()
    for key, number in (
        ("Home", 0),
        ("ArrowRight", path[1]),
        ("ArrowRight", path[2]),
        ("ArrowLeft", path[1]),
        ("End", path[-1]),
        ("ArrowRight", path[-1]),  # nothing continues it
    ):
        page.keyboard.press(key)
        expect(chosen).to_have_attribute("data-number", str(number))
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    first_step = [each["number"] for each in seen.nodes if each["step"] == 0]
    page.keyboard.press("ArrowDown")
    below = first_step[first_step.index(path[1]) + 1]
    expect(chosen).to_have_attribute("data-number", str(below))
    at = seen.nodes[below]
    words = page.locator(".beam-line")
    expect(words).to_contain_text(at["piece"] + " · step 1")
    expect(words).to_contain_text(f"place {first_step.index(below) + 1} in its step")
    expect(words).to_contain_text(f"log P {at['log_probability']:.3f}".replace("-", "−"))
    assert (page.locator(".beam-spoken").text_content() or "").startswith(at["piece"])


def test_a_finished_node_tells_how_its_score_came_about(page: Page, seen: Seen) -> None:
    mount_traced(page, beam_view(ENGLISH, "beam-tree"), seen.trace)
    page.locator("tbody tr").first.press("Enter")
    leaf = seen.nodes[seen.trace["tree"]["leaves"][0]]
    penalty = ((6 + leaf["step"]) / 6) ** 0.6
    expected = f"score {leaf['total']:.3f} / {penalty:.3f} = {leaf['score']:.3f}".replace("-", "−")
    expect(page.locator(".beam-line")).to_contain_text(expected)
    box, frame = (
        page.locator(place).bounding_box() for place in (".beam-node.chosen", ".beam-scroller")
    )
    assert box is not None and frame is not None  # it has been brought into sight
    assert frame["x"] <= box["x"] and box["x"] + box["width"] <= frame["x"] + frame["width"]


def test_a_large_tree_stays_in_its_frame(page: Page, seen: Seen) -> None:
    mount_traced(page, beam_view(ENGLISH, "beam-tree"), seen.trace)
    frame = page.locator(".beam-scroller")
    page.get_by_role("button", name="Larger").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert frame.evaluate("each => each.scrollWidth > each.clientWidth")
    page.get_by_role("button", name="Fit").click()
    assert frame.evaluate("each => each.scrollWidth <= each.clientWidth + 1")


def test_another_models_search_is_chosen(page: Page, seen: Seen) -> None:
    beside = copy.deepcopy(seen.trace)
    beside["tree"]["texts"][0] = "another"
    mount_traced(page, beam_view(ENGLISH, "beam-tree"), seen.trace, beside)
    page.get_by_label("Whose search").select_option("beside")
    expect(page.locator(".beam-text").first).to_have_text("another")
    page.evaluate("trace => seq2seqTrace.show(trace)", seen.trace)
    expect(page.get_by_label("Whose search")).to_be_hidden()
    expect(page.locator(".beam-text").first).to_have_text(seen.trace["tree"]["texts"][0])


def test_pieces_are_text_whatever_they_hold(page: Page, seen: Seen) -> None:
    trace = copy.deepcopy(seen.trace)
    trace["tree"]["texts"][0] = EVIL
    for each in trace["tree"]["nodes"]:
        each["piece"] = EVIL
    for language in (ENGLISH, CHINESE):
        mount_traced(page, beam_view(language, "beam-tree"), trace)
        page.locator("tbody tr").first.click()
        expect(page.locator(".beam-text").first).to_have_text(EVIL)
        expect(page.locator(".beam-line b")).to_have_text(EVIL)
        assert page.locator("img").count() == 0
