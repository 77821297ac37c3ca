"""What each service is asked, and what is made of its answer."""

from __future__ import annotations

import io

import pyarrow
import pytest
from pyarrow import parquet

from helpers.stand_in_web import DataSet, ServedFile, StandInWeb, zipped
from seq2seq_keras.corpus import load_corpus
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.fetching import Addresses, Found, fetch, look_up, offers
from seq2seq_keras.fetching.web import Web


def table(*pairs: tuple[str, str]) -> bytes:
    """Parquet as the Hub keeps translations."""
    stream = io.BytesIO()
    rows = [{"de": one, "fr": other} for one, other in pairs]
    ids = [str(number) for number in range(len(rows))]
    parquet.write_table(pyarrow.table({"id": ids, "translation": rows}), stream)
    return stream.getvalue()


PAIRS = [(f"Haus Nummer {number}.", f"Maison numéro {number}.") for number in range(30)]


@pytest.fixture
def books(stand_in: StandInWeb) -> DataSet:
    data = DataSet(
        files={"README.md": b"---\n", "de-fr/train-00000-of-00001.parquet": table(*PAIRS)},
        parquet={
            "de-fr/train/0000.parquet": table(*PAIRS[:10]),
            "de-fr/train/0001.parquet": table(*PAIRS[10:20]),
            "de-fr/train/0002.parquet": table(*PAIRS[20:]),
            "de-fr/test/0000.parquet": table(*PAIRS[:3]),
            "en-fr/train/0000.parquet": table(*PAIRS[:1]),
        },
        card={
            "license": "cc-by-4.0",
            "dataset_info": [
                {
                    "config_name": "de-fr",
                    "splits": [{"name": "train", "num_examples": 30}, {"name": "test"}],
                },
                {"config_name": "en-fr", "splits": "?"},
            ],
        },
        moved_from="books",
    )
    stand_in.data_sets["ada/books"] = data
    return data


def found_as(stand_in: StandInWeb, client: Web, name: str) -> Found:
    return look_up(name, web=client, addresses=stand_in.addresses)


# ManyThings, Tatoeba, addresses


def test_manythings(stand_in: StandInWeb, client: Web) -> None:
    stand_in.has_pairs()
    found = found_as(stand_in, client, "manythings:en-fr")
    archive = stand_in.files["/anki/fra-eng.zip"].content
    assert (found.name, found.size, found.pairs) == ("manythings:fra-eng", len(archive), None)
    assert found.license == "CC BY 2.0 FR"
    assert [each.method for each in stand_in.asked] == ["HEAD"]  # nothing is downloaded yet
    with pytest.raises(InputError, match=r"manythings:tlh-eng: ManyThings has no such pairs"):
        found_as(stand_in, client, "manythings:tlh-eng")


def test_tatoeba(stand_in: StandInWeb, client: Web) -> None:
    sides = stand_in.has_pairs()
    found = found_as(stand_in, client, "tatoeba:fr-en")
    assert [file.name for file in found.files] == [
        "fra_sentences.tsv.bz2",
        "eng_sentences.tsv.bz2",
        "fra-eng_links.tsv.bz2",
    ]
    packed = [file.content for path, file in stand_in.files.items() if "per_language" in path]
    assert found.size == sum(map(len, packed)) and found.license == "CC BY 2.0 FR"
    corpus = load_corpus(*fetch(found, web=client).files)
    assert corpus.sources == sides["fr"].decode().splitlines()
    assert corpus.targets == sides["en"].decode().splitlines()
    assert (corpus.source_lang, corpus.target_lang) == ("fr", "en")
    with pytest.raises(InputError, match=r"tatoeba:fra-tlh: Tatoeba has no such export"):
        found_as(stand_in, client, "tatoeba:fra-tlh")


@pytest.mark.parametrize(
    ("path", "disposition", "name"),
    [
        ("/data/my%20pairs.tsv", None, "my_pairs.tsv"),
        ("/get", 'attachment; filename="pairs.csv"', "pairs.csv"),
        ("/get", "attachment; filename=x.txt; filename*=UTF-8''Fran%C3%A7ais.txt", "Français.txt"),
        ("/get", 'attachment; filename="../../etc/passwd"', "passwd"),
        ("/get", 'attachment; filename="..\\\\..\\\\.bashrc"', "bashrc"),
        ("/get", 'attachment; filename="C:\\\\me\\\\pairs.tsv"', "pairs.tsv"),
        ("/get/", 'attachment; filename="..."', "corpus"),
        ("/", None, "corpus"),
        ("/" + "x" * 300 + ".tsv.gz", None, "x" * 43 + ".tsv.gz"),
    ],
)
def test_an_address(
    stand_in: StandInWeb, client: Web, path: str, disposition: str | None, name: str
) -> None:
    stand_in.files[path] = ServedFile(b"a\tb\n", disposition=disposition)
    found = found_as(stand_in, client, f"{stand_in.address}{path}?key=1")
    assert [file.name for file in found.files] == [name]
    assert (found.size, found.license, found.pairs) == (4, None, None)


def test_a_server_that_answers_no_head(stand_in: StandInWeb, client: Web) -> None:
    stand_in.files["/x.tsv"] = ServedFile(b"a\tb\n", heads=False)
    assert found_as(stand_in, client, f"{stand_in.address}/x.tsv").size == 4
    assert [each.method for each in stand_in.asked] == ["HEAD", "GET"]


# OPUS


def test_opus(stand_in: StandInWeb, client: Web) -> None:
    sides = stand_in.has_pairs()
    found = found_as(stand_in, client, "opus:Books/fr-en")
    archive = stand_in.files["/OPUS-Books/v1/moses/en-fr.txt.zip"].content
    assert (found.size, found.pairs) == (len(archive), 40)
    assert found.license == "CC-BY-SA 3.0"  # as the README in the archive has it
    assert found.files[0].name == "Books-v1.en-fr.txt.zip"
    assert all(each.status in (200, 206) for each in stand_in.asked)
    fetched = fetch(found, web=client)
    corpus = load_corpus(*fetched.files, source_lang="fr", target_lang="en")
    assert corpus.sources == sides["fr"].decode().splitlines()
    assert corpus.targets == sides["en"].decode().splitlines()
    assert found_as(stand_in, client, "opus:Books/v1/en-fr").files == found.files
    for name in ("opus:Books/v2/en-fr", "opus:Books/de-en", "opus:Nothing/en-fr"):
        with pytest.raises(InputError, match="OPUS has no such corpus in these two languages"):
            found_as(stand_in, client, name)


def test_the_licence_in_a_large_archive_costs_a_few_pieces(
    stand_in: StandInWeb, client: Web
) -> None:
    stand_in.has_pairs()
    import random

    noise = random.Random(0)
    text = "".join(f"{noise.getrandbits(256):x}\n" for _ in range(60_000))
    texts = {"Books.en-fr.en": text, "Books.en-fr.fr": text}
    archive = zipped({**texts, "LICENSE": "\n\n  Public domain, as it is said.\nMore.\n"})
    assert len(archive) > 3_000_000
    stand_in.files["/OPUS-Books/v1/moses/en-fr.txt.zip"].content = archive
    stand_in.asked.clear()
    found = found_as(stand_in, client, "opus:Books/en-fr")
    assert (found.license, found.size) == ("Public domain, as it is said.", len(archive))
    assert len(stand_in.downloads("/OPUS-Books/v1/moses/en-fr.txt.zip")) <= 4


@pytest.mark.parametrize("how", ["no ranges", "no zip", "encrypted", "not there"])
def test_where_the_archive_tells_no_licence_none_is_stated(
    stand_in: StandInWeb, client: Web, how: str
) -> None:
    stand_in.has_pairs()
    path = "/OPUS-Books/v1/moses/en-fr.txt.zip"
    file = stand_in.files[path]
    if how == "no ranges":
        file.ranges = False
    elif how == "no zip":
        file.content = b"\0" * 200_000
    elif how == "encrypted":
        content = bytearray(file.content)
        place = content.index(b"PK\x01\x02")
        content[place + 8] |= 1
        content[6] |= 1
        file.content = bytes(content)
    else:
        del stand_in.files[path]
    found = found_as(stand_in, client, "opus:Books/en-fr")
    assert found.license == ("As the books have it." if how == "encrypted" else None)
    assert found.size is not None  # what the API says of it, at least


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"<html>Wartung</html>", "does not answer with data"),
        (b'{"corpora": [1]}', "does not answer as the API of OPUS does"),
        (b"[]", "does not answer as the API of OPUS does"),
        (b'{"corpora": [{"corpus": "Books", "url": "file:///etc/passwd"}]}', "no address"),
    ],
)
def test_an_api_that_answers_something_else(
    stand_in: StandInWeb, client: Web, answer: bytes, says: str
) -> None:
    stand_in.files["/opusapi/"] = ServedFile(answer, kind="application/json")
    with pytest.raises(WorkError, match=says):
        found_as(stand_in, client, "opus:Books/en-fr")


def test_offers_of_opus(stand_in: StandInWeb, client: Web) -> None:
    stand_in.has_pairs()
    one = stand_in.corpora[0]
    stand_in.corpora += [
        {**one, "corpus": "Big", "alignment_pairs": 9000, "size": 100},
        {**one, "corpus": "Odd", "alignment_pairs": "", "size": ""},
        {**one, "corpus": "Other", "target": "it"},
        {**one, "corpus": "Xml", "preprocessing": "xml"},
        {**one, "corpus": "Old", "latest": "False"},
    ]
    found = offers("opus:fr-en", web=client, addresses=stand_in.addresses)
    assert [(each.name, each.pairs, each.size) for each in found] == [
        ("opus:Big/en-fr", 9000, 102_400),
        ("opus:Books/en-fr", 40, one["size"] * 1024),
        ("opus:Odd/en-fr", None, None),
    ]
    stand_in.corpora.append({**one, "target": "it", "alignment_pairs": 41})
    of_books = offers("opus:Books", web=client, addresses=stand_in.addresses)
    assert [each.name for each in of_books] == ["opus:Books/en-it", "opus:Books/en-fr"]
    for beginning, says in (
        ("opus:de-xx", "OPUS has nothing there"),
        ("opus:a/b", "expected two languages"),
        ("manythings:", "stands on https://www.manythings.org/anki"),
        ("tatoeba:fra", "stands on https://tatoeba.org/downloads"),
        ("nothing", "cannot be listed"),
    ):
        with pytest.raises(InputError, match=says):
            offers(beginning, web=client, addresses=stand_in.addresses)


# The Hub


def test_a_data_set_in_parts_becomes_one_table(
    stand_in: StandInWeb, client: Web, books: DataSet
) -> None:
    found = found_as(stand_in, client, "hub:ada/books/de-fr")
    assert (found.license, found.pairs, len(found.files)) == ("cc-by-4.0", 30, 3)
    assert found.size == sum(
        len(content) for path, content in books.parquet.items() if path.startswith("de-fr/train")
    )
    fetched = fetch(found, web=client)
    assert [path.name for path in fetched.files] == ["books-de-fr-train.parquet"]
    corpus = load_corpus(*fetched.files)
    assert list(zip(corpus.sources, corpus.targets, strict=True)) == PAIRS
    assert (corpus.source_lang, corpus.target_lang) == ("de", "fr")
    assert fetched.origins[0].url == tuple(file.url for file in found.files)
    folder = fetched.files[0].parent
    assert [path.name for path in folder.glob("*.parquet")] == ["books-de-fr-train.parquet"]


@pytest.mark.parametrize(
    ("name", "pairs"),
    [
        ("hub:ada/books/de-fr@test", PAIRS[:3]),
        ("hub:books/en-fr", PAIRS[:1]),  # an old name without an owner
        ("hub:ada/books/en-fr@train", PAIRS[:1]),
    ],
)
def test_a_split(
    stand_in: StandInWeb, client: Web, books: DataSet, name: str, pairs: list[tuple[str, str]]
) -> None:
    corpus = load_corpus(*fetch(name, web=client, addresses=stand_in.addresses).files)
    assert list(zip(corpus.sources, corpus.targets, strict=True)) == pairs


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("hub:ada/books", "has several configurations; .*: de-fr, en-fr"),
        ("hub:ada/books/it-fr", "no configuration 'it-fr'; there are de-fr, en-fr"),
        ("hub:ada/books/de-fr@dev", "no split 'dev'; .*: test, train"),
        ("hub:ada/nothing", "the Hub has no such data set, or a private one"),
        ("hub:nothing", "the Hub has no such data set, or a private one"),
        ("hub:a--b/c", "is no name of a data set on the Hub"),
    ],
)
def test_what_the_hub_does_not_have(
    stand_in: StandInWeb, client: Web, books: DataSet, name: str, says: str
) -> None:
    with pytest.raises(InputError, match=says):
        found_as(stand_in, client, name)


def test_a_gated_data_set(
    stand_in: StandInWeb, client: Web, books: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    books.gated = "manual"
    with pytest.raises(InputError, match=r"only to who agreed to its terms; agree on .*ada/books"):
        found_as(stand_in, client, "hub:ada/books/en-fr")
    monkeypatch.setenv("HF_TOKEN", "hf_wrong")
    found = found_as(stand_in, client, "hub:ada/books/en-fr")
    assert "hf_wrong" not in repr(found)
    with pytest.raises(InputError, match="does not hand it out"):
        fetch(found, web=client)
    monkeypatch.setenv("HF_TOKEN", "hf_right")
    fetched = fetch(found_as(stand_in, client, "hub:ada/books/en-fr"), web=client)
    assert len(load_corpus(*fetched.files)) == 1
    # The token is the Hub's: where the file lies, nobody gets to see it.
    elsewhere = [each for each in stand_in.asked if each.path.startswith("/cdn/")]
    assert elsewhere and all("authorization" not in each.headers for each in elsewhere)
    assert "hf_right" not in (fetched.files[0].parent / "corpus.json").read_text()
    assert "hf_right" not in str(fetched.origins)


def test_the_checksum_of_the_hub_is_held_to(
    stand_in: StandInWeb, client: Web, books: DataSet
) -> None:
    found = found_as(stand_in, client, "hub:ada/books/en-fr")
    stand_in.files[f"/cdn/{found.files[0].sha256}"] = ServedFile(b"PAR1 something else")
    with pytest.raises(WorkError, match="what arrived is not what it should be"):
        fetch(found, web=client)


@pytest.mark.parametrize(
    ("names", "asked", "taken"),
    [
        (["train.jsonl", "test.jsonl"], "hub:ada/own", "train.jsonl"),
        (["train.jsonl", "test.jsonl"], "hub:ada/own@test", "test.jsonl"),
        (["data/de-fr.csv", "data/de-it.csv", "package.json"], "hub:ada/own/de-it", "de-it.csv"),
        (["pairs.tsv.gz", "README.md", "dataset_infos.json"], "hub:ada/own", "pairs.tsv.gz"),
    ],
)
def test_without_a_conversion_its_own_file_is_taken(
    stand_in: StandInWeb, client: Web, names: list[str], asked: str, taken: str
) -> None:
    stand_in.data_sets["ada/own"] = DataSet(files=dict.fromkeys(names, b"x"))
    found = found_as(stand_in, client, asked)
    assert [file.url.rpartition("/")[2] for file in found.files] == [taken]
    assert found.license is None and found.pairs is None and found.merged is None
    assert found.files[0].name.endswith(taken[taken.index(".") :])


def test_own_files_that_are_unclear(stand_in: StandInWeb, client: Web) -> None:
    own = stand_in.data_sets["ada/own"] = DataSet(files={"a.csv": b"", "b.csv": b""})
    with pytest.raises(InputError, match=r"unclear which of its files are meant \(a.csv, b.csv\)"):
        found_as(stand_in, client, "hub:ada/own")
    own.files = {"script.py": b""}
    with pytest.raises(InputError, match="has no table in Parquet, JSON Lines or CSV"):
        found_as(stand_in, client, "hub:ada/own")
    with pytest.raises(InputError, match="made no Parquet of this data set"):
        offers("hub:ada/own", addresses=stand_in.addresses)
    own.files = {f"data/train-{number}-of-2.parquet": table(PAIRS[number]) for number in (0, 1)}
    corpus = load_corpus(*fetch("hub:ada/own", web=client, addresses=stand_in.addresses).files)
    assert corpus.sources == [PAIRS[0][0], PAIRS[1][0]]
    own.files["data/train-1-of-2.parquet"] = own.files["data/train-1-of-2.parquet"][:-9]
    with pytest.raises(WorkError, match="is damaged"):
        fetch("hub:ada/own", refresh=True, web=client, addresses=stand_in.addresses)


def test_offers_of_the_hub(stand_in: StandInWeb, books: DataSet) -> None:
    found = offers("hub:books", addresses=stand_in.addresses)
    size = {path: len(content) for path, content in books.parquet.items()}
    assert {each.name: (each.pairs, each.size) for each in found} == {
        "hub:ada/books/de-fr@test": (None, size["de-fr/test/0000.parquet"]),
        "hub:ada/books/de-fr@train": (
            30,
            sum(size[f"de-fr/train/000{n}.parquet"] for n in (0, 1, 2)),
        ),
        "hub:ada/books/en-fr@train": (None, size["en-fr/train/0000.parquet"]),
    }
    of_one = offers("hub:ada/books/en-fr", addresses=stand_in.addresses)
    assert [each.name for each in of_one] == ["hub:ada/books/en-fr@train"]


def test_no_connection_is_told_alike_by_all(client: Web) -> None:
    nowhere = "http://127.0.0.1:9"
    places = Addresses(nowhere, nowhere, nowhere, nowhere)
    for name in ("manythings:fra-eng", "tatoeba:fra-eng", "opus:Books/de-en", "hub:a/b"):
        with pytest.raises(WorkError, match=r"cannot be reached .*there seems to be no") as raised:
            look_up(name, web=client, addresses=places)
        assert nowhere in str(raised.value) and "\n" not in str(raised.value)


def test_the_environment_names_mirrors(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = Addresses.from_environment()
    assert usual == Addresses() and usual.opus == "https://opus.nlpl.eu/opusapi/"
    for name in ("manythings", "opus", "tatoeba"):
        monkeypatch.setenv(f"SEQ2SEQ_{name.upper()}_URL", f"http://mirror/{name}")
    expected = Addresses("http://mirror/manythings", "http://mirror/opus", "http://mirror/tatoeba")
    assert Addresses.from_environment() == expected
