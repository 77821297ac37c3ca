"""What the tests of the corpus share: files and archives in a folder of their own."""

import zipfile

import pytest


@pytest.fixture
def write(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


@pytest.fixture
def archive(tmp_path):
    def archive(name, **members):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            for member, content in members.items():
                file.writestr(member.replace("__", "."), content)
        return path

    return archive
