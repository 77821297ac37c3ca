"""A reverse proxy on this machine that speaks https for the app, as that of a Space does."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """Makes a certificate for localhost and 127.0.0.1.

    Returns:
        The file by which it is trusted (`SSL_CERT_FILE`), and what a server speaks it with.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names: list[x509.GeneralName] = [
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
    ]
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    trusted, secret = folder / "certificate.pem", folder / "key.pem"
    trusted.write_bytes(made.public_bytes(pem))
    secret.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, secret)
    return trusted, context


class _Proxy(ThreadingHTTPServer):
    app = ""


class _Handler(BaseHTTPRequestHandler):
    server: _Proxy

    def log_message(self, *_: object) -> None:
        pass

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = [
            (name, value) for name, value in self.headers.items() if name.lower() not in _HOP
        ]
        headers += [("host", self.headers["host"]), ("x-forwarded-proto", "https")]
        headers.append(("x-forwarded-for", self.client_address[0]))
        try:
            with httpx.stream(
                self.command,
                self.server.app.rstrip("/") + self.path,
                headers=headers,
                content=body,
                timeout=120,
                trust_env=False,
            ) as answer:
                self.send_response(answer.status_code)
                for name, value in answer.headers.multi_items():
                    if name.lower() not in _HOP:
                        self.send_header(name, value)
                self.send_header("connection", "close")
                self.end_headers()
                for part in answer.iter_raw():
                    self.wfile.write(part)
                    self.wfile.flush()
        except (OSError, httpx.HTTPError):  # one of the two has gone
            self.close_connection = True

    do_GET = do_POST = do_HEAD = _pass_on  # noqa: N815  as http.server calls them


@contextmanager
def https_for(app: str, port: int, tls: ssl.SSLContext) -> Iterator[None]:
    """Runs the proxy for a while.

    Args:
        app: The address of the app.
        port: Where the proxy listens.
        tls: What it speaks.
    """
    proxy = _Proxy(("127.0.0.1", port), _Handler)
    proxy.app = app
    proxy.socket = tls.wrap_socket(proxy.socket, server_side=True)
    threading.Thread(target=proxy.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield
    finally:
        proxy.shutdown()
        proxy.server_close()
