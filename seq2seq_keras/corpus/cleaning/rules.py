"""All rules, in the order in which they work."""

from __future__ import annotations

from seq2seq_keras.corpus.cleaning.chinese import CONVERSIONS
from seq2seq_keras.corpus.cleaning.drops import DROPS
from seq2seq_keras.corpus.cleaning.language import LANGUAGE
from seq2seq_keras.corpus.cleaning.mends import MENDS
from seq2seq_keras.corpus.cleaning.repeats import REPEATS
from seq2seq_keras.corpus.cleaning.rule import Rule
from seq2seq_keras.corpus.cleaning.signs import SIGNS

RULES: dict[str, Rule] = {
    rule.name: rule for rule in (*MENDS, *CONVERSIONS, *DROPS, LANGUAGE, *SIGNS, *REPEATS)
}
"""By name. Mends come first, so that the others see what is mended; what stands elsewhere in the
corpus is looked for last, among the pairs that the others leave."""

DEFAULT = tuple(name for name, rule in RULES.items() if rule.default)
"""Rules that repair for sure, or leave out what surely does harm."""

EXCLUSIVE = ("simplified", "traditional")
"""Of which one alone can be chosen."""
