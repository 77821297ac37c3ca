"""A language that the interface speaks."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from seq2seq_keras.localisation.catalogue import Catalogue, read_catalogue


@dataclass(frozen=True)
class Language:
    """One language of the interface. English texts are the keys, and need no file.

    Attributes:
        code: Its code, which is also the part of the address under which its page lies.
        name: What its speakers call it.
        tag: The `lang` attribute, by which browsers choose fonts and Gradio its own words.

    Example:
        >>> CHINESE.say("Epochs"), ENGLISH.say("{count} left", count=3)
        ('训练轮数', '3 left')
    """

    code: str
    name: str
    tag: str

    def say(self, text: str, **values: object) -> str:
        """Says a text of ours.

        Args:
            text: The text in English; with values, a format with their names in braces.
            **values: What to fill in.

        Returns:
            The text in this language; in English where no translation is known.
        """
        known = self._catalogue.texts.get(text, text) if self._catalogue else text
        return known.format(**values) if values else known

    def say_many(self, singular: str, plural: str, count: int, **values: object) -> str:
        """Says a text whose words depend on a number.

        Args:
            singular: The text in English for one; `{count}` is the number.
            plural: The same for any other number.
            count: The number.
            **values: What else to fill in.

        Returns:
            The text in this language.

        Example:
            >>> ENGLISH.say_many("{count} epoch", "{count} epochs", 2)
            '2 epochs'
        """
        text = singular if count == 1 else plural
        if self._catalogue:  # Chinese has one form for every number
            text = self._catalogue.plurals.get(singular, text)
        return text.format(count=count, **values)

    def error(self, message: str) -> str:
        """Says in this language what deeper code said in English: an error, a notice, a stage.

        Args:
            message: The whole message, values and all.

        Returns:
            The message in this language; as it stands where it is not a known one.

        Example:
            >>> CHINESE.error("a.tsv: there is no such file")
            'a.tsv：没有这个文件'
        """
        return self._catalogue.message(message) if self._catalogue else message

    @property
    def _catalogue(self) -> Catalogue | None:
        return None if self.code == "en" else _catalogue_of(self.code)


@functools.cache
def _catalogue_of(code: str) -> Catalogue:
    return read_catalogue(code)


def later(text: str) -> str:
    """Marks a text that `say` will say when it is shown, so that it is known to need translation.

    Returns:
        The text itself.
    """
    return text


ENGLISH = Language("en", "English", "en")
CHINESE = Language("zh", "中文", "zh-CN")
LANGUAGES = {language.code: language for language in (ENGLISH, CHINESE)}
"""Every language of the interface, by its code."""
