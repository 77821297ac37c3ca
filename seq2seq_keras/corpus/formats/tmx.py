"""Translation memories in TMX 1.1 to 1.4, in any number of languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from seq2seq_keras.corpus.files import TextFile
from seq2seq_keras.corpus.formats.inline import plain_text
from seq2seq_keras.corpus.formats.language_tags import (
    add_column,
    column_of,
    language_tag,
    other_column,
)
from seq2seq_keras.corpus.formats.records import Records
from seq2seq_keras.corpus.formats.xml import XML_LANGUAGE, children, elements, local_name
from seq2seq_keras.errors import InputError

_CODES = frozenset({"bpt", "ept", "it", "ph", "sub", "ut"})


def read(file: TextFile) -> Records:
    """Reads a translation memory: a row for each unit, a column for each language in it.

    The file is run through once for its languages, and again for each reading of the rows.
    The contents of `bpt`, `ept`, `it`, `ph` and `ut` (codes of the document, and what `sub`
    holds within them) are left out; `hi` is kept.

    Args:
        file: The memory.

    Returns:
        The records; `source` is the `srclang` of the header, and of two languages `target` is
        the other one. `skipped` counts second variants of a language within one unit, and
        variants that name no language.

    Raises:
        InputError: if the file is no well-formed XML, or holds less than two languages.

    Example:
        >>> records = read(text_files("memory.tmx")[0])  # doctest: +SKIP
    """
    version, source_language = "", ""
    columns: dict[str, int] = {}
    for element in elements(file, ("header", "tu")):
        if local_name(element) == "header":
            source_language = language_tag(element.get("srclang", ""))
            version = "".join(root.get("version", "") for root in element.iterancestors())
            continue
        for variant in children(element, "tuv"):
            if language := _language(variant):
                add_column(columns, language, file.label)
    if len(columns) < 2:
        found = f"text in {next(iter(columns))} only" if columns else "no text with a language"
        raise InputError(
            f"{file.label}: holds {found}; a corpus needs units (tu) with variants (tuv) in two "
            "languages, each named by xml:lang"
        )
    names = list(columns)
    source = column_of(names, source_language)
    skipped: dict[str, int] = {}
    return Records(
        f"TMX {version}".strip(),
        names,
        lambda: _rows(file, columns, skipped),
        source,
        other_column(names, source),
        skipped,
    )


def _language(variant: etree._Element) -> str:
    return language_tag(variant.get(XML_LANGUAGE) or variant.get("lang") or "")


def _rows(
    file: TextFile, columns: dict[str, int], skipped: dict[str, int]
) -> Iterator[Sequence[str]]:
    for unit in elements(file, ("tu",)):
        cells = [""] * len(columns)
        taken = set()
        for variant in children(unit, "tuv"):
            language = _language(variant)
            if not language or language in taken:
                reason = "second variant" if language else "no language"
                skipped[reason] = skipped.get(reason, 0) + 1
                continue
            taken.add(language)
            segment = next(children(variant, "seg"), None)
            if segment is not None:
                cells[columns[language]] = plain_text(segment, file.label, _CODES)
        yield cells
