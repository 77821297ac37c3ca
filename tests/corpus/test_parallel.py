import os
import subprocess
import sys
import time
from functools import partial

import pytest

from seq2seq_keras.corpus.parallel import map_chunks


def square(number: int) -> tuple[int, int]:
    time.sleep(0.02 * (number % 3))  # they do not end in their order
    return number**2, os.getpid()


def refuse(wrong: int, number: int) -> int:
    if number == wrong:
        raise ValueError(f"{number} is wrong")
    return number


def test_results_are_in_order_and_from_several_processes() -> None:
    results = list(map_chunks(square, range(60), workers=2))
    assert [number for number, _ in results] == [number**2 for number in range(60)]
    processes = {process for _, process in results}
    assert os.getpid() in processes and len(processes) == 3


def test_few_chunks_are_done_here() -> None:
    assert {process for _, process in map_chunks(square, range(5), workers=2)} == {os.getpid()}


def test_work_is_taken_as_it_is_done() -> None:
    """Ten million pairs are never all under way."""
    taken = []

    def chunks():
        for number in range(200):
            taken.append(number)
            yield number

    results = map_chunks(square, chunks(), workers=2)
    for _ in range(50):
        next(results)
    assert len(taken) < 60
    results.close()


@pytest.mark.parametrize("wrong", [3, 50])
def test_errors_come_through(wrong: int) -> None:
    with pytest.raises(ValueError, match=f"{wrong} is wrong"):
        list(map_chunks(partial(refuse, wrong), range(100), workers=2))

    def chunks():
        yield from range(wrong)
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        list(map_chunks(partial(refuse, -1), chunks(), workers=2))


def test_a_script_without_a_guard_runs_once(tmp_path) -> None:
    """Processes that imported the main module anew would never come to an end."""
    script = tmp_path / "script.py"
    script.write_text(
        "from seq2seq_keras.corpus.parallel import map_chunks\n"
        "print(sum(map_chunks(len, ['abc'] * 100, workers=2)))\n"
    )
    run = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, timeout=60, check=True
    )
    assert (run.stdout, run.stderr) == ("300\n", "")
