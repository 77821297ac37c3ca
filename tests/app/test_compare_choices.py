"""What is offered to be compared, and on which test set."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.app.comparison_choices import distinct, fitting, partners, suggested
from seq2seq_keras.config import Config
from seq2seq_keras.jobs import CorpusInfo, ModelInfo, TestSet

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def model(name: str, **settings: object) -> ModelInfo:
    config = Config.create(**{"source_lang": "en", "target_lang": "zh", **settings})
    return ModelInfo(f"mine/{name}", Path(name), False, config, {}, 1000, NOW)


def test_the_twin_is_offered_first() -> None:
    french = model("b-attention", target_lang="fr")
    models = [model("a-attention"), model("b-plain"), french, model("c"), model("a-plain")]
    assert partners(models[0], models) == ["mine/a-plain", "mine/b-plain", "mine/c"]
    assert partners(french, models) == []


def test_the_newest_of_ones_own_is_suggested_with_its_twin() -> None:
    shipped = [
        replace(model(name, target_lang="fr"), shipped=True)
        for name in ("sample-attention", "sample-plain")
    ]
    assert suggested(shipped) == ["mine/sample-attention", "mine/sample-plain"]
    old = replace(model("old-plain"), saved=NOW - timedelta(days=1))
    own = [model("new-plain"), old, replace(model("new-attention"), saved=NOW + timedelta(hours=1))]
    assert suggested([*shipped, *own]) == ["mine/new-attention", "mine/new-plain"]
    # One that nothing can be compared with gives way.
    lonely = replace(model("lonely", target_lang="de"), saved=NOW + timedelta(days=9))
    assert suggested([*shipped, lonely]) == ["mine/sample-attention", "mine/sample-plain"]
    assert suggested([lonely]) == suggested([]) == []


def test_a_test_set_fits_all_models_and_their_own_test_part_comes_first() -> None:
    corpus = CorpusInfo("x", "x", (), source_lang="en", target_lang="zh")
    other = CorpusInfo("y", "y", (), source_lang="en", target_lang="fr")
    unclear = CorpusInfo("z", "z", ())
    tests = [
        TestSet("1", "1", corpus),
        TestSet("2", "2", other),
        TestSet("3", "3", corpus, models=("mine/a",)),
        TestSet("4", "4", corpus, models=("mine/a", "mine/b")),
        TestSet("5", "5", unclear, models=("mine/a",)),
    ]
    a, b, french = model("a"), model("b"), model("c", target_lang="fr")
    assert fitting(tests, [a]) == ["3", "4", "5", "1"]
    assert fitting(tests, [a, b]) == ["4", "3", "1"]
    assert fitting(tests, [french]) == ["2"]
    assert fitting(tests, [a, french]) == []
    assert fitting(tests, []) == []


@given(st.lists(st.sampled_from(["a", "b", "a (2)", "a (3)", ""]), max_size=7))
def test_names_differ_and_stay_recognisable(names: list[str]) -> None:
    found = distinct(names)
    assert len(set(found)) == len(found) == len(names)
    assert all(
        new == old or new.startswith(f"{old} (") for new, old in zip(found, names, strict=True)
    )
    if len(set(names)) == len(names):
        assert found == names
