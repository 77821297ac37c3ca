"""The theory: a page of its own, out of the documents in `docs/`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

import gradio as gr

from seq2seq_keras.app.masthead import masthead
from seq2seq_keras.app.studio import words
from seq2seq_keras.localisation import Language

PATH = "theory/"
"""Where the page is, below the main page in its language."""

_DOCS = Path(__file__).resolve().parents[2] / "docs"
FIGURES = _DOCS / "images" / "understand"

_DOCUMENTS = {"en": _DOCS / "understand.md", "zh": _DOCS / "understand.zh.md"}
_MATHEMATICS: list[dict[str, str | bool]] = [
    {"left": "$$", "right": "$$", "display": True},
    {"left": "$", "right": "$", "display": False},
]
_CONTENTS = """
<nav class="theory-contents" aria-label="{contents}"><a href="../#understand">{back}</a>
<ol>{entries}</ol></nav>
"""


@dataclass(frozen=True)
class Section:
    """A part of the theory: its heading without number signs, and its whole Markdown."""

    title: str
    text: str


def sections(document: str) -> list[Section]:
    """Takes a document apart at its numbered headings.

    Args:
        document: Markdown, with figures and links as they hold in `docs/`.

    Returns:
        What stands before the first heading, under the document's title, and then each section.
        Figures lead to where the server has them; of links to other documents the words stay.

    Example:
        >>> [part.title for part in sections("# All\\n\\nHello.\\n\\n## 1. A\\n\\nText.")]
        ['All', '1. A']
    """
    document = document.replace("](images/understand/", f"](../../{FIGURES.name}/")
    document = re.sub(r"\[([^\]]+)\]\([\w.-]+\.md\)", r"\1", document)
    parts = re.split(r"^(?=## \d)", document, flags=re.MULTILINE)
    return [Section(part.split("\n", 1)[0].lstrip("# "), part) for part in parts]


def has_theory(language: Language) -> bool:
    """Whether the documents are there: they come with the repository, not with the package."""
    return _DOCUMENTS[language.code].is_file()


def build_theory(language: Language) -> gr.Blocks:
    """Builds the page, to be mounted at `PATH` below the main one.

    Args:
        language: The language of the page.
    """
    found = sections(_DOCUMENTS[language.code].read_text(encoding="utf-8"))
    entries = "".join(
        f'<li><a href="#section-{number}">{escape(section.title.split(" ", 1)[1])}</a></li>'
        for number, section in enumerate(found)
        if number
    )
    contents = _CONTENTS.format(
        contents=language.say("Contents"), back=language.say("← Back to the app"), entries=entries
    )
    with gr.Blocks(title=found[0].title, analytics_enabled=False) as page:
        masthead(language, PATH)
        with gr.Row(elem_classes="theory"):
            with gr.Column(scale=1, min_width=220):
                words(contents, "theory-side")
            with gr.Column(scale=4, min_width=300):
                for number, section in enumerate(found):
                    gr.Markdown(
                        section.text,
                        latex_delimiters=_MATHEMATICS,
                        elem_id=f"section-{number}",
                        elem_classes="card theory-section",
                    )
    return page
