import lzma
import resource
import sys
import time

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from helpers.archives import COMPRESSORS, LINE, TEXT, bomb, content_of
from seq2seq_keras.corpus.compression import FREE_SIZE, bare_name, compression
from seq2seq_keras.corpus.files import text_files
from seq2seq_keras.errors import InputError


@pytest.mark.parametrize("ending", COMPRESSORS)
def test_a_compressed_file_is_told_by_its_bytes(write, ending):
    compressed = COMPRESSORS[ending](TEXT)
    for name in (f"fra.txt{ending}", "fra.txt"):
        (file,) = text_files(write(name, compressed))
        assert file.name == "fra.txt"
        assert "\n".join(file.lines()) + "\n" == TEXT.decode()
    assert compression(compressed[:16]) == ending


@pytest.mark.parametrize("ending", [".gz", ".bz2", ".xz", ".zst"])
def test_streams_that_follow_each_other_are_one_text(write, ending):
    compress = COMPRESSORS[ending]
    data = compress(TEXT) + compress(b"") + compress(b"End.\tFin.\n")
    assert content_of(write(f"a{ending}", data)) == TEXT + b"End.\tFin.\n"


def test_padding_behind_a_stream(write):
    for ending in (".gz", ".xz"):
        assert content_of(write(f"a{ending}", COMPRESSORS[ending](TEXT) + bytes(8))) == TEXT


def test_a_frame_to_skip_before_the_text(write):
    frame = b"\x50\x2a\x4d\x18" + (4).to_bytes(4, "little") + b"size"
    assert content_of(write("a.zst", frame + zstandard.compress(TEXT))) == TEXT


def test_a_text_stays_a_text_whatever_its_name_or_its_first_letters_say(write):
    for name, text in (("a.gz", TEXT), ("b.tsv", b"BZh is\tno archive\n"), ("c.xz", b"a\tb\n")):
        assert content_of(write(name, text)) == text
    assert bare_name("train.de.zst") == "train.de"


@given(
    st.lists(st.binary(max_size=200_000), min_size=1, max_size=3), st.sampled_from([*COMPRESSORS])
)
def test_any_bytes_come_back(tmp_path_factory, parts, ending):
    content = b"\n".join(parts)
    path = tmp_path_factory.mktemp("round") / "a"
    path.write_bytes(COMPRESSORS[ending](content))
    if compression(content[:16]) is None and content[257:262] != b"ustar":
        assert content_of(path) == content


@pytest.mark.parametrize(
    ("ending", "line"),
    [(".gz", LINE), (".gz", b"a"), (".gz", b"\0"), (".bz2", b"a"), (".xz", LINE), (".zst", LINE)],
)
def test_a_bomb_ends_early(write, ending, line):
    path = write(f"bomb.tsv{ending}", bomb(ending, line, 100))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.monotonic()
    with pytest.raises(InputError, match=r"unpacks to more than|is longer than|zero byte"):
        sum(1 for _ in text_files(path)[0].lines())
    assert time.monotonic() - start < 20
    if sys.platform == "linux":
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 250_000  # KiB


def test_a_text_that_repeats_itself_is_no_bomb(write):
    line = b"%d\tThe cat sat on the mat.\tLe chat est sur le tapis.\n"
    text = b"".join(line % number for number in range(2**19))
    assert len(text) > 1.5 * FREE_SIZE
    path = write("a.tsv.xz", lzma.compress(text, preset=0))
    assert sum(1 for _ in text_files(path)[0].lines()) == 2**19
