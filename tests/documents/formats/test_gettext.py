"""PO files, filled: read back by polib, and everything else line by line."""

from pathlib import Path

import polib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.documents import Translated, TranslationMemory, read_document
from seq2seq_keras.errors import InputError

PATH = Path(__file__).parents[1] / "examples" / "messages.po"
LONG = (
    'A line of text that goes on and on and on and on until it is wrapped, as here.\nTwo "words".'
)


def filled(path):
    document = read_document(path, None, "en", "fr")
    known = TranslationMemory(document.pairs).find(document.segments)
    texts = [known.get(text, Translated(text.upper())) for text in document.segments]
    return document, document.encode(texts), document.tally(texts)


def test_untranslated_entries_are_filled_and_fuzzy():
    document, written, tally = filled(PATH)
    assert document.segments == ["A dog %s", LONG, "%d cat", "%d cats", "Yes", "Yes", "Last"]
    assert tally == (4, 2, 2)
    before, after = polib.pofile(str(PATH)), polib.pofile(written.decode())
    assert after.metadata == before.metadata and after.header == before.header
    dog, menu, cat, yes, again, no, partly, gone, last = after
    assert (dog.msgstr, dog.flags) == ("A DOG %S", ["fuzzy", "c-format"])
    assert (dog.tcomment, dog.comment, dog.occurrences) == (
        "Machine translation", "extracted", [("a.c", "3")],
    )  # fmt: skip
    assert (menu.msgstr, menu.fuzzy) == (f"{LONG.upper()}\n", True)
    assert (menu.msgctxt, menu.tcomment) == ("menu", "a note\nMachine translation")
    assert cat.msgstr_plural == {0: "%D CAT", 1: "%D CATS"} and cat.fuzzy
    assert cat.previous_msgid == "old"
    assert (again.msgstr, again.fuzzy, again.tcomment) == ("Oui", False, "Exact match from memory")
    assert (partly.msgstr_plural, partly.fuzzy) == ({0: "%d oui", 1: "Oui"}, False)
    assert (last.msgstr, last.fuzzy) == ("LAST", True)
    for entry, old in ((yes, before[3]), (no, before[5]), (gone, before[7])):
        assert str(entry) == str(old)
    assert gone.obsolete


def test_all_else_stays_line_by_line():
    document, written, _ = filled(PATH)
    assert document.encode([""] * len(document.segments)) == PATH.read_bytes()
    old, new = (content.decode().splitlines() for content in (PATH.read_bytes(), written))
    remaining = iter(new)
    for line in old:
        if line != "#, c-format" and not line.startswith("msgstr"):
            assert line in remaining  # in this order
    assert max(map(len, new)) <= 79 and '"HERE.\\n"' in new


def test_lines_are_wrapped_only_as_the_file_does_it(write):
    words = " ".join(["word"] * 40)
    path = write("long.po", f'msgid "{words}"\nmsgstr ""\n\nmsgid "a\\nb"\nmsgstr ""')
    document = read_document(path)
    lines = document.encode([words.upper(), "c\nd"]).decode().split("\n")
    assert f'msgstr "{words.upper()}"' in lines
    assert lines[-3:] == ['msgstr ""', '"c\\n"', '"d"']  # and no line end where there was none


@pytest.mark.parametrize(("charset", "decl"), [("iso-8859-1", "ISO-8859-1"), ("utf-8", "CHARSET")])
def test_a_file_in_another_charset_becomes_utf8(write, charset, decl):
    text = PATH.read_text(encoding="utf-8").replace("nobody", "André").replace("UTF-8", decl)
    document, written, _ = filled(write("latin.pot", text.replace("\n", "\r\n").encode(charset)))
    expected = text.replace(decl, "UTF-8").replace("\n", "\r\n")
    assert document.encode([""] * len(document.segments)).decode() == expected
    assert written.count(b"\n") == written.count(b"\r\n")
    assert polib.pofile(written.decode())[0].msgstr == "A DOG %S"


def test_a_language_with_one_form_has_the_plural(write):
    path = write("one.po", 'msgid "%d dog"\nmsgid_plural "%d dogs"\nmsgstr[0] ""\n')
    document = read_document(path)
    assert document.segments == ["%d dogs"]
    assert polib.pofile(document.encode(["%d 只狗"]).decode())[0].msgstr_plural == {0: "%d 只狗"}


def test_other_languages_and_binary_catalogues_are_refused(write, tmp_path):
    with pytest.raises(
        InputError, match=r"is from \? to fr, and the model translates from en to de"
    ):
        read_document(PATH, None, "en", "de")
    binary = tmp_path / "binary.po"
    polib.pofile(str(PATH)).save_as_mofile(str(binary))
    with pytest.raises(InputError, match="is a binary catalogue"):
        read_document(binary)


TEXT = st.text(st.sampled_from('ab "\\\n\té你#'), max_size=90)


@given(
    st.dictionaries(TEXT.filter(str.strip), st.one_of(st.just(""), TEXT), min_size=1, max_size=4),
    TEXT.filter(str.strip),
)
def test_whatever_polib_writes_is_filled_as_polib_reads_it(write, texts, translation):
    file = polib.POFile()
    file.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    for number, (source, target) in enumerate(texts.items()):
        flags = ["c-format"] if number % 2 else []
        file.append(polib.POEntry(msgid=source, msgstr=target, flags=flags, comment="c"))
    path = write("any.po", str(file))
    empty = [source for source, target in texts.items() if not target.strip()]
    if not empty:
        with pytest.raises(InputError, match="no empty translation"):
            read_document(path)
        return
    document = read_document(path)
    written = polib.pofile(document.encode([translation] * len(document.segments)).decode())
    for entry, (source, target) in zip(written, texts.items(), strict=True):
        assert entry.msgid == source
        if source not in empty:
            assert (entry.msgstr, entry.fuzzy) == (target, False)
            continue
        assert entry.fuzzy and entry.msgstr.strip() == translation.strip()
        assert len(source) - len(source.lstrip()) == len(entry.msgstr) - len(entry.msgstr.lstrip())
