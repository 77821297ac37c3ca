"""Packages that not everybody needs: the extras of this project."""


def missing_package(asked: str, package: str, extra: str) -> str:
    """Says that a package is not installed, and how to get it.

    Args:
        asked: What the user asked for that needs it.
        package: The package.
        extra: The extra of this project that brings it.

    Example:
        >>> print(missing_package("--mcp", "mcp", "mcp"))
        --mcp: the package mcp is missing; get it in the project's folder by: pip install \
--constraint constraints.txt --editable ".[mcp]"
    """
    return (
        f"{asked}: the package {package} is missing; get it in the project's folder by: "
        f'pip install --constraint constraints.txt --editable ".[{extra}]"'
    )
