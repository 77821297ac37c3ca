"""The PyTorch contestant computes the same logits and translations as this project's network.

PyTorch lies in an environment of its own, which the benchmark makes; without it this is skipped.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from benchmarks.environment import FOLDER
from benchmarks.settings import SCORES
from seq2seq_keras.config import Config
from seq2seq_keras.decoding import search_all
from seq2seq_keras.network import build_network

SOURCE_VOCAB, TARGET_VOCAB, DIM, UNITS = 19, 17, 6, 8

PROGRAM = """
import sys
import numpy as np
import torch
from benchmarks.contestants.torch_network import Translator
from benchmarks.contestants.torch_search import beam_search

folder, cell, placement = sys.argv[1:4]
with np.load(f"{folder}/given.npz") as archive:
    given = {name: torch.from_numpy(value) for name, value in archive.items()}
source, target_input = given.pop("source").long(), given.pop("target_input").long()
network = Translator(
    19, 17, placement=placement, embedding_dim=6, units=8, dropout=0.3, cell=cell
)
network.load_state_dict(given)
lengths = (source != 0).sum(1)
with torch.no_grad():
    logits = network.eval()(source, lengths, target_input)
np.save(f"{folder}/logits.npy", logits.numpy())
for beam_size in (1, 3):
    found = beam_search(network, source, lengths, beam_size)
    np.save(f"{folder}/beam{beam_size}.npy", found.numpy())
"""


@pytest.fixture(scope="module")
def torch_python() -> Path:
    for name in ("torch", "joey"):
        if (FOLDER / name / "ready").is_file():
            return FOLDER / name / "bin" / "python"
    pytest.skip("needs PyTorch's environment, which `make bench` makes")


def gates(matrix: np.ndarray, cell: str) -> np.ndarray:
    """Transposes a kernel and puts its gates into PyTorch's order."""
    parts = np.split(matrix, 3 if cell == "gru" else 4, axis=-1)
    if cell == "gru":  # z, r, h in Keras; r, z, n in PyTorch. An LSTM's i, f, c, o are the same.
        parts = [parts[1], parts[0], parts[2]]
    return np.concatenate(parts, axis=-1).T


def recurrent(values: dict[str, np.ndarray], begin: str, cell: str) -> list[np.ndarray]:
    """Returns input kernel, recurrent kernel and both biases of the layer whose path so begins."""
    found = {p.split("/")[-1]: v for p, v in values.items() if p.startswith(begin)}
    bias = found["bias"] if cell == "gru" else np.stack([found["bias"], 0 * found["bias"]])
    return [
        gates(found["kernel"], cell),
        gates(found["recurrent_kernel"], cell),
        *(gates(row, cell) for row in bias),
    ]


@pytest.mark.parametrize("cell", ["gru", "lstm"])
@pytest.mark.parametrize("placement", ["before", "after", "none"])
def test_same_logits_and_translations(
    torch_python: Path, repository: Path, tmp_path: Path, cell: str, placement: str
) -> None:
    config = Config.create(
        cell=cell,
        attention=SCORES[placement],
        attention_placement="after" if placement == "after" else "before",
        units=UNITS,
        embedding_dim=DIM,
    )
    network = build_network(config, SOURCE_VOCAB, TARGET_VOCAB)
    ours = network.training
    random = np.random.default_rng(1)
    for weight in ours.trainable_weights:  # biases too, which start at zero
        weight.assign(random.normal(scale=0.3, size=weight.shape))
    values = {weight.path: np.asarray(weight.value) for weight in ours.trainable_weights}

    given: dict[str, np.ndarray] = {
        "source_embedding.weight": values["source_embedding/embeddings"],
        "target_embedding.weight": values["target_embedding/embeddings"],
        "deep_output.weight": values["deep_output/kernel"].T,
        "deep_output.bias": values["deep_output/bias"],
    }
    for number, state in enumerate(["hidden_state", "cell_state"][: 2 if cell == "lstm" else 1]):
        given[f"initial.{number}.weight"] = values[f"decoder_1_initial_{state}/kernel"].T
        given[f"initial.{number}.bias"] = values[f"decoder_1_initial_{state}/bias"]
    if placement != "none":
        given["keys.weight"] = values["attention_keys/kernel"].T
    if placement == "before":
        given["query.weight"] = values["attention/query_kernel"].T
        given["score.weight"] = values["attention/score_vector"].T
    layers = {
        "encoder.{}_l0": "encoder_1/forward",
        "encoder.{}_l0_reverse": "encoder_1/backward",
        "decoder.{}" if placement == "before" else "decoder.{}_l0": (
            "cell/" if placement == "before" else "decoder_1_cell"
        ),
    }
    for name, begin in layers.items():
        for kind, value in zip(
            ("weight_ih", "weight_hh", "bias_ih", "bias_hh"),
            recurrent(values, begin, cell),
            strict=True,
        ):
            given[name.format(kind)] = value

    source = np.array([[5, 9, 11, 2], [7, 2, 0, 0]], "int32")
    target_input = np.array([[1, 4, 8], [1, 6, 0]], "int32")
    np.savez(tmp_path / "given.npz", source=source, target_input=target_input, **given)
    subprocess.run(
        [torch_python, "-c", PROGRAM, tmp_path, cell, placement],
        cwd=repository,
        env={"PYTHONPATH": str(repository)},
        check=True,
        timeout=120,
    )
    expected = np.asarray(ours([source, target_input], training=False))
    logits = np.load(tmp_path / "logits.npy")
    real = target_input != 0
    np.testing.assert_allclose(logits[real], expected[real], atol=1e-5)

    for beam_size in (1, 3):
        found = search_all(network, [[5, 9, 11], [7]], beam_size=beam_size)
        translations = np.load(tmp_path / f"beam{beam_size}.npy")
        assert [row[row != 0].tolist() for row in translations] == [
            hypotheses[0].tokens for hypotheses in found
        ]
