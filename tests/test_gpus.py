"""Keras's backend counts the GPUs of this machine in a process of its own."""

from __future__ import annotations

import sys

import keras
import pytest

from seq2seq_keras.gpus import count_gpus


def test_as_many_as_keras_sees_here() -> None:
    kinds = [device.split(":")[0].lower() for device in keras.distribution.list_devices()]
    assert count_gpus() == kinds.count("gpu")


def test_none_where_it_cannot_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert count_gpus() == 0
