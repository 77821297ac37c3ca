"""Components that show what happens inside a translator, all of the same trace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

_STORE = Path(__file__).with_name("trace_store.js")
_CARRIER = """
const show = () => props.value && seq2seqTrace.show(...props.value);
watch("value", show);
show();
trigger("select");
"""


def trace_carrier(elem_id: str) -> gr.HTML:
    """Builds what brings traces to the page; it cannot be seen.

    Its value is a list of one trace or two, as `jobs.explaining.trace_json` describes them: of
    the model, and of the one beside it. Its event `select` says that it is on the page, ready to
    take one.
    """
    return traced("<span hidden></span>", _CARRIER, elem_id=elem_id)


def traced(template: str, *scripts: str | Path, **settings: Any) -> gr.HTML:
    """Builds a component that draws the trace on the page.

    Args:
        template: Its HTML, a constant of ours.
        scripts: What draws: JavaScript or files of it, which share one scope. They find Gradio's
            `element`, `props`, `trigger` and `watch`, and the traces in `seq2seqTrace`; see
            `trace_store.js`.
        settings: Of `gr.HTML`.

    Example:
        >>> traced('<ol></ol>', 'seq2seqTrace.subscribe(element, () => ...)', elem_id="words")
    """
    texts = [
        script.read_text(encoding="utf-8") if isinstance(script, Path) else script
        for script in (_STORE, *scripts)
    ]
    return gr.HTML(
        None,
        html_template=template,
        js_on_load="\n".join(texts),
        apply_default_css=False,
        **settings,
    )
