"""What the tests of documents share: a file in a folder of its own, and patience."""

import pytest
from hypothesis import settings

# Other work on the machine must not make an example fail for its time.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(scope="session")
def write(tmp_path_factory):
    """Writes a file; Hypothesis writes it again for every example."""
    folder = tmp_path_factory.mktemp("documents")

    def write(name, content):
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write
