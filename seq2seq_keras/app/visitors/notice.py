"""What a public demo tells its visitors above every page."""

from __future__ import annotations

from seq2seq_keras.app.visitors.limits import Limits
from seq2seq_keras.localisation import Language

_TEMPLATE = """
<details class="demo-notice"><summary><b>{title}</b> {short}</summary>
<ul>{points}</ul></details>
"""


def notice_html(limits: Limits, language: Language) -> str:
    """Says that this is a demo, whose things a visitor sees, and how much they may use.

    Args:
        limits: What each visitor may use.
        language: The language of the page.
    """
    say = language.say
    points = (
        say(
            "What you upload, train and translate is seen by you alone, in this browser: a cookie "
            "knows you again. Whoever runs this demo can reach it, though: upload nothing secret."
        ),
        say(
            "A training takes at most {pairs:,} sentence pairs, and each network {minutes:g} "
            "minutes and {parameters:g} million parameters.",
            pairs=limits.pairs,
            minutes=limits.minutes,
            parameters=limits.parameters / 1e6,
        ),
        say(
            "You can have {jobs} jobs that wait or run; one training runs at a time, of all "
            "visitors.",
            jobs=limits.jobs,
        ),
        say(
            "A file has at most {upload:.0f} MB, and all you keep {disk:.0f} MB.",
            upload=limits.upload_bytes / 1024**2,
            disk=limits.disk_bytes / 1024**2,
        ),
        say(
            "All of it is deleted {hours:g} hours after your last visit. Download what you want "
            "to keep.",
            hours=limits.hours,
        ),
        say("On your own computer none of these limits holds: clone the project and run it."),
    )
    return _TEMPLATE.format(
        title=say("A public demo."),
        short=say(
            "Try everything; trainings take {minutes:g} minutes at most, and what you make is "
            "deleted {hours:g} hours after your last visit.",
            minutes=limits.minutes,
            hours=limits.hours,
        ),
        points="".join(f"<li>{point}</li>" for point in points),
    )
