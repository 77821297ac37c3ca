"""The command `app`."""

from __future__ import annotations

from itertools import zip_longest
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperCommand

from seq2seq_keras.cli.accounts import DataDir


class AppCommand(TyperCommand):
    """Lets `--auth` stand alone, which is `--auth accounts`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        words = []
        for word, following in zip_longest(args, args[1:]):
            alone = word == "--auth" and following not in ("accounts", "hub")
            words.append("--auth=accounts" if alone else word)
        return super().parse_args(ctx, words)


def app(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 7860,
    data_dir: DataDir = None,
    auth: Annotated[
        Literal["accounts", "hub"] | None,
        typer.Option(
            metavar="[hub]",
            help="Ask for a login, of the accounts that `seq2seq-keras accounts` makes, or by the "
            "Hugging Face Hub; by default as SEQ2SEQ_AUTH says.",
            show_default=False,
        ),
    ] = None,
    no_auth: Annotated[
        bool, typer.Option("--no-auth", help="Ask for no login, whatever SEQ2SEQ_AUTH says.")
    ] = False,
    quota: Annotated[
        float | None,
        typer.Option(
            metavar="GB",
            help="What each of those who log in may keep; 0 is as much as the disk has. By default "
            "as SEQ2SEQ_QUOTA says, else 10.",
            show_default=False,
        ),
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="A host name by which a proxy makes the app reached; can be given several times.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Serve the app for the browser: translate, train, compare, understand."""
    from seq2seq_keras.app.serving import default_data_dir, run

    run(
        host=host,
        port=port,
        data_dir=data_dir or default_data_dir(),
        auth="none" if no_auth else auth,
        allowed_hosts=allow_host or [],
        quota=quota,
    )
