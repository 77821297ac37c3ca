"""How long a training may take: the budgets that the form offers, in minutes and epochs."""

from __future__ import annotations

import math
from dataclasses import dataclass

from seq2seq_keras.config import Config
from seq2seq_keras.localisation import Language, later


@dataclass(frozen=True)
class Budget:
    """A budget of the form.

    Attributes:
        label: What the form calls it.
        purpose: What it is good for.
        minutes: The time limit of each network; None where the form asks for it.
    """

    label: str
    purpose: str
    minutes: float | None


BUDGETS = {
    "quick": Budget(later("Quick: 2 minutes"), later("Enough to see a network learn."), 2),
    "good": Budget(
        later("Good: 30 minutes"), later("Enough for tens of thousands of short sentences."), 30
    ),
    "best": Budget(
        later("Best: 4 hours"), later("For a large corpus; a small one is done much sooner."), 240
    ),
    "own": Budget(later("Own budget"), later("As many minutes and epochs as you say."), None),
}


def offered(most_minutes: float | None) -> dict[str, Budget]:
    """The budgets that fit a server on which a network trains for so long at most.

    Args:
        most_minutes: The limit; None for none.

    Example:
        >>> list(offered(10))
        ['quick', 'own']
    """
    return {
        name: budget
        for name, budget in BUDGETS.items()
        if budget.minutes is None or most_minutes is None or budget.minutes <= most_minutes
    }


_FEWEST_EPOCHS: int = Config.model_fields["epochs"].default
_MOST_EPOCHS = 100
_STEPS = 5000


def epochs_for(pairs: int, batch_size: int) -> int:
    """Chooses the most epochs for a corpus.

    The learning rate falls over the epochs or the minutes allowed, whichever are over first. So
    the epochs have to be enough for a small corpus, where the default of 20 would be over after a
    few hundred updates of the weights, and not too many for a large one.

    Args:
        pairs: Sentence pairs to train on.
        batch_size: Pairs a step.

    Returns:
        The epochs in which there are some 5,000 steps, from 20 to 100.

    Example:
        >>> epochs_for(18000, 64), epochs_for(6400, 64), epochs_for(900, 64)
        (20, 50, 100)
    """
    batches = max(1, math.ceil(pairs / max(1, batch_size)))
    return min(max(math.ceil(_STEPS / batches), _FEWEST_EPOCHS), _MOST_EPOCHS)


def budget_words(budget: str, config: Config, networks: int, language: Language) -> str:
    """Says in a line what a budget allows.

    Args:
        budget: A key of `BUDGETS`.
        config: The settings with the budget's epochs and minutes.
        networks: How many networks are trained with it, one after the other.
        language: The language of the page.
    """
    say = language.say
    epochs = language.say_many("{count} epoch", "{count} epochs", config.epochs)
    if config.time_limit is None:
        limits = say("At most {epochs} for each network, however long they take", epochs=epochs)
    else:
        time = _time(config.time_limit, language)
        whole = _time(networks * config.time_limit, language)
        limits = (
            say(
                "At most {time} and {epochs} for each network, {whole} for both",
                time=time,
                epochs=epochs,
                whole=whole,
            )
            if networks > 1
            else say("At most {time} and {epochs}", time=time, epochs=epochs)
        )
    return say(
        "{purpose} {limits}; it ends early when nothing improves.",
        purpose=say(BUDGETS[budget].purpose),
        limits=limits,
    )


def _time(minutes: float, language: Language) -> str:
    """A limit as people say it: whole where it is."""
    if minutes >= 60 and (minutes / 60).is_integer():
        return language.say_many("{count} hour", "{count} hours", int(minutes / 60))
    return language.say("{minutes:g} min", minutes=minutes)
