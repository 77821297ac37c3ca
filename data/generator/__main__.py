"""``python -m data.generator [FOLDER]``: writes the corpora (by default into ``data/``)."""

import sys
from pathlib import Path

from data.generator.corpus import write

folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1]
for path in write(folder):
    print(f"{path}: {path.stat().st_size:,} bytes")
