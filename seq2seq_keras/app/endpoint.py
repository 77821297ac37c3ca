"""Making an endpoint for programs of a method, with its docstring for a description."""

from __future__ import annotations

import functools
import inspect
import re
import reprlib
from collections.abc import Callable
from typing import Any

import gradio as gr
from pydantic import TypeAdapter, ValidationError

from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.localisation import Language

_SECTION = re.compile(r"\n(Args|Returns):\n", re.MULTILINE)


def add_endpoint(method: Callable[..., Any], language: Language, limit: int | None) -> None:
    """Adds an endpoint of the method's name to the page that is being built.

    Args:
        method: What it does; its types and its docstring are shown to whoever wants to use it.
        language: The language in which it tells what is wrong.
        limit: How many calls are answered at once; None is as many as come.
    """

    signature = inspect.signature(method)
    types = {name: TypeAdapter(each.annotation) for name, each in signature.parameters.items()}

    @functools.wraps(method)
    def told(*args: Any, **kwargs: Any) -> Any:
        try:
            given = signature.bind(*args, **kwargs).arguments
            return method(**{name: _fitting(name, types[name], given[name]) for name in given})
        except (InputError, WorkError) as error:
            raise gr.Error(language.error(str(error)), print_exception=False) from None

    description, arguments, returned = parts_of(method.__doc__ or "")
    added = gr.api(
        told, api_name=method.__name__, api_description=description, concurrency_limit=limit
    )
    # Gradio calls the inputs "1st", "2nd" and so on, and has no words about them.
    page = gr.context.Context.root_block
    if page is None or added["id"] not in page.fns:
        return
    endpoint = page.fns[added["id"]]
    for component, name in zip(endpoint.inputs, types, strict=True):
        _describe(component, name, arguments.get(name, ""))
    for component in endpoint.outputs:
        _describe(component, "result", returned)


def _fitting(name: str, kind: TypeAdapter[Any], value: Any) -> Any:
    """What a program gave as an argument, if it is of the argument's type."""
    try:
        return kind.validate_python(value)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in (name, *problem["loc"]))
        shown = reprlib.repr(problem["input"])
        message = f"{place}: {problem['msg']}, received {shown}"
        raise InputError(message) from None


def parts_of(docstring: str) -> tuple[str, dict[str, str], str]:
    """Takes a docstring apart.

    Returns:
        What it says of the function, of each argument, and of what is returned, each in one line.

    Example:
        >>> parts_of("Does it.\\n\\nArgs:\\n    what: The\\n        thing.\\n")
        ('Does it.', {'what': 'The thing.'}, '')
    """
    head, *rest = _SECTION.split(inspect.cleandoc(docstring) + "\n")
    sections = dict(zip(rest[::2], rest[1::2], strict=True))
    found = re.findall(r"^    (\w+): (.*(?:\n {5,}.*)*)", sections.get("Args", ""), re.MULTILINE)
    arguments = {name: " ".join(text.split()) for name, text in found}
    return " ".join(head.split()), arguments, " ".join(sections.get("Returns", "").split())


def _describe(component: Any, name: str, text: str) -> None:
    component.label = name
    words = {"description": text, "additional_description": text}  # of results, of inputs
    component._api_info = {**component._api_info, **words}
