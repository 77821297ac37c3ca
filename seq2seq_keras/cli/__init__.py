"""The command line: train, translate, evaluate, compare, app."""

from seq2seq_keras.cli.program import main, program

__all__ = ["main", "program"]
