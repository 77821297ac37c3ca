"""What happens inside a training, for whoever wants to know; told only while it is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr

from seq2seq_keras.app.job_command import as_shell, as_yaml, training_command
from seq2seq_keras.app.model_panel import CONFIG_HINT, shell_code, yaml_code
from seq2seq_keras.app.studio import words
from seq2seq_keras.app.training_figures import Run, norm_curves, perplexity_curves, rate_curves
from seq2seq_keras.app.widgets.attention_map import attention_map, attention_map_value
from seq2seq_keras.app.wording import memory, system_name
from seq2seq_keras.config import Config
from seq2seq_keras.jobs import Job, JobProgress, SystemProgress
from seq2seq_keras.localisation import Language, later

_CHARTS = {
    "perplexity": (later("Perplexity"), perplexity_curves),
    "learning-rate": (later("Learning rate"), rate_curves),
    "gradient-norm": (later("Gradient norm"), norm_curves),
}


class TrainingDetails:
    """The components of the closed part below a training.

    Attributes:
        part: The accordion.
        epoch: The slider that chooses the epoch of the attention map.
    """

    def __init__(self, language: Language) -> None:
        self._language = language
        say = language.say
        with gr.Accordion(say("Details"), open=False, elem_id="details") as self.part:
            self._facts = gr.HTML(elem_id="training-facts", js_on_load=None)
            with gr.Row(visible=False) as self._row:
                self._charts = [_chart(name, say(title)) for name, (title, _) in _CHARTS.items()]
            with gr.Column(elem_classes="card"):
                gr.Markdown(f"### {say('Attention as it learns')}", elem_classes="card-title")
                self._map_words = words(say(_NO_MAP), "hint")
                self.epoch = gr.Slider(
                    1,
                    2,
                    value=1,
                    step=1,
                    label=say("Epoch"),
                    info=say("At its right end it follows the training"),
                    buttons=[],
                    visible=False,
                    elem_id="map-epoch",
                )
                self._map = attention_map(language, "training-map")
            with gr.Column(elem_classes="card"):
                gr.Markdown(f"### {say('The same from the shell')}", elem_classes="card-title")
                self._command = shell_code("", say("Command"), "job-command")
                words(say(CONFIG_HINT), "hint")
                self._settings = yaml_code("", say("Settings"), "job-config")
                self._board = shell_code("", "TensorBoard", "job-tensorboard")
                words(say(_BOARD_HINT), "hint")

    @property
    def facts(self) -> list[Any]:
        """What changes at every look."""
        return [self._facts]

    @property
    def charts(self) -> list[Any]:
        """What changes with every epoch."""
        return [self._row, *self._charts]

    @property
    def map(self) -> list[Any]:
        """What changes with every epoch, or when another is chosen."""
        return [self._map_words, self.epoch, self._map]

    @property
    def commands(self) -> list[Any]:
        """What changes with the job only."""
        return [self._command, self._settings, self._board]

    def tell_facts(self, progress: JobProgress) -> tuple[Any, ...]:
        return (facts_html(list(progress.systems.values()), self._language),)

    def draw(self, runs: Sequence[Run], revision: str) -> tuple[Any, ...]:
        charts = [chart for _, chart in _CHARTS.values()]
        drawn = (chart(runs, self._language, revision) if runs else None for chart in charts)
        return gr.update(visible=bool(runs)), *drawn

    def draw_map(self, progress: JobProgress, chosen: Chosen | None) -> tuple[Any, ...]:
        """The map of the chosen epoch.

        Args:
            progress: The training.
            chosen: As of `chosen_epoch`.
        """
        system = _attending(progress)
        if system is None or chosen is None:
            nothing = gr.update(value=self._language.say(_NO_MAP))
            return nothing, gr.Slider(visible=False), gr.update(value=None, visible=False)
        seen = system.attention_by_epoch[chosen.epoch]
        value = attention_map_value(seen["target"], seen["source"], seen["weights"])
        slider = gr.Slider(
            maximum=max(2, chosen.newest), value=chosen.epoch, visible=chosen.newest > 1
        )
        said = self._language.say(_MAP_WORDS)
        return gr.update(value=said), slider, gr.update(value=value, visible=True)

    def tell_commands(self, job: Job) -> tuple[Any, ...]:
        config = Config.create(**job.details["settings"])
        command = training_command(job.kind, job.name, job.details["corpus"], config, job.devices)
        board = ["tensorboard", "--logdir", str(job.event_files)]
        return as_shell(command), as_yaml(config), as_shell(board)


@dataclass(frozen=True)
class Chosen:
    """The epoch whose map is shown, and the newest that there is."""

    epoch: int
    newest: int


def chosen_epoch(progress: JobProgress, wanted: int, newest_seen: int) -> Chosen | None:
    """Which epoch's map to show: the wanted one, or the newest where that was shown till now.

    Args:
        progress: The training.
        wanted: What the slider says.
        newest_seen: The newest epoch when the slider was drawn; 0 where it never was.

    Returns:
        The epoch; None where no network attends, or none has yet.

    Example:
        >>> chosen_epoch(progress_of_five_epochs, wanted=4, newest_seen=4)   # doctest: +SKIP
        Chosen(epoch=5, newest=5)
    """
    system = _attending(progress)
    if system is None:
        return None
    newest = max(system.attention_by_epoch)
    if wanted >= newest_seen or wanted not in system.attention_by_epoch:
        return Chosen(newest, newest)
    return Chosen(int(wanted), newest)


def facts_html(systems: Sequence[SystemProgress], language: Language) -> str:
    """Numbers of each network, side by side.

    Args:
        systems: The networks of a training.
        language: The language of the page.
    """
    if not systems:
        return f'<p class="hint">{language.say(_NOTHING_YET)}</p>'
    heads = "".join(
        f'<th scope="col">{escape(system_name(system.name, language))}</th>' for system in systems
    )
    rows = "".join(
        f'<tr><th scope="row">{language.say(label)}</th>'
        + "".join(f"<td>{escape(_or_dash(value, system))}</td>" for system in systems)
        + "</tr>"
        for label, value in _FACTS.items()
    )
    return (
        f'<table class="training-facts"><thead><tr><td></td>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _last(field: str, form: str) -> Callable[[SystemProgress], str]:
    def tell(system: SystemProgress) -> str:
        value = system.history[-1].get(field) if system.history else None
        return "" if value is None else format(value, form)

    return tell


_FACTS: dict[str, Callable[[SystemProgress], str]] = {
    later("Target tokens a second"): lambda system: (
        f"{system.tokens_per_second:,.0f}" if system.tokens_per_second else ""
    ),
    later("Device"): lambda system: system.device,
    later("Memory of the process"): lambda system: (
        memory(system.memory_bytes) if system.memory_bytes else ""
    ),
    later("Sentence pairs"): lambda system: f"{system.pairs:,}" if system.pairs else "",
    later("Batches an epoch"): lambda system: f"{system.batches:,}" if system.batches else "",
    later("Parameters"): lambda system: f"{system.parameters:,}" if system.parameters else "",
    later("Perplexity, training"): _last("perplexity", ",.2f"),
    later("Perplexity, validation"): _last("valid_perplexity", ",.2f"),
    later("Learning rate"): _last("learning_rate", ".2e"),
    later("Gradient norm before clipping"): _last("gradient_norm", ".3f"),
    later("Gradient norm after clipping"): _last("clipped_norm", ".3f"),
}

_NOTHING_YET = later("Nothing is known yet: the network is not built.")
_NO_MAP = later("A network with attention shows here, after each epoch, where it looks.")
_MAP_WORDS = later(
    "Where the network looks in the first example while it is made to write the reference: at "
    "first everywhere alike, then at the words that it translates."
)
_BOARD_HINT = later(
    "Shows this training in TensorBoard, which is installed by: pip install tensorboard"
)


def _or_dash(value: Callable[[SystemProgress], str], system: SystemProgress) -> str:
    return value(system) or "–"


def _attending(progress: JobProgress) -> SystemProgress | None:
    return next((s for s in progress.systems.values() if s.attention_by_epoch), None)


def _chart(name: str, title: str) -> gr.Plot:
    with gr.Column(min_width=300, elem_classes="card"):
        gr.Markdown(f"### {title}", elem_classes="card-title")
        return gr.Plot(
            show_label=False, container=False, elem_classes="curves", elem_id=f"curves-{name}"
        )
