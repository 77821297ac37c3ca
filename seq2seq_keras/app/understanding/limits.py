"""The two limits of a model without attention, measured: bottleneck and long distances."""

from __future__ import annotations

from collections import OrderedDict
from html import escape
from typing import Any

import gradio as gr

from seq2seq_keras.app import limits_figures
from seq2seq_keras.app.comparison_choices import distinct, fitting
from seq2seq_keras.app.studio import QUIET, Studio, readable_errors
from seq2seq_keras.app.understanding.shown import ShownPart
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import ModelInfo
from seq2seq_keras.localisation import later

RADII = (0.5, 1.0, 1.5)
_KEPT = 16

_BOTTLENECK = later(
    "Without attention the decoder learns of the source through one vector, c. Can the words still "
    "be read off it? A **linear probe** learns to name the token at each position from c, and is "
    "scored on sentences that it has not seen, beside a probe on the encoder's state at that very "
    "word and the commonest token there. What a probe cannot name may be in c in another form: it "
    "is an approximation, good for comparing. Bars are 95% intervals."
)
_DISTANCE = later(
    "Does an output still depend on a word far back? The norm of its gradient with respect to the "
    "word's vector says how much, by how many recurrent steps lie between them. The mean is over "
    "all pairs of the sentences. With attention there is a shorter way to the words attended to, "
    "wherever they stand, and little goes to the others, so the mean may be lower: compare how the "
    "curves fall, not how high they are."
)
_FRESH = later(
    "The same before any training, where it can be calculated: going back a step multiplies a "
    "gradient by a matrix. With a **spectral radius** below 1 it vanishes, above 1 it may explode, "
    "and gates change the picture. **Clipping** scales a gradient that is too long back to length "
    "1; one that has vanished it cannot bring back."
)


class LimitsPart:
    """The part's components, and what fills them.

    Args:
        studio: What all parts share.
    """

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._known: OrderedDict[tuple[Any, ...], dict[str, Any]] = OrderedDict()
        say = studio.language.say
        with gr.Column(elem_classes="card"):
            gr.Markdown(f"### {say('The information bottleneck')}", elem_classes="card-title")
            gr.Markdown(say(_BOTTLENECK), elem_classes="limits-words")
            with gr.Row():
                self.test = gr.Dropdown(
                    label=say("Sentences to measure on"),
                    filterable=False,
                    scale=4,
                    elem_id="limits-test",
                )
                self._go = gr.Button(
                    say("Measure"),
                    variant="primary",
                    scale=0,
                    min_width=160,
                    elem_classes="level",
                    elem_id="limits-go",
                )
            self._told = gr.HTML(js_on_load=None, elem_id="limits-told")
            with gr.Row():
                self._positions = _chart("limits-positions")
                self._lengths = _chart("limits-lengths")
        with gr.Column(elem_classes="card"):
            gr.Markdown(f"### {say('BLEU by source length')}", elem_classes="card-title")
            self._compared = gr.Markdown(elem_classes="limits-words")
            self._bleu = _chart("limits-bleu")
        with gr.Column(elem_classes="card"):
            gr.Markdown(f"### {say('Long distances')}", elem_classes="card-title")
            gr.Markdown(say(_DISTANCE), elem_classes="limits-words")
            self._distances = _chart("limits-distances")
        with gr.Column(elem_classes="card"):
            gr.Markdown(f"### {say('Vanishing and exploding')}", elem_classes="card-title")
            gr.Markdown(say(_FRESH), elem_classes="limits-words")
            self._radius = gr.Radio(
                [(f"{radius:g}", radius) for radius in RADII],
                value=RADII[1],
                label=say("Spectral radius of the recurrent matrices"),
                elem_id="limits-radius",
            )
            with gr.Row():
                self._jacobians = _chart("limits-jacobians", visible=True)
                self._clipped = _chart("limits-clipped", visible=True)

    def connect(self, shown: ShownPart, model: Any, beside: Any) -> None:
        """Fills the part while it is shown, and measures when that is wanted.

        Args:
            shown: Who knows whether it is shown.
            model, beside: The components that hold the models' ids.
        """
        fresh = [self._jacobians, self._clipped]
        measured = [self._told, self._positions, self._lengths, self._distances]
        shown.fill(
            "limits",
            self._fill,
            inputs=[model, beside, self.test, self._radius],
            outputs=[self.test, *measured, self._compared, self._bleu, *fresh],
            queue=False,
            show_progress="hidden",
        )
        self._radius.input(self._draw_fresh, inputs=self._radius, outputs=fresh, **QUIET)
        self.test.input(
            self._show_known, inputs=[model, beside, self.test], outputs=measured, **QUIET
        )
        self._go.click(
            self._measure,
            inputs=[model, beside, self.test],
            outputs=measured,
            api_visibility="private",
            show_progress_on=[self._told],
        )

    def _models(self, *ids: str | None) -> list[ModelInfo]:
        known = {info.id: info for info in self._studio.workspace.models()}
        return [known[each] for each in ids if each in known]

    def _fill(
        self, model_id: str | None, beside_id: str | None, test: str | None, radius: float
    ) -> tuple[Any, ...]:
        """All that is known without measuring."""
        fit = self._fitting_tests(model_id, beside_id)
        test = test if test in fit else next(iter(fit), None)
        choices = [(name, each) for each, name in fit.items()]
        return (
            gr.update(choices=choices, value=test),
            *self._show_known(model_id, beside_id, test),
            *self._show_bleu(model_id, beside_id),
            *self._draw_fresh(radius),
        )

    def _fitting_tests(self, model_id: str | None, beside_id: str | None) -> dict[str, str]:
        """The names of the test sets that fit; those kept out of the training come first."""
        tests = {each.id: each for each in self._studio.workspace.test_sets()}
        fit = fitting(list(tests.values()), self._models(model_id, beside_id))
        return {each: self._studio.language.error(tests[each].name) for each in fit}

    def _key(self, info: ModelInfo, test: str | None) -> tuple[Any, ...]:
        return info.id, info.saved, test

    def _show_known(
        self, model_id: str | None, beside_id: str | None, test: str | None
    ) -> tuple[Any, ...]:
        """What was measured before."""
        models = self._models(model_id, beside_id)
        keys = [self._key(info, test) for info in models]
        if not models or any(key not in self._known for key in keys):
            say = self._studio.language.say
            hint = say("Nothing is measured yet for this choice. It takes some seconds a model.")
            hidden = gr.update(visible=False)
            return f'<p class="hint">{hint}</p>', hidden, hidden, hidden
        return self._drawn(models, [self._known[key] for key in keys])

    @readable_errors
    def _measure(
        self, model_id: str | None, beside_id: str | None, test: str | None
    ) -> tuple[Any, ...]:
        models = self._models(model_id, beside_id)
        if not models:
            raise InputError("Choose a model.")
        # Whoever is quick presses before the list is filled.
        test = test or next(iter(self._fitting_tests(model_id, beside_id)), None)
        if not test:
            raise InputError("There is no test set for these languages. Upload one in Compare.")
        reading = self._studio.workspace.test_set(test).reading()
        for side in ("source_lang", "target_lang"):  # else they would be guessed
            reading[side] = reading[side] or getattr(models[0].config, side)
        results = []
        for info in models:
            key = self._key(info, test)
            if key not in self._known:
                self._known[key] = self._studio.translation.limits(info.folder, reading)
            self._known.move_to_end(key)
            results.append(self._known[key])
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return self._drawn(models, results)

    def _drawn(self, models: list[ModelInfo], results: list[dict[str, Any]]) -> tuple[Any, ...]:
        """Words and charts; the probes are those of the first model."""
        language, found = self._studio.language, results[0]["bottleneck"]
        overall = found["overall"]
        text = language.say(
            "{model}: of {cases:,} tokens in {held_out:,} held-out sentences, the probe names "
            "{context:.0%} from c, {states:.0%} from the state at the word, and {majority:.0%} "
            "without looking. It learnt from {train:,} other sentences.",
            model=models[0].name,
            cases=overall["cases"],
            held_out=found["num_held_out"],
            train=found["num_train"],
            **{name: overall[name] for name in ("context", "states", "majority")},
        )
        names = distinct([info.name for info in models])
        distances = {name: result["gradients"] for name, result in zip(names, results, strict=True)}
        return (
            f"<p>{escape(text)}</p>",
            gr.Plot(limits_figures.probe_by_position(found, language), visible=True),
            gr.Plot(limits_figures.probe_by_length(found, language), visible=True),
            gr.Plot(limits_figures.gradients_by_distance(distances, language), visible=True),
        )

    def _draw_fresh(self, radius: float) -> tuple[Any, ...]:
        language, radius = self._studio.language, radius if radius in RADII else RADII[1]
        return (
            limits_figures.fresh_jacobians(radius, language),
            limits_figures.fresh_gradients_clipped(radius, language),
        )

    def _show_bleu(self, model_id: str | None, beside_id: str | None) -> tuple[Any, ...]:
        """BLEU by length out of the newest comparison of these models."""
        say = self._studio.language.say
        names = [info.name for info in self._models(model_id, beside_id)]
        job = self._studio.workspace.comparison_with(names) if names else None
        if job is None:
            text = say(
                "How much this costs shows in BLEU against length. Compare this model with another "
                "in the *Compare* tab, and the chart appears here."
            )
            return text, gr.update(visible=False)
        from seq2seq_keras.comparison import Report, charts

        report = Report.load(job.out)
        text = say("From the comparison “{name}”. Bars are 95% intervals.", name=job.name)
        figure = limits_figures.on_page(charts.bleu_by_length(report, self._studio.language))
        return text, gr.Plot(figure, visible=True)


def _chart(elem_id: str, visible: bool = False) -> gr.Plot:
    return gr.Plot(
        show_label=False,
        container=False,
        visible=visible,
        min_width=320,
        elem_classes="curves",
        elem_id=elem_id,
    )
