"""From files to a corpus, and to a preview of what would be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, zip_longest
from pathlib import Path, PurePath

import pandas

from seq2seq_keras.corpus.files import TextFile, text_files
from seq2seq_keras.corpus.formats import read, reader_of, tatoeba
from seq2seq_keras.corpus.pairs import Corpus
from seq2seq_keras.corpus.parallel import map_chunks
from seq2seq_keras.corpus.provenance import provenance
from seq2seq_keras.corpus.record_table import RecordTable
from seq2seq_keras.corpus.store import CHUNK, SentenceStore
from seq2seq_keras.corpus.tables import (
    SAMPLE_ROWS,
    ColumnKind,
    LineTable,
    Table,
    column_language,
    find_column,
    in_encoding,
)
from seq2seq_keras.errors import InputError
from seq2seq_keras.languages import guess_language, language_code, language_of_file
from seq2seq_keras.text.normalisation import normalise


@dataclass(frozen=True)
class Preview:
    """The beginning of a corpus, and how it was understood.

    Attributes:
        columns: names of all columns, `1`, `2`, ... where the file has none; of aligned files,
            their names.
        rows: the first rows, a column each of `columns`.
        source_column: the column taken for the source.
        target_column: the column taken for the target.
        layout: in words, how the file is laid out.
        kinds: what each of `columns` seems to hold: `text`, `number`, `attribution`, `language`
            (one code in every row) or `empty`.
        encodings: in which encodings the files were read; none where the format names its own.
    """

    columns: list[str]
    rows: pandas.DataFrame
    source_column: str
    target_column: str
    layout: str
    kinds: tuple[ColumnKind, ...]
    encodings: tuple[str, ...] = ()


def load_corpus(
    *paths: str | Path,
    source_lang: str | None = None,
    target_lang: str | None = None,
    source_column: str | int | None = None,
    target_column: str | int | None = None,
    encoding: str | None = None,
) -> Corpus:
    """Reads sentence pairs from one table or from two aligned files.

    Files are plain, compressed or in an archive. A table is TSV (no quoting, usually no
    header, as Anki and Tatoeba write it), CSV (with quoting, and a header that names the
    columns), or in one of the formats of `docs/corpora.md`: JSON Lines, Parquet, Excel, TMX,
    XLIFF and others. Aligned files hold a sentence a line, line by line translations of each
    other. Of Tatoeba's own exports, sentences and links are given together. Text is
    normalised. Pairs with an empty side are left out and counted in `Corpus.dropped`, so are
    rows with too few columns, or in CSV with too many, and what a format marks as no
    translation.

    Args:
        *paths: one table, or source file and target file; an archive may hold either. Or
            Tatoeba's files of sentences, one or two, and of links.
        source_lang: language code; by default what file name, header, script or the commonest
            words tell.
        target_lang: likewise.
        source_column: in a table, the name of the source column, or its index from 0.
            Columns without a header are named `1`, `2`, ..., those of translation formats by
            their languages. By default the first column that holds text. Of two files, the
            name of the source file, or its index.
        target_column: likewise; by default the second column that holds text.
        encoding: of text files that name none themselves, such as `gb18030`; by default UTF-8,
            or what it is found to be.

    Returns:
        The corpus, at least one pair.

    Raises:
        InputError: if a file is missing, damaged, empty or in no encoding, if line counts
            differ, or if it is unclear what is source and target.

    Example:
        >>> corpus = load_corpus("fra.txt", source_lang="en")  # doctest: +SKIP
    """
    files = _corpus_files(paths, encoding)
    table = _table(files, source_column, target_column, source_lang, target_lang)
    if table is not None:
        rows = table.pairs()
        guesses = [column_language(table.columns[side]) for side in (table.source, table.target)]
    else:
        if source_column is not None or target_column is not None:
            files = [files[side] for side in _chosen_sides(files, source_column, target_column)]
        elif len(paths) == 1:
            files = _in_order(files, source_lang, target_lang)
        rows = _aligned(*files)
        guesses = [language_of_file(file.name) for file in files]
    stores = SentenceStore(), SentenceStore()
    dropped: Counter[str] = Counter()
    for sides, left_out in map_chunks(_normalised, _pieces(rows, dropped)):
        for store, sentences in zip(stores, sides, strict=True):
            store.extend(sentences)
        dropped.update(left_out)
    sources, targets = (store.sentences() for store in stores)
    if not sources:
        reasons = ", ".join(f"{count} with {reason}" for reason, count in dropped.items())
        raise InputError(
            f"{' and '.join(file.label for file in files)}: no sentence pair in it"
            + (f" ({reasons})" if reasons else "")
            + "; a corpus needs sentences on both sides"
        )
    return Corpus(
        sources,
        targets,
        source_lang or guesses[0] or guess_language(sources),
        target_lang or guesses[1] or guess_language(targets),
        _name(files),
        dict(dropped),
        origins=tuple(filter(None, map(provenance, paths))),
    )


def preview(
    *paths: str | Path,
    source_column: str | int | None = None,
    target_column: str | int | None = None,
    encoding: str | None = None,
) -> Preview:
    """Reads the first rows only, and says how the corpus would be understood.

    Args and Raises are those of `load_corpus`.
    """
    files = _corpus_files(paths, encoding)
    table = _table(files, source_column, target_column)
    if table is None:
        columns = _file_names(files)
        source, target = _chosen_sides(files, source_column, target_column)
        sides = [list(islice(file.lines(), SAMPLE_ROWS)) for file in files]
        rows = pandas.DataFrame(dict(zip(columns, map(pandas.Series, sides), strict=True))).fillna(
            ""
        )
        layout_name = in_encoding("two aligned files, a sentence a line", files)
        return Preview(
            columns,
            rows,
            columns[source],
            columns[target],
            layout_name,
            ("text", "text"),
            _encodings(files),
        )
    width = len(table.columns)
    cells = [
        (row + [""] * width)[:width] for row in islice(filter(None, table.rows()), SAMPLE_ROWS)
    ]
    return Preview(
        table.columns,
        pandas.DataFrame(cells, columns=table.columns),
        table.columns[table.source],
        table.columns[table.target],
        table.describe(),
        table.kinds,
        _encodings(files),
    )


def _encodings(files: list[TextFile]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(file.read_as for file in files if file.read_as))


def _table(
    files: list[TextFile],
    source_column: str | int | None,
    target_column: str | int | None,
    source_lang: str | None = None,
    target_lang: str | None = None,
) -> Table | None:
    """The table that the files are; None for two aligned files."""
    label = " and ".join(file.label for file in files)
    if len(files) > 1 and tatoeba.recognises(files):
        records = tatoeba.read(files, source_lang, target_lang)
        # Which language is which side is settled there.
        return RecordTable(label, records, source_column, target_column)
    if len(files) > 1:
        return None
    wanted = (source_column, target_column, source_lang, target_lang)
    structured = read(files[0])
    if structured is not None:
        return RecordTable(label, structured, *wanted)
    return LineTable(files[0], *wanted)


def _corpus_files(paths: tuple[str | Path, ...], encoding: str | None) -> list[TextFile]:
    """Returns one table, two aligned files, or Tatoeba's."""
    found = [
        [replace(file, stated_encoding=encoding) for file in text_files(path)] for path in paths
    ]
    files = [file for texts in found for file in texts]
    if len(paths) > 1 and tatoeba.recognises(files):
        return files
    if len(paths) not in (1, 2):
        raise InputError(
            f"a corpus is one file with both sides or two aligned files, received {len(paths)}"
        )
    for path, texts in zip(paths, found, strict=True):
        if len(paths) == 2 and len(texts) == 2:
            raise InputError(f"{path}: holds two files already; give it alone, or unpack it")
    if len(files) == 1:
        return files
    tables = [file for file in files if _is_table(file)]
    if len(paths) == 1 and len(tables) == 1:  # the other one in the archive describes it
        return tables
    if len(tables) == 2:
        raise InputError(
            f"{files[0].label} and {files[1].label}: both hold columns, so each is a corpus by "
            "itself; give one of them"
        )
    return files


def _is_table(file: TextFile) -> bool:
    if reader_of(file) is not None:
        return True
    if PurePath(file.name).suffix.casefold() == ".csv":
        return True
    lines = [line for line in islice(file.lines(), 20) if line.strip()]
    return bool(lines) and all("\t" in line for line in lines)


def _in_order(
    files: list[TextFile], source_lang: str | None, target_lang: str | None
) -> list[TextFile]:
    """Puts the aligned files of an archive in the order that their languages ask for."""
    wanted = [lang and language_code(lang) for lang in (source_lang, target_lang)]
    found = [language_of_file(file.name) for file in files]
    swapped = any(
        code is not None and code == other and code != own
        for code, own, other in zip(wanted, found, reversed(found), strict=True)
    )
    return files[::-1] if swapped else files


def _file_names(files: list[TextFile]) -> list[str]:
    names = [file.name for file in files]
    return names if len(set(names)) == len(names) else ["1", "2"]


def _chosen_sides(
    files: list[TextFile], source: str | int | None, target: str | int | None
) -> tuple[int, int]:
    """Returns which of two aligned files is the source, and which the target."""
    label = " and ".join(file.label for file in files)
    names = _file_names(files)
    chosen = [
        None if given is None else find_column(label, names, given) for given in (source, target)
    ]
    if chosen[0] is not None and chosen[0] == chosen[1]:
        raise InputError(
            f"{label}: source and target are both {names[chosen[0]]!r}; name one of them each"
        )
    if chosen[0] is not None:
        return chosen[0], 1 - chosen[0]
    return (0, 1) if chosen[1] is None else (1 - chosen[1], chosen[1])


def _aligned(source: TextFile, target: TextFile) -> Iterator[tuple[str, str] | str]:
    """Yields the lines of two files side by side."""
    counts = [0, 0]
    for lines in zip_longest(source.lines(), target.lines()):
        for side, line in enumerate(lines):
            counts[side] += line is not None
        if None not in lines:
            yield lines
    if counts[0] != counts[1]:
        raise InputError(
            f"{source.label} has {counts[0]} lines but {target.label} has {counts[1]}: line n of "
            "one must be the translation of line n of the other; mend the files"
        )


def _pieces(
    rows: Iterable[tuple[str, str] | str], dropped: Counter[str]
) -> Iterator[list[tuple[str, str]]]:
    """Yields pairs so many at a time, and counts the rows that have none by their reasons."""
    piece: list[tuple[str, str]] = []
    for row in rows:
        if isinstance(row, str):
            dropped[row] += 1
            continue
        piece.append(row)
        if len(piece) == CHUNK:
            yield piece
            piece = []
    yield piece


def _normalised(
    pairs: list[tuple[str, str]],
) -> tuple[tuple[list[str], list[str]], Counter[str]]:
    """Returns the two sides of the pairs that have both, and why others were left out."""
    sources: list[str] = []
    targets: list[str] = []
    dropped: Counter[str] = Counter()
    for pair in pairs:
        source, target = map(normalise, pair)
        if source and target:
            sources.append(source)
            targets.append(target)
        else:
            dropped[_empty_side(source, target)] += 1
    return (sources, targets), dropped


def _empty_side(source: str, target: str) -> str:
    if source or target:
        return "empty target" if source else "empty source"
    return "empty source and target"


def _name(files: list[TextFile]) -> str:
    stems = [PurePath(file.name).stem or file.name for file in files]
    return stems[0] if len(set(stems)) == 1 else " and ".join(stems)
