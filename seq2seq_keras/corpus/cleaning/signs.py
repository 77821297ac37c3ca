"""Rules that compare what both sides hold of numbers, quotation marks and brackets."""

from __future__ import annotations

import re

import numpy as np

from seq2seq_keras.corpus.cleaning.characters import BRACKETS, DIGIT, QUOTE, QUOTES
from seq2seq_keras.corpus.cleaning.drops import fixed
from seq2seq_keras.corpus.cleaning.rule import Drop
from seq2seq_keras.corpus.cleaning.side import Side

_GROUPED = re.compile(r"(?<!\d)\d{1,3}(?:([.,' \u2019])\d{3})(?:\1\d{3})*(?!\d)")
_NUMBER = re.compile(r"\d+")
# Brackets that open or close nothing: "a)", ":)", ":(".
_LONE_CLOSING = re.compile(r"(?:^|\s)\w{1,2}\)|[:;=8x]['’]?-?\)", re.IGNORECASE)
_LONE_OPENING = re.compile(r"[:;=8x]['’]?-?\(", re.IGNORECASE)
_INCHES = re.compile(r"\d\s?[\"”]")


def numbers_of(text: str) -> list[str]:
    """Returns the numbers in a text as far as languages write them alike, in order of size.

    Only the digits that count, so that 2.00 is 2, and 10,000 and 10.000 are the 1 of 1万.

    Example:
        >>> numbers_of("At 7:30 it cost 10,500.00 yen."), numbers_of("7点半")
        (['105', '3', '7'], ['7'])
    """
    whole = _GROUPED.sub(lambda match: re.sub(r"\D", "", match.group()), text)
    numbers = ("".join(str(int(digit)) for digit in each) for each in _NUMBER.findall(whole))
    return sorted(filter(None, (number.strip("0") for number in numbers)))


def _numbers(source: Side, target: Side) -> np.ndarray:
    """Pairs of which each side has a number that the other has not.

    A number that is missing may be a word there, as 三 is.
    """
    both = np.intersect1d(source.with_all(DIGIT), target.with_all(DIGIT))
    found = []
    for index in both.tolist():
        here, there = numbers_of(source.texts[index]), numbers_of(target.texts[index])
        if here != there and set(here) - set(there) and set(there) - set(here):
            found.append(index)
    return np.array(found, np.int64)


def is_balanced(text: str) -> bool:
    """Whether what is opened in a text, by bracket or quotation mark, is closed.

    Example:
        >>> is_balanced('He said "no (or so".'), is_balanced('a) A 5" pipe :)')
        (False, True)
    """
    quotes = sum(map(text.count, QUOTES))
    if quotes % 2 and (quotes - len(_INCHES.findall(text))) % 2:
        return False
    excess = text.count(")") - text.count("(")
    if not -len(_LONE_OPENING.findall(text)) <= excess <= len(_LONE_CLOSING.findall(text)):
        return False
    return all(text.count(opening) == text.count(closing) for opening, closing in BRACKETS[1:])


def _quotes(source: Side, target: Side) -> np.ndarray:
    either = np.union1d(source.with_all(QUOTE), target.with_all(QUOTE))
    found = [
        index
        for index in either.tolist()
        if is_balanced(source.texts[index]) != is_balanced(target.texts[index])
    ]
    return np.array(found, np.int64)


SIGNS = (
    Drop(
        "numbers",
        "have different numbers on both sides",
        "they are often misaligned, or translated freely",
        fit=fixed(_numbers),
    ),
    Drop(
        "quotes",
        "have brackets or quotation marks open on one side only",
        "a part is often missing there",
        fit=fixed(_quotes),
    ),
)
