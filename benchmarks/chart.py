"""The plot of `benchmarks.speed`: bars of training and decoding rates, readable on dark pages too.

It is plain SVG: on a page, an image's own style sheet can follow the reader's light or dark mode.
"""

from __future__ import annotations

import statistics
from html import escape

from benchmarks import figures
from benchmarks.entries import OURS
from benchmarks.figures import Results

_WIDTH, _LABEL, _BAR, _ROW, _HEADING = 760, 200, 440, 24, 44

_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328; }
.heading { font-weight: 600; }
.ours { fill: #0969da; }
.other { fill: #afb8c1; }
.range { stroke: #1f2328; stroke-width: 1.5; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .ours { fill: #4493f8; }
  .other { fill: #6e7681; }
  .range { stroke: #e6edf3; }
}
"""


def draw(results: Results) -> str:
    """Returns the plot: a bar for each median, a line from the slowest to the fastest round."""
    panels = {
        "Training, target tokens a second": {
            name: figures.training_rates(results, name) for name in results["training"]
        },
        "Greedy decoding of the test set, sentences a second": {
            name: figures.decoding_rates(results, name, "greedy") for name in results["decoding"]
        },
        "Beam search (5) of the test set, sentences a second": {
            name: figures.decoding_rates(results, name, "beam") for name in results["decoding"]
        },
    }
    parts, top = [], 0.0
    for title, rates in panels.items():
        bars = {name: numbers for name, numbers in rates.items() if numbers}
        if bars:
            parts.append(_panel(title, bars, top))
            top += _HEADING + _ROW * len(bars)
    height = top + 12
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:g}" '
        f'width="{_WIDTH}" height="{height:g}" role="img">\n'
        f"<title>Speed of training and decoding</title>\n<style>{_STYLE}</style>\n"
        f"{''.join(parts)}</svg>\n"
    )


def _panel(title: str, bars: dict[str, list[float]], top: float) -> str:
    scale = _BAR / max(max(numbers) for numbers in bars.values())
    lines = [f'<text class="heading" x="8" y="{top + 28:g}">{escape(title)}</text>\n']
    ordered = sorted(bars.items(), key=lambda bar: -statistics.median(bar[1]))
    for number, (name, rates) in enumerate(ordered):
        y = top + _HEADING + _ROW * number
        median = statistics.median(rates)
        kind = "ours" if name.startswith(OURS) else "other"
        middle, right = y + 9, _LABEL + scale * max(rates)
        lines += [
            f'<text x="{_LABEL - 8}" y="{y + 13:g}" text-anchor="end">{escape(name)}</text>\n',
            f'<rect class="{kind}" x="{_LABEL}" y="{y:g}" height="18" rx="2" '
            f'width="{scale * median:.1f}"/>\n',
            f'<line class="range" x1="{_LABEL + scale * min(rates):.1f}" x2="{right:.1f}" '
            f'y1="{middle:g}" y2="{middle:g}"/>\n',
            f'<text x="{right + 8:.1f}" y="{y + 13:g}">{_short(median)}</text>\n',
        ]
    return "".join(lines)


def _short(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"
