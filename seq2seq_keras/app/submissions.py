"""Putting work into the queue, as the page's buttons and the endpoints for programs both do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from seq2seq_keras.app.comparison_choices import distinct
from seq2seq_keras.app.corpus_reading import read_corpus
from seq2seq_keras.app.studio import Studio
from seq2seq_keras.app.wanted import Wanted
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import CorpusInfo, Job, ModelInfo
from seq2seq_keras.jobs.memories import memory_reading
from seq2seq_keras.languages import short_code

# The charts tell so many apart by colour and marker, and 1,000 drawn test sets can prove no
# difference between eleven and more.
MOST_MODELS = 8


def check_devices(studio: Studio, devices: int) -> None:
    """Sees whether a training may be spread over so many devices.

    Raises:
        InputError: The server has not as many.
    """
    most = studio.devices()
    if not 1 <= devices <= most:
        raise InputError(f"devices: a training here takes 1 to {most}, not {devices}.")


def submit_training(
    studio: Studio, name: str, corpus: CorpusInfo, wanted: Wanted, budget: str
) -> Job:
    """Asks for a training.

    Args:
        studio: Whose workspace and runner.
        name: What its owner calls it.
        corpus: What to train on, and how to read it.
        wanted: The networks and their settings.
        budget: The name of the budget from which they were made.

    Raises:
        InputError: It is more than this server's limits allow, or more devices than it has.
    """
    check_devices(studio, wanted.devices)
    if studio.limits is not None:
        for config in wanted.networks.values():
            studio.limits.check_training(config, len(read_corpus(corpus)))
    details = {
        "corpus": corpus.reading(),
        "settings": wanted.config.chosen(),
        "budget": budget,
        "devices": wanted.devices,
    }
    return _begin(studio, studio.workspace.jobs.submit(wanted.kind, name, details))


def submit_comparison(studio: Studio, model_ids: Sequence[str], test_id: str | None) -> Job:
    """Asks for saved models to be scored on a test set; a second time, for nothing new.

    Raises:
        InputError: There are too few models or too many, they do not fit together, or there is
            no test set.
    """
    if len(model_ids) < 2:
        raise InputError("Choose two models. With fewer than two, train one in the Train tab.")
    if len(model_ids) > MOST_MODELS:
        raise InputError(f"Choose at most {MOST_MODELS} models.")
    infos = [studio.workspace.model(model_id) for model_id in model_ids]
    _check_languages(infos)
    if not test_id:
        raise InputError("Choose a test set, or upload one.")
    reading = studio.workspace.test_set(test_id).reading()
    for side in ("source_lang", "target_lang"):  # else they would be guessed
        reading[side] = reading[side] or getattr(infos[0].config, side)
    names = distinct([info.name for info in infos])
    details = {
        "models": {name: str(info.folder) for name, info in zip(names, infos, strict=True)},
        "test": reading,
    }
    for job in studio.workspace.jobs.all():
        if job.kind == "score" and job.active and job.details == details:
            return job
    from seq2seq_keras.comparison.wording import listed  # not needed to start

    return _begin(
        studio, studio.workspace.jobs.submit("score", listed(names, studio.language), details)
    )


def submit_file(
    studio: Studio,
    model_id: str | None,
    path: Path,
    name: str,
    column: str | int | None,
    beam_size: int,
    memory_id: str | None = None,
) -> Job:
    """Asks for a file to be translated.

    Args:
        studio: Whose workspace and runner.
        model_id: The model.
        path: Where the file lies in the workspace.
        name: What its owner calls it.
        column: In a table, the column to translate, as `read_document` takes it.
        beam_size: Hypotheses kept in search.
        memory_id: The corpus from which exact matches are taken, as `memories` lists it.

    Raises:
        InputError: There is no such model, or no such corpus.
    """
    model = studio.workspace.model(model_id)
    details: dict[str, Any] = {
        "model": str(model.folder),
        "file": str(path),
        "name": name,
        "column": column,
        "beam_size": beam_size,
    }
    if memory_id:
        details["memory"] = memory_reading(studio.workspace, model, memory_id)
    return _begin(studio, studio.workspace.jobs.submit("translate", name, details))


def submit_export(studio: Studio, model_id: str, format: str, quantize: str | None) -> Job:
    """Asks for a model in a form that runs without this program.

    Args:
        studio: Whose workspace and runner.
        model_id: The model.
        format, quantize: As `export` takes them.
    """
    info = studio.workspace.model(model_id)
    details = {"model": str(info.folder), "format": format, "quantize": quantize}
    return _begin(studio, studio.workspace.jobs.submit("export", info.name, details))


def _begin(studio: Studio, job: Job) -> Job:
    studio.runner.wake()
    return job


def _check_languages(models: Sequence[ModelInfo]) -> None:
    for side in ("source_lang", "target_lang"):
        codes = {short_code(code) for info in models if (code := getattr(info.config, side))}
        if len(codes) > 1:
            raise InputError(
                "These models translate between different languages: nothing to compare."
            )
