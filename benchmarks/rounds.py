"""Rounds in which every contestant works in turn, and what they did.

All contestants are started and warmed up first. In every round each works once, alone, all others
stopped, and every round begins with another one, so that a machine that grows slower or faster
meanwhile does so for all.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks import data, settings
from benchmarks.arithmetic import Arithmetic
from benchmarks.entries import Entry, read_into_memory, running
from benchmarks.protocol import Worker

Say = Callable[[str], None]
Result = dict[str, Any]

WARM_UP_SECONDS = 3.0
PRODUCT_SECONDS = 1.0
LATENCY_REPEATS = 20
LOOP_SENTENCES = 20
"""The `predict` loop needs about a second a sentence, so it gets only so many a round."""


def turns(items: Sequence[Any], rounds: int) -> Iterator[tuple[int, Any]]:
    """Yields (round number, item): each item once a round, each round from another one on."""
    for number in range(rounds):
        first = number % len(items)
        for item in (*items[first:], *items[:first]):
            yield number, item


class Product:
    """The rate of matrix products, measured once a round like a contestant.

    Args:
        sentences: The vocabulary and the number of tokens a batch set the shape.
    """

    def __init__(self, sentences: data.Data) -> None:
        tokens = sentences.train.target_tokens / len(sentences.train)
        self.arguments = {
            "rows": round(settings.BATCH_SIZE * tokens),
            "inner": settings.EMBEDDING_DIM,
            "columns": sentences.target_vocab_size,
        }
        self.entry = Entry("matrix product", "-", "matrix_product")
        self.rates: list[float] = []

    def measure(self, worker: Worker) -> None:
        self.rates.append(worker.ask("measure", seconds=PRODUCT_SECONDS)["operations_per_second"])


def train(
    entries: Sequence[Entry],
    sentences: data.Data,
    rounds: int,
    seconds: float,
    joey: bool,
    results: Result,
    say: Say,
) -> None:
    """Measures training.

    Args:
        entries: The contestants.
        sentences: What they train on.
        rounds: How many rounds.
        seconds: How long each works in a round.
        joey: Whether Joey NMT's environment is there.
        results: Gets `training`, a result a name, and `matrix_product`, a rate a round; filled
            as it goes.
        say: Called with lines on the progress.
    """
    read_into_memory(entries, joey)
    product = Product(sentences)
    results["matrix_product"] = product.rates
    with ExitStack() as stack:
        product_worker = stack.enter_context(running(product.entry, product.arguments, joey))
        product.measure(product_worker)  # the first is for warming up
        product.rates.clear()
        workers = {}
        for entry in entries:
            arguments = {"corpus": str(sentences.corpus), "folder": str(sentences.folder)}
            if entry.module == "joey":
                arguments["working"] = str(settings.CACHE / "joey-training")
            else:
                arguments["placement"] = entry.placement
            worker = stack.enter_context(running(entry, arguments, joey))
            workers[entry.name] = worker
            result = results["training"][entry.name] = {
                "program": entry.program,
                "placement": entry.placement,
                "seconds_to_first_step": worker.seconds_to_ready,
                **_warmed_up(worker),
                "rounds": [],
            }
            if entry.knows_operations:
                result["operations_per_token"] = operations_per_token(sentences, entry.placement)
            say(f"{entry.name}: first step after {worker.seconds_to_ready:.1f} s")
        for number, entry in turns([product.entry, *entries], rounds):
            if entry is product.entry:
                product.measure(product_worker)
                continue
            result, worker = results["training"][entry.name], workers[entry.name]
            answer = worker.ask("train", seconds=seconds)
            result["rounds"].append(answer)
            result["peak_memory"] = worker.peak_memory
            rate = answer["tokens"] / answer["seconds"]
            say(f"round {number + 1}/{rounds}, {entry.name}: {rate:,.0f} target tokens/s")


def _warmed_up(worker: Worker) -> Result:
    """Lets a contestant compile what it compiles later than in its first step."""
    answer = worker.ask("train", seconds=WARM_UP_SECONDS)
    step = answer["seconds"] / answer["steps"]
    return {"compile_seconds": max(0.0, worker.ready["first_step_seconds"] - step)}


def operations_per_token(sentences: data.Data, placement: str) -> float:
    """Returns the operations of training for each target token of the corpus."""
    lengths = [
        [len(row) + 1 for row in rows]
        for rows in (sentences.train.sources, sentences.train.targets)
    ]
    operations = arithmetic(sentences, placement).training(*lengths)
    return operations / sentences.train.target_tokens


def arithmetic(sentences: data.Data, placement: str) -> Arithmetic:
    """Returns the counter of the benchmark's network with attention so placed."""
    return Arithmetic(
        placement,
        settings.SCORES[placement],
        settings.EMBEDDING_DIM,
        settings.UNITS,
        sentences.target_vocab_size,
    )


def decode(
    entries: Sequence[tuple[Entry, dict[str, Any]]],
    sentences: data.Data,
    rounds: int,
    joey: bool,
    results: Result,
    say: Say,
) -> None:
    """Measures translating the test set, greedily and with a beam, and a single sentence.

    Args:
        entries: The contestants and what they are started with.
        sentences: What they translate.
        rounds: How many rounds.
        joey: Whether Joey NMT's environment is there.
        results: Gets `decoding`, a result a name; filled as it goes. And `matrix_product`.
        say: Called with lines on the progress.
    """
    short = data.short_sentence(sentences.corpus)
    product = Product(sentences)
    product.rates = results["matrix_product_decoding"] = []
    with ExitStack() as stack:
        product_worker = stack.enter_context(running(product.entry, product.arguments, joey))
        tasks: list[tuple[Entry, str]] = [(product.entry, "product")]
        workers: dict[str, Worker] = {}
        for entry, arguments in entries:
            worker = stack.enter_context(running(entry, arguments, joey))
            workers[entry.name] = worker
            result: Result = {"program": entry.program, "placement": entry.placement}
            results["decoding"][entry.name] = result
            if entry.module == "predict_loop":
                worker.ask("translate", first=0, count=1)
                names = ["greedy"]
            else:
                result["first_seconds"] = _search_compiled(worker, short)
                names = ["greedy", "beam", "latency"]
            tasks += [(entry, name) for name in names]
            result.update({name: [] for name in names})
            say(f"{entry.name}: ready after {worker.seconds_to_ready:.1f} s")
        for number, (entry, task) in turns(tasks, rounds):
            if task == "product":
                product.measure(product_worker)
                continue
            worker, result = workers[entry.name], results["decoding"][entry.name]
            answer = _decoded(worker, entry, task, number, short, sentences)
            result[task].append(answer)
            result["peak_memory"] = worker.peak_memory
            say(f"round {number + 1}/{rounds}, {entry.name}, {task}: {_rate(task, answer)}")


def _search_compiled(worker: Worker, short: str) -> Result:
    """Has a contestant do everything once, and tells how long that took, compilation included."""
    greedy = worker.ask("translate", beam_size=1)["seconds"]
    beam = worker.ask("translate", beam_size=settings.BEAM_SIZE)["seconds"]
    one = worker.ask("latency", sentence=short, beam_size=settings.BEAM_SIZE, repeats=1)
    return {"greedy": greedy, "beam": beam, "latency": one["seconds"][0]}


def _decoded(
    worker: Worker, entry: Entry, task: str, number: int, short: str, sentences: data.Data
) -> Result:
    if entry.module == "predict_loop":
        count = LOOP_SENTENCES
        return worker.ask("translate", first=number * count, count=count)
    if task == "latency":
        answer = worker.ask(
            "latency", sentence=short, beam_size=settings.BEAM_SIZE, repeats=LATENCY_REPEATS
        )
        return {
            "seconds": statistics.median(answer["seconds"]),
            "translation": answer["translation"],
        }
    beam_size = settings.BEAM_SIZE if task == "beam" else 1
    answer = worker.ask("translate", beam_size=beam_size)
    if "lengths" in answer:
        counter = arithmetic(sentences, entry.placement)
        answer["operations"] = counter.search(
            [len(row) + 1 for row in sentences.test.sources],
            [length + 1 for length in answer.pop("lengths")],
            beam_size,
        )
    return answer


def _rate(task: str, answer: Result) -> str:
    if task == "latency":
        return f"{1000 * answer['seconds']:,.0f} ms a sentence"
    return f"{answer['sentences'] / answer['seconds']:,.1f} sentences/s"


def models_folder(sentences: data.Data) -> Path:
    """Returns where the trained translators of this corpus are kept."""
    return settings.CACHE / "models" / sentences.folder.name
