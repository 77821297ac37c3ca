"""This project's search: `Translator.translate`, from text to text."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from benchmarks import data
from seq2seq_keras.translator import Translator


class Decoder:
    """Translates with a saved translator.

    Args:
        model: The folder of the translator.
        corpus: The folder of the text files.
    """

    def __init__(self, model: str, corpus: str) -> None:
        begin = time.perf_counter()
        self.translator = Translator.load(model)
        self.sentences = data.sentences(Path(corpus), "test")
        self.ready = {"load_seconds": time.perf_counter() - begin}

    def translate(self, beam_size: int) -> dict[str, Any]:
        """Translates the test set; tells how many tokens each translation has."""
        begin = time.perf_counter()
        found = self.translator.translate(self.sentences, beam_size, attention=False)
        seconds = time.perf_counter() - begin
        lengths = [len(translation.tokens) for translation in found]
        return {
            "sentences": len(found),
            "tokens": sum(lengths),
            "seconds": seconds,
            "lengths": lengths,
        }

    def latency(self, sentence: str, beam_size: int, repeats: int) -> dict[str, Any]:
        """Translates one sentence again and again, and returns the seconds of each time."""
        seconds = []
        for _ in range(repeats):
            begin = time.perf_counter()
            found = self.translator.translate([sentence], beam_size, attention=False)
            seconds.append(time.perf_counter() - begin)
        return {"seconds": seconds, "translation": found[0].text}


def start(**arguments: str) -> Decoder:
    """Returns the contestant; see `benchmarks.worker`."""
    return Decoder(**arguments)
