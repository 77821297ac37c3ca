"""Where the server listens."""

from __future__ import annotations

import socket
import sys
from ipaddress import ip_address

from seq2seq_keras.errors import InputError


def listen(host: str, port: int) -> socket.socket:
    """Takes a port before anything else is done, so that a taken one is told at once.

    Args:
        host: The address.
        port: The port.

    Raises:
        InputError: It cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named TCP, else asyncio leaves Nagle's algorithm on, and every answer waits 40 ms for the
    # acknowledgement of its own head.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if sys.platform == "win32":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = error.strerror if isinstance(error, OSError) else "no such port"
        raise InputError(
            f"{host}:{port}: cannot listen here ({reason}); "
            f"choose another port, such as --port {port + 1 if port < 65535 else 7860}"
        ) from None
    return listener


def on_this_machine(listener: socket.socket) -> bool:
    """Whether nobody but this machine's own programs reaches an address."""
    return ip_address(listener.getsockname()[0].partition("%")[0]).is_loopback


def url_of(host: str, port: int) -> str:
    """The address for a browser on this machine.

    Example:
        >>> url_of("0.0.0.0", 7860), url_of("::1", 80)
        ('http://127.0.0.1:7860', 'http://[::1]:80')
    """
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"
