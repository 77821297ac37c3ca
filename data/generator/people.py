"""Which two people may appear in one sentence without confusion."""

from __future__ import annotations

from data.generator import choices
from data.generator.syntax import Nominal, NounPhrase, Person


def confusing(one: NounPhrase, two: NounPhrase) -> bool:
    """The same person twice, or two pronouns of the third person."""
    if one == two:
        return True
    if isinstance(one, Person) and isinstance(two, Person) and one.person == two.person:
        return True
    third = [isinstance(p, Person) and p.person == 3 for p in (one, two)]
    if any(third):
        return True
    for p in (one, two):
        if isinstance(p, Nominal) and p.determiner in {"every", "all", "num"}:
            return True
        if isinstance(p, Nominal) and p.owner in {choices.HE, choices.SHE, choices.THEY}:
            return True
    return isinstance(one, Nominal) and isinstance(two, Nominal) and one.noun == two.noun
