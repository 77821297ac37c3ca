"""Exports of saved models: what can be chosen, and what is said of one that was asked for."""

from __future__ import annotations

from pathlib import Path

from seq2seq_keras.app.job_list import Described, JobSort
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import Job
from seq2seq_keras.localisation import Language, later

EXPORTS = {
    ("saved_model", None): later("TensorFlow SavedModel: text in, text out"),
    ("onnx", None): later("ONNX, for onnxruntime"),
    ("onnx", "int8"): later("ONNX in 8 bits: small, a little less exact"),
    ("litert", None): later("LiteRT, for phones"),
    ("litert", "float16"): later("LiteRT in 16 bits: half as large"),
    ("litert", "int8"): later("LiteRT in 8 bits: small, a little less exact"),
    ("keras", None): later("Keras: the network, to train on or to look at"),
}
"""By format and quantization, as `export` takes them, what they are called."""


def choices(language: Language) -> dict[str, str]:
    """What can be chosen, by a name for each that `chosen` reads."""
    return {_name(*choice): language.say(label) for choice, label in EXPORTS.items()}


def chosen(name: str) -> tuple[str, str | None]:
    """Format and quantization.

    Raises:
        InputError: There is no such choice.
    """
    for choice in EXPORTS:
        if _name(*choice) == name:
            return choice
    raise InputError(f"format: expected {', '.join(_name(*each) for each in EXPORTS)}")


def _name(format: str, quantize: str | None) -> str:
    return f"{format}-{quantize}" if quantize else format


def _described(job: Job, language: Language) -> Described:
    details, folder = job.details, job.exported_folder
    label = EXPORTS.get((details["format"], details["quantize"]), details["format"])
    return Described(
        [language.say(label)],
        language.error(job.message.replace(str(Path(details["model"])), job.name)),
        (f"{folder.name}.zip", f"/download/exports/{job.id}") if folder else None,
    )


EXPORT_JOBS = JobSort("export", later("Exports"), _described)
"""Exports, as a list shows them."""
