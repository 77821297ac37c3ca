"""A sentence and its translation as words that show what they go with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from seq2seq_keras.app.widgets import data_attributes
from seq2seq_keras.localisation import Language
from seq2seq_keras.text.alignment import (
    END_PIECE,
    Word,
    departures,
    join_pieces,
    join_weights,
)

# Of a word's links, these are read out.
_MOST_TOLD, _LEAST_TOLD = 3, 0.05


def linked_words(language: Language, elem_id: str) -> gr.HTML:
    """Builds the component; `linked_words_value` makes what it shows."""
    say = language.say
    texts = data_attributes(
        source=say("source"),
        target=say("translation"),
        unknown=say("Not in the vocabulary: the network reads <unk> here"),
        end=say("The end of the sentence, which the network reads too"),
    )
    return gr.HTML(
        None,
        html_template=f'<div class="linked-words" {texts}></div>',
        js_on_load=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"),
        apply_default_css=False,
        elem_id=elem_id,
        visible=False,
    )


def linked_words_value(
    sentence: Mapping[str, Any],
    languages: tuple[str | None, str | None],
    language: Language,
    other: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Describes a translated sentence for the component.

    Args:
        sentence: The sentence as the translation process returns it.
        languages: Codes of the languages of source and translation, where they are known.
        language: The language of the page.
        other: Another model's translation of the same sentence; words that it does without are
            marked.

    Returns:
        Words with their marks, the weights between them (None without attention), and notes.
    """
    sources = [
        *join_pieces(
            sentence["source"], sentence["source_spelling"], sentence["source_tokens"][:-1]
        ),
        Word(END_PIECE, (len(sentence["source_tokens"]) - 1,), space=True),
    ]
    targets = join_pieces(sentence["text"], sentence["tokens"])
    weights = None
    if sentence["attention"] is not None:
        weights = join_weights(sentence["attention"], targets, sources)
    differs = [False] * len(targets)
    if other is not None:
        theirs = join_pieces(other["text"], other["tokens"])
        differs = departures([word.text for word in targets], [word.text for word in theirs])
    from_sources = weights or [[] for _ in targets]
    from_targets = list(zip(*weights, strict=True)) if weights else []
    return {
        "source": [
            {
                "text": word.text,
                "space": word.space,
                "unknown": word.unknown,
                "end": number == len(sources) - 1,
                "label": _label(
                    language.say("{word}, goes into: {links}"),
                    word,
                    targets,
                    from_targets[number] if from_targets else [],
                ),
            }
            for number, word in enumerate(sources)
        ],
        "target": [
            {
                "text": word.text,
                "space": word.space,
                "differs": departs,
                "label": _label(language.say("{word}, from: {links}"), word, sources, row),
            }
            for word, row, departs in zip(targets, from_sources, differs, strict=True)
        ],
        "weights": weights and [[round(weight, 4) for weight in row] for row in weights],
        "languages": {"source": languages[0], "target": languages[1]},
        "notes": _notes(sources, any(differs), language),
    }


def _label(form: str, word: Word, others: Sequence[Word], weights: Sequence[float]) -> str:
    """What a screen reader says of a word: where it looked, the strongest link first."""
    ranked = sorted(zip(weights, others, strict=False), key=lambda link: -link[0])
    links = [
        f"{other.text} {weight:.2f}"
        for weight, other in ranked[:_MOST_TOLD]
        if weight >= _LEAST_TOLD
    ]
    return form.format(word=word.text, links=", ".join(links) or "–")


def _notes(sources: Sequence[Word], any_differs: bool, language: Language) -> list[str]:
    notes = []
    unknown = list(dict.fromkeys(word.text for word in sources if word.unknown))
    if unknown:
        notes.append(
            language.say(
                "Not in this model's vocabulary: {words}. The network reads <unk> there, the same "
                "sign for whatever it does not know, and so cannot tell what it means.",
                words=", ".join(unknown),
            )
        )
    if any_differs:
        notes.append(language.say("Underlined: what the other model writes differently."))
    return notes
