"""Exporting: one function, whatever the format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType

import keras

from seq2seq_keras.corpus import Corpus
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.export.check import Check, check, some_sentences
from seq2seq_keras.export.templates import write_readme
from seq2seq_keras.extras import missing_package
from seq2seq_keras.storage import replace_folder
from seq2seq_keras.translator import Translator

# By format, the module that writes it. Each has:
#   QUANTIZED   the ways to make the numbers smaller, such as "int8"
#   packages(translator)   what has to be installed to translate with the export
#   write(translator, folder, quantize)   which writes, beside the model, `translate.py`: a
#       program, and a module whose `translate` takes a list of sentences to their translations;
#       it returns what the template of its README has to know besides, or None
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
    test: Corpus | None = None,
    source_length: int | None = None,
    on_stage: Callable[[str], None] | None = None,
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
        test: Sentence pairs to try it out on instead; the BLEU of both is then reported too.
        source_length: How many tokens of a sentence a LiteRT model reads, by default 64; the
            other formats read any number.
        on_stage: Called with a few words before each part of the work.

    Returns:
        What came of the trial: which sentences the export translates otherwise than the
        translator itself, sizes and speeds.

    Raises:
        InputError: if there is no such format or quantization, an argument does not fit the
            format, or something else lies at `out`.
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
    if source_length is not None and format != "litert":
        raise InputError(f"source_length: {format} reads sentences of any length; leave it out")
    if sentences and test is not None:
        raise InputError("test: the export is tried out on it; leave `sentences` out")
    folder = Path(out)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: this is a file; give a folder to export to")
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARK).is_file():
        raise InputError(
            f"{folder}: the folder holds something else than an export; give a new or empty one"
        )
    found: list[Check] = []
    on_stage = on_stage or (lambda _: None)

    def write(new: Path) -> None:
        more = {} if source_length is None else {"source_length": source_length}
        on_stage("Writing the export")
        facts = exporter.write(translator, new, quantize, **more) or {}
        on_stage("Trying the export out")
        if test is not None:
            found.append(check(translator, new, test.sources, test.targets))
        else:
            found.append(check(translator, new, list(sentences) or some_sentences(translator)))
        packages = exporter.packages(translator)
        write_readme(translator, new, format, quantize, packages, found[0], **facts)

    replace_folder(folder, write)
    return found[0]


def _exporter(format: str) -> ModuleType:
    if format != "keras" and keras.backend.backend() != "tensorflow":
        raise InputError(
            f"format: {format} is made by TensorFlow; set KERAS_BACKEND=tensorflow, or export keras"
        )
    try:
        return import_module(f"seq2seq_keras.export.{FORMATS[format]}")
    except ModuleNotFoundError as error:
        raise WorkError(missing_package(format, str(error.name), "export")) from error
