"""Tags come through a translation: each once, nested as they were, at the borders of words."""

import re
from html import escape, unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq_keras.documents.tags import Links, Tag, letters, place_tags, with_tags

WORD = st.text(st.sampled_from("abcé7&<'你好.,!"), min_size=1, max_size=5)
MARKUP = re.compile(r"<[^>]*>")


@st.composite
def sentences(draw):
    """Words with spaces between most of them."""
    words = draw(st.lists(WORD, min_size=1, max_size=8))
    spaces = draw(st.lists(st.sampled_from([" ", " ", "  ", ""]), min_size=8, max_size=8))
    return "".join(word + space for word, space in zip(words, spaces, strict=False)).strip()


@st.composite
def tagged(draw):
    """A text, and tags at any places in it: pairs within pairs, and tags alone."""
    text = draw(sentences())
    number = iter(range(1000))

    def between(low, high, depth):
        tags, place = [], low
        for _ in range(draw(st.integers(0, 3))):
            start = draw(st.integers(place, high))
            name = next(number)
            if draw(st.booleans()):
                tags.append(Tag(f"<x{name}/>", "", start, start, (), draw(st.booleans())))
                place = start
                continue
            place = draw(st.integers(start, high))
            inner = between(start, place, depth + 1) if depth < 3 else ()
            tags.append(Tag(f"<g{name}>", f"</g{name}>", start, place, tuple(inner)))
        return tags

    return text, between(0, letters(text), 0)


@st.composite
def links(draw, text, translation):
    """Words of any lengths, and any links between them."""

    def lengths(total):
        cuts = sorted(draw(st.sets(st.integers(1, max(total - 1, 1)), max_size=5)))
        cuts = [cut for cut in cuts if cut < total]
        return [end - start for start, end in zip([0, *cuts], [*cuts, total], strict=True)]

    source, target = lengths(letters(text)), lengths(letters(translation))
    word = st.integers(0, len(source) - 1)
    sources = draw(st.lists(word, min_size=len(target), max_size=len(target)))
    return Links(tuple(source), tuple(target), tuple(sources))


def parents(markup):
    """Reads tags with a stack: around each the one that holds it; fails where they cross."""
    found, open_tags = {}, []
    for tag in MARKUP.findall(markup):
        if tag.startswith("</"):
            assert open_tags.pop() == f"<{tag[2:]}"
            continue
        assert tag not in found
        found[tag] = open_tags[-1] if open_tags else None
        if not tag.endswith("/>"):
            open_tags.append(tag)
    assert open_tags == []
    return found


def parents_of(tags, parent=None):
    found = {}
    for tag in tags:
        found[tag.opening] = parent
        found |= parents_of(tag.inner, tag.opening)
    return found


@settings(max_examples=400)
@given(st.data())
def test_no_tag_is_lost_or_doubled_and_all_are_nested_as_they_were(data):
    text, tags = data.draw(tagged())
    translation = data.draw(sentences())
    linked = data.draw(st.one_of(st.none(), links(text, translation)))
    written = with_tags(translation, place_tags(tags, text, translation, linked), escape)
    assert unescape(MARKUP.sub("", written)) == translation
    assert parents(written) == parents_of(tags)


@given(tagged(), sentences())
def test_no_tag_stands_within_a_word(tagged, translation):
    text, tags = tagged
    translation = re.sub("[你好]", "z", translation)
    for offset, _ in place_tags(tags, text, translation):
        around = translation[max(offset - 1, 0) : offset + 1]
        assert offset in (0, len(translation)) or not around.isalnum()


@given(st.data())
def test_a_pair_around_the_whole_is_around_the_whole(data):
    text, translation = data.draw(sentences()), data.draw(sentences())
    linked = data.draw(links(text, translation))
    whole = Tag("<b>", "</b>", 0, letters(text), (Tag("<i>", "</i>", 0, letters(text)),))
    written = with_tags(translation, place_tags([whole], text, translation, linked), str)
    assert written == f"<b><i>{translation}</i></b>"


@given(st.permutations(range(6)), st.integers(0, 5), st.integers(0, 5))
def test_a_pair_encloses_what_comes_from_its_words(order, first, last):
    """Against brute force: words that are only moved."""
    first, last = min(first, last), max(first, last)
    words = ["one", "two", "three", "four", "five", "six"]
    text, translation = " ".join(words), " ".join(words[index].upper() for index in order)
    linked = Links(
        tuple(map(len, words)), tuple(len(words[index]) for index in order), tuple(order)
    )
    start, end = (letters(" ".join(words[:count])) for count in (first, last + 1))
    placed = place_tags([Tag("<b>", "</b>", start, end)], text, translation, linked)
    begins, ends = (offset for offset, _ in placed)
    inside = translation[begins:ends].split()
    wanted = [words[index].upper() for index in order if first <= index <= last]
    assert (inside[0], inside[-1]) == (wanted[0], wanted[-1])
    assert set(wanted) <= set(inside)


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        (Tag("<x/>", "", 3, 3), "la voiture <x/>rouge"),  # before "red"
        (Tag("<x/>", "", 6, 6), "la <x/>voiture rouge"),  # before "car"
        (Tag("<x/>", "", 3, 3, (), True), "la<x/> voiture rouge"),  # behind "the"
        (Tag("<x/>", "", 0, 0), "<x/>la voiture rouge"),
        (Tag("<x/>", "", 9, 9, (), True), "la voiture rouge<x/>"),
        (Tag("<b>", "</b>", 6, 9), "la <b>voiture</b> rouge"),
        (Tag("<b>", "</b>", 7, 8), "la <b>voiture</b> rouge"),  # a part of a word
        (Tag("<b>", "</b>", 3, 9), "la <b>voiture rouge</b>"),
        (Tag("<b>", "</b>", 3, 3), "la voiture <b></b>rouge"),  # around nothing
    ],
)
def test_tags_go_where_their_neighbours_went(tag, expected):
    text, translation = "the red car", "la voiture rouge"
    linked = Links((3, 3, 3), (2, 7, 5), (0, 2, 1))
    written = with_tags(translation, place_tags([tag], text, translation, linked), str)
    assert written == expected


def test_what_stood_before_a_pair_stays_before_it():
    """Also if its word went into the midst of the pair's words."""
    tags = [Tag("<x/>", "", 1, 1, (), True), Tag("<b>", "</b>", 1, 3)]
    placed = place_tags(tags, "X A B", "a x b", Links((1, 1, 1), (1, 1, 1), (1, 0, 2)))
    assert with_tags("a x b", placed, str) == "<x/><b>a x b</b>"
    tags = [Tag("<b>", "</b>", 0, 2), Tag("<x/>", "", 2, 2)]
    placed = place_tags(tags, "A B X", "a x b", Links((1, 1, 1), (1, 1, 1), (0, 2, 1)))
    assert with_tags("a x b", placed, str) == "<b>a x b</b><x/>"


def test_links_that_do_not_fit_are_not_used():
    tag = Tag("<b>", "</b>", 0, 3)
    wrong = Links((9, 9), (9, 9), (1, 0))
    placed = place_tags([tag], "the car", "la voiture", wrong)
    assert placed == place_tags([tag], "the car", "la voiture") == [(0, "<b>"), (2, "</b>")]
