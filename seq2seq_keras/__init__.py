"""Recurrent sequence-to-sequence translation in Keras: train, compare, understand, ship.

Importing this package is light. Each public name below is loaded, with the libraries it
needs, when it is first used.

Example:
    >>> import seq2seq_keras as s2s
    >>> corpus = s2s.load_corpus("fra.txt")
    >>> translator = s2s.train(corpus.split(seed=0), attention="additive", epochs=10)
    >>> translator.translate(["A man is riding a horse."])[0].text
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seq2seq_keras.comparison import compare
    from seq2seq_keras.config import Config
    from seq2seq_keras.corpus import Corpus, load_corpus
    from seq2seq_keras.errors import InputError, WorkError
    from seq2seq_keras.explain import explain
    from seq2seq_keras.export import export
    from seq2seq_keras.pipeline import train
    from seq2seq_keras.translator import Translator

# TensorFlow's C++ side writes lines about the processor to standard error, where a user looks
# for our own messages. It reads this when it is imported; who wants the lines sets it to 0.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

__version__ = "0.1.0"

__all__ = [
    "Config",
    "Corpus",
    "InputError",
    "Translator",
    "WorkError",
    "compare",
    "explain",
    "export",
    "load_corpus",
    "train",
]

_MODULE_OF = {
    "Config": "config",
    "Corpus": "corpus",
    "InputError": "errors",
    "Translator": "translator",
    "WorkError": "errors",
    "compare": "comparison",
    "explain": "explain",
    "export": "export",
    "load_corpus": "corpus",
    "train": "pipeline",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{_MODULE_OF[name]}")
    # A package of that very name can itself be called.
    value = module if name == _MODULE_OF[name] else getattr(module, name)
    globals()[name] = value  # found directly from now on
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
