"""Example translations as they become sensible, epoch by epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from seq2seq_keras.app.wording import system_name
from seq2seq_keras.jobs import SystemProgress
from seq2seq_keras.localisation import Language

_MOST_VERSIONS = 4


def examples_html(systems: Sequence[SystemProgress], language: Language) -> str:
    """Sentences of the validation set, and what each network made of them after which epoch.

    Words that stand in the reference are set off; all that comes from the corpus is escaped.

    Args:
        systems: The networks of a training.
        language: The language of the page.
    """
    shown = [system for system in systems if system.examples]
    if not shown:
        return ""
    say = language.say
    cards = []
    for number, example in enumerate(shown[0].examples):
        parts = "".join(_of_network(system, number, language) for system in shown)
        cards.append(
            '<article class="example">'
            f'<p class="example-source" dir="auto"><span class="tag">{say("source")}</span> '
            f"{escape(example['source'])}</p>"
            f'<p class="example-reference" dir="auto"><span class="tag">{say("reference")}</span> '
            f"{escape(example['reference'])}</p>{parts}</article>"
        )
    return f'<div class="examples">{"".join(cards)}</div>'


def versions(translations: Mapping[int, str], most: int = _MOST_VERSIONS) -> list[tuple[str, str]]:
    """How a translation changed: its first version and its last ones.

    Args:
        translations: The translation after each epoch.
        most: How many versions to return.

    Returns:
        Epochs and text of each version; epochs that follow each other and brought no change are
        one.

    Example:
        >>> versions({1: "le", 2: "le chat", 3: "le chat", 4: "le chat dort"})
        [('1', 'le'), ('2–3', 'le chat'), ('4', 'le chat dort')]
    """
    stretches: list[tuple[int, int, str]] = []
    for epoch, text in translations.items():
        if stretches and stretches[-1][2] == text:
            stretches[-1] = (stretches[-1][0], epoch, text)
        else:
            stretches.append((epoch, epoch, text))
    kept = stretches if len(stretches) <= most else [stretches[0], *stretches[1 - most :]]
    return [
        (str(first) if first == last else f"{first}–{last}", text) for first, last, text in kept
    ]


def _of_network(system: SystemProgress, number: int, language: Language) -> str:
    translations = {
        epoch: examples[number]["translation"]
        for epoch, examples in system.examples_by_epoch.items()
        if number < len(examples)
    }
    reference = system.examples[number]["reference"]
    epoch = language.say("epoch")
    rows = "".join(
        f'<li><span class="example-epoch">{epoch} {epochs}</span>'
        f'<span dir="auto">{_compared(text, reference)}</span></li>'
        for epochs, text in versions(translations)
    )
    return f"<h5>{escape(system_name(system.name, language))}</h5><ol>{rows}</ol>"


def _compared(text: str, reference: str) -> str:
    from seq2seq_keras.comparison.marking import marked

    if not text:
        return "–"
    return "".join(
        escape(stretch) if departs or not stretch.strip() else f"<b>{escape(stretch)}</b>"
        for stretch, departs in marked(text, reference)
    )
