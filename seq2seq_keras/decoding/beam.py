"""Beam search itself: a pure function of weights and tokens, for both backends."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

import keras
from keras import ops

from seq2seq_keras.decoding.rows import has_fixed_shapes, inverse, positions, take_in_rows
from seq2seq_keras.decoding.step import DecoderStep
from seq2seq_keras.decoding.vocabulary import Vocabulary
from seq2seq_keras.text import END, START

_NEVER = float("-inf")


class Live(NamedTuple):
    """The live hypotheses, a row each; see `rows`.

    Attributes:
        places: Sentence and slot of each row, `(rows,)`.
        tokens: The token written last, `(rows,)`.
        states: The states of every decoder layer, each `(rows, units)`.
    """

    places: Any
    tokens: Any
    states: list[list[Any]]


class Beam(NamedTuple):
    """What is known of every place, live or not.

    Attributes:
        scores: Log-probabilities of live hypotheses, -inf elsewhere, `(batch, beam_size)`.
        tokens: The token chosen at each step, `(steps, batch, beam_size)`.
        parents: The slot that it continues, of the same shape.
        finished: Normalised scores of finished hypotheses, best first, `(batch, beam_size)`.
        last_steps: The step at which each of them ended, of the same shape.
        last_slots: The slot in which it ended, of the same shape.
    """

    scores: Any
    tokens: Any
    parents: Any
    finished: Any
    last_steps: Any
    last_slots: Any


def beam_search(
    decoder: DecoderStep,
    vocabulary: Vocabulary,
    memory: Mapping[str, Any],
    states: list[list[Any]],
    limits: Any,
    steps: Any,
    alpha: Any,
    *,
    beam_size: Any,
    n_best: Any,
) -> tuple[Beam, Any]:
    """Searches until no live hypothesis can still win; see `search` for the rules.

    Args:
        decoder, vocabulary: The network's step and output layer.
        memory: What `decoder.memory` returned, a row a sentence.
        states: Initial states of every decoder layer, each `(batch, units)`.
        limits: Most tokens of each translation, end included, `(batch,)`.
        steps: Zeros, one for each step that memory is set aside for, `(steps,)`.
        alpha: The length penalty, a scalar.
        beam_size, n_best: As of `search`; on TensorFlow they may be tensors.

    Returns:
        The beam at the end, and how many rows were computed in all.
    """
    batch, num_steps = ops.shape(limits)[0], ops.shape(steps)[0]
    num_places = batch * beam_size
    slots = ops.zeros((batch, 1), "int32") + ops.arange(beam_size)  # (batch, beam_size)
    places = ops.reshape(ops.arange(num_places), (batch, beam_size))

    def penalty(length: Any) -> Any:
        return ops.power((5.0 + ops.cast(length, "float32")) / 6.0, alpha)

    largest_penalty = penalty(limits)[:, None]  # (batch, 1)

    def may_win(scores: Any, finished: Any) -> Any:
        # Log-probabilities only fall, so a live hypothesis can at best keep its sum and have it
        # divided by the largest penalty. What cannot win is dropped at once. Nothing is lost:
        # its continuations rank behind those of hypotheses that can.
        return scores / largest_penalty > finished[:, n_best - 1 : n_best]

    def is_live(beam: Beam) -> Any:
        return ops.any(beam.scores > _NEVER, axis=1)  # (batch,)

    def extend(attend: Any, step: Any, computed: Any, live: Live, beam: Beam) -> tuple:
        """Takes every live hypothesis one token further."""
        sentences = live.places // beam_size
        rows = inverse(live.places, num_places)  # the row of each place
        hidden, states = decoder(live.tokens, live.states, lambda query: attend(query, live, rows))
        must_end = ops.take(limits, sentences) - 1 <= step
        log_probs, words = vocabulary.best(vocabulary.logits(hidden), must_end, beam_size)

        # The best of all continuations of a sentence's hypotheses; empty places have none.
        count = ops.shape(log_probs)[1]
        continued = ops.reshape(ops.take(log_probs, rows, axis=0), (batch, beam_size, count))
        before = beam.scores[:, :, None]
        continued = ops.where(before > _NEVER, before + continued, _NEVER)
        scores, order = ops.top_k(
            ops.reshape(continued, (batch, beam_size * count)), beam_size
        )  # (batch, beam_size)
        parents = ops.cast(order, "int32") // count
        tokens = take_in_rows(
            ops.reshape(ops.take(words, rows, axis=0), (batch, beam_size * count)), order
        )

        # Those that end compete with those that ended before.
        ended = tokens == END
        finished, order = ops.top_k(
            ops.concatenate(
                [beam.finished, ops.where(ended, scores / penalty(step + 1), _NEVER)], axis=1
            ),
            beam_size,
        )
        last_steps = ops.concatenate([beam.last_steps, ops.zeros_like(slots) + step], axis=1)
        last_slots = ops.concatenate([beam.last_slots, slots], axis=1)
        here = ops.reshape(ops.arange(num_steps) == step, (-1, 1, 1))
        beam = Beam(
            scores=ops.where(ended | ~may_win(scores, finished), _NEVER, scores),
            tokens=ops.where(here, tokens, beam.tokens),
            parents=ops.where(here, parents, beam.parents),
            finished=finished,
            last_steps=take_in_rows(last_steps, order),
            last_slots=take_in_rows(last_slots, order),
        )

        # The others live on, each with the states of the hypothesis that it continues.
        new_places = positions(ops.reshape(beam.scores > _NEVER, (-1,)))  # (new rows,)
        parent_places = ops.reshape(places[:, :1] + parents, (-1,))
        parent_rows = ops.take(rows, ops.take(parent_places, new_places))
        computed = computed + ops.shape(live.places)[0]
        live = Live(
            new_places,
            ops.take(ops.reshape(tokens, (-1,)), new_places),
            keras.tree.map_structure(lambda state: ops.take(state, parent_rows, axis=0), states),
        )
        return step + 1, computed, live, beam

    def search_some(step: Any, computed: Any, live: Live, beam: Beam) -> tuple:
        """Extends until a third of the sentences in memory are done."""
        kept = positions(is_live(beam))  # (kept,) the sentences in memory
        num_kept = ops.shape(kept)[0]
        kept_memory = keras.tree.map_structure(lambda x: ops.take(x, kept, axis=0), memory)
        number_kept = inverse(kept, batch)
        kept_places = ops.reshape(ops.take(places, kept, axis=0), (-1,))

        def attend(query: Any, live: Live, rows: Any) -> Any:
            sentences, slots = live.places // beam_size, live.places % beam_size
            if decoder.placement == "none":
                return ops.take(memory["context"], sentences, axis=0)
            # Hypotheses of one sentence stand together and share its memory.
            query = ops.take(query, ops.take(rows, kept_places), axis=0)
            query = ops.reshape(query, (num_kept, beam_size, query.shape[-1]))
            context = decoder.attend(query, kept_memory)
            context = ops.reshape(context, (-1, context.shape[-1]))
            return ops.take(context, ops.take(number_kept, sentences) * beam_size + slots, axis=0)

        def is_worth_it(step: Any, computed: Any, live: Live, beam: Beam) -> Any:
            num_live = ops.sum(ops.cast(is_live(beam), "int32"))
            enough = num_live > 0 if has_fixed_shapes() else 3 * num_live > 2 * num_kept
            return enough & (step < num_steps)

        return ops.while_loop(
            is_worth_it,
            partial(extend, attend),
            (step, computed, live, beam),
        )

    def is_unfinished(step: Any, computed: Any, live: Live, beam: Beam) -> Any:
        return ops.any(is_live(beam)) & (step < num_steps)

    # All places of a sentence are the same at first: one is used.
    scores = ops.where(slots == 0, 0.0, _NEVER)
    first = positions(ops.reshape(scores > _NEVER, (-1,)))
    live = Live(
        first,
        ops.zeros_like(first) + START,
        keras.tree.map_structure(lambda x: ops.take(x, first // beam_size, axis=0), states),
    )
    nothing, no_score = ops.zeros_like(slots), ops.full_like(scores, _NEVER)
    history = ops.reshape(steps, (-1, 1, 1)) + nothing[None]
    beam = Beam(scores, history, history, no_score, nothing, nothing)
    zero = ops.zeros((), "int32")
    _, computed, _, beam = ops.while_loop(is_unfinished, search_some, (zero, zero, live, beam))
    return beam, computed
