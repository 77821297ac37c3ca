"""What a measurement was made on."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks.settings import available_threads

_PACKAGES = ("keras", "tensorflow", "jax", "numpy", "sentencepiece", "sacrebleu")


def describe() -> dict[str, Any]:
    """Returns processor, threads, GPU, system, Keras's backend and the versions of packages."""
    versions = {"python": platform.python_version()}
    for package in _PACKAGES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            versions[package] = metadata.version(package)
    return {
        "machine": {
            "processor": _processor(),
            "threads": available_threads(),
            "gpu": _gpu(),
            "system": platform.platform(),
        },
        "backend": os.environ.get("KERAS_BACKEND", "tensorflow"),
        "versions": versions,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _gpu() -> str | None:
    query = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
    try:
        names = subprocess.run(query, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    return ", ".join(names.split("\n")).strip(", ") or None


def short_name() -> str:
    """Returns a name of this machine for file names, such as `amd-epyc-2-threads`."""
    words = re.findall(r"[a-z0-9]+", _processor().lower()) or ["machine"]
    return "-".join([*words, str(available_threads()), "threads"])
