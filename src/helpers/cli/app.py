"""The command `review`. Thin: it reads options, calls one function, and tells people or machines what came of it."""

from __future__ import annotations

from importlib import metadata
from typing import Annotated, Any, Literal

import typer

from helpers.cli import actions
from helpers.cli.common import AsJson, Root, carry_out
from helpers.cli.new import new_app
from helpers.cli.signals import signals_app
from helpers.cli.update import update_app

app = typer.Typer(
    name="review",
    help="Run, check and publish the living review.\n\nStart with: review build",
    epilog="Exit status: 0 success, 1 something to mend (invalid data, a failed notebook), 2 wrong usage.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(update_app)
app.add_typer(signals_app)
app.add_typer(new_app)

Renderer = Annotated[
    Literal["auto", "quarto", "pandoc"],
    typer.Option("--renderer", help="auto: Quarto where it is installed, else Pandoc."),
]
Notebooks = Annotated[
    list[str] | None, typer.Argument(metavar="[NOTEBOOK]...", help="Names, numbers or paths; default: all.")
]
AsOf = Annotated[
    str | None,
    typer.Option(metavar="UPDATE", help="Look back: only evidence up to this update. Writes to _runs/UPDATE/."),
]
Jobs = Annotated[int | None, typer.Option(min=1, metavar="N", help="Notebooks at a time; default: one per core.")]
Force = Annotated[bool, typer.Option("--force", help="Also what is up to date. Never over unsaved edits.")]
Parameters = Annotated[
    list[str] | None,
    typer.Option(
        "--parameter", "-p", metavar="NAME VALUE", help="Another value for a parameter. Writes to _runs/NAME=VALUE/."
    ),
]


class _Paired(typer.core.TyperCommand):
    """A command whose `-p` takes two words, as papermill's does; Typer has no way to say so for a repeated option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments with each name and value joined by an equals sign, which is also understood as such."""
        joined: list[str] = []
        words = list(args)
        while words:
            joined.append(words.pop(0))
            if joined[-1] in ("-p", "--parameter") and words:
                name = words.pop(0)
                # A value may begin with a minus sign; with two it is the next option, and the value was forgotten.
                has_value = "=" not in name and words and not words[0].startswith("--")
                joined.append(f"{name}={words.pop(0)}" if has_value else name)
        return super().parse_args(ctx, joined)


def _pairs(written: list[str] | None) -> list[tuple[str, str]]:
    pairs = [text.partition("=") for text in written or []]
    if lonely := [name for name, equals, _ in pairs if not equals]:
        raise typer.BadParameter(f"{lonely[0]} has no value; write: -p {lonely[0]} VALUE", param_hint="-p")
    return [(name, value) for name, _, value in pairs]


def _show_version(wanted: bool) -> None:
    if wanted:
        commands = metadata.entry_points(group="console_scripts", name="review")
        (version, *_) = (command.dist.version for command in commands if command.dist)
        typer.echo(f"review {version}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Print the version and stop.")
    ] = False,
) -> None:
    pass  # the option acts before any command is looked for


@app.command(cls=_Paired)
def run(
    notebooks: Notebooks = None,
    as_of: AsOf = None,
    jobs: Jobs = None,
    force: Force = False,
    parameter: Parameters = None,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Execute the notebooks that are out of date.

    With default parameters the committed pair is updated; with others the result goes to _runs/.

    Example: review run 05-some-drug --as-of 2023-06-30 -p level 0.9
    """
    pairs = _pairs(parameter)
    carry_out(
        root, as_json, lambda at: actions.run(at, notebooks, as_of=as_of, parameters=pairs, jobs=jobs, force=force)
    )


@app.command()
def site(renderer: Renderer = "auto", force: Force = False, root: Root = None, as_json: AsJson = False) -> None:
    """Render _site/ from the executed notebooks; runs no code.

    Example: review site --renderer pandoc
    """
    carry_out(root, as_json, lambda at: actions.site(at, renderer=renderer, force=force))


@app.command()
def build(
    renderer: Renderer = "auto", jobs: Jobs = None, force: Force = False, root: Root = None, as_json: AsJson = False
) -> None:
    """Run the notebooks, then render the site; after a failed notebook the site stays as it is.

    Example: review build
    """
    carry_out(root, as_json, lambda at: actions.build(at, renderer=renderer, jobs=jobs, force=force))


@app.command()
def check(
    release: Annotated[
        bool, typer.Option("--release", help="Also what a publication needs: addresses, contact, DOI.")
    ] = False,
    pairs: Annotated[
        bool, typer.Option("--pairs", help="Only whether both forms of a notebook were edited; ask before a sync.")
    ] = False,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Check every rule of data, notebooks and site, and print all faults at once.

    Example: review check --json
    """
    carry_out(root, as_json, actions.check_pairs if pairs else lambda at: actions.check(at, release=release))


@app.command()
def doctor(root: Root = None, as_json: AsJson = False) -> None:
    """Put aside what machines made and nobody can read (results, journal, caches), and make it again; never people's work.

    Example: review doctor
    """
    from helpers.cli.doctor import doctor as mend

    carry_out(root, as_json, mend, recover_first=False)


@app.command()
def audit(
    section: Annotated[str | None, typer.Option(metavar="S", help="Only this section, e.g. some_drug.")] = None,
    verdict: Annotated[
        Literal["reproduced", "rounding", "differs", "cannot_be_checked"] | None,
        typer.Option(help="Only statements with this verdict."),
    ] = None,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Recompute every number that the source review prints.

    Example: review audit --section some_drug --verdict differs
    """
    carry_out(root, as_json, lambda at: actions.audit(at, section=section, verdict=verdict))


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on localhost; 0 takes a free one.")] = 8000,
    renderer: Renderer = "auto",
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Preview _site/ on localhost and rebuild what changes, until Ctrl-C.

    Example: review serve --port 8080
    """
    carry_out(root, as_json, lambda at: actions.serve(at, port=port, renderer=renderer))


@app.command()
def diff(
    before: Annotated[str, typer.Argument(metavar="UPDATE", help="Earlier update or version, e.g. 2023-06-30.")],
    after: Annotated[str, typer.Argument(metavar="UPDATE", help="Later update or version, e.g. 2024.1.")],
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Say what changed between two updates: conclusions first, then estimates, studies, totals, searches.

    Example: review diff 2023-06-30 2024-06-30
    """
    carry_out(root, as_json, lambda at: actions.diff(at, before, after))


def main() -> None:
    """Entry point of the console script."""
    app()
