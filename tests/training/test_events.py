import json
import subprocess
import sys

import pytest

from seq2seq_keras.training import (
    EpochEnd,
    Finished,
    Notice,
    Progress,
    Started,
    event_from_dict,
)

EVENTS = [
    Started(1234, 10, 640, 5, None, "cpu:0", 3),
    Progress(1, 4, 10, 5.5, 3000.0, 12.0, 90.0),
    EpochEnd(
        1, 5.5, 244.7, 5.0, 148.4, 3.2, 0.001, 3000.0, 40.0, True,
        [{"source": "Ein Hund.", "reference": "A dog.", "translation": "A man."}],
    ),
    Notice("3 pairs were left out"),
    Finished("time limit", 1, 3.2, 60.0),
]  # fmt: skip


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.kind)
def test_through_json_and_back(event):
    assert event_from_dict(json.loads(json.dumps(event.to_dict()))) == event


def test_fields_of_a_later_version_are_ignored():
    assert event_from_dict({**EVENTS[3].to_dict(), "colour": "red"}) == EVENTS[3]


def test_unknown_kind():
    with pytest.raises(ValueError, match="kind must be one of started"):
        event_from_dict({"kind": "song"})


def test_events_load_no_keras():
    code = (
        "import sys; from seq2seq_keras.training import Progress, event_from_dict; "
        "sys.exit(any(name in sys.modules for name in ('keras', 'tensorflow', 'jax')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
