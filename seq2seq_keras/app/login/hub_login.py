"""Asking the Hugging Face Hub who somebody is: the code flow of OpenID Connect, by Authlib.

The Hub's answer is believed where its signature, its issuer, its audience and its nonce are as
they should be, and the browser is the one that was sent there.
"""

from __future__ import annotations

import hmac
import logging
import re
from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict

from seq2seq_keras.app.login.hub_app import HubApp
from seq2seq_keras.app.login.hub_user import HubUser, hub_user
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.extras import missing_package

_SCOPE = "openid profile"  # all that is asked for, whatever OAUTH_SCOPES would allow
_SECONDS = 15

_KIND = re.compile(r"[A-Za-z_ ]{1,50}")

_log = logging.getLogger(__name__)


class Begun(BaseModel):
    """A login under way, as the browser keeps it, signed.

    Attributes:
        state: What has to come back with the browser.
        nonce: What has to stand in the Hub's answer.
        verifier: What proves to the Hub that who asks is who began (PKCE).
        page: Where to go then.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: str
    nonce: str
    verifier: str
    page: str


@dataclass(frozen=True)
class Sent:
    """Where a browser is sent, and what it has to bring back."""

    address: str
    begun: Begun


class HubLogin:
    """Logs people in by the Hub.

    Args:
        app: This app as the Hub knows it.

    Raises:
        InputError: Authlib is not installed.

    Example:
        >>> login = HubLogin(hub_app())
        >>> sent = await login.begin("en/")                           # doctest: +SKIP
    """

    def __init__(self, app: HubApp) -> None:
        try:
            from authlib.integrations.starlette_client import OAuth, OAuthError
        except ImportError:
            raise InputError(missing_package("--auth hub", "authlib", "hub-login")) from None
        self.app = app
        self._refusal = OAuthError
        self._client: Any = OAuth().register(
            "hub",
            client_id=app.client_id,
            client_secret=app.client_secret,
            server_metadata_url=f"{app.provider}/.well-known/openid-configuration",
            client_kwargs={
                "scope": _SCOPE,
                "code_challenge_method": "S256",
                "timeout": _SECONDS,
                "verify": httpx.create_ssl_context(),  # once, else it costs each login 50 ms
            },
        )

    async def begin(self, page: str) -> Sent:
        """Begins a login.

        Args:
            page: Where to go when it is done.

        Raises:
            WorkError: The Hub cannot be asked.
        """
        try:
            made = await self._client.create_authorization_url(self.app.callback)
        except Exception as error:  # of the network, or of an answer that is none
            raise _unreachable(error) from None
        begun = Begun(
            state=made["state"], nonce=made["nonce"], verifier=made["code_verifier"], page=page
        )
        return Sent(made["url"], begun)

    async def end(self, code: str, state: str, begun: Begun | None) -> HubUser:
        """Finds out who came back.

        Args:
            code: What the Hub gave the browser.
            state: What the browser brought back.
            begun: The login that it has begun, if it has.

        Raises:
            InputError: It is not the browser that was sent there, the Hub confirms nobody, or
                somebody who is not let in here.
            WorkError: The Hub cannot be asked.
        """
        if begun is None or not hmac.compare_digest(begun.state.encode(), state.encode()):
            raise InputError(
                "This login took too long, or was begun in another window. Log in once more."
            )
        if not code:
            raise _refused("no code")
        try:
            token = await self._client.fetch_access_token(
                self.app.callback, code=code, code_verifier=begun.verifier
            )
            metadata = await self._client.load_server_metadata()
            await self._client.fetch_jwk_set()
        except self._refusal as error:
            raise _refused(str(error.error)) from None
        except Exception as error:
            raise _unreachable(error) from None
        issuer = metadata.get("issuer")
        if not isinstance(issuer, str) or issuer.rstrip("/") != self.app.provider:
            raise _refused("another issuer")
        try:
            claims = await self._client.parse_id_token(
                token,
                nonce=begun.nonce,
                claims_options={
                    "iss": {"essential": True, "values": [issuer]},
                    "aud": {"essential": True, "values": [self.app.client_id]},
                },
            )
            user = hub_user(claims)
        except Exception as error:  # whatever is wrong with it, it lets nobody in
            raise _refused(type(error).__name__) from None
        if user.key in self.app.refused:
            _log.warning("somebody who is refused tried to log in by the Hub")
            raise InputError("Who runs this server does not let you in.")
        return user


def _refused(why: str) -> InputError:
    _log.warning("a login by the Hub was refused: %s", why if _KIND.fullmatch(why) else "?")
    return InputError("The Hugging Face Hub did not confirm this login. Log in once more.")


def _unreachable(error: Exception) -> WorkError:
    _log.warning("the Hub could not be asked for a login: %s", type(error).__name__)
    return WorkError("The Hugging Face Hub cannot be reached just now. Try again in a minute.")
