"""Tatoeba's own exports of a language: its sentences, and which is a translation of which."""

from __future__ import annotations

from seq2seq_keras.errors import InputError
from seq2seq_keras.fetching.found import Found, RemoteFile
from seq2seq_keras.fetching.names import TatoebaName
from seq2seq_keras.fetching.sources.headers import content_length
from seq2seq_keras.fetching.web import NotThereError, Web

LICENSE = "CC BY 2.0 FR"  # of https://tatoeba.org/downloads; some sentences are CC0 as well
HOMEPAGE = "https://tatoeba.org/downloads"


def look_up(name: TatoebaName, web: Web, address: str) -> Found:
    """Asks for the three files of two languages; see `lookup.look_up`.

    Args:
        name: The languages.
        web: The client.
        address: The folder that has one folder a language.
    """
    source, target = name.source, name.target
    files = []
    for folder, file in (
        (source, f"{source}_sentences.tsv.bz2"),
        (target, f"{target}_sentences.tsv.bz2"),
        (source, f"{source}-{target}_links.tsv.bz2"),
    ):
        url = f"{address.rstrip('/')}/{folder}/{file}"
        try:
            answer = web.head(url)
        except NotThereError:
            raise InputError(
                f"{name}: Tatoeba has no such export ({url}); {HOMEPAGE} lists its languages, by "
                "codes of three letters"
            ) from None
        files.append(RemoteFile(url, file, content_length(answer)))
    return Found(str(name), tuple(files), LICENSE, homepage=HOMEPAGE)
