"""The page on which somebody logs in by the Hub: one button."""

from __future__ import annotations

from urllib.parse import quote

from seq2seq_keras.app.login.hub_members import BUTTON
from seq2seq_keras.app.login.page import alert, framed
from seq2seq_keras.localisation import Language

_INSIDE = """  <div class="ways">
    {trouble}
    <a class="button" href="{address}">{button}</a>
    {tab}
  </div>
"""
_TAB = '<a href="{address}" target="_blank" rel="noopener">{text}</a>'


def hub_page(language: Language, wanted: str, trouble: str = "", in_frame: bool = False) -> str:
    """Writes the page.

    Args:
        language: Its language.
        wanted: Where to go then, as `page_after` returns it.
        trouble: Why the last try did not do.
        in_frame: Whether it is shown within another page, where some browsers keep no cookie.
    """
    say = language.say
    address = f"../{language.code}/{BUTTON}?next={quote(wanted, safe='/')}"
    tab = _TAB.format(address=address, text=say("Log in in a tab of its own"))
    inside = _INSIDE.format(
        trouble=alert(trouble),
        address=address,
        button=say("Log in with Hugging Face"),
        tab=tab if in_frame else "",
    )
    hint = say("The Hub tells this app who you are there. Your password stays with the Hub.")
    return framed(language, wanted, inside, hint)
