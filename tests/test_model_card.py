"""The model card: what it says, and that sentences cannot act in it."""

from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from seq2seq_keras.config import Config
from seq2seq_keras.corpus import Corpus, CorpusCard, Provenance, Splits
from seq2seq_keras.evaluation import score
from seq2seq_keras.model_card import architecture, model_card

CONFIG = Config.create(source_lang="en", target_lang="fr", vocab_size=5000, beam_size=3)
RECORD = {
    "corpus": "en|fr_*all*.tsv",
    "pairs": {"train": 18000, "valid": 1000, "test": 1000},
    "training_seconds": 90.0,
    "best_epoch": 7,
    "software": {"keras": "3.15.1", "numpy": "2.0"},
    "examples": [],
}


def tokens_of(card):
    return MarkdownIt("commonmark").enable("table").parse(card)


def text_of(token):
    """What a reader of the rendered card sees."""
    return "".join(child.content for child in token.children)


def table_rows(card):
    rows, cells = [], None
    tokens = tokens_of(card)
    for token in tokens:
        if token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            rows.append(cells)
            cells = None
        elif token.type == "inline" and cells is not None:
            cells.append(text_of(token))
    return rows


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            {"attention": "none", "cell": "lstm", "units": 512},
            "LSTM encoder-decoder without attention, bidirectional, 512 units",
        ),
        (
            {
                "attention": "scaled_dot",
                "attention_placement": "after",
                "bidirectional": False,
                "units": 512,
            },
            "GRU encoder-decoder with scaled dot attention after the recurrence, 512 units",
        ),
        (
            {"cell": "rnn", "units": 8, "encoder_layers": 2, "bidirectional": False},
            "simple RNN encoder-decoder with additive attention before the recurrence, "
            "2 encoder and 1 decoder layers, 8 units",
        ),
    ],
)
def test_the_architecture_in_one_line(settings, expected):
    assert architecture(Config.create(**settings)) == expected


def test_it_says_how_the_translator_was_made_and_how_good_it_is():
    scores = score(["Le chat voit."], ["Le chat voit tout."], "fr")
    card = model_card(CONFIG, 1234567, scores, [{"epoch": 1}] * 9, RECORD)
    assert card.startswith("# English to French\n")
    assert "Scores on 1 test sentences, beam 3" in card
    rows = table_rows(card)
    assert ["Parameters", "1,234,567"] in rows
    assert ["Corpus", "en|fr_*all*.tsv"] in rows
    assert ["Sentence pairs", "18,000 train, 1,000 valid, 1,000 test"] in rows
    assert ["Training", "9 epochs, 1.5 minutes"] in rows
    assert ["Best epoch", "7, by validation BLEU"] in rows
    assert ["Software", "keras 3.15.1, numpy 2.0"] in rows
    assert ["BLEU", f"{scores.bleu.value:.1f}", scores.bleu.signature] in rows
    assert ["TER", f"{scores.ter.value:.1f}", scores.ter.signature] in rows


def test_a_new_translator_without_scores_or_record_has_a_card():
    card = model_card(Config(), 10, None, [], {})
    assert card.startswith("# Source to target\n")
    assert "Scores" not in card
    assert "Example" not in card


@pytest.mark.parametrize(
    "sentence",
    [
        "<script>alert(1)</script>",
        "![x](javascript:alert(1)) [a](b) `code` *bold* __bold__ ~~gone~~",
        "- Bonjour, dit-il.",
        "1. La premi&egrave;re &amp; la seconde | la troisième",
        "# Titre \\ fin",
        "+ 2 = 4",
        "12) douze",
        "> cité",
        "***",
        "---",
        "C:\\dossier\\*",
    ],
)
def test_sentences_are_shown_as_they_are(sentence):
    example = {"source": sentence, "translation": sentence, "reference": sentence}
    tokens = tokens_of(model_card(CONFIG, 1, None, [], {**RECORD, "examples": [example]}))
    shown = [text_of(token) for token in tokens if token.type == "inline"]
    assert shown.count(sentence) == 1
    assert f"translation: {sentence}" in shown
    assert f"reference: {sentence}" in shown
    kinds = {child.type for token in tokens if token.type == "inline" for child in token.children}
    assert kinds <= {"text", "text_special", "code_inline"}
    assert not any(token.type in ("html_block", "ordered_list_open", "hr") for token in tokens)


def test_the_corpus_has_a_section_of_its_own():
    nasty = Provenance(
        name="x", url="https://example.org/<script>|", license="CC BY*", fetched="2026-11-27T10"
    )
    train = Corpus(
        ["one two", "three"] * 30 + ["a b c d e"],
        ["un"] * 61,
        "en",
        "fr",
        "en|fr_*all*",
        {"x<y": 5},
    )
    train = replace(train, origins=(nasty,))
    card = CorpusCard.of(Splits(train, train.subset([]), train.subset([])))
    text = model_card(CONFIG, 1, None, [], {**RECORD, "corpus_card": card.model_dump()})
    assert "<script" not in MarkdownIt("commonmark").enable("table").render(text)
    rows = table_rows(text)
    assert ["Name", "en|fr_*all*"] in rows
    assert ["From", "https://example.org/<script>|, fetched 2026-11-27"] in rows
    assert ["Licence", "CC BY*"] in rows
    assert ["Pairs read", "66"] in rows
    assert ["x<y", "5", "61"] in rows
    assert ["1", "██████████ 30", "1 and more", "████████████████████ 61"] in rows
    assert ["2", "██████████ 30", "", ""] in rows
    assert ["running words", "95", "61"] in rows
    assert ["words that make up 50%", "2", "1"] in rows


def test_a_card_without_a_corpus_says_nothing_of_it():
    assert "## Corpus" not in model_card(CONFIG, 1, None, [], {**RECORD, "corpus_card": {}})
