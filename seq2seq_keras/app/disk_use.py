"""What the workspace takes on the disk, as a line that opens, with a clean-up beside each part."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from seq2seq_keras.app.wording import moment, size
from seq2seq_keras.jobs.disk_use import DiskUse, Part, Share
from seq2seq_keras.jobs.trash import KEPT_DAYS, Removed
from seq2seq_keras.localisation import Language, later

_NAMES: dict[Part, str] = {
    "models": later("Models"),
    "corpora": later("Uploaded corpora"),
    "jobs": later("Jobs"),
    "trash": later("Trash"),
}


def disk_use_html(
    use: DiskUse, deleted: Sequence[Removed], language: Language, quota: int | None = None
) -> str:
    """Draws it.

    Args:
        use: What was measured.
        deleted: What lies in the trash.
        language: The language of the page.
        quota: The bytes that its owner may keep, if that is limited.
    """
    say = language.say
    total = max(1, use.size_bytes)
    bar = "".join(
        f'<span class="disk-{part}" style="width:{100 * share.size_bytes / total:.2f}%"></span>'
        for part, share in use.parts.items()
    )
    rows = "".join(_row(part, share, deleted, language) for part, share in use.parts.items())
    taken = size(use.size_bytes)
    summary = (
        say("Disk use: {size} ({free} free)", size=taken, free=size(use.free_bytes))
        if quota is None
        else say("Disk use: {size} of {most}", size=taken, most=size(quota))
    )
    return (
        f'<details class="disk"><summary>{summary}</summary>'
        f'<div class="disk-bar" aria-hidden="true">{bar}</div><ul>{rows}</ul></details>'
    )


def _row(part: Part, share: Share, deleted: Sequence[Removed], language: Language) -> str:
    say = language.say
    opens = (
        f'<button type="button" class="quiet" data-opens="clean" '
        f'aria-label="{say("Clean up…")} {say(_NAMES[part])}">{say("Clean up…")}</button>'
        if share.removable
        else ""
    )
    form = _form(part, share, language) if share.removable else ""
    trash = _trash(deleted, language) if part == "trash" else ""
    taken = size(share.size_bytes) if share.size_bytes else "0"
    return (
        f'<li data-group="{part}"><span class="disk-dot disk-{part}"></span>'
        f'<b>{say(_NAMES[part])}</b><span class="disk-size">{taken}</span>'
        f'<span class="disk-count">{_count(part, share.count, language)}</span>'
        f"{opens}{form}{trash}</li>"
    )


def _count(part: Part, count: int, language: Language) -> str:
    if part == "models":
        return language.say_many("{count} model of yours", "{count} models of yours", count)
    if part == "corpora":
        return language.say_many("{count} corpus", "{count} corpora", count)
    if part == "jobs":
        return language.say_many("{count} job", "{count} jobs", count)
    return language.say_many("{count} deleted model", "{count} deleted models", count)


def _form(part: Part, share: Share, language: Language) -> str:
    say = language.say
    freed, count = size(share.removable_bytes), len(share.removable)
    if part == "jobs":
        question = language.say_many(
            "Remove {count} job that is over ({size})? Its curves, report and test part go with "
            "it; saved models stay.",
            "Remove {count} jobs that are over ({size})? Their curves, reports and test parts go "
            "with them; saved models stay.",
            count,
            size=freed,
        )
    elif part == "corpora":
        question = language.say_many(
            "Remove {count} uploaded corpus that no job works with ({size})?",
            "Remove {count} uploaded corpora that no job works with ({size})?",
            count,
            size=freed,
        )
    else:
        question = language.say_many(
            "Delete {count} model for good ({size})? It can then no longer be brought back.",
            "Delete {count} models for good ({size})? They can then no longer be brought back.",
            count,
            size=freed,
        )
    return (
        f'<form data-act="clean" data-item="{part}" hidden><p>{question}</p><div class="acts">'
        f'<button type="submit" class="act act-sure">{say("Remove for good")}</button>'
        f'<button type="button" class="act" data-closes>{say("Leave as it is")}</button>'
        "</div></form>"
    )


def _trash(deleted: Sequence[Removed], language: Language) -> str:
    say = language.say
    if not deleted:
        return ""
    items = "".join(
        f"<li><span>{escape(item.name)}</span><span>{moment(item.removed)}</span>"
        f'<button type="button" class="quiet" data-act="undo" data-item="{escape(item.id)}" '
        f'aria-label="{say("Put back")}: {escape(item.name)}">{say("Put back")}</button></li>'
        for item in deleted
    )
    kept = say("What is deleted stays here for {days} days.", days=KEPT_DAYS)
    return f'<div class="disk-deleted"><p>{kept}</p><ul>{items}</ul></div>'
