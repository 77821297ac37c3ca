"""Writes the tables and plots of `docs/attention-or-not.md` from the studies' results.

python -m benchmarks.quality.attention_or_not
"""

from __future__ import annotations

from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

from benchmarks import pages
from benchmarks.quality.lengths import Estimate, LengthGap, Pairs
from benchmarks.quality.run import RUNS
from benchmarks.quality.studies import STUDIES, Study
from benchmarks.quality.table import results_of
from benchmarks.settings import REPOSITORY
from seq2seq_keras.corpus import Corpus, load_corpus

PAGE = REPOSITORY / "docs" / "attention-or-not.md"
IMAGES = REPOSITORY / "docs" / "images"

_PLAIN, _ATTENTION, _GREY = "#D55E00", "#0072B2", "#808080"  # seen on white and on black alike


def test_set(study: Study, seed: int) -> Corpus:
    """Reads the test set that a study was scored on."""
    languages = {"source_lang": study.languages[0], "target_lang": study.languages[1]}
    if study.test:
        return load_corpus(*study.paths("test"), **languages)
    return load_corpus(*study.paths("train"), **languages).split(seed=seed).test


def pairs_of(study: Study, folder: Path = RUNS) -> Pairs | None:
    """Returns a study's translations with and without attention, None where it was not run."""
    results = results_of(study, folder)
    if not results or not {"plain", "attention"} <= set(results[0]["translations"]):
        return None
    plain, attention = (
        [result["translations"][name] for result in results] for name in ("plain", "attention")
    )
    return Pairs(test_set(study, study.seeds[0]), plain, attention, study.bleu_tokenizer)


def summary(studies: dict[Study, Pairs]) -> list[list[str]]:
    """A row a study: what attention gains on its whole test set; headings first."""
    rows = [["task", "gain, BLEU", "95%, other test sets", "95%, other seeds", "seeds"]]
    for study, pairs in studies.items():
        gap, seeds = pairs.gap(), pairs.gap_over_seeds()
        rows.append(
            [
                study.title + (f"; {study.about}" if study.about else ""),
                f"{gap.value:+.1f}",
                _interval(gap),
                "" if seeds is None else _interval(seeds),
                str(len(pairs.plain)),
            ]
        )
    return rows


def by_length(gaps: list[LengthGap]) -> list[list[str]]:
    """A row a range of lengths; headings first."""
    rows = [[gaps[0].bucket.unit, "sentences", "plain", "attention", "gain", "95% interval"]]
    for gap in gaps:
        low, high = gap.bucket.low, gap.bucket.high
        rows.append(
            [
                f"{low}" if low == high else f"{low} to {high}",
                f"{gap.bucket.sentences}",
                f"{gap.plain.value:.1f}",
                f"{gap.attention.value:.1f}",
                f"{gap.gap.value:+.1f}",
                _interval(gap.gap),
            ]
        )
    return rows


def draw(gaps: list[LengthGap], path: Path) -> None:
    """Draws BLEU against length, and the gain against length, with 95% intervals, as SVG."""
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": path.stem})
    figure = Figure(figsize=(9, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    places = range(len(gaps))
    for aside, marker, colour, label, estimates in (
        (-0.06, "s", _PLAIN, "without attention", [gap.plain for gap in gaps]),
        (0.06, "o", _ATTENTION, "with attention", [gap.attention for gap in gaps]),
    ):
        _points(left, [place + aside for place in places], estimates, colour, marker, label)
    _points(right, list(places), [gap.gap for gap in gaps], _GREY, "D", "gain")
    right.axhline(0, color=_GREY, linewidth=0.8)
    left.set_ylabel("BLEU")
    left.set_ylim(bottom=0)
    right.set_ylabel("gain by attention, BLEU")
    left.legend(frameon=False, labelcolor=_GREY)
    for axes in (left, right):
        axes.set_xticks(list(places), [_range(gap) for gap in gaps])
        axes.set_xlabel(f"{gaps[0].bucket.unit} in the source sentence")
        axes.tick_params(colors=_GREY)
        for name, spine in axes.spines.items():
            spine.set_visible(name in ("left", "bottom"))
            spine.set_color(_GREY)
        axes.xaxis.label.set_color(_GREY)
        axes.yaxis.label.set_color(_GREY)
    figure.savefig(path, transparent=True, metadata={"Date": None})


def _points(axes, places, estimates: list[Estimate], colour: str, marker: str, label: str) -> None:  # type: ignore[no-untyped-def]
    values = [estimate.value for estimate in estimates]
    below = [estimate.value - estimate.low for estimate in estimates]
    above = [estimate.high - estimate.value for estimate in estimates]
    axes.errorbar(
        places, values, [below, above], color=colour, marker=marker, capsize=3, label=label
    )


def _range(gap: LengthGap) -> str:
    low, high = gap.bucket.low, gap.bucket.high
    return str(low) if low == high else f"{low}–{high}"


def _interval(estimate: Estimate) -> str:
    return f"{estimate.low:+.1f} to {estimate.high:+.1f}"


def main() -> None:
    """Writes the page's parts and the plots."""
    found = {study: pairs_of(study) for study in STUDIES.values()}
    studies = {study: pairs for study, pairs in found.items() if pairs is not None}
    pages.put_into(PAGE, "summary", pages.table(summary(studies)))
    parts = []
    for study, pairs in studies.items():
        if study.about:
            continue
        gaps = pairs.by_length()
        picture = IMAGES / f"attention-{study.name}.svg"
        draw(gaps, picture)
        parts.append(
            f"### {study.title}\n\n![BLEU against length](images/{picture.name})\n\n"
            f"{pages.table(by_length(gaps))}"
        )
    pages.put_into(PAGE, "lengths", "\n\n".join(parts))


if __name__ == "__main__":
    main()
