import pytest

from seq2seq_keras.comparison import wording


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (999, "999"), (4100, "4.1 k"), (999_949, "999.9 k"), (999_950, "1.0 M")],
)
def test_count(number, text):
    assert wording.count(number) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "–"), (0.04, "0.0 s"), (9.96, "10 s"), (59.4, "59 s"), (59.6, "1 min 0 s"),
        (599.6, "10 min"), (3599, "59 min"), (7380, "2 h 3 min"),
    ],
)  # fmt: skip
def test_duration(seconds, text):
    assert wording.duration(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"), [(1.234, "+1.2"), (-0.44, "−0.4"), (0.04, "0.0"), (-0.04, "0.0")]
)
def test_signed(value, text):
    assert wording.signed(value) == text


@pytest.mark.parametrize(("value", "text"), [(-12.34, "−12.3"), (-0.04, "0.0"), (100.0, "100.0")])
def test_number(value, text):
    assert wording.number(value) == text


def test_length_ranges(report):
    buckets = report.systems[0].bleu_by_length
    labels = [wording.length_range(bucket, buckets) for bucket in buckets]
    assert labels[0] == f"up to {buckets[0].high}"
    assert labels[-1] == f"over {buckets[-1].low - 1}"
    one = buckets[:1]
    assert wording.length_range(one[0], one) == f"{one[0].low}–{one[0].high}"
