"""Corpora from the web by name: looked up, downloaded, and kept with where they are from."""

from seq2seq_keras.corpus.provenance import Provenance, keep_provenance, provenance
from seq2seq_keras.fetching.addresses import Addresses
from seq2seq_keras.fetching.cache import Fetched, cached, copy_to
from seq2seq_keras.fetching.fetch import fetch
from seq2seq_keras.fetching.found import Found, Offer, RemoteFile
from seq2seq_keras.fetching.lookup import look_up, offers

__all__ = [
    "Addresses",
    "Fetched",
    "Found",
    "Offer",
    "Provenance",
    "RemoteFile",
    "cached",
    "copy_to",
    "fetch",
    "keep_provenance",
    "look_up",
    "offers",
    "provenance",
]
