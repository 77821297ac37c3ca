"""Who is a demo's visitor, and what is more than one may use."""

from __future__ import annotations

import pytest

from seq2seq_keras.app.budgets import offered
from seq2seq_keras.app.visitors.limits import Limits, demo_limits
from seq2seq_keras.config import Config
from seq2seq_keras.errors import InputError
from seq2seq_keras.network_size import count_parameters


@pytest.mark.parametrize(
    ("environment", "is_demo"),
    [
        ({}, False),
        ({"SEQ2SEQ_DEMO": "1"}, True),
        ({"SEQ2SEQ_DEMO": "0"}, False),
        ({"SPACE_ID": "ada/translator"}, True),
        ({"SPACE_ID": "ada/translator", "SEQ2SEQ_DEMO": "0"}, False),
        ({"SPACE_ID": "", "SEQ2SEQ_DEMO": ""}, False),
    ],
)
def test_a_space_is_a_demo_unless_told_otherwise(
    environment: dict[str, str], is_demo: bool
) -> None:
    assert demo_limits(environment) == (Limits() if is_demo else None)


def test_nonsense_is_no_setting() -> None:
    with pytest.raises(InputError, match=r"SEQ2SEQ_DEMO: expected 1 .* received 'maybe'"):
        demo_limits({"SEQ2SEQ_DEMO": "maybe"})


def test_what_is_within_the_limits_may_be_trained() -> None:
    Limits(pairs=500, minutes=2).check_training(Config.create(time_limit=2), 500)


def test_a_large_corpus_is_refused() -> None:
    with pytest.raises(InputError, match=r"at most 1,000 sentence pairs; yours has 1,001"):
        Limits(pairs=1000).check_training(Config.create(time_limit=1), 1001)


@pytest.mark.parametrize("minutes", [None, 10.5])
def test_a_long_training_is_refused(minutes: float | None) -> None:
    with pytest.raises(InputError, match="trains for at most 10 minutes"):
        Limits(minutes=10).check_training(Config.create(time_limit=minutes), 10)


def test_a_large_network_is_refused() -> None:
    config = Config.create(time_limit=1, units=512)
    parameters = count_parameters(config, config.vocab_size, config.vocab_size)
    Limits(parameters=parameters).check_training(config, 10)
    with pytest.raises(InputError, match=f"yours would have {parameters:,}"):
        Limits(parameters=parameters - 1).check_training(config, 10)


def test_budgets_above_the_limit_are_not_offered() -> None:
    assert list(offered(None)) == ["quick", "good", "best", "own"]
    assert list(offered(30)) == ["quick", "good", "own"]
    assert list(offered(1)) == ["own"]
