import re

import numpy as np
import pytest
from sacrebleu.significance import PairedTest

from seq2seq_keras.evaluation.metrics import metrics_for
from seq2seq_keras.evaluation.significance import (
    METRIC_NAMES,
    ScoredOutput,
    confidence,
    paired_bootstrap,
)


def test_intervals_equal_the_command_line(outputs, sacrebleu_command):
    ours = confidence(outputs.worse, outputs.references, outputs.language)
    theirs = sacrebleu_command(
        outputs.references, outputs.worse, language=outputs.language, options=["--confidence"]
    )
    for name, expected in zip(METRIC_NAMES, theirs, strict=True):
        interval = getattr(ours, name)
        assert interval.value == pytest.approx(expected["score"], abs=1e-9)
        assert (interval.high - interval.low) / 2 == pytest.approx(
            expected["confidence_var"], abs=1e-4
        )
        assert interval.signature == expected["signature"]
        assert interval.low < interval.value < interval.high


@pytest.mark.parametrize("seed", ["12345", "7"])
def test_p_values_equal_the_command_line(outputs, seed, tmp_path):
    # A small difference, so that the p-value is an ordinary number and not the smallest one.
    system = [*outputs.worse[:13], *outputs.better[13:]]
    ours = paired_bootstrap(
        outputs.worse, system, outputs.references, outputs.language, samples=500, seed=int(seed)
    )
    text = paired_command(
        tmp_path, outputs.references, outputs.worse, system, outputs.language, seed
    )
    expected = [float(value) for value in re.findall(r"p = ([\d.]+)", text)]
    assert len(expected) == 3, text
    found = [getattr(ours, name).p_value for name in METRIC_NAMES]
    assert found == pytest.approx(expected, abs=1e-4)
    assert any(0.002 < value < 0.9 for value in found)


def paired_command(folder, references, baseline, system, language, seed):
    import os
    import subprocess
    import sys

    paths = []
    for number, sentences in enumerate([references, baseline, system]):
        path = folder / f"{number}.txt"
        path.write_text("".join(f"{sentence}\n" for sentence in sentences), encoding="utf-8")
        paths.append(str(path))
    options = ["--tokenize", "zh", "--ter-normalized", "--ter-asian-support"]
    return subprocess.run(
        [
            sys.executable, "-m", "sacrebleu", paths[0], "-i", *paths[1:], "--width", "5",
            "-m", "bleu", "chrf", "ter", "--paired-bs", "--paired-bs-n", "500",
            "--format", "latex", *(options if language == "zh" else []),
        ],
        capture_output=True, text=True, check=True, encoding="utf-8",
        env={**os.environ, "SACREBLEU_SEED": seed, "PYTHONIOENCODING": "utf-8"},
    ).stdout  # fmt: skip


def test_p_values_equal_paired_test(outputs, monkeypatch):
    monkeypatch.setenv("SACREBLEU_SEED", "99")
    metrics = metrics_for(outputs.language, outputs.references)
    system = [*outputs.worse[:12], *outputs.better[12:]]
    _, theirs = PairedTest(
        [("baseline", outputs.worse), ("system", system)],
        {"bleu": metrics.bleu, "chrf": metrics.chrf, "ter": metrics.ter},
        [outputs.references],
        test_type="bs",
        n_samples=300,
    )()
    ours = paired_bootstrap(
        outputs.worse, system, outputs.references, outputs.language, samples=300
    )
    for name, key in zip(METRIC_NAMES, ("BLEU", "chrF2", "TER"), strict=True):
        assert getattr(ours, name).p_value == theirs[key][1].p_value


def test_difference_interval_from_its_definition(outputs):
    first = ScoredOutput(outputs.worse, outputs.references, outputs.language, 200, seed=3)
    second = ScoredOutput(outputs.better, outputs.references, outputs.language, 200, seed=3)
    found = second.compared_with(first).bleu
    # The same test sets, drawn and scored from text by sacreBLEU's public function.
    rows = np.random.default_rng(3).choice(
        len(outputs.references), size=(200, len(outputs.references)), replace=True
    )

    def bleu(sentences, chosen):
        metric = metrics_for(outputs.language, outputs.references).bleu
        references = [outputs.references[row] for row in chosen]
        return metric.corpus_score([sentences[row] for row in chosen], [references]).score

    differences = sorted(
        bleu(outputs.better, chosen) - bleu(outputs.worse, chosen) for chosen in rows
    )
    assert found.low == pytest.approx(differences[5], abs=1e-3)  # 5 of 200 are 2.5 of 100
    assert found.high == pytest.approx(differences[194], abs=1e-3)
    assert found.value == second.scores.bleu.value - first.scores.bleu.value
    assert found.value > 0
    assert second.compared_with(first).ter.value < 0  # better means fewer edits


def test_equal_systems_do_not_differ(outputs):
    result = paired_bootstrap(
        outputs.better, outputs.better, outputs.references, outputs.language, samples=100
    )
    assert (result.bleu.value, result.bleu.low, result.bleu.high) == (0, 0, 0)
    assert result.bleu.p_value == result.chrf.p_value == result.ter.p_value == 1
    assert not result.bleu.is_significant


def test_the_seed_decides(outputs, monkeypatch):
    def interval(seed=None):
        return confidence(
            outputs.worse, outputs.references, outputs.language, samples=100, seed=seed
        )

    assert interval() == interval() == interval(seed=12345)
    assert interval(seed=1) != interval(seed=2)
    monkeypatch.setenv("SACREBLEU_SEED", "2")
    assert interval() == interval(seed=2)


def test_different_references_cannot_be_paired():
    first = ScoredOutput(["a"], ["a"], "en", samples=2)
    second = ScoredOutput(["a"], ["b"], "en", samples=2)
    with pytest.raises(ValueError, match="same references"):
        second.compared_with(first)
