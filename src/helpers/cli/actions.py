"""What each command does, as one call, and what came of it, for machines and for people."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from helpers.cli.audited import audit_document
from helpers.cli.pages import write_pages
from helpers.faults import Fault, ReviewError
from helpers.project import unreadable
from helpers.run.errors import UsageError

if TYPE_CHECKING:
    from helpers.run.moved import Moved

# Imported where it is used: pandas, Jupyter and Pandoc take seconds that `review --help` need not wait for.

SITE = "_site"
STAMP = ".build.json"
ADVICE = {
    errno.ENOSPC: "Make room on the disk, then try again.",
    errno.EDQUOT: "Make room within your quota, then try again.",
    errno.EFBIG: "Raise the limit for the size of files, then try again.",
    errno.EACCES: "Give yourself the right to read and write there, then try again.",
    errno.EPERM: "Give yourself the right to read and write there, then try again.",
    errno.EROFS: "Work in a folder that can be written.",
    errno.ENOTDIR: "A file lies where a folder should be: move it away, then try again.",
    errno.EEXIST: "A file lies where a folder should be: move it away, then try again.",
    errno.EISDIR: "A folder lies where a file should be: move it away, then try again.",
}


@dataclass(frozen=True)
class Result:
    """What came of a command.

    Attributes
    ----------
    ok : bool
        Whether nothing has to be mended.
    document : dict
        For machines; holds ``ok``.
    text : str
        For people.
    """

    ok: bool
    document: dict[str, Any]
    text: str


STALE, OUT_OF_STEP = "up-to-date", "pair-in-step"
SHOWN = 20  # moved numbers told one by one
VERDICTS = ("reproduced", "rounding", "differs", "cannot_be_checked")  # in the order they are told


def run(
    root: Path,
    notebooks: Sequence[str] | None = None,
    *,
    as_of: str | None = None,
    parameters: Sequence[tuple[str, str]] | None = None,
    jobs: int | None = None,
    force: bool = False,
) -> Result:
    """Execute notebooks; with the default parameters also write the page parts that are made from data."""
    from helpers.run import Typed, read_results, run_notebooks

    shown: dict[str, Any] = {}

    def look_first() -> None:
        _refuse_broken_data(root)
        shown.update(read_results(root))

    values = {name: Typed(value) for name, value in parameters or []}
    report = run_notebooks(
        root,
        notebooks,
        as_of=as_of,
        parameters=values,
        jobs=jobs,
        force=force,
        before=look_first,
    )
    text = report.summary()
    pages: list[str] = []
    changed: list[Moved] = []
    if shown:
        from helpers.run.moved import moved

        changed = moved(shown, read_results(root))
    if changed:
        text += "\n" + _told(changed)
    if not values and as_of is None:
        try:
            pages = write_pages(root, force=force)
        except ReviewError as error:
            report.faults += error.faults
    if report.faults:
        text = f"{ReviewError(report.faults, 'Some notebooks could not be brought up to date')}\n{text}"
    document = report.to_dict() | {"faults": [fault.to_dict() for fault in report.faults], "pages": pages}
    document["moved"] = [change._asdict() for change in changed]
    return Result(report.ok, document, text)


def _told(changed: Sequence[Moved]) -> str:
    """Numbers that moved, the first of them in words; --json has all."""
    lines = [f"Numbers that readers now see otherwise: {len(changed)}"]
    lines += [f"  {c.page}, {c.result}: {c.before or 'nothing'} -> {c.after or 'nothing'}" for c in changed[:SHOWN]]
    if len(changed) > SHOWN:
        lines.append(f"  and {len(changed) - SHOWN} more; `review run --json` and `git diff data/results` show all")
    return "\n".join(lines)


def _refuse_broken_data(root: Path) -> None:
    """Say what is wrong with the data once, instead of letting every notebook stumble over it."""
    from helpers import consistency  # reads every table: time that a run without changes need not spend

    if faults := [*consistency.check(root), *_check_updates(root)]:
        raise ReviewError(faults, "No notebook was run, because the data break their rules")


def site(root: Path, *, renderer: Literal["auto", "quarto", "pandoc"] = "auto", force: bool = False) -> Result:
    """Render the site from the executed notebooks; one that would say what no longer holds is not made."""
    from helpers import publish

    def look_first() -> None:
        from helpers import consistency

        if faults := [*consistency.check_addresses(root), *_check_sentences(root)]:
            raise ReviewError(faults, "The site was left as it was, because what it says does not hold")

    report = publish.build_site(
        root,
        renderer=renderer,
        force=force,
        before=look_first,
        prove=lambda site, sources: _prove(root, site, sources)[0],
    )
    done = "is up to date" if report.skipped else "was built"
    size = f"{report.pages} pages, {report.bytes / 1e6:.1f} MB"
    text = f"{SITE}/ {done} with {report.renderer}: {size}; {report.reason}; {report.seconds:.1f} s"
    if slowest := sorted(report.times.items(), key=lambda page: -page[1])[:3]:
        text += f"\n{len(report.times)} rendered, longest: " + ", ".join(
            f"{page} {took:.1f} s" for page, took in slowest
        )
    return Result(True, {"ok": True, **report.to_dict()}, text)


def build(
    root: Path,
    *,
    renderer: Literal["auto", "quarto", "pandoc"] = "auto",
    jobs: int | None = None,
    force: bool = False,
) -> Result:
    """Run, then render; a site is never made from notebooks that failed."""
    ran = run(root, jobs=jobs, force=force)
    if not ran.ok:
        return Result(
            False, {"ok": False, "run": ran.document, "site": None}, f"{ran.text}\nThe site was left as it was."
        )
    made = site(root, renderer=renderer, force=force)
    document = {"ok": made.ok, "run": ran.document, "site": made.document}
    return Result(made.ok, document, f"{ran.text}\n{made.text}")


def check(root: Path, *, release: bool = False) -> Result:
    """Every fault of data, notebooks and site; for a release also the addresses that nobody has given yet."""
    from helpers import consistency
    from helpers.run import check_notebooks

    update, of_merge = _after_merge(root)
    faults = [*(of_merge if update else consistency.check(root)), *_check_updates(root)]
    of_notebooks, checked = check_notebooks(root)
    told = {fault.file for fault in of_notebooks}
    of_machines = unreadable(root)
    of_notebooks += [fault for fault in of_machines if fault.file not in told]
    if faults:  # notebooks are out of date until the data are mended; thirteen lines more would bury the cause
        of_notebooks = [fault for fault in of_notebooks if fault.rule != STALE]
    of_site, state = _check_site(root)
    of_numbers: list[Fault] = []
    if not faults and not of_machines:  # sentences and numbers are held against the data, which have to hold first
        is_current = not any(fault.rule in (STALE, OUT_OF_STEP) for fault in of_notebooks)
        of_notebooks += [] if update else _check_sentences(root)
        of_numbers, looked_at = _prove(root, root / SITE if state == "checked" else None, is_current=is_current)
        checked |= {"numbers_on_pages": looked_at} if looked_at else {}
    missing = consistency.missing_addresses(root) if release else []
    faults = sorted({*faults, *of_notebooks, *of_site, *of_numbers}, key=_place) + missing
    data = [path for path in (root / "data").glob("*.csv") if path.is_file()]
    counts: dict[str, int | str] = {"tables": len(data), **checked, "site": state}
    headline = "Not ready to be published" if faults == missing else "The review breaks its rules"
    text = str(ReviewError(faults, headline)) if faults else "Everything holds"
    text += "\nChecked: " + ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in counts.items())
    if update:
        text += f"\nThe update {update} is ready to merge: data and sentences were checked as they will be after it"
    document = {"ok": not faults, "faults": [fault.to_dict() for fault in faults], "checked": counts}
    return Result(not faults, document | ({"as_after": update} if update else {}), text)


def check_pairs(root: Path) -> Result:
    """Notebooks whose two forms were edited apart: `jupytext --sync` would keep the newer one alone."""
    from helpers.run.safety import both_edited

    faults = both_edited(root)
    text = str(ReviewError(faults, "A sync would lose an edit")) if faults else "No notebook was edited in both forms"
    return Result(not faults, {"ok": not faults, "faults": [fault.to_dict() for fault in faults]}, text)


def _after_merge(root: Path) -> tuple[str | None, list[Fault]]:
    """The update that is ready to merge, and what would not hold after it: sentences are reworded for it before it."""
    if not (root / "data" / "updates").is_dir():
        return None, []
    from helpers.update.merge import foreseen

    try:
        return foreseen(root, today=dt.date.today().isoformat()) or (None, [])
    except ReviewError:  # what cannot be read is told by the rules of updates
        return None, []


def _prove(
    root: Path, site: Path | None, sources: Mapping[str, str] | None = None, *, is_current: bool = True
) -> tuple[list[Fault], int]:
    """Numbers without an origin, or other than their labels say; and how many numbers of the site were looked at."""
    from helpers import proof

    try:
        claims = audit_document(root)["claims"] if site else None
        found = proof.prove(root, site, sources=sources, claims=claims, is_current=is_current)
    except ReviewError as error:  # a recipe or a result that does not hold
        return list(error.faults), 0
    return found.faults, found.numbers


def _check_sentences(root: Path) -> list[Fault]:
    """Conclusions without a guard, and guards that do not hold today; nothing where the data themselves are broken."""
    from helpers import evidence
    from helpers.guards import check_guards

    try:
        return check_guards(root, evidence.load(root))
    except ReviewError:  # told by the rules of the data
        return []


def _check_updates(root: Path) -> list[Fault]:
    """Faults of the files of updates, and of the flow that was computed from them."""
    if not any((root / "data" / name).exists() for name in ("updates", "flow.csv")):
        return []
    from helpers.update import soundness

    return soundness.check(root)


def _place(fault: Fault) -> tuple[Any, ...]:
    return fault.file, fault.row or 0, fault.column or "", fault.rule, fault.message


def _check_site(root: Path) -> tuple[list[Fault], str]:
    """Faults of the built site, where there is one and it shows what is here now."""
    from helpers import publish
    from helpers.publish import pandoc, quarto, stage

    if not (root / SITE).is_dir():
        return [], "not built"
    with contextlib.suppress(OSError, ValueError, KeyError, ReviewError):
        stamp = json.loads((root / SITE / STAMP).read_text(encoding="utf-8"))
        release = quarto.version() if stamp["renderer"] == "quarto" else pandoc.version()
        if stamp["key"] == stage.inputs_key(root, f"{stamp['renderer']} {release}"):
            return publish.check_site(root / SITE), "checked"
    return [], "older than its sources, not checked"


def audit(root: Path, *, section: str | None = None, verdict: str | None = None) -> Result:
    """Recompute what the source review prints; that it differs somewhere is a result, not a fault."""
    whole = audit_document(root)["claims"]
    known = sorted({claim["section"] for claim in whole})
    if section not in (None, *known):
        fix = f"Choose one of: {', '.join(known)}."
        raise UsageError(
            [Fault("--section", None, None, section, "known-section", "no such section", fix)], "Nothing to show"
        )
    claims = [c for c in whole if section in (None, c["section"]) and verdict in (None, c["verdict"])]
    tally = {name: sum(c["verdict"] == name for c in claims) for name in VERDICTS}
    document: dict[str, Any] = {"claims": claims, "counts": tally}
    counts = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in document["counts"].items())
    lines = [f"{len(document['claims'])} printed statements: {counts}"]
    shown = verdict or "differs"
    lines += [
        f"  {c['claim_id']}: {c['explanation']} ({c['locator']})" for c in document["claims"] if c["verdict"] == shown
    ]
    return Result(True, document, "\n".join(lines))


def diff(root: Path, before: str, after: str) -> Result:
    """What changed between two updates."""
    from helpers.report import changes

    found = changes.compare(root, before, after)
    return Result(True, {"ok": True, **found.to_dict()}, found.text())


def serve(root: Path, *, port: int = 8000, renderer: Literal["auto", "quarto", "pandoc"] = "auto") -> Result:
    """Preview the site until interrupted."""
    from helpers import publish

    publish.serve(root, port, renderer=renderer)
    return Result(True, {"ok": True}, "")


def new_review(root: Path, folder: Path) -> Result:
    """The skeleton of another review."""
    from helpers import skeleton

    files = skeleton.write_skeleton(root, folder)
    text = (
        f"{folder} is another review: {len(files)} files.\n"
        "Next: README.md there says what to write first; then `git init`, `make site`."
    )
    return Result(True, {"ok": True, "folder": str(folder), "files": files}, text)


def memory_error() -> ReviewError:
    """Too little memory as a message with the next step."""
    fix = "Close other programs or raise the limit (`ulimit -v`); a gigabyte is enough. Then repeat the command."
    fault = Fault("memory", None, None, None, "memory", "there was too little of it; nothing is half-written", fix)
    return ReviewError([fault], "The command could not finish")


def disk_error(error: OSError) -> ReviewError:
    """An error of the system as a message with place and next step."""
    place = str(error.filename2 or error.filename or "the disk")
    message = f"reading or writing failed: {error.strerror or error}; nothing is half-written"
    fix = ADVICE.get(error.errno or 0, "Mend the cause, then try again.")
    return ReviewError([Fault(place, None, None, None, "writable", message, fix)], "The command could not finish")
