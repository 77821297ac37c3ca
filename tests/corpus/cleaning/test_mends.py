"""Each mend against sentences made for it, and against ones that it has to leave alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.corpus import RULES, Cleaning, Corpus, clean, load_corpus
from seq2seq_keras.corpus.cleaning.characters import LEADS, TRAILS
from seq2seq_keras.corpus.cleaning.mends import _perhaps_mojibake, plain_text, repaired
from seq2seq_keras.corpus.cleaning.rule import Mend
from seq2seq_keras.corpus.cleaning.side import Side
from seq2seq_keras.text.normalisation import normalise

MENDS = [name for name, rule in RULES.items() if isinstance(rule, Mend)]


def mended(rule: str, text: str, language: str | None = None) -> str:
    corpus = Corpus([text, "x"], ["y", "z"], source_lang=language)
    return clean(corpus, [rule]).sources[0]


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        ("html", "A <b>big</b> dog.", "A big dog."),
        ("html", "One<br/>two <a href='x.html' id=y>three</a>.", "One two three."),
        ("html", "Salt &amp; pepper, &quot;50 &#37;&quot;&nbsp;!", 'Salt & pepper, "50 %" !'),
        ("html", "It &amp;apos;s & quot ;here& quot ;", 'It \'s "here"'),
        ("html", r"{\an8}<i>Look!</i>", "Look!"),
        ("html", "&lt;i&gt;word&lt;/i&gt;", "word"),
        ("html", "x&lrm;y&zwsp;", "xy&zwsp;"),  # the second is no name of HTML's
        ("mojibake", "Le cafÃ© est bon, voilÃ\u00a0!", "Le café est bon, voilà !"),
        ("mojibake", "Itâ€™s â€œhereâ€\u009d", "It’s “here”"),
        ("mojibake", "ÐŸÑ€Ð¸Ð²ÐµÑ‚", "Привет"),
        ("mojibake", "ä¸–ç•Œï¼Œä¸–ç•Œ", "世界，世界"),
        ("controls", "a\u200eb\u202c\uf0b7 c\ufffc", "ab c"),
        ("fullwidth", "第２０号ＡＢｃ，５％！", "第20号ABc，5％！"),
        ("nfkc", "ﬁne Ⅳ ㎏ ﾃﾞｰﾀ 𝐛𝐨𝐥𝐝", "fine IV kg データ bold"),
    ],
)
def test_what_is_broken_is_repaired(rule: str, before: str, after: str) -> None:
    assert mended(rule, normalise(before)) == after


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("html", "If a <b and c> d, 3 < 4 & 5 > 4; R&D; AT&T"),
        ("html", "Hello <name>, List<String> &copycat; &x;"),
        ("html", "<br>"),  # nothing would be left
        ("mojibake", "Olá, São Tomé; NÃO! «Ça» Ã§ora?"),
        ("mojibake", "Die Größe… „Übung“ – “Résumé”, dîner à 5 °C"),
        ("mojibake", "Zwei junge weiÃe MÃ¤nner"),  # one letter is lost for good
        ("controls", "می‌خواهم 👩‍👩‍👧 ❤️"),  # joiners belong to words and signs
        ("fullwidth", "你好！（），。％＄ｱ"),
        ("nfkc", "m² ½ … ！ ① ™ x"),
    ],
)
def test_what_is_not_surely_broken_stays(rule: str, text: str) -> None:
    assert mended(rule, text) == text


def test_chinese_gets_one_script_and_japanese_keeps_its_own() -> None:
    assert mended("simplified", "這個國家", "zh") == "这个国家"
    assert mended("traditional", "头发和发展", "zh-CN") == "頭髮和發展"
    assert mended("simplified", "國語", "ja") == "國語"
    # Without a language, kana tell.
    japanese = Corpus(["国語の本です。", "學校"], ["a", "b"])
    assert clean(japanese, ["simplified"]).sources == japanese.sources
    chinese = Corpus(["一個國家", "學校"], ["a", "b"])
    assert clean(chinese, ["simplified"]).sources == ["一个国家", "学校"]


def test_real_text_is_left_alone(shared_corpora) -> None:
    """Of clean sentences only those change that have HTML in them."""
    corpus = load_corpus(shared_corpora / "multi30k/train.de", shared_corpora / "multi30k/train.en")
    changed = clean(corpus, [name for name in MENDS if name != "traditional"])
    assert changed.cleaned.mended == {"html": 17}
    assert sum("&amp;" in text for text in (*corpus.sources, *corpus.targets)) == 17
    corpus = load_corpus(shared_corpora / "tatoeba-cmn/cmn.txt")
    assert clean(corpus, Cleaning().mends).cleaned.mended == {}


WORDS = st.text(st.sampled_from("aéüßñçœàîÉłžшЖд你好ש😀“’… "), min_size=1, max_size=12)


@given(WORDS, st.sampled_from(["cp1252", "latin-1", "cp1251", "cp1250", "mac-roman", "cp437"]))
def test_no_repair_is_missed_for_a_quicker_look(text: str, encoding: str) -> None:
    try:
        broken = normalise(text.encode().decode(encoding))
    except UnicodeDecodeError:
        return
    side = Side([broken])
    assert (repaired(broken) == broken) or _perhaps_mojibake(side).tolist() == [0]


def test_sure_repairs_give_the_sentence_that_was_meant() -> None:
    for text in ("Ein schöner Süßstoff, ça va très bien", "Zażółć gęślą jaźń", "Ελλάδα μου"):
        for encoding in ("cp1252", "mac-roman"):
            try:
                broken = text.encode().decode(encoding)
            except UnicodeDecodeError:
                continue
            assert normalise(repaired(broken)) in (text, normalise(broken))
    assert repaired("Ein schÃ¶ner SÃ¼ÃŸstoff") == "Ein schöner Süßstoff"
    assert {"Ã", "Â", "å", "Ð", "√", "├"} <= LEADS and {"©", "€", "ђ"} <= TRAILS


@given(st.text(st.sampled_from("<b>/i &amp;lt;gtquo#38;{\\n} \"'=a1"), max_size=40))
def test_plain_text_stays_plain(text: str) -> None:
    assert plain_text(plain_text(text)) == plain_text(text)
