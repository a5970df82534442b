"""The commands `review signals ...`: what is known since the last search, kept apart from the evidence."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from helpers.cli.actions import Result
from helpers.cli.common import AsJson, Root, carry_out
from helpers.faults import ReviewError

if TYPE_CHECKING:
    import pandas as pd

signals_app = typer.Typer(
    name="signals",
    help="What is known since the last search: noted, followed, answered. Never part of the evidence.\n\nStart with: review signals list",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Kind = Literal["publication", "abstract", "approval", "guidance", "trial", "review"]
Change = Literal["yes", "perhaps", "no"]


@signals_app.command()
def add(
    kind: Annotated[Kind, typer.Option("--kind", help="What it is.")],
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help="As the source gives it.")],
    seen_at: Annotated[
        list[str], typer.Option("--seen-at", metavar="ADDRESS", help="Page that was read; may be repeated.")
    ],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who noted it: a role or initials.")],
    would_change: Annotated[Change, typer.Option("--would-change", help="Would it change the answer?")],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="Why, in one sentence of your own.")],
    authors: Annotated[str, typer.Option("--authors", metavar="TEXT")] = "",
    container: Annotated[str, typer.Option("--in", metavar="TEXT", help="Journal, congress, registry or agency.")] = "",
    date: Annotated[str, typer.Option("--date", metavar="DATE", help="Year, month or day, as stated.")] = "",
    doi: Annotated[str, typer.Option("--doi")] = "",
    pmid: Annotated[str, typer.Option("--pmid")] = "",
    registry_id: Annotated[list[str] | None, typer.Option("--registry-id", help="May be repeated.")] = None,
    url: Annotated[str, typer.Option("--url", metavar="ADDRESS", help="Where it can be read.")] = "",
    section: Annotated[
        list[str] | None, typer.Option("--section", help="Section it bears on; may be repeated.")
    ] = None,
    row: Annotated[list[str] | None, typer.Option("--row", help="Evidence row it bears on; may be repeated.")] = None,
    overlap: Annotated[str, typer.Option("--overlap", metavar="TEXT", help="Patients counted already.")] = "",
    status: Annotated[
        str, typer.Option("--status", metavar="TEXT", help="Of a trial: as the registry states it.")
    ] = "",
    note: Annotated[str, typer.Option("--note", metavar="TEXT")] = "",
    seen_on: Annotated[str, typer.Option("--seen-on", metavar="DATE", help="Default: today.")] = "",
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Note a signal. It is checked as a whole first: everything that is wrong is said at once, and nothing is written.

    Example: review signals add --kind publication --title "..." --seen-at https://... --by AB --would-change perhaps --why "..."
    """
    cells = {
        **{
            "kind": kind,
            "title": title,
            "authors": authors,
            "container": container,
            "date": date,
            "pmid": pmid,
            "url": url,
        },
        "doi": re.sub(r"^\s*(https?://(dx\.)?doi\.org/|doi:\s*)", "", doi, flags=re.IGNORECASE),
        "registry_id": ";".join(registry_id or ()),
        "seen_at": "; ".join(seen_at),
        "seen_on": seen_on or dt.date.today().isoformat(),
        **{"noted_by": by, "would_change": would_change, "why": why, "overlap": overlap, "status_as_stated": status},
        **{"sections": ";".join(section or ()), "rows": ";".join(row or ()), "note": note},
    }
    carry_out(root, as_json, lambda at: _add(at, cells))


def _add(root: Path, cells: dict[str, str]) -> Result:
    from helpers import signals

    name = signals.add(root, {"signal_id": signals.suggested_id(root, cells)} | cells)
    text = f"Noted as {name}. It is shown after: review run; review site"
    return Result(True, {"ok": True, "signal_id": name}, text)


@signals_app.command("list")
def list_(
    open_only: Annotated[bool, typer.Option("--open", help="Only what no update has answered.")] = False,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Show every signal with its state.

    Example: review signals list --open
    """
    carry_out(root, as_json, lambda at: _list(at, open_only=open_only))


def _list(root: Path, *, open_only: bool) -> Result:
    from helpers import signals

    tables = _tables(root)
    found = signals.states(root, tables)
    shown: list[dict[str, Any]] = []
    plain = tables["signals"].astype(object).where(tables["signals"].notna(), "")
    for row in plain.to_dict("records"):
        state = found[row["signal_id"]]
        if state.is_open or not open_only:
            shown.append({str(k): v for k, v in row.items()} | {"state": state.code, "state_in": state.update_id})
    lines = [
        f"{row['signal_id']}: {row['kind']}, {row['state'].replace('_', ' ')}"
        + (f" ({row['state_in']})" if row["state_in"] else "")
        + f"; would change: {row['would_change']}. {row['title']}"
        for row in shown
    ]
    return Result(True, {"ok": True, "signals": shown}, "\n".join(lines) or "No signal is noted.")


@signals_app.command()
def check(root: Root = None, as_json: AsJson = False) -> None:
    """Check the signals, their figures, the trigger log and the checks for retractions.

    Example: review signals check --json
    """
    carry_out(root, as_json, _check)


def _check(root: Path) -> Result:
    from helpers import signals
    from helpers.tables import read_tables

    tables, faults = read_tables(root)
    names = ("signals", "signal_figures", "surveillance", "status_checks")
    own = [f for f in faults if f.file in [f"data/{name}.csv" for name in names]]
    if len(own) == len(faults):  # the rows that signals point to can be read
        own += signals.check(root, tables)
    text = (
        str(ReviewError(own, "The signals break their rules"))
        if own
        else f"{len(tables['signals'])} signals: everything holds"
    )
    return Result(not own, {"ok": not own, "faults": [f.to_dict() for f in own]}, text)


@signals_app.command()
def answer(
    signal: Annotated[str, typer.Argument(metavar="SIGNAL", help="Id of the signal.")],
    update: Annotated[str, typer.Option("--update", metavar="UPDATE", help="Update for which you answer.")],
    said: Annotated[
        Literal["waits", "outside"],
        typer.Option("--answer", help="waits: open for the next search; outside: cannot become evidence."),
    ],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason.")],
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Answer for a signal that no record of the update answers; the merge asks for it.

    Example: review signals answer s-2025-someone --update 2024-06-30 --answer waits --why "abstract only; paper awaited"
    """
    carry_out(root, as_json, lambda at: _answer(at, signal, update=update, said=said, why=why))


def _answer(root: Path, signal: str, *, update: str, said: str, why: str) -> Result:
    from helpers import signals

    signals.answer(root, signal, update_id=update, answer=said, why=why)
    return Result(True, {"ok": True, "signal_id": signal}, f"{signal}: {said} ({update}).")


@signals_app.command()
def retractions(
    file: Annotated[
        Path, typer.Option("--file", metavar="FILE", help="Retraction data as Crossref publishes them (CSV).")
    ],
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Check every included study and every signal against Crossref's retraction data, and keep the dated result.

    The file: gitlab.com/crossref/retraction-watch-data. Example: review signals retractions --file retraction_watch.csv
    """
    carry_out(root, as_json, lambda at: _retractions(at, file))


def _retractions(root: Path, file: Path) -> Result:
    from helpers import signals

    tables = _tables(root)
    new = signals.from_file(root, tables, file, today=dt.date.today().isoformat())
    grave = [row for row in new if row["finding"] != "none"]
    reach = signals.where_checked(root, _tables(root))
    lines = [f"{row['study_id'] or row['signal_id']}: {row['finding']} ({row['notice']})" for row in grave]
    lines.append(f"{len(new)} checks kept in data/status_checks.csv, {len(grave)} with a notice.")
    lines += [
        f"{group}: {done} of {every} checked; {can} have an identifier"
        for group, (done, can, every, *_) in reach.items()
    ]
    return Result(True, {"ok": True, "checks": new}, "\n".join(lines))


def _tables(root: Path) -> dict[str, pd.DataFrame]:
    from helpers.tables import read_tables

    tables, faults = read_tables(root)
    if faults:
        raise ReviewError(faults, "The tables cannot be read")
    return tables
