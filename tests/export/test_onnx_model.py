"""ONNX models translate as the translator does, with ONNX Runtime and NumPy alone."""

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

import seq2seq_keras as s2s
from helpers.architectures import ARCHITECTURES, QUICK
from helpers.exports import TEXTS, run_alone
from helpers.slow import slow_but
from seq2seq_keras.decoding.batches import padded
from seq2seq_keras.decoding.search import most_tokens
from seq2seq_keras.errors import WorkError
from seq2seq_keras.export.check import Check
from seq2seq_keras.text import END, PADDING, START, UNKNOWN
from seq2seq_keras.translator import Translator

pytestmark = pytest.mark.tensorflow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("onnx")


@pytest.fixture(scope="module", params=slow_but(QUICK, ARCHITECTURES))
def exported(request, translators, folder: Path) -> tuple[Translator, Path, Check]:
    out = folder / f"{request.param}-out"
    translator = translators[request.param]
    return translator, out, s2s.export(translator, "onnx", out, sentences=TEXTS)


@pytest.fixture(scope="module")
def quantized(translators, folder: Path) -> tuple[Path, Check]:
    out = folder / "quantized"
    translator = translators["additive before"]
    return out, s2s.export(translator, "onnx", out, quantize="int8", sentences=TEXTS)


def session(path: Path):
    from onnxruntime import InferenceSession

    return InferenceSession(path, providers=["CPUExecutionProvider"])


def run(model, values: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    outputs = model.run(None, {tensor.name: values[tensor.name] for tensor in model.get_inputs()})
    return dict(zip([tensor.name for tensor in model.get_outputs()], outputs, strict=True))


def sources(translator: Translator) -> list[list[int]]:
    return [[*translator.source_tokenizer.encode(text.strip()), END] for text in TEXTS]


def graphs(graph) -> list:
    """The bodies of all loops of a graph."""
    bodies = [each.g for node in graph.node for each in node.attribute if each.HasField("g")]
    return bodies + [inner for body in bodies for inner in graphs(body)]


def test_every_architecture_translates_alike(exported) -> None:
    _, _, found = exported
    assert found.differing == []
    assert found.translations[0] and found.translations[1] == found.translations[3] == ""


def test_the_program_needs_neither_this_project_nor_tensorflow(exported) -> None:
    _, out, found = exported
    result = run_alone(out, "\n".join(TEXTS))
    assert result.stdout.split("\n") == [*found.expected, ""], result.stderr


def test_a_batch_is_translated_as_one_by_one(exported) -> None:
    translator, out, _ = exported
    model = session(out / "translate.onnx")
    together = run(model, {"source": padded(sources(translator))})["tokens"]
    for row, source in zip(together, sources(translator), strict=True):
        alone = run(model, {"source": padded([source])})["tokens"][0]
        most = int(most_tokens(np.array(len(source)), translator.config.tokenizer))
        assert len(alone) == most and not row[most:].any()
        np.testing.assert_array_equal(row[:most], alone)
        written = alone[alone != PADDING]
        assert len(written) < most and not np.isin(written, [START, END, UNKNOWN]).any()


def test_encoder_and_step_by_hand_write_the_same_tokens(exported) -> None:
    translator, out, _ = exported
    encoder, step = session(out / "encoder.onnx"), session(out / "step.onnx")
    batch = padded(sources(translator))
    limits = most_tokens(np.count_nonzero(batch, axis=1), translator.config.tokenizer)
    values = run(encoder, {"source": batch})
    tokens = [np.full(len(batch), START, "int32")]
    for _ in range(limits.max()):
        outputs = run(step, {**values, "token": tokens[-1]})
        outputs["logits"][:, [PADDING, START, UNKNOWN]] = -np.inf
        tokens.append(outputs["logits"].argmax(axis=1).astype("int32"))
        if translator.config.attention != "none":
            weights = outputs["attention_weights"]
            np.testing.assert_allclose(weights.sum(axis=1), 1, rtol=1e-5)
            assert not weights[batch == PADDING].any()
        values.update({name.removeprefix("next_"): value for name, value in outputs.items()})
    by_hand = np.stack(tokens[1:], axis=1)
    found = run(session(out / "translate.onnx"), {"source": batch})["tokens"]
    for row, wanted, limit in zip(by_hand.tolist(), found, limits, strict=True):
        row = row[: limit - 1]
        row = row[: row.index(END)] if END in row else row
        assert row == wanted[wanted != PADDING].tolist()


def test_batch_and_time_have_any_size(exported) -> None:
    _, out, _ = exported
    for name in ("encoder", "step", "translate"):
        model = session(out / f"{name}.onnx")
        tensors = {each.name: each.shape for each in (*model.get_inputs(), *model.get_outputs())}
        assert all(shape[0] == "batch" for shape in tensors.values())
        assert all(size != 1 for shape in tensors.values() for size in shape)
        if name == "translate":
            assert tensors == {
                "source": ["batch", "source_time"],
                "tokens": ["batch", "target_time"],
            }


def test_the_readme_lists_inputs_and_outputs(exported) -> None:
    translator, out, _ = exported
    readme = (out / "README.md").read_text(encoding="utf-8")
    names = {"tensor(int32)": "int32", "tensor(float)": "float32", "tensor(bool)": "bool"}
    for name in ("encoder", "step", "translate"):
        model = session(out / f"{name}.onnx")
        for way, tensors in (("inputs", model.get_inputs()), ("outputs", model.get_outputs())):
            for each in tensors:
                shape = ", ".join(map(str, each.shape))
                kind = names[each.type]
                assert f"| `{name}.onnx`, {way} | `{each.name}` | {kind} | `({shape})` |" in readme
    factor = 6 if translator.config.tokenizer == "char" else 2
    assert f"at most {factor}n + 10," in readme
    assert ("sentencepiece==" in readme) == (translator.config.tokenizer == "subword")


def test_the_example_of_the_readme_runs(exported) -> None:
    translator, out, found = exported
    readme = (out / "README.md").read_text(encoding="utf-8")
    example = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)[-1]
    limit = most_tokens(np.array(len(sources(translator)[0])), translator.config.tokenizer)
    example = example.replace('"..."', repr(TEXTS[0])).replace("< 50", f"< {limit}")
    result = subprocess.run(
        [sys.executable, "-c", example], capture_output=True, encoding="utf-8", cwd=out
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1] == found.expected[0]


def test_loops_carry_no_weights(exported) -> None:
    import onnx

    _, out, _ = exported
    for name in ("encoder", "translate"):
        graph = onnx.load(out / f"{name}.onnx").graph
        weights = {each.name for each in graph.initializer if len(each.dims) == 2}
        loops = [node for node in graph.node if node.op_type == "Loop"]
        assert loops and not weights & {name for loop in loops for name in loop.input}


@pytest.mark.slow
def test_int8_is_smaller_and_its_differences_are_counted(
    quantized: tuple[Path, Check], translators, folder: Path
) -> None:
    import onnx

    out, found = quantized
    assert len(found.translations) == len(TEXTS) and found.translations[1] == ""
    assert found.equal + len(found.differing) == len(TEXTS)
    readme = (out / "README.md").read_text(encoding="utf-8")
    assert "exported with int8 numbers" in readme
    assert f"{found.equal} of {len(TEXTS)} sentences are translated exactly" in readme
    # All products with weights are of integers, those in the loops too.
    graph = onnx.load(out / "translate.onnx").graph
    everywhere = [graph, *graphs(graph)]
    assert len(everywhere) == 4  # two directions of the encoder, and the search
    for each in everywhere:
        operators = [node.op_type for node in each.node]
        assert "MatMulInteger" in operators
        # In the search, scores times encoder states: neither is a weight.
        assert operators.count("MatMul") == (each is everywhere[-1])
    stored = {each.name: each for part in everywhere for each in part.initializer}
    for each in stored.values():
        assert each.data_type != onnx.TensorProto.FLOAT or len(each.dims) < 2, each.name


def test_a_missing_package_is_named(
    translators, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "seq2seq_keras.export.onnx_model", raising=False)
    monkeypatch.setitem(sys.modules, "tf2onnx", None)
    with pytest.raises(WorkError, match=r'onnx: the package tf2onnx is missing; .*\.\[export\]"$'):
        s2s.export(translators["plain"], "onnx", folder / "missing")
    assert not (folder / "missing").exists()
    monkeypatch.undo()
    import_module("seq2seq_keras.export.onnx_model")


@pytest.mark.slow
def test_a_trained_model_translates_alike(repository: Path, tmp_path: Path) -> None:
    translator = Translator.load(repository / "saved_models" / "sample-en-fr-attention")
    assert s2s.export(translator, "onnx", tmp_path / "out").differing == []
