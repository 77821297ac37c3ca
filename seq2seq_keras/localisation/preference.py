"""Which language a visitor prefers, as far as the browser tells."""

from __future__ import annotations

from seq2seq_keras.localisation.language import ENGLISH, LANGUAGES, Language


def preferred(chosen: str | None, accepted: str | None) -> Language:
    """Chooses the language of a visitor's first page.

    Args:
        chosen: The code that the visitor chose before, if so.
        accepted: The request's Accept-Language header, if there is one.

    Returns:
        What was chosen, else the accepted language of the highest quality, else English.

    Example:
        >>> preferred(None, "fr, zh-Hans-CN;q=0.8, en;q=0.5").name
        '中文'
    """
    if chosen in LANGUAGES:
        return LANGUAGES[chosen]
    best, highest = ENGLISH, 0.0
    for item in (accepted or "").split(","):
        tag, *parameters = (part.strip().lower() for part in item.split(";"))
        language = LANGUAGES.get(tag.partition("-")[0])
        quality = _quality(parameters)
        if language is not None and quality > highest:  # of equals, the one named first
            best, highest = language, quality
    return best


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                quality = float(value)
            except ValueError:
                return 0.0
            return quality if 0.0 <= quality <= 1.0 else 0.0
    return 1.0
