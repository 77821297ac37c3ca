"""The Dockerfile: what it copies is there, nothing private goes in, and its commands do their work.

No Docker is needed: it is read, and what it would run is run here.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from helpers.servers import Server, free_port


def instructions(repository: Path) -> list[tuple[str, str]]:
    """Returns each instruction with its words; lines that go on are put together."""
    text = (repository / "Dockerfile").read_text(encoding="utf-8")
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", "")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines]


def words_of(repository: Path, name: str) -> list[str]:
    return [words for instruction, words in instructions(repository) if instruction == name]


def copied(repository: Path) -> list[str]:
    """Returns what the COPY instructions take, as paths in the repository."""
    sources = []
    for words in words_of(repository, "COPY"):
        sources += [word for word in shlex.split(words) if not word.startswith("--")][:-1]
    return sources


def is_ignored(repository: Path, path: str) -> bool:
    """Whether `.dockerignore` keeps a path out.

    As Docker has it: the last pattern counts that fits the path or a folder it is in; `*` stays
    within a name, `**` does not, `!` lets in again.
    """
    ignored = False
    for line in (repository / ".dockerignore").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            pattern = (
                re.escape(line.lstrip("!")).replace(r"\*\*/", "(.*/)?").replace(r"\*", "[^/]*")
            )
            if re.fullmatch(f"{pattern}(/.*)?", path):
                ignored = not line.startswith("!")
    return ignored


def context(repository: Path) -> list[str]:
    """Returns the files of the image: those that COPY takes and `.dockerignore` lets in."""
    files = []
    for source in copied(repository):
        path = repository / source
        found = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
        files += [each.relative_to(repository).as_posix() for each in found]
    return sorted(name for name in files if not is_ignored(repository, name))


def test_it_is_built_on_a_python_that_the_project_allows(repository: Path) -> None:
    (base,) = words_of(repository, "FROM")
    version = re.fullmatch(r"python:(\d+\.\d+)-slim", base)
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert version and version[1] in SpecifierSet(project["requires-python"])


def test_what_it_copies_is_there_and_all_that_the_app_needs(repository: Path) -> None:
    for source in copied(repository):
        assert (repository / source).exists(), source
    command = ["git", "ls-files", "-z", "app.py", "data", "seq2seq_keras", "saved_models"]
    result = subprocess.run(command, cwd=repository, capture_output=True, text=True)
    if result.returncode:
        pytest.skip("needs a git checkout")
    shipped = {name for name in result.stdout.split("\0") if name and (repository / name).exists()}
    assert shipped <= set(context(repository))


def test_dependencies_are_installed_before_the_sources_come(repository: Path) -> None:
    steps = [f"{name} {words}" for name, words in instructions(repository)]
    install = next(number for number, step in enumerate(steps) if "pip install" in step)
    before = " ".join(steps[:install])
    assert "constraints.txt" in before and "COPY locks locks" in before
    assert "seq2seq_keras" not in before
    assert steps[install] == "RUN pip install --require-hashes --requirement locks/run.txt"
    assert "pip install --constraint constraints.txt" in steps[install + 1]


@pytest.mark.parametrize("chosen", ["", "gpu", "gpu,export"])
def test_extras_are_those_of_the_project(repository: Path, chosen: str) -> None:
    (step,) = [words for words in words_of(repository, "RUN") if "$EXTRA" in words]
    # What the shell makes of it, with a pip that says what it was told.
    pip = 'pip() { printf \'%s\\n\' "$@"; }; python() { "$PYTHON" "$@"; }\n'
    environment = {**os.environ, "EXTRA": chosen, "PYTHON": sys.executable}
    command = ["sh", "-c", pip + step]
    said = subprocess.check_output(command, cwd=repository, env=environment, text=True).split("\n")
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = chosen.split(",") if chosen else []
    expected = [each for name in names for each in project["optional-dependencies"][name]]
    assert said[:-1] == (["install", "--constraint", "constraints.txt", *expected] * bool(names))


def test_it_ends_as_an_ordinary_user_who_may_write_where_data_goes(repository: Path) -> None:
    (user,) = words_of(repository, "USER")
    made = " ".join(words_of(repository, "RUN"))
    assert f"useradd --uid 1000 --create-home {user}" in made
    (volumes,) = words_of(repository, "VOLUME")
    assert json.loads(volumes) == ["/data", "/app/saved_models"]
    assert f"chown {user} /data" in made
    assert f"--chown={user} saved_models saved_models" in words_of(repository, "COPY")
    after = instructions(repository)[[name for name, _ in instructions(repository)].index("USER") :]
    assert not {name for name, _ in after} & {"RUN", "COPY", "ADD"}
    (command,) = words_of(repository, "CMD")
    assert json.loads(command)[-4:] == ["--host", "0.0.0.0", "--data-dir", "/data"]


PRIVATE = [
    *(".env", ".git/config", ".venv/bin/python", ".ci/run", ".netrc", "key.pem", "secrets.toml"),
    *("workspace/models/mine/model.keras", "saved_models/mine/model.keras", "exported/model.onnx"),
    *("saved_models/sample-en-fr-plain/checkpoints/1/weights", "docs/.cache/model.keras"),
    *("seq2seq_keras/__pycache__/a.pyc", "seq2seq_keras/app/__pycache__/a.pyc", "data/.env"),
    *("benchmarks/.cache/corpus.tsv", "benchmarks/results/a.json", "tests/conftest.py"),
]


@pytest.mark.parametrize("path", PRIVATE)
def test_nothing_private_and_no_cache_goes_in(repository: Path, path: str) -> None:
    assert is_ignored(repository, path)


def health_check(repository: Path, port: int) -> subprocess.CompletedProcess[bytes]:
    """Runs the very command of the HEALTHCHECK, as the container would, behind a dead proxy."""
    (words,) = words_of(repository, "HEALTHCHECK")
    command = json.loads(words.partition("CMD")[2])
    assert command[0] == "python"
    proxy = {"http_proxy": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
    environment = {**os.environ, **proxy, "GRADIO_SERVER_PORT": str(port)}
    return subprocess.run([sys.executable, *command[1:]], env=environment, capture_output=True)


@pytest.mark.slow
def test_the_health_check_tells_a_server_that_runs_from_none(
    repository: Path, tmp_path: Path
) -> None:
    settings = dict(each.split("=", 1) for each in shlex.split(words_of(repository, "ENV")[0]))
    assert settings["GRADIO_SERVER_PORT"] == words_of(repository, "EXPOSE")[0] == "7860"
    assert health_check(repository, free_port()).returncode != 0
    server = Server(repository, tmp_path / "data")
    server.start()
    try:
        result = health_check(repository, server.port)
        assert result.returncode == 0, result.stderr.decode()
    finally:
        server.stop()
    assert health_check(repository, server.port).returncode != 0
