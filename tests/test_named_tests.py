"""The pages that name a test beside what they claim name one that is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGES = ("docs/security.md", "docs/reliability.md")
_TEST = re.compile(
    r"(?:\[(?P<text>test_\w+\.py)\]\((?P<link>[^)]+)\)|(?P<bare>[\w/]*test_\w+\.py))"
)
_AGAIN = ("the same", "both")  # as in the row above


def named_tests(page: str, tests: set[str]) -> tuple[list[str], list[str]]:
    """Looks up which tests a page names.

    Args:
        page: Its text.
        tests: The paths of all tests, from the root of the repository.

    Returns:
        The paths of those that are there, and the names of those that are not.
    """
    found: list[str] = []
    missing = []
    for match in _TEST.finditer(page):
        if match["link"]:
            name, places = match["text"], [match["link"].removeprefix("../")]
        else:
            name = match["bare"]
            named = [path for path in tests if f"/{path}".endswith(f"/{name}")]
            places = [path for path in found if path in named] or named
        if len(set(places)) == 1 and places[0] in tests and places[0].endswith(name):
            found.append(places[0])
        else:
            missing.append(name)
    return found, missing


def claims(page: str) -> list[list[str]]:
    """The cells of all rows of tables that have a column of tests, which is the last one."""
    rows, is_claim = [], False
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            is_claim = False
        elif cells[-1] == "Test":
            is_claim = True
        elif is_claim and not re.fullmatch("[|: -]+", line):
            rows.append(cells)
    return rows


@pytest.fixture(scope="module")
def tests(repository: Path) -> set[str]:
    paths = (repository / "tests").rglob("test_*.py")
    return {path.relative_to(repository).as_posix() for path in paths}


def test_every_test_that_a_page_names_is_there(repository: Path, tests: set[str]) -> None:
    for page in (*repository.glob("docs/*.md"), *repository.glob("*.md")):
        _, missing = named_tests(page.read_text("utf-8"), tests)
        assert missing == [], page


@pytest.mark.parametrize("page", PAGES)
def test_every_claim_of_a_table_has_its_test(repository: Path, tests: set[str], page: str) -> None:
    rows = claims((repository / page).read_text("utf-8"))
    assert len(rows) > 20
    for *claim, cell in rows:
        assert cell in _AGAIN or named_tests(cell, tests)[0], claim


def test_what_is_missing_is_seen() -> None:
    tests = {"tests/test_a.py", "tests/app/test_b.py", "tests/x/test_c.py", "tests/y/test_c.py"}
    page = "[test_b.py](../tests/app/test_b.py), test_a.py, tests/app/test_b.py"
    assert named_tests(page, tests) == (
        ["tests/app/test_b.py", "tests/test_a.py", "tests/app/test_b.py"],
        [],
    )
    wrong = "[test_a.py](../tests/app/test_a.py) [test_a.py](../tests/app/test_b.py) test_d.py"
    assert named_tests(wrong, tests) == ([], ["test_a.py", "test_a.py", "test_d.py"])
    assert named_tests("test_c.py", tests) == ([], ["test_c.py"])  # which one?
    linked = "[test_c.py](../tests/y/test_c.py), and test_c.py"
    assert named_tests(linked, tests) == (["tests/y/test_c.py"] * 2, [])
    table = "| What | Test |\n| --- | --- |\n| a | test_a.py |\n\n| not | these |\n| --- | --- |"
    assert claims(table) == [["a", "test_a.py"]]
