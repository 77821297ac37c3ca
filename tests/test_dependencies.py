"""What is installed: pinned, without CUDA on a CPU machine, and under licences that fit ours."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def read_pins(path: Path) -> dict[str, str]:
    """Returns name -> version of a pip requirements file whose every line is an exact pin."""
    pins = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if text := line.partition("#")[0].strip():
            requirement = Requirement(text)
            specifiers = list(requirement.specifier)
            assert [specifier.operator for specifier in specifiers] == ["=="], line
            pins[canonicalize_name(requirement.name)] = specifiers[0].version
    return pins


def needed_by(requirement: Requirement, found: set[tuple[str, str]]) -> None:
    """Adds all that `requirement` brings on this machine to `found`, from installed metadata."""
    name = canonicalize_name(requirement.name)
    for extra in sorted({"", *requirement.extras}):
        if (name, extra) in found:
            continue
        found.add((name, extra))
        try:
            lines = requires(name) or []
        except PackageNotFoundError:
            continue
        for line in lines:
            inner = Requirement(line)
            if inner.marker is None or inner.marker.evaluate({"extra": extra}):
                needed_by(inner, found)


def test_requirements_and_constraints_are_pinned_once(repository: Path) -> None:
    direct = read_pins(repository / "requirements.txt")
    indirect = read_pins(repository / "constraints.txt")
    assert direct
    assert not set(direct) & set(indirect)


def test_every_dependency_has_a_pin(repository: Path) -> None:
    pins = read_pins(repository / "requirements.txt") | read_pins(repository / "constraints.txt")
    found: set[tuple[str, str]] = set()
    for name in read_pins(repository / "requirements.txt"):
        needed_by(Requirement(name), found)
    assert {name for name, _ in found} <= set(pins)


def read_locks(repository: Path) -> dict[str, list[str]]:
    """Returns each locked `name==version ; marker` with its hashes, of all lists together."""
    locked: dict[str, list[str]] = {}
    for name in ("run", "export", "dev"):
        text = (repository / "locks" / f"{name}.txt").read_text(encoding="utf-8")
        for entry in text.partition("\n")[2].replace("\\\n", " ").splitlines():
            requirement, *hashes = entry.split(" --hash=")
            assert requirement not in locked
            locked[requirement.strip()] = [each.strip() for each in hashes]
    return locked


def test_every_pin_is_locked_by_hashes(repository: Path) -> None:
    locks = read_locks(repository)
    assert all(
        hashes and all(re.fullmatch("sha256:[0-9a-f]{64}", each) for each in hashes)
        for hashes in locks.values()
    )
    locked = {
        canonicalize_name(requirement.name): str(requirement.specifier).removeprefix("==")
        for requirement in map(Requirement, locks)
        if '== "emscripten"' not in str(requirement.marker)  # Python in a browser
    }
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    direct = {
        canonicalize_name(requirement.name): str(requirement.specifier).removeprefix("==")
        for extra in ("export", "hub-login", "jax", "mcp", "ray", "dev")
        for requirement in map(Requirement, extras[extra])
        if requirement.specifier
    }
    pins = read_pins(repository / "requirements.txt")
    indirect = read_pins(repository / "constraints.txt")
    assert {name: locked.get(name) for name in pins | direct} == pins | direct
    assert locked.items() - (pins | direct).items() <= indirect.items()
    # What is pinned and not locked comes with JAX on a GPU alone.
    assert {
        name for name in indirect.keys() - locked.keys() if not re.match("nvidia|jax", name)
    } == set()


def test_make_installs_what_is_locked(repository: Path) -> None:
    recipe = (repository / "Makefile").read_text(encoding="utf-8")
    for name in ("run", "export", "dev"):
        assert re.search(rf"\$\(INSTALL_LOCKED\).* --requirement locks/{name}\.txt", recipe)
    assert "install --compile --require-hashes" in recipe


def test_extras_pin_the_same_versions(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    assert set(extras) == {
        *("gpu", "jax", "jax-gpu", "export", "hub-login", "mcp", "ray", "fuzz", "dev")
    }
    tensorflow = read_pins(repository / "requirements.txt")["tensorflow"]
    assert extras["gpu"] == [f"tensorflow[and-cuda]=={tensorflow}"]
    jax = Requirement(extras["jax"][0])
    assert Requirement(extras["jax-gpu"][0]).specifier == jax.specifier


def test_no_cuda_without_the_gpu_extra(repository: Path) -> None:
    def cuda_packages(requirements: list[str]) -> set[str]:
        found: set[tuple[str, str]] = set()
        for requirement in requirements:
            needed_by(Requirement(requirement), found)
        return {name for name, _ in found if re.search("nvidia|cuda", name)}

    lines = (repository / "requirements.txt").read_text(encoding="utf-8").splitlines()
    requirements = [text for line in lines if (text := line.partition("#")[0].strip())]
    assert cuda_packages(requirements) == set()
    assert cuda_packages(["tensorflow[and-cuda]"])  # the walk would have seen them


def check_licences(repository: Path, folder: Path | None = None) -> subprocess.CompletedProcess:
    command = [sys.executable, str(repository / ".ci" / "check_licences.py")]
    if folder:
        command += ["--path", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def add_package(folder: Path, *metadata: str) -> None:
    info = folder / "example-1.0.dist-info"
    info.mkdir()
    lines = ["Metadata-Version: 2.4", "Name: example", "Version: 1.0", *metadata]
    (info / "METADATA").write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_licences_of_this_environment(repository: Path) -> None:
    result = check_licences(repository)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    "metadata",
    [
        "License-Expression: GPL-3.0-or-later",
        "License-Expression: MIT AND LGPL-2.1-only",
        "License: AGPLv3+",
        "License: GNU General Public License (GPL)",
        "Classifier: License :: OSI Approved :: GNU General Public License v2 (GPLv2)",
        "Classifier: License :: OSI Approved :: GNU Lesser General Public License v3 (LGPLv3)",
        "Classifier: License :: OSI Approved :: GNU Affero General Public License v3",
        "License: UNKNOWN",
        "Summary: says nothing about a licence",
    ],
)
def test_licence_check_refuses(repository: Path, tmp_path: Path, metadata: str) -> None:
    add_package(tmp_path, metadata)
    result = check_licences(repository, tmp_path)
    assert result.returncode == 1
    assert "example 1.0" in result.stderr


@pytest.mark.parametrize(
    "metadata",
    [
        "License-Expression: Apache-2.0",
        "License: BSD",
        "Classifier: License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)",
    ],
)
def test_licence_check_accepts(repository: Path, tmp_path: Path, metadata: str) -> None:
    add_package(tmp_path, metadata)
    result = check_licences(repository, tmp_path)
    assert result.returncode == 0, result.stderr
