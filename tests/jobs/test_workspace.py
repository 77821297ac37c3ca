import json
from pathlib import Path

import pytest

from seq2seq_keras.config import Config
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import Job, Workspace


def save_model(folder: Path, bleu: float | None = None, **settings: object) -> Path:
    """The files by which a saved translator is known; nothing here loads the network."""
    folder.mkdir(parents=True)
    Config.create(source_lang="en", target_lang="zh", **settings).save(folder / "config.yaml")
    (folder / "model.keras").write_bytes(b"weights")
    scores = {"scores": {"bleu": {"value": bleu}} if bleu is not None else None}
    (folder / "scores.json").write_text(json.dumps(scores), encoding="utf-8")
    return folder


def finish(workspace: Workspace, job: Job) -> None:
    """Ends a job as its process does."""
    workspace.jobs.claim(job.id)
    running = workspace.jobs.get(job.id)
    assert workspace.jobs.end(running, "finished", models=workspace.names_for(job))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    save_model(tmp_path / "shipped" / "sample-en-zh-plain", attention="none")
    save_model(tmp_path / "shipped" / "from-the-shell", bleu=12.5)
    save_model(tmp_path / "data" / "models" / "mine", cell="lstm", units=96)
    return Workspace(tmp_path / "data", tmp_path / "shipped", tmp_path / "samples")


def test_models_are_told_from_their_files(workspace: Workspace) -> None:
    shell, sample, mine = workspace.models()
    assert [model.id for model in (shell, sample, mine)] == [
        "saved/from-the-shell",
        "saved/sample-en-zh-plain",
        "mine/mine",
    ]
    assert (sample.shipped, shell.shipped, mine.shipped) == (True, False, False)
    assert (sample.has_attention, mine.has_attention) == (False, True)
    assert (shell.bleu, mine.bleu) == (12.5, None)
    assert mine.languages == "English → Chinese"
    assert mine.architecture == "LSTM 96, additive attention"


def test_a_change_is_seen_at_the_next_look(workspace: Workspace) -> None:
    folder = workspace.model("mine/mine").folder
    Config.create(cell="rnn", units=64).save(folder / "config.yaml")
    assert workspace.model("mine/mine").architecture == "RNN 64, additive attention"


def test_what_is_no_model_is_passed_over(workspace: Workspace, tmp_path: Path) -> None:
    models = tmp_path / "data" / "models"
    (models / "empty").mkdir()
    (save_model(models / "damaged") / "config.yaml").write_text("units: [", encoding="utf-8")
    save_model(models / ".half-written")
    (models / "file.txt").write_text("x", encoding="utf-8")
    assert [model.name for model in workspace.models() if model.id.startswith("mine/")] == ["mine"]


@pytest.mark.parametrize("model_id", ["mine/../models/mine", "mine/..", "mine", "", None, "/etc"])
def test_an_id_is_no_path(workspace: Workspace, model_id: str | None) -> None:
    with pytest.raises(InputError, match="no longer exists"):
        workspace.model(model_id)


def test_ones_own_model_can_be_deleted_and_a_shipped_one_not(workspace: Workspace) -> None:
    workspace.delete_model("mine/mine")
    assert [model.id for model in workspace.models() if not model.id.startswith("saved")] == []
    with pytest.raises(InputError, match="cannot be deleted"):
        workspace.delete_model("saved/sample-en-zh-plain")
    assert workspace.model("saved/sample-en-zh-plain").folder.is_dir()


def test_what_a_job_saved_is_moved_among_the_models(workspace: Workspace) -> None:
    job = workspace.jobs.submit("compare", "mine", {})
    save_model(job.out / "plain", attention="none")
    (save_model(job.out / "attention") / "checkpoints").mkdir()
    (job.out / "report.json").write_text("{}", encoding="utf-8")
    finish(workspace, job)
    workspace.adopt_models(workspace.jobs.get(job.id))
    workspace.adopt_models(workspace.jobs.get(job.id))
    assert not (job.out / "plain").exists()
    assert not (workspace.model("mine/mine-attention").folder / "checkpoints").exists()
    assert (job.out / "report.json").exists()

    # A name that is taken gets a number; nothing is overwritten.
    again = workspace.jobs.submit("train", "mine", {})
    save_model(again.out / "attention", cell="rnn")
    finish(workspace, again)
    workspace.adopt_models(workspace.jobs.get(again.id))
    assert workspace.model("mine/mine-2").config.cell == "rnn"
    assert workspace.model("mine/mine").config.cell == "lstm"


def test_uploads_are_copied_and_found_again(workspace: Workspace, tmp_path: Path) -> None:
    source, target = tmp_path / "train.de", tmp_path / "train.en"
    source.write_text("Ja.\n", encoding="utf-8")
    target.write_text("Yes.\n", encoding="utf-8")
    info = workspace.add_corpus([source, target])
    source.unlink()
    again = workspace.corpus(info.id)
    assert again.name == "train.de + train.en"
    assert [path.read_text(encoding="utf-8") for path in again.files] == ["Ja.\n", "Yes.\n"]
    with pytest.raises(InputError, match="received 4 files"):
        workspace.add_corpus([target] * 4)
    with pytest.raises(InputError, match="received 3"):  # which are not Tatoeba's
        workspace.add_corpus([target] * 3)
    with pytest.raises(InputError, match="no longer exists"):
        workspace.corpus("mine/../models")


def test_an_upload_that_cannot_be_read_is_not_kept(workspace: Workspace, tmp_path: Path) -> None:
    broken = tmp_path / "broken.tsv"
    line = "the summer\tl'été\n".encode()
    broken.write_bytes(50 * line + b"the winter\tl'hiver \xe9\n" + 50 * line)
    with pytest.raises(InputError, match=r"^broken\.tsv, line 51: not UTF-8"):
        workspace.add_corpus([broken])
    assert workspace.corpora() == []
    assert list((tmp_path / "data" / "corpora").iterdir()) == []


def test_a_workspace_may_lie_in_a_folder_of_any_name(tmp_path: Path) -> None:
    save_model(tmp_path / "checkpoints" / "models" / "mine")
    (model,) = Workspace(tmp_path / "checkpoints", tmp_path / "none", tmp_path / "none").models()
    assert model.id == "mine/mine" and model.size_bytes > 0


def test_two_uploads_of_one_name_do_not_mix(workspace: Workspace, tmp_path: Path) -> None:
    paths = []
    for side in ("a", "b"):
        (tmp_path / side).mkdir()
        paths.append(tmp_path / side / "text.txt")
        paths[-1].write_text(side, encoding="utf-8")
    files = workspace.add_corpus(paths).files
    assert [path.read_text(encoding="utf-8") for path in files] == ["a", "b"]


def test_a_name_that_would_garble_what_quotes_it_is_mended(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "invoice\u202excod\x1b[2J\n.tsv"
    path.write_text("Hi.\t嗨。\n", encoding="utf-8")
    info = workspace.add_corpus([path])
    assert info.name == "invoice_xcod_[2J_.tsv"
    assert [file.name for file in workspace.corpus(info.id).files] == [info.name]


def test_test_sets_name_the_models_that_did_not_see_them(workspace: Workspace) -> None:
    corpus = {"source_lang": "en", "target_lang": "zh"}
    job = workspace.jobs.submit("train", "mine", {"corpus": corpus})
    assert workspace.test_sets() == []
    (job.folder / "test.tsv").write_text("Hi.\t嗨。\n", encoding="utf-8")
    workspace.jobs.claim(job.id)
    workspace.jobs.end(workspace.jobs.get(job.id), "finished", models={"attention": "mine"})
    (test,) = workspace.test_sets()
    assert test.models == ("mine/mine",)
    assert test.reading()["part"] == "all"
    assert workspace.test_set(test.id) == test


def test_the_repositorys_samples_are_found() -> None:
    samples = Workspace(Path("unused")).samples()
    assert [sample.id for sample in samples] == ["sample/english-french", "sample/english-chinese"]


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="choose another data folder"):
        Workspace(tmp_path / "file" / "data").prepare()
