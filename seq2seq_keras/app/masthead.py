"""The head of every page: its name, the other language, who is logged in, light and dark."""

from __future__ import annotations

import gradio as gr

from seq2seq_keras.localisation import CHINESE, ENGLISH, Language

_TEMPLATE = """
<header class="masthead" data-trouble="{trouble}">
  <svg class="mark" viewBox="0 0 48 32" aria-hidden="true">
    <circle cx="6" cy="24" r="4"/><circle cx="18" cy="24" r="4"/><circle cx="30" cy="24" r="4"/>
    <circle class="out" cx="18" cy="7" r="4"/><circle class="out" cx="30" cy="7" r="4"/>
    <circle class="out" cx="42" cy="7" r="4"/>
    <path d="M6 24 L18 7 M18 24 L18 7 M30 24 L18 7 M18 24 L30 7 M30 24 L42 7"/>
  </svg>
  <div><h1>seq2seq-keras</h1>
  <p>{purpose}</p></div>
  <a class="switch" href="{up}language/{code}{place}" lang="{tag}" hreflang="{tag}">{other}</a>
  {jobs}
  <form class="account" method="post" action="{up}logout" hidden><span class="name"></span>
  <button type="submit">{log_out}</button></form>
  <button class="mode" type="button" title="{mode}" aria-label="{mode_hint}">
  ◐</button>
</header>
"""


_JOBS = """<button class="jobs" type="button" aria-controls="drawer" aria-expanded="false"
    title="{hint}">{jobs}<span class="count" hidden></span></button>"""


def masthead(language: Language, place: str = "") -> gr.HTML:
    """Builds the masthead of a page; who is logged in is filled in when it is shown.

    Args:
        language: The language of the page.
        place: What follows the language in its address; the main page, which has the drawer of
            jobs, has nothing.
    """
    say = language.say
    other = ENGLISH if language == CHINESE else CHINESE
    jobs = _JOBS.format(jobs=say("Jobs"), hint=say("Running and past jobs"))
    text = _TEMPLATE.format(
        trouble=say("That did not work"),
        purpose=say("Train, compare and understand translation models, on your own sentences"),
        up="../" * (1 + place.count("/")),
        code=other.code,
        place=f"?page={place}" if place else "",
        tag=other.tag,
        other=other.name,
        jobs="" if place else jobs,
        log_out=say("Log out"),
        mode=say("Light or dark"),
        mode_hint=say("Switch light and dark"),
    )
    return gr.HTML(text, js_on_load=None)
