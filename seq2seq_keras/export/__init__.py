"""Ways out: a trained translator in forms that run without this program.

The package can be called, and is then its function `export`: with `import seq2seq_keras as s2s`,
`s2s.export(translator, "onnx", "exported/eng-fra")`.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from seq2seq_keras.export.check import Check
from seq2seq_keras.export.formats import FORMATS, export

__all__ = ["FORMATS", "Check", "export"]


class _Callable(ModuleType):
    """`export` is a package and a function: importing the one must not hide the other."""

    def __call__(self, *args: Any, **kwargs: Any) -> Check:
        return export(*args, **kwargs)


sys.modules[__name__].__class__ = _Callable
