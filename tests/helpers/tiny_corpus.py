"""A small English-French corpus made by rule, for tests that train."""

from __future__ import annotations

import itertools
import random

_SUBJECTS = [
    ("the cat", "le chat"),
    ("the dog", "le chien"),
    ("a man", "un homme"),
    ("a woman", "une femme"),
    ("my friend", "mon ami"),
    ("the child", "l'enfant"),
]
_VERBS = [("sees", "voit"), ("eats", "mange"), ("wants", "veut"), ("buys", "achète")]
_OBJECTS = [
    ("an apple", "une pomme"),
    ("the bread", "le pain"),
    ("a red fish", "un poisson rouge"),
    ("the big house", "la grande maison"),
    ("two books", "deux livres"),
]
_ENDINGS = [("", ""), (" today", " aujourd'hui"), (" in the garden", " dans le jardin")]


def tiny_pairs(count: int, seed: int = 0) -> tuple[list[str], list[str]]:
    """Returns `count` (at most 360) distinct sentences and their translations."""
    parts = list(itertools.product(_SUBJECTS, _VERBS, _OBJECTS, _ENDINGS))
    chosen = random.Random(seed).sample(parts, count)
    sources, targets = [], []
    for subject, verb, thing, ending in chosen:
        sources.append(f"{subject[0]} {verb[0]} {thing[0]}{ending[0]} .".capitalize())
        targets.append(f"{subject[1]} {verb[1]} {thing[1]}{ending[1]} .".capitalize())
    return sources, targets
