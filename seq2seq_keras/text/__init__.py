"""From sentences to token ids and back: subword, word and character tokenizers."""

from seq2seq_keras.text.char import CharTokenizer
from seq2seq_keras.text.normalisation import normalise
from seq2seq_keras.text.scripts import is_spaceless
from seq2seq_keras.text.segments import Segments, split_paragraph
from seq2seq_keras.text.sentences import split_sentences
from seq2seq_keras.text.subword import SubwordTokenizer
from seq2seq_keras.text.tokenizer import END, PADDING, START, UNKNOWN, Tokenizer
from seq2seq_keras.text.tokenizers import load_tokenizer, train_tokenizer
from seq2seq_keras.text.word import WordTokenizer

__all__ = [
    "END",
    "PADDING",
    "START",
    "UNKNOWN",
    "CharTokenizer",
    "Segments",
    "SubwordTokenizer",
    "Tokenizer",
    "WordTokenizer",
    "is_spaceless",
    "load_tokenizer",
    "normalise",
    "split_paragraph",
    "split_sentences",
    "train_tokenizer",
]
