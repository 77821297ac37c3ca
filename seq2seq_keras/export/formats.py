"""Exporting: one function, whatever the format."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType

from seq2seq_keras.errors import InputError
from seq2seq_keras.export.check import Check, check, some_sentences
from seq2seq_keras.export.templates import write_readme
from seq2seq_keras.storage import replace_folder
from seq2seq_keras.translator import Translator

# By format, the module that writes it. Each has:
#   QUANTIZED   the ways to make the numbers smaller, such as "int8"
#   packages(translator)   what has to be installed to translate with the export
#   write(translator, folder, quantize)   which writes, beside the model, `translate.py`: a
#       program, and a module whose `translate` takes a list of sentences to their translations
FORMATS = {
    "keras": "keras_model",
    "saved_model": "saved_model",
    "onnx": "onnx_model",
    "litert": "litert_model",
}
_MARK = "translate.py"


def export(
    translator: Translator,
    format: str,
    out: str | Path,
    *,
    quantize: str | None = None,
    sentences: Sequence[str] = (),
) -> Check:
    """Writes a translator in a form that runs without this program, and tries it out.

    Args:
        translator: The translator.
        format: `keras`, `saved_model`, `onnx` or `litert`.
        out: The folder to make. An export that lies there is replaced.
        quantize: `int8` (ONNX, LiteRT) or `float16` (LiteRT), for a smaller and less exact
            model; by default numbers stay as they are.
        sentences: Source sentences to try it out on; by default those that the translator
            remembers of its training.

    Returns:
        What came of the trial: which sentences the export translates otherwise than the
        translator itself, sizes and speeds.

    Raises:
        InputError: if there is no such format or quantization, or something else lies at `out`.
        WorkError: if a package that the format needs is missing, or the export does not run.

    Example:
        >>> export(translator, "onnx", "exported/eng-fra").equal
        20
    """
    if format not in FORMATS:
        raise InputError(f"format: expected {', '.join(FORMATS)}, received {format!r}")
    exporter = _exporter(format)
    if quantize is not None and quantize not in exporter.QUANTIZED:
        ways = " or ".join(exporter.QUANTIZED) or "nothing"
        raise InputError(f"quantize: {format} takes {ways}, received {quantize!r}")
    folder = Path(out)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: this is a file; give a folder to export to")
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARK).is_file():
        raise InputError(
            f"{folder}: the folder holds something else than an export; give a new or empty one"
        )
    found: list[Check] = []

    def write(new: Path) -> None:
        exporter.write(translator, new, quantize)
        found.append(check(translator, new, list(sentences) or some_sentences(translator)))
        write_readme(translator, new, format, quantize, exporter.packages(translator), found[0])

    replace_folder(folder, write)
    return found[0]


def _exporter(format: str) -> ModuleType:
    return import_module(f"seq2seq_keras.export.{FORMATS[format]}")
