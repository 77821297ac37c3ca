"""A file is translated line by line, and after an interruption from where it was."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpers.shell import run_program
from helpers.tiny_corpus import tiny_pairs
from seq2seq_keras.cli.lines import read_lines
from seq2seq_keras.cli.long_files import LINES_AT_ONCE, translate_file
from seq2seq_keras.documents import TranslationMemory
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.translator import Translation

SENTENCES = list(tiny_pairs(96)[0])


class Numbering:
    """In a translator's place: says of each line how many it has translated before."""

    class config:  # noqa: N801
        beam_size = 5

    def __init__(self) -> None:
        self.lines: list[str] = []

    def translate(self, lines: list[str], beam_size: int | None, attention: bool) -> list:
        self.lines += lines
        return [Translation(f"({line})", 0.0, [], []) for line in lines]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    for name in ("config.yaml", "model.keras"):
        (folder / name).write_text(name)
    return folder


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "long.en"
    file.write_text("".join(f"line {n}\n" for n in range(2 * LINES_AT_ONCE + 5)), encoding="utf-8")
    return file


def translated(file: Path) -> list[str]:
    return [f"({line})" for line in read_lines(file)]


def beside(output: Path) -> set[str]:
    return {path.name for path in output.parent.iterdir() if path.name.startswith(".")}


def test_an_interrupted_translation_goes_on(
    model: Path, file: Path, tmp_path: Path, capsys
) -> None:
    output, first, second = tmp_path / "out", Numbering(), Numbering()
    output.write_text("of before\n")
    work, first.translate = first.translate, lambda *given, **more: stopping(*given, **more)

    def stopping(lines: list[str], *given: object, **more: object) -> list:
        if first.lines:
            raise KeyboardInterrupt
        return work(lines, *given, **more)

    with pytest.raises(KeyboardInterrupt):
        translate_file(first, model, file, output, None)
    assert "stopped after line 1,024" in capsys.readouterr().err
    assert output.read_text() == "of before\n"
    translate_file(second, model, file, output, None)
    assert "going on after line 1,024" in capsys.readouterr().err
    assert [*first.lines, *second.lines] == list(read_lines(file))
    assert list(read_lines(output)) == translated(file)
    assert beside(output) == set()


def test_half_a_line_is_translated_again(model: Path, file: Path, tmp_path: Path) -> None:
    output, translator = tmp_path / "out", Numbering()
    stop_after_first_chunk(model, file, output)
    with (tmp_path / ".out.part").open("ab") as part:
        part.write(b"(line 10")
    translate_file(translator, model, file, output, None)
    assert len(translator.lines) == LINES_AT_ONCE + 5
    assert list(read_lines(output)) == translated(file)


@pytest.mark.parametrize("change", ["file", "model", "beam size", "memory"])
def test_of_anything_else_it_begins_anew(
    model: Path, file: Path, tmp_path: Path, change: str
) -> None:
    output, translator = tmp_path / "out", Numbering()
    stop_after_first_chunk(model, file, output)
    if change == "file":
        file.write_text(file.read_text().replace("line 1\n", "lime 1\n"))
    elif change == "model":
        (model / "model.keras").write_text("another")
    memory = TranslationMemory([("no such line", "x")]) if change == "memory" else None
    translate_file(translator, model, file, output, 1 if change == "beam size" else None, memory)
    assert translator.lines == list(read_lines(file))
    assert list(read_lines(output)) == translated(file)


def test_no_two_processes_write_one_output(model: Path, file: Path, tmp_path: Path) -> None:
    output, outer = tmp_path / "out", Numbering()
    work = outer.translate

    def within(*given: object, **more: object) -> list:
        with pytest.raises(WorkError, match="another process is writing it"):
            translate_file(Numbering(), model, file, output, None)
        return work(*given, **more)

    outer.translate = within
    translate_file(outer, model, file, output, None)
    assert list(read_lines(output)) == translated(file)


def test_a_line_that_is_not_utf8_is_told_and_what_was_done_is_kept(
    model: Path, file: Path, tmp_path: Path
) -> None:
    with file.open("ab") as stream:
        stream.write(b"\xff\n")
    with pytest.raises(InputError, match="line 2054: not UTF-8"):
        translate_file(Numbering(), model, file, tmp_path / "out", None)
    assert len(list(read_lines(tmp_path / ".out.part"))) == 2 * LINES_AT_ONCE


def stop_after_first_chunk(model: Path, file: Path, output: Path) -> None:
    translator = Numbering()
    work = translator.translate

    def stopping(*given: object, **more: object) -> list:
        if translator.lines:
            raise WorkError("stopped")
        return work(*given, **more)

    translator.translate = stopping
    with pytest.raises(WorkError, match="stopped"):
        translate_file(translator, model, file, output, None)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads memory from /proc")
def test_killed_half_way_every_line_is_translated_once_in_flat_memory(
    tiny_model: Path, tmp_path: Path
) -> None:
    file, output, count = tmp_path / "long.en", tmp_path / "out", 5_000
    lines = [SENTENCES[number % len(SENTENCES)] for number in range(count)]
    file.write_text("\n".join(lines), encoding="utf-8")
    arguments = ["translate", tiny_model, file, "--output", output, "--beam-size", 1]
    program = [sys.executable, "-m", "seq2seq_keras", *map(str, arguments)]
    process = subprocess.Popen(program, stderr=subprocess.PIPE)
    part, memory = tmp_path / ".out.part", {}
    while process.poll() is None:
        done = part.read_bytes().count(b"\n") if part.is_file() else 0
        if done:
            status = Path(f"/proc/{process.pid}/status").read_text()
            memory[done] = int(status.split("VmRSS:")[1].split()[0])  # kB
        if done >= count // 2:
            os.kill(process.pid, signal.SIGKILL)
            break
        time.sleep(0.02)
    process.wait()
    assert process.returncode == -signal.SIGKILL and not output.exists()
    kept = list(read_lines(part))
    told = json.loads((tmp_path / ".out.part.json").read_text())
    assert told["beam_size"] == 1

    result = run_program(*arguments)
    said = result.stderr.decode()
    assert result.returncode == 0 and f"going on after line {len(kept):,}" in said, said
    written = list(read_lines(output))
    assert len(written) == count and written[: len(kept)] == kept
    # Each sentence has one translation, wherever in the file it stands.
    assert len(set(zip(lines, written, strict=True))) == len(set(lines))
    assert max(memory.values()) < min(memory.values()) + 100_000
