"""The whole page: a heading, five tabs, and what happens when one is opened."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gradio as gr

from seq2seq_keras.app.api import register
from seq2seq_keras.app.drawer import Drawer
from seq2seq_keras.app.late import built_when_opened
from seq2seq_keras.app.masthead import masthead
from seq2seq_keras.app.studio import QUIET, Studio, words
from seq2seq_keras.app.tabs import compare, models, train, translate, understand
from seq2seq_keras.app.visitors.notice import notice_html
from seq2seq_keras.localisation import Language, later

TITLE = later("seq2seq-keras: train, compare and understand translation models")


def build_page(studio: Studio, language: Language) -> gr.Blocks:
    """Builds the page; what it shows of the workspace is read again when a tab opens.

    Args:
        studio: What all pages share.
        language: The language of this one.

    Returns:
        The page, to be mounted beside that of the other language.
    """
    studio, say = replace(studio, language=language), language.say
    with gr.Blocks(title=say(TITLE), analytics_enabled=False) as page:
        masthead(language)
        if studio.limits is not None:
            words(notice_html(studio.limits, language), "demo")
        drawer = Drawer(language)
        to_understand = gr.State()  # the model that another tab leads to the inside of
        with gr.Tabs(elem_id="tabs") as tabs:
            with gr.Tab(say("Translate"), id="translate") as translate_tab:
                translate_part = translate.build(studio, drawer)
            with gr.Tab(say("Train"), id="train") as train_tab:
                train_part = train.build(studio, drawer)
            with gr.Tab(say("Compare"), id="compare") as compare_tab:
                compare_part = compare.build(studio, drawer)
            with gr.Tab(say("Understand"), id="understand") as understand_tab:
                built_when_opened(
                    understand_tab,
                    lambda: understand.build(studio, understand_tab.select, to_understand),
                )
            with gr.Tab(say("Models"), id="models") as models_tab:
                models_part = models.build(studio, drawer)

        translate_tab.select(
            translate_part.refresh,
            inputs=translate_part.chosen,
            outputs=translate_part.refreshed,
            **QUIET,
        )
        panel = train_part.panel
        train_tab.select(
            train_part.refresh, inputs=panel.job, outputs=train_part.refreshed, **QUIET
        ).success(panel.show, inputs=panel.watched, outputs=panel.outputs, **QUIET)
        compare_tab.select(
            compare_part.refresh,
            inputs=compare_part.chosen,
            outputs=compare_part.refreshed,
            **QUIET,
        ).success(
            compare_part.show,
            inputs=compare_part.looked_at,
            outputs=compare_part.shown,
            api_visibility="private",
        )
        models_tab.select(
            models_part.refresh,
            inputs=models_part.inputs,
            outputs=models_part.refreshed,
            **QUIET,
        ).success(models_part.measure, outputs=models_part.disk, **QUIET)
        _connect_tabs(studio, tabs, train_part, translate_part, compare_part)
        register(studio)
        _connect_models(studio, tabs, models_part, translate_part, compare_part, to_understand)
        # Trainings that run are seen from every tab.
        page.load(train_part.refresh, inputs=panel.job, outputs=train_part.refreshed, **QUIET).then(
            panel.show, inputs=panel.watched, outputs=panel.outputs, **QUIET
        )
        drawer.list.click(_open_train, outputs=tabs, **QUIET)
        for way in translate_part.ways:
            way.click(_open_tab, outputs=tabs, **QUIET)
        # The first thing a visitor sees is a translation, made as soon as the process is warm.
        translate_part.translate_on(page.load, first=True)
    return page


def _open_train(event: gr.EventData) -> Any:
    return gr.Tabs(selected="train") if event.act == "show" else gr.skip()


def _open_tab(event: gr.EventData) -> Any:
    return gr.Tabs(selected=event.tab)


def _connect_tabs(
    studio: Studio,
    tabs: gr.Tabs,
    train_part: train.Train,
    translate_part: translate.Translate,
    compare_part: compare.Compare,
) -> None:
    """The ways from a finished training to its models and its comparison."""
    panel = train_part.panel

    def model_of(job_id: str) -> object:
        names = studio.workspace.jobs.get(job_id).models.values()
        ids = [info.id for info in studio.workspace.models()]
        # Of two networks, the one with attention: its translation comes with a map.
        ranked = sorted(names, key=lambda name: "plain" in name)
        chosen = next((f"mine/{name}" for name in ranked if f"mine/{name}" in ids), None)
        return gr.update(choices=studio.model_choices(), value=chosen)

    panel.to_translate.click(
        lambda job_id: (gr.Tabs(selected="translate"), model_of(job_id)),
        inputs=panel.job,
        outputs=[tabs, translate_part.model],
        **QUIET,
    )
    panel.to_compare.click(
        lambda job_id: (
            gr.Tabs(selected="compare"),
            *compare_part.refresh(None, None, job_id),
        ),
        inputs=panel.job,
        outputs=[tabs, *compare_part.refreshed],
        **QUIET,
    ).success(
        compare_part.show,
        inputs=compare_part.looked_at,
        outputs=compare_part.shown,
        api_visibility="private",
    )
    compare_part.to_train.click(
        lambda: (gr.Tabs(selected="train"), "both"),
        outputs=[tabs, train_part.architecture],
        **QUIET,
    )


def _connect_models(
    studio: Studio,
    tabs: gr.Tabs,
    models_part: models.Models,
    translate_part: translate.Translate,
    compare_part: compare.Compare,
    to_understand: gr.State,
) -> None:
    """The ways from a model's card to where it is used."""

    def use(event: gr.EventData) -> dict[Any, Any]:
        if event.act == "understand":
            return {tabs: gr.Tabs(selected="understand"), to_understand: event.item}
        if event.act == "translate":
            chosen = gr.update(choices=studio.model_choices(), value=event.item)
            return {tabs: gr.Tabs(selected="translate"), translate_part.model: chosen}
        lists = compare_part.refresh(compare_part.with_partner(event.item), None, None)
        return {
            tabs: gr.Tabs(selected="compare"),
            **dict(zip(compare_part.refreshed, lists, strict=True)),
        }

    outputs = [tabs, to_understand, translate_part.model, *compare_part.refreshed]
    models_part.cards.select(use, outputs=outputs, **QUIET)
