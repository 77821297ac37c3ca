"""Translating more than one process can: over the processors and machines of a Ray cluster.

`seq2seq-keras spread` translates a file, `translate_dataset` a dataset of Ray's own. Ray comes with
the extra `ray`; nothing here imports it, or Keras, before it is needed.
"""

from seq2seq_keras.spread.dataset import NEW_COLUMN, BatchTranslator, translate_dataset

__all__ = ["NEW_COLUMN", "BatchTranslator", "translate_dataset"]
