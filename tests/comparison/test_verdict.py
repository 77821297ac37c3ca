import re

import pytest

from seq2seq_keras.comparison.verdict import surely_best, widest_gap
from seq2seq_keras.evaluation import Difference
from seq2seq_keras.localisation import CHINESE

from .conftest import output, report_on


def with_difference(report, **values):
    """The report with another BLEU difference; everything else stays."""
    pair = report.pairs[0].model_copy(update={"bleu": Difference(**values)})
    return report.model_copy(update={"pairs": [pair]})


def test_attention_is_better(report):
    found = re.fullmatch(
        r"Attention is better by ([\d.]+) BLEU \(95% interval of the difference ([\d.]+) to "
        r"([\d.]+), p = 0\.001\)(; the gap is largest .+)?\.",
        report.verdict(),
    )
    assert found, report.verdict()
    difference = report.pairs[0].bleu
    expected = [f"{value:.1f}" for value in (difference.value, difference.low, difference.high)]
    assert list(found.groups()[:3]) == expected


def test_plain_can_win_too(report):
    text = with_difference(report, value=-2.0, low=-3.0, high=-1.0, p_value=0.004).verdict()
    assert text.startswith("Plain is better by 2.0 BLEU")
    assert "1.0 to 3.0, p = 0.004" in text


@pytest.mark.parametrize(
    "values",
    [
        {"value": 0.4, "low": -0.5, "high": 1.2, "p_value": 0.31},
        {"value": 0.4, "low": 0.1, "high": 1.2, "p_value": 0.06},
        {"value": 0.4, "low": -0.1, "high": 1.2, "p_value": 0.04},
    ],
)
def test_what_chance_explains_is_no_victory(report, values):
    text = with_difference(report, **values).verdict()
    assert text.startswith("No difference is shown: attention scores 0.4 BLEU above plain")
    assert "better" not in text


def test_equal_systems():
    same = report_on(output("plain", 0.2), output("attention", 0.2))
    assert same.verdict().startswith("No difference is shown: attention and plain score alike")
    assert surely_best(same, "bleu") is None
    assert same.differences == []


def test_where_the_gap_is_largest(report):
    plain, attention = report.systems
    buckets = attention.bleu_by_length
    raised = [
        bucket.model_copy(update={"bleu": 99.0 if bucket == buckets[-1] else bucket.bleu})
        for bucket in buckets
    ]
    better = attention.model_copy(update={"bleu_by_length": raised})
    assert widest_gap(better, plain) == f"above {buckets[-1].low - 1} words"
    raised = [
        bucket.model_copy(update={"bleu": 99.0 * (bucket == buckets[0])}) for bucket in buckets
    ]
    better = attention.model_copy(update={"bleu_by_length": raised})
    assert widest_gap(better, plain) == f"up to {buckets[0].high} words"
    level = plain.model_copy(update={"bleu_by_length": attention.bleu_by_length})
    assert widest_gap(attention, level) is None  # the gap is in no bucket as wide as over all


def test_many_systems(crossed):
    text = crossed.verdict()
    assert text.startswith("lstm-attention scores highest, BLEU")
    assert "better than every other" in text
    assert "(LSTM)" in text
    assert "(simple RNN, not shown to differ from 0)" in text
    assert {surely_best(crossed, name) for name in ("bleu", "chrf", "ter")} == {"lstm-attention"}


def test_one_and_none(report):
    alone = report_on(output("plain", 0.5))
    assert alone.verdict().startswith("Only plain was scored, BLEU")
    none = report.model_copy(update={"systems": [], "pairs": []})
    assert none.verdict() == "No network was trained far enough to be scored."


def test_the_verdict_in_chinese_has_the_same_numbers(report, crossed):
    for each in (report, crossed, with_difference(report, value=0.4, low=-1, high=1, p_value=0.3)):
        english, chinese = each.verdict(), each.verdict(CHINESE)
        numbers = [re.findall(r"[−+]?\d+(?:\.\d+)?", text) for text in (english, chinese)]
        assert sorted(numbers[0]) == sorted(numbers[1]) and numbers[0]
        words = set(re.findall(r"[A-Za-z]{2,}", chinese))
        assert words <= {"BLEU", "LSTM", "RNN"}
    assert report.verdict(CHINESE).startswith("有注意力模型更好，BLEU 高 ")
    assert with_difference(report, value=0.4, low=-1.0, high=1.0, p_value=0.3).verdict(CHINESE) == (
        "未显示出差异：有注意力的 BLEU 比无注意力高 0.4（差值的 95% 置信区间为 −1.0 至 1.0，"
        "p = 0.30）。"
    )
