"""Fuzzes one reader; run by `__main__.py`, which begins anew what ends with a crash.

python -m fuzz.harness READER FOLDER [options of libFuzzer]
"""

import hashlib
import importlib
import pkgutil
import random
import resource
import sys
import tempfile
import traceback
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["seq2seq_keras", "polib"], enable_loader_override=False):
    import seq2seq_keras.corpus
    import seq2seq_keras.documents

    for package in (seq2seq_keras.corpus, seq2seq_keras.documents):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)

from fuzz.property import MEMORY, BrokenError
from fuzz.subjects import SUBJECTS

_PEAK_UNIT = 1024  # of ru_maxrss, on Linux
_PACKAGE = "seq2seq_keras"


def main(name: str, folder: Path, options: list[str]) -> None:
    subject = SUBJECTS[name]
    found = folder / "crashers" / name
    found.mkdir(parents=True, exist_ok=True)

    def once(data: bytes) -> None:
        before = _peak()
        try:
            subject.run(data, Path(scratch))
            if _peak() - before > MEMORY:
                raise BrokenError("took too much memory")
        except Exception as error:
            _keep(error, data, found)

    def change(data: bytes, size: int, seed: int) -> bytes:
        chance = random.Random(seed)
        if subject.repack is not None and chance.random() < 0.6:
            try:
                return subject.repack(data, atheris.Mutate, chance)[:size]
            except Exception:  # no longer what it was
                pass
        return atheris.Mutate(data, size)

    with tempfile.TemporaryDirectory(dir=_memory()) as scratch:
        mutator = {} if subject.repack is None else {"custom_mutator": change}
        atheris.Setup([sys.argv[0], *options], once, **mutator)
        atheris.Fuzz()


def _memory() -> str | None:
    """A folder in memory, if the system has one: files are written a thousand times a second."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _PEAK_UNIT


def _keep(error: Exception, data: bytes, found: Path) -> None:
    """Keeps the shortest input for each place at which something other goes wrong."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if f"/{_PACKAGE}/" in frame.filename] or frames
    place = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}"
    what = f"{type(error).__name__} at {place}" + (
        f": {error}" if isinstance(error, BrokenError) else ""
    )
    path = found / hashlib.sha256(what.encode()).hexdigest()[:12]
    if not path.exists() or path.stat().st_size > len(data):
        path.write_bytes(data)
        path.with_suffix(".txt").write_text(
            f"{what}\n\n{''.join(traceback.format_exception(error))}"
        )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
