"""Kinds of sentences, and how often each is drawn."""

from __future__ import annotations

from collections.abc import Callable

from data.generator import complexes, descriptions, questions, statements
from data.generator.sampler import Sampler, UnfitError
from data.generator.stories import STORY_FAMILIES
from data.generator.syntax import Sentence

Family = Callable[[Sampler], Sentence]
FAMILIES: list[tuple[int, Family]] = [
    (200, statements.statement),
    (60, statements.stative),
    (90, statements.modal),
    (35, statements.liking),
    (55, descriptions.quality),
    (40, complexes.quality_relative),
    (14, descriptions.mood),
    (30, descriptions.comparison),
    (22, descriptions.occupation),
    (26, descriptions.location),
    (28, descriptions.existence),
    (14, descriptions.weather),
    (5, descriptions.age),
    (8, descriptions.price),
    (50, questions.yes_no),
    (24, questions.where_when),
    (20, questions.why),
    (24, questions.what_who_many),
    (35, questions.command),
    (45, statements.enumeration),
    (45, complexes.relative_person),
    (45, complexes.relative_thing),
    (50, complexes.contrast),
    (40, complexes.meanwhile),
    (22, complexes.interrupted),
    (40, complexes.reported),
    (20, complexes.before),
    *STORY_FAMILIES,
]


def draw_sentence(draw: Sampler) -> Sentence:
    """One sentence of a family drawn by weight; tries until one is natural."""
    families = [family for weight, family in FAMILIES for _ in range(weight)]
    family = draw.pick(families)
    while True:
        try:
            return family(draw)
        except UnfitError:
            continue
