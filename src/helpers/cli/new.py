"""The commands `review new ...`: what another team begins with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from helpers.cli import actions
from helpers.cli.common import AsJson, Root, carry_out

new_app = typer.Typer(
    name="new",
    help="Begin something new.\n\nStart with: review new review ../another-review",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@new_app.callback()
def _options() -> None:
    pass  # with it, the one command keeps its name


@new_app.command()
def review(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder that is empty, or not there yet.")],
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Write the skeleton of another review: this engine, empty tables, and texts that wait for words.

    Example: review new review ../another-review
    """
    carry_out(root, as_json, lambda at: actions.new_review(at, folder))
