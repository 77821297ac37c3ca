"""A small stand-in for the Hugging Face Hub on this machine, for its real client to talk to."""

from __future__ import annotations

import base64
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class StandIn(ThreadingHTTPServer):
    """Takes what a client uploads, as the Hub does: texts in the commit, binary files beside it.

    Attributes:
        repositories: What was asked for when each was made, by its name.
        files: What lies in the repository, by its path; `kind` is "models" or "spaces".
        refuse: The status with which all is refused; 0 for none.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.address = f"http://127.0.0.1:{self.server_address[1]}"
        self.repositories: dict[str, dict[str, Any]] = {}
        self.files: dict[str, bytes] = {}
        self.kind = ""
        self.refuse = 0
        self.objects: dict[str, bytes] = {}  # binary files, before they are committed


def is_binary(sample: str) -> bool:
    """Judges a file by its first bytes, which a client sends in base64."""
    return b"\0" in base64.b64decode(sample)


class _Handler(BaseHTTPRequestHandler):
    server: StandIn

    def log_message(self, *_: object) -> None:
        pass

    def _say(self, content: Any, status: int = 200) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("content-length", 0)))

    def do_GET(self) -> None:
        self._say({"id": "me/en-fr", "siblings": [], "sha": "0" * 40})

    def do_PUT(self) -> None:
        self.server.objects[self.path.rpartition("/")[2]] = self._body()
        self._say({})

    def do_POST(self) -> None:
        hub, body = self.server, self._body()
        if hub.refuse or self.headers.get("authorization") != "Bearer hf_right":
            self._say({"error": "no"}, hub.refuse or 401)
        elif self.path == "/api/repos/create":
            asked = json.loads(body)
            hub.repositories[asked["name"]] = asked
            place = "spaces/me" if asked.get("type") == "space" else "me"
            self._say({"url": f"{hub.address}/{place}/{asked['name']}"})
        elif self.path == "/api/validate-yaml":
            self._say({"errors": [], "warnings": []})
        elif "/preupload/" in self.path:
            files = [
                {
                    "path": file["path"],
                    "uploadMode": "lfs" if is_binary(file["sample"]) else "regular",
                    "shouldIgnore": False,
                }
                for file in json.loads(body)["files"]
            ]
            self._say({"files": files})
        elif self.path.endswith("/info/lfs/objects/batch"):
            objects = [
                {**each, "actions": {"upload": {"href": f"{hub.address}/objects/{each['oid']}"}}}
                for each in json.loads(body)["objects"]
            ]
            self._say({"transfer": "basic", "objects": objects})
        elif "/commit/" in self.path:
            hub.kind = self.path.split("/")[2]
            for line in body.splitlines():
                entry = json.loads(line)
                value = entry["value"]
                if entry["key"] == "file":
                    hub.files[value["path"]] = base64.b64decode(value["content"])
                elif entry["key"] == "lfsFile":
                    hub.files[value["path"]] = hub.objects[value["oid"]]
            address = f"{hub.address}/me/en-fr/commit/{'0' * 40}"
            self._say({"commitUrl": address, "commitOid": "0" * 40, "success": True})
        else:
            self._say({"error": self.path}, 404)
