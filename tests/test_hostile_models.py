"""A saved translator from outside runs nothing, reads no other file and takes no memory."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import h5py
import pytest
import sentencepiece

from helpers.hostile import (
    configurations,
    external_link,
    huge_dataset,
    lambda_model,
    with_members,
    with_weights,
)
from helpers.tiny_models import save_untrained
from seq2seq_keras.errors import InputError
from seq2seq_keras.text import load_tokenizer
from seq2seq_keras.translator import Translator

NAMES = [
    "CVE-2024-3660, a Lambda layer",
    "CVE-2025-1550, a path to os.system",
    "CVE-2025-1550, a class by its path",
    "CVE-2025-8747, a function of Keras",
    "CVE-2025-9906, safe mode switched off",
    "no JSON at all",
]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("original") / "model"
    save_untrained(folder)
    return folder


@pytest.fixture(scope="module")
def expected(original: Path) -> str:
    """What it translates as long as nobody has touched it."""
    return Translator.load(original).translate(["A cat."], beam_size=1)[0].text


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "model"))


@pytest.fixture(scope="module")
def lambda_config(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The file that the Lambda layer makes, and the `config.json` that holds the layer."""
    folder = tmp_path_factory.mktemp("lambda")
    lambda_model(folder / "trace").save(folder / "lambda.keras")
    with zipfile.ZipFile(folder / "lambda.keras") as archive:
        return folder / "trace", archive.read("config.json").decode()


def test_the_lambda_layer_does_run_where_keras_makes_objects(
    lambda_config: tuple[Path, str],
) -> None:
    """Otherwise the absence of its trace would tell nothing."""
    import keras

    trace, _ = lambda_config
    trace.unlink(missing_ok=True)
    keras.saving.load_model(trace.with_name("lambda.keras"), safe_mode=False)
    assert trace.exists()


@pytest.mark.parametrize("name", NAMES)
def test_no_configuration_of_keras_is_made_into_objects(
    folder: Path, expected: str, lambda_config: tuple[Path, str], name: str
) -> None:
    trace, config = lambda_config
    trace.unlink(missing_ok=True)
    gadgets = configurations(trace, config)
    assert list(gadgets) == NAMES
    model = folder / "model.keras"
    model.write_bytes(with_members(model.read_bytes(), config__json=gadgets[name].encode()))
    loaded = Translator.load(folder).translate(["A cat."], beam_size=1)
    assert not trace.exists()
    assert loaded[0].text == expected


def test_an_old_hdf5_model_is_no_archive_of_weights(
    folder: Path, lambda_config: tuple[Path, str]
) -> None:
    """CVE-2025-9905: Keras ran the Lambda of such a file, whatever its safe mode."""
    trace, _ = lambda_config
    old = folder.parent / "old.h5"
    lambda_model(trace).save(old)
    trace.unlink()
    model = folder / "model.keras"
    whole = model.read_bytes()
    shutil.copyfile(old, model)
    with pytest.raises(InputError, match="damaged"):
        Translator.load(folder)
    model.write_bytes(with_members(whole, model__weights__h5=old.read_bytes()))
    with pytest.raises(InputError, match="damaged"):
        Translator.load(folder)
    assert not trace.exists()


_WATCHED = """
import json, sys
from pathlib import Path
from seq2seq_keras.translator import Translator
import yaml, nltk.tokenize.regexp

folder = Path(sys.argv[1])
Translator.load(sys.argv[2]).translate(["A cat."])  # what is imported late, is now
events = []
FORBIDDEN = ("marshal.loads", "pickle.find_class", "os.system", "os.exec", "subprocess.Popen",
             "socket.connect", "urllib.Request", "compile", "exec")
def watch(event, arguments):
    if event in FORBIDDEN:
        events.append(event)
    if event == "open" and str(folder.parent) in str(arguments[0]):
        events.append(str(arguments[0]))
sys.addaudithook(watch)
Translator.load(folder)
print(json.dumps(events))
"""


def test_loading_runs_no_code_and_opens_the_folder_alone(
    folder: Path, original: Path, lambda_config: tuple[Path, str]
) -> None:
    """By Python's own audit events, in a process that has loaded a translator before."""
    _, config = lambda_config
    model = folder / "model.keras"
    model.write_bytes(with_members(model.read_bytes(), config__json=config.encode()))
    result = subprocess.run(
        [sys.executable, "-c", _WATCHED, str(folder), str(original)],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0, result.stderr
    events = json.loads(result.stdout.splitlines()[-1])
    opened = [Path(event) for event in events if os.sep in event]
    assert {path.parent for path in opened} == {folder}
    # TensorFlow compiles Python of its own when it traces a function; nothing is unmarshalled.
    assert set(events) - set(map(str, opened)) <= {"compile", "exec"}


@pytest.mark.parametrize(
    ("change", "match"), [(external_link, "a link"), (huge_dataset, "in pieces")]
)
def test_weights_from_elsewhere_are_refused_in_a_line(
    folder: Path, change: Callable[[h5py.File], None], match: str
) -> None:
    model = folder / "model.keras"
    model.write_bytes(with_weights(model.read_bytes(), change))
    with pytest.raises(InputError, match=rf"model\.keras: damaged, .*{match}") as raised:
        Translator.load(folder)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("line", "match"),
    [
        ("units: 1000000000", "units: Input should be less than or equal to 100000"),
        ("embedding_dim: 1.0e+9", "embedding_dim: Input should be less than"),
        ("units: 0x" + "f" * 8000, "units: .*received …"),
        ("units: 100000", "do not belong together"),
        ("encoder_layers: 9", "encoder_layers: Input should be less than"),
        ("seed: 4294967296", "seed: Input should be less than"),
        ("beam_size: 65", "beam_size: Input should be less than"),
        ("source_lang: '" + "x" * 5000 + "'", "source_lang: a language is a code"),
        ('source_lang: "a\\u202eb"', "a language is a code"),
        ("units: !!python/object/apply:os.system ['touch trace']", "could not determine"),
        ("units: !!python/name:os.system", "could not determine"),
        ("#" * 100_001, "longer than 100,000 characters"),
        ("units: " + "[" * 50_000, "its values are nested"),
        ("units: " + "{a: " * 20_000, "its values are nested"),
        ("units:\n" + "- " * 40_000, "its values are nested"),
    ],
)
def test_settings_beyond_reason_are_refused_before_anything_is_built(
    folder: Path, line: str, match: str
) -> None:
    path = folder / "config.yaml"
    name = line.partition(":")[0]
    kept = [old for old in path.read_text().splitlines() if not old.startswith(f"{name}:")]
    path.write_text("\n".join([*kept, line]))
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match=match) as raised:
            Translator.load(folder)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 1500


def test_aliases_of_aliases_do_not_unfold(folder: Path) -> None:
    """Thirty lines that an error would write out as 10^30 words."""
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    for number in range(1, 30):
        inner = ", ".join([f"*a{number - 1}"] * 10)
        lines.append(f"a{number}: &a{number} [{inner}]")
    lines.append("units: *a29")
    (folder / "config.yaml").write_text("\n".join(lines))
    with pytest.raises(InputError, match="YAML aliases"):
        Translator.load(folder)


@pytest.mark.parametrize(
    ("content", "match"),
    [
        ("[" * 100_000, "not JSON"),
        ('{"kind": "char", "version": 1, "entries": ' + '{"a":' * 90_000, "not JSON"),
        ("[]", "not a tokenizer"),
        ('{"kind": "char", "version": "1", "entries": []}', "not a tokenizer"),
        ('{"kind": "char", "version": 2, "entries": []}', "later version"),
        ('{"kind": ["char"], "version": 1, "entries": ["a"]}', "unknown kind"),
        ('{"kind": "os.system", "version": 1, "entries": ["a"]}', "unknown kind"),
        ('{"kind": "char", "version": 1, "entries": {"a": 1}}', "distinct texts"),
        ('{"kind": "char", "version": 1, "entries": ["a", "a"]}', "distinct texts"),
        ('{"kind": "char", "version": 1, "entries": ["a", 1]}', "distinct texts"),
        ('{"kind": "char", "version": 1, "entries": ["a", ""]}', "distinct texts"),
        ('{"kind": "char", "version": 1, "entries": ["\\ud800"]}', "distinct texts"),
        ("1" * 5000, "not JSON"),
    ],
)
def test_a_vocabulary_that_is_none_is_refused(folder: Path, content: str, match: str) -> None:
    (folder / "source.json").write_text(content)
    with pytest.raises(InputError, match=match) as raised:
        load_tokenizer(folder, "source")
    assert "\n" not in str(raised.value)


def _sentencepiece(**options: object) -> bytes:
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a man rides a horse", "a dog runs in the park"] * 20),
        model_writer=model,
        vocab_size=30,
        hard_vocab_limit=False,
        minloglevel=2,
        **options,
    )
    return model.getvalue()


OURS = {"pad_id": 0, "bos_id": 1, "eos_id": 2, "unk_id": 3}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 1000,
        b"\xff" * 1000,
        b"PK\3\4" * 100,
        _sentencepiece(),
        _sentencepiece(**OURS)[:200],
    ],
    ids=["empty", "zeros", "ones", "zip", "other ids", "cut"],
)
def test_what_is_no_sentencepiece_model_of_ours_is_refused(folder: Path, content: bytes) -> None:
    (folder / "source.model").write_bytes(content)
    with pytest.raises(InputError, match="damaged tokenizer"):
        load_tokenizer(folder, "source")


def test_the_number_of_pieces_is_counted_and_not_believed(folder: Path) -> None:
    """The trainer's note of a million pieces, in a model of thirty."""
    pytest.importorskip("google.protobuf")
    from sentencepiece import sentencepiece_model_pb2 as formats

    proto = formats.ModelProto()
    proto.ParseFromString(_sentencepiece(**OURS))
    pieces = len(proto.pieces)
    proto.trainer_spec.vocab_size = 10**9
    (folder / "source.model").write_bytes(proto.SerializeToString())
    assert load_tokenizer(folder, "source").vocab_size == pieces < 40
    # More pieces than the weights have rows.
    for number in range(100_000):
        piece = proto.pieces.add()
        piece.piece, piece.score = f"piece{number}", -20.0
    (folder / "source.model").write_bytes(proto.SerializeToString())
    with pytest.raises(InputError, match="do not belong together"):
        Translator.load(folder)


@pytest.mark.parametrize(
    ("name", "content", "match"),
    [
        ("metrics.csv", "a,b\n1", "damaged"),
        ("metrics.csv", "a\n" + "x" * 200_000, "damaged"),
        ("metrics.csv", "\xff", "damaged"),
        ("scores.json", "[" * 100_000, "damaged"),
        ("scores.json", "[]", "not a JSON object"),
        ("scores.json", '{"scores": 1}', "damaged"),
        ("scores.json", '{"scores": {"bleu": {"value": 1' + "0" * 400 + "}}}", "damaged"),
        ("scores.json", '{"parameters": ' + "9" * 5000 + "}", "damaged"),
        ("scores.json", '{"examples": {"a": 1}}', "its examples"),
        ("scores.json", '{"examples": [{"source": 1}]}', "its examples"),
    ],
)
def test_figures_of_the_wrong_kind_are_refused_in_a_line(
    folder: Path, name: str, content: str, match: str
) -> None:
    (folder / name).write_bytes(content.encode("latin-1"))
    with pytest.raises(InputError, match=rf"{name}: .*{match}") as raised:
        Translator.load(folder)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["metrics.csv", "scores.json", "source.json", "target.model"])
def test_no_file_beside_the_weights_is_read_however_large(folder: Path, name: str) -> None:
    with (folder / name).open("ab") as file:
        file.truncate(10**10)  # takes no room on the disk
    with pytest.raises(InputError, match=rf"{name}: larger than 100 MiB"):
        Translator.load(folder)
