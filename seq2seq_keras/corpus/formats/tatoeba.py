"""Tatoeba's own exports: sentences in one file, and in another which translates which.

<https://tatoeba.org/downloads> has them for all languages together (`sentences.csv` and
`links.csv`) and by language (`eng_sentences.tsv`, `deu_sentences.tsv` and `eng-deu_links.tsv`).
Their columns are parted by tabs whatever the suffix says: number, language and text of a sentence;
the numbers of a sentence and of a translation of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from seq2seq_keras.corpus.files import TextFile
from seq2seq_keras.corpus.formats.records import Records
from seq2seq_keras.errors import InputError
from seq2seq_keras.languages import short_code

_SAMPLE = 50
_MOST_LANGUAGES_TOLD = 8


def recognises(files: Sequence[TextFile]) -> bool:
    """Tells whether files are sentences and links, in any order."""
    kinds = sorted(map(_kind, files))
    return kinds in (["links", "sentences"], ["links", "sentences", "sentences"])


def read(
    files: Sequence[TextFile], source_lang: str | None = None, target_lang: str | None = None
) -> Records:
    """Joins sentences and links.

    Of the sentences those of the two languages are held in memory; of the links none.

    Args:
        files: One or two files of sentences, and one of links.
        source_lang: The language of one side; of three files the first is the source's.
        target_lang: The language of the other.

    Returns:
        Two columns, named by Tatoeba's codes such as `eng`; a row for each link from a sentence
        of the source to one of the target. A link back is no second row.

    Raises:
        InputError: If it is unclear which languages are meant, or a line is not as it should be.
    """
    links = next(file for file in files if _kind(file) == "links")
    sentences = [file for file in files if file is not links]
    source, target = _languages(sentences, source_lang, target_lang)

    def rows() -> Iterator[Sequence[str]]:
        texts: tuple[dict[str, str], dict[str, str]] = ({}, {})
        for file in sentences:
            for number, language, text in _fields(file, 3):
                for side, wanted in zip(texts, (source, target), strict=True):
                    if language == wanted:
                        side[number] = text
        for number, other in _fields(links, 2):
            if number in texts[0] and other in texts[1]:  # of all others there are far more
                yield texts[0][number], texts[1][other]

    return Records("Tatoeba's sentences and links", [source, target], rows, 0, 1)


def _kind(file: TextFile) -> str:
    lines = [line.split("\t") for line in islice(file.lines(), _SAMPLE) if line.strip()]
    if lines and all(len(row) == 2 and all(map(str.isdecimal, row)) for row in lines):
        return "links"
    if lines and all(
        len(row) == 3 and row[0].isdecimal() and 2 <= len(row[1]) <= 8 and " " not in row[1]
        for row in lines
    ):
        return "sentences"
    return "other"


def _languages(
    sentences: Sequence[TextFile], source_lang: str | None, target_lang: str | None
) -> tuple[str, str]:
    counts = [Counter(language for _, language, _ in _fields(file, 3)) for file in sentences]
    label = " and ".join(file.label for file in sentences)
    if len(counts) == 2 and all(len(each) == 1 for each in counts):
        first, second = (next(iter(each)) for each in counts)
        swapped = _is(source_lang, second) or _is(target_lang, first)
        return (second, first) if swapped and first != second else (first, second)
    known = sum(counts, Counter[str]())
    found = []
    for side, wanted in (("source", source_lang), ("target", target_lang)):
        fitting = [code for code in known if _is(wanted, code)]
        if not fitting:
            most = ", ".join(code for code, _ in known.most_common(_MOST_LANGUAGES_TOLD))
            raise InputError(
                f"{label}: holds sentences of {len(known)} languages, but none of the {side} "
                f"language {wanted!r}; there are {most} and more"
                if wanted
                else f"{label}: holds sentences of {len(known)} languages ({most} ...); give "
                "--source-lang and --target-lang"
            )
        found.append(max(fitting, key=known.__getitem__))
    return found[0], found[1]


def _is(wanted: str | None, code: str) -> bool:
    """Whether a code of Tatoeba's, of three letters mostly, is of a language that is wanted."""
    if wanted is None:
        return False
    return short_code(code) == short_code(wanted)


def _fields(file: TextFile, count: int) -> Iterator[list[str]]:
    for number, line in enumerate(file.lines(), 1):
        if line.strip():
            fields = line.split("\t", count - 1)
            if len(fields) != count:
                raise InputError(
                    f"{file.label}, line {number}: has {len(fields)} columns where {count} are "
                    "expected; download the export of Tatoeba again"
                )
            yield fields
