"""A translator: what it gives back, its folder, and folders that are none."""

import csv
import json
import zipfile

import numpy as np
import pytest
import yaml

from helpers.shell import contents, run_python
from helpers.tiny_corpus import tiny_pairs
from seq2seq_keras.config import Config
from seq2seq_keras.corpus import Corpus, load_corpus
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.evaluation import score
from seq2seq_keras.network import build_network
from seq2seq_keras.text import train_tokenizer
from seq2seq_keras.translator import Translator

SENTENCES = ["The cat sees an apple .", "", "My friend wants the bread today .", "The dog eats"]


@pytest.fixture(scope="module")
def translator(tiny_model):
    return Translator.load(tiny_model)


@pytest.fixture
def copied(translator, tmp_path):
    """A saved translator that the test may damage."""
    folder = tmp_path / "model"
    translator.save(folder)
    return folder


@pytest.fixture(scope="module")
def plain():
    """An untrained translator without attention."""
    config = Config.create(attention="none", units=8, embedding_dim=8, tokenizer="char")
    tokenizers = [train_tokenizer("char", side, 100) for side in tiny_pairs(20)]
    network = build_network(config, *(tokenizer.vocab_size for tokenizer in tokenizers))
    return Translator(config, *tokenizers, network)


def flat(translations):
    return [(each.text, each.tokens, each.source_tokens) for each in translations]


def test_a_batch_gives_what_its_sentences_give_one_by_one(translator):
    together = translator.translate(SENTENCES, n_best=2)
    alone = [translator.translate([sentence], n_best=2)[0] for sentence in SENTENCES]
    assert flat(together) == flat(alone)
    for one, other in zip(together, alone, strict=True):
        assert one.score == pytest.approx(other.score, abs=1e-5)
        assert flat(one.alternatives) == flat(other.alternatives)


def test_rows_and_columns_of_the_attention_are_the_tokens(translator):
    for sentence, translation in zip(SENTENCES, translator.translate(SENTENCES), strict=True):
        assert translation.source_tokens[-1] == "</s>"
        if not sentence:
            assert (translation.text, translation.tokens, translation.score) == ("", [], 0.0)
            assert translation.source_tokens == ["</s>"]
            continue
        assert translation.text
        size = len(translation.tokens), len(translation.source_tokens)
        assert translation.attention.shape == size
        assert len(translation.source_tokens) == len(sentence.split()) + 1
        np.testing.assert_allclose(translation.attention.sum(axis=1), 1, atol=1e-5)


def test_attention_is_left_out_where_there_is_none_or_none_is_wanted(translator, plain):
    assert translator.translate(["The cat"], attention=False)[0].attention is None
    assert plain.translate(["The cat"])[0].attention is None


def test_alternatives_read_differently_and_come_in_order(translator):
    best = translator.translate([SENTENCES[0]], beam_size=4, n_best=4)[0]
    everything = [best, *best.alternatives]
    assert len(everything) > 1
    assert len({each.text for each in everything}) == len(everything)
    scores = [each.score for each in everything]
    assert scores == sorted(scores, reverse=True)
    # The beam grows with the number of translations wanted.
    assert len(translator.translate([SENTENCES[0]], beam_size=1, n_best=4)[0].alternatives) > 1


def test_one_sentence_may_be_given_as_a_string(translator):
    assert flat(translator.translate(SENTENCES[0])) == flat(translator.translate(SENTENCES[:1]))


def test_spelling_that_only_looks_different_translates_alike(translator):
    odd = "  The  cat sees\tan apple . "
    assert flat(translator.translate([odd])) == flat(translator.translate(SENTENCES[:1]))


def test_no_input_crashes(translator, plain):
    strange = ["猫", "\x00\x07", "🙂" * 50, "a" * 300, "word " * 100, "\u2028", " "]
    for one in (translator, plain):
        assert len(one.translate(strange, beam_size=1, attention=False)) == len(strange)


@pytest.mark.parametrize(
    "settings", [{"beam_size": 0}, {"beam_size": 65}, {"n_best": 0}, {"length_penalty": -1.0}]
)
def test_settings_out_of_range_are_refused(translator, settings):
    with pytest.raises(InputError, match=next(iter(settings))):
        translator.translate(["The cat"], **settings)


def test_a_text_keeps_its_line_breaks(translator):
    text = "The cat sees an apple . My friend wants the bread .\n\nThe dog eats two books ."
    result = translator.translate_text(text)
    lines = result.text.split("\n")
    assert [bool(line) for line in lines] == [True, False, True]
    assert len(result.sentences) == len(result.originals) == 3
    assert flat(result.sentences) == flat(translator.translate(result.originals))
    assert lines[2] == result.sentences[2].text
    assert result.notices == []


def test_a_long_sentence_is_cut_with_a_notice_and_nothing_is_lost(translator):
    text = ", ".join(["the cat sees the bread"] * 60)
    result = translator.translate_text(text)
    assert result.notices
    assert " ".join(result.originals).replace(" ", "") == text.replace(" ", "")
    longest = max(len(translator.source_tokenizer.encode(part)) for part in result.originals)
    assert longest < translator.config.max_length


def test_evaluation_is_the_score_of_its_translations(translator, tiny_files):
    corpus = load_corpus(tiny_files / "test.en", tiny_files / "test.fr")
    seen = []
    scores = translator.evaluate(corpus, on_progress=seen.append)
    texts = [each.text for each in translator.translate(corpus.sources)]
    assert scores == score(texts, corpus.targets, "fr")
    assert scores.bleu.value > 5
    assert seen[-1] == len(corpus) == 12
    greedy = [each.text for each in translator.translate(corpus.sources, beam_size=1)]
    assert translator.evaluate(corpus, beam_size=1) == score(greedy, corpus.targets, "fr")


IN_A_FRESH_PROCESS = """
import json, sys
from seq2seq_keras import Translator
translator = Translator.load(sys.argv[1])
found = translator.translate(json.loads(sys.argv[2]), n_best=2)
print(json.dumps([[e.text, e.score, e.tokens, e.attention is not None and e.attention.tolist(),
                   [a.text for a in e.alternatives]] for e in found]))
"""


def test_a_fresh_process_translates_identically(translator, copied):
    result = run_python("-c", IN_A_FRESH_PROCESS, copied, json.dumps(SENTENCES))
    assert result.returncode == 0, result.stderr.decode()
    fresh = json.loads(result.stdout)
    for mine, (text, value, tokens, attention, others) in zip(
        translator.translate(SENTENCES, n_best=2), fresh, strict=True
    ):
        assert (mine.text, mine.tokens) == (text, tokens)
        assert [each.text for each in mine.alternatives] == others
        assert mine.score == pytest.approx(value, abs=1e-5)
        if mine.text:
            np.testing.assert_allclose(mine.attention, attention, atol=1e-5)


def test_a_loaded_translator_is_the_saved_one(translator, copied):
    loaded = Translator.load(copied)
    assert loaded.config == translator.config
    assert loaded.history == translator.history
    assert loaded.scores == translator.scores
    assert loaded.record == translator.record
    assert loaded.parameters == translator.parameters > 0
    for one, other in zip(
        loaded.network.training.get_weights(),
        translator.network.training.get_weights(),
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)


def test_the_folder_holds_what_a_reader_expects(translator, copied):
    names = {path.name for path in copied.iterdir()}
    assert names == {
        "config.yaml", "model.keras", "source.json", "target.json", "metrics.csv", "scores.json",
        "README.md",
    }  # fmt: skip
    with (copied / "metrics.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["epoch"]) for row in rows] == list(range(1, len(rows) + 1))
    assert float(rows[-1]["loss"]) < float(rows[0]["loss"])
    record = json.loads((copied / "scores.json").read_text())
    assert record["parameters"] == translator.parameters
    assert set(record["software"]) >= {"keras", "numpy", "sacrebleu"}
    assert "# English to French" in (copied / "README.md").read_text()


def test_a_plain_untrained_translator_is_saved_and_loaded(plain, tmp_path):
    plain.save(tmp_path / "plain")
    loaded = Translator.load(tmp_path / "plain")
    assert flat(loaded.translate(SENTENCES)) == flat(plain.translate(SENTENCES))
    assert (loaded.history, loaded.scores) == ([], None)


def test_saving_replaces_a_translator_whole_or_not_at_all(plain, copied, monkeypatch):
    before = contents(copied)

    def fail(path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(plain.network, "save", fail)
    with pytest.raises(WorkError, match="No space left"):
        plain.save(copied)
    assert contents(copied) == before
    assert [path.name for path in copied.parent.iterdir()] == ["model"]
    monkeypatch.undo()
    plain.save(copied)
    assert Translator.load(copied).config == plain.config
    assert not (copied / "source.model").exists()


def test_saving_never_replaces_what_is_no_translator(plain, tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    (tmp_path / "thesis" / "config.yaml").write_text("that of another program")
    (tmp_path / "notes.txt").write_text("more work")
    before = contents(tmp_path)
    with pytest.raises(InputError, match=r"thesis: .*something else"):
        plain.save(tmp_path / "thesis")
    with pytest.raises(InputError, match=r"notes\.txt: this is a file"):
        plain.save(tmp_path / "notes.txt")
    assert contents(tmp_path) == before
    (tmp_path / "empty").mkdir()
    plain.save(tmp_path / "empty")
    assert Translator.load(tmp_path / "empty").config == plain.config


def test_loading_recovers_from_a_crash_while_saving(copied, translator):
    copied.rename(copied.with_name(".model.old"))
    assert Translator.load(copied).config == translator.config
    assert [path.name for path in copied.parent.iterdir()] == ["model"]


@pytest.mark.parametrize("name", ["config.yaml", "model.keras", "source.json", "target.json"])
def test_a_missing_file_is_said(name, copied):
    (copied / name).unlink()
    with pytest.raises(InputError, match=r"not a saved translator") as caught:
        Translator.load(copied)
    assert str(copied) in str(caught.value)


def test_a_folder_that_is_no_model_is_said(tmp_path):
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(InputError, match=r"not a saved translator.*config\.yaml.*train"):
            Translator.load(folder)


@pytest.mark.parametrize("name", ["metrics.csv", "scores.json", "README.md"])
def test_what_only_informs_may_be_missing(name, copied):
    (copied / name).unlink()
    assert Translator.load(copied).translate(["The cat"])[0].text


DAMAGES = {
    "model.keras": [b"", b"PK\x03\x04 cut off", b"\x89HDF\r\n"],
    "config.yaml": [b"", b"\xff", b"units: 34", b"units: 64", b"attention: none", b"cell: rnn"],
    "source.json": [b"", b"{}", b"[]", b'{"kind": "word"}', b"\xff\xfe"],
    "target.json": [b'{"kind": "word", "tokens": ["a", 5]}'],
    "scores.json": [b"{", b"\xff", b'{"scores": {"bleu": 3}}', b'{"scores": 7}'],
    "metrics.csv": [b"\xff\xfe\x00", b"epoch,loss\n1,2,3\n", b"epoch,loss\n1\n"],
}


@pytest.mark.parametrize(
    ("name", "damage"), [(name, damage) for name, all_ in DAMAGES.items() for damage in all_]
)
def test_a_damaged_folder_is_one_clear_line(name, damage, copied):
    (copied / name).write_bytes(damage)
    with pytest.raises(InputError) as caught:
        Translator.load(copied)
    assert "\n" not in str(caught.value)
    assert str(copied) in str(caught.value)


def test_cut_off_weights_are_one_clear_line(copied):
    whole = (copied / "model.keras").read_bytes()
    for share in (0.3, 0.9):
        (copied / "model.keras").write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(InputError, match=r"model\.keras: damaged"):
            Translator.load(copied)


def test_another_vocabulary_than_the_weights_is_said(copied):
    train_tokenizer("word", ["only a few words"], 100).save(copied, "source")
    with pytest.raises(InputError, match=r"model\.keras: damaged, or not made with this"):
        Translator.load(copied)


def test_weights_that_are_no_numbers_are_said(copied):
    translator = Translator.load(copied)
    for weight in translator.network.training.weights:
        weight.assign(np.full(weight.shape, np.nan))
    with pytest.raises(WorkError, match=r"no longer numbers"):
        translator.translate(["The cat"])


def test_nothing_in_a_folder_becomes_code(copied, translator, tmp_path):
    """Neither YAML tags nor what the Keras archive says of its layers is ever run."""
    mark = tmp_path / "was-run"
    run = f"open({str(mark)!r}, 'w')"
    with zipfile.ZipFile(copied / "model.keras") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    model = json.loads(parts["config.json"])
    layer = {
        "module": "builtins",
        "class_name": "eval",
        "config": run,
        "registered_name": None,
    }
    model.update({"module": "builtins", "class_name": "exec", "config": {"source": run}})
    model["layers"] = [layer]
    parts["config.json"] = json.dumps(model).encode()
    with zipfile.ZipFile(copied / "model.keras", "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    loaded = Translator.load(copied)
    assert flat(loaded.translate(SENTENCES)) == flat(translator.translate(SENTENCES))

    config = copied / "config.yaml"
    tag = f"!!python/object/apply:builtins.exec [{json.dumps(run)}]"
    config.write_text(config.read_text() + f"source_lang: {tag}\n")
    with pytest.raises(InputError, match=r"config\.yaml"):
        Translator.load(copied)
    yaml.unsafe_load(tag)  # the attack is a real one
    assert mark.exists()
    mark.unlink()
    with pytest.raises(InputError):
        Translator.load(copied)
    assert not mark.exists()


def test_translations_follow_a_change_of_the_weights(copied):
    translator = Translator.load(copied)
    before = translator.translate(SENTENCES[:1])[0]
    weights = translator.network.training.get_weights()
    translator.network.training.set_weights([-weight for weight in weights])
    changed = translator.translate(SENTENCES[:1])[0]
    assert changed.score != before.score
    translator.network.training.set_weights(weights)
    again = translator.translate(SENTENCES[:1])[0]
    assert (again.text, again.score) == (before.text, pytest.approx(before.score))


def test_an_empty_corpus_cannot_be_scored(translator):
    with pytest.raises(InputError):
        translator.evaluate(Corpus([], []))
