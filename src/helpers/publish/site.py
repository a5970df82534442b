"""From executed notebooks to ``_site``: stage, render, check, put in place. The old site stays until all is well."""

from __future__ import annotations

import errno
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from tqdm import tqdm

from helpers.faults import Fault, ReviewError
from helpers.publish import pandoc, quarto
from helpers.publish.checks import check_site
from helpers.publish.config import SiteConfig, address, load_config
from helpers.publish.stage import inputs_key, make_stage
from helpers.publish.swap import put_in_place, workplace

Renderer = Literal["auto", "quarto", "pandoc"]
STAMP = ".build.json"
SITE = "_site"


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


def build_site(root: Path, *, renderer: Renderer = "auto", progress: bool = True, force: bool = False) -> SiteReport:
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
        with workplace(root, site) as place:
            stage = place / "project"
            stage.mkdir()
            new = stage / SITE
            _build(root, stage, new, config, chosen, progress)
            files, size = _measure(new)
            stamp = {"key": key, "renderer": chosen, "pages": len(config.inputs), "files": files, "bytes": size}
            (new / STAMP).write_text(json.dumps(stamp) + "\n", encoding="utf-8")
            put_in_place(new, site, place)
    except OSError as error:
        raise _disk_fault(error, root) from error
    reason = "asked for" if force else ("sources or tools changed" if old else "there was no site yet")
    return SiteReport(chosen, len(config.inputs), size, time.perf_counter() - started, False, reason)


def _build(root: Path, stage: Path, new: Path, config: SiteConfig, chosen: str, progress: bool) -> None:
    make_stage(root, stage, config)
    bar = tqdm(
        total=len(config.inputs) + 1, desc="site", unit="page", file=sys.stderr, disable=not progress, leave=False
    )
    with bar:
        if chosen == "quarto":
            quarto.render(stage, new)
            bar.update(len(config.inputs))
        else:
            pandoc.render(stage, new, config, lambda: bar.update(1))
        sources = {address(source): source for source in config.inputs}
        faults = check_site(new, sources)
        faults += [
            Fault(source, None, None, None, "page-rendered", "the page was not made", "See the renderer's messages.")
            for page, source in sources.items()
            if not (new / page).is_file()
        ]
        bar.update(1)
    if faults:
        raise ReviewError(faults, "The site was rendered but does not hold; the previous one stays")


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
