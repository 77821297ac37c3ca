"""Keras's sequence-to-sequence example: `predict` the encoder, then `predict` token after token."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import data
from seq2seq_keras.text import END, START
from seq2seq_keras.translator import Translator


class Decoder:
    """Translates with a saved translator's weights, greedily, a sentence at a time.

    Args:
        model: The folder of the translator.
        corpus: The folder of the text files.
    """

    def __init__(self, model: str, corpus: str) -> None:
        translator = Translator.load(model)
        self.network = translator.network
        tokenizer = translator.source_tokenizer
        self.sources = [
            np.array([[*tokenizer.encode(sentence), END]], "int32")
            for sentence in data.sentences(Path(corpus), "test")
        ]
        self.ready: dict[str, Any] = {}

    def translate(self, first: int, count: int) -> dict[str, Any]:
        """Translates `count` sentences of the test set from number `first` on."""
        chosen = [
            self.sources[number % len(self.sources)] for number in range(first, first + count)
        ]
        begin = time.perf_counter()
        lengths = [len(self.decode(source)) for source in chosen]
        seconds = time.perf_counter() - begin
        return {"sentences": count, "tokens": sum(lengths), "seconds": seconds}

    def decode(self, source: np.ndarray) -> list[int]:
        """Returns the tokens of one translation, without the end token."""
        encoded = self.network.encoder.predict(source, verbose=0)
        memory, states = encoded["memory"], encoded["states"]
        tokens = [START]
        most = 2 * source.shape[1] + 10  # as many as this project's own search allows
        while len(tokens) <= most:
            token = np.array([tokens[-1]], "int32")
            output = self.network.step.predict(
                {"token": token, "memory": memory, "states": states}, verbose=0
            )
            states = output["states"]
            best = int(output["logits"][0].argmax())
            if best == END:
                break
            tokens.append(best)
        return tokens[1:]


def start(**arguments: str) -> Decoder:
    """Returns the contestant; see `benchmarks.worker`."""
    return Decoder(**arguments)
