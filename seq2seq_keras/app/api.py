"""Named endpoints for programs: what the page does, for `gradio_client` and for curl.

They are listed, with their types and these very words, under "Use via API" at the foot of the
page; `docs/api.md` shows how they are used.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import gradio as gr
from gradio.utils import get_upload_folder

from seq2seq_keras.app.api_facts import (
    CorpusFacts,
    JobFacts,
    ModelFacts,
    TestSetFacts,
    corpus_facts,
    job_facts,
    model_facts,
    test_set_facts,
)
from seq2seq_keras.app.comparison_choices import fitting
from seq2seq_keras.app.corpus_reading import read_corpus
from seq2seq_keras.app.endpoint import add_endpoint
from seq2seq_keras.app.job_actions import ACTIONS, possible
from seq2seq_keras.app.model_exports import chosen
from seq2seq_keras.app.studio import Studio
from seq2seq_keras.app.submissions import (
    check_devices,
    submit_comparison,
    submit_export,
    submit_file,
    submit_training,
)
from seq2seq_keras.app.tabs.translate import first_model
from seq2seq_keras.app.uploads import taken
from seq2seq_keras.app.wanted import name_for, wanted_of
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import Job, ModelInfo, Workspace
from seq2seq_keras.jobs.files import told_as
from seq2seq_keras.jobs.translation_files import keep_upload

# Gradio reads the types of the endpoints when it builds the page, so nothing here is put off
# with `from __future__ import annotations`.

_MOST_BEAMS = 64


def register(studio: Studio) -> None:
    """Adds the endpoints to the page that is being built."""
    endpoints = Endpoints(studio)
    for name, limit in _ENDPOINTS.items():
        add_endpoint(getattr(endpoints, name), studio.language, limit)


# How many calls of each are answered at once; None is as many as come.
_ENDPOINTS: dict[str, int | None] = {
    "translate": 4,
    "translate_in_detail": 4,
    "list_models": None,
    "upload_model": 1,
    "rename_model": None,
    "annotate_model": None,
    "delete_model": None,
    "restore_model": None,
    "export_model": None,
    "list_corpora": None,
    "upload_corpus": 2,
    "train": 2,
    "list_test_sets": None,
    "compare": None,
    "report": 2,
    "translate_file": 2,
    "list_jobs": None,
    "job": None,
    "pause": None,
    "resume": None,
    "stop": None,
    "cancel": None,
}


class Endpoints:
    """Each public method is an endpoint of its name.

    Args:
        studio: What they work with, and the language in which they tell what is wrong.
    """

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    @property
    def _workspace(self) -> Workspace:
        return self._studio.workspace

    # Translating

    def translate(self, text: str, model: str = "", beam_size: int = 5) -> str:
        """Translates a text of any number of lines and sentences.

        Args:
            text: What to translate.
            model: Id or name of a model, as list_models tells; by default the first sample.
            beam_size: Hypotheses kept in search; 1 is greedy.

        Returns:
            The translation, with the line breaks of the text.
        """
        return str(self._translate(text, model, beam_size, 1)["text"])

    def translate_in_detail(
        self, text: str, model: str = "", beam_size: int = 5, n_best: int = 5
    ) -> dict[str, Any]:
        """Translates a text, with the n best translations and the attention of each sentence.

        Args:
            text: What to translate.
            model: Id or name of a model, as list_models tells; by default the first sample.
            beam_size: Hypotheses kept in search; 1 is greedy.
            n_best: Translations wanted of each sentence, at most beam_size.

        Returns:
            text, notices, seconds, and sentences: of each source, text, score (length-normalised
            log-probability), tokens, source_tokens, attention (a row for each token, a column for
            each source token; null without attention) and alternatives.
        """
        return self._translate(text, model, beam_size, n_best)

    def translate_file(
        self,
        file: gr.FileData,
        model: str = "",
        beam_size: int = 5,
        column: str = "",
        memory: str = "",
    ) -> str:
        """Starts the translation of a whole file as a job.

        Args:
            file: The file: txt, csv, tsv, srt or vtt in UTF-8; or xlf, xliff, sdlxliff, po, pot,
                tmx or ts, of which the empty translations are filled.
            model: Id or name of a model; by default the first sample.
            beam_size: Hypotheses kept in search; 1 is greedy.
            column: In a table, the name of the column to translate; by default it is guessed.
            memory: Id of a corpus from which exact matches are taken, as list_corpora tells.

        Returns:
            The id of the job; once it is finished, job tells where to download the translation.
        """
        from seq2seq_keras.documents import read_document

        info, upload = self._model(model), _path(file)
        _check_beams(beam_size)
        with taken([upload]):
            path = keep_upload(self._workspace, upload)
        with told_as({path: upload.name}):
            read_document(path, column or None, info.config.source_lang, info.config.target_lang)
        return submit_file(
            self._studio, info.id, path, upload.name, column or None, beam_size, memory or None
        ).id

    # Models

    def list_models(self) -> list[ModelFacts]:
        """Lists the saved models.

        Returns:
            The models; download is a path on this server.
        """
        return [model_facts(info) for info in self._workspace.models()]

    def upload_model(self, file: gr.FileData) -> ModelFacts:
        """Takes in the zip of a model, as its download gave it, after a strict check.

        Args:
            file: The zip.

        Returns:
            The model.
        """
        with taken([_path(file)]) as (archive,):
            return model_facts(self._workspace.receive_model(archive))

    def rename_model(self, model: str, name: str) -> ModelFacts:
        """Gives a model of yours another name; its id stays.

        Args:
            model: Its id or name.
            name: The new name.

        Returns:
            The model.
        """
        info = self._model(model)
        self._workspace.rename_model(info.id, name)
        return model_facts(self._workspace.model(info.id))

    def annotate_model(self, model: str, note: str) -> ModelFacts:
        """Puts a note beside a model of yours, in place of the one it had.

        Args:
            model: Its id or name.
            note: The note; an empty one is none.

        Returns:
            The model.
        """
        info = self._model(model)
        self._workspace.annotate_model(info.id, note)
        return model_facts(self._workspace.model(info.id))

    def delete_model(self, model: str) -> str:
        """Moves a model of yours into the trash, where it stays for 30 days.

        Args:
            model: Its id.

        Returns:
            What restore_model asks for.
        """
        return self._workspace.delete_model(model)

    def restore_model(self, deleted: str) -> ModelFacts:
        """Brings a deleted model back.

        Args:
            deleted: What delete_model returned.

        Returns:
            The model.
        """
        return model_facts(self._workspace.restore_model(deleted))

    def export_model(self, model: str, format: str = "saved_model") -> str:
        """Starts to write a model in a form that runs without this program, as a job.

        Args:
            model: Id or name of a model.
            format: saved_model, onnx, onnx-int8, litert, litert-float16, litert-int8 or keras.

        Returns:
            The id of the job; once it is finished, job tells where to download the export.
        """
        info = self._model(model)
        return submit_export(self._studio, info.id, *chosen(format)).id

    # Corpora and trainings

    def list_corpora(self) -> list[CorpusFacts]:
        """Lists the corpora: the samples, and what you uploaded.

        Returns:
            The corpora.
        """
        return [corpus_facts(info) for info in self._workspace.corpora()]

    def upload_corpus(
        self, file: gr.FileData, second_file: gr.FileData | None = None
    ) -> CorpusFacts:
        """Uploads sentence pairs: one file with both languages, or two with a sentence a line.

        Args:
            file: The file, or that of the source language.
            second_file: That of the target language, if there are two.

        Returns:
            The corpus.
        """
        paths = [_path(each) for each in (file, second_file) if each is not None]
        with taken(paths) as files:
            return corpus_facts(self._workspace.add_corpus(files))

    def train(
        self,
        corpus: str,
        name: str = "",
        architecture: Literal["both", "attention", "plain"] = "both",
        budget: Literal["quick", "good", "best", "own"] = "good",
        settings: dict[str, Any] | None = None,
        source_lang: str = "",
        target_lang: str = "",
        source_column: str = "",
        target_column: str = "",
        cleaning: list[str] | None = None,
        devices: int = 1,
    ) -> str:
        """Starts a training as a job.

        Args:
            corpus: Id of a corpus, as list_corpora tells.
            name: Under which the model is saved; by default that of the corpus.
            architecture: A network with attention, one without (plain), or both and a report that
                compares them.
            budget: At most 2 minutes a network (quick), 30 (good), 240 (best), or the epochs and
                time_limit of the settings (own).
            settings: Fields of the configuration, such as {"cell": "lstm", "units": 256}.
            source_lang: Language code of the source; by default guessed.
            target_lang: Language code of the target; by default guessed.
            source_column: In a table, the column of the source; by default guessed.
            target_column: In a table, the column of the target; by default guessed.
            cleaning: Rules by which it is cleaned, such as ["html", "repeated"]; by default those
                that are safe, and none for [].
            devices: GPUs of the server that share each batch; without a batch_size in the settings
                each gets the usual one.

        Returns:
            The id of the job.
        """
        from seq2seq_keras.corpus import Cleaning

        check_devices(self._studio, devices)
        info = self._workspace.corpus(corpus)
        info = replace(
            info,
            source_lang=source_lang or info.source_lang,
            target_lang=target_lang or info.target_lang,
            source_column=source_column or None,
            target_column=target_column or None,
            cleaning=Cleaning().names if cleaning is None else Cleaning(cleaning).names,
        )
        pairs = read_corpus(info)
        if not len(pairs):
            raise InputError("This corpus has no sentence pair to train on.")
        info = replace(info, source_lang=pairs.source_lang, target_lang=pairs.target_lang)
        fields = dict(settings or {})
        own: dict[str, Any] = {
            field: fields.pop(field) for field in ("time_limit", "epochs") if field in fields
        }
        if own and budget != "own":
            raise InputError(
                "settings: epochs and time_limit belong to the budget “own”; choose that one."
            )
        wanted = wanted_of(architecture, budget, own, fields, info, len(pairs), devices=devices)
        job = submit_training(self._studio, name_for(name, info.name), info, wanted, budget)
        return job.id

    # Comparisons

    def list_test_sets(self) -> list[TestSetFacts]:
        """Lists what models can be scored on: parts kept out of trainings, and uploads.

        Returns:
            The test sets, and for each the models that were trained on the rest of its corpus.
        """
        return [test_set_facts(test) for test in self._workspace.test_sets()]

    def compare(self, models: list[str], test_set: str = "") -> str:
        """Starts a comparison of two or more models on one test set as a job.

        Args:
            models: Their ids or names.
            test_set: Id of a test set, as list_test_sets tells; by default the one that fits
                best.

        Returns:
            The id of the job; once it is finished, report tells what it found.
        """
        infos = [self._model(model) for model in models]
        test_id = test_set or next(iter(fitting(self._workspace.test_sets(), infos)), None)
        return submit_comparison(self._studio, [info.id for info in infos], test_id).id

    def report(self, job: str) -> dict[str, Any]:
        """Tells what a finished comparison found.

        Args:
            job: Id of a comparison, or of a training of both.

        Returns:
            verdict in words, and all of report.json: systems with their scores and 95% intervals,
            pairs with p-values, sentences that differ most.
        """
        from seq2seq_keras.comparison import Report

        found = self._job(job)
        if not found.has_report:
            raise InputError(f"{found.name}: there is no report of this job, or not yet.")
        report = Report.load(found.out)
        return {"verdict": report.verdict(self._studio.language), **report.model_dump(mode="json")}

    # Jobs

    def list_jobs(self) -> list[JobFacts]:
        """Lists all jobs, the oldest first.

        Returns:
            The jobs, as job tells of one.
        """
        return [self._facts(job) for job in self._workspace.jobs.all()]

    def job(self, job: str) -> JobFacts:
        """Tells how a job stands.

        Args:
            job: Its id.

        Returns:
            state is queued, running, paused, finished, stopped, cancelled, failed or died;
            progress goes from 0 to 1; models are the ids of what it saved; downloads are paths on
            this server.
        """
        return self._facts(self._job(job))

    def pause(self, job: str) -> JobFacts:
        """Lets a job leave a checkpoint and wait until it is resumed.

        Args:
            job: Its id.

        Returns:
            The job as it stands now; it pauses when its current step ends.
        """
        return self._act("pause", job)

    def resume(self, job: str) -> JobFacts:
        """Lets a job that is paused, died or failed go on where it stood.

        Args:
            job: Its id.

        Returns:
            The job as it stands now.
        """
        return self._act("resume", job)

    def stop(self, job: str) -> JobFacts:
        """Ends a job early and keeps the best that it has.

        Args:
            job: Its id.

        Returns:
            The job as it stands now; it ends when its current step does.
        """
        return self._act("stop", job)

    def cancel(self, job: str) -> JobFacts:
        """Ends a job and keeps nothing of it.

        Args:
            job: Its id.

        Returns:
            The job as it stands now.
        """
        return self._act("cancel", job)

    def _translate(self, text: str, model: str, beam_size: int, n_best: int) -> dict[str, Any]:
        if not text.strip():
            raise InputError("Type some text to translate.")
        _check_beams(beam_size)
        if not 1 <= n_best <= beam_size:
            raise InputError(f"n_best: expected 1 to {beam_size}, the beam size; received {n_best}")
        folder = self._model(model).folder
        return self._studio.translation.translate(folder, text, beam_size, n_best)

    def _model(self, wanted: str) -> ModelInfo:
        """A model by its id, else by its name; without either the first to show."""
        models = self._workspace.models()
        if not wanted:
            first = first_model(models)
            if first is None:
                raise InputError("There is no model yet: train one first.")
            return first
        named = [info for info in models if info.name == wanted]
        known = [info for info in models if info.id == wanted] or named
        if not known:
            raise InputError(f"{wanted}: there is no such model; list_models tells their ids.")
        if len(known) > 1:
            raise InputError(f"{wanted}: several models have this name; give an id.")
        return known[0]

    def _job(self, job_id: str) -> Job:
        return self._workspace.jobs.get(job_id)

    def _facts(self, job: Job) -> JobFacts:
        progress, _ = self._studio.watcher.progress(job)
        return job_facts(job, progress)

    def _act(self, act: str, job_id: str) -> JobFacts:
        job = self._job(job_id)
        if act not in possible(job):
            raise InputError(f"{job.name} is {job.state}: {act} is not possible now.")
        ACTIONS[act].work(self._workspace.jobs, job.id)
        self._studio.runner.wake()
        return self._facts(self._job(job_id))


def _path(file: Any) -> Path:
    """Where an upload lies; nothing but what was uploaded is looked at."""
    path = Path(file["path"] if isinstance(file, dict) else file.path).resolve()
    if not path.is_relative_to(Path(get_upload_folder()).resolve()) or not path.is_file():
        raise InputError("This file was not uploaded. Send it with handle_file of gradio_client.")
    return path


def _check_beams(beam_size: int) -> None:
    if not 1 <= beam_size <= _MOST_BEAMS:
        raise InputError(f"beam_size: expected 1 to {_MOST_BEAMS}, received {beam_size}")
