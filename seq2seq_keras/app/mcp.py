"""Two tools for assistants that speak the Model Context Protocol (MCP): list_models, translate."""

import json
from importlib.util import find_spec

import gradio as gr
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import RedirectResponse

from seq2seq_keras.app.api import Endpoints
from seq2seq_keras.app.studio import Studio
from seq2seq_keras.errors import InputError
from seq2seq_keras.extras import missing_package

# Gradio reads the types of the tools when it builds their page, so nothing here is put off
# with `from __future__ import annotations`.

PLACE = "/mcp"
"""Where the tools are mounted; the pages, mounted elsewhere, are no tools."""

_TRANSPORT = "gradio_api/mcp/"  # Gradio puts its MCP server there, over streamable HTTP

ADDRESS = f"{PLACE}/{_TRANSPORT}"
"""What a client connects with, below the address of the server."""

_TOLD = ("id", "name", "note", "source_lang", "target_lang", "architecture", "bleu")


def check_installed() -> None:
    """Sees whether the optional package is there.

    Raises:
        InputError: it is not.
    """
    if find_spec("mcp") is None:
        raise InputError(missing_package("--mcp", "mcp", "mcp"))


def mount_tools(studio: Studio) -> FastAPI:
    """Builds a server in which the tools are mounted, and nothing else of the app.

    Args:
        studio: What the tools work with.

    Returns:
        The server; the application mounted last has the tools, and a life cycle of its own.
    """
    tools, host = Tools(studio), FastAPI()
    with gr.Blocks(title="seq2seq-keras") as page:
        for tool in (tools.list_models, tools.translate):
            # Not through Gradio's queue: for that it would call itself over the network.
            gr.api(tool, api_name=tool.__name__, queue=False)
    page.has_launched = True  # else Gradio takes files for arguments from anywhere
    gr.mount_gradio_app(
        host,
        page,
        path=PLACE,
        mcp_server=True,
        allowed_paths=[],
        max_file_size=1,  # the tools ask for no file
        run_history=False,
        footer_links=[],
        ssr_mode=False,
    )
    if page.mcp_error:  # Gradio goes on without
        raise RuntimeError(page.mcp_error)
    return host


def tool_routes() -> APIRouter:
    """Builds the way from `/mcp` to where the tools are, relative as behind a proxy it must be.

    Returns:
        The routes, to be included before the tools are mounted.
    """
    router = APIRouter(include_in_schema=False)

    @router.api_route(PLACE, methods=["GET", "POST"])
    @router.get(f"{PLACE}/")
    def find(request: Request) -> RedirectResponse:
        within = request.url.path.endswith("/")
        return RedirectResponse(_TRANSPORT if within else ADDRESS.removeprefix("/"), 307)

    return router


class Tools:
    """Each public method is a tool of its name.

    Gradio makes a tool's description of its docstring, and takes one line for each argument.

    Args:
        studio: What they work with.
    """

    def __init__(self, studio: Studio) -> None:
        self._endpoints = Endpoints(studio)

    def list_models(self) -> str:
        """Lists the saved translation models, each for one source and one target language.

        Returns:
            JSON, for each model: id, name, note, languages, architecture, BLEU on its test part.
        """
        models = self._endpoints.list_models()
        told = [{name: value for name, value in model.items() if name in _TOLD} for model in models]
        return json.dumps(told, ensure_ascii=False)

    def translate(self, text: str, model: str, beam_size: int = 5) -> str:
        """Translates a text with a saved model, from its source into its target language.

        Args:
            text: The text, of any number of lines and sentences.
            model: Id or name of a model that translates from the text's language; see list_models.
            beam_size: Hypotheses kept in search, 1 to 64; 1 is greedy and fastest.

        Returns:
            The translation alone, with the line breaks of the text.
        """
        return self._endpoints.translate(text, model, beam_size)
