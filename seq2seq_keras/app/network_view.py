"""The networks that a form describes: drawn, with the shapes and parameters of their parts."""

from __future__ import annotations

from collections.abc import Mapping

from seq2seq_keras.app.schematic import schematic
from seq2seq_keras.app.wording import system_name
from seq2seq_keras.config import Config
from seq2seq_keras.localisation import Language, later
from seq2seq_keras.network_size import count_parameters, parameter_parts

_PARTS = {
    "source_embedding": later("Source embedding"),
    "encoder": later("Encoder"),
    "start": later("Start of the decoder"),
    "attention": later("Attention"),
    "target_embedding": later("Target embedding"),
    "decoder": later("Decoder"),
    "output": later("Output"),
}

_T, _T_OUT = "<i>T</i>", "<i>T</i>′"


def parameter_words(networks: Mapping[str, Config], language: Language) -> str:
    """Says how many parameters networks have whose vocabularies are as large as they may be.

    Args:
        networks: Configurations by the networks' names.
        language: The language of the page.
    """
    counts = {name: _count(config) for name, config in networks.items()}
    if len(counts) == 1:
        return language.say("{count:,} parameters.", count=next(iter(counts.values())))
    return language.say(
        "{attention:,} parameters with attention, {plain:,} without.",
        attention=counts["attention"],
        plain=counts["plain"],
    )


def network_html(networks: Mapping[str, Config], language: Language) -> str:
    """Draws networks and lists their parts.

    Only words and numbers of ours enter it.

    Args:
        networks: Configurations by the networks' names.
        language: The language of the page.

    Example:
        >>> network_html({"plain": Config(attention="none")}, ENGLISH).count("<svg")
        1
    """
    return "".join(
        f'<section class="network"><h4>{system_name(name, language)}</h4>'
        f'<div class="network-drawing">{schematic(config, language)}</div>'
        f"{_table(config, language)}</section>"
        for name, config in networks.items()
    )


def _table(config: Config, language: Language) -> str:
    say = language.say
    parts = parameter_parts(config, config.vocab_size, config.vocab_size)
    rows = "".join(
        f'<tr><th scope="row">{say(_PARTS[part])}</th><td>{symbol}</td><td>{shape}</td>'
        f'<td class="number">{parts[part]:,}</td></tr>'
        for part, (symbol, shape) in _symbols(config).items()
    )
    total = sum(parts.values())
    titles = (say("Part"), say("What it computes"), say("Shape"), say("Parameters"))
    heads = "".join(f'<th scope="col">{title}</th>' for title in titles)
    return (
        '<div class="network-parts"><table><thead><tr>'
        f"{heads}</tr></thead>"
        f"<tbody>{rows}</tbody><tfoot><tr>"
        f'<th scope="row" colspan="3">{say("In all, with full vocabularies")}</th>'
        f'<td class="number">{total:,}</td></tr></tfoot></table></div>'
    )


def _symbols(config: Config) -> dict[str, tuple[str, str]]:
    """What each part computes, and the shape of that for one sentence pair."""
    units, width, words = config.units, config.embedding_dim, config.vocab_size
    state = "C<sub>0</sub>, s<sub>0</sub>" if config.cell == "lstm" else "s<sub>0</sub>"
    states = config.decoder_layers * (2 if config.cell == "lstm" else 1)
    symbols = {
        "source_embedding": ("E x<sub>i</sub>", f"{_T} × {width}"),
        "encoder": ("h<sub>i</sub>", f"{_T} × {units}"),
        "start": (
            f"{state} = tanh(W c + b)",
            f"{states} × {units}" if states > 1 else f"{units}",
        ),
    }
    if config.attention == "none":
        context = "c"
    else:
        context = "c<sub>t</sub>"
        symbols["attention"] = (
            f"a<sub>ti</sub> = softmax(e<sub>ti</sub>), "
            f"e<sub>ti</sub> = {_score(config.attention, config.attention_placement)}",
            f"{_T_OUT} × {_T}",
        )
    return {
        **symbols,
        "target_embedding": ("E y<sub>t−1</sub>", f"{_T_OUT} × {width}"),
        "decoder": ("s<sub>t</sub>", f"{_T_OUT} × {units}"),
        "output": (
            f"softmax(V tanh(W<sub>o</sub> [y<sub>t−1</sub>; s<sub>t</sub>; {context}]))",
            f"{_T_OUT} × {words}",
        ),
    }


def _score(attention: str, placement: str) -> str:
    s = "s<sub>t−1</sub>" if placement == "before" else "s<sub>t</sub>"
    h = "h<sub>i</sub>"
    return {
        "dot": f"{s} · {h}",
        "scaled_dot": f"{s} · {h} / √d",
        "general": f"{s}′ W {h}",
        "additive": f"v′ tanh(W {s} + U {h})",
    }[attention]


def _count(config: Config) -> int:
    return count_parameters(config, config.vocab_size, config.vocab_size)
