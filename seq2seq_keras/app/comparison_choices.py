"""What can be compared with what, and on which test set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from seq2seq_keras.app.wording import model_languages
from seq2seq_keras.jobs import ModelInfo, TestSet
from seq2seq_keras.localisation import ENGLISH


def partners(info: ModelInfo, models: Sequence[ModelInfo]) -> list[str]:
    """The models to compare one with: its twin from the same comparison, then others alike."""

    def stem(model: ModelInfo) -> str:
        return model.name.replace("-attention", "").replace("-plain", "")

    alike = [other for other in models if other.id != info.id and _pair(other) == _pair(info)]
    alike.sort(key=lambda other: (stem(other) != stem(info), other.shipped != info.shipped))
    return [other.id for other in alike]


def suggested(models: Sequence[ModelInfo]) -> list[str]:
    """Two models to begin with: the user's newest and its partner, else two of ours.

    Args:
        models: All saved models, ours first.

    Returns:
        Two ids, or none where no two models translate alike.
    """
    own = sorted((info for info in models if not info.shipped), key=lambda info: info.saved)
    for info in [*reversed(own), *(info for info in models if info.shipped)]:
        for partner in partners(info, models):
            return [info.id, partner]
    return []


def fitting(tests: Sequence[TestSet], models: Sequence[ModelInfo]) -> list[str]:
    """The test sets of the models' languages, those kept out of their own training first.

    Args:
        tests: All test sets.
        models: The models to compare.

    Returns:
        Ids of those that fit every model.
    """
    if not models:
        return []
    ids = {info.id for info in models}
    alike = [test for test in tests if all(_fits(test, info) for info in models)]
    alike.sort(key=lambda test: -len(ids & set(test.models)))
    return [test.id for test in alike]


def distinct(names: Sequence[str]) -> list[str]:
    """Names that differ: a model of ours and one of the user's may share one.

    Example:
        >>> distinct(["a", "b", "a", "a"])
        ['a', 'b', 'a (2)', 'a (3)']
    """
    seen: Counter[str] = Counter()
    found: list[str] = []
    for name in names:
        seen[name] += 1
        while (shown := name if seen[name] == 1 else f"{name} ({seen[name]})") in found:
            seen[name] += 1
        found.append(shown)
    return found


def _fits(test: TestSet, info: ModelInfo) -> bool:
    languages = (info.config.source_lang, info.config.target_lang)
    return info.id in test.models or (test.corpus.source_lang, test.corpus.target_lang) == languages


def _pair(info: ModelInfo) -> str:
    return model_languages(info, ENGLISH)
