"""Texts made of the templates in `templates/`. It imports no Keras."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from seq2seq_keras.markdown import inert


def rendered(name: str, **values: Any) -> str:
    """Fills a template in.

    Args:
        name: The template's file, such as `onnx.md.jinja`.
        values: What it names; a name that is missing is an error.
    """
    return _environment().get_template(name).render(values)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters["cell"] = lambda text: inert(text).replace("|", r"\|")
    environment.filters["literal"] = ascii
    return environment
