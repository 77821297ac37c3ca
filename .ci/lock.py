"""Writes locks/*.txt anew: the hash of every file that pip may install, from the pins.

    make lock

`run.txt` is what the program needs, `export.txt` what the export formats need beside that, and
`dev.txt` what tests and tools need beside both. uv finds them for all systems and versions of
Python at once; which versions, the pins in requirements.txt, constraints.txt and pyproject.toml
say.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCKS = ROOT / "locks"
HEAD = "# Made by `make lock`: of each pin the files that pip may install.\n"
PARTS = {"run": [], "export": ["export"], "dev": ["dev"]}
"""The extras of each list, which leaves out what stands in one before it."""


def main() -> int:
    """Writes the lists."""
    LOCKS.mkdir(exist_ok=True)
    known: list[str] = []
    for name, extras in PARTS.items():
        command = [
            *(sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml"),
            *("--universal", "--python-version", "3.11", "--generate-hashes", "--quiet"),
            *("--constraint", "constraints.txt", "--no-cache"),  # it would not see changed pins
            *("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
            *(option for extra in extras for option in ("--extra", extra)),
            *(option for package in known for option in ("--no-emit-package", package)),
        ]
        listed = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
        (LOCKS / f"{name}.txt").write_text(HEAD + listed.stdout, encoding="utf-8")
        known += re.findall(r"^([^\s=]+)==", listed.stdout, re.MULTILINE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
