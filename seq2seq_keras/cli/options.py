"""Options of the command line that are made from the configuration, and corpora as arguments."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from seq2seq_keras.config import CHOSEN_BY_CORPUS, FIELD_GROUPS, Config

ModelFolder = Annotated[
    Path, typer.Argument(metavar="MODEL", help="Folder of a saved translator.", show_default=False)
]
Corpora = Annotated[
    list[Path],
    typer.Argument(
        metavar="CORPUS...",
        help="One file with both sides (TSV, CSV, Excel, TMX, JSON and more, see "
        "docs/corpora.md), or two: source, then target, a sentence a line. Packed ones too.",
        show_default=False,
    ),
]
OtherCorpora = list[Path] | None
SourceColumn = Annotated[
    str | None,
    typer.Option(
        help="In a table: name or number, from 1, of the source column.", metavar="COLUMN"
    ),
]
Encoding = Annotated[
    str | None,
    typer.Option(help="Of text files, such as gb18030; found out by default.", metavar="NAME"),
]
TargetColumn = Annotated[
    str | None,
    typer.Option(
        help="In a table: name or number, from 1, of the target column.", metavar="COLUMN"
    ),
]

Clean = Annotated[
    str | None,
    typer.Option(
        help="Rules that mend sentences and leave doubtful pairs out: default, none, all, or names "
        "such as html,repeated; default,-language,+numbers changes a set. docs/corpora.md lists "
        "them. With --from, by default those that the model was trained with.",
        metavar="LIST",
        show_default="default",
    ),
]
ValidSize = Annotated[
    str | None,
    typer.Option(
        help="Of a corpus that is divided: pairs to validate on, such as 2000 or 5%. By default a "
        "twentieth, at most 2,000.",
        metavar="SIZE",
        show_default=False,
    ),
]
TestSize = Annotated[
    str | None,
    typer.Option(
        help="Likewise: pairs to test on; 0 for none.", metavar="SIZE", show_default=False
    ),
]
NearTogether = Annotated[
    bool,
    typer.Option(
        "--near-together",
        help="Of a corpus that is divided: keep sentences that differ in numbers only in one part.",
    ),
]


def with_config_options(command: Callable[..., int | None]) -> Callable[..., int | None]:
    """Gives a command an option for each field of `Config`, passed to it as `**settings`.

    An option that is not given is passed as None, so that a configuration file can decide.
    """
    signature = inspect.signature(command, eval_str=True)
    parameters = [
        parameter for parameter in signature.parameters.values() if parameter.name != "settings"
    ]
    for group, names in FIELD_GROUPS.items():
        for name in names:
            parameters.append(_option(name, group))
    # typer reads both of these.
    command.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return command


def _option(name: str, group: str) -> inspect.Parameter:
    field = Config.model_fields[name]
    default = "none" if field.default is None else str(field.default)
    if name in CHOSEN_BY_CORPUS:
        default = "by corpus"
    if isinstance(field.default, bool):
        default = name.replace("_", "-") if field.default else f"no-{name.replace('_', '-')}"
    kind: Any = field.annotation
    annotation: Any = Annotated[
        kind | None,
        typer.Option(
            help=field.description,
            show_default=False if field.default is None else default,
            rich_help_panel=group,
            metavar="MINUTES" if name == "time_limit" else None,
        ),
    ]
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation
    )


def spread_file_lists(
    arguments: Sequence[str], options: Sequence[str] = ("--valid", "--test", "--memory")
) -> list[str]:
    """Lets `--valid` and the like take one file or two: `--valid a b` is `--valid a --valid b`.

    Example:
        >>> spread_file_lists(["train", "t", "--valid", "a", "b", "--out", "o"])
        ['train', 't', '--valid', 'a', '--valid', 'b', '--out', 'o']
    """
    spread: list[str] = []
    current = None
    for argument in arguments:
        if argument in options:
            current, first = argument, True
            spread.append(argument)
        elif current and not argument.startswith("-"):
            spread += [argument] if first else [current, argument]
            first = False
        else:
            current = None
            spread.append(argument)
    return spread
