"""A stand-in for the Hugging Face Hub as a provider of OpenID Connect, strict as a real one."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "client-1", "secret: of/client 1"
OTHER_CLIENT = "client-2"

_KEY = rsa.generate_private_key(65537, 2048)


@dataclass(frozen=True)
class Grant:
    """What was promised to a client by a code."""

    client: str
    redirect: str
    nonce: str | None
    challenge: str
    subject: str


class OpenId(ThreadingHTTPServer):
    """The provider.

    Attributes:
        redirects: Of each client, the addresses to which it may have people sent.
        user: Who sits in front of the browser.
        names: What each user is called.
        claims: Put into every identity token, in place of the right ones; None takes one out.
        signs_with: The key of identity tokens; by default the one that it publishes.
        down: The status with which all is answered; 0 for none.
        trouble: The error with which a browser is sent back, if any.
        asked: The paths of all requests.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        scheme, host = ("https", "localhost") if tls else ("http", "127.0.0.1")
        self.address = f"{scheme}://{host}:{self.server_address[1]}"
        self.redirects: dict[str, set[str]] = {}
        self.user = "5f0c"
        self.names = {"5f0c": "ada", "6a1d": "eve"}
        self.claims: dict[str, Any] = {}
        self.down = 0
        self.trouble = ""
        self.asked: list[str] = []
        self.framed = ""  # what /frame shows within itself
        self.grants: dict[str, Grant] = {}
        self.key = _KEY
        self.signs_with = self.key

    def environment(self, host: str) -> dict[str, str]:
        """What a Space is told, which is reached by https at a host."""
        self.redirects[CLIENT] = {f"https://{host}/login/callback"}
        return {
            "OAUTH_CLIENT_ID": CLIENT,
            "OAUTH_CLIENT_SECRET": SECRET,
            "OAUTH_SCOPES": "openid profile",
            "OPENID_PROVIDER_URL": self.address,
            "SPACE_HOST": host,
        }

    def send(self, address: str) -> str:
        """Follows a browser that is sent here, to where it is sent back."""
        answer = httpx.get(address, trust_env=False)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def code_for(self, client: str, redirect: str, nonce: str, challenge: str = "") -> str:
        """Promises something to a client, without a browser."""
        code = secrets.token_urlsafe(16)
        self.grants[code] = Grant(client, redirect, nonce, challenge, self.user)
        return code

    def identity(self, grant: Grant) -> str:
        now = int(time.time())
        claims = {
            "iss": self.address,
            "sub": grant.subject,
            "aud": grant.client,
            "exp": now + 600,
            "iat": now,
            "nonce": grant.nonce,
            "preferred_username": self.names.get(grant.subject, ""),
            **self.claims,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(kept, self.signs_with, "RS256", headers={"kid": "1"})


@contextmanager
def openid(tls: ssl.SSLContext | None = None) -> Iterator[OpenId]:
    """Runs the provider for a while."""
    provider = OpenId(tls)
    threading.Thread(target=provider.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield provider
    finally:
        provider.shutdown()
        provider.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: OpenId

    def log_message(self, *_: object) -> None:
        pass

    def _say(self, content: Any, status: int = 200) -> None:
        self._answer(json.dumps(content).encode(), "application/json", status)

    def _answer(self, body: bytes, kind: str, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        hub, parts = self.server, urlsplit(self.path)
        hub.asked.append(parts.path)
        if hub.down:
            self._say({"error": "down"}, hub.down)
        elif parts.path == "/.well-known/openid-configuration":
            self._say(
                {
                    "issuer": hub.address,
                    "authorization_endpoint": f"{hub.address}/oauth/authorize",
                    "token_endpoint": f"{hub.address}/oauth/token",
                    "userinfo_endpoint": f"{hub.address}/oauth/userinfo",
                    "jwks_uri": f"{hub.address}/.well-known/jwks.json",
                    "response_types_supported": ["code"],
                    "id_token_signing_alg_values_supported": ["RS256"],
                    "code_challenge_methods_supported": ["S256"],
                }
            )
        elif parts.path == "/.well-known/jwks.json":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(hub.key.public_key()))
            self._say({"keys": [{**public, "kid": "1", "use": "sig", "alg": "RS256"}]})
        elif parts.path == "/oauth/authorize":
            self._authorize(dict(parse_qsl(parts.query)))
        elif parts.path == "/frame":
            page = f'<h1>The Hub</h1><iframe src="{hub.framed}" width="900" height="700"></iframe>'
            self._answer(page.encode(), "text/html")
        else:
            self._say({"error": "no"}, 404)

    def _authorize(self, asked: dict[str, str]) -> None:
        """Asks a person by a button, where it is one; a program has agreed already."""
        hub = self.server
        if asked.get("redirect_uri") not in hub.redirects.get(asked.get("client_id", ""), ()):
            self._say({"error": "invalid redirect_uri"}, 400)
        elif asked.get("response_type") != "code" or asked.get("code_challenge_method") != "S256":
            self._say({"error": "invalid_request"}, 400)
        elif "text/html" in self.headers.get("accept", ""):
            action = f"/oauth/authorize?{urlencode(asked)}"
            page = f'<form method="post" action="{action}"><button>Authorize</button></form>'
            self._answer(page.replace("&", "&amp;").encode(), "text/html")
        else:
            self._send_back(asked)

    def _send_back(self, asked: dict[str, str]) -> None:
        hub = self.server
        if hub.trouble:
            back = {"error": hub.trouble, "error_description": "<b>no</b>", "state": asked["state"]}
        else:
            code = secrets.token_urlsafe(16)
            hub.grants[code] = Grant(
                asked["client_id"],
                asked["redirect_uri"],
                asked.get("nonce"),
                asked["code_challenge"],
                hub.user,
            )
            back = {"code": code, "state": asked["state"]}
        self._answer(b"", "text/plain", 303, location=f"{asked['redirect_uri']}?{urlencode(back)}")

    def do_POST(self) -> None:
        hub, parts = self.server, urlsplit(self.path)
        hub.asked.append(parts.path)
        body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        if hub.down:
            self._say({"error": "down"}, hub.down)
        elif parts.path == "/oauth/authorize":
            self._send_back(dict(parse_qsl(parts.query)))
        else:
            self._token(dict(parse_qsl(body)))

    def _token(self, asked: dict[str, str]) -> None:
        hub = self.server
        secret = base64.b64encode(f"{quote(CLIENT)}:{quote(SECRET, safe='')}".encode()).decode()
        plain = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if self.headers.get("authorization") not in (f"Basic {secret}", f"Basic {plain}"):
            self._say({"error": "invalid_client"}, 401)
            return
        grant = hub.grants.pop(asked.get("code", ""), None)  # once, and never again
        digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            grant is None
            or grant.client != CLIENT
            or grant.redirect != asked.get("redirect_uri")
            or grant.challenge != challenge
        ):
            self._say({"error": "invalid_grant"}, 400)
            return
        token = {"access_token": "hf_oauth_x", "token_type": "bearer", "expires_in": 600}
        self._say({**token, "scope": "openid profile", "id_token": hub.identity(grant)})
