"""How long people wait for a translation, and what the server needs, under five kinds of load.

Each kind meets a server of its own, started on an empty folder: one client on the idle machine;
twenty who each want a sentence every ten seconds, beside a training; a queue of a hundred jobs;
fifty uploads at once; five hundred pages left open. In each somebody translates, whose waits
stand beside those on the idle machine. The clients share the machine with the server. A table is
printed, and all figures go into a JSON file.

    python -m benchmarks.load [--seconds 300] [--clients 20] [--jobs 100] [--uploads 50]
                              [--pages 500] [--only clients] [--demo] [--out FILE]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.load import phases
from benchmarks.load.phases import Outcome, watched
from benchmarks.load.running import Running, running
from benchmarks.load.waits import FAILURES, Waits, told
from benchmarks.settings import CACHE

PHASES = {
    "clients": "clients at once, beside a training",
    "jobs": "jobs in the queue",
    "uploads": "uploads at once",
    "pages": "pages open",
}


async def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Runs every phase that is asked for; returns the results as JSON."""
    works: dict[str, Callable[[Running], Awaitable[Outcome]]] = {
        "clients": lambda app: phases.clients(app, options.clients, options.seconds),
        "jobs": lambda app: phases.jobs(app, options.jobs),
        "uploads": lambda app: phases.uploads(app, options.uploads),
        "pages": lambda app: phases.pages(app, options.pages, options.seconds),
    }
    results = {"idle": (await _phase("idle", phases.alone, options.demo)).figures()}
    for name in options.only or PHASES:
        results[name] = (await _phase(name, works[name], options.demo)).figures()
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        **machine.describe(),
        "demo": options.demo,
        "seconds": options.seconds,
        "phases": results,
    }


async def _phase(name: str, work: Callable[[Running], Awaitable[Outcome]], demo: bool) -> Outcome:
    print(f"{name} ...", file=sys.stderr, flush=True)
    try:
        async with running(demo) as app:
            return await watched(app, work(app))
    except FAILURES as error:
        return Outcome(Waits(), failures=[told(error)])


def table(results: Mapping[str, Any]) -> str:
    """Returns the results as lines to read."""
    found = results["phases"]
    idle = found["idle"]["translations"]
    lines = [
        f"{'':<42}{'requests':>9}{'median':>10}{'95%':>10}{'errors':>8}",
        *(_waits(_name(key, each), each) for key, each in found.items()),
        "",
        f"{'':<42}{'start':>9}{'end':>9}{'most':>9}{'MB/min':>9}",
    ]
    for key, each in found.items():
        for what, values in each["use"].items():
            rise = values.get("slope")
            numbers = "".join(f"{values[which]:>9,}" for which in ("start", "end", "most"))
            told_rise = "" if rise is None else f"{rise:>+9.2f}"
            lines.append(f"{key:<10}{what.replace('_', ' '):<32}{numbers}{told_rise}")
    if idle["median"]:
        lines.append("")
        lines += [
            f"{key}: {each['translations']['median'] / idle['median']:.2f} times the wait "
            f"of one on the idle machine (median)"
            for key, each in found.items()
            if key != "idle" and each["translations"]["median"]
        ]
    lines += [f"{key}: {error}" for key, each in found.items() for error in each["errors"]]
    return "\n".join(lines)


def _name(key: str, figures: Mapping[str, Any]) -> str:
    if key == "idle":
        return "one client, idle machine"
    count = figures["uploads"]["requests"] if key == "uploads" and "uploads" in figures else None
    return f"{figures.get(key, '') if count is None else count} {PHASES[key]}".strip()


def _waits(name: str, figures: Mapping[str, Any]) -> str:
    waits = figures["translations"]
    times = [
        "-" if waits[which] is None else f"{waits[which]:.3f} s"
        for which in ("median", "percentile_95")
    ]
    told_times = "".join(f"{text:>10}" for text in times)
    return f"{name:<42}{waits['requests']:>9}{told_times}{len(figures['errors']):>8}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints a table and writes the results; returns 1 if anything failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--clients", type=int, default=20, help="clients at once (default: 20)")
    parser.add_argument("--seconds", type=float, default=300, help="of clients and pages, each")
    parser.add_argument("--jobs", type=int, default=100, help="in the queue (default: 100)")
    parser.add_argument("--uploads", type=int, default=50, help="at once (default: 50)")
    parser.add_argument("--pages", type=int, default=500, help="open (default: 500)")
    parser.add_argument("--only", nargs="+", choices=PHASES, help="these beside the idle figures")
    parser.add_argument("--demo", action="store_true", help="as a public demo")
    parser.add_argument("--out", type=Path, default=CACHE / "load.json", help="results")
    options = parser.parse_args(arguments)
    results = asyncio.run(measure(options))
    print(table(results))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return 1 if any(each["errors"] for each in results["phases"].values()) else 0


if __name__ == "__main__":
    sys.exit(main())
