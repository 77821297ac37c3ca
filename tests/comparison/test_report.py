import io
import json

import pytest
from rich.console import Console

from seq2seq_keras.comparison import Report
from seq2seq_keras.errors import InputError, WorkError


def test_saved_and_loaded(report, tmp_path):
    page = report.save(tmp_path / "new" / "folder")
    assert page.name == "report.html"
    assert Report.load(page.parent) == report
    assert {path.name for path in page.parent.iterdir()} == {"report.json", "report.html"}
    plain = json.loads((page.parent / "report.json").read_text(encoding="utf-8"))
    assert plain["systems"][1]["bleu"]["value"] == report.systems[1].bleu.value


def test_no_report_or_a_damaged_one(tmp_path):
    with pytest.raises(InputError, match="there is no report here"):
        Report.load(tmp_path)
    (tmp_path / "report.json").write_text('{"systems": 3', encoding="utf-8")
    with pytest.raises(InputError, match="damaged"):
        Report.load(tmp_path)


def test_the_table_fits_a_terminal(report, crossed):
    for one in (report, crossed):
        console = Console(file=io.StringIO(), width=80, color_system=None)
        console.print(one.table())
        text = console.file.getvalue()
        assert all(system.name in text for system in one.systems)
        assert f"{one.systems[0].bleu.value:.1f}" in text
        assert "…" not in text


def test_versions_say_what_made_the_numbers(report):
    assert {"python", "sacrebleu", "keras"} <= set(report.versions)


def test_where_nothing_can_be_written(report, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(WorkError, match="cannot be written"):
        report.save(tmp_path / "file" / "folder")
