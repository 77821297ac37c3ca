"""From a name to what the web has under it."""

from __future__ import annotations

from collections.abc import Sequence

from seq2seq_keras.errors import InputError
from seq2seq_keras.fetching.addresses import Addresses
from seq2seq_keras.fetching.found import Found, Offer
from seq2seq_keras.fetching.names import (
    HubName,
    ManyThingsName,
    OpusName,
    TatoebaName,
    parse,
)
from seq2seq_keras.fetching.web import Web


def look_up(name: str, *, web: Web | None = None, addresses: Addresses | None = None) -> Found:
    """Asks what a corpus is: its files and their size, its licence, how many pairs it has.

    Args:
        name: Its name, such as `opus:Books/de-en`; see `names.parse`.
        web: The client to ask with; by default one of its own.
        addresses: Where the services are; by default as the environment tells.

    Returns:
        What is known before the download.

    Raises:
        InputError: This is no name, or there is no such corpus.
        WorkError: The service cannot be reached or fails.

    Example:
        >>> look_up("opus:Books/de-en").pairs                        # doctest: +SKIP
        51467
    """
    if web is None:
        with Web() as own:
            return look_up(name, web=own, addresses=addresses)
    from seq2seq_keras.fetching.sources import hub, manythings, opus, plain, tatoeba

    wanted, places = parse(name), addresses or Addresses.from_environment()
    if isinstance(wanted, ManyThingsName):
        return manythings.look_up(wanted, web, places.manythings)
    if isinstance(wanted, TatoebaName):
        return tatoeba.look_up(wanted, web, places.tatoeba)
    if isinstance(wanted, OpusName):
        return opus.look_up(wanted, web, places.opus)
    if isinstance(wanted, HubName):
        return hub.look_up(wanted, places.hub)
    return plain.look_up(wanted, web)


def offers(
    beginning: str, *, web: Web | None = None, addresses: Addresses | None = None
) -> Sequence[Offer]:
    """Lists what there is to fetch.

    Args:
        beginning: `opus:de-en` for the corpora of OPUS in two languages, `opus:Books` for the
            languages of one, `hub:OWNER/NAME` for the configurations and splits of a data set.
        web, addresses: As of `look_up`.

    Returns:
        The names, of OPUS those with most pairs first.

    Raises:
        InputError: It cannot be listed, or there is nothing.
        WorkError: The service cannot be reached or fails.

    Example:
        >>> [offer.name for offer in offers("opus:de-en")][:2]       # doctest: +SKIP
        ['opus:NLLB/de-en', 'opus:CCMatrix/de-en']
    """
    if web is None:
        with Web() as own:
            return offers(beginning, web=own, addresses=addresses)
    from seq2seq_keras.fetching.sources import hub, opus

    places = addresses or Addresses.from_environment()
    scheme, _, rest = beginning.strip().partition(":")
    if scheme == "opus" and rest:
        return opus.offers(rest, web, places.opus)
    if scheme == "hub" and rest:
        wanted = parse(beginning)
        assert isinstance(wanted, HubName)
        return hub.offers(wanted, places.hub)
    if scheme in ("manythings", "tatoeba"):
        page = "www.manythings.org/anki" if scheme == "manythings" else "tatoeba.org/downloads"
        raise InputError(f"{beginning}: what there is stands on https://{page}, not in a list here")
    raise InputError(
        f"{beginning}: cannot be listed; opus:de-en lists corpora in two languages, opus:Books the "
        "languages of one, and hub:OWNER/NAME the parts of a data set"
    )
