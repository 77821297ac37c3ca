"""Names of languages for display, and a careful guess at which one a text is in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

LANGUAGE_NAMES = {
    "ar": "Arabic",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hu": "Hungarian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}

_COMMON_WORDS = {
    "de": "der die das und ist ein eine nicht auf mit dem den im sich von zu ich sie",
    "en": "the a an and is are of to in on with it that this you i he she they",
    "es": "el la los las un una y es de en con que no por se su está",
    "fr": "le la les un une et est de des du dans sur avec que il elle je ne pas",
    "it": "il lo la gli un una e è di in con che non per si sono della",
    "nl": "de het een en is van in op met dat niet te ik hij zij zijn",
    "pt": "o a os as um uma e é de em com que não por se do da está",
}


def language_name(code: str | None) -> str:
    """The English name of a language code, or the code itself where we know none."""
    if not code:
        return "?"
    return LANGUAGE_NAMES.get(code.lower().split("-")[0], code)


def guess_language(sentences: Iterable[str]) -> str | None:
    """Guesses the language of sentences in Latin letters by their commonest words.

    Other scripts mostly give their language away, and `load_corpus` tells them.

    Returns:
        A code of `LANGUAGE_NAMES`, or None where the evidence is thin; the user corrects it.

    Example:
        >>> guess_language(["Le chat est sur la table.", "Il ne dort pas."])
        'fr'
    """
    words = Counter(re.findall(r"[^\W\d_]+", " ".join(sentences).lower()))
    total = max(1, words.total())
    shares = {
        code: sum(words[word] for word in common.split()) / total
        for code, common in _COMMON_WORDS.items()
    }
    best, second = sorted(shares, key=lambda code: -shares[code])[:2]
    if shares[best] < 0.1 or shares[best] - shares[second] < 0.04:
        return None
    return best
