"""Ways out: a trained translator in forms that run without this program, and on the Hub.

The package can be called, and is then its function `export`: with `import seq2seq_keras as s2s`,
`s2s.export(translator, "onnx", "exported/eng-fra")`. Importing it imports no Keras.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seq2seq_keras.export.check import Check
    from seq2seq_keras.export.formats import FORMATS, export

__all__ = ["FORMATS", "Check", "export"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from seq2seq_keras.export import formats

    return getattr(formats, name)


class _Callable(ModuleType):
    """`export` is a package and a function: importing the one must not hide the other."""

    def __call__(self, *args: Any, **kwargs: Any) -> Check:
        from seq2seq_keras.export.formats import export

        return export(*args, **kwargs)


sys.modules[__name__].__class__ = _Callable
