"""The command `fetch` as a user has it, in processes of its own."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.shell import environment, run_program
from helpers.stand_in_web import ServedFile, StandInWeb, running
from seq2seq_keras.corpus import load_corpus
from seq2seq_keras.fetching import provenance


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[StandInWeb]:
    with running(StandInWeb()) as web:
        web.has_pairs()
        for name, value in web.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("SEQ2SEQ_CACHE_DIR", str(tmp_path / "cache"))
        yield web


def lines(output: bytes) -> list[str]:
    return output.decode().splitlines()


def test_what_is_printed_is_what_train_takes(web: StandInWeb) -> None:
    result = run_program("fetch", "manythings:fra-eng", "--yes")
    assert result.returncode == 0, result.stderr
    (path,) = lines(result.stdout)
    assert len(load_corpus(path)) == 40
    said = result.stderr.decode()
    for words in (
        f"  from     {web.address}/anki/fra-eng.zip",
        f"  size     {len(web.files['/anki/fra-eng.zip'].content) / 1e3:.1f} kB",
        "  licence  CC BY 2.0 FR",
        "  pairs    not stated",
        f"Train with: seq2seq-keras train {path} --out DIR",
    ):
        assert words in said
    web.asked.clear()
    again = run_program("fetch", "manythings:eng-fra")  # and no question of what is here
    assert (again.returncode, again.stdout, web.asked) == (0, result.stdout, [])
    assert "was fetched before; --refresh downloads it anew" in again.stderr.decode()


def test_three_files_are_three_lines(web: StandInWeb, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run_program("fetch", "tatoeba:fra-eng", "--yes", "--out", out)
    assert result.returncode == 0, result.stderr
    paths = [Path(line) for line in lines(result.stdout)]
    assert [path.parent for path in paths] == [out] * 3
    assert len(load_corpus(*paths)) == 40
    origin = provenance(paths[0])
    assert origin is not None and origin.license == "CC BY 2.0 FR"


def test_nobody_who_can_be_asked(web: StandInWeb) -> None:
    result = run_program("fetch", "manythings:fra-eng")
    assert (result.returncode, result.stdout) == (2, b"")
    (error,) = lines(result.stderr)
    assert error.startswith("error: --yes: is needed where nobody can be asked")
    assert web.asked == []


@pytest.mark.parametrize(("answer", "status"), [(b"y\n", 0), (b"\n", 0), (b"n\n", 1)])
def test_the_question(web: StandInWeb, answer: bytes, status: int) -> None:
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "seq2seq_keras", "fetch", "opus:Books/en-fr"],
        stdin=slave,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    try:
        os.write(master, answer)
        out, err = process.communicate(timeout=120)
    finally:
        os.close(slave)
        os.close(master)
    assert process.returncode == status, err
    assert b"licence  CC-BY-SA 3.0" in err and b"pairs    40" in err
    assert b"Download it? [Y/n]" in err
    archive = "/OPUS-Books/v1/moses/en-fr.txt.zip"
    whole = [each for each in web.downloads(archive) if each.status == 200]
    assert len(whole) == (status == 0)
    assert len(lines(out)) == (status == 0) and not out.startswith(b" ")
    assert (b"nothing was downloaded" in err) == (status == 1)


def test_control_c_and_on_from_there(web: StandInWeb, tmp_path: Path) -> None:
    address = f"{web.address}/big.tsv"
    content = b"".join(b"The dog number %d.\tLe chien %d.\n" % (n, n) for n in range(20_000))
    file = web.files["/big.tsv"] = ServedFile(content, '"big"', pause=0.02)
    process = subprocess.Popen(
        [sys.executable, "-m", "seq2seq_keras", "fetch", address, "--yes"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    parts: list[Path] = []
    for _ in range(600):
        parts = list((tmp_path / "cache").rglob("*.part"))
        if parts and parts[0].stat().st_size > 50_000:
            break
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, b"")
    assert lines(err)[-1].endswith("kB are here; the same command goes on from there")
    assert b"Traceback" not in err
    here = parts[0].read_bytes()
    assert 50_000 < len(here) < len(content) and content.startswith(here)

    file.pause = 0.0
    result = run_program("fetch", address, "--yes")
    assert result.returncode == 0, result.stderr
    assert Path(lines(result.stdout)[0]).read_bytes() == content
    assert web.downloads("/big.tsv")[-1].headers["range"] == f"bytes={len(here)}-"


def test_a_list(web: StandInWeb) -> None:
    result = run_program("fetch", "--list", "opus:fr-en")
    assert (result.returncode, result.stderr) == (0, b"")
    size = web.corpora[0]["size"] * 1024 / 1e3
    (line,) = lines(result.stdout)
    assert line.split() == ["opus:Books/en-fr", "40", "pairs", f"{size:.1f}", "kB"]
    assert {each.path for each in web.asked} == {"/opusapi/"}


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["nothing"], 2, "no name of a corpus on the web; expected one such as manythings:fra-eng"),
        (["manythings:tlh-eng", "--yes"], 2, "ManyThings has no such pairs"),
        (["manythings:fra-eng", "--yes", "--sha256", "12"], 2, "64 hexadecimal digits"),
        (["--list", "opus:de-en", "--yes"], 2, "--list: downloads nothing"),
        (["http://no-such-host.invalid/x.tsv", "--yes"], 1, "there seems to be no connection"),
        (["http://127.0.0.1:9/x.tsv", "--yes"], 1, "there seems to be no connection"),
    ],
)
def test_whatever_is_wrong_is_one_line(
    web: StandInWeb, arguments: list[str], status: int, says: str
) -> None:
    result = run_program("fetch", *arguments)
    assert (result.returncode, result.stdout) == (status, b"")
    (error,) = lines(result.stderr)
    assert error.startswith("error: ") and says in error


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<html><body>Please log in</body></html>", "is a page for a browser"),
        (b"only one column\n" * 20, "x.dat"),
        (b"PK\x03\x04 no archive", "the archive is damaged"),
    ],
)
def test_what_is_no_corpus_is_told(web: StandInWeb, content: bytes, says: str) -> None:
    web.files["/x.dat"] = ServedFile(content)
    result = run_program("fetch", f"{web.address}/x.dat", "--yes")
    assert (result.returncode, result.stdout) == (2, b"")
    error = lines(result.stderr)[-1]
    assert error.startswith("error: ") and says in error
