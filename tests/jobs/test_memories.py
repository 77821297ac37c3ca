"""Which corpora of a workspace may serve a model as a memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.tiny_models import save_untrained
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import Workspace
from seq2seq_keras.jobs.memories import memories, memory_reading
from seq2seq_keras.jobs.reading import read_corpus

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "data", tmp_path / "none", REPOSITORY / "data")
    workspace.prepare()
    save_untrained(tmp_path / "data" / "models" / "walk")
    return workspace


def add(workspace: Workspace, tmp_path: Path, name: str) -> str:
    path = tmp_path / name
    path.write_text("A dog.\t狗。\nA cat.\t猫。\n", encoding="utf-8")
    return workspace.add_corpus([path]).id


def test_the_corpus_that_a_model_was_trained_on_comes_first(
    workspace: Workspace, tmp_path: Path
) -> None:
    model = workspace.model("mine/walk")
    other, own = (add(workspace, tmp_path, name) for name in ("other.tsv", "own.tsv"))
    assert {each.id for each in memories(workspace, model)} == {
        "sample/english-chinese", other, own,
    }  # fmt: skip
    reading = workspace.corpus(own).reading() | {"target_column": 1, "cleaning": ["repeated"]}
    job = workspace.jobs.submit("train", "walk", {"corpus": reading})
    workspace.jobs.claim(job.id)
    assert workspace.jobs.end(workspace.jobs.get(job.id), "finished", "", {"attention": "walk"})
    found = memories(workspace, model)
    assert [(each.id, each.trained) for each in found] == [
        (f"job/{job.id}", True), ("sample/english-chinese", False), (other, False),
    ]  # fmt: skip
    assert found[0].reading == reading and found[0].name == "own.tsv"
    assert memory_reading(workspace, model, f"job/{job.id}") == reading
    corpus = read_corpus(memory_reading(workspace, model, other))
    assert list(corpus.pairs()) == [("A dog.", "狗。"), ("A cat.", "猫。")]
    Path(reading["files"][0]).unlink()
    assert not any(each.trained for each in memories(workspace, model))


def test_only_corpora_in_the_models_languages_are_taken(workspace: Workspace) -> None:
    model = workspace.model("mine/walk")
    with pytest.raises(InputError, match="does not exist in the model's languages"):
        memory_reading(workspace, model, "sample/english-french")
    with pytest.raises(InputError, match="does not exist"):
        memory_reading(workspace, model, "mine/../x")
