"""What the endpoints for programs answer with, as JSON."""

from typing import Any, TypedDict
from urllib.parse import quote

from seq2seq_keras.jobs import CorpusInfo, Job, JobProgress, ModelInfo, TestSet

# Gradio reads the types of the endpoints when it builds the page, so nothing here is put off
# with `from __future__ import annotations`.


class ModelFacts(TypedDict):
    """A saved translator. `download` is a path on this server."""

    id: str
    name: str
    note: str
    source_lang: str | None
    target_lang: str | None
    architecture: str
    attention: bool
    parameters: int | None
    bleu: float | None
    saved: str
    size_bytes: int
    shipped: bool
    download: str


class CorpusFacts(TypedDict):
    """Sentence pairs to train on."""

    id: str
    name: str
    files: list[str]
    sample: bool


class TestSetFacts(TypedDict):
    """Sentence pairs to score models on; `models` were trained on the rest of the same corpus."""

    id: str
    name: str
    models: list[str]


class JobFacts(TypedDict):
    """A job as it stands. `downloads` are paths on this server, by what they are."""

    id: str
    name: str
    kind: str
    state: str
    wish: str | None
    message: str
    stage: str
    progress: float
    seconds_left: float | None
    networks: list[dict[str, Any]]
    models: list[str]
    downloads: dict[str, str]
    created: str
    started: str | None
    ended: str | None


def model_facts(info: ModelInfo) -> ModelFacts:
    return ModelFacts(
        id=info.id,
        name=info.name,
        note=info.note,
        source_lang=info.config.source_lang,
        target_lang=info.config.target_lang,
        architecture=info.architecture,
        attention=info.has_attention,
        parameters=info.parameters,
        bleu=info.bleu,
        saved=info.saved.isoformat(),
        size_bytes=info.size_bytes,
        shipped=info.shipped,
        download=f"/download/models/{quote(info.id)}.zip",
    )


def corpus_facts(info: CorpusInfo) -> CorpusFacts:
    return CorpusFacts(
        id=info.id, name=info.name, files=[path.name for path in info.files], sample=info.sample
    )


def test_set_facts(test: TestSet) -> TestSetFacts:
    return TestSetFacts(id=test.id, name=test.name, models=list(test.models))


def job_facts(job: Job, progress: JobProgress) -> JobFacts:
    downloads = {}
    if job.has_report:
        for kind in ("html", "json"):
            downloads[f"report.{kind}"] = f"/download/reports/{quote(job.id)}/report.{kind}"
    if job.translated_file is not None:
        downloads["translation"] = f"/download/translations/{quote(job.id)}"
    if job.exported_folder is not None:
        downloads["export"] = f"/download/exports/{quote(job.id)}"
    return JobFacts(
        id=job.id,
        name=job.name,
        kind=job.kind,
        state=job.state,
        wish=job.wish,
        message=job.message,
        stage=progress.stage,
        progress=1.0 if job.state == "finished" else round(progress.fraction, 4),
        seconds_left=progress.remaining_seconds if job.state == "running" else None,
        networks=[
            {
                "name": system.name,
                "parameters": system.parameters,
                "epoch": system.epoch,
                "epochs": system.epochs,
                "loss": system.loss,
                "best_valid_bleu": system.best_bleu,
                "history": system.history,
            }
            for system in progress.systems.values()
        ],
        models=[f"mine/{name}" for name in job.models.values()],
        downloads=downloads,
        created=job.created.isoformat(),
        started=job.started.isoformat() if job.started else None,
        ended=job.ended.isoformat() if job.ended else None,
    )
