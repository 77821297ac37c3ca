"""Practice: put together by keyboard and by mouse, checked, explained, and kept."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from helpers.mounting import blank_page
from seq2seq_keras.app.widgets.practice import practice
from seq2seq_keras.localisation import CHINESE, ENGLISH, Language

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror=fail()>${fail()}`\\{{fail}}"
LEVELS = ("plain", "attention", "gru", "lstm")

# What belongs where, written down apart from the levels' own data.
PLAIN_LABELS = {
    **{f"h{i}": f"h{i}" for i in (1, 2, 3)},
    "c": "c",
    **{f"s{i}": f"s{i}" for i in (0, 1, 2, 3)},
    **{f"r{i}": f"r{i}" for i in (1, 2, 3)},
    "p1": "p3",  # a softmax is as good as another
    "p2": "p1",
    "p3": "p2",
}
PLAIN_ARROWS = (
    "h1>h2 h2>h3 h3>c c>s0 c>s1 c>s2 c>s3 s0>s1 s1>s2 s2>s3 r1>s1 r2>s2 r3>s3 y1>r2 y2>r3"
).split()
ATTENTION_LABELS = {
    **{f"{kind}{i}": f"{kind}{i}" for kind in "ea" for i in (1, 2, 3)},
    "norm": "p",
    "p": "norm",
    **{name: name for name in ("c", "s1", "s2", "r")},
}
ATTENTION_ARROWS = [
    *(f"{start}>{end}{i}" for i in (1, 2, 3) for start, end in ((f"h{i}", "e"), ("s1", "e"))),
    *(f"{start}{i}>m{i}" for i in (1, 2, 3) for start in "ha"),
    *("c>s2", "s1>s2", "r>s2", "s2>p"),
]
GRU_ARROWS = ("x>n h>u u>mr r>mr mr>n h>mz z>mz z>one one>mn n>mn mz>plus mn>plus plus>out").split()
LSTM_ARROWS = "old>mf f>mf i>mi n>mi mf>plus mi>plus plus>new plus>t t>mo o>mo mo>out".split()

MOUNT = """({template, script, trace}) => {
  const element = document.createElement("div");
  element.innerHTML = template;
  document.body.replaceChildren(element);
  Function("element", "trigger", "props", "watch", script)(element, () => {}, {}, () => {});
  if (trace) seq2seqTrace.show(trace, null);
}"""

Mount = Callable[..., None]


def trace(*source: str, written: tuple[str, ...] = ("Un", "chien", "court")) -> dict[str, Any]:
    """As much of a trace as practising needs: two rows of words."""
    read = ["<s>", *written[:-1]]
    return {"source": list(source), "written": {"tokens": list(written), "read": read}}


TRACE = trace("A", "dog", "runs", ".", "</s>")


@pytest.fixture(scope="module")
def browser_page(chromium_path: str) -> Iterator[Page]:
    with blank_page(chromium_path, 1280, 1000) as page:
        yield page


@pytest.fixture
def page(browser_page: Page) -> Page:
    browser_page.goto("http://page.test/")
    browser_page.evaluate("localStorage.clear()")
    return browser_page


@pytest.fixture
def mount(page: Page) -> Mount:
    def show(shown: dict[str, Any] | None = TRACE, language: Language = ENGLISH) -> None:
        form = practice(language, "practice")
        page.evaluate(
            MOUNT, {"template": form.html_template, "script": form.js_on_load, "trace": shown}
        )

    return show


def level(page: Page, name: str) -> None:
    page.locator(f'[data-level="{name}"]').click()


def node(page: Page, name: str) -> Any:
    return page.locator(f'[data-node="{name}"]')


def put(page: Page, labels: dict[str, str]) -> None:
    """Puts labels into boxes by clicks: the chip of the second into the box of the first."""
    for box, chip in labels.items():
        page.locator(f'[data-chip="{chip}"]').click()
        node(page, box).click()


def draw(page: Page, *arrows: str) -> None:
    page.get_by_role("button", name="Arrows", exact=True).click()
    for arrow in arrows:
        for end in arrow.split(">"):
            node(page, end).click()


def check(page: Page) -> None:
    page.locator(".practice-check").click()


def score(page: Page) -> list[int]:
    return [
        int(number) for number in re.findall(r"\d+", page.locator(".practice-score").inner_text())
    ]


def about(page: Page, what: str) -> Any:
    return page.locator(f'[data-about="{what}"]')


def open_groups(page: Page) -> None:
    page.evaluate("document.querySelectorAll('.practice details').forEach((d) => d.open = true)")


def tab_to(page: Page, target: str) -> None:
    """Goes on by Tab until the focus is there, round the page if need be, and presses Enter."""
    for _ in range(200):
        if page.evaluate("(target) => document.activeElement.matches(target)", target):
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {target}")


def test_the_first_level_by_keyboard_alone(page: Page, mount: Mount) -> None:
    mount()
    for box, chip in PLAIN_LABELS.items():
        tab_to(page, f'[data-chip="{chip}"]')
        tab_to(page, f'[data-node="{box}"]')
    expect(page.locator(".practice-left")).to_have_text("To do: labels 0, arrows 15")
    tab_to(page, '[data-mode="arrows"]')
    for arrow in PLAIN_ARROWS:
        for end in arrow.split(">"):
            tab_to(page, f'[data-node="{end}"]')
    tab_to(page, ".practice-check")
    expect(page.locator(".practice-panel h4")).to_have_text("All right!")
    assert score(page) == [14, 14, 15, 15]
    expect(page.locator('[data-level="plain"]')).to_contain_text("done")


def test_keys_let_go_take_out_and_lead_from_box_to_box(page: Page, mount: Mount) -> None:
    mount()
    page.locator('[data-chip="h1"]').focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.chip") == "h1"
    put(page, {"h1": "h1"})
    node(page, "h1").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.node") == "h2"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Delete")
    expect(page.locator('[data-chip="h1"]')).to_be_visible()
    draw(page, "h1>h2")
    page.locator('[data-arrow="h1>h2"]').focus()
    page.keyboard.press("Delete")
    expect(page.locator('[data-arrow="h1>h2"]')).to_have_count(0)


def drag(page: Page, start: Any, end: Any) -> None:
    ends = [each.bounding_box() for each in (start, end)]
    points = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in ends]
    page.mouse.move(*points[0])
    page.mouse.down()
    page.mouse.move(*points[1], steps=4)
    page.mouse.up()


def test_the_second_level_by_mouse(page: Page, mount: Mount) -> None:
    mount()
    level(page, "attention")
    for box, chip in ATTENTION_LABELS.items():
        drag(
            page, page.locator(f'[data-chip="{chip}"]'), node(page, box).locator(".practice-shape")
        )
    page.get_by_role("button", name="Arrows", exact=True).click()
    for arrow in ATTENTION_ARROWS:
        start, end = arrow.split(">")
        drag(
            page,
            node(page, start).locator(".practice-shape"),
            node(page, end).locator(".practice-shape"),
        )
    check(page)
    expect(page.locator(".practice-panel h4")).to_have_text("All right!")
    assert score(page) == [12, 12, 16, 16]


def test_wrong_and_missing_ones_are_explained(page: Page, mount: Mount) -> None:
    mount()
    level(page, "attention")
    put(page, ATTENTION_LABELS | {"c": "s2", "s2": "c"})
    draw(page, *(arrow for arrow in ATTENTION_ARROWS if arrow != "r>s2"), "s1>c", "c>p")
    check(page)
    assert score(page) == [10, 12, 15, 16, 1]
    wrong = about(page, "node c")
    expect(wrong).to_contain_text("Box 1 is not s2.")
    expect(wrong).to_contain_text("The encoder states, each with its share, added up")
    expect(about(page, "arrow s1>c")).to_contain_text("made of the encoder states")
    missing = about(page, "node s2").last
    expect(missing).to_contain_text("is missing")
    expect(missing).to_contain_text("three things")
    open_groups(page)
    expect(about(page, "arrow c>p")).to_contain_text("do not count")
    expect(node(page, "c")).to_have_attribute("aria-label", re.compile("wrong"))
    expect(page.locator(".practice-arrow.wrong")).to_have_count(1)
    # What is mended loses its mark, and only that.
    page.locator('[data-arrow="s1>c"]').focus()
    page.keyboard.press("Delete")
    expect(about(page, "arrow s1>c")).to_have_class(re.compile("mended"))
    expect(wrong).not_to_have_class(re.compile("mended"))
    expect(node(page, "c")).to_have_class(re.compile("wrong"))


def test_parts_that_could_change_places_may_do_so(page: Page, mount: Mount) -> None:
    mount()
    level(page, "gru")
    boxes = ("n", "u", "mr", "mz", "mn", "one", "plus")
    put(page, {"r": "z", "z": "r", **{box: box for box in boxes}})
    swapped = {"r": "z", "z": "r"}
    arrows = [">".join(swapped.get(end, end) for end in arrow.split(">")) for arrow in GRU_ARROWS]
    draw(page, *arrows[:-1])
    check(page)
    assert score(page) == [9, 9, 12, 13]
    draw(page, arrows[-1])
    check(page)
    expect(page.locator(".practice-panel h4")).to_have_text("All right!")
    # Gates changed round, but not what they lead to: two of each cannot be right.
    page.locator(".practice-again").click()
    put(page, {"r": "z", "z": "r", **{box: box for box in boxes}})
    draw(page, *GRU_ARROWS)
    check(page)
    assert score(page)[0] == 7
    # The new memory may be squashed after the sum or where it leaves the cell.
    level(page, "lstm")
    names = ("f", "i", "n", "o", "mf", "mi", "mo", "plus", "t", "new", "out")
    put(page, {name: name for name in names})
    draw(page, *("new>t" if arrow == "plus>t" else arrow for arrow in LSTM_ARROWS))
    check(page)
    expect(page.locator(".practice-panel h4")).to_have_text("All right!")


@pytest.mark.parametrize("language", [ENGLISH, CHINESE], ids=lambda each: each.code)
def test_the_solution_passes_and_explains_every_part(
    page: Page, mount: Mount, language: Language
) -> None:
    mount(language=language)
    counts = {
        "plain": (14, 15, 12),
        "attention": (12, 16, 10),
        "gru": (9, 13, 4),
        "lstm": (11, 11, 4),
    }
    for name in LEVELS:
        level(page, name)
        page.locator(".practice-show").click()
        labels, arrows, given = counts[name]
        assert score(page) == [labels, labels, arrows, arrows]
        open_groups(page)
        rows = page.locator(".practice-item")
        assert rows.count() == labels + arrows + given
        for head, why in zip(
            page.locator(".practice-head").all_inner_texts(),
            page.locator(".practice-why").all_inner_texts(),
            strict=True,
        ):
            assert head.strip()
            assert len(why) > 7, head
            assert not re.search(r"[{}_*]|undefined|\w\.\w+\.", why), why
            assert bool(re.search("[一-鿿]", why)) == (language is CHINESE), why
        page.locator(".practice-check").click()
        assert score(page) == [labels, labels, arrows, arrows]
        # A solution that was shown is nobody's work.
        expect(page.locator(f'[data-level="{name}"] .practice-order')).not_to_have_text("✓")
        page.locator(".practice-show").click()
        assert page.locator(".practice-chip").count() == labels
        # Where nothing is done yet, every part has its hint.
        check(page)
        whys = page.locator(".practice-item.missing .practice-why").all_inner_texts()
        assert len(whys) > labels and all(len(why) > 7 for why in whys)


def test_every_text_of_the_levels_is_known_and_used(page: Page, mount: Mount) -> None:
    mount()
    scripts = practice(ENGLISH, "practice").js_on_load or ""
    known = json.loads(page.locator(".practice").get_attribute("data-texts") or "")
    keys = {key for key in known if re.match(r"(plain|attention|gru|lstm)\.", key)}
    assert set(re.findall(r'"((?:plain|attention|gru|lstm)\.[\w.-]+)"', scripts)) == keys


def test_what_could_change_places_has_the_same_given_arrows(page: Page, mount: Mount) -> None:
    # Otherwise an accepted drawing could contradict the arrows that are there from the start.
    mount()
    for name, groups in {
        "attention": ("e1 e2 e3", "a1 a2 a3", "m1 m2 m3"),
        "gru": ("r z", "mr mz mn"),
        "lstm": ("f i o", "mf mi mo", "new out"),
    }.items():
        level(page, name)
        given = page.locator(".practice-arrow.given").evaluate_all(
            "(arrows) => arrows.map((arrow) => arrow.dataset.arrow.split('>'))"
        )
        for group in groups:
            ends = [
                sorted(("from", b) if a == each else ("to", a) for a, b in given if each in (a, b))
                for each in group.split()
            ]
            assert all(each == ends[0] for each in ends), group


def test_progress_outlives_the_page(page: Page, mount: Mount) -> None:
    mount()
    level(page, "gru")
    put(page, {"z": "z"})
    draw(page, "z>mz")
    page.reload()
    mount()
    expect(page.locator('[data-level="gru"]')).to_have_attribute("aria-checked", "true")
    expect(node(page, "z").locator(".practice-label")).to_have_text("zt")
    expect(page.locator('[data-arrow="z>mz"]')).to_have_count(1)
    page.locator(".practice-again").click()
    page.reload()
    mount()
    expect(page.locator('[data-arrow="z>mz"]')).to_have_count(0)


@pytest.mark.parametrize(
    "kept",
    [
        "{",
        "null",
        '{"level": "none", "drawings": {"plain": 3}}',
        json.dumps(
            {"drawings": {"plain": {"labels": {"h1": "nothing"}, "arrows": ["a>b", 4, EVIL]}}}
        ),
    ],
)
def test_what_the_browser_keeps_may_be_anything(page: Page, mount: Mount, kept: str) -> None:
    page.evaluate("(kept) => localStorage.setItem('seq2seq-practice', kept)", kept)
    mount()
    expect(page.locator(".practice-left")).to_have_text("To do: labels 14, arrows 15")


def test_without_a_store_or_a_sentence_it_can_be_used(page: Page, mount: Mount) -> None:
    page.evaluate(
        "Object.defineProperty(window, 'localStorage',"
        " {configurable: true, get() { throw new Error('none') }})"
    )
    mount(None)
    put(page, {"h1": "h1"})
    check(page)
    assert score(page) == [1, 14, 0, 15]


def test_no_token_becomes_markup(page: Page, mount: Mount) -> None:
    page.evaluate("void (window.fail = () => { throw new Error('ran') })")
    mount(trace(EVIL, EVIL, EVIL, written=(EVIL, EVIL, EVIL)))
    put(page, {"r2": "r3"})  # the same word: either will do
    check(page)
    assert score(page) == [1, 14, 0, 15]
    assert page.locator(".practice-task b").first.text_content() == " ".join([EVIL] * 3)
    for name in LEVELS:
        level(page, name)
        page.locator(".practice-show").click()
        open_groups(page)
    level(page, "plain")
    page.locator(".practice-show").click()
    assert EVIL in (about(page, "node h2").text_content() or "")
    assert page.locator(".practice img").count() == 0
