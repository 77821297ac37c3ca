"""The formulas of a network as LaTeX, for its configuration."""

from __future__ import annotations

from seq2seq_keras.config import Config

_SCORES = {
    "dot": r"@^\top h_i",
    "scaled_dot": r"@^\top h_i / \sqrt{d}",
    "general": r"@^\top W_a h_i",
    "additive": r"v_a^\top \tanh(W_a @ + U_a h_i)",
}

CELLS = {
    "lstm": [
        r"f_t = \sigma(W_f [h_{t-1}; x_t] + b_f)",
        r"i_t = \sigma(W_i [h_{t-1}; x_t] + b_i)",
        r"\tilde{C}_t = \tanh(W_C [h_{t-1}; x_t] + b_C)",
        r"C_t = f_t \odot C_{t-1} + i_t \odot \tilde{C}_t",
        r"o_t = \sigma(W_o [h_{t-1}; x_t] + b_o)",
        r"h_t = o_t \odot \tanh(C_t)",
    ],
    "gru": [
        r"z_t = \sigma(W_z x_t + b_z + U_z h_{t-1} + b'_z)",
        r"r_t = \sigma(W_r x_t + b_r + U_r h_{t-1} + b'_r)",
        r"\tilde{h}_t = \tanh(W x_t + b + r_t \odot (U h_{t-1} + b'))",
        r"h_t = z_t \odot h_{t-1} + (1 - z_t) \odot \tilde{h}_t",
    ],
    "rnn": [r"h_t = \tanh(W x_t + U h_{t-1} + b)"],
}


def encoder(config: Config) -> str:
    """How the encoder's states are made."""
    if not config.bidirectional:
        return displayed(r"h_i = f(h_{i-1}, x_i)")
    return displayed(
        r"\overrightarrow{h}_i = f(\overrightarrow{h}_{i-1}, x_i)",
        r"\overleftarrow{h}_i = f(\overleftarrow{h}_{i+1}, x_i)",
        r"h_i = [\overrightarrow{h}_i; \overleftarrow{h}_i]",
    )


def context(config: Config) -> str:
    """What the decoder starts from, and its first state."""
    end = r"[\overrightarrow{h}_T; \overleftarrow{h}_1]" if config.bidirectional else "h_T"
    return rf"c = {end}, \qquad s_0 = \tanh(W_s c + b_s)"


def score(attention: str, state: str) -> str:
    """The score of an encoder state h_i.

    Args:
        attention: The score function, by the configuration's name.
        state: The decoder's state that asks.

    Example:
        >>> score("dot", "s_t")
        's_t^\\top h_i'
    """
    return _SCORES[attention].replace("@", state)


def decoder(config: Config) -> str:
    """How the decoder looks at the source, if it does, and how its state is made."""
    if config.attention == "none":
        return displayed(r"s_t = f(s_{t-1}, [y_{t-1}; c])")
    before = config.attention_placement == "before"
    attention = [
        rf"e_{{ti}} = {score(config.attention, 's_{t-1}' if before else 's_t')}",
        r"a_{ti} = \frac{\exp(e_{ti})}{\sum_{j=1}^{T} \exp(e_{tj})}",
        r"c_t = \sum_{i=1}^{T} a_{ti} h_i",
    ]
    if before:
        return displayed(*attention, r"s_t = f(s_{t-1}, [y_{t-1}; c_t])")
    return displayed(r"s_t = f(s_{t-1}, y_{t-1})", *attention)


def displayed(*lines: str) -> str:
    """Formulas below one another, aligned at their first equals sign.

    Example:
        >>> print(displayed("a = b"))
        $$
        a = b
        $$
    """
    if len(lines) == 1:
        return f"$$\n{lines[0]}\n$$"
    aligned = " \\\\\n".join(line.replace("=", "&=", 1) for line in lines)
    return f"$$\n\\begin{{aligned}}\n{aligned}\n\\end{{aligned}}\n$$"
