"""Gives files to a reader as users have it, and says what came of each.

    python -m fuzz.replay READER FILE...

Exit status 1 if a file was neither read nor refused in a line, in bounded time and memory.
"""

import resource
import sys
import tempfile
import time
import traceback
from pathlib import Path

from fuzz.property import MEMORY
from fuzz.subjects import SUBJECTS


def main(name: str, files: list[Path]) -> int:
    broken = 0
    SUBJECTS[name].run(SUBJECTS[name].seeds[0], Path(tempfile.mkdtemp()))  # imports what it needs
    for file in files:
        before, begin = _peak(), time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            try:
                said = SUBJECTS[name].run(file.read_bytes(), Path(folder), alone=True)
                said = "read" if said is None else f"refused: {said}"
            except Exception:
                broken += 1
                said = f"BROKEN\n{traceback.format_exc()}"
        taken = _peak() - before
        if taken > MEMORY:
            broken += 1
            said = f"BROKEN, takes too much memory: {said}"
        seconds = time.monotonic() - begin
        print(f"{file.name}: {seconds:.2f} s, {taken // 2**20} MiB, {said}")
    return int(bool(broken))


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], list(map(Path, sys.argv[2:]))))
