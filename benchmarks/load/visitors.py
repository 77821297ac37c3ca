"""Visitors of the app: each speaks to the server as a page in a browser does, over HTTP.

A browser for each would take the machine from the server that is to be measured. So these hold
what a page holds (a session, its heartbeat, the values of its components), ask what it asks, in
its protocol, and draw nothing. All of them share one thread.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

# Somebody at a page has gone long before; then what was asked counts as failed.
PATIENCE_SECONDS = 120.0

_EVENTS = "gradio_api/queue"


class Site:
    """What the page in English is made of, and the way to it.

    Args:
        address: Of the server, with a slash at its end.
        config: What the page told of itself.

    Raises:
        RuntimeError: A page asked for is not that of the app.

    Example:
        >>> site = await Site.at("http://127.0.0.1:7860/")
    """

    def __init__(self, address: str, config: Mapping[str, Any]) -> None:
        self.address = address
        self.initial = {
            part["id"]: part["props"].get("value") if part["type"] != "state" else None
            for part in config["components"]
        }
        self.named = {
            part["props"]["elem_id"]: part["id"]
            for part in config["components"]
            if part["props"].get("elem_id")
        }
        self._events: list[Mapping[str, Any]] = config["dependencies"]
        # Shared: one for each would make its own, slowly.
        self.transport = httpx.AsyncHTTPTransport(
            verify=False, limits=httpx.Limits(max_connections=None, keepalive_expiry=3)
        )

    @classmethod
    async def at(cls, address: str) -> Site:
        """Reads the page at an address."""
        async with httpx.AsyncClient(timeout=60) as http:
            answer = await http.get(f"{address}en/config")
            return cls(address, answer.raise_for_status().json())

    def place(self, elem_id: str) -> int:
        """The number of a component."""
        try:
            return self.named[elem_id]
        except KeyError:
            raise RuntimeError(f"the page has no {elem_id}") from None

    def event(self, elem_id: str, what: str) -> Mapping[str, Any]:
        """What happens when something is done to a component."""
        target = [self.place(elem_id), what]
        return self._first([event for event in self._events if target in event["targets"]], elem_id)

    def endpoint(self, name: str) -> Mapping[str, Any]:
        """The named endpoint for programs."""
        return self._first([each for each in self._events if each["api_name"] == name], name)

    def at_loading(self) -> list[Mapping[str, Any]]:
        """What happens when the page is opened."""
        return [
            event
            for event in self._events
            if event["backend_fn"] and any(what == "load" for _, what in event["targets"])
        ]

    def after(self, event: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """What happens when an event is over."""
        return [
            each
            for each in self._events
            if each.get("trigger_after") == event["id"] and each["backend_fn"]
        ]

    @staticmethod
    def _first(found: Sequence[Mapping[str, Any]], name: str) -> Mapping[str, Any]:
        if not found:
            raise RuntimeError(f"nothing happens on the page with {name}")
        return found[0]


class Visitor:
    """Somebody at a page; in a demo, one with a cookie and so with a workspace of their own.

    Args:
        site: The page.

    Example:
        >>> visitor = Visitor(site)
        >>> await visitor.open()
        >>> await visitor.translate("A dog.")
        >>> await visitor.close()
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._http = httpx.AsyncClient(
            base_url=f"{site.address}en/",
            transport=site.transport,
            timeout=PATIENCE_SECONDS,
            trust_env=False,
        )
        self._session = uuid.uuid4().hex
        self._values = dict(site.initial)
        self._turn = asyncio.Lock()
        self._heartbeat: asyncio.Task[None] | None = None
        self.alive_at = 0.0

    async def open(self) -> None:
        """Loads the page: its text, its heartbeat, and what it asks for at once."""
        (await self._http.get("")).raise_for_status()
        self._heartbeat = asyncio.create_task(self._hold())
        for event in self._site.at_loading():
            await self._happen(event)

    @property
    def is_connected(self) -> bool:
        """Whether the page's stream is open; a browser would say "connection lost" if not."""
        return self._heartbeat is not None and not self._heartbeat.done() and self.alive_at > 0

    async def close(self) -> None:
        """Closes the page."""
        if self._heartbeat is not None:
            self._heartbeat.cancel()
            await asyncio.wait([self._heartbeat])

    async def translate(self, text: str) -> str:
        """Translates with the button, by the model and the settings that the page shows.

        Args:
            text: What to translate.

        Returns:
            The translation.

        Raises:
            RuntimeError: The server answers with an error or with nothing.
            httpx.HTTPError, TimeoutError: It cannot be reached or takes too long.
        """
        event = self._site.event("translate-button", "click")
        self._values[self._site.place("translate-input")] = text
        output = self._site.place("translate-output")
        self._values[output] = ""
        await self._ask(event)
        if not self._values[output]:
            raise RuntimeError("the translation is empty")
        return str(self._values[output])

    async def call(self, name: str, *arguments: Any) -> Any:
        """Calls an endpoint for programs.

        Args:
            name: Of the endpoint.
            arguments: All of its arguments; what is left out has its default.

        Returns:
            What it returns.

        Raises:
            RuntimeError: It answers with an error.
            httpx.HTTPError, TimeoutError: It cannot be reached or takes too long.
        """
        event = self._site.endpoint(name)
        defaults = [self._site.initial[number] for number in event["inputs"]]
        return (await self._send(event, [*arguments, *defaults[len(arguments) :]]))[0]

    async def press(self, elem_id: str, **what: str) -> None:
        """Presses a button that a component has drawn, and lets happen what follows."""
        await self._happen(self._site.event(elem_id, "click"), what)

    async def upload(self, name: str, content: bytes) -> dict[str, Any]:
        """Sends a file.

        Returns:
            What to hand to an endpoint.
        """
        answer = await self._http.post("gradio_api/upload", files={"files": (name, content)})
        path = answer.raise_for_status().json()[0]
        return {"path": path, "orig_name": name, "meta": {"_type": "gradio.FileData"}}

    async def download(self, path: str) -> bytes:
        """Fetches a file of the server's, by the path that a job or a model tells."""
        return (await self._http.get(self._site.address + path[1:])).raise_for_status().content

    async def _happen(
        self, event: Mapping[str, Any], data: Mapping[str, str] | None = None
    ) -> None:
        await self._ask(event, data)
        for following in self._site.after(event):
            await self._happen(following)

    async def _ask(self, event: Mapping[str, Any], data: Mapping[str, str] | None = None) -> None:
        """Has an event happen, and takes over what it changes on the page."""
        values = [self._values.get(number) for number in event["inputs"]]
        outputs = await self._send(event, values, data)
        for number, value in zip(event["outputs"], outputs, strict=False):
            if not isinstance(value, dict) or value.get("__type__") != "update":
                self._values[number] = value
            elif "value" in value:
                self._values[number] = value["value"]

    async def _send(
        self,
        event: Mapping[str, Any],
        values: Sequence[Any],
        data: Mapping[str, str] | None = None,
    ) -> list[Any]:
        body = {
            "fn_index": event["id"],
            "data": list(values),
            "session_hash": self._session,
            "event_data": data,
            "trigger_id": event["targets"][0][0] if event["targets"] else None,
        }
        async with self._turn, asyncio.timeout(PATIENCE_SECONDS):
            if not event["queue"]:
                answer = await self._http.post("gradio_api/run/predict", json=body)
                if answer.is_error:
                    raise RuntimeError(str(answer.json().get("error") or answer.text))
                return list(answer.json()["data"])
            (await self._http.post(f"{_EVENTS}/join", json=body)).raise_for_status()
            return await self._completed()

    async def _completed(self) -> list[Any]:
        """What the stream of the session's events tells at the end of the one that was asked."""
        output: list[Any] | None = None
        path = f"{_EVENTS}/data?session_hash={self._session}"
        async with self._http.stream("GET", path) as stream:
            async for line in stream.aiter_lines():
                message = json.loads(line[5:]) if line.startswith("data:") else {}
                if message.get("msg") == "process_completed":
                    output = _read(message)
                elif message.get("msg") == "close_stream":
                    break
        if output is None:
            raise RuntimeError("the answer ended early")
        return output

    async def _hold(self) -> None:
        path = f"gradio_api/heartbeat/{self._session}"
        async with self._http.stream("GET", path, timeout=None) as stream:
            async for line in stream.aiter_lines():
                if "ALIVE" in line:
                    self.alive_at = time.monotonic()


def _read(message: Mapping[str, Any]) -> list[Any]:
    output = message.get("output") or {}
    if not message.get("success"):
        raise RuntimeError(str(output.get("error") or message))
    return list(output["data"])


async def ended(visitor: Visitor, job_id: str, seconds: float = 600.0) -> dict[str, Any]:
    """Waits for a job.

    Returns:
        What the server tells of it.

    Raises:
        RuntimeError: It does not finish.
        TimeoutError: It takes too long.
    """
    async with asyncio.timeout(seconds):
        while True:
            job: dict[str, Any] = await visitor.call("job", job_id)
            if job["state"] == "finished":
                return job
            if job["state"] not in ("queued", "running"):
                raise RuntimeError(f"{job['name']}: {job['state']}: {job['message']}")
            await asyncio.sleep(1.0)


def text_file(sentences: Sequence[str]) -> bytes:
    """A text, a sentence a line."""
    return "".join(f"{sentence}\n" for sentence in sentences).encode()


SAMPLE_FILE = Path("data") / "english-french.tsv"
