"""Work in processes of its own: training, comparing and translating beside the server."""

from seq2seq_keras.jobs.progress import JobProgress, SystemProgress, summarise
from seq2seq_keras.jobs.runner import Runner
from seq2seq_keras.jobs.store import ACTIVE_STATES, Job, JobKind, JobState, JobStore
from seq2seq_keras.jobs.translation import TranslationService
from seq2seq_keras.jobs.workspace import CorpusInfo, ModelInfo, TestSet, Workspace

__all__ = [
    "ACTIVE_STATES",
    "CorpusInfo",
    "Job",
    "JobKind",
    "JobProgress",
    "JobState",
    "JobStore",
    "ModelInfo",
    "Runner",
    "SystemProgress",
    "TestSet",
    "TranslationService",
    "Workspace",
    "summarise",
]
