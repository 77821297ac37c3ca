"""What a training will take, in words, from what was measured on this machine."""

from __future__ import annotations

from collections.abc import Sequence

from seq2seq_keras.app.wording import duration, memory
from seq2seq_keras.config import Config
from seq2seq_keras.localisation import Language
from seq2seq_keras.training.estimate import Estimate

# Fields on which neither speed nor memory depends: a measurement holds whatever they are.
_IRRELEVANT = (
    "source_lang",
    "target_lang",
    "epochs",
    "time_limit",
    "learning_rate",
    "label_smoothing",
    "gradient_clip",
    "patience",
    "beam_size",
    "length_penalty",
    "seed",
)


def measured_settings(config: Config) -> dict[str, object]:
    """The settings on which time and memory depend.

    Example:
        >>> measured_settings(Config(epochs=3)) == measured_settings(Config(epochs=4))
        True
    """
    return config.model_dump(exclude=set(_IRRELEVANT))


def estimate_words(estimates: Sequence[Estimate], config: Config, language: Language) -> str:
    """Says what a training takes at most.

    Args:
        estimates: What was measured of each of its networks.
        config: Its settings, with the epochs and minutes for each network.
        language: The language of the page.

    Example:
        >>> one = Estimate(80.0, 5.0, 1_100_000_000, 4_453_888, 9000.0)
        >>> estimate_words([one], Config.create(epochs=20), ENGLISH)
        'About 1 min 20 s an epoch; 20 epochs take 26 min 45 s; 1.1 GB of memory.'
    """
    say = language.say
    paces = [duration(each.epoch_seconds, language) for each in estimates]
    if len(paces) > 1:
        pace = say(
            "About {first} an epoch without attention and {second} with it",
            first=paces[0],
            second=paces[1],
        )
    else:
        pace = say("About {time} an epoch", time=paces[0])
    whole = sum(each.seconds(config.epochs, config.time_limit) for each in estimates)
    limit = None if config.time_limit is None else 60 * config.time_limit
    # The time limit decides where not all epochs fit into it.
    fitting = min(_epochs_within(limit, each, config.epochs) for each in estimates)
    if fitting < config.epochs:
        end = language.say_many(
            "there is time for about {count} epoch of each network, {whole} in all",
            "there is time for about {count} epochs of each network, {whole} in all",
            fitting,
            whole=duration(whole, language),
        )
    else:
        end = language.say_many(
            "{count} epoch takes {whole}",
            "{count} epochs take {whole}",
            config.epochs,
            whole=duration(whole, language),
        )
        if len(estimates) > 1:
            end = say("{epochs} for both", epochs=end)
    parts = [pace, end]
    needed = [each.memory_bytes for each in estimates if each.memory_bytes is not None]
    if needed:
        parts.append(say("{size} of memory", size=memory(max(needed))))
    return say("{parts}.", parts=say("; ").join(parts))


def _epochs_within(seconds: float | None, estimate: Estimate, epochs: int) -> int:
    if seconds is None:
        return epochs
    left = seconds - estimate.start_seconds
    return max(0, min(epochs, int(left / max(estimate.epoch_seconds, 1e-9))))
