"""Asking servers: time limits, few redirects, another try where one helps, clear errors."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import httpx

from seq2seq_keras import __version__
from seq2seq_keras.errors import InputError, Paused, WorkError

MOST_REDIRECTS = 5
_PASSING = (429, 500, 502, 503, 504)  # what may be over in a moment
_NO_HEAD = (400, 403, 405, 501)  # of servers that answer GET alone
_NO_CONNECTION = (httpx.ConnectError, httpx.ConnectTimeout)
# The last is of a host's name that no host can have.
_LOST = (httpx.TooManyRedirects, httpx.UnsupportedProtocol, httpx.InvalidURL, UnicodeError)
_LONGEST_WAIT = 30.0
_LONGEST_ANSWER = 64 * 2**20


class NotThereError(InputError):
    """A server says that there is nothing at an address."""


class Web:
    """A client of HTTP servers, to be closed after use.

    Args:
        timeout: Seconds until a server must have answered, or sent the next piece.
        tries: How often a request is made that fails in a way that may pass.
        first_wait: Seconds before the second try; each later wait is twice as long.
        should_stop: Asked now and then whether to end.

    Example:
        >>> with Web() as web:                                       # doctest: +SKIP
        ...     web.json("https://opus.nlpl.eu/opusapi/", {"languages": "True"})
    """

    def __init__(
        self,
        timeout: float = 30.0,
        tries: int = 4,
        first_wait: float = 1.0,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self.tries = tries
        self._first_wait = first_wait
        self._should_stop = should_stop
        self._client = httpx.Client(
            timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0)),
            follow_redirects=True,
            max_redirects=MOST_REDIRECTS,
            # What arrives is stored and its bytes are counted: not to be compressed on the way.
            headers={
                "User-Agent": f"seq2seq-keras/{__version__}",
                "Accept-Encoding": "identity",
            },
            event_hooks={"response": [_refuse_downgrade]},
        )

    def __enter__(self) -> Web:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def json(self, url: str, parameters: Mapping[str, str]) -> Any:
        """Asks for data.

        Args:
            url: Whom.
            parameters: The query.

        Raises:
            InputError: There is nothing at this address, or it may not be read.
            WorkError: The server cannot be reached, or what it answers are no data.
        """
        with self.open(url, parameters=parameters) as response:
            content = b""
            for piece in self.pieces(response):
                content += piece
                if len(content) > _LONGEST_ANSWER:
                    raise WorkError(f"{url}: the answer is longer than any list of corpora")
        try:
            return json.loads(content)
        except ValueError:
            raise WorkError(
                f"{url}: does not answer with data but with something else; try again later, or "
                "look with a browser what is there"
            ) from None

    def head(self, url: str) -> httpx.Response:
        """Asks about a file without its content.

        Args:
            url: Its address.

        Returns:
            The answer, with its headers and the address that redirects led to.

        Raises:
            InputError: There is no such file, or it may not be read.
            WorkError: The server cannot be reached or fails.
        """
        with self.open(url, method="HEAD", accept=_NO_HEAD) as response:
            if response.status_code not in _NO_HEAD:
                return response
        with self.open(url) as response:
            return response

    def piece(self, url: str, start: int, end: int) -> tuple[bytes, int] | None:
        """Reads some bytes out of the middle of a file.

        Args:
            url: Its address.
            start: The first byte.
            end: The byte after the last; there may be fewer.

        Returns:
            The bytes, and the size of the whole file; None where the server hands out whole
            files alone.

        Raises:
            InputError: There is no such file, or it may not be read.
            WorkError: The server cannot be reached or fails.
        """
        asked = {"Range": f"bytes={start}-{end - 1}"}
        with self.open(url, headers=asked, accept=(416,)) as response:
            total = response.headers.get("content-range", "").rpartition("/")[2]
            if response.status_code != 206 or not total.isdecimal():
                return None
            content = b""
            for piece in self.pieces(response):
                content += piece
                if len(content) >= end - start:
                    break
            return content[: end - start], int(total)

    @contextmanager
    def open(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        parameters: Mapping[str, str] | None = None,
        accept: tuple[int, ...] = (),
    ) -> Iterator[httpx.Response]:
        """Opens an answer whose content is still to be read.

        Args:
            url: The address.
            method: GET or HEAD.
            headers: What to send along.
            parameters: The query.
            accept: Statuses of errors that the caller knows what to do with.

        Raises:
            InputError: There is nothing at this address, or it may not be read.
            WorkError: The server cannot be reached or fails.
        """
        response = self._answered(url, method, headers, parameters)
        try:
            status = response.status_code
            if status >= 400 and status not in accept:
                raise _refusal(url, response)
            yield response
        finally:
            response.close()

    def pieces(self, response: httpx.Response) -> Iterator[bytes]:
        """Yields the content of an answer.

        Raises:
            WorkError: It breaks off.
            Paused: It was asked to stop.
        """
        try:
            # As they come: pieces of one size would be held back, and lost with the connection.
            for piece in response.iter_raw():
                if self._should_stop():
                    raise Paused
                yield piece
        except httpx.TransportError as error:
            raise CutError(f"{response.url}: the connection broke off ({error})") from None

    def wait(self, tried: int, least: float = 0.0) -> None:
        """Waits before another try.

        Args:
            tried: How many there were.
            least: Seconds that the server asked for.

        Raises:
            Paused: It was asked to stop.
        """
        seconds = max(self._first_wait * 2 ** (tried - 1), least)
        end = time.monotonic() + min(seconds, _LONGEST_WAIT)
        while (left := end - time.monotonic()) > 0:
            if self._should_stop():
                raise Paused
            time.sleep(min(left, 0.1))

    def _answered(
        self,
        url: str,
        method: str,
        headers: Mapping[str, str] | None,
        parameters: Mapping[str, str] | None,
    ) -> httpx.Response:
        """Asks until there is an answer that is more than an excuse."""
        for tried in range(1, self.tries + 1):
            if self._should_stop():
                raise Paused
            try:
                # An empty mapping would take away the query that the address has.
                request = self._client.build_request(
                    method, url, headers=headers, params=parameters or None
                )
                response = self._client.send(request, stream=True)
            except _LOST as error:
                raise _lost(url, error) from None
            except httpx.TransportError as error:
                if "location header" in str(error):
                    raise _lost(url, error) from None
                # Without a connection waiting does not help, but where a server starts anew.
                enough = 2 if isinstance(error, _NO_CONNECTION) else self.tries
                if tried >= min(enough, self.tries):
                    raise _unreachable(url, error, tried) from None
                self.wait(tried)
                continue
            if response.status_code not in _PASSING or tried == self.tries:
                return response
            response.close()
            self.wait(tried, _asked_wait(response))
        raise AssertionError("unreachable")  # the last try returns or raises


class CutError(WorkError):
    """The connection broke off in the middle of a file."""


def _refusal(url: str, response: httpx.Response) -> Exception:
    status = response.status_code
    if status in (404, 410):
        return NotThereError(f"{url}: there is no such file on the server ({status})")
    if status in (401, 403):
        return InputError(
            f"{url}: the server does not hand it out ({status}); look with a browser whether it "
            "needs an account, and download it there"
        )
    return WorkError(f"{url}: the server fails ({status}); try again later")


def _refuse_downgrade(response: httpx.Response) -> None:
    """Refuses to be sent from a safe address to one that anybody on the way can change."""
    target = response.headers.get("location", "")
    if (
        response.is_redirect
        and response.url.scheme == "https"
        and target.casefold().startswith("http://")
    ):
        raise InputError(
            f"{response.url}: leads from https to http, where anybody may change the file; give "
            f"{target} yourself if you trust it"
        )


def _lost(url: str, error: Exception) -> Exception:
    if isinstance(error, httpx.TooManyRedirects):
        return WorkError(
            f"{url}: leads from one address to the next, more than {MOST_REDIRECTS} times; find "
            "the address of the file itself with a browser"
        )
    return InputError(
        f"{url}: is no address of http or https, or leads to one that is none; only these are "
        "fetched"
    )


def _unreachable(url: str, error: Exception, tried: int) -> WorkError:
    if isinstance(error, _NO_CONNECTION):
        return WorkError(
            f"{url}: cannot be reached ({error or 'no answer'}); there seems to be no connection: "
            "check it and try again, or use a file that you have already"
        )
    return WorkError(
        f"{url}: does not answer ({error or 'too slow'}), {tried} times; try again later"
    )


def _asked_wait(response: httpx.Response) -> float:
    asked = response.headers.get("retry-after", "")
    return float(asked) if asked.isdecimal() else 0.0
