"""Saved translators as cards, with all that one can do with each; what is not ours is escaped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from seq2seq_keras.app.model_exports import choices
from seq2seq_keras.app.wording import (
    bleu,
    model_architecture,
    model_languages,
    moment,
    size,
)
from seq2seq_keras.jobs import ModelInfo
from seq2seq_keras.jobs.models import LONGEST_NAME, LONGEST_NOTE
from seq2seq_keras.localisation import Language, later

MANY = 6
"""With so many models, searching and sorting them is offered."""

ORDERS: dict[str, tuple[str, Callable[[ModelInfo], Any]]] = {
    "newest": (later("Newest first"), lambda info: -info.saved.timestamp()),
    "name": (later("By name"), lambda info: info.name.casefold()),
    "bleu": (later("Best BLEU first"), lambda info: -(info.bleu or 0.0)),
    "size": (later("Largest first"), lambda info: -info.size_bytes),
}
"""Ways to sort models: what each is called, and its key."""

# Buttons tell the server what was pressed: `data-act`, and `data-item` what it is about. One with
# `data-opens` shows the form of that act beside it; one with `data-leads` leads to another tab.
ON_LOAD = """
const group = (node) => node.closest('[data-group]');
let last = '', open = false;
const close = (form) => {
  form.hidden = true;
  group(form).querySelector(`[data-opens="${form.dataset.act}"]`)?.focus();
};
const send = (from, data) => {
  last = `${data.act} ${data.item}`;
  trigger('leads' in from.dataset ? 'select' : 'click', data);
};
element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  if (button.dataset.opens) {
    for (const form of group(button).querySelectorAll('form')) {
      form.hidden = form.dataset.act !== button.dataset.opens || !form.hidden;
      if (!form.hidden) form.querySelector('input, textarea, button')?.focus();
    }
  } else if ('closes' in button.dataset) {
    close(button.closest('form'));
  } else if (button.dataset.act) {
    button.disabled = true;
    setTimeout(() => { button.disabled = false; }, 2000);
    send(button, {act: button.dataset.act, item: button.dataset.item});
  }
});
element.addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.target;
  const value = form.elements.value ? form.elements.value.value : '';
  send(form, {act: form.dataset.act, item: form.dataset.item, value});
  if (form.dataset.act === 'export') close(form);  // the others' cards are drawn anew
});
element.addEventListener('keydown', (event) => {
  const form = event.target.closest('form');
  if (event.key !== 'Escape' || !form) return;
  event.stopPropagation();
  close(form);
});
element.addEventListener('toggle', (event) => { open = event.target.open; }, true);
new MutationObserver(() => {
  const details = element.querySelector('details');
  if (details && details.open !== open) details.open = open;
  // What was pressed is drawn anew: the keyboard stays where it was.
  if (!last || document.activeElement !== document.body) return;
  const [act, item] = last.split(' ');
  for (const button of element.querySelectorAll('button')) {
    const named = button.dataset.act === act || button.dataset.opens === act;
    if (named && (button.dataset.item || group(button)?.dataset.group) === item) {
      button.focus({preventScroll: true});
    }
  }
  last = '';
}).observe(element, {childList: true, subtree: true});
"""

_CARD = """
<article class="saved-model" data-group="{id}" aria-label="{name}">
<header><h3>{name}</h3>{chip}</header>
<p class="saved-languages">{languages}</p>
<dl class="facts">{facts}</dl>
<p class="saved-line">{line}</p>
{note}
<div class="acts">{acts}</div>
<div class="quiet-acts">{quiet}</div>
{forms}
</article>
"""


def arranged(models: Sequence[ModelInfo], search: str, order: str) -> list[ModelInfo]:
    """Sorts models and leaves out those that a search does not find.

    Args:
        models: The models.
        search: Words that are all to stand in the name, the languages, the architecture or the
            note.
        order: A key of `ORDERS`.
    """
    words = search.casefold().split()

    def text(info: ModelInfo) -> str:
        return " ".join([info.name, info.languages, info.architecture, info.note]).casefold()

    found = [info for info in models if all(word in text(info) for word in words)]
    return sorted(found, key=ORDERS[order][1])


def cards_html(models: Sequence[ModelInfo], found: Sequence[ModelInfo], language: Language) -> str:
    """Cards of the user's models, then of those that come with the project.

    Args:
        models: All models.
        found: Those to show, in order.
        language: The language of the page.
    """
    say = language.say
    parts = []
    for shipped, title in ((False, say("Yours")), (True, say("Samples of ours"))):
        shown = [info for info in found if info.shipped == shipped]
        if shown:
            cards = "".join(_card(info, language) for info in shown)
            parts.append(
                f'<h2 class="saved-title">{title}</h2><div class="saved-grid">{cards}</div>'
            )
        elif not shipped and all(info.shipped for info in models):
            parts.append(
                f'<h2 class="saved-title">{title}</h2><p class="saved-none">'
                + say(
                    "Nothing yet. Every training that you finish or stop in <i>Train</i> leaves "
                    "its best model here."
                )
                + "</p>"
            )
    if models and not found:
        parts = [f'<p class="saved-none">{say("No model fits this search.")}</p>']
    return f'<div class="saved-models">{"".join(parts)}</div>'


def _card(info: ModelInfo, language: Language) -> str:
    say, name = language.say, escape(info.name)
    facts = [("BLEU", bleu(info.bleu)), ("chrF", bleu(info.score("chrf")))]
    if info.parameters:
        facts.append((say("parameters"), f"{info.parameters:,}"))
    facts.append((say("on the disk"), size(info.size_bytes)))
    line = [
        escape(model_architecture(info, language)),
        f"<span>{say('saved {moment}', moment=moment(info.saved))}</span>",
    ]
    return _CARD.format(
        id=escape(info.id),
        name=name,
        chip=f'<span class="chip">{say("sample")}</span>' if info.shipped else "",
        languages=escape(model_languages(info, language)),
        facts="".join(f"<div><dt>{label}</dt><dd>{value}</dd></div>" for label, value in facts),
        line=" · ".join(line),
        note=f'<p class="saved-note">{escape(info.note)}</p>' if info.note else "",
        acts=_acts(info, language),
        quiet=_quiet_acts(info, language),
        forms=_forms(info, language),
    )


def _acts(info: ModelInfo, language: Language) -> str:
    return (
        _button("translate", language.say("Translate"), info, "act act-main", leads=True)
        + _button("compare", language.say("Compare"), info, "act", leads=True)
        + _button("understand", language.say("Understand"), info, "act", leads=True)
    )


def _quiet_acts(info: ModelInfo, language: Language) -> str:
    say, name = language.say, escape(info.name)
    link = escape(f"../download/models/{quote(info.id)}.zip")
    parts = [
        _button("card", say("Model card"), info, "quiet"),
        f'<a class="quiet" href="{link}" download aria-label="{say("Download")}: {name}">'
        f"{say('Download')}</a>",
    ]
    opened = [("export", say("Export"))]
    if not info.shipped:
        opened += [("rename", say("Rename")), ("note", say("Note"))]
    parts += [
        f'<button type="button" class="quiet" data-opens="{act}" '
        f'aria-label="{label}: {name}">{label}</button>'
        for act, label in opened
    ]
    if not info.shipped:
        parts.append(_button("delete", say("Delete"), info, "quiet"))
    return "".join(parts)


def _button(act: str, label: str, info: ModelInfo, classes: str, leads: bool = False) -> str:
    marks = f'data-act="{act}" data-item="{escape(info.id)}"{" data-leads" if leads else ""}'
    return (
        f'<button type="button" class="{classes}" {marks} '
        f'aria-label="{label}: {escape(info.name)}">{label}</button>'
    )


def _forms(info: ModelInfo, language: Language) -> str:
    say = language.say
    options = "".join(
        f'<option value="{value}">{escape(label)}</option>'
        for value, label in choices(language).items()
    )
    fields = {
        "export": (say("Export as"), f'<select name="value">{options}</select>', say("Export")),
    }
    if not info.shipped:
        fields["rename"] = (
            say("New name"),
            f'<input name="value" maxlength="{LONGEST_NAME}" required value="{escape(info.name)}">',
            say("Save"),
        )
        fields["note"] = (
            say("A note for yourself"),
            f'<textarea name="value" rows="3" maxlength="{LONGEST_NOTE}">'
            f"\n{escape(info.note)}</textarea>",
            say("Save"),
        )
    return "".join(
        f'<form class="saved-form" data-act="{act}" data-item="{escape(info.id)}" hidden>'
        f"<label><span>{label}</span>{field}</label>"
        f'<div class="acts"><button type="submit" class="act act-main">{button}</button>'
        f'<button type="button" class="act" data-closes>{say("Leave as it is")}</button></div>'
        "</form>"
        for act, (label, field, button) in fields.items()
    )
