"""The second step of a training: which networks, for how long, and everything else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr

from seq2seq_keras.app.budgets import BUDGETS, budget_words, offered
from seq2seq_keras.app.corpus_panel import CorpusPanel
from seq2seq_keras.app.corpus_reading import read_corpus
from seq2seq_keras.app.estimate_words import estimate_words, measured_settings
from seq2seq_keras.app.job_command import as_shell, as_yaml, training_command
from seq2seq_keras.app.network_view import network_html, parameter_words
from seq2seq_keras.app.settings import GROUPS, collect, problem, setting
from seq2seq_keras.app.studio import QUIET, Studio, readable_errors, words
from seq2seq_keras.app.wanted import ARCHITECTURES, DEFAULTS, Wanted, form_of, name_for, wanted_of
from seq2seq_keras.config import CHOSEN_BY_CORPUS, Config
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.jobs import CorpusInfo, Job
from seq2seq_keras.localisation import later
from seq2seq_keras.recipe import for_all_devices, recommended

_OWN = ("time_limit", "epochs")
_BY_DEVICES = ("batch_size", "learning_rate")
_PLACEHOLDER = {"files": ["CORPUS"]}

CONFIG_HINT = later(
    "Or save these settings as config.yaml and give --config config.yaml instead of the options."
)
"""What the settings that stand beside a command are good for."""

# The form is checked by the configuration, which names the field that is at fault; Gradio's own
# check of numbers does not.
_RAW: dict[str, Any] = {"preprocess": False}


@dataclass(frozen=True)
class _Form:
    """What stands in the form, and in that of the corpus."""

    corpus: tuple[Any, ...]
    suggested: dict[str, Any]
    architecture: str
    budget: str
    name: str
    devices: int
    own: dict[str, Any]
    fields: dict[str, Any]


class ModelPanel:
    """Components that end in a training that can be started; `inputs` carry it.

    Args:
        studio: What all pages share.
        corpus: The first step.
    """

    def __init__(self, studio: Studio, corpus: CorpusPanel) -> None:
        self._studio = studio
        self._corpus = corpus
        say = studio.language.say
        most = studio.limits.minutes if studio.limits is not None else None
        budgets = offered(most)
        usual = "good" if "good" in budgets else "quick"
        with gr.Row(elem_classes="choices"):
            self.architecture = gr.Radio(
                [(say(label), value) for value, label in ARCHITECTURES.items()],
                value="both",
                label=say("Architecture"),
                info=say("Both train on the same data with the same budget"),
                elem_id="architecture",
                min_width=260,
            )
            self.budget = gr.Radio(
                [(say(budget.label), value) for value, budget in budgets.items()],
                value=usual,
                label=say("How long"),
                info=say("At most so long for each network"),
                elem_id="budget",
                min_width=260,
            )
            with gr.Column(min_width=260):
                self.name = gr.Textbox(
                    label=say("Name"),
                    info=say("Under this name the model is saved"),
                    placeholder=say("As the corpus"),
                    max_length=60,
                    elem_id="model-name",
                    min_width=200,
                )
                devices = studio.devices()
                self.devices = gr.Dropdown(
                    [(str(number), number) for number in range(1, devices + 1)],
                    value=1,
                    label=say("Devices"),
                    info=say("GPUs of this machine that share each batch"),
                    visible=devices > 1,
                    filterable=False,
                    elem_id="devices",
                    min_width=200,
                )
                with gr.Row(visible=False) as self.own_budget:
                    self.time_limit = gr.Number(
                        min(15, most or 15),
                        label=say("Minutes"),
                        info=say("Most minutes for each network; empty for no limit"),
                        elem_id="setting-time_limit",
                        min_width=110,
                    )
                    self.epochs = gr.Number(
                        Config.model_fields["epochs"].default,
                        label=say("Epochs"),
                        info=say("Most passes over the corpus"),
                        precision=0,
                        elem_id="setting-epochs",
                        min_width=110,
                    )
        plain = Wanted("both", Config.create(time_limit=BUDGETS[usual].minutes))
        said = self._described(usual, plain)
        self.allowed = gr.HTML(said[0], elem_id="budget-words", js_on_load=None)
        with gr.Accordion(say("Advanced"), open=False, elem_id="advanced"):
            self._names: list[str] = []
            self._fields: list[Any] = []
            for group, names in GROUPS.items():
                gr.Markdown(f"#### {say(group)}", elem_classes="group")
                with gr.Row():
                    for name in names:
                        self._names.append(name)
                        self._fields.append(setting(name, studio.language))
        with gr.Accordion(say("The network"), open=False, elem_id="network"):
            self.network = gr.HTML(said[1], elem_id="network-view", js_on_load=None)
        with gr.Accordion(say("The same from the shell"), open=False, elem_id="as-command"):
            self.command = shell_code(said[2], say("Command"), "form-command")
            words(say(CONFIG_HINT), "hint")
            self.settings = yaml_code(said[3], say("Settings"), "form-config")
        # What was suggested last: a field that differs from it is the user's own.
        self.suggested = gr.State(DEFAULTS)
        # The devices to which the batch size in the form was suited last.
        self._suited_to = gr.State(1)
        self._measuring = gr.State()
        with gr.Row(elem_classes="start-row"):
            self.estimate_words = gr.HTML(elem_id="estimate-words", js_on_load=None, scale=3)
            self.estimate = gr.Button(
                say("Estimate time and memory"),
                size="md",
                interactive=False,
                elem_id="estimate",
                min_width=270,
            )
            self.cancel = gr.Button(
                say("Cancel"), size="md", visible=False, elem_id="cancel-estimate", min_width=120
            )
        self._connect()

    @property
    def inputs(self) -> list[Any]:
        """The components, those of the corpus included, from which `wanted` tells the training."""
        return [*self._corpus.inputs, self.suggested, *self._values]

    @property
    def outputs(self) -> list[Any]:
        """The components that `cloned` fills."""
        return [self.suggested, *self._values, self.own_budget, self._suited_to]

    @property
    def _values(self) -> list[Any]:
        return [
            self.architecture,
            self.budget,
            self.name,
            self.devices,
            self.time_limit,
            self.epochs,
            *self._fields,
        ]

    @property
    def previewed(self) -> list[Any]:
        """The components that `preview` fills."""
        return [
            self.allowed,
            self.network,
            self.command,
            self.settings,
            self.estimate_words,
            self.estimate,
        ]

    def wanted(self, *values: Any) -> tuple[str, CorpusInfo, Wanted, str]:
        """What the form asks for.

        Args:
            *values: The values of `inputs`.

        Returns:
            The name, the corpus, the training, and the name of its budget.

        Raises:
            InputError: Something is wrong or missing; the message says in which field.
        """
        form = self._form(values)
        info = self._corpus.reading(*form.corpus)
        pairs = len(read_corpus(info))
        if not pairs:
            raise InputError("This corpus has no sentence pair to train on.")
        name = name_for(form.name or "", info.name)
        return name, info, self._wanted(form, info, pairs), form.budget

    def cloned(self, job: Job) -> tuple[Any, ...]:
        """Updates of `outputs` that fill the form as for an earlier training."""
        values = form_of(job, self._names)
        values["devices"] = min(values["devices"], self._studio.devices())
        order = ("architecture", "budget", "name", "devices", *_OWN, *self._names)
        own = gr.update(visible=values["budget"] == "own")
        # Nothing was suggested: all that stands in the form now is meant.
        return ({}, *(values[name] for name in order), own, values["devices"])

    def preview(self, measuring: Any, *values: Any) -> tuple[Any, ...]:
        """What the form says, in words, drawn, and as a command, as far as it can be told.

        Args:
            measuring: What is being measured for the form, if anything.
            *values: The values of `inputs`.
        """
        form = self._form(values)
        try:
            info, pairs = self._chosen(form)
            wanted = self._wanted(form, info, pairs)
        except InputError as error:
            said = f'<p class="form-problem" role="alert">{escape(str(error))}</p>'
            return said, *(gr.skip(),) * 3, "", gr.Button(interactive=False)
        described = self._described(form.budget, wanted, form.name or "", info)
        if measuring:
            return *described, gr.skip(), gr.skip()
        known = self._known(info, wanted)
        return *described, known, gr.Button(interactive=info is not None, visible=not known)

    def _described(
        self, budget: str, wanted: Wanted, typed: str = "", info: CorpusInfo | None = None
    ) -> tuple[str, str, str, str]:
        """A training in words, drawn, as a command and as settings."""
        language, networks = self._studio.language, wanted.networks
        try:
            name = name_for(typed, info.name if info else "model")
        except InputError:
            name = "model"
        reading = info.reading() if info else _PLACEHOLDER
        allowed = budget_words(budget, wanted.config, len(networks), language)
        parameters = parameter_words(networks, language)
        return (
            f'<p class="budget-words">{allowed} {parameters}</p>',
            network_html(networks, language),
            as_shell(training_command(wanted.kind, name, reading, wanted.config, wanted.devices)),
            as_yaml(wanted.config),
        )

    def preview_after(self, event: Any) -> None:
        """Brings the preview up to date after an event."""
        event(
            self.preview,
            inputs=[self._measuring, *self.inputs],
            outputs=self.previewed,
            **QUIET,
            **_RAW,
        )

    def _connect(self) -> None:
        shown: dict[str, Any] = {
            "fn": self.preview,
            "inputs": [self._measuring, *self.inputs],
            "outputs": self.previewed,
            **QUIET,
            **_RAW,
        }
        # One event for all: answers to several would overtake each other.
        gr.on(
            [
                # The architecture is also chosen by a link from another tab.
                component.change if component is self.architecture else component.input
                for component in self._values
                if component is not self.devices  # more follows from them
            ],
            trigger_mode="always_last",
            **shown,
        )
        self.budget.input(
            lambda budget: gr.update(visible=budget == "own"),
            inputs=self.budget,
            outputs=self.own_budget,
            **QUIET,
        )
        self.devices.input(
            self._spread,
            inputs=[self._measuring, self._suited_to, *self.inputs],
            outputs=[self._suited_to, *map(self._field, _BY_DEVICES), *self.previewed],
            **QUIET,
            **_RAW,
        )
        fields = [self._field(name) for name in CHOSEN_BY_CORPUS]
        for described in self._corpus.described:
            described.success(
                self._suggest,
                inputs=[*self._corpus.inputs, self.suggested, *fields],
                outputs=[self.suggested, *fields],
                **QUIET,
                **_RAW,
            ).success(**shown)
        self.estimate.click(
            self._measure,
            inputs=self.inputs,
            outputs=[self._measuring, self.estimate_words, self.estimate, self.cancel],
            api_visibility="private",
            show_progress="hidden",
            concurrency_limit=4,
            **_RAW,
        ).then(
            self._recall,
            inputs=self.inputs,
            outputs=[self.estimate_words, self.estimate],
            **QUIET,
            **_RAW,
        )
        self.cancel.click(self._cancel, inputs=self._measuring, **QUIET)

    def _field(self, name: str) -> Any:
        return self._fields[self._names.index(name)]

    def _form(self, values: tuple[Any, ...]) -> _Form:
        number = len(self._corpus.inputs)
        corpus, (suggested, *rest) = values[:number], values[number:]
        architecture, budget, name, devices, *rest = rest
        own, fields = rest[: len(_OWN)], rest[len(_OWN) :]
        return _Form(
            corpus,
            suggested,
            architecture,
            budget,
            name,
            int(devices or 1),
            collect(_OWN, own),
            collect(self._names, fields),
        )

    def _chosen(self, form: _Form) -> tuple[CorpusInfo | None, int]:
        """The corpus and how many pairs it has; none where none is chosen or it is at fault."""
        try:
            info = self._corpus.reading(*form.corpus)
            return info, len(read_corpus(info))
        except InputError:
            return None, 0

    def _wanted(self, form: _Form, info: CorpusInfo | None, pairs: int) -> Wanted:
        try:
            return wanted_of(
                form.architecture,
                form.budget,
                form.own,
                form.fields,
                info,
                pairs,
                form.suggested,
                form.devices,
            )
        except InputError as error:
            raise InputError(problem(str(error), self._studio.language)) from None

    def _spread(self, measuring: Any, before: int, *values: Any) -> tuple[Any, ...]:
        """Suits the form to another number of devices, and shows what it says then."""
        places = {id(component): place for place, component in enumerate(self.inputs)}
        shared = [places[id(self._field(name))] for name in _BY_DEVICES]
        form = list(values)
        devices = form[places[id(self.devices)]]
        fitting = suited_to_devices(devices, before, *(form[place] for place in shared))
        for place, value in zip(shared, fitting, strict=True):
            form[place] = value
        return (devices, *fitting, *self.preview(measuring, *form))

    @readable_errors
    def _suggest(self, *values: Any) -> tuple[Any, ...]:
        """Fills in what suits the corpus, where the user has not put something else."""
        number = len(self._corpus.inputs)
        corpus, (suggested, *fields) = values[:number], values[number:]
        chosen = recommended(read_corpus(self._corpus.reading(*corpus)))
        updates = [
            chosen[name] if value in (suggested.get(name), None) else gr.skip()
            for name, value in zip(CHOSEN_BY_CORPUS, fields, strict=True)
        ]
        return (chosen, *updates)

    def _known(self, info: CorpusInfo | None, wanted: Wanted) -> str:
        """What a training takes, in words, if every network of it was measured before."""
        requests = _to_measure(info, wanted) if info else []
        found = [self._studio.estimator.known(*request) for request in requests]
        measured = [each for each in found if each is not None]
        if not measured or len(measured) < len(found):
            return ""
        return _said(estimate_words(measured, wanted.config, self._studio.language))

    def _measure(self, *values: Any) -> Iterator[tuple[Any, ...]]:
        """Measures every network, one after the other; the results are kept by the estimator."""
        language = self._studio.language
        shown, hidden = gr.Button(visible=True), gr.Button(visible=False)
        try:
            _, info, wanted, _ = self.wanted(*values)
            requests = _to_measure(info, wanted)
            for number, request in enumerate(requests, start=1):
                said = language.say(
                    "Measuring on this machine, network {number} of {count}…",
                    number=number,
                    count=len(requests),
                )
                yield requests, _said(said, busy=True), hidden, shown
                self._studio.estimator.estimate(*request)
            yield None, "", shown, hidden
        except (InputError, WorkError) as error:
            yield None, _said(language.error(str(error))), shown, hidden

    def _recall(self, *values: Any) -> tuple[Any, Any]:
        """Tells what was measured, if the form still asks for that."""
        form = self._form(values)
        with suppress(InputError):
            info, pairs = self._chosen(form)
            known = self._known(info, self._wanted(form, info, pairs))
            if known:
                return known, gr.Button(visible=False)
        return gr.skip(), gr.skip()

    def _cancel(self, measuring: Any) -> None:
        for request in measuring or ():
            self._studio.estimator.cancel(*request)


def _said(text: str, busy: bool = False) -> str:
    moving = '<span class="busy" aria-hidden="true"></span>' if busy else ""
    return f'<p class="estimate" role="status">{escape(text)}{moving}</p>'


def suited_to_devices(devices: int, before: int, batch_size: Any, learning_rate: Any) -> Any:
    """What is to stand in the form after another number of devices was chosen.

    Args:
        devices: How many they are now.
        before: How many they were when the form was suited to them last.
        batch_size, learning_rate: What stands in the form; what its user put there stays.

    Returns:
        Batch size and learning rate.

    Example:
        >>> suited_to_devices(2, 1, 64, 0.002)
        (128, 0.00283)
    """
    usual, found = (for_all_devices(Config(), {}, count) for count in (before, devices))
    if batch_size not in (usual.batch_size, None):
        return batch_size, learning_rate
    own_rate = learning_rate not in (usual.learning_rate, None)
    return found.batch_size, learning_rate if own_rate else found.learning_rate


def _to_measure(
    info: CorpusInfo, wanted: Wanted
) -> list[tuple[dict[str, Any], dict[str, Any], int]]:
    return [
        (info.reading(), measured_settings(each), wanted.devices)
        for each in wanted.networks.values()
    ]


def shell_code(value: str, label: str, elem_id: str) -> gr.Code:
    """A command that can be copied."""
    return gr.Code(
        value,
        label=label,
        language="shell",
        interactive=False,
        lines=1,
        wrap_lines=True,
        show_line_numbers=False,
        buttons=["copy"],
        elem_id=elem_id,
    )


def yaml_code(value: str, label: str, elem_id: str) -> gr.Code:
    """Settings as a file, which can be copied."""
    return gr.Code(
        value,
        label=label,
        language="yaml",
        interactive=False,
        lines=4,
        max_lines=16,
        show_line_numbers=False,
        buttons=["copy", "download"],
        elem_id=elem_id,
    )
