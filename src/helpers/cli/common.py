"""What all commands share: options, and how an action is carried out and told."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from helpers.cli import actions
from helpers.faults import ReviewError
from helpers.project import find_root, recover
from helpers.run.errors import UsageError

FOUND, USAGE, INTERRUPTED = 1, 2, 130

Root = Annotated[
    Path | None,
    typer.Option("--root", metavar="DIR", help="The review's folder; default: found from here upwards."),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout and nothing else.")]


def carry_out(
    root: Path | None, as_json: bool, action: Callable[[Path], actions.Result], *, recover_first: bool = True
) -> None:
    """Do it, print what came of it, and leave with the status that says so."""
    status = 0
    # Whatever a library prints meanwhile goes to stderr: stdout is the command's own.
    with contextlib.redirect_stdout(sys.stderr):
        try:
            at = _found(root)
            for name in recover(at) if recover_first else ():  # what a killed command had begun comes first
                sys.stderr.write(f"Finished what an interrupted command had begun: {name}\n")
            result = action(at)
            status = 0 if result.ok else FOUND
        except ReviewError as error:
            result, status = _refusal(error), USAGE if isinstance(error, UsageError) else FOUND
        except OSError as error:
            result, status = _refusal(actions.disk_error(error)), FOUND
        except MemoryError:
            result, status = _refusal(actions.memory_error()), FOUND
        except KeyboardInterrupt:
            sys.stderr.write("\nInterrupted. Nothing is half-written; the same command goes on from here.\n")
            status = INTERRUPTED
    if status == INTERRUPTED:
        raise typer.Exit(INTERRUPTED)
    if as_json:
        typer.echo(json.dumps(result.document, indent=2, ensure_ascii=False))
    if result.text and (not as_json or not result.ok):
        typer.echo(result.text, err=as_json or not result.ok)
    raise typer.Exit(status)


def _found(root: Path | None) -> Path:
    try:
        return find_root(root)
    except ReviewError as error:  # the wrong folder is wrong usage, not a fault of a review
        raise UsageError(error.faults, error.headline) from None


def _refusal(error: ReviewError) -> actions.Result:
    document = {"ok": False, "headline": error.headline, "faults": [fault.to_dict() for fault in error.faults]}
    return actions.Result(False, document, str(error))
