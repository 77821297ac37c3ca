"""The benchmark of cleaning: what is spoilt, that each rule is against its noise, a real run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import cleaning as benchmark
from seq2seq_keras.corpus import RULES, Corpus, clean

NUMBERED = [(number, letter) for number in range(20) for letter in "ab"]
PAIRS = Corpus(
    [f"The {letter} man gave his old friend {n} books, and left." for n, letter in NUMBERED],
    [f"L'homme {letter} a donné {n} livres à son vieil ami, et partit." for n, letter in NUMBERED],
    "en",
    "fr",
)


def test_a_share_is_spoilt_and_the_same_again() -> None:
    once = benchmark.spoilt(PAIRS, "misaligned", 0.5, seed=3)
    assert once == benchmark.spoilt(PAIRS, "misaligned", 0.5, seed=3)
    assert once.sources == PAIRS.sources
    assert 10 <= sum(a != b for a, b in zip(once.targets, PAIRS.targets, strict=True)) <= 20
    assert benchmark.spoilt(PAIRS, "html", 0, seed=3) == PAIRS


@pytest.mark.parametrize("rule", [name for name in benchmark.NOISES if name in RULES])
def test_each_noise_is_what_its_rule_is_against(rule: str) -> None:
    # Of several hundred pairs, as few as a rule takes for unusual.
    many = Corpus(PAIRS.sources * 10, PAIRS.targets * 10, "en", "fr")
    share = 0.05 if rule in ("language", "script") else 0.3
    noisy = benchmark.spoilt(many, rule, share, seed=1)
    did = clean(noisy, [rule]).cleaned
    touched = sum(did.mended.values()) + sum(did.dropped.values())
    assert touched >= 0.8 * share * len(many)


def test_every_other_noise_is_named_after_a_rule() -> None:
    assert set(benchmark.NOISES) - set(RULES) == {"misaligned"}


@pytest.mark.slow
def test_a_run_is_done_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "corpora"
    folder.mkdir()
    for name, rows in (
        ("train", PAIRS.pairs()),
        ("held", [("A man left.", "Un homme partit.")] * 4),
    ):
        text = "".join(f"{source}\t{target}\n" for source, target in rows)
        (folder / f"{name}.tsv").write_text(text, encoding="utf-8")
    monkeypatch.setattr(benchmark, "CORPORA", {"multi30k": (("train.tsv",), ("held.tsv",))})
    monkeypatch.setattr(benchmark, "_VALIDATION", 8)
    monkeypatch.setattr(benchmark.parts, "__defaults__", (folder,))
    runs = tmp_path / "runs"
    monkeypatch.setattr(benchmark.carry_out, "__defaults__", (runs, tmp_path / "networks"))
    command = "untranslated --noise all --share 0.25 --units 8 --epochs 1 --pairs 24".split()
    benchmark.main(command)
    table = capsys.readouterr().out
    assert "| untranslated, 25% | untranslated | 6 | 0 |" in table
    results = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(runs.iterdir())]
    assert sorted(result["trained_on"] for result in results) == [18, 24]
    times = {path: path.stat().st_mtime_ns for path in runs.iterdir()}
    benchmark.main(command)
    assert capsys.readouterr().out.endswith(table[table.index("| corpus") :])
    assert {path: path.stat().st_mtime_ns for path in runs.iterdir()} == times
