"""What was written is read back with TensorBoard's own record format, without TensorBoard."""

import struct
from pathlib import Path

import pytest
from tensorboardX.proto.event_pb2 import Event as Record

from seq2seq_keras.training import EpochEnd, Finished, Progress, Started
from seq2seq_keras.training.tensorboard import TensorBoardWriter


def records(folder: Path) -> list[Record]:
    """Every record of the event files: length, checksum, content, checksum."""
    found = []
    for path in sorted(folder.glob("events.out.tfevents.*")):
        data = path.read_bytes()
        while data:
            (length,) = struct.unpack("<Q", data[:8])
            found.append(Record.FromString(data[12 : 12 + length]))
            data = data[12 + length + 4 :]
    return found


def scalars(folder: Path) -> dict[tuple[str, int], float]:
    return {
        (value.tag, record.step): value.simple_value
        for record in records(folder)
        for value in record.summary.value
        if value.HasField("simple_value")
    }


@pytest.fixture
def written(tmp_path: Path) -> Path:
    example = {"source": "Ein Hund.", "reference": "A dog.", "translation": "A cat."}
    with TensorBoardWriter(tmp_path) as writer:
        writer(Started(1000, 10, 640, 2, None, "cpu:0", 0))
        writer(Progress(1, 4, 10, 5.5, 3000.0, 12.0, 90.0, 0.0005, 2.5))
        writer(
            EpochEnd(1, 4.5, 90.0, 4.0, 54.6, 12.5, 0.001, 3000.0, 40.0, True, [example], 2.0, 0.75)
        )
        writer(Progress(2, 3, 10, 4.0, 3000.0, 50.0, 30.0, 0.0009, 1.5))
        writer(Finished("epochs", 1, 12.5, 80.0))
    return tmp_path


def test_curves_have_a_point_an_epoch_and_one_a_look(written: Path) -> None:
    found = scalars(written)
    assert found["loss/train", 1] == 4.5
    assert found["loss/validation", 1] == 4.0
    assert found["perplexity/train", 1] == 90.0
    assert found["perplexity/validation", 1] == pytest.approx(54.6)
    assert found["BLEU/validation", 1] == 12.5
    assert found["gradient_norm/before_clipping", 1] == 2.0
    assert found["gradient_norm/after_clipping", 1] == 0.75
    assert found["speed/target_tokens_a_second", 1] == 3000.0
    assert found["in_the_epoch/loss_so_far", 4] == 5.5
    assert found["in_the_epoch/learning_rate", 13] == pytest.approx(0.0009)


def test_examples_are_texts(written: Path) -> None:
    texts = [
        value.tensor.string_val[0].decode()
        for record in records(written)
        for value in record.summary.value
        if value.tag.startswith("example_1")
    ]
    assert len(texts) == 1 and "A cat." in texts[0]
