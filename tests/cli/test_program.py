"""The command line as a user has it: its four commands, and one line for whatever is wrong."""

import contextlib
import csv
import io
import json
import signal
import subprocess
import sys
import time
import zipfile

import pytest

from helpers.shell import contents, environment, run_program, run_python
from helpers.small_disk import small_disk
from seq2seq_keras.cli import main
from seq2seq_keras.config import Config
from seq2seq_keras.translator import Translator

TINY = [
    *["--tokenizer", "word", "--units", "16", "--embedding-dim", "8", "--batch-size", "16"],
    *["--epochs", "1", "--beam-size", "1", "--learning-rate", "0.01"],
]


@pytest.fixture
def program(capsys, monkeypatch):
    """Runs the program in this process: exit status, standard output, lines of standard error."""

    def run(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        written = capsys.readouterr()
        return ended.value.code, written.out, written.err.splitlines()

    return run


def assert_one_error(result, *says, status=2):
    code, out, err = result
    assert len(err) == 1, err
    assert err[0].startswith("error: ")
    for text in says:
        assert str(text) in err[0]
    assert code == status
    assert out == ""


@pytest.fixture(scope="module")
def translator(tiny_model):
    return Translator.load(tiny_model)


def lines_of(path):
    return path.read_text(encoding="utf-8").split("\n")[:-1]


# translate


def test_translate_is_a_line_for_a_line(tiny_model, translator, tiny_files):
    """In a process of its own: empty lines, Windows line ends, a BOM, a last line without end."""
    sources = lines_of(tiny_files / "test.en")[:3]
    text = f"\ufeff{sources[0]}\r\n\r\n{sources[1]}\n \n{sources[2]}"
    result = run_program("translate", tiny_model, stdin=text.encode())
    assert (result.returncode, result.stderr) == (0, b"")
    expected = [
        each.text for each in translator.translate([sources[0], "", sources[1], "", sources[2]])
    ]
    assert result.stdout.decode() == "".join(f"{line}\n" for line in expected)
    assert expected[1] == expected[3] == "" and all(expected[::2])


def test_translate_reads_and_writes_files(program, tiny_model, translator, tiny_files, tmp_path):
    output = tmp_path / "out.fr"
    result = program(
        "translate", tiny_model, tiny_files / "test.en", "--output", output, "--beam-size", 1
    )
    assert result == (0, "", [])
    sources = lines_of(tiny_files / "test.en")
    assert lines_of(output) == [e.text for e in translator.translate(sources, beam_size=1)]
    assert list(tmp_path.iterdir()) == [output]


def test_translate_keeps_the_line_count_over_chunks(program, tiny_model):
    lines = ["the cat", ""] * 600  # more than are translated at once
    text = "".join(f"{line}\n" for line in lines)
    code, out, err = program("translate", tiny_model, "--beam-size", 1, stdin=text.encode())
    assert (code, err) == (0, [])
    assert out.count("\n") == len(lines)
    assert set(out.split("\n")[1::2]) == {""}


def test_translate_nothing(program, tiny_model):
    assert program("translate", tiny_model) == (0, "", [])


def test_translate_says_which_line_is_not_utf8(program, tiny_model, tmp_path):
    bad = tmp_path / "latin1.txt"
    bad.write_bytes("le chat\nle poisson\nl'été\n".encode("latin-1"))
    says = [bad, "line 3", "not UTF-8"]
    assert_one_error(program("translate", tiny_model, bad), *says)
    output = tmp_path / "out.txt"
    output.write_text("kept\n")
    assert_one_error(program("translate", tiny_model, bad, "--output", output), *says)
    assert output.read_text() == "kept\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["latin1.txt", "out.txt"]
    assert_one_error(
        program("translate", tiny_model, stdin=b"\xff"), "standard input, line 1", "not UTF-8"
    )


@pytest.mark.slow
def test_translate_ends_quietly_when_its_reader_goes(tiny_model):
    """As with `| head -1`."""
    process = subprocess.Popen(
        [sys.executable, "-m", "seq2seq_keras", "translate", str(tiny_model), "--beam-size", "1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    process.stdout.close()
    process.stdin.write(b"the cat\n" * 3000)
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()
    assert process.stderr.read() == b""
    assert process.wait(timeout=120) == 1


@pytest.mark.slow
def test_translate_gives_a_table_one_more_column(
    program, tiny_model, translator, tiny_files, tmp_path
):
    sources = lines_of(tiny_files / "test.en")[:3]
    table, output = tmp_path / "table.CSV", tmp_path / "out.csv"
    rows = [["id", "en", "note"], *([str(n), text, "as is"] for n, text in enumerate(sources))]
    table.write_text("".join(f"{','.join(row)}\r\n" for row in rows), newline="")
    expected = [each.text for each in translator.translate(sources, beam_size=1)]
    assert all(expected)
    for column in ([], ["--column", "en"], ["--column", 2]):
        result = program(
            "translate", tiny_model, table, "--output", output, "--beam-size", 1, *column
        )
        assert result == (0, "", [])
        with output.open(encoding="utf-8", newline="") as stream:
            written = list(csv.reader(stream))
        cells = ["translation", *expected]
        assert written == [[*row, cell] for row, cell in zip(rows, cells, strict=True)]
        output.unlink()
    code, _, err = program("translate", tiny_model, table, "--output", output, "--column", "note")
    assert (code, err, output.read_text().count("as is")) == (0, [], 3)


def test_translate_keeps_the_times_of_subtitles(program, tiny_model, translator, tmp_path):
    subtitles, output = tmp_path / "film.srt", tmp_path / "film.fr.srt"
    times = "00:00:0{0},000 --> 00:00:0{0},900"
    subtitles.write_text(f"1\n{times.format(1)}\n<i>the cat</i>\n\n5\n{times.format(2)}\nthe cat\n")
    result = program("translate", tiny_model, subtitles, "--output", output, "--beam-size", 1)
    assert result == (0, "", [])
    words = translator.translate(["the cat"], beam_size=1)[0].text
    assert words and len(words) < 40
    assert output.read_text() == (
        f"1\n{times.format(1)}\n<i>{words}</i>\n\n5\n{times.format(2)}\n{words}\n"
    )


def test_translate_tells_that_a_long_sentence_was_cut(program, tiny_model, tmp_path):
    table, output = tmp_path / "long.tsv", tmp_path / "out.tsv"
    table.write_text(f"1\tthe cat\n2\t{'the cat and ' * 60}the dog\n")
    code, out, err = program("translate", tiny_model, table, "--output", output)
    assert (code, out, len(err)) == (0, "", 1)
    assert err[0].startswith(f"note: {table}: in 1 of 2 texts a sentence was longer than ")


def test_translate_says_what_is_wrong_with_a_document(program, tiny_model, tmp_path):
    table, broken = tmp_path / "table.csv", tmp_path / "broken.srt"
    text, output = tmp_path / "text.txt", tmp_path / "out"
    table.write_text("id,text\n1,the cat\n2,the dog\n")
    broken.write_text("1\n00:00:01,000 -> 00:00:02,000\nthe cat\n")
    text.write_text("the cat\n")
    output.write_text("kept\n")
    for arguments, says in (
        ([table], [table, "add --output"]),
        ([broken], [broken, "add --output"]),
        ([table, "--output", output, "--column", "word"], [table, "'word'", "id, text"]),
        ([broken, "--output", output], [broken, "no cue"]),
        ([broken, "--output", output, "--column", "text"], [broken, "no table", "'text'"]),
        ([text, "--column", "text"], [text, "--column"]),
        (["--column", "text"], ["standard input", "--column"]),
        ([table, "--output", output, "--beam-size", 0], ["beam_size", "0"]),
    ):
        assert_one_error(program("translate", tiny_model, *arguments), *says)
    for place in (tmp_path / "none" / "out.csv", tmp_path):
        result = program("translate", tiny_model, table, "--output", place)
        assert_one_error(result, place, "cannot be written", status=1)
    result = program("translate", tmp_path, table, "--output", output)
    assert_one_error(result, tmp_path, "not a saved translator")
    assert output.read_text() == "kept\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "broken.srt", "out", "table.csv", "text.txt",
    ]  # fmt: skip


# evaluate


def test_evaluate_agrees_with_sacrebleus_command_line(program, tiny_model, tiny_files, tmp_path):
    output, reference = tmp_path / "out.fr", tiny_files / "test.fr"
    code, out, err = program(
        "evaluate", tiny_model, tiny_files / "test.en", reference, "--output", output
    )
    assert code == 0
    assert all(line.startswith("note: ") for line in err)
    for metric in ("bleu", "chrf", "ter"):
        result = run_python(
            *["-m", "sacrebleu", reference, "-i", output, "-m", metric, "-w", 2, "-f", "text"]
        )
        signature, _, value = result.stdout.decode().strip().partition(" = ")
        _, _, signature = signature.partition("|")
        line = next(line for line in out.splitlines() if line.lower().startswith(metric))
        assert line.split()[1:] == [value.split()[0], signature], (line, result.stdout)
    assert "nltk, on sacreBLEU's tokens" in out
    assert "words: BLEU" in out


def test_evaluate_counts_tokens_that_are_apart_already(program, tiny_model, tiny_files, tmp_path):
    output, reference = tmp_path / "out.fr", tiny_files / "test.fr"
    code, out, _ = program(
        *["evaluate", tiny_model, tiny_files / "test.en", reference],
        *["--tokenize", "none", "--output", output],
    )
    assert code == 0
    result = run_python(
        *["-m", "sacrebleu", reference, "-i", output, "--tokenize", "none", "-w", 2, "-f", "text"]
    )
    signature, _, value = result.stdout.decode().strip().partition(" = ")
    assert "tok:none" in signature
    assert out.splitlines()[0].split()[1:] == [value.split()[0], signature.partition("|")[2]]


def test_evaluate_refuses_an_unknown_tokenizer_before_it_translates(
    program, tiny_model, tiny_files
):
    code, out, err = program(
        "evaluate", tiny_model, tiny_files / "valid.tsv", "--tokenize", "moses"
    )
    assert (code, out) == (2, "")
    assert "tokenize: expected one of none, " in err[-1] and "'moses'" in err[-1]


def test_evaluate_gives_json(program, tiny_model, translator, tiny_files):
    code, out, err = program(
        *["evaluate", tiny_model, tiny_files / "valid.tsv", "--json", "--beam-size", 1]
    )
    assert (code, err) == (0, [])
    scores = json.loads(out)  # and nothing beside it
    rows = [line.split("\t") for line in lines_of(tiny_files / "valid.tsv")]
    from seq2seq_keras.corpus import Corpus

    corpus = Corpus([row[0] for row in rows], [row[1] for row in rows])
    expected = translator.evaluate(corpus, beam_size=1).model_dump()
    buckets = scores.pop("bleu_by_length")
    assert scores == json.loads(json.dumps(expected))
    assert sum(bucket["sentences"] for bucket in buckets) == len(rows)


# train


def test_train_saves_what_was_asked_for(tiny_model, tiny_files):
    config = Config.load(tiny_model / "config.yaml")
    assert (config.source_lang, config.target_lang, config.units) == ("en", "fr", 32)
    assert len(lines_of(tiny_model / "metrics.csv")) == 11
    assert not (tiny_model / "checkpoints").exists()


@pytest.mark.slow
def test_train_from_config_from_and_resume(program, tiny_model, tiny_files, tmp_path):
    """A configuration file, options that win over it, further training, nothing to resume."""
    corpus, valid = tiny_files / "train.tsv", tiny_files / "valid.tsv"
    settings = tmp_path / "settings.yaml"
    settings.write_text(
        "attention: none\ncell: rnn\nunits: 12\nembedding_dim: 8\ntokenizer: char\n"
    )
    out = tmp_path / "out"
    code, stdout, err = program(
        *["train", corpus, "--valid", valid, "--test", valid, "--config", settings, *TINY],
        *["--units", 16, "--out", out],
    )
    assert code == 0, err
    assert stdout.startswith("BLEU")  # of the test part
    assert f"Saved in {out}" in err[-1]
    config = Config.load(out / "config.yaml")
    expected = ("none", "rnn", 16, "word", 1)
    assert expected == (
        config.attention, config.cell, config.units, config.tokenizer, config.epochs
    )  # fmt: skip

    further = tmp_path / "further"
    before = contents(out)
    code, _, err = program(
        "train", corpus, "--valid", valid, "--from", out, "--epochs", 1, "--out", further
    )
    assert code == 0, err
    assert Config.load(further / "config.yaml").cell == "rnn"
    assert contents(out) == before
    first, then = (Translator.load(folder).history[0]["loss"] for folder in (out, further))
    assert then < first

    result = program("train", corpus, "--valid", valid, "--out", out, "--resume")
    assert result[0] == 0 and any("nothing is left to resume" in line for line in result[2])
    assert contents(out) == before


def test_train_stops_at_control_c_and_keeps_the_best(tiny_files, tmp_path):
    out = tmp_path / "out"
    arguments = ["train", tiny_files / "train.tsv", "--valid", tiny_files / "valid.tsv", *TINY]
    arguments += ["--epochs", "100000", "--patience", "100000", "--out", out]
    process = subprocess.Popen(
        [sys.executable, "-m", "seq2seq_keras", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    deadline = time.monotonic() + 200
    while not (out / "checkpoints" / "latest").exists() and time.monotonic() < deadline:
        assert process.poll() is None, process.stderr.read().decode()
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=100)
    assert process.returncode == 0, err.decode()
    assert b"the best model so far is kept" in err
    assert json.loads((out / "scores.json").read_text())["finished"] == "stopped"
    assert Translator.load(out).translate(["The cat"])


@pytest.mark.slow
def test_compare_runs_to_its_report(program, tiny_files, tmp_path):
    out = tmp_path / "report"
    code, stdout, err = program(
        *["compare", tiny_files / "train.tsv", "--valid", tiny_files / "valid.tsv"],
        *["--test", tiny_files / "test.en", tiny_files / "test.fr", *TINY, "--out", out],
    )
    assert code == 0, err
    assert "plain" in stdout and "attention" in stdout
    assert [line for line in err if line.startswith("== ")] == ["== plain ==", "== attention =="]
    report = json.loads((out / "report.json").read_text())
    assert [system["name"] for system in report["systems"]] == ["plain", "attention"]
    assert (out / "report.html").stat().st_size > 1000
    for name in ("plain", "attention"):
        assert Translator.load(out / name).config.units == 16


# what can be wrong


def bad_inputs(folder):
    """Makes files that are wrong in one way each."""
    (folder / "empty.tsv").write_bytes(b"")
    (folder / "one-column.txt").write_text("only a source\nand no target\n" * 5)
    lines = "the summer\tl'été\n".encode() * 50
    (folder / "damaged.tsv").write_bytes(lines + b"the winter\tl'hiver \xe9\n" + lines)
    (folder / "three.en").write_text("a\nb\nc\n")
    (folder / "two.fr").write_text("a\nb\n")
    (folder / "broken.zip").write_bytes(b"PK nothing")
    (folder / "bad.yaml").write_text("unit: 5\n")
    with zipfile.ZipFile(folder / "empty.zip", "w"):
        pass


@pytest.fixture(scope="module")
def wrong(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wrong")
    bad_inputs(folder)
    return folder


CORPUS_ERRORS = [
    (["none.tsv"], ["none.tsv", "no such file"]),
    (["empty.tsv"], ["empty.tsv"]),
    (["one-column.txt"], ["one-column.txt"]),
    (["damaged.tsv"], ["damaged.tsv", "line 51", "UTF-8"]),
    (["three.en", "two.fr"], ["three.en", "two.fr", "3", "2"]),
    (["broken.zip"], ["broken.zip"]),
    (["empty.zip"], ["empty.zip"]),
    (["."], []),
]


@pytest.mark.parametrize(("files", "says"), CORPUS_ERRORS, ids=str)
@pytest.mark.parametrize("command", ["train", "evaluate", "compare"])
def test_a_wrong_corpus_is_one_line(command, files, says, wrong, program, tiny_model, tmp_path):
    before = contents(tiny_model)
    paths = [wrong / name for name in files]
    if command == "evaluate":
        result = program("evaluate", tiny_model, *paths)
    else:
        result = program(command, *paths, "--out", tmp_path / "out")
    assert_one_error(result, *says)
    assert not (tmp_path / "out").exists()
    assert contents(tiny_model) == before


@pytest.mark.parametrize(("files", "says"), CORPUS_ERRORS[:5], ids=str)
def test_a_wrong_validation_corpus_is_one_line(files, says, wrong, program, tiny_files, tmp_path):
    paths = [wrong / name for name in files]
    result = program(
        "train", tiny_files / "train.tsv", "--valid", *paths, "--out", tmp_path / "out"
    )
    assert_one_error(result, *says)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["translate", "evaluate"])
def test_a_folder_that_is_no_model_is_one_line(command, program, tiny_files, tmp_path):
    for folder in (tmp_path, tmp_path / "none", tiny_files / "train.tsv"):
        files = [tiny_files / "valid.tsv"] if command == "evaluate" else []
        assert_one_error(program(command, folder, *files), folder, "not a saved translator")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["train", "CORPUS", "--out", "OUT", "--unit", "5"], ["--unit"]),
        (["train", "CORPUS", "--out", "OUT", "--units", "many"], ["--units"]),
        (["train", "CORPUS", "--out", "OUT", "--units", "0"], ["units", "0"]),
        (["train", "CORPUS", "--out", "OUT", "--units", "7"], ["units must be even"]),
        (["train", "CORPUS", "--out", "OUT", "--cell", "cnn"], ["--cell", "cnn"]),
        (["train", "CORPUS", "--out", "OUT", "--learning-rate", "nan"], ["learning_rate"]),
        (["train", "CORPUS"], ["--out"]),
        (["train", "--out", "OUT"], ["Missing argument"]),
        (["train", "CORPUS", "--out", "OUT", "--config", "WRONG/bad.yaml"], ["bad.yaml", "unit"]),
        (["train", "CORPUS", "--out", "OUT", "--config", "WRONG/no.yaml"], ["no.yaml"]),
        (["train", "CORPUS", "--out", "OUT", "--resume"], ["OUT", "no interrupted training"]),
        (["train", "CORPUS", "--out", "OUT", "--from", "WRONG"], ["not a saved translator"]),
        (["train", "CORPUS", "--out", "MODEL"], ["MODEL", "finished translator lies here"]),
        (["train", "CORPUS", "--out", "CORPUS"], ["this is a file"]),
        (["train", "CORPUS", "--out", "OUT", "--source-column", "9"], ["9"]),
        (["compare", "CORPUS", "--out", "OUT", "--cells", "lstm,cnn"], ["cnn"]),
        (["translate"], ["Missing argument"]),
        (["translate", "MODEL", "none.txt"], ["none.txt", "no such file"]),
        (["translate", "MODEL", "--beam-size", "0"], ["beam_size", "0"]),
        (["evaluate", "MODEL"], ["Missing argument"]),
        (["app", "--port", "70000"], ["--port"]),
        (["fly"], ["fly"]),
        (["--fly"], ["--fly"]),
    ],
    ids=lambda value: " ".join(value),
)
def test_wrong_arguments_are_one_line(
    arguments, says, program, tiny_files, tiny_model, wrong, tmp_path
):
    stands_for = {
        "CORPUS": tiny_files / "train.tsv", "OUT": tmp_path / "out", "MODEL": tiny_model,
        "WRONG": wrong,
    }  # fmt: skip

    def meant(text):
        first, slash, rest = text.partition("/")
        return f"{stands_for.get(first, first)}{slash}{rest}"

    before = contents(tiny_files)
    stdin = b"the cat\n"
    result = program(*map(meant, arguments), stdin=stdin)
    assert_one_error(result, *map(meant, says))
    assert contents(tiny_files) == before
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["translate", "evaluate"])
def test_an_output_that_cannot_be_written_is_one_line(
    command, program, tiny_model, tiny_files, tmp_path
):
    (tmp_path / "folder").mkdir()
    name = "test.en" if command == "translate" else "valid.tsv"
    for output in (tmp_path / "none" / "out.txt", tmp_path / "folder"):
        result = program(
            *[command, tiny_model, tiny_files / name, "--output", output, "--beam-size", 1]
        )
        assert_one_error(result, output, "cannot be written", status=1)
    assert [path.name for path in tmp_path.rglob("*")] == ["folder"]


def test_without_arguments_it_shows_its_help(program):
    code, out, err = program()
    assert (code, err) == (0, [])
    assert "Usage:" in out and "translate" in out


def test_an_error_is_one_line_in_a_process_of_its_own(tmp_path):
    """Nothing else writes to standard error, not even the libraries."""
    result = run_program("train", tmp_path / "none.tsv", "--out", tmp_path / "out")
    assert result.returncode == 2
    assert result.stdout == b""
    (line,) = result.stderr.decode().splitlines()
    assert line.startswith("error: ") and "none.tsv" in line


@pytest.fixture
def disk(tmp_path):
    with small_disk(tmp_path / "disk", "400k") as disk:
        yield disk.folder


@pytest.mark.slow
def test_a_full_disk_is_one_line_and_nothing_saved_is_touched(program, disk, tiny_files):
    arguments = ["train", tiny_files / "train.tsv", "--valid", tiny_files / "valid.tsv", *TINY]
    model = disk / "model"
    assert program(*arguments, "--out", model)[0] == 0
    before = contents(model)
    (disk / "ballast").write_bytes(b"x" * 60_000)
    for name, settings in (
        ("model", ["--from", model, "--epochs", 2]),
        ("other", ["--units", 128]),
    ):
        code, _, err = program(*arguments, "--out", disk / name, *settings)
        assert code == 1
        assert [line for line in err if line.startswith("error: ")] == err[-1:]
        assert "No space left" in err[-1] and "Traceback" not in "".join(err)
    kept = {name: data for name, data in contents(model).items() if "checkpoints" not in name}
    assert kept == before
    assert Translator.load(model).translate(["The cat"])
