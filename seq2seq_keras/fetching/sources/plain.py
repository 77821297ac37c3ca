"""Any file on the web, by its address."""

from __future__ import annotations

from seq2seq_keras.fetching.found import Found, RemoteFile
from seq2seq_keras.fetching.names import UrlName
from seq2seq_keras.fetching.sources.headers import content_length, file_name
from seq2seq_keras.fetching.web import Web


def look_up(name: UrlName, web: Web) -> Found:
    """Asks for one file, of whose licence and pairs nothing is known; see `lookup.look_up`.

    Args:
        name: Its address.
        web: The client.
    """
    answer = web.head(name.url)
    remote = RemoteFile(name.url, file_name(answer, name.url), content_length(answer))
    return Found(str(name), (remote,))
