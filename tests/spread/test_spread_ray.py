"""Files spread over the workers of a real Ray, and what comes back beside one translator's."""

from __future__ import annotations

import csv
import datetime
import json
import os
from pathlib import Path

import pyarrow
import pytest
from pyarrow import parquet

from helpers.shell import run_program
from seq2seq_keras.cli.kept_lines import KeptLines, translation_identity
from seq2seq_keras.cli.lines import read_lines
from seq2seq_keras.cli.spread_files import Spreading
from seq2seq_keras.errors import InputError
from seq2seq_keras.spread import BatchTranslator, translate_dataset
from seq2seq_keras.translator import Translator

PEOPLE = ("I", "we", "they", "my neighbours", "you", "the doctors", "his friends", "the children")
SENTENCES = [
    f"{who} {what} {thing}.".capitalize()
    for who in PEOPLE
    for what in ("see", "want", "know", "buy")
    for thing in ("a new car", "the old house", "two books", "this city", "bread")
]


@pytest.fixture(scope="module")
def expected(sample_model: Path) -> dict[str, str]:
    """What one translator makes of each sentence."""
    found = Translator.load(sample_model).translate(SENTENCES, beam_size=1)
    translations = dict(zip(SENTENCES, [each.text for each in found], strict=True))
    assert len(set(translations.values())) > 100  # so that an exchanged order would be seen
    return translations


def spreading(model: Path, file: Path, output: Path, **settings) -> Spreading:
    return Spreading(
        **{
            "model": model,
            "file": file,
            "output": output,
            "column": None,
            "workers": 1,
            "cpus": 1,
            "gpus": 0,
            "batch_size": 32,
            "beam_size": 1,
            **settings,
        }
    )


@pytest.fixture
def text(tmp_path: Path) -> Path:
    file = tmp_path / "text.en"
    lines = [*SENTENCES, "", *reversed(SENTENCES)]
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file


@pytest.mark.slow
@pytest.mark.usefixtures("ray_here")
def test_a_text_comes_back_in_its_order_and_goes_on(
    sample_model: Path, text: Path, tmp_path: Path, expected: dict[str, str], capsys
) -> None:
    output = tmp_path / "text.fr"
    lines = list(read_lines(text))
    # What an interrupted run left: its first hundred lines.
    with KeptLines(output, translation_identity(sample_model, text, 1)) as kept:
        kept.add([f"kept {number}" for number in range(100)])
    count = spreading(sample_model, text, output).run("text")
    assert "going on after line 100" in capsys.readouterr().err
    assert count == len(lines) - 100
    translations = {**expected, "": ""}
    assert list(read_lines(output)) == [
        *[f"kept {number}" for number in range(100)],
        *[translations[line] for line in lines[100:]],
    ]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.slow
@pytest.mark.usefixtures("ray_here")
def test_json_lines_keep_all_else(
    sample_model: Path, tmp_path: Path, expected: dict[str, str]
) -> None:
    file, output = tmp_path / "rows.jsonl", tmp_path / "out.jsonl"
    rows = [
        {"id": f"00{number}", "when": "2026-11-27", "more": {"x": [number, None]}, "en": sentence}
        for number, sentence in enumerate(SENTENCES)
    ]
    rows[3]["en"] = None
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert spreading(sample_model, file, output, column="en").run(".jsonl") == len(rows)
    found = [json.loads(line) for line in read_lines(output)]
    assert found == [{**row, "translation": expected.get(row["en"])} for row in rows]


@pytest.mark.usefixtures("ray_here")
def test_a_parquet_table_keeps_its_types(
    sample_model: Path, tmp_path: Path, expected: dict[str, str]
) -> None:
    folder, output = tmp_path / "table", tmp_path / "out.parquet"
    folder.mkdir()
    day = datetime.date(2026, 11, 27)
    table = pyarrow.table(
        {
            "id": pyarrow.array([None, *range(len(SENTENCES) - 1)], pyarrow.int16()),
            "day": [day] * len(SENTENCES),
            "tags": [["a", "b"]] * len(SENTENCES),
            "en": SENTENCES,
        }
    )
    parquet.write_table(table.slice(0, 50), folder / "a.parquet")
    parquet.write_table(table.slice(50), folder / "b.parquet")
    assert spreading(sample_model, folder, output, column="en").run(".parquet") == 160
    found = parquet.read_table(output)
    assert found.drop_columns("translation").equals(table)
    assert found["translation"].to_pylist() == [expected[sentence] for sentence in SENTENCES]
    with pytest.raises(InputError, match="no column 'de'; there are id, day, tags, en"):
        spreading(sample_model, folder, output, column="de").run(".parquet")


@pytest.mark.slow
@pytest.mark.usefixtures("ray_here")
@pytest.mark.parametrize("kind", [".csv", ".tsv"])
def test_cells_of_a_table_stay_text(
    kind: str, sample_model: Path, tmp_path: Path, expected: dict[str, str]
) -> None:
    file, output = tmp_path / f"table{kind}", tmp_path / f"out{kind}"
    odd = 'she said "no",\nand left' if kind == ".csv" else '"no" she said'
    rows = [["007", odd, sentence, ""] for sentence in SENTENCES[:40]]
    form = (
        {} if kind == ".csv" else {"delimiter": "\t", "quoting": csv.QUOTE_NONE, "quotechar": None}
    )
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, **form).writerows([["id", "note", "en", "empty"], *rows])
    spreading(sample_model, file, output, column="en").run(kind)
    with output.open(encoding="utf-8", newline="") as stream:
        found = list(csv.reader(stream, **form))
    assert found == [
        ["id", "note", "en", "empty", "translation"],
        *[[*row, expected[row[2]]] for row in rows],
    ]


@pytest.mark.slow
@pytest.mark.usefixtures("ray_here")
def test_every_worker_translates(
    sample_model: Path, expected: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import ray.data

    class Named(BatchTranslator):
        def __call__(self, batch: pyarrow.Table) -> pyarrow.Table:
            table = super().__call__(batch)
            return table.append_column("process", pyarrow.array([os.getpid()] * len(table)))

    monkeypatch.setattr("seq2seq_keras.spread.dataset.BatchTranslator", Named)
    rows = [{"number": number, "text": text} for number, text in enumerate(SENTENCES)]
    dataset = ray.data.from_items(rows, override_num_blocks=10)
    found = translate_dataset(
        dataset, sample_model, workers=2, batch_size=16, beam_size=1, as_sentences=True
    ).take_all()
    assert [row["number"] for row in found] == list(range(len(SENTENCES)))
    assert [row["translation"] for row in found] == [expected[text] for text in SENTENCES]
    assert len({row["process"] for row in found}) == 2


def test_the_command_starts_ray_and_says_what_is_wrong(sample_model: Path, tmp_path: Path) -> None:
    pytest.importorskip("ray")
    file, output = tmp_path / "text.en", tmp_path / "text.fr"
    file.write_bytes(b"A dog runs.\nf\xfcnf\n")
    command = ["spread", sample_model, file, output, "--workers", 1, "--beam-size", 1]
    result = run_program(*command)
    assert result.stderr.decode() == (
        f"error: {file}, line 2: not UTF-8 (invalid start byte at byte 2); convert the text to "
        "UTF-8\n"
    )
    assert result.returncode == 2 and not output.exists()
    file.write_text("A dog runs.\n")
    result = run_program(*command)
    assert result.returncode == 0
    assert result.stderr.decode().startswith(f"{output}: 1 translated")
    assert len(output.read_text().splitlines()) == 1
