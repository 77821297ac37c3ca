"""What a training shows in the terminal, and in a file."""

import io

import pytest
from rich.console import Console

from seq2seq_keras.training import EpochEnd, Finished, Notice, Progress, ProgressDisplay, Started
from seq2seq_keras.training.progress import duration

EXAMPLES = [{"source": "Ein [b]Hund[/b].", "reference": "A dog.", "translation": "A man."}] * 3
RUN = [
    Started(1234, 10, 640, 5, 30, "cpu:0", 3),
    Notice("3 pairs were left out"),
    Progress(1, 4, 10, 5.5, 3000.0, 12.0, 725.0),
    EpochEnd(1, 5.5, 244.69, 5.0, 148.41, 31.25, 0.001, 3000.0, 40.0, True, EXAMPLES),
    Finished("time limit", 1, 31.25, 1800.0),
]


def show(is_terminal, events):
    file = io.StringIO()
    console = Console(file=file, force_terminal=is_terminal, width=120)
    with ProgressDisplay(console) as display:
        for event in events:
            display(event)
    return file.getvalue()


def test_plain_lines_where_there_is_no_terminal():
    text = show(False, RUN)
    assert "\x1b" not in text and "\r" not in text
    lines = text.splitlines()
    assert lines[0] == "1,234 parameters, 640 pairs in 10 batches, 5 epochs or 30 minutes, on cpu:0"
    assert lines[1] == "note: 3 pairs were left out"
    assert lines[2] == (
        "epoch 1: loss 5.500, perplexity 244.69, validation loss 5.000, perplexity 148.41, "
        "BLEU 31.2 (best), 3,000 tokens/s, 40 s"
    )
    assert lines[3:6] == [
        "  Ein [b]Hund[/b].",
        "    is:        A man.",
        "    should be: A dog.",
    ]
    assert lines[-1] == "Time is up after 30:00; best epoch 1, validation BLEU 31.2"
    assert len(lines) == 3 + 9 + 1


def test_a_bar_with_the_time_left_in_a_terminal():
    text = show(True, RUN)
    assert "epoch 1/5" in text
    assert "4/10" in text
    assert "12:05 left" in text
    assert "Time is up" in text


def test_one_display_for_several_trainings():
    text = show(True, RUN + RUN)
    assert text.count("Time is up") == 2
    assert text.count("12:05 left") >= 2


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.4, "59 s"), (60, "1:00"), (725, "12:05"), (3725, "1:02:05")],
)
def test_durations(seconds, text):
    assert duration(seconds) == text
