"""Makes `import tensorflow` fail; Python runs this at its start when the folder is on its path."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType


class TensorFlowBlocker(MetaPathFinder):
    """Refuses tensorflow, tensorflow_text and the like, as if they were not installed."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> None:
        if fullname.partition(".")[0].startswith("tensorflow"):
            raise ModuleNotFoundError(f"{fullname} is blocked in these tests", name=fullname)


sys.meta_path.insert(0, TensorFlowBlocker())
