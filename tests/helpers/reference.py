"""The networks in plain NumPy, written from the formulas, one sentence and one step at a time.

Every formula stands here as the papers write it: loops instead of batches, no padding at all
(a sentence is just its tokens), float64. Weights are looked up by the names of the layers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from seq2seq_keras.config import Config


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(scores):
    powers = np.exp(scores - np.max(scores))
    return powers / powers.sum()


def log_softmax(logits):
    return logits - np.max(logits) - np.log(np.exp(logits - np.max(logits)).sum())


def lstm(x, states, kernel, recurrent_kernel, bias):
    """One step from (h, C); Keras keeps the gates in the order i, f, C~, o."""
    h, cell = states
    in_i, in_f, in_c, in_o = np.split(x @ kernel + h @ recurrent_kernel + bias, 4)
    cell = sigmoid(in_f) * cell + sigmoid(in_i) * np.tanh(in_c)
    return [sigmoid(in_o) * np.tanh(cell), cell]


def gru(x, states, kernel, recurrent_kernel, bias):
    """One step from (h,); Keras keeps the gates in the order z, r, h~, and b above b'."""
    (h,) = states
    w_z, w_r, w_h = np.split(kernel, 3, axis=1)
    u_z, u_r, u_h = np.split(recurrent_kernel, 3, axis=1)
    (b_z, b_r, b_h), (c_z, c_r, c_h) = (np.split(part, 3) for part in bias)
    z = sigmoid(x @ w_z + b_z + h @ u_z + c_z)
    r = sigmoid(x @ w_r + b_r + h @ u_r + c_r)
    candidate = np.tanh(x @ w_h + b_h + r * (h @ u_h + c_h))
    return [z * h + (1 - z) * candidate]


def rnn(x, states, kernel, recurrent_kernel, bias):
    """One step from (h,)."""
    return [np.tanh(x @ kernel + states[0] @ recurrent_kernel + bias)]


CELLS = {"lstm": lstm, "gru": gru, "rnn": rnn}
NUM_STATES = {"lstm": 2, "gru": 1, "rnn": 1}


def score(name, s, h, weights):
    """score(s, h), with W or U as `keys`, W of the additive one as `query`, and v as `vector`."""
    if name == "dot":
        return s @ h
    if name == "scaled_dot":
        return s @ h / np.sqrt(len(h))
    if name == "general":
        return s @ (h @ weights["keys"])
    return np.tanh(s @ weights["query"] + h @ weights["keys"]) @ weights["vector"]


def attend(name, s, encoder_states, weights):
    """Returns a_t, a number for each encoder state, and c_t."""
    a = softmax(np.array([score(name, s, h, weights) for h in encoder_states]))
    return a, sum(a_i * h for a_i, h in zip(a, encoder_states, strict=True))


@dataclass
class Encoded:
    """h_1..h_T, and the first states of each decoder layer; c is h_T of both directions."""

    encoder_states: list
    context: np.ndarray
    decoder_states: list


@dataclass
class Written:
    """What a decoder computed for a target sentence, an entry a step."""

    logits: list = field(default_factory=list)
    weights: list = field(default_factory=list)
    contexts: list = field(default_factory=list)


class Reference:
    """A translator's network.

    Args:
        config: The configuration.
        weights: Every weight by its path, such as `deep_output/kernel`.
    """

    def __init__(self, config: Config, weights: dict[str, np.ndarray]) -> None:
        self.config = config
        self.weights = {path: np.asarray(value, "float64") for path, value in weights.items()}
        self.cell = CELLS[config.cell]
        self.num_states = NUM_STATES[config.cell]
        self._attends_before = config.attention != "none" and config.attention_placement == "before"
        self.score_weights = {
            "keys": self.weights.get("attention_keys/kernel"),
            "query": self.weights.get("attention/query_kernel"),
            "vector": self.weights.get("attention/score_vector", np.zeros((1, 1)))[:, 0],
        }

    def _of(self, layer: str) -> list[np.ndarray]:
        return [self.weights[f"{layer}/{name}"] for name in ("kernel", "recurrent_kernel", "bias")]

    def _run(self, layer: str, vectors: list) -> tuple[list, list]:
        weights = self._of(layer)
        states = [np.zeros(weights[1].shape[0]) for _ in range(self.num_states)]
        outputs = []
        for x in vectors:
            states = self.cell(x, states, *weights)
            outputs.append(states[0])
        return outputs, states

    def _dense(self, layer: str, x: np.ndarray) -> np.ndarray:
        return x @ self.weights[f"{layer}/kernel"] + self.weights[f"{layer}/bias"]

    def encode(self, source: list[int]) -> Encoded:
        """Reads a sentence without padding."""
        states = [self.weights["source_embedding/embeddings"][token] for token in source]
        for number in range(1, self.config.encoder_layers + 1):
            layer = f"encoder_{number}"
            if self.config.bidirectional:
                cell = {"lstm": "lstm", "gru": "gru", "rnn": "simple_rnn"}[self.config.cell]
                forward, last = self._run(f"{layer}/forward_{layer}/{cell}_cell", states)
                backward, first = self._run(f"{layer}/backward_{layer}/{cell}_cell", states[::-1])
                states = [
                    np.concatenate(both) for both in zip(forward, backward[::-1], strict=True)
                ]
                final = [np.concatenate(both) for both in zip(last, first, strict=True)]
            else:
                states, final = self._run(f"{layer}/{layer}_cell", states)
        names = ["hidden_state", "cell_state"][: self.num_states]
        decoder_states = [
            [
                np.tanh(self._dense(f"decoder_{number}_initial_{name}", summary))
                for name, summary in zip(names, final, strict=True)
            ]
            for number in range(1, self.config.decoder_layers + 1)
        ]
        return Encoded(states, final[0], decoder_states)

    def step(self, token: int, encoded: Encoded, states: list) -> tuple:
        """Returns logits, the new states of each layer, a_t (None without attention) and c_t."""
        y = self.weights["target_embedding/embeddings"][token]
        attention = self.config.attention
        a, context = None, encoded.context
        attended = encoded.encoder_states, self.score_weights
        first = self._of("cell" if self._attends_before else "decoder_1_cell")
        if attention == "none":
            new_states = [self.cell(np.concatenate([y, context]), states[0], *first)]
        elif self._attends_before:
            a, context = attend(attention, states[0][0], *attended)
            new_states = [self.cell(np.concatenate([y, context]), states[0], *first)]
        else:
            new_states = [self.cell(y, states[0], *first)]
        for number in range(2, self.config.decoder_layers + 1):
            below = new_states[-1][0]
            weights = self._of(f"decoder_{number}_cell")
            new_states.append(self.cell(below, states[number - 1], *weights))
        s = new_states[-1][0]
        if attention != "none" and not self._attends_before:
            a, context = attend(attention, s, *attended)
        hidden = np.tanh(self._dense("deep_output", np.concatenate([y, s, context])))
        if self.config.tie_embeddings:
            logits = hidden @ self.weights["target_embedding/embeddings"].T
        else:
            logits = self._dense("vocabulary", hidden)
        return logits, new_states, a, context

    def write(self, source: list[int], target_input: list[int]) -> Written:
        """Predicts a target from the true tokens before each (teacher forcing)."""
        encoded = self.encode(source)
        states, written = encoded.decoder_states, Written()
        for token in target_input:
            logits, states, a, context = self.step(token, encoded, states)
            written.logits.append(logits)
            written.weights.append(a)
            written.contexts.append(context)
        return written

    def log_probability(self, source: list[int], target: list[int], start: int = 1) -> float:
        """Returns log P(target | source); the target ends with its end token."""
        written = self.write(source, [start, *target[:-1]])
        return sum(
            log_softmax(logits)[token] for logits, token in zip(written.logits, target, strict=True)
        )
