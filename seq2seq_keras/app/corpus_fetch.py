"""A corpus from the web: looked up, then downloaded into the workspace, and chosen."""

from __future__ import annotations

import html
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from seq2seq_keras.app.studio import QUIET, Studio, page_error, readable_errors
from seq2seq_keras.app.wording import name_of_language, size
from seq2seq_keras.errors import InputError, Paused, WorkError
from seq2seq_keras.languages import LANGUAGE_NAMES
from seq2seq_keras.localisation import Language, later

if TYPE_CHECKING:
    from seq2seq_keras.fetching import Fetched, Found

_SERVICES = {
    "manythings": later("ManyThings: pairs with English, for Anki"),
    "tatoeba": later("Tatoeba: sentences of two languages"),
    "opus": later("OPUS: many corpora"),
    "hub": later("Hugging Face Hub: data sets"),
    "url": later("The address of a file"),
}
_WITH_LANGUAGES = ("manythings", "tatoeba", "opus")
_NAMES = {
    "opus": (
        later("Corpus of OPUS"),
        later("Such as Tatoeba or Books/v1; left empty, all in these languages are listed"),
    ),
    "hub": (
        later("Data set"),
        later("OWNER/NAME, with /CONFIG and @SPLIT where there are several"),
    ),
    "url": (later("Address"), later("Of a file in any format that can be uploaded")),
}
_MOST_OFFERS = 100
_SECONDS_BETWEEN_LOOKS = 0.3


class CorpusFetch:
    """The components, and what happens between them.

    Args:
        studio: What all pages share; not of a public demo, whose server must not fetch whatever
            strangers name.
    """

    def __init__(self, studio: Studio) -> None:
        assert studio.limits is None, "a public demo fetches nothing for its visitors"
        self._studio = studio
        self._stops: dict[Path, threading.Event] = {}
        say = studio.language.say
        services = {
            service: label
            for service, label in _SERVICES.items()
            if service != "url" or studio.any_address
        }
        with gr.Accordion(say("From the web"), open=False, elem_id="corpus-web"):
            self.service = gr.Dropdown(
                choices=[(say(label), service) for service, label in services.items()],
                value="manythings",
                label=say("Where from"),
                filterable=False,
                elem_id="web-service",
            )
            with gr.Row() as self.languages:
                self.source_lang = _language(say("Translated from"), "fr", studio.language)
                self.target_lang = _language(say("Translated into"), "en", studio.language)
            self.name = gr.Textbox(visible=False, max_lines=1, elem_id="web-name")
            self.offers = gr.Dropdown(
                label=say("What there is"),
                visible=False,
                interactive=True,
                elem_id="web-offers",
            )
            self.about = gr.HTML(js_on_load=None, elem_id="web-about")
            # The name that `about` is of; what is fetched was seen before.
            self.wanted = gr.JSON({}, visible=False)
            with gr.Row(elem_classes="actions"):
                self.look = gr.Button(say("Look up"), size="sm", min_width=120, elem_id="web-look")
                self.go = gr.Button(
                    say("Download"),
                    variant="primary",
                    size="sm",
                    min_width=120,
                    visible=False,
                    elem_id="web-go",
                )
                self.cancel = gr.Button(
                    say("Cancel"), size="sm", min_width=120, visible=False, elem_id="web-cancel"
                )

    def connect(self, corpus: Any, chosen: Callable[[str], Any]) -> Any:
        """Connects the components.

        Args:
            corpus: The component with the chosen corpus.
            chosen: Returns its update for the id of a new one.

        Returns:
            The event after which the corpus is in the workspace.
        """
        form: list[Any] = [self.service, self.source_lang, self.target_lang, self.name]
        shown = [self.about, self.wanted, self.go, self.offers]
        self.service.input(
            self._choose_service,
            inputs=self.service,
            outputs=[self.languages, self.name, *shown],
            **QUIET,
        )
        for component in form[1:]:
            component.input(self._forget, outputs=shown, **QUIET)
        for event in (self.look.click, self.name.submit):
            event(
                self._look_up,
                inputs=form,
                outputs=shown,
                api_visibility="private",
                show_progress_on=[self.about],
                concurrency_limit=None,
            )
        self.offers.input(
            self._look_at_offer,
            inputs=self.offers,
            outputs=shown,
            api_visibility="private",
            show_progress_on=[self.about],
            concurrency_limit=None,
        )
        self.cancel.click(self._stop, **QUIET)

        def fetch(wanted: dict[str, str] | None) -> Iterator[tuple[Any, ...]]:
            yield from self._fetch(wanted, chosen)

        return self.go.click(
            fetch,
            inputs=self.wanted,
            outputs=[self.about, self.look, self.go, self.cancel, corpus],
            api_visibility="private",
            show_progress="hidden",
            concurrency_limit=None,
        )

    def _choose_service(self, service: str) -> tuple[Any, ...]:
        say = self._studio.language.say
        label, info = _NAMES.get(service, ("", ""))
        name = gr.update(visible=bool(label), value="")
        if label:
            name |= {"label": say(label), "info": say(info)}
        return gr.update(visible=service in _WITH_LANGUAGES), name, *self._forget()

    def _forget(self) -> tuple[Any, ...]:
        return "", {}, gr.update(visible=False), gr.update(visible=False, choices=[], value=None)

    @readable_errors
    def _look_up(
        self, service: str, source_lang: str | None, target_lang: str | None, name: str | None
    ) -> tuple[Any, ...]:
        """Tells size, licence and pairs of a corpus, or which there are."""
        languages = f"{_code(source_lang)}-{_code(target_lang)}"
        name = (name or "").strip()
        if service == "opus" and not name:
            return self._list(f"opus:{languages}")
        if service == "opus":
            name = f"opus:{name}/{languages}"
        elif service in _WITH_LANGUAGES:
            name = f"{service}:{languages}"
        elif not name:
            raise InputError("Name what to look for first.")
        elif service == "hub":
            name = f"hub:{name.removeprefix('hub:')}"
        elif not name.startswith(("http://", "https://")):
            raise InputError(f"{name}: is no address; it begins with https://")
        return self._described(name)

    @readable_errors
    def _look_at_offer(self, name: str | None) -> tuple[Any, ...]:
        if name is None:
            return (gr.skip(),) * 4
        return *self._described(name)[:3], gr.skip()

    def _described(self, name: str) -> tuple[Any, ...]:
        from seq2seq_keras.fetching import look_up

        self._check(name)
        found = look_up(name)
        return (
            found_html(found, self._studio.language),
            {"name": found.name},
            gr.update(visible=True),
            gr.update(visible=False, choices=[], value=None),
        )

    def _list(self, beginning: str) -> tuple[Any, ...]:
        from seq2seq_keras.fetching import offers

        say = self._studio.language.say
        found = offers(beginning)
        choices = []
        for offer in found[:_MOST_OFFERS]:
            facts = [offer.name]
            if offer.pairs is not None:
                facts.append(say("{count:,} sentence pairs", count=offer.pairs))
            if offer.size is not None:
                facts.append(size(offer.size))
            choices.append((" · ".join(facts), offer.name))
        words = self._studio.language.say_many(
            "{count:,} corpus in these languages; choose one.",
            "{count:,} corpora in these languages; choose one.",
            len(found),
        )
        return (
            f'<p class="web-facts">{words}</p>',
            {},
            gr.update(visible=False),
            gr.update(visible=True, choices=choices, value=None),
        )

    def _fetch(
        self, wanted: dict[str, str] | None, chosen: Callable[[str], Any]
    ) -> Iterator[tuple[Any, ...]]:
        """Downloads what was looked up, and tells how far it is."""
        language, workspace = self._studio.language, self._studio.workspace
        stop = self._stops[workspace.folder] = threading.Event()
        buttons = gr.update(visible=False), gr.update(visible=False), gr.update(visible=True)
        done = gr.update(visible=True), gr.update(visible=False), gr.update(visible=False)
        again = gr.update(visible=True), gr.update(visible=True), gr.update(visible=False)
        try:
            name = (wanted or {}).get("name")
            if name is None:
                raise InputError("Look the corpus up first.")
            self._check(name)
            yield progress_html(Progress(0, None), language), *buttons, gr.skip()
            for step in fetched_with_progress(name, stop):
                if isinstance(step, Progress):
                    yield progress_html(step, language), *buttons, gr.skip()
                    continue
                from seq2seq_keras.fetching import keep_provenance

                info = workspace.add_corpus(step.files)
                for file, copy in zip(step.files, info.files, strict=True):
                    keep_provenance(file, copy)
                words = language.say("{name} is here, and chosen.", name=step.name)
                yield f'<p class="web-facts">{html.escape(words)}</p>', *done, chosen(info.id)
        except Paused:
            words = language.say("Cancelled. What has arrived is kept: it goes on from there.")
            yield f'<p class="web-facts">{words}</p>', *again, gr.skip()
        except (InputError, WorkError) as error:
            message = html.escape(language.error(str(error)))
            yield f'<p class="web-facts" role="alert">{message}</p>', *again, gr.skip()
            raise page_error(error, language) from None

    def _check(self, name: str) -> None:
        """Refuses an address where only the services may be asked."""
        from seq2seq_keras.fetching.names import UrlName, parse

        if not self._studio.any_address and isinstance(parse(name), UrlName):
            raise InputError(
                "This server fetches nothing from an address that is typed in. Download the file "
                "and upload it here."
            )

    def _stop(self) -> None:
        stop = self._stops.get(self._studio.workspace.folder)
        if stop is not None:
            stop.set()


@dataclass(frozen=True)
class Progress:
    """How far a download is: bytes that are here, and of how many, if known."""

    done: int
    total: int | None


def fetched_with_progress(name: str, stop: threading.Event) -> Iterator[Progress | Fetched]:
    """Downloads a corpus.

    Args:
        name: Its name.
        stop: Set when it is to end early.

    Yields:
        How far it is, a few times a second; last of all the corpus.

    Raises:
        InputError: There is no such corpus, or none that can be read.
        WorkError: The web or the disk fails.
        Paused: It was stopped.

    Example:
        >>> *steps, fetched = fetched_with_progress("manythings:fra-eng", threading.Event())
    """
    from seq2seq_keras.corpus import preview
    from seq2seq_keras.fetching import fetch

    outcome: queue.SimpleQueue[Fetched | Exception] = queue.SimpleQueue()
    here = Progress(0, None)

    def told(done: int, total: int | None) -> None:
        nonlocal here
        here = Progress(done, total)

    def work() -> None:
        try:
            fetched = fetch(name, on_progress=told, should_stop=stop.is_set)
            preview(*fetched.files)  # what cannot be read is told by its name on the web
            outcome.put(fetched)
        except Exception as error:
            outcome.put(error)

    # Whoever leaves the page ends the generator, not the work: the next time it is here.
    threading.Thread(target=work, name="corpus-fetch", daemon=True).start()
    while True:
        try:
            what = outcome.get(timeout=_SECONDS_BETWEEN_LOOKS)
        except queue.Empty:
            yield here
            continue
        if isinstance(what, (InputError, WorkError, Paused)):
            raise what
        if isinstance(what, Exception):
            raise WorkError(f"The corpus could not be fetched: {what}") from what
        yield what
        return


def found_html(found: Found, language: Language) -> str:
    """What is known of a corpus before its download."""
    say = language.say
    unknown = say("not stated")
    facts = [
        (say("Corpus"), found.name),
        (say("Size"), unknown if found.size is None else size(found.size)),
        (say("Licence"), found.license or unknown),
        (say("Sentence pairs"), unknown if found.pairs is None else f"{found.pairs:,}"),
        (say("From"), found.homepage or found.files[0].url),
    ]
    rows = "".join(
        f"<tr><th scope='row'>{label}</th><td>{html.escape(value)}</td></tr>"
        for label, value in facts
    )
    return f'<table class="numbers web-facts">{rows}</table>'


def progress_html(progress: Progress, language: Language) -> str:
    """A bar, and the bytes in words."""
    if progress.total:
        words = language.say(
            "{done} of {total}", done=size(progress.done), total=size(progress.total)
        )
        bar = f'<progress max="{progress.total}" value="{progress.done}"></progress>'
    else:
        words, bar = size(progress.done), "<progress></progress>"
    return f'<p class="web-facts" role="status">{bar} {words}</p>'


def _code(language: str | None) -> str:
    return (language or "").strip()


def _language(label: str, value: str, language: Language) -> gr.Dropdown:
    return gr.Dropdown(
        choices=[(f"{name_of_language(code, language)} ({code})", code) for code in LANGUAGE_NAMES],
        value=value,
        label=label,
        allow_custom_value=True,
        min_width=130,
    )
