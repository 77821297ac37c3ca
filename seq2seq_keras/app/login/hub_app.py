"""This app as the Hugging Face Hub knows it: what a Space with `hf_oauth: true` is told."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from seq2seq_keras.app.login.hub_user import is_key
from seq2seq_keras.errors import InputError

CALLBACK = "/login/callback"
"""Where the Hub sends a browser back to."""

_CLIENT_ID, _CLIENT_SECRET = "OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET"
_PROVIDER, _HOST = "OPENID_PROVIDER_URL", "SPACE_HOST"
_REFUSED = "SEQ2SEQ_HUB_REFUSED"

_HOST_NAME = re.compile(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?")


@dataclass(frozen=True)
class HubApp:
    """A client of the Hub, or of another provider of OpenID Connect.

    Attributes:
        client_id: By which the provider knows the app.
        client_secret: By which the app proves that it is the one.
        provider: The provider's address, which is also what it calls itself.
        host: The host name at which people reach the app, by https.
        refused: Keys of those who are not let in, whatever the provider says.
    """

    client_id: str
    client_secret: str = field(repr=False)
    provider: str
    host: str
    refused: frozenset[str] = frozenset()

    @property
    def callback(self) -> str:
        """The one address to which the provider may send anybody."""
        return f"https://{self.host}{CALLBACK}"

    @property
    def provider_host(self) -> str:
        """The provider's host, with the port where it has one."""
        return urlsplit(self.provider).netloc

    @property
    def frames(self) -> str:
        """Whose pages may show the app within themselves: its own, and the provider's."""
        parts = urlsplit(self.provider)
        return f"'self' {parts.scheme}://{parts.netloc}"


def hub_app(environment: Mapping[str, str] = os.environ) -> HubApp:
    """Reads what a Space is told, and whom its owner refuses (`SEQ2SEQ_HUB_REFUSED`).

    Args:
        environment: Environment variables.

    Raises:
        InputError: Something is missing or makes no sense.

    Example:
        >>> hub_app(dict(OAUTH_CLIENT_ID="a", OAUTH_CLIENT_SECRET="b",
        ...     OPENID_PROVIDER_URL="https://huggingface.co", SPACE_HOST="me-fr.hf.space")).callback
        'https://me-fr.hf.space/login/callback'
    """
    found = {
        name: environment.get(name, "").strip()
        for name in (_CLIENT_ID, _CLIENT_SECRET, _PROVIDER, _HOST)
    }
    if missing := [name for name, value in found.items() if not value]:
        raise InputError(
            f"--auth hub: {', '.join(missing)} not set in the environment; on a Space write "
            "`hf_oauth: true` into the head of its README.md, and start it anew"
        )
    provider = found[_PROVIDER].rstrip("/")
    host = found[_HOST].split(",")[0].strip()  # a Space with a name of its own has two
    if not _is_private(provider):
        raise InputError(
            f"--auth hub: {_PROVIDER}: expected an address that begins with https://, received "
            f"{found[_PROVIDER]!r}"
        )
    if not _HOST_NAME.fullmatch(host):
        raise InputError(f"--auth hub: {_HOST}: expected a host name, received {found[_HOST]!r}")
    refused = environment.get(_REFUSED, "").replace(",", " ").split()
    for key in refused:
        if not is_key(key) or key.isalpha():  # letters alone are a name, such as ada
            raise InputError(
                f"{_REFUSED}: expected the ids of people, as their folders in the data folder are "
                f"called, received {key!r}"
            )
    return HubApp(
        found[_CLIENT_ID], found[_CLIENT_SECRET], provider, host, refused=frozenset(refused)
    )


def _is_private(address: str) -> bool:
    """Whether nobody on the way can change what is answered from there."""
    try:
        parts = urlsplit(address)
        if parts.query or parts.fragment or not parts.hostname or "@" in parts.netloc:
            return False
        return parts.scheme == "https" or (
            parts.scheme == "http" and ip_address(parts.hostname).is_loopback
        )
    except ValueError:
        return False
