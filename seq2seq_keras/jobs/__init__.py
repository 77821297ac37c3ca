"""Work in processes of its own: training, comparing and translating beside the server."""

from seq2seq_keras.jobs.job import (
    ACTIVE_STATES,
    RESUMABLE_STATES,
    Job,
    JobKind,
    JobState,
    Wish,
)
from seq2seq_keras.jobs.models import ModelInfo
from seq2seq_keras.jobs.progress import JobProgress, SystemProgress, summarise
from seq2seq_keras.jobs.queue import JobQueue
from seq2seq_keras.jobs.runner import Runner
from seq2seq_keras.jobs.translation import TranslationService
from seq2seq_keras.jobs.workspace import CorpusInfo, TestSet, Workspace

__all__ = [
    "ACTIVE_STATES",
    "RESUMABLE_STATES",
    "CorpusInfo",
    "Job",
    "JobKind",
    "JobProgress",
    "JobQueue",
    "JobState",
    "ModelInfo",
    "Runner",
    "SystemProgress",
    "TestSet",
    "TranslationService",
    "Wish",
    "Workspace",
    "summarise",
]
