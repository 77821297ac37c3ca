"""Finds in the source what the interface says, and what deeper code says to its users."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "seq2seq_keras"

SPEAKING = ("app", "comparison", "localisation")
"""The folders whose code says things through a `Language`."""

ERRING = (
    "app",
    "comparison",
    "config.py",
    "corpus",
    "documents",
    "export/check.py",
    "export/formats.py",
    "extras.py",
    "fetching",
    "jobs",
    "recipe.py",
    "saved_format.py",
    "storage.py",
    "translator.py",
)
"""The parts whose errors reach the page."""

PLACEHOLDER = re.compile(r"\{(\w*)[^{}]*\}")

_ERRORS = ("InputError", "WorkError")
# Functions whose result is a message.
_TELLING = ("explain_death", "missing_package", "smaller_batch")
# What is passed on: the message was made, and is found, elsewhere.
_PASSED_ON = ("answer['error']", "_first_problem(error)", "message", "reason")


def holes(text: str) -> str:
    """A format with nameless placeholders, by which a message and its translation are matched."""
    return re.sub(r"(\{\})+", "{}", PLACEHOLDER.sub("{}", text))


def placeholders(text: str) -> set[str]:
    """The names that a format asks for."""
    return {name for name in PLACEHOLDER.findall(text) if name}


def said() -> tuple[dict[str, str], dict[str, str]]:
    """Finds the texts of the interface.

    Returns:
        Where each text is said, by the text; and the same of English singulars.
    """
    texts: dict[str, str] = {}
    plurals: dict[str, str] = {}
    for path, tree in _trees(SPEAKING):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = _name(node.func).lstrip("_")
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                if name in ("say", "later"):
                    texts[first.value] = _place(path, node)
                elif name == "say_many":
                    plurals[first.value] = _place(path, node)
    for path in sorted(PACKAGE.rglob("*.html")):
        page = path.read_text(encoding="utf-8")
        for name, text in re.findall(r'\b(say|say_many)\("([^"]+)"', page):
            (texts if name == "say" else plurals)[text] = path.name
    return texts, plurals


def told() -> dict[str, str]:
    """Finds what deeper code tells: errors, notices, stages, and why a job ended.

    Returns:
        Where each message is made, by the message with nameless placeholders.
    """
    found: dict[str, str] = {}
    for path, tree in _trees(ERRING):
        for node in ast.walk(tree):
            for part in _messages(node):
                for text in _formats(part):
                    if text.replace("{}", "").strip(" ;:,."):
                        found[holes(text)] = _place(path, node)
    for path, tree in _trees(("evaluation", "text", "training", "pipeline.py", "documents")):
        for node in ast.walk(tree):
            for part in _notices(node):
                for text in _formats(part):
                    found[holes(text)] = _place(path, node)
    return found


def _messages(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        if any(error in ast.unparse(node.exc.func) for error in _ERRORS) and node.exc.args:
            yield node.exc.args[0]
    elif isinstance(node, ast.FunctionDef) and node.name in _TELLING:
        for inner in ast.walk(node):
            if isinstance(inner, ast.Return) and inner.value is not None:
                yield inner.value
    elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
        state = node.value.elts[0]
        if isinstance(state, ast.Constant) and state.value == "failed":
            yield node.value.elts[1]
    yield from _notices(node)


def _notices(node: ast.AST) -> Iterator[ast.expr]:
    if not isinstance(node, ast.Call) or not node.args:
        return
    name = ast.unparse(node.func)
    if name.endswith(("notices.append", "said.append", "stage")) or name == "Notice":
        yield node.args[0]


def _formats(node: ast.expr) -> Iterator[str]:
    """What an expression may say, values aside; of two branches, both."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(
            str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
        )
    elif isinstance(node, ast.IfExp):
        yield from _formats(node.body)
        yield from _formats(node.orelse)
    elif isinstance(node, ast.BinOp):
        for left, right in itertools.product(_formats(node.left), _formats(node.right)):
            yield left + right
    elif ast.unparse(node) in _PASSED_ON:
        return
    else:
        yield "{}"


def _trees(names: tuple[str, ...]) -> Iterator[tuple[Path, ast.AST]]:
    for name in names:
        path = PACKAGE / name
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            yield file, ast.parse(file.read_text(encoding="utf-8"))


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(PACKAGE)}:{getattr(node, 'lineno', 0)}"


def constants() -> set[str]:
    """Every text that stands in the code."""
    return {
        node.value
        for _, tree in _trees(
            tuple(path.name for path in sorted(PACKAGE.iterdir()) if _is_code(path))
        )
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def has_placeholders_alike(text: str, translation: str) -> bool:
    """Whether a translation asks for the very values that its text asks for."""
    return sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(translation))


def _is_code(path: Path) -> bool:
    return path.suffix == ".py" or (path.is_dir() and path.name != "__pycache__")
