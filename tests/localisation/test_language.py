from __future__ import annotations

import errno
import os
import re
import subprocess
import sys

import polib
import pytest

from helpers.spoken import (
    PACKAGE,
    constants,
    has_placeholders_alike,
    holes,
    said,
    told,
)
from seq2seq_keras.app.settings import GROUPS, label_of
from seq2seq_keras.config import Config
from seq2seq_keras.corpus import Corpus
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import Workspace
from seq2seq_keras.languages import LANGUAGE_NAMES
from seq2seq_keras.localisation import CHINESE, ENGLISH
from seq2seq_keras.localisation.catalogue import MESSAGE_CONTEXT

ENTRIES = list(polib.pofile(str(PACKAGE / "localisation" / "zh.po")))
MESSAGES = {entry.msgid: entry for entry in ENTRIES if entry.msgctxt == MESSAGE_CONTEXT}
TEXTS = {entry.msgid: entry for entry in ENTRIES if not entry.msgctxt}


def shown_data() -> set[str]:
    """Words that are data of deeper code, and texts of the interface when they are shown."""
    statistics = Corpus(["a b"], ["c"]).statistics().table()
    workspace = Workspace(PACKAGE / "nowhere")
    return {
        *LANGUAGE_NAMES.values(),
        "?",  # the name of a language that is not known
        *GROUPS,
        *(label_of(name) for names in GROUPS.values() for name in names),
        *(
            Config.model_fields[name].description or ""
            for names in GROUPS.values()
            for name in names
        ),
        *map(str, statistics.index),
        *(info.name for info in workspace.samples()),
        "LSTM",
        "GRU",
    }


def test_everything_said_has_a_translation() -> None:
    texts, plurals = said()
    missing = {text: place for text, place in texts.items() if text not in TEXTS}
    assert missing == {}
    assert {text for text in plurals if not TEXTS[text].msgid_plural} == set()
    assert shown_data() - set(TEXTS) == set()


def test_everything_told_has_a_translation() -> None:
    known = {holes(text) for text in MESSAGES}
    missing = {text: place for text, place in told().items() if text not in known}
    assert missing == {}


def test_every_translation_is_of_something() -> None:
    texts, plurals = said()
    assert set(TEXTS) - set(texts) - set(plurals) - shown_data() == set()
    # What is told is put together in many places: every stretch of it stands in the code.
    code, messages = constants(), told()
    system = {os.strerror(number) for number in errno.errorcode}
    for text in MESSAGES:
        if text in system or text.startswith("Input should be ") or holes(text) in messages:
            continue
        for stretch in re.split(r"\{\}|;", holes(text)):
            assert any(stretch.strip() in constant for constant in code), text


def test_nothing_is_left_in_english_or_unfinished() -> None:
    for entry in ENTRIES:
        translation = entry.msgstr_plural[0] if entry.msgid_plural else entry.msgstr
        assert translation and not entry.fuzzy and not entry.obsolete, entry.msgid


def test_placeholders_agree() -> None:
    for entry in ENTRIES:
        if entry.msgid_plural:
            assert has_placeholders_alike(entry.msgid, entry.msgid_plural)
            assert has_placeholders_alike(entry.msgid, entry.msgstr_plural[0]), entry.msgid
        else:
            assert has_placeholders_alike(entry.msgid, entry.msgstr), entry.msgid


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("a {x}: b.tsv: there is no such file", "a {x}: b.tsv：没有这个文件"),
        ("there is no such file", "there is no such file"),
        (
            "d: cannot be written (Permission denied)",
            "d：无法写入（权限不足）",
        ),
        (
            "units: Input should be greater than or equal to 1, received 0",
            "units：应大于或等于 1，收到的是 0",
        ),
        (
            "The system killed the process, most often because memory ran out. Resume it, or try "
            "again with a batch size of 32.",
            "系统终止了进程，多半是内存不足。请点“继续”，或换用更小的批大小（32）再试。",
        ),
        ("Sample: English–French, test part", "示例：英语–法语，测试部分"),
        (
            "GRU, 384 units, bidirectional one-layer encoder, two-layer decoder; scaled dot "
            "attention before the decoder's recurrence",
            "GRU，384 个隐藏单元，双向编码，一层编码器、两层解码器；"
            "在解码器循环计算之前使用缩放点积注意力",
        ),
        (
            "simple RNN, 8 units, unidirectional 4-layer encoder, one-layer decoder; no attention: "
            "the decoder reads one vector c at every step",
            "简单 RNN，8 个隐藏单元，单向编码，4 层编码器、一层解码器；"
            "无注意力：解码器每一步都读取同一个向量 c",
        ),
        ("two\nlines: there is no such job", "two\nlines：没有这个任务"),
    ],
)
def test_a_message_is_translated_with_its_values(message: str, expected: str) -> None:
    assert CHINESE.error(message) == expected
    assert ENGLISH.error(message) == message


@pytest.mark.parametrize(
    "fields",
    [
        {"units": 0},
        {"units": 2.5},
        {"units": "x"},
        {"units": 3},
        {"dropout": 1},
        {"encoder_layers": 9},
        {"learning_rate": 0},
        {"learning_rate": "x"},
        {"learning_rate": float("nan")},
        {"cell": "x"},
        {"unit": 1},
        {"units": 10**9},
        {"source_lang": "\n"},
    ],
)
def test_what_is_wrong_with_a_setting_is_told_in_chinese(fields: dict[str, object]) -> None:
    with pytest.raises(InputError) as raised:
        Config.create(**fields)
    translated = CHINESE.error(str(raised.value))
    assert translated != str(raised.value)
    assert "should" not in translated and "received" not in translated


def test_what_is_unknown_stays() -> None:
    assert CHINESE.say("Nobody said this") == "Nobody said this"
    assert CHINESE.error("Nobody said this") == "Nobody said this"
    assert CHINESE.say("{count} times", count=2) == "2 times"


def test_numbers_choose_the_form() -> None:
    forms = ("{count} epoch", "{count} epochs")
    assert [ENGLISH.say_many(*forms, number) for number in (0, 1, 2)] == [
        "0 epochs",
        "1 epoch",
        "2 epochs",
    ]
    assert [CHINESE.say_many(*forms, number) for number in (0, 1)] == ["0 轮", "1 轮"]


def test_english_reads_no_file() -> None:
    code = (
        "import sys; from seq2seq_keras.localisation import CHINESE, ENGLISH; "
        "ENGLISH.say('Epochs'); ENGLISH.error('x'); assert 'polib' not in sys.modules; "
        "CHINESE.say('Epochs'); assert 'polib' in sys.modules; assert 'gradio' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=PACKAGE.parent, timeout=60)


def test_chinese_emphasis_is_understood() -> None:
    for entry in ENTRIES:
        if entry.msgid.startswith("**") or ".**" in entry.msgid:
            # Markdown ends no emphasis between a punctuation mark and a character.
            assert not re.search(r"[，。：；？！]\*+\w", entry.msgstr), entry.msgstr
