"""From executed notebooks to ``_site``: stage, render, check, put in place. The old site stays until all is well."""

from __future__ import annotations

import errno
import json
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from tqdm import tqdm

from helpers.faults import Fault, ReviewError
from helpers.publish import currency, downloads, finish, pandoc, pdf, quarto, versions
from helpers.publish.checks import check_site
from helpers.publish.config import SiteConfig, address, load_config
from helpers.publish.raster import Painter
from helpers.publish.stage import PICTURES, WORK, Staged, inputs_key, make_stage
from helpers.publish.swap import put_in_place, workplace
from helpers.settings import load_settings

Renderer = Literal["auto", "quarto", "pandoc"]
Prove = Callable[[Path, Mapping[str, str]], list[Fault]]  # a rendered site and the source of each page -> what is wrong
STAMP = ".build.json"
SITE = "_site"
SCREEN_PAGES = ("figures/", "v/", "feedback.qmd", "404.qmd")


@dataclass(frozen=True)
class SiteReport:
    """What a build did.

    Attributes
    ----------
    renderer : str
        ``quarto`` or ``pandoc``.
    pages, bytes : int
        Pages of the site, and size of all its files.
    seconds : float
        Time the call took.
    skipped : bool
        True when the site was up to date and left alone.
    reason : str
        Why it was built or skipped.
    """

    renderer: str
    pages: int
    bytes: int
    seconds: float
    skipped: bool
    reason: str

    def to_dict(self) -> dict[str, object]:
        """The report as plain values."""
        return asdict(self)


def build_site(
    root: Path,
    *,
    renderer: Renderer = "auto",
    progress: bool = True,
    force: bool = False,
    before: Callable[[], None] | None = None,
    prove: Prove | None = None,
) -> SiteReport:
    """Render the site from executed notebooks; never executes code.

    Parameters
    ----------
    root : Path
        The review's folder.
    renderer : {"auto", "quarto", "pandoc"}
        ``auto`` takes Quarto where it is on PATH, else Pandoc.
    progress : bool
        Show a progress bar on stderr.
    force : bool
        Build also when nothing changed.
    before : function, optional
        Called when there is something to build, and before anything is rendered; what it raises stops the build.
    prove : function, optional
        A further check of the rendered site, with the source of each page by its address.

    Returns
    -------
    SiteReport

    Raises
    ------
    ReviewError
        Every fault that was found; the site that was there before is untouched.
    """
    started = time.perf_counter()
    root = Path(root).resolve()
    chosen = renderer if renderer != "auto" else ("quarto" if quarto.find() else "pandoc")
    if chosen == "quarto" and not quarto.find():
        raise quarto.absent()
    site = root / SITE
    try:
        config = load_config(root)
        release = quarto.version() if chosen == "quarto" else pandoc.version()
        key = inputs_key(root, f"{chosen} {release}")
        old = _stamp(site)
        if not force and old.get("key") == key and _measure(site) == (old.get("files"), old.get("bytes")):
            seconds = time.perf_counter() - started
            return SiteReport(chosen, old["pages"], old["bytes"], seconds, True, "nothing changed since the last build")
        if before is not None:
            before()
        with workplace(root, site) as place:
            stage = place / "project"
            stage.mkdir()
            new = stage / SITE
            pages = _build(root, stage, new, config, chosen, progress, prove)
            files, size = _measure(new)
            stamp = {"key": key, "renderer": chosen, "pages": pages, "files": files, "bytes": size}
            (new / STAMP).write_text(json.dumps(stamp) + "\n", encoding="utf-8")
            put_in_place(new, site, place)
    except OSError as error:
        raise _disk_fault(error, root) from error
    reason = "asked for" if force else ("sources or tools changed" if old else "there was no site yet")
    return SiteReport(chosen, pages, size, time.perf_counter() - started, False, reason)


def _build(
    root: Path, stage: Path, new: Path, plan: SiteConfig, chosen: str, progress: bool, prove: Prove | None
) -> int:
    """Stage, render, complete and check; returns the number of pages, frozen versions not counted."""
    with tqdm(desc="site", unit="page", file=sys.stderr, disable=not progress, leave=False) as bar:
        staged = make_stage(root, stage, plan)
        config = staged.config
        bar.reset(total=len(config.inputs) + 1)
        with ThreadPoolExecutor(2) as beside:  # rendering is done by other processes and leaves this one time to paint
            painting = beside.submit(_paint, stage, staged)
            printing = beside.submit(_print, stage, staged)
            if chosen == "quarto":
                quarto.render(stage, new)
                bar.update(len(config.inputs))
            else:
                pandoc.render(stage, new, config, lambda: bar.update(1))
            painting.result()
            printed, unprinted = _outcome(printing)
        if printed is not None:
            (new / f"{load_settings(root).slug}.pdf").write_bytes(printed)
        sources = {address(source): source for source in config.inputs}
        missing = [
            Fault(source, None, None, None, "page-rendered", "the page was not made", "See the renderer's messages.")
            for page, source in sources.items()
            if not (new / page).is_file()
        ]
        finish.complete(new, root, stage, staged, own_search=chosen == "pandoc")
        faults = check_site(new, sources) + missing + (prove(new, sources) if prove else [])
        # What is wrong with a page also stops the edition made of it: then the page's own fault is the one to mend.
        faults = faults or unprinted
        bar.update(1)
    if faults:
        raise ReviewError(faults, "The site was rendered but does not hold; the previous one stays")
    return len(config.inputs)


def _outcome(printing: Future[bytes | None]) -> tuple[bytes | None, list[Fault]]:
    """The edition and nothing to complain of; or an empty file, for links to it to hold, and why there is none."""
    try:
        return printing.result(), []
    except ReviewError as error:
        return b"", list(error.faults)


def _paint(stage: Path, staged: Staged) -> None:
    footer = downloads.credit(staged.edition, staged.config.title)
    downloads.paint(stage / PICTURES, staged.figures, Painter(stage / WORK), footer=footer)


def _print(stage: Path, staged: Staged) -> bytes | None:
    """The pages as one PDF, where the project has a template for it; pages that only a screen needs are left out."""
    if not (stage / "assets" / pdf.TEMPLATE).is_file() or staged.edition is None:
        return None
    printable = tuple(source for source in staged.config.inputs if not source.startswith(SCREEN_PAGES))
    update = staged.edition.update
    dates = {"searched": update.searched_through, "integrated": update.integrated_on, "due": update.next_due}
    variables = {"version": update.version, **{name: versions.day(date) for name, date in dates.items()}}
    if behind := currency.late(update.next_due):
        variables["due"] += f" ({behind})"
    target = stage / WORK / "edition.pdf"
    config = replace(staged.config, inputs=printable)
    pdf.make_pdf(stage, target, config, variables=variables, work=stage / WORK / "pdf")
    return target.read_bytes()


def _stamp(site: Path) -> dict[str, Any]:
    try:
        stamp = json.loads((site / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _measure(site: Path) -> tuple[int, int]:
    """Number of files and their bytes, the stamp aside: enough to see that somebody deleted or changed one."""
    sizes = [path.stat().st_size for path in site.rglob("*") if path.is_file() and path.name != STAMP]
    return len(sizes), sum(sizes)


def _disk_fault(error: OSError, root: Path) -> ReviewError:
    advice = {
        errno.ENOSPC: "Make room on the disk, then build again.",
        errno.EDQUOT: "Make room within your quota, then build again.",
        errno.EACCES: "Give yourself the right to read and write there, then build again.",
        errno.EPERM: "Give yourself the right to read and write there, then build again.",
        errno.EROFS: "Build in a folder that can be written.",
    }
    place = str(error.filename or SITE)
    shown = place.removeprefix(f"{root}/")
    message = f"reading or writing failed: {error.strerror or error}; the previous site is intact"
    fix = advice.get(error.errno or 0, "Mend the cause, then build again.")
    return ReviewError([Fault(shown, None, None, None, "writable", message, fix)], "The site was not built")
