import pytest

from seq2seq_keras.cli.corpora import chosen_settings, cleaning_of, load_splits
from seq2seq_keras.config import Config
from seq2seq_keras.corpus import load_corpus
from seq2seq_keras.errors import InputError


def test_options_that_were_not_given_are_left_out(tmp_path):
    given = {"units": 32, "cell": None}
    assert chosen_settings(None, given) == (None, {"units": 32}, Config.create(units=32))
    Config.create(units=48).save(tmp_path / "config.yaml")
    base, chosen, settled = chosen_settings(tmp_path / "config.yaml", {"cell": "lstm"})
    assert (base.units, chosen) == (48, {"cell": "lstm"})
    assert (settled.units, settled.cell) == (48, "lstm")


def test_settings_are_checked_against_what_the_command_goes_on_with(tmp_path):
    odd = {"units": 33, "bidirectional": None}
    with pytest.raises(InputError, match="units must be even"):
        chosen_settings(None, odd)
    start = tmp_path / "config.yaml"
    Config.create(units=33, bidirectional=False).save(start)
    assert chosen_settings(None, odd, start)[1] == {"units": 33}
    with pytest.raises(InputError, match="units"):
        chosen_settings(None, {"units": 0}, start)
    with pytest.raises(InputError, match="units must be even"):
        chosen_settings(None, odd, tmp_path / "nothing.yaml")


def test_a_corpus_is_divided_as_it_was_for_what_the_command_goes_on_with(tmp_path):
    """Else sentences that a translator has learnt would be tested when it is trained further."""
    corpus = tmp_path / "corpus.tsv"
    corpus.write_text("".join(f"source {n}\ttarget {n}\n" for n in range(200)), encoding="utf-8")
    Config.create(seed=7).save(tmp_path / "config.yaml")
    *_, settled = chosen_settings(None, {"epochs": 2}, tmp_path / "config.yaml")
    splits = load_splits([corpus], None, None, settled, None, None)
    expected = load_corpus(corpus).split(seed=7)
    assert splits.test.sources == expected.test.sources
    assert splits.test.sources != load_corpus(corpus).split(seed=1).test.sources


def test_what_is_tested_on_is_left_out_of_the_training_and_said(tmp_path, capsys):
    names = ("train", "valid", "test")
    train, valid, test = (tmp_path / f"{name}.tsv" for name in names)
    train.write_text("".join(f"source {n}\ttarget {n}\n" for n in range(50)), encoding="utf-8")
    valid.write_text("Source 3\tanother\n", encoding="utf-8")
    test.write_text("another\ttarget 7\nanother\ttarget 8\n", encoding="utf-8")
    splits = load_splits([train], [valid], [test], Config.create(), None, None)
    assert len(splits.train) == 47 and (len(splits.valid), len(splits.test)) == (1, 2)
    assert not {"source 3", "source 7", "source 8"} & set(splits.train.sources)
    said = "note: train: 3 pairs left out: a sentence that is validated or tested on"
    assert said in capsys.readouterr().err
    assert len(load_splits([train], None, [test], Config.create(), None, None).train) < 48


def test_parts_have_the_sizes_that_were_asked_for(tmp_path):
    corpus, other = tmp_path / "corpus.tsv", tmp_path / "other.tsv"
    corpus.write_text("".join(f"source {n}\ttarget {n}\n" for n in range(200)), encoding="utf-8")
    other.write_text("another\tone\n", encoding="utf-8")

    def sizes(valid=None, test=None, **options):
        splits = load_splits([corpus], valid, test, Config.create(), None, None, **options)
        return len(splits.train), len(splits.valid), len(splits.test)

    assert sizes() == (180, 10, 10)
    assert sizes(valid_size="7", test_size="20%") == (153, 7, 40)
    assert sizes(test_size="0") == (190, 10, 0)
    assert sizes([other]) == (200, 1, 0)
    assert sizes([other], test_size="5") == (195, 1, 5)
    assert sizes(None, [other], valid_size="5") == (195, 5, 1)
    assert sizes([other], [other]) == (200, 1, 1)
    with pytest.raises(InputError, match="--test-size: is for a part of the corpus, but --test"):
        sizes(None, [other], test_size="5")
    with pytest.raises(InputError, match="half: expected a number of pairs"):
        sizes(valid_size="half")
    with pytest.raises(InputError, match="the corpus cannot be divided into 3 parts"):
        sizes(near_together=True)  # all of them are alike


def test_what_cleaning_did_is_said(tmp_path, capsys):
    corpus = tmp_path / "fra.tsv"
    lines = [f"source {n}\ttarget {n}\n" for n in range(50)]
    lines += [lines[0], "Salt &amp; pepper\tSel\n", "@@\tnothing\n", "\tempty\n"]
    corpus.write_text("".join(lines), encoding="utf-8")
    splits = load_splits([corpus], None, None, Config.create(), None, None, clean="default")
    assert sum(map(len, (splits.train, splits.valid, splits.test))) == 51
    assert splits.train.cleaned.dropped == {"letters": 1, "repeated": 1}
    assert capsys.readouterr().err.splitlines() == [
        "note: fra: 1 sentence mended: they hold HTML tags or entities (html)",
        "note: fra: 1 pair left out: empty source",
        "note: fra: 1 pair left out: they have a side of more signs than letters (letters)",
        "note: fra: 1 pair left out: they occur a second time (repeated)",
    ]
    splits = load_splits([corpus], None, None, Config.create(), None, None, clean="none")
    assert sum(map(len, (splits.train, splits.valid, splits.test))) == 53
    assert splits.train.cleaned is None
    with pytest.raises(InputError, match="there is no 'dirt'"):
        load_splits([tmp_path / "no"], None, None, Config.create(), None, None, clean="-dirt")


def test_a_translator_is_trained_further_on_what_it_was_trained_on(tmp_path):
    assert cleaning_of(None) == "default"
    assert cleaning_of(tmp_path) == "none"
    record = tmp_path / "scores.json"
    record.write_text('{"cleaning": {"rules": ["html", "long"]}}', encoding="utf-8")
    assert cleaning_of(tmp_path) == "html,long"
    record.write_text('{"pairs": {}}', encoding="utf-8")
    assert cleaning_of(tmp_path) == "none"
