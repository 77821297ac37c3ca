"""What a page is told of a sentence, against the translator and NumPy."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.tiny_models import save_untrained
from seq2seq_keras.errors import InputError
from seq2seq_keras.explain import explain
from seq2seq_keras.jobs import TranslationService, packing
from seq2seq_keras.jobs.packing import packed

pytestmark = pytest.mark.tensorflow

TEXT, REFERENCE = "A dog runs.", "狗跑。"


def unpacked(packed: dict[str, Any]) -> np.ndarray:
    """The array, read as the page's script reads it: pairs of bytes, little end first."""
    data = base64.b64decode(packed["data"])
    whole = [
        int.from_bytes(data[at : at + 2], "little", signed=True) for at in range(0, len(data), 2)
    ]
    return np.array(whole, "float64").reshape(packed["shape"]) * packed["scale"]


@given(
    st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), max_size=12),
    st.sampled_from([(-1,), (1, -1), (-1, 1)]),
)
def test_packing_keeps_numbers_to_a_part_of_the_largest(
    numbers: list[float], shape: tuple[int, ...]
) -> None:
    array = np.array(numbers, "float64").reshape(shape)
    found = packed(array)
    assert json.loads(json.dumps(found)) == found
    largest = np.abs(array).max(initial=0)
    np.testing.assert_allclose(unpacked(found), array, rtol=0, atol=largest / 65000 + 1e-300)
    np.testing.assert_array_equal(packing.unpacked(found), unpacked(found))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    return folder, save_untrained(folder)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Any:
    service = TranslationService(tmp_path_factory.mktemp("log") / "translation.log")
    yield service
    service.close()


def test_a_trace_tells_what_the_translator_writes(
    service: TranslationService, model: tuple[Path, Any]
) -> None:
    folder, translator = model
    trace = service.trace(folder, TEXT, REFERENCE)
    translation = translator.translate([TEXT])[0]
    written = trace["written"]
    # The end token is counted here.
    assert written["tokens"][: len(translation.tokens)] == list(translation.tokens)
    np.testing.assert_allclose(
        unpacked(written["weights"])[: len(translation.tokens)], translation.attention, atol=2e-4
    )
    assert written["score"] == pytest.approx(translation.score, abs=1e-3)
    assert len(trace["source"]) == unpacked(trace["encoder"]["layers"][0]["forward"]["h"]).shape[0]
    assert trace["reference"]["text"] == REFERENCE
    spelt = [trace["tree"]["nodes"][leaf] for leaf in trace["tree"]["leaves"]]
    assert spelt[0]["score"] == max(leaf["score"] for leaf in spelt)
    assert spelt[0]["score"] == pytest.approx(translation.score, abs=1e-3)


def test_every_quantity_of_a_trace_is_the_explanations(
    service: TranslationService, model: tuple[Path, Any]
) -> None:
    folder, translator = model
    trace, expected = service.trace(folder, TEXT, REFERENCE), explain(translator, TEXT, REFERENCE)
    arrays = expected.arrays()
    for name in ("z", "r", "h~", "h"):
        for direction in ("forward", "backward"):
            found = unpacked(trace["encoder"]["layers"][0][direction][name])
            np.testing.assert_allclose(
                found, arrays["encoder"]["layers"][0][direction][name], atol=5e-5
            )
        for view, writing in (("written", "beam"), ("reference", "reference")):
            found = unpacked(trace[view]["layers"][0][name])
            np.testing.assert_allclose(found, arrays[writing]["layers"][0][name], atol=5e-5)
    np.testing.assert_allclose(
        unpacked(trace["encoder"]["context"]), arrays["encoder"]["context"], atol=5e-5
    )
    assert trace["reference"]["ranks"] == arrays["reference"]["ranks"].tolist()
    total = sum(sum(row) for row in trace["written"]["top_probabilities"])
    assert total == pytest.approx(arrays["beam"]["top_probabilities"].sum(), rel=1e-4)


def test_a_neuron_is_worked_through(service: TranslationService, model: tuple[Path, Any]) -> None:
    folder, _ = model
    found = service.working(folder, TEXT, None, part="beam", step=1, gate="z", neuron=3)
    total = sum(term["product"] for term in found["terms"]) + found["rest"] + found["bias"]
    assert found["total"] == pytest.approx(total, abs=1e-5)
    assert found["value"] == pytest.approx(1 / (1 + np.exp(-total)), abs=1e-5)
    written = service.trace(folder, TEXT)["written"]
    z = unpacked(written["layers"][0]["z"])
    assert z[1, 3] == pytest.approx(found["value"], abs=1e-4)


def test_an_empty_sentence_is_told(service: TranslationService, model: tuple[Path, Any]) -> None:
    with pytest.raises(InputError, match="no text"):
        service.trace(model[0], "  ")


def test_a_change_that_fits_not_is_refused(
    service: TranslationService, model: tuple[Path, Any]
) -> None:
    wrong: dict[str, dict[str, Any]] = {
        "kind": {"kind": "magic"},
        "position": {"kind": "attend_to", "position": "there"},
        "gate": {"kind": "clamp", "part": "decoder", "gate": "f", "value": 0},
        "weights": {"kind": "attention", "step": 0, "weights": [1, 2]},
    }
    for name, change in wrong.items():
        with pytest.raises(InputError, match=f"^{name}"):
            service.what_if(model[0], TEXT, changes=[change])


def test_words_before_the_change_stay(service: TranslationService, model: tuple[Path, Any]) -> None:
    written = service.trace(model[0], TEXT)["written"]
    other = written["top_ids"][3][5]
    change = {"kind": "word", "step": 3, "token": other}
    answer = service.what_if(model[0], TEXT, changes=[change], prefix=3)
    assert answer["after"]["ids"][:4] == [*written["ids"][:3], other]
    assert answer["before"]["ids"][:3] == written["ids"][:3]
