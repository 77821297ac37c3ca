"""A choice of rules, as options and files name it, applied to a corpus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from seq2seq_keras.corpus.cleaning.inspection import inspect
from seq2seq_keras.corpus.cleaning.rule import Mend
from seq2seq_keras.corpus.cleaning.rules import DEFAULT, EXCLUSIVE, RULES
from seq2seq_keras.errors import InputError

if TYPE_CHECKING:
    from seq2seq_keras.corpus.pairs import Corpus

_SETS = {
    "default": DEFAULT,
    "all": tuple(name for name, rule in RULES.items() if not rule.preference),
    "none": (),
}


class Cleaning:
    """Rules in the order in which they work: mends, then drops.

    Args:
        names: The names of the rules, in any order, from `RULES`.

    Attributes:
        names: The names in their order: what is saved, and makes the same pipeline again.

    Raises:
        InputError: If there is no such rule, or two exclude each other.

    Example:
        >>> Cleaning(["repeated", "html"]).names
        ('html', 'repeated')
        >>> Cleaning.parse("default,-long_words,+numbers") == Cleaning.parse("default,+numbers")
        False
    """

    def __init__(self, names: Iterable[str] = DEFAULT) -> None:
        wanted = set(names)
        for name in sorted(wanted - RULES.keys()):
            raise InputError(f"clean: there is no {name!r}; there are {', '.join(RULES)}")
        if wanted.issuperset(EXCLUSIVE):
            raise InputError("clean: simplified and traditional exclude each other; choose one")
        self.names = tuple(name for name in RULES if name in wanted)

    @classmethod
    def parse(cls, text: str) -> Cleaning:
        """Makes a pipeline of a list as one writes it.

        Args:
            text: Names of rules and of sets of rules (`default`, `all`, `none`), separated by
                commas. A name after `-` is taken away; one after `+` is added, to the default
                where nothing stands before it.

        Raises:
            InputError: If a name is unknown.
        """
        words = [word.strip() for word in text.split(",") if word.strip()]
        signed = bool(words) and words[0][0] in "+-"
        chosen = set(DEFAULT if signed else ())
        for word in words:
            name = word.lstrip("+-").strip()
            names = set(_SETS.get(name, (name,)))
            cls(names)  # what is taken away has to exist as well
            chosen = chosen - names if word.startswith("-") else chosen | names
        return cls(chosen)

    def __str__(self) -> str:
        """The shortest list that `parse` makes this pipeline of."""
        chosen = set(self.names)
        spelled = [",".join(self.names) or "none"]
        for name, rules in _SETS.items():
            changed = [f"-{rule}" for rule in rules if rule not in chosen]
            changed += [f"+{rule}" for rule in self.names if rule not in rules]
            spelled.append(",".join([name, *changed]))
        return min(spelled, key=len)

    @property
    def mends(self) -> tuple[str, ...]:
        """The names of the rules that change the text."""
        return tuple(name for name in self.names if isinstance(RULES[name], Mend))

    @property
    def drops(self) -> tuple[str, ...]:
        """The names of the rules that leave pairs out."""
        return tuple(name for name in self.names if not isinstance(RULES[name], Mend))

    def apply(self, corpus: Corpus) -> Corpus:
        """Mends sentences and leaves pairs out.

        Args:
            corpus: The pairs.

        Returns:
            The other pairs. `cleaned` tells what each rule did; `dropped` also counts the pairs
            that each left out.

        Raises:
            InputError: If no pair is left.

        Example:
            >>> corpus = Corpus(["Hi &amp; bye.", "OK"], ["Salut.", "OK"])
            >>> Cleaning().apply(corpus).sources
            ['Hi & bye.']
        """
        if not self.names:
            return corpus
        return inspect(corpus, self.mends, self.names).cleaned(self.drops)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Cleaning) and self.names == other.names

    def __hash__(self) -> int:
        return hash(self.names)

    def __repr__(self) -> str:
        return f"Cleaning({list(self.names)})"


def clean(corpus: Corpus, rules: str | Iterable[str] = "default") -> Corpus:
    """Mends sentences and leaves doubtful pairs out.

    Args:
        corpus: The pairs.
        rules: Names of rules, or a list of them as `Cleaning.parse` reads it.

    Returns:
        The other pairs, as `Cleaning.apply` returns them.

    Raises:
        InputError: If there is no such rule, or no pair is left.

    Example:
        >>> len(clean(Corpus(["Hi.", "Hi."], ["Salut.", "Salut."]), ["repeated"]))
        1
    """
    pipeline = Cleaning.parse(rules) if isinstance(rules, str) else Cleaning(rules)
    return pipeline.apply(corpus)
