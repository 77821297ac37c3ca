"""ManyThings: Tatoeba's sentence pairs with English, one archive a language, as for Anki."""

from __future__ import annotations

from seq2seq_keras.errors import InputError
from seq2seq_keras.fetching.found import Found, RemoteFile
from seq2seq_keras.fetching.names import ManyThingsName
from seq2seq_keras.fetching.sources.headers import content_length
from seq2seq_keras.fetching.web import NotThereError, Web

LICENSE = "CC BY 2.0 FR"  # of https://www.manythings.org/anki/, "Terms of Use"
HOMEPAGE = "https://www.manythings.org/anki/"


def look_up(name: ManyThingsName, web: Web, address: str) -> Found:
    """Asks for one archive; see `lookup.look_up`.

    Args:
        name: The language.
        web: The client.
        address: The folder of the archives.
    """
    file = f"{name.language}-eng.zip"
    url = f"{address.rstrip('/')}/{file}"
    try:
        answer = web.head(url)
    except NotThereError:
        raise InputError(
            f"{name}: ManyThings has no such pairs ({url}); {HOMEPAGE} lists what there is"
        ) from None
    remote = RemoteFile(url, file, content_length(answer))
    return Found(str(name), (remote,), LICENSE, homepage=HOMEPAGE)
