"""A LiteRT model translates as the translator does, with ai-edge-litert and NumPy alone."""

from pathlib import Path

import numpy as np
import pytest

import seq2seq_keras as s2s
from helpers.architectures import ARCHITECTURES, QUICK
from helpers.exports import TEXTS, run_alone
from helpers.slow import slow_but
from helpers.tiny_models import save_untrained
from seq2seq_keras.errors import InputError
from seq2seq_keras.export.check import Check
from seq2seq_keras.text import END, PADDING, START, UNKNOWN
from seq2seq_keras.translator import Translator

pytestmark = pytest.mark.tensorflow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("litert")


@pytest.fixture(scope="module", params=slow_but(QUICK, ARCHITECTURES))
def exported(request, translators, folder: Path) -> tuple[Translator, Path, Check]:
    out = folder / f"{request.param}-out"
    translator = translators[request.param]
    return translator, out, s2s.export(translator, "litert", out, sentences=TEXTS)


def interpreter(folder: Path):
    from ai_edge_litert.interpreter import Interpreter

    return Interpreter(str(folder / "translate.tflite"))


def test_every_architecture_translates_alike(exported) -> None:
    _, _, found = exported
    assert found.differing == []
    assert found.translations[0] and found.translations[1] == found.translations[3] == ""


def test_the_program_needs_neither_this_project_nor_tensorflow(exported) -> None:
    _, out, found = exported
    result = run_alone(out, "\n".join(TEXTS))
    assert result.stdout.split("\n") == [*found.expected, ""], result.stderr


def test_the_model_has_one_signature_of_fixed_shape(exported) -> None:
    translator, out, _ = exported
    limit = 6 * 64 + 10 if translator.config.tokenizer == "char" else 2 * 64 + 10
    model = interpreter(out).get_signature_runner()
    (source,) = model.get_input_details().values()
    (tokens,) = model.get_output_details().values()
    assert source["shape"].tolist() == [1, 64] and source["dtype"] == np.int32
    assert tokens["shape"].tolist() == [1, limit] and tokens["dtype"] == np.int32
    readme = (out / "README.md").read_text(encoding="utf-8")
    assert "| input | `source` | int32 | `(1, 64)` |" in readme
    assert f"| output | `tokens` | int32 | `(1, {limit})` |" in readme


def test_the_operators_are_those_of_litert(exported) -> None:
    _, out, _ = exported
    assert b"Flex" not in (out / "translate.tflite").read_bytes()


def test_what_is_never_written(exported) -> None:
    translator, out, _ = exported
    model = interpreter(out).get_signature_runner()
    for text in TEXTS:
        source = [*translator.source_tokenizer.encode(text.strip()), END]
        padded = np.array([source + [PADDING] * (64 - len(source))], "int32")
        tokens = model(source=padded)["tokens"][0]
        written = tokens[tokens != PADDING]
        factor = 6 if translator.config.tokenizer == "char" else 2
        assert len(written) < factor * len(source) + 10
        assert not np.isin(written, [START, END, UNKNOWN]).any()


@pytest.fixture(scope="module")
def wide(folder: Path) -> Translator:
    """A network with matrices so large that the converter finds them worth the trouble."""
    return save_untrained(folder / "wide", units=48, embedding_dim=40, cell="lstm")


@pytest.mark.parametrize("quantize", [None, "float16", "int8"])
def test_quantized_models_are_smaller(wide: Translator, folder: Path, quantize: str | None) -> None:
    out = folder / f"wide-{quantize}"
    found = s2s.export(wide, "litert", out, quantize=quantize, sentences=TEXTS)
    assert len(found.translations) == len(TEXTS) and found.translations[1] == ""
    assert found.equal + len(found.differing) == len(TEXTS)
    bytes_a_weight = (out / "translate.tflite").stat().st_size / wide.parameters
    low, high = {None: (4, 5.5), "float16": (2, 3.5), "int8": (1, 2.5)}[quantize]
    assert low < bytes_a_weight < high
    readme = (out / "README.md").read_text(encoding="utf-8")
    assert (f"exported with {quantize} numbers" in readme) == (quantize is not None)


def test_a_longer_sentence_is_cut_in_two_and_said_so(folder: Path, translators) -> None:
    translator, out = translators["additive before"], folder / "additive before-out"
    if not out.is_dir():
        s2s.export(translator, "litert", out, sentences=TEXTS)
    halves = ["A dog runs. " * 3 + "A dog runs.", "The cat sleeps. " * 2 + "The cat sleeps."]
    result = run_alone(out, " ".join(halves) + "\n")
    own = [each.text for each in translator.translate(halves, beam_size=1)]
    assert result.stdout == "".join(own) + "\n"  # Chinese has no spaces
    assert f"note: more than 64 tokens, cut in two: {' '.join(halves)}\n" in result.stderr
    result = run_alone(out, "x" * 150 + "\n")
    assert result.returncode == 0 and result.stderr.count("note: more than 64 tokens") == 3


def test_a_model_for_longer_sentences(folder: Path, translators) -> None:
    translator, texts = translators["plain"], ["A dog runs. " * 24, "A cat."]
    out = folder / "longer"
    found = s2s.export(translator, "litert", out, source_length=128, sentences=texts)
    assert found.differing == []
    assert "`(1, 128)`" in (out / "README.md").read_text(encoding="utf-8")
    with pytest.raises(InputError, match="source_length: expected at least 32 tokens, received 8"):
        s2s.export(translator, "litert", folder / "new", source_length=8)
    with pytest.raises(InputError, match="source_length: keras reads sentences of any length"):
        s2s.export(translator, "keras", folder / "new", source_length=128)
    assert not (folder / "new").exists()


def test_a_trained_model_translates_alike(repository: Path, tmp_path: Path) -> None:
    translator = Translator.load(repository / "saved_models" / "sample-en-zh-plain")
    assert s2s.export(translator, "litert", tmp_path / "out").differing == []
