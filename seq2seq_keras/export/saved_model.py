"""`saved_model`: text in, text out, with tokenizers and search inside TensorFlow's own format."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tensorflow as tf

from seq2seq_keras.decoding.beam import Beam
from seq2seq_keras.decoding.compiling import apply, variables_of
from seq2seq_keras.decoding.search import most_tokens, search_tensors
from seq2seq_keras.errors import WorkError
from seq2seq_keras.export.greedy import without_cudnn
from seq2seq_keras.export.templates import pinned, write_program
from seq2seq_keras.text import START
from seq2seq_keras.translator import Translator

QUANTIZED: tuple[str, ...] = ()


def packages(translator: Translator) -> list[str]:
    """What has to be installed to translate with the export, as pip takes it."""
    return pinned("tensorflow", "tensorflow-text")


def write(translator: Translator, folder: Path, quantize: str | None) -> None:
    """Writes a SavedModel, with `translate.py` beside it.

    Args:
        translator: The translator.
        folder: Where to.
        quantize: None: there is no choice.

    Raises:
        WorkError: if there is no tensorflow-text, as on Windows.
    """
    try:
        module = TextTranslator(translator)
    except ModuleNotFoundError as error:
        raise WorkError(f"a SavedModel needs {error.name}, which is not installed here") from None
    texts, beam_size, _ = module.details.input_signature

    def serve(texts: Any) -> dict[str, Any]:
        return {"translations": module.translate(texts)}

    def serve_translate(texts: Any, beam_size: Any) -> dict[str, Any]:
        return {"translations": module.translate(texts, beam_size)}

    signatures = {
        "serving_default": tf.function(serve, input_signature=[texts]),
        "translate": tf.function(serve_translate, input_signature=[texts, beam_size]),
        "details": module.details,
    }
    # Of the fused loops' gradients there is no need.
    options = tf.saved_model.SaveOptions(experimental_custom_gradients=False)
    with without_cudnn(translator.network):
        tf.saved_model.save(module, str(folder), signatures=signatures, options=options)
    write_program(translator, folder, "saved_model", tokenizers=False)


class TextTranslator(tf.Module):
    """A translator as a TensorFlow module, whose functions take texts.

    Args:
        translator: The translator; its weights are copied.

    Example:
        >>> TextTranslator(translator).translate(tf.constant(["A dog runs."]))
    """

    def __init__(self, translator: Translator) -> None:
        from seq2seq_keras.export.graph_text import graph_tokenizer

        super().__init__(name="translator")
        config = translator.config
        self._network = translator.network
        self._source = graph_tokenizer(translator.source_tokenizer)
        self._target = graph_tokenizer(translator.target_tokenizer)
        self._weights = {
            variable.path: tf.Variable(variable.value, trainable=False, name=variable.path)
            for variable in translator.network.training.variables
        }
        texts = tf.TensorSpec([None], tf.string, "texts")
        beam_size = tf.TensorSpec([], tf.int32, "beam_size")
        n_best = tf.TensorSpec([], tf.int32, "n_best")

        def details(texts: Any, beam_size: Any = config.beam_size, n_best: Any = 1) -> Any:
            return self._details(texts, beam_size, n_best)

        # The others call this one, so that the search is saved once.
        self.details = tf.function(
            details, input_signature=[texts, beam_size, n_best], autograph=False
        )

        def translate(texts: Any, beam_size: Any = config.beam_size) -> Any:
            return self.details(texts, beam_size, 1)["translations"][:, 0]

        self.translate = tf.function(translate, input_signature=[texts, beam_size], autograph=False)

    def _details(self, texts: Any, beam_size: Any, n_best: Any) -> dict[str, Any]:
        """Translations and all that is known of them; see the export's README."""
        beam_size, n_best = tf.maximum(beam_size, n_best), tf.maximum(n_best, 1)
        encoded = self._source.encode(texts)
        source = encoded.to_tensor()  # (batch, source_time)
        weights = {path: tf.convert_to_tensor(value) for path, value in self._weights.items()}
        source_lengths = tf.cast(encoded.row_lengths(), tf.int32)
        limits = most_tokens(source_lengths, self._network.config.tokenizer)
        # A text of no words has no translation.
        limits = tf.where(source_lengths > 1, limits, 1)
        steps = tf.zeros([tf.reduce_max(limits, keepdims=False)], tf.int32)
        beam, _ = search_tensors(
            self._network,
            weights,
            source,
            limits,
            steps,
            tf.constant(self._network.config.length_penalty, tf.float32),
            beam_size=beam_size,
            n_best=n_best,
        )
        scores = beam.finished[:, :n_best]  # (batch, n_best)
        tokens, lengths = _traced_back(beam, n_best)  # (batch, n_best, target_time)
        flat = tf.RaggedTensor.from_tensor(
            tf.reshape(tokens, [-1, tf.shape(tokens)[2]]), tf.reshape(lengths, [-1])
        )
        best = tf.RaggedTensor.from_tensor(tokens[:, 0], lengths[:, 0])
        found = {
            "translations": tf.reshape(self._target.decode(flat), tf.shape(scores)),
            "scores": scores,
            "source_tokens": tf.ragged.map_flat_values(self._source.pieces, encoded).to_tensor(),
            "target_tokens": tf.ragged.map_flat_values(self._target.pieces, best).to_tensor(),
        }
        model = self._network.attention_weights
        if model is not None:
            starts = tf.fill([tf.shape(source)[0], 1], START)
            target_input = tf.concat([starts, tokens[:, 0]], axis=1)[:, :-1]
            attention = apply(model, variables_of(model, weights), [source, target_input])
            written = tf.sequence_mask(lengths[:, 0], tf.shape(target_input)[1], tf.float32)
            found["attention"] = tf.cast(attention, tf.float32) * written[:, :, None]
        return found


def _traced_back(beam: Beam, n_best: Any) -> tuple[Any, Any]:
    """Follows the best hypotheses from their end tokens back to their first tokens.

    Returns:
        Token ids without the end token, padded with 0, `(batch, n_best, target_time)`, and how
        many each has, `(batch, n_best)`.
    """
    scores, last_steps, slots = (
        each[:, :n_best] for each in (beam.finished, beam.last_steps, beam.last_slots)
    )
    lengths = tf.where(tf.math.is_inf(scores), 0, last_steps)  # where the end token stands
    longest = tf.reduce_max(lengths)

    def back(step: Any, slots: Any, found: Any) -> tuple[Any, Any, Any]:
        token = tf.gather(beam.tokens[step], slots, batch_dims=1)  # (batch, n_best)
        found = found.write(step, tf.where(step < lengths, token, 0))
        parents = tf.gather(beam.parents[step], slots, batch_dims=1)
        return step - 1, tf.where(step <= lengths, parents, slots), found

    found = tf.TensorArray(tf.int32, longest + 1, element_shape=[None, None])
    _, _, found = tf.while_loop(
        lambda step, *_: step >= 0,
        back,
        (longest, slots, found),
        shape_invariants=(tf.TensorShape([]), tf.TensorShape([None, None]), None),
    )
    tokens = tf.transpose(found.stack(), [1, 2, 0])  # (batch, n_best, longest + 1)
    return tokens[:, :, :-1], lengths
