"""Sentences of different length in one padded batch, with and without more padding."""

import numpy as np
import pytest

from seq2seq_keras.decoding import padded

SOURCES = [[5, 4, 9, 7, 2], [8, 2], [6, 3, 10, 2]]
TARGETS = [[1, 4, 8], [1, 5, 6, 7, 3], [1]]


@pytest.fixture(scope="session")
def sentences():
    """Token ids of the sources and of the targets behind their start token."""
    return SOURCES, TARGETS


@pytest.fixture(scope="session")
def batch():
    """The same as arrays, `(batch, source_time)` and `(batch, target_time)`."""
    return padded(SOURCES), padded(TARGETS)


@pytest.fixture(scope="session")
def wider_batch(batch):
    """The batch with four more columns of padding on both sides."""
    return tuple(np.pad(tokens, ((0, 0), (0, 4))) for tokens in batch)
