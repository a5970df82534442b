"""From executed notebooks to ``_site``: stage, render, check, put in place. The old site stays until all is well."""

from __future__ import annotations

import errno
import json
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from tqdm import tqdm

from helpers.faults import Fault, ReviewError
from helpers.publish import currency, downloads, finish, kept, pandoc, pdf, quarto, versions
from helpers.publish.checks import check_site
from helpers.publish.config import SiteConfig, address, load_config
from helpers.publish.figures import Figure
from helpers.publish.kept import WORK, code, made
from helpers.publish.precheck import FOUND_LATER, check_project
from helpers.publish.raster import Painter
from helpers.publish.stage import PICTURES, Staged, inputs_key, make_stage
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
    times : mapping of str to float
        Seconds that each page took; a page that was as before took next to none, and Quarto leaves it out.
    """

    renderer: str
    pages: int
    bytes: int
    seconds: float
    skipped: bool
    reason: str
    times: Mapping[str, float] = field(default_factory=dict)

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
        load_config(root)  # what is wrong there is told before anything is made
        release = quarto.version() if chosen == "quarto" else pandoc.version()
        key = inputs_key(root, f"{chosen} {release}")
        old = _stamp(site)
        if not force and old.get("key") == key and _measure(site) == (old.get("files"), old.get("bytes")):
            seconds = time.perf_counter() - started
            return SiteReport(chosen, old["pages"], old["bytes"], seconds, True, "nothing changed since the last build")
        if before is not None:
            before()
        with workplace(root, site) as place:
            store = root / kept.FOLDER
            if force:
                shutil.rmtree(store, ignore_errors=True)
                shutil.rmtree(root / quarto.PROJECT, ignore_errors=True)
            store.mkdir(exist_ok=True)
            stage = place / "project"
            (stage / WORK).mkdir(parents=True)
            (stage / kept.FOLDER).symlink_to(store, target_is_directory=True)
            new = stage / SITE
            pages, times = _build(root, stage, new, chosen, release, progress, prove)
            files, size = _measure(new)
            stamp = {"key": key, "renderer": chosen, "pages": pages, "files": files, "bytes": size}
            (new / STAMP).write_text(json.dumps(stamp) + "\n", encoding="utf-8")
            put_in_place(new, site, place)
            kept.Kept(store).sweep()
    except OSError as error:
        raise _disk_fault(error, root) from error
    reason = "asked for" if force else ("sources or tools changed" if old else "there was no site yet")
    return SiteReport(chosen, pages, size, time.perf_counter() - started, False, reason, times)


def _build(
    root: Path, stage: Path, new: Path, chosen: str, release: str, progress: bool, prove: Prove | None
) -> tuple[int, dict[str, float]]:
    """Stage, render, complete and check; returns the number of pages, frozen versions not counted, and page times."""
    times: dict[str, float] = {}
    with tqdm(desc="site", unit="page", file=sys.stderr, disable=not progress, leave=False) as bar:
        staged = make_stage(root, stage)
        config = staged.config
        faults = check_project(stage, config)
        if faults := [fault for fault in faults if chosen == "quarto" or fault.rule not in FOUND_LATER]:
            raise ReviewError(faults, "The pages cannot be rendered")
        bar.reset(total=len(config.inputs) + 1)

        def tick(page: str, seconds: float) -> None:
            times[page] = round(seconds, 2)
            bar.set_postfix_str(f"{page} {seconds:.1f} s", refresh=False)
            bar.update(1)

        with ThreadPoolExecutor(2) as beside:  # rendering is done by other processes and leaves this one time to paint
            painting = beside.submit(paint, stage, staged)
            printing = beside.submit(print_edition, stage, staged)
            if chosen == "quarto":
                warnings = quarto.render(stage, new, config, root / quarto.PROJECT, tick, release=release)
            else:
                warnings = pandoc.render(stage, new, config, tick)
            painting.result()
            printed, unprinted = printing.result()
        if printed is not None:
            (new / f"{load_settings(root).slug}.pdf").write_bytes(printed)
        finish.complete(new, stage, staged)
        faults = check_pages(new, config, prove)
        # What is wrong with a page also stops the edition made of it: then the page's own fault is the one to mend.
        faults = faults or [*unprinted, *warnings]
        bar.update(1)
    if faults:
        raise ReviewError(faults, "The site was rendered but does not hold; the previous one stays")
    return len(config.inputs), times


def check_pages(site: Path, config: SiteConfig, prove: Prove | None = None) -> list[Fault]:
    """Everything that is wrong with a finished site."""
    sources = {address(source): source for source in config.inputs}
    missing = [
        Fault(source, None, None, None, "page-rendered", "the page was not made", "See the renderer's messages.")
        for page, source in sources.items()
        if not (site / page).is_file()
    ]
    return check_site(site, sources) + missing + (prove(site, sources) if prove else [])


def paint(project: Path, staged: Staged) -> None:
    """Paint every figure as PNG and as a slide, for `finish.complete` to put in place."""
    footer = downloads.credit(staged.edition, staged.config.title)
    target = project / PICTURES
    shutil.rmtree(target, ignore_errors=True)
    for figure in staged.figures:

        def make(folder: Path, figure: Figure = figure) -> None:
            downloads.paint(folder, [figure], Painter(project / WORK / "painting"), footer=footer)

        made(project, make, target, "picture", code(), repr(figure), footer)


def print_edition(project: Path, staged: Staged) -> tuple[bytes | None, list[Fault]]:
    """The pages as one PDF, where the project has a template for it; pages that only a screen needs are left out.

    Returns
    -------
    tuple
        The document, and nothing to complain of; or an empty file, for links to it to hold, and why there is none.
    """
    if not (project / "assets" / pdf.TEMPLATE).is_file() or staged.edition is None:
        return None, []
    printable = tuple(source for source in staged.config.inputs if not source.startswith(SCREEN_PAGES))
    update = staged.edition.update
    dates = {"searched": update.searched_through, "integrated": update.integrated_on, "due": update.next_due}
    variables = {"version": update.version, **{name: versions.day(date) for name, date in dates.items()}}
    if behind := currency.late(update.next_due):
        variables["due"] += f" ({behind})"
    config = replace(staged.config, inputs=printable)

    def make(folder: Path) -> None:
        work = project / WORK / "pdf"
        pdf.make_pdf(project, folder / "edition.pdf", config, variables=variables, work=work)

    try:
        made(project, make, project / WORK / "edition", "edition", inputs_key(project, pandoc.version()))
    except ReviewError as error:
        return b"", list(error.faults)
    return (project / WORK / "edition" / "edition.pdf").read_bytes(), []


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
