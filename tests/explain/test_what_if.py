"""Changed translations against forward passes made by hand, in float64, from the formulas."""

import numpy as np
import pytest

from helpers import reference as plain
from helpers.networks import reference_of
from seq2seq_keras.errors import InputError
from seq2seq_keras.explain.changes import (
    AttendTo,
    ClampGate,
    ReplaceWord,
    SetAttention,
    SwapSource,
)
from seq2seq_keras.explain.what_if import what_if
from seq2seq_keras.text import END, START

SENTENCE, OTHER = "5 4 9 7 10", "8 6 3"
WORDS = 6  # source tokens of SENTENCE, its end token among them
ATTENDING = [
    "general before, gru, tied",
    "dot before, rnn, one way",
    "additive after, gru",
    "dot after, lstm",
]


def ids_of(sentence):
    return [*map(int, sentence.split()), END]


def by_hand(reference, encoded, limit, attention=None, cell=None, words=None):
    """Writes with a decoder of one layer; the arguments say what to put where, by step.

    Returns tokens and logits.
    """
    config, weights = reference.config, reference.weights
    cell = cell or (lambda t: reference.cell)
    before = config.attention != "none" and config.attention_placement == "before"
    layer = "cell" if before else "decoder_1_cell"
    matrices = [weights[f"{layer}/{name}"] for name in ("kernel", "recurrent_kernel", "bias")]
    states, token, tokens, all_logits = encoded.decoder_states[0], START, [], []

    def context_of(t, s):
        if config.attention == "none":
            return encoded.context
        if attention and t in attention:
            a = attention[t]
        else:
            a, _ = plain.attend(
                config.attention, s, encoded.encoder_states, reference.score_weights
            )
        return sum(a_i * h for a_i, h in zip(a, encoded.encoder_states, strict=True))

    while token != END and len(tokens) < limit:
        t = len(tokens)
        y = weights["target_embedding/embeddings"][token]
        if config.attention != "none" and not before:
            states = cell(t)(y, states, *matrices)
            c = context_of(t, states[0])
        else:
            c = context_of(t, states[0])
            states = cell(t)(np.concatenate([y, c]), states, *matrices)
        features = np.concatenate([y, states[0], c])
        hidden = np.tanh(features @ weights["deep_output/kernel"] + weights["deep_output/bias"])
        if config.tie_embeddings:
            logits = hidden @ weights["target_embedding/embeddings"].T
        else:
            logits = hidden @ weights["vocabulary/kernel"] + weights["vocabulary/bias"]
        allowed = [END] if t == limit - 1 else [END, *range(4, len(logits))]
        token = max(allowed, key=lambda word: logits[word])
        token = (words or {}).get(t, token)
        tokens.append(token)
        all_logits.append(logits)
    return tokens, np.array(all_logits)


def assert_same(result, expected):
    tokens, logits = expected
    assert result.writing.ids == tokens
    assert result.writing.text == " ".join(map(str, tokens[: -1 if tokens[-1] == END else None]))
    log_probs = np.array([plain.log_softmax(row) for row in logits])
    np.testing.assert_allclose(result.writing.log_probabilities, log_probs, rtol=0, atol=2e-5)


def expect(network, limit, **changes):
    reference = reference_of(network)
    return by_hand(reference, reference.encode(ids_of(SENTENCE)), limit, **changes)


@pytest.mark.parametrize("kind", [*ATTENDING, "plain gru"])
def test_nothing_changed(network_of, as_model, kind):
    model = as_model(network_of(kind))
    result = what_if(model, SENTENCE)
    assert_same(result, expect(network_of(kind), model.limit(WORDS)))
    assert result.differs_at is None


@pytest.mark.parametrize("kind", ATTENDING)
def test_attention_replaced(network_of, as_model, kind):
    model = as_model(network_of(kind))
    wanted = [0, 2, 0, 1, 1, 0]  # scaled to sum to 1
    result = what_if(model, SENTENCE, SetAttention(0, wanted), AttendTo(4, step=1))
    attention = {0: np.array(wanted) / 4, 1: np.eye(WORDS)[4]}
    assert_same(result, expect(network_of(kind), model.limit(WORDS), attention=attention))
    np.testing.assert_allclose(result.writing.weights[0], attention[0], rtol=1e-6)
    if len(result.writing.ids) > 1:
        np.testing.assert_array_equal(result.writing.weights[1], attention[1])


@pytest.mark.parametrize("kind", ATTENDING)
def test_all_attention_on_one_word(network_of, as_model, kind):
    model = as_model(network_of(kind))
    result = what_if(model, SENTENCE, AttendTo(2))
    attention = {t: np.eye(WORDS)[2] for t in range(99)}
    assert_same(result, expect(network_of(kind), model.limit(WORDS), attention=attention))


def test_a_gate_of_an_lstm_decoder_clamped(network_of, as_model):
    network, neurons, steps = network_of("dot after, lstm"), [0, 3], [1, 2]

    def cell(t):
        def lstm(x, states, kernel, recurrent_kernel, bias):
            h, cell_state = states
            in_i, in_f, in_c, in_o = np.split(x @ kernel + h @ recurrent_kernel + bias, 4)
            f = plain.sigmoid(in_f)
            if t in steps:
                f[neurons] = 0.25
            cell_state = f * cell_state + plain.sigmoid(in_i) * np.tanh(in_c)
            return [plain.sigmoid(in_o) * np.tanh(cell_state), cell_state]

        return lstm

    model = as_model(network)
    clamp = ClampGate("decoder", "f", 0.25, layer=1, neurons=neurons, steps=steps)
    assert_same(what_if(model, SENTENCE, clamp), expect(network, model.limit(WORDS), cell=cell))


def test_a_gate_of_a_gru_decoder_clamped_everywhere(network_of, as_model):
    """With z at 1 the state never moves from s_0; with r at 0 the candidate forgets the state."""
    network = network_of("plain gru")
    model = as_model(network)
    kept = expect(network, model.limit(WORDS), cell=lambda t: lambda x, states, *_: states)
    assert_same(what_if(model, SENTENCE, ClampGate("decoder", "z", 1.0)), kept)

    def no_reset(x, states, kernel, recurrent_kernel, bias):
        sums = x @ kernel + bias[0]
        z = plain.sigmoid(sums[:6] + states[0] @ recurrent_kernel[:, :6] + bias[1, :6])
        return [z * states[0] + (1 - z) * np.tanh(sums[12:])]

    expected = expect(network, model.limit(WORDS), cell=lambda t: no_reset)
    assert_same(what_if(model, SENTENCE, ClampGate("decoder", "r", 0.0)), expected)


def test_a_gate_of_the_encoder_clamped(network_of, as_model):
    """Only in one direction, at one word: what was read before it stays as it was."""
    network = network_of("plain gru")
    model = as_model(network)
    clamp = ClampGate("encoder", "z", 1.0, direction="backward", steps=[2])
    result, before = what_if(model, SENTENCE, clamp), what_if(model, SENTENCE)
    (forward, backward), (forward_before, backward_before) = (
        each.encoding.layers[0] for each in (result, before)
    )
    np.testing.assert_array_equal(forward.values["h"], forward_before.values["h"])
    h, unclamped = backward.values["h"], backward_before.values["h"]
    np.testing.assert_array_equal(h[3:], unclamped[3:])  # it starts at the end
    np.testing.assert_array_equal(h[2], h[3])  # z = 1 keeps the state
    weights = reference_of(network).weights
    path = "encoder_1/backward_encoder_1/gru_cell"
    state = [h[3].astype("float64")]
    for position in (1, 0):
        x = weights["source_embedding/embeddings"][ids_of(SENTENCE)[position]]
        state = plain.gru(
            x, state, *(weights[f"{path}/{n}"] for n in ("kernel", "recurrent_kernel", "bias"))
        )
        np.testing.assert_allclose(h[position], state[0], rtol=0, atol=1e-5)
    reference = reference_of(network)
    encoded = reference.encode(ids_of(SENTENCE))
    encoded.context = np.concatenate([forward.values["h"][-1], state[0]])
    dense = weights["decoder_1_initial_hidden_state/kernel"]
    bias = weights["decoder_1_initial_hidden_state/bias"]
    encoded.decoder_states = [[np.tanh(encoded.context @ dense + bias)]]
    assert_same(result, by_hand(reference, encoded, model.limit(WORDS)))


@pytest.mark.parametrize("kind", [*ATTENDING, "plain gru"])
def test_a_word_replaced(network_of, as_model, kind):
    model = as_model(network_of(kind))
    before = what_if(model, SENTENCE).writing.ids
    other = next(word for word in (5, 6) if word != before[0])
    result = what_if(model, SENTENCE, ReplaceWord(0, other))
    assert_same(result, expect(network_of(kind), model.limit(WORDS), words={0: other}))
    assert result.differs_at == 0


def test_a_prefix_is_written_first(network_of, as_model):
    network = network_of("additive after, gru")
    model = as_model(network)
    prefix = [7, 4, 8]
    result = what_if(model, SENTENCE, AttendTo(1, step=3), prefix=prefix)
    words = dict(enumerate(prefix))
    attention = {3: np.eye(WORDS)[1]}
    expected = expect(network, model.limit(WORDS), words=words, attention=attention)
    assert_same(result, expected)
    without = expect(network, model.limit(WORDS), words=words)[0]
    different = [
        t for t, pair in enumerate(zip(without, expected[0], strict=False)) if len(set(pair)) > 1
    ]
    assert result.differs_at == (different[0] if different else None)


@pytest.mark.parametrize("kind", [*ATTENDING, "plain gru"])
def test_the_source_swapped(network_of, as_model, kind):
    model, reference = as_model(network_of(kind)), reference_of(network_of(kind))
    ours, others = (reference.encode(ids_of(sentence)) for sentence in (SENTENCE, OTHER))
    limit = model.limit(WORDS)

    both = what_if(model, SENTENCE, SwapSource(OTHER))
    assert_same(both, by_hand(reference, others, limit))
    assert both.writing.attended == [str(token) for token in ids_of(OTHER)]

    start = what_if(model, SENTENCE, SwapSource(OTHER, memory=False))
    mixed = plain.Encoded(ours.encoder_states, ours.context, others.decoder_states)
    assert_same(start, by_hand(reference, mixed, limit))
    assert start.writing.attended == [str(token) for token in ids_of(SENTENCE)]

    memory = what_if(model, SENTENCE, SwapSource(OTHER, start=False))
    mixed = plain.Encoded(others.encoder_states, others.context, ours.decoder_states)
    assert_same(memory, by_hand(reference, mixed, limit))


def test_it_can_be_had_as_arrays(network_of, as_model):
    arrays = what_if(as_model(network_of("dot after, lstm")), SENTENCE, AttendTo(0)).arrays()
    assert arrays["encoder"]["states"].shape == (WORDS, 6)
    assert (arrays["writing"]["weights"][:, 0] == 1).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (SetAttention(0, [1, 1]), "expected 6 numbers, one for each source token, received 2"),
        (SetAttention(0, [0] * 6), "not all 0"),
        (SetAttention(0, [1, -1, 1, 1, 1, 1]), "at least 0"),
        (SetAttention(0, [1, float("nan"), 1, 1, 1, 1]), "at least 0"),
        (SetAttention(-1, [1] * 6), "step: expected a number from 0 to 21, received -1"),
        (AttendTo(6), "position: expected a number from 0 to 5, received 6"),
        (ReplaceWord(22, 5), "step"),
        (ReplaceWord(0, 1), "token: 1 is not a word"),
        (ReplaceWord(0, 9), "token: 9 is not a word"),
        (ClampGate("decoder", "z", 0.0), "expected one of f, i, C~, C, o, h of this lstm"),
        (ClampGate("attention", "f", 0.0), "expected encoder or decoder"),
        (ClampGate("decoder", "f", float("inf")), "value: expected a number"),
        (ClampGate("decoder", "f", 0.0, layer=2), "layer: expected a number from 1 to 1"),
        (ClampGate("decoder", "f", 0.0, neurons=[6]), "neurons: expected a number from 0 to 5"),
        (ClampGate("encoder", "f", 0.0, neurons=[3]), "neurons: expected a number from 0 to 2"),
        (ClampGate("encoder", "f", 0.0, steps=[6]), "steps: expected a number from 0 to 5"),
        (ClampGate("encoder", "f", 0.0, direction="up"), "expected forward or backward"),
        (SwapSource(" "), "no text"),
    ],
)
def test_what_does_not_fit_is_refused(network_of, as_model, change, message):
    with pytest.raises(InputError, match=message):
        what_if(as_model(network_of("dot after, lstm")), SENTENCE, change)


def test_attention_that_is_not_there_cannot_be_changed(network_of, as_model):
    with pytest.raises(InputError, match="none to change"):
        what_if(as_model(network_of("plain gru")), SENTENCE, AttendTo(0))
    with pytest.raises(InputError, match="token: 1 "):
        what_if(as_model(network_of("plain gru")), SENTENCE, prefix=[4, 1])
