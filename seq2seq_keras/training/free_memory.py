"""How much memory a process may still take: the machine's, or what its container leaves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil


def free_memory(root: Path = Path("/")) -> int:
    """Returns how many bytes this process can still take before the system kills one.

    That is what the machine has available, or less where a control group (of a container, or of
    a service) grants less. Pages of files that the group has read and nobody uses now count as
    free: the kernel takes them back first.

    Args:
        root: Where `proc` and `sys` are.

    Example:
        >>> free_memory() // 1024**3
        11
    """
    return max(0, min([psutil.virtual_memory().available, *_left_in_groups(root)]))


def _left_in_groups(root: Path) -> Iterator[int]:
    """What each control group above this process leaves, of either version."""
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:  # not Linux
        return
    for line in lines:
        _, controllers, place = line.split(":", 2)
        if not controllers:
            base, names = root / "sys/fs/cgroup", ("memory.max", "memory.current", "inactive_file")
        elif "memory" in controllers.split(","):
            base = root / "sys/fs/cgroup/memory"
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
        else:
            continue
        # Within a container its own group is seen as the root, whatever its name outside.
        folder = base / place.lstrip("/")
        for group in [folder, *folder.parents]:
            if (left := _left(group, *names)) is not None:
                yield left
            if group == base:
                break


def _left(group: Path, limit: str, usage: str, reclaimable: str) -> int | None:
    try:
        # Without a limit there is a word, or no file in the root group.
        most = int((group / limit).read_text())
        used = int((group / usage).read_text())
        rows = (row.split() for row in (group / "memory.stat").read_text().splitlines())
        cached = next(int(row[1]) for row in rows if row[0] == reclaimable)
    except (OSError, ValueError, StopIteration):
        return None
    return most - (used - cached)
