"""How many parameters a configuration has, counted from its equations without building it.

It lies beside the package of the networks, not in it, for whoever counts without Keras.
"""

from __future__ import annotations

from seq2seq_keras.config import Config

_GATES = {"lstm": 4, "gru": 3, "rnn": 1}
_STATES = {"lstm": 2, "gru": 1, "rnn": 1}


def count_parameters(config: Config, source_vocab_size: int, target_vocab_size: int) -> int:
    """Counts the trained numbers of a network.

    Args:
        config: The configuration.
        source_vocab_size: Entries in the source vocabulary, special tokens included.
        target_vocab_size: Entries in the target vocabulary, special tokens included.

    Returns:
        What `build_network(...).training.count_params()` would return, at once.

    Example:
        >>> count_parameters(Config(), 4000, 4000)
        4453888
    """
    return sum(parameter_parts(config, source_vocab_size, target_vocab_size).values())


def parameter_parts(
    config: Config, source_vocab_size: int, target_vocab_size: int
) -> dict[str, int]:
    """Counts the trained numbers of each part of a network.

    Args:
        config, source_vocab_size, target_vocab_size: As of `count_parameters`.

    Returns:
        The numbers by part, from the source to the output; without attention that part has none.

    Example:
        >>> parameter_parts(Config(units=4, embedding_dim=2), 10, 10)["source_embedding"]
        20
    """
    units, width = config.units, config.embedding_dim

    encoder, inputs = 0, width
    for _ in range(config.encoder_layers):
        if config.bidirectional:
            encoder += 2 * _cell(config, inputs, units // 2)
        else:
            encoder += _cell(config, inputs, units)
        inputs = units

    attention = 0
    if config.attention in ("general", "additive"):
        attention += units * units  # W of the keys
    if config.attention == "additive":
        attention += units * units + units  # W of the query, and v

    reads_context = config.attention == "none" or config.attention_placement == "before"
    decoder = _cell(config, width + (units if reads_context else 0), units)
    decoder += (config.decoder_layers - 1) * _cell(config, units, units)
    output = _dense(width + 2 * units, width)
    if not config.tie_embeddings:
        output += _dense(width, target_vocab_size)
    return {
        "source_embedding": source_vocab_size * width,
        "encoder": encoder,
        "start": config.decoder_layers * _STATES[config.cell] * _dense(units, units),
        "attention": attention,
        "target_embedding": target_vocab_size * width,
        "decoder": decoder,
        "output": output,
    }


def units_for(
    config: Config, parameters: int, source_vocab_size: int, target_vocab_size: int
) -> int:
    """Finds the width at which a network has as nearly as possible so many parameters.

    Args:
        config: Everything but its `units`.
        parameters: The number wanted.
        source_vocab_size, target_vocab_size: As of `count_parameters`.

    Returns:
        The even number of units that comes nearest; at least 2.

    Example:
        >>> units_for(Config(attention="none"), 4453888, 4000, 4000)
        418
    """

    def count(units: int) -> int:
        return count_parameters(config.updated(units=units), source_vocab_size, target_vocab_size)

    low, high = 1, 1  # halves of the width: count(2 * low) <= parameters < count(2 * high)
    while count(2 * high) <= parameters:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if count(2 * middle) <= parameters else (low, middle)
    return min(2 * low, 2 * high, key=lambda units: abs(count(units) - parameters))


def _cell(config: Config, inputs: int, units: int) -> int:
    biases = 2 if config.cell == "gru" else 1  # a GRU has b and b'
    return _GATES[config.cell] * units * (inputs + units + biases)


def _dense(inputs: int, units: int) -> int:
    return inputs * units + units
