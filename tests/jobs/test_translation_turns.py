"""The order in which texts are translated."""

import random

import pytest

from seq2seq_keras.jobs.translation_turns import Turns, WaitingText


def turns(**texts: int | list[int]) -> Turns[WaitingText]:
    """Texts by name, of so many sentences; the part of a name behind `_` is its group."""
    turns: Turns[WaitingText] = Turns(most_sentences=4, most_tokens=100)
    for name, lengths in texts.items():
        turns.add(text(name, [1] * lengths if isinstance(lengths, int) else lengths))
    return turns


def text(name: str, lengths: list[int]) -> WaitingText:
    return WaitingText(NUMBERS.setdefault(name, len(NUMBERS)), name.partition("_")[2], lengths)


NUMBERS: dict[str, int] = {}


def batches(turns: Turns[WaitingText], most: int = 100) -> list[list[tuple[str, int]]]:
    """What is handed out: texts by name, and how many sentences."""
    names = {number: name for name, number in NUMBERS.items()}
    found = []
    while turns and len(found) < most:
        batch = turns.next_batch()
        found.append([(names[text.number], part.stop - part.start) for text, part in batch])
    return found


def test_texts_go_together_as_far_as_they_fit() -> None:
    assert batches(turns(a=1, b=2, c=2, d=1)) == [[("a", 1), ("b", 2), ("d", 1)], [("c", 2)]]


def test_tokens_count_like_sentences() -> None:
    assert batches(turns(a=[60], b=[50], c=[40])) == [[("a", 1), ("c", 1)], [("b", 1)]]
    assert batches(turns(a=[400], b=[1])) == [[("a", 1)], [("b", 1)]]
    assert batches(turns(a=[60, 60, 10])) == [[("a", 1)], [("a", 2)]]


def test_groups_are_kept_apart_and_none_waits_for_ever() -> None:
    waiting = turns(a_x=4, b_y=1, c_x=2)
    assert batches(waiting, 1) == [[("a_x", 4)]]
    waiting.add(text("d_x", [1]))
    assert batches(waiting) == [[("b_y", 1)], [("c_x", 2), ("d_x", 1)]]


def test_short_texts_go_between_the_pieces_of_a_long_one() -> None:
    waiting = turns(long=11, a=1)
    assert batches(waiting, 2) == [[("a", 1)], [("long", 4)]]
    waiting.add(text("b", [1]))
    assert batches(waiting) == [[("b", 1)], [("long", 4)], [("long", 3)]]


def test_a_long_text_goes_on_however_many_short_ones_come() -> None:
    waiting = turns(long=400)
    pieces = 0
    for _ in range(20):
        for _ in range(3):
            waiting.add(text("short", [1, 1]))
        pieces += batches(waiting, 1)[0][0][0] == "long"
    assert pieces == 10


def test_long_texts_take_turns() -> None:
    names = [batch[0][0] for batch in batches(turns(a=20, b=20), 6)]
    assert names == ["a", "b"] * 3


def test_what_is_removed_is_handed_out_no_more() -> None:
    waiting = turns(long=12, a=1)
    batches(waiting, 2)
    waiting.remove(NUMBERS["long"])
    waiting.remove(12345)
    assert not waiting
    assert batches(waiting) == []


@pytest.mark.parametrize("seed", range(20))
def test_every_sentence_is_handed_out_once_and_in_order(seed: int) -> None:
    chance = random.Random(seed)
    waiting: Turns[WaitingText] = Turns(most_sentences=8, most_tokens=60)
    texts = [
        WaitingText(number, chance.choice("xyz"), chance.choices(range(1, 40), k=count))
        for number, count in enumerate(chance.choices([1, 2, 3, 20, 50], k=30))
    ]
    found: dict[int, list[int]] = {text.number: [] for text in texts}
    coming = list(texts)
    while coming or waiting:
        if coming and (not waiting or chance.random() < 0.5):
            waiting.add(coming.pop())
            continue
        batch = waiting.next_batch()
        lengths = [length for text, part in batch for length in text.lengths[part]]
        assert len({text.group for text, _ in batch}) == 1
        assert len(lengths) <= 8 and sum(lengths) <= 60
        for text, part in batch:
            found[text.number] += range(len(text.lengths))[part]
    assert found == {text.number: list(range(len(text.lengths))) for text in texts}
