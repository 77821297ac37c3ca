"""Files packed in every way, for the tests of what unpacks them."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib

import zstandard

from seq2seq_keras.corpus.files import text_files

TEXT = b"Hi.\tSalut.\nRun!\tCours !\n" * 3
COMPRESSORS = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".lzma": lambda data: lzma.compress(data, format=lzma.FORMAT_ALONE),
    ".zst": zstandard.compress,
}


def tar(**members):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name.replace("__", "."))
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def zipped(method=zipfile.ZIP_DEFLATED, **members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return buffer.getvalue()


def content_of(path):
    (file,) = text_files(path)
    with file.open() as stream:
        return stream.read()


LINE = b"the same\tthe same\n"


def bomb(ending, line, size):
    piece = line * (2**20 // len(line))
    if ending == ".gz":
        compressor = zlib.compressobj(9, wbits=31)
    elif ending == ".bz2":
        compressor = bz2.BZ2Compressor()
    elif ending == ".zst":
        compressor = zstandard.ZstdCompressor(level=3).compressobj()
    else:
        compressor = lzma.LZMACompressor(preset=0)
    return b"".join([compressor.compress(piece) for _ in range(size)] + [compressor.flush()])
