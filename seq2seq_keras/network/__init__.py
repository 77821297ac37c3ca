"""Encoder, attention and decoder as Keras functional models; importing registers the layers."""

from seq2seq_keras.network.attention import Attention
from seq2seq_keras.network.network import Network, build_network
from seq2seq_keras.network.recurrence import AttentiveRecurrence
from seq2seq_keras.network_size import count_parameters, units_for

__all__ = [
    "Attention",
    "AttentiveRecurrence",
    "Network",
    "build_network",
    "count_parameters",
    "units_for",
]
