import math
from dataclasses import replace

import pytest
from sacrebleu.metrics import BLEU

from seq2seq_keras.comparison.build import describe, most_different
from seq2seq_keras.config import Config
from seq2seq_keras.errors import InputError
from seq2seq_keras.evaluation import bleu_by_length, confidence, paired_bootstrap, score

from .conftest import REFERENCES, SOURCES, output, report_on


def test_every_score_is_that_of_the_translations(report, outputs):
    for system, one in zip(report.systems, outputs, strict=True):
        expected = confidence(one.translations, REFERENCES, "en")
        assert (system.bleu, system.chrf, system.ter) == (
            expected.bleu, expected.chrf, expected.ter,
        )  # fmt: skip
        assert system.nltk_bleu == score(one.translations, REFERENCES, "en").nltk_bleu
        assert system.bleu_by_length == bleu_by_length(SOURCES, one.translations, REFERENCES, "en")
        assert len(system.bleu_by_length) > 1


def test_the_pair_is_sacrebleus_paired_test(report, outputs):
    (pair,) = report.pairs
    assert (pair.baseline, pair.system) == ("plain", "attention")
    expected = paired_bootstrap(outputs[0].translations, outputs[1].translations, REFERENCES, "en")
    assert (pair.bleu, pair.chrf, pair.ter) == (expected.bleu, expected.chrf, expected.ter)
    assert pair.bleu.value > 10


def test_costs_come_from_the_history(report):
    system = report.systems[0]
    assert system.training_seconds == 270
    assert system.tokens_per_second == 1150  # of epochs 2 and 3; the first one compiles
    assert system.parameters == 1_234_567
    assert "examples" not in system.history[0]


def test_ten_sentences_that_differ_most(report, outputs):
    metric = BLEU(effective_order=True)
    gaps = {}
    for row, source in enumerate(SOURCES):
        both = [
            metric.sentence_score(one.translations[row], [REFERENCES[row]]).score for one in outputs
        ]
        gaps[source] = abs(both[0] - both[1])
    widest = sorted(gaps.values(), reverse=True)[:10]
    assert [gaps[row.source] for row in report.differences] == pytest.approx(widest)
    first = report.differences[0]
    row = SOURCES.index(first.source)
    assert first.reference == REFERENCES[row]
    assert first.translations == {one.name: one.translations[row] for one in outputs}
    assert abs(first.scores["plain"] - first.scores["attention"]) == pytest.approx(widest[0])


def test_a_repeated_source_is_shown_once_and_equal_ones_not_at_all():
    one = replace(output("plain", 0), translations=["a b c d", "x", "same"])
    other = replace(output("attention", 0), translations=["a b c d e", "a b c d e", "same"])
    shown = most_different(
        [one, other], ["twice", "twice", "alike"], ["a b c d e", "a b c d e", "same"], "en"
    )
    assert [row.source for row in shown] == ["twice"]
    assert shown[0].translations["plain"] == "x"  # the wider gap of the two


def test_overflown_perplexity_is_left_blank():
    one = output("plain", 0.5)
    history = [dict(one.history[0], valid_perplexity=math.inf)]
    system = report_on(replace(one, history=history)).systems[0]
    assert system.history[0]["valid_perplexity"] is None


def test_notices_of_scoring_are_told_once_and_few_sentences_are_noted():
    few = [replace(output(name, 0), translations=["猫。"] * 3) for name in ("plain", "attention")]
    from seq2seq_keras.comparison.build import build_report

    report = build_report(few, ["cat"] * 3, ["猫。"] * 3, target_lang="ko", notices=["said"])
    assert report.notices[0] == "said"
    assert len(report.notices) == len(set(report.notices))
    assert any("only 3 sentences" in notice for notice in report.notices)


def test_empty_translations_are_noted():
    silent = replace(output("plain", 0), translations=[""] * len(SOURCES))
    report = report_on(silent, output("attention", 0.1))
    noted = f"plain leaves {len(SOURCES)} of {len(SOURCES)} sentences without a translation"
    assert [notice for notice in report.notices if noted in notice]
    assert not [notice for notice in report.notices if "attention leaves" in notice]


def test_many_pairs_are_noted(crossed):
    assert len(crossed.pairs) == 6
    assert any("6 pairs of models are tested at once" in notice for notice in crossed.notices)


def test_a_system_must_translate_all_sentences():
    one = replace(output("plain", 0), translations=["only one"])
    with pytest.raises(InputError, match="1 translations"):
        report_on(one)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"attention": "none"}, "reads one vector c at every step"),
        ({"attention": "scaled_dot", "attention_placement": "after"}, "scaled dot attention after"),
        ({"cell": "rnn", "units": 64, "bidirectional": False}, "simple RNN, 64 units, unidirec"),
        ({"encoder_layers": 2, "decoder_layers": 5}, "two-layer encoder, 5-layer decoder"),
    ],
)
def test_describe(settings, words):
    assert words in describe(Config.create(**settings))
