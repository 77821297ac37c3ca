"""The page on which somebody logs in: plain HTML, for every browser and password manager."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from urllib.parse import quote

from starlette.responses import FileResponse

from seq2seq_keras.localisation import CHINESE, ENGLISH, LANGUAGES, Language

_CODES = "|".join(LANGUAGES)
_PAGE = re.compile(rf"(?:{_CODES})/[\w\-.~/]*(?:\?[\w\-.~/=&%+]*)?", re.ASCII)
_MOST_LETTERS = 500

_TEMPLATE = """<!doctype html>
<html lang="{tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} · seq2seq-keras</title>
<link rel="icon" href="../favicon.ico">
<link rel="stylesheet" href="../login.css">
</head>
<body>
<header>
  <a href="../{other_code}/login?next={other_next}" lang="{other_tag}"
    hreflang="{other_tag}">{other}</a>
</header>
<main>
  <svg viewBox="0 0 48 32" aria-hidden="true">
    <path d="M6 24 L18 7 M18 24 L18 7 M30 24 L18 7 M18 24 L30 7 M30 24 L42 7"/>
    <circle cx="6" cy="24" r="4"/><circle cx="18" cy="24" r="4"/><circle cx="30" cy="24" r="4"/>
    <circle class="out" cx="18" cy="7" r="4"/><circle class="out" cx="30" cy="7" r="4"/>
    <circle class="out" cx="42" cy="7" r="4"/>
  </svg>
  <h1>seq2seq-keras</h1>
  <p>{purpose}</p>
{inside}  <p class="hint">{hint}</p>
</main>
</body>
</html>
"""

_FORM = """  <form method="post" action="login">
    {trouble}
    <label for="username">{name_label}</label>
    <input id="username" name="username" value="{name}" type="text" maxlength="128" required
      autocomplete="username" autocapitalize="none" autocorrect="off" spellcheck="false"{on_name}>
    <label for="password">{password_label}</label>
    <input id="password" name="password" type="password" maxlength="1024" required
      autocomplete="current-password"{on_password}>
    <input type="hidden" name="next" value="{next}">
    <button type="submit">{title}</button>
  </form>
"""


def page_after(wanted: str, language: Language) -> str:
    """Where somebody goes when they are logged in: a page of this app, whatever was asked for.

    Args:
        wanted: What the address asks for.
        language: The language in which they log in; they go on in it.

    Returns:
        The page, relative to the root of the app.

    Example:
        >>> page_after("zh/theory/", ENGLISH), page_after("//example.org/", ENGLISH)
        ('en/theory/', 'en/')
    """
    page = f"{language.code}/"
    if len(wanted) > _MOST_LETTERS or not _PAGE.fullmatch(wanted):
        return page
    path = wanted.partition("?")[0]
    if ".." in path or "//" in path or "/login" in path:
        return page
    return page + wanted.partition("/")[2]


def login_page(language: Language, wanted: str, name: str = "", trouble: str = "") -> str:
    """Writes the page with fields for name and password.

    Args:
        language: Its language.
        wanted: Where to go then, as `page_after` returns it.
        name: The name that was typed before.
        trouble: Why that did not do.
    """
    say = language.say
    focus = " autofocus"
    inside = _FORM.format(
        title=say("Log in"),
        trouble=alert(trouble),
        name_label=say("User name"),
        password_label=say("Password"),
        name=escape(name[:128]),
        next=escape(wanted),
        on_name="" if name else focus,
        on_password=focus if name else "",
    )
    hint = say("No account, or a forgotten password? Ask whoever runs this server.")
    return framed(language, wanted, inside, hint)


def framed(language: Language, wanted: str, inside: str, hint: str) -> str:
    """Writes what is the same however one logs in, around what is not.

    Args:
        language: The language of the page.
        wanted: Where to go then, as `page_after` returns it.
        inside: How one logs in, as HTML.
        hint: A sentence below it.
    """
    other = ENGLISH if language == CHINESE else CHINESE
    return _TEMPLATE.format(
        tag=language.tag,
        title=language.say("Log in"),
        other=other.name,
        other_code=other.code,
        other_tag=other.tag,
        other_next=quote(page_after(wanted, other), safe="/"),
        purpose=language.say(
            "Train, compare and understand translation models, on your own sentences"
        ),
        inside=inside,
        hint=hint,
    )


def alert(trouble: str) -> str:
    """Why the last try did not do, as HTML; nothing where there was none."""
    return f'<p id="trouble" class="trouble" role="alert">{escape(trouble)}</p>' if trouble else ""


def style_sheet() -> FileResponse:
    """The look of the page."""
    return FileResponse(Path(__file__).with_name("login.css"), media_type="text/css")


def page_headers(frames: str = "'none'") -> dict[str, str]:
    """What goes with the page: it loads nothing, and nobody keeps it.

    Args:
        frames: Whose pages may show it within themselves, as `frame-ancestors` has it.
    """
    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        f"base-uri 'none'; frame-ancestors {frames}"
    )
    return {"content-security-policy": policy, "cache-control": "no-store"}
