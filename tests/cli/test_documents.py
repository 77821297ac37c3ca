"""`translate` with translation files and a memory, in a process of its own, by a shipped model."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import polib
import pytest

from helpers.shell import REPOSITORY, run_program
from seq2seq_keras.cli.documents import is_document
from seq2seq_keras.documents import SUFFIXES
from seq2seq_keras.translator import Translator

MODEL = REPOSITORY / "saved_models" / "sample-en-fr-attention"
XLIFF = "{urn:oasis:names:tc:xliff:document:1.2}"


@pytest.fixture(scope="module")
def translator() -> Translator:
    return Translator.load(MODEL)


def test_everything_but_plain_text_is_a_document() -> None:
    assert [name for name in SUFFIXES if not is_document(Path(f"a{name.upper()}"))] == [".txt"]


def test_an_xliff_file_is_filled(translator: Translator, tmp_path: Path) -> None:
    units = (
        '<source>Where is my <g id="1">red</g> umbrella?</source>',
        "<source>The cat sleeps.</source>",
        "<source>The dog sleeps.</source><target>Le toutou dort.</target>",
        "<source>The dog sleeps.</source>",
    )
    body = "".join(f'<trans-unit id="{n}">{unit}</trans-unit>' for n, unit in enumerate(units))
    path, output, memory = (tmp_path / name for name in ("a.xlf", "a.fr.xlf", "memory.tsv"))
    path.write_text(
        f'<xliff version="1.2" xmlns="{XLIFF[1:-1]}"><file original="a" source-language="en" '
        f'target-language="fr" datatype="x"><body>{body}</body></file></xliff>'
    )
    memory.write_text("The cat sleeps.\tLe minou dort.\nThe dog sleeps.\tLe chien dort.\n")
    result = run_program("translate", MODEL, path, "--output", output, "--memory", memory)
    assert (result.returncode, result.stdout) == (0, b"")
    said = f"{output}: 1 filled by the network, 2 from the memory, 1 left as they were\n"
    assert result.stderr.decode() == said
    targets = list(ElementTree.parse(output).iter(f"{XLIFF}target"))
    texts = ["".join(target.itertext()) for target in targets]
    by_network = translator.translate(["Where is my red umbrella?"])[0].text
    # The file's own translation comes before another that is as frequent.
    assert texts == [by_network, "Le minou dort.", "Le toutou dort.", "Le toutou dort."]
    assert targets[0].find(f"{XLIFF}g").text == "rouge"  # which stands at another place
    assert [target.get("state-qualifier") for target in targets] == [
        "mt-suggestion", "exact-match", None, "exact-match",
    ]  # fmt: skip


@pytest.mark.slow
def test_a_template_is_filled_without_a_memory(translator: Translator, tmp_path: Path) -> None:
    path, output = tmp_path / "a.pot", tmp_path / "fr.po"
    path.write_text('msgid "The dog sleeps."\nmsgstr ""\n')
    result = run_program("translate", MODEL, path, "--output", output)
    said = f"{output}: 1 filled by the network, 0 from the memory, 0 left as they were\n"
    assert (result.returncode, result.stderr.decode()) == (0, said)
    (entry,) = polib.pofile(str(output))
    assert entry.msgstr == translator.translate([entry.msgid])[0].text and entry.fuzzy
    again = run_program("translate", MODEL, output, "--output", tmp_path / "none.po")
    assert again.returncode == 2
    assert b"no empty translation to fill in" in again.stderr
    assert not (tmp_path / "none.po").exists()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a.tsv", "a.txt", "stdin"])
def test_texts_come_from_the_memory_too(translator: Translator, tmp_path: Path, name: str) -> None:
    lines = ["The cat sleeps.", "The dog sleeps.", "The cat sleeps."]
    expected = ["Le minou dort.", translator.translate([lines[1]])[0].text, "Le minou dort."]
    path, output = tmp_path / name, tmp_path / f"out{name[1:]}"
    memory = [tmp_path / "memory.en", tmp_path / "memory.fr"]
    for file, text in zip(
        memory, ("The cat sleeps.\nNo.\n", "Le minou dort.\nNon.\n"), strict=True
    ):
        file.write_text(text)
    text = "".join(f"{line}\n" for line in lines)
    if name == "stdin":
        result = run_program("translate", MODEL, "--memory", *memory, stdin=text.encode())
        assert (result.returncode, result.stderr) == (0, b"")
        assert result.stdout.decode().split("\n")[:-1] == expected
        return
    path.write_text(text)
    result = run_program("translate", MODEL, path, "--output", output, "--memory", *memory)
    said = f"{output}: 1 filled by the network, 2 from the memory\n"
    assert result.returncode == 0
    assert result.stderr.decode().startswith(said)  # how fast it was may follow
    written = output.read_text().split("\n")[:-1]
    assert [line.split("\t")[-1] for line in written] == expected
