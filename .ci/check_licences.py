"""Fails when an installed package is under the GPL, LGPL or AGPL, or names no licence at all.

    .venv/bin/python .ci/check_licences.py             # the packages of this environment
    .venv/bin/python .ci/check_licences.py --path DIR  # the packages that lie in DIR

Any mention of those licences counts, also in a choice such as "MIT OR GPL-2.0": a person then
reads the licence and, where it is fine, writes the reason into REVIEWED.
"""

from __future__ import annotations

import argparse
import re
import sys
from importlib.metadata import Distribution, distributions

from packaging.utils import canonicalize_name

REVIEWED = {
    "atheris": "Apache-2.0; its metadata names none, each of its files does",
    "namex": "Apache-2.0; its metadata names none, its LICENSE file does",
}

COPYLEFT = re.compile(r"\b[AL]?GPL|general public licen[sc]e", re.IGNORECASE)


def licences(package: Distribution) -> list[str]:
    """Returns everything that the package's metadata says about its licence."""
    metadata = package.metadata
    named = [*metadata.get_all("License-Expression", []), *metadata.get_all("License", [])]
    for classifier in metadata.get_all("Classifier", []):
        if classifier.startswith("License ::"):
            named.append(classifier.split(" :: ")[-1])
    # An older package may hold the whole text here, with the licences of parts it mentions.
    lines = [text.strip().partition("\n")[0] for text in named]
    return [line for line in lines if line and line not in ("UNKNOWN", "OSI Approved")]


def problem(package: Distribution) -> str | None:
    """Returns why this package may not be used, or None where it may."""
    found = licences(package)
    if not found:
        return "names no licence"
    copyleft = [licence for licence in found if COPYLEFT.search(licence)]
    return f"is under {', '.join(copyleft)}" if copyleft else None


def main() -> int:
    parser = argparse.ArgumentParser(description="Check the licences of the installed packages.")
    parser.add_argument("--path", help="look for packages here, not in this environment")
    path = parser.parse_args().path
    packages = list(distributions(path=[path]) if path else distributions())
    if not packages:
        print("licence check: found no packages", file=sys.stderr)
        return 1
    failures = 0
    for package in packages:
        name = canonicalize_name(package.metadata["Name"])
        reason = problem(package)
        if reason and name not in REVIEWED:
            failures += 1
            print(f"licence check: {name} {package.version} {reason}", file=sys.stderr)
    if not failures:
        print(f"licence check: {len(packages)} packages, none under the GPL, LGPL or AGPL")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
