"""The languages of the interface: English, which stands in the code, and Chinese, in `zh.po`."""

from seq2seq_keras.localisation.language import CHINESE, ENGLISH, LANGUAGES, Language, later
from seq2seq_keras.localisation.preference import preferred

__all__ = ["CHINESE", "ENGLISH", "LANGUAGES", "Language", "later", "preferred"]
