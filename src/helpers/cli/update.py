"""The commands `review update ...`: one for each step of the yearly update."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

import typer

from helpers.cli import updating
from helpers.cli.common import AsJson, Root, carry_out

update_app = typer.Typer(
    name="update",
    help="The yearly update, step by step. Every step can be stopped and repeated.\n\nStart with: review update status",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Files = list[Path] | None
Pubmed = Annotated[
    Files, typer.Option("--pubmed", metavar="FILE", help="Export of PubMed; may be given several times.")
]
Embase = Annotated[
    Files, typer.Option("--embase", metavar="FILE", help="Export of Embase; may be given several times.")
]
Registers = Annotated[
    Files, typer.Option("--register", metavar="[NAME=]FILE", help="Export of a register of studies; NAME says which.")
]
Other = Annotated[
    Files, typer.Option("--other", metavar="[NAME=]FILE", help="Records found by other methods, e.g. citations.")
]
Anyway = Annotated[
    list[str] | None,
    typer.Option(
        "--anyway",
        metavar="FILE=DOUBT",
        help="A doubt about a file that is right all the same, as its message names it.",
    ),
]
Expect = Annotated[
    list[str] | None,
    typer.Option("--expect", metavar="FILE=N", help="How many records the database showed; once for each file."),
]
Alike = Annotated[bool, typer.Option("--anyway", help="Two files are alike, and yet by two people.")]
Person = Annotated[str, typer.Option("--person", metavar="NAME", help="Who decides.")]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, in a few words.")]
Phase = Annotated[
    Literal["title_abstract", "full_text"] | None, typer.Option("--phase", help="Default: the phase that comes next.")
]


@update_app.command()
def start(
    update: Annotated[str, typer.Argument(metavar="UPDATE", help="Last day that the search covers, YYYY-MM-DD.")],
    pubmed: Pubmed = None,
    embase: Embase = None,
    register: Registers = None,
    other: Other = None,
    expect: Expect = None,
    anyway: Anyway = None,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Start an update with the exports of its searches.

    Example: review update start 2024-06-30 --pubmed pubmed.nbib --embase embase.ris
    """
    given = {"pubmed": pubmed, "embase": embase, "register": register, "other": other}
    carry_out(root, as_json, lambda at: updating.start(at, update, given, expect=expect or (), anyway=anyway or ()))


@update_app.command()
def status(root: Root = None, as_json: AsJson = False) -> None:
    """Say where the update stands, what comes next, who has to act, and what going back would lose.

    Example: review update status --json
    """
    carry_out(root, as_json, updating.status)


@update_app.command("import")
def import_(
    pubmed: Pubmed = None,
    embase: Embase = None,
    register: Registers = None,
    other: Other = None,
    expect: Expect = None,
    anyway: Anyway = None,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Add further exports to the update that is under way.

    Example: review update import --other zotero.ris
    """
    given = {"pubmed": pubmed, "embase": embase, "register": register, "other": other}
    carry_out(root, as_json, lambda at: updating.add(at, given, expect=expect or (), anyway=anyway or ()))


@update_app.command()
def link(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the open pairs side by side.")
    ] = None,
    decisions: Annotated[Path | None, typer.Option("--decisions", metavar="FILE", help="That list, filled in.")] = None,
    pair: Annotated[
        tuple[str, str, str] | None, typer.Option("--pair", metavar="A RELATION B", help="Decide on one pair.")
    ] = None,
    person: Person = "",
    why: Why = "",
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Decide which records belong together where the rules are not certain.

    Example: review update link --decisions links.csv --person "A. Reader"
    """
    carry_out(
        root, as_json, lambda at: updating.link(at, out=out, decisions=decisions, pair=pair, person=person, why=why)
    )


@update_app.command()
def notices(
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where to write the list.")] = None,
    decisions: Annotated[Path | None, typer.Option("--decisions", metavar="FILE", help="That list, filled in.")] = None,
    person: Person = "",
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Look at retractions and corrections of included studies: a list out, what they change in.

    Example: review update notices --decisions notices.csv --person "A. Reader"
    """
    carry_out(root, as_json, lambda at: updating.notices(at, out=out, decisions=decisions, person=person))


@update_app.command()
def screen(
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Write a list for each reviewer.")] = None,
    form: Annotated[
        Literal["csv", "xlsx", "ris", "rayyan", "asreview"],
        typer.Option("--format", help="For which tool the lists are."),
    ] = "csv",
    reviewer: Annotated[
        list[str] | None,
        typer.Option(
            "--reviewer", metavar="NAME", help="Whose lists, or whose decisions: once for each file, in order."
        ),
    ] = None,
    ranking: Annotated[Path | None, typer.Option("--ranking", metavar="FILE", help="Order from ASReview.")] = None,
    decisions: Annotated[
        Files, typer.Option("--decisions", metavar="FILE", help="Decisions of a reviewer; once for each.")
    ] = None,
    resolved: Annotated[
        Path | None, typer.Option("--resolved", metavar="FILE", help="The list of conflicts, settled together.")
    ] = None,
    full_texts: Annotated[
        Path | None, typer.Option("--full-texts", metavar="FILE", help="The list of full texts, filled in.")
    ] = None,
    reason: Annotated[
        list[str] | None,
        typer.Option("--reason", metavar="THEIRS=OURS", help="What a tool's own reason means; once for each."),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Decisions may take the place of earlier ones.")] = False,
    phase: Phase = None,
    anyway: Alike = False,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Write the reviewers' lists, or take over their decisions.

    Example: review update screen --decisions team-a.csv --decisions team-b.csv
    """
    carry_out(
        root,
        as_json,
        lambda at: updating.screen(
            at,
            out=out,
            form=form,
            reviewers=reviewer or [],
            ranking=ranking,
            decisions=decisions or [],
            resolved=resolved,
            replace=replace,
            meant=reason or [],
            full_texts=full_texts,
            phase=phase,
            anyway=anyway,
        ),
    )


@update_app.command()
def extract(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Write the forms for both extractors.")
    ] = None,
    a: Annotated[Path | None, typer.Option("--a", metavar="FORM", help="Form of the first extractor.")] = None,
    b: Annotated[Path | None, typer.Option("--b", metavar="FORM", help="Form of the second extractor.")] = None,
    adjudicated: Annotated[
        Path | None, typer.Option("--adjudicated", metavar="FILE", help="What a third person decided.")
    ] = None,
    acknowledged: Annotated[
        Path | None, typer.Option("--acknowledged", metavar="FILE", help="Why findings of the audit may stand.")
    ] = None,
    person: Person = "",
    anyway: Alike = False,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Write the extraction forms, or take them over filled in.

    Example: review update extract --a forms/a.xlsx --b forms/b.xlsx
    """
    carry_out(
        root,
        as_json,
        lambda at: updating.extract(
            at, out=out, a=a, b=b, adjudicated=adjudicated, acknowledged=acknowledged, person=person, anyway=anyway
        ),
    )


@update_app.command()
def merge(
    without_archive: Annotated[
        bool, typer.Option("--without-archive", help="Do not keep the pages of the version published now.")
    ] = False,
    summary: Annotated[str, typer.Option("--summary", metavar="TEXT", help="What the update brought.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    without_strategy: Annotated[
        str,
        typer.Option(
            "--without-strategy", metavar="WHY", help="Merge without search string, platform or day; WHY is published."
        ),
    ] = "",
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Take the update into the evidence: all of it, or nothing.

    Example: review update merge
    """
    carry_out(
        root,
        as_json,
        lambda at: updating.merge(
            at,
            without_archive=without_archive,
            summary=summary,
            without_strategy=without_strategy,
            dry_run=dry_run,
        ),
    )


@update_app.command()
def undo(
    what: Annotated[str, typer.Argument(metavar="LINK|UPDATE", help="Id of a pair, or of the update under way.")],
    person: Person = "",
    why: Why = "",
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Take back a decision on a pair of records, or the whole update that is under way.

    Example: review update undo L0007 --person "A. Reader" --why "two different papers"
    """
    carry_out(root, as_json, lambda at: updating.undo(at, what, person=person, why=why))


@update_app.command()
def fetch(
    update: Annotated[str, typer.Argument(metavar="UPDATE", help="Last day that the search covers, YYYY-MM-DD.")],
    database: Annotated[Literal["pubmed"], typer.Option("--database", help="Where to search.")] = "pubmed",
    email: Annotated[
        str, typer.Option("--email", envvar="NCBI_EMAIL", metavar="ADDRESS", help="Who asks; NCBI wants to know.")
    ] = "",
    again: Annotated[bool, typer.Option("--again", help="Search anew although it was fetched before.")] = False,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Run the kept search in PubMed and save its records as a file for `review update start`.

    A key for faster answers is read from NCBI_API_KEY. Example: review update fetch 2024-06-30 --database pubmed
    """
    api_key = os.environ.get("NCBI_API_KEY", "")
    carry_out(
        root,
        as_json,
        lambda at: updating.fetch(at, update, database=database, email=email, api_key=api_key, again=again),
    )
