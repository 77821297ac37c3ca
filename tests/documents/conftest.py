"""What the tests of documents share: a file in a folder of its own."""

import pytest


@pytest.fixture(scope="session")
def write(tmp_path_factory):
    """Writes a file; Hypothesis writes it again for every example."""
    folder = tmp_path_factory.mktemp("documents")

    def write(name, content):
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write
