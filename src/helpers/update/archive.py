"""The published version, kept as it is before the next one takes its place: the same bytes for the same site."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path

from helpers.faults import ReviewError
from helpers.publish import pandoc, quarto, stage, versions
from helpers.update.errors import fault, refuse

SITE = "_site"
STAMP = ".build.json"
FOLDER = "archive"
EARLIER = "v/"  # versions archived before, each with an archive of its own
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file can hold


def path_of(version: str) -> str:
    """Where a version's archive lies within the review."""
    return f"{FOLDER}/{version}.zip"


def site_archive(root: Path) -> bytes:
    """The built site as a zip file: pages and what they need, without earlier versions and hidden files.

    A file that an earlier archive holds byte for byte (an unchanged figure, a script, a table) is not kept twice: the
    archive says where it lies, and the site is put together again from both.

    Parameters
    ----------
    root : Path
        Folder of the review; its ``_site`` must show what is there now.

    Returns
    -------
    bytes
        The same for the same site, whenever and wherever it is made.

    Raises
    ------
    ReviewError
        There is no site, or it is older than its sources: it would not show the version that it stands for.
    """
    _refuse_stale(root)
    site = root / SITE
    made, before, shared = io.BytesIO(), _kept_before(root), {}
    with zipfile.ZipFile(made, "w") as archive:
        for name in sorted(p.relative_to(site).as_posix() for p in site.rglob("*") if p.is_file()):
            if name.startswith(EARLIER) or any(part.startswith(".") for part in name.split("/")):
                continue
            content = (site / name).read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            if digest in before:
                shared[name] = before[digest] | {"sha256": digest}
            else:
                _put(archive, name, content)
        if shared:
            _put(archive, versions.SHARED, json.dumps(shared, sort_keys=True, indent=1).encode())
    return made.getvalue()


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_STORED  # compressed bytes differ between machines; git compresses anyway
    entry.external_attr = 0o644 << 16
    entry.create_system = 3  # as on Unix, wherever it is made
    archive.writestr(entry, content)


def _kept_before(root: Path) -> dict[str, dict[str, str]]:
    """Files that archives of earlier versions hold themselves, by SHA-256: which version, and under which name."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted((root / FOLDER).glob("*.zip")):
        try:
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    digest = hashlib.sha256(archive.read(name)).hexdigest()
                    found.setdefault(digest, {"version": path.stem, "name": name})
        except (OSError, zipfile.BadZipFile):
            continue  # told when the site is built; what it may hold is kept once more
    return found


def described(content: bytes) -> str:
    """The size of an archive, and how many of its files are those of earlier ones."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        shared = len(json.loads(archive.read(versions.SHARED))) if versions.SHARED in names else 0
    more = f"; {shared} further files are those of earlier versions and are not kept twice" if shared else ""
    return f"It has {len(content) / 1e6:.1f} MB{more}"


def _refuse_stale(root: Path) -> None:
    fix = (
        "Build it: `review build`; sentences that were reworded for this update already are put aside until the merge"
        " has named them (`git stash`). Or merge without keeping it: `review update merge --without-archive`."
    )
    headline = "The version that is published now cannot be kept"
    if not (root / SITE / "index.html").is_file():
        raise refuse(headline, fault(f"{SITE}/", "the site has not been built here", fix, rule="site-built"))
    try:
        stamp = json.loads((root / SITE / STAMP).read_text(encoding="utf-8"))
        release = quarto.version() if stamp["renderer"] == "quarto" else pandoc.version()
        is_current = stamp["key"] == stage.inputs_key(root, f"{stamp['renderer']} {release}")
    except (OSError, ValueError, KeyError, TypeError, ReviewError):
        is_current = False
    if not is_current:
        message = "the site is older than its sources, so it is not the version that readers have"
        raise refuse(headline, fault(f"{SITE}/", message, fix, rule="site-current"))
