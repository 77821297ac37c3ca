import pytest

from seq2seq_keras.comparison.ranking import ranking
from seq2seq_keras.evaluation import paired_bootstrap
from seq2seq_keras.localisation import CHINESE

from .conftest import REFERENCES, output, report_on


@pytest.fixture(scope="module")
def three():
    """Two systems that are alike, and one that is worse than either."""
    return [output("first", 0.2, 4), output("worse", 0.5, 2), output("other", 0.2, 5)]


def test_three_systems_against_every_pair_by_itself(three):
    report = report_on(*three)
    texts = {each.name: each.translations for each in three}
    pairs = [("first", "worse"), ("first", "other"), ("worse", "other")]
    alone = [paired_bootstrap(texts[a], texts[b], REFERENCES, "en").bleu for a, b in pairs]
    # Holm by hand: the two differences from the worse one come first, then the third.
    assert alone[0].p_value == alone[2].p_value == pytest.approx(1 / 1001)
    assert alone[1].p_value > 0.05
    by_hand = [3 / 1001, alone[1].p_value, 3 / 1001]
    assert [pair.bleu.p_value for pair in report.corrected] == pytest.approx(by_hand)
    assert [pair.bleu.value for pair in report.corrected] == [each.value for each in alone]
    assert [pair.bleu.p_value for pair in report.pairs] == [each.p_value for each in alone]

    best, second, last = ranking(report)
    names = sorted(("first", "other"), key=lambda name: -score_of(report, name))
    assert [best.system.name, second.system.name, last.system.name] == [*names, "worse"]
    assert [place.rank for place in (best, second, last)] == [1, 1, 3]
    assert (best.behind, best.beaten) == (None, ("worse",))
    assert (second.beaten, last.beaten) == (("worse",), ())
    assert last.behind.value == pytest.approx(score_of(report, names[0]) - last.system.bleu.value)
    assert last.behind.low > 0 and last.behind.p_value == pytest.approx(3 / 1001)
    assert second.behind.value == pytest.approx(abs(alone[1].value))


def test_a_difference_may_be_shown_alone_and_not_among_many(three):
    report = report_on(*three)
    doubtful = report.pairs[0].bleu.model_copy(update={"p_value": 0.03})
    pairs = [pair.model_copy(update={"bleu": doubtful}) for pair in report.pairs]
    report = report.model_copy(update={"pairs": pairs})
    assert {pair.bleu.p_value for pair in report.corrected} == {0.09}
    assert {place.rank for place in ranking(report)} == {1}
    assert "not shown to differ from any other" in report.verdict()


def test_two_systems_need_no_correction(report):
    assert report.corrected == report.pairs
    assert [(place.rank, place.system.name) for place in ranking(report)] == [
        (1, "attention"),
        (2, "plain"),
    ]


def test_equal_systems_share_a_rank(crossed):
    places = {place.system.name: place.rank for place in ranking(crossed)}
    assert places == {"lstm-attention": 1, "lstm-plain": 2, "rnn-plain": 3, "rnn-attention": 3}
    # Named among the six p-values, twice the same.
    assert any("multiplied by 6" in notice for notice in crossed.notices)
    assert all("Holm" in CHINESE.error(notice) for notice in crossed.notices)


def score_of(report, name):
    return next(system.bleu.value for system in report.systems if system.name == name)
