"""Versions at addresses that stay: the current one frozen beside itself, earlier ones from their archives."""

from __future__ import annotations

import datetime
import hashlib
import html
import io
import json
import posixpath
import re
import shutil
import zipfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path, PurePosixPath

from helpers.faults import Fault, ReviewError
from helpers.publish.edition import Edition, Update
from helpers.publish.templates import filled

FOLDER = "v"
LIST = f"{FOLDER}/index.html"
ARCHIVES = "archive"  # in the review's folder: <version>.zip, written when the next version is merged
SHARED = ".unchanged.json"  # within an archive: files that are those of an earlier one, by their place there
STATUS = "data/results/pages/status.md"  # dates of the version shown
MAIN = re.compile(r"<main\b[^>]*>", re.I)
TO_VERSIONS = re.compile(r'(\bhref=")((?:\./)?(?:\.\./)*)v/')
SAFE = re.compile(r"[\w.-]+")
# Old pages bring their own style sheets, which may not know the banner: it carries its looks with it.
STYLE = (
    "margin:0 0 1.5rem;padding:.8rem 1.1rem;border:1px solid #8a6d00;border-radius:5px;"
    "background:#fff3c4;color:#1d2730;font:1rem/1.5 system-ui,sans-serif"
)
LINK_STYLE = "color:#0b4a5e;text-decoration:underline"


def folder_of(version: str) -> str:
    """Address of a version's folder within the site, with a slash at its end."""
    return f"{FOLDER}/{version}/"


def kept(root: Path, edition: Edition) -> dict[str, Path]:
    """Archives of earlier versions that are there, by version."""
    found = {update.version: root / ARCHIVES / f"{update.version}.zip" for update in edition.earlier}
    return {version: path for version, path in found.items() if SAFE.fullmatch(version) and path.is_file()}


def list_page(edition: Edition, archives: Sequence[str], pages: Collection[str]) -> str:
    """The page that lists all versions, in Markdown that both renderers read.

    Parameters
    ----------
    edition : Edition
        The current version and those before it.
    archives : sequence of str
        Versions before it that were kept.
    pages : collection of str
        Pages and parts of pages that are there; only those are linked or included.
    """
    rows = [_row(edition.update, "current", is_kept=True)]
    rows += [_row(update, "superseded", is_kept=update.version in archives) for update in edition.earlier]
    has = {"has_news": "whats-new.qmd" in pages, "has_cite": "cite.qmd" in pages}
    return filled("versions.qmd", rows=rows, status=STATUS if STATUS in pages else "", **has)


def _row(update: Update, status: str, *, is_kept: bool) -> list[str]:
    shown = f"[{update.version}]({update.version}/index.html)" if is_kept else f"{update.version} (pages not kept)"
    summary = re.sub(r"([\\`*_\[\]<>|])", r"\\\1", " ".join(update.summary.split()))
    return [shown, day(update.searched_through), day(update.integrated_on), status, summary]


def day(iso: str) -> str:
    """A date in words, e.g. 30 June 2023; as it stands where it is none."""
    try:
        date = datetime.date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{date.day} {date:%B %Y}"


def freeze(site: Path, root: Path, edition: Edition) -> None:
    """Put every version under its own address in the finished site.

    The current version is a copy of the pages; an earlier one is unpacked from its archive. A version's pages get a
    note that names the version and leads to the current page, and nothing else in them changes.

    Raises
    ------
    ReviewError
        An archive is damaged, or holds paths that lead out of its folder.
    """
    home = site / folder_of(edition.version)
    for path in sorted(p for p in site.rglob("*") if p.is_file()):
        name = path.relative_to(site).as_posix()
        if name.startswith(f"{FOLDER}/") or any(part.startswith(".") for part in name.split("/")):
            continue
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, home / name)
    _mark_all(site, edition.version, edition)
    faults: list[Fault] = []
    for version, archive in kept(root, edition).items():
        try:
            _unpack(archive, site / folder_of(version))
        except ReviewError as error:
            faults += error.faults
            continue
        _mark_all(site, version, edition)
    if faults:
        raise ReviewError(faults, "An earlier version cannot be shown")


def _unpack(archive: Path, folder: Path) -> None:
    shown = f"{ARCHIVES}/{archive.name}"
    fix = "Restore the file from git."
    try:
        with zipfile.ZipFile(io.BytesIO(archive.read_bytes())) as packed:
            if (broken := packed.testzip()) is not None:
                raise zipfile.BadZipFile(f"{broken} is damaged")
            for name in packed.namelist():
                path = PurePosixPath(name)
                if path.is_absolute() or ".." in path.parts or "\\" in name or name.startswith(f"{FOLDER}/"):
                    message = "the archive holds a path that does not belong into it"
                    raise ReviewError([Fault(shown, None, None, name, "archive-path", message, fix)])
                if not name.endswith("/") and name != SHARED:
                    (folder / path).parent.mkdir(parents=True, exist_ok=True)
                    (folder / path).write_bytes(packed.read(name))
            shared = json.loads(packed.read(SHARED)) if SHARED in packed.namelist() else {}
            _from_earlier(archive, folder, shared)
    except (zipfile.BadZipFile, ValueError, KeyError, TypeError, OSError) as error:
        message = f"the archive cannot be read: {error}"
        raise ReviewError([Fault(shown, None, None, None, "archive-format", message, fix)]) from None


def _from_earlier(archive: Path, folder: Path, shared: Mapping[str, Mapping[str, str]]) -> None:
    """Files that did not change since an earlier version: its archive has them, and each address answers as before."""
    opened: dict[str, zipfile.ZipFile] = {}
    try:
        for name, where in shared.items():
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts or "\\" in name or not SAFE.fullmatch(where["version"]):
                raise ValueError(f"{name} does not belong into it")
            if (version := where["version"]) not in opened:
                opened[version] = zipfile.ZipFile(io.BytesIO((archive.parent / f"{version}.zip").read_bytes()))
            packed = opened[version]
            content = packed.read(where["name"])
            if hashlib.sha256(content).hexdigest() != where["sha256"]:
                raise ValueError(f"{name} is another file in the archive of version {where['version']}")
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    finally:
        for packed in opened.values():
            packed.close()


def _mark_all(site: Path, version: str, edition: Edition) -> None:
    home = site / folder_of(version)
    dates = {update.version: update for update in (edition.update, *edition.earlier)}
    for path in sorted(home.rglob("*.html")):
        name = path.relative_to(home).as_posix()
        text = path.read_text(encoding="utf-8")
        target = name if (site / name).is_file() else "index.html"
        way = posixpath.relpath(target, posixpath.join(folder_of(version), posixpath.dirname(name)))
        path.write_text(marked(text, dates[version], edition.update, way), encoding="utf-8")


def marked(text: str, shown: Update, current: Update, way: str) -> str:
    """A page with the note that says which version it shows.

    Parameters
    ----------
    text : str
        The page as published.
    shown, current : Update
        Its version, and the newest one.
    way : str
        Way from the page to the same page of the current version.
    """
    version, through = html.escape(shown.version), html.escape(day(shown.searched_through))
    link = f'<a style="{LINK_STYLE}" href="{html.escape(way)}">'
    if shown.version == current.version:
        said = (
            f"This address always shows version {version}, which is the current one. {link}The living page</a>"
            " will show later versions."
        )
    else:
        said = (
            f"<strong>You are reading version {version}, searched through {through}.</strong> It has been superseded by"
            f" {link}version {html.escape(current.version)}</a>, searched through"
            f" {html.escape(day(current.searched_through))}."
        )
    note = f'\n<div class="version-note" role="note" style="{STYLE}">{said}</div>'
    # The list of versions and the other versions lie beside this folder, not in it.
    text = TO_VERSIONS.sub(r"\1\2../", text)
    return MAIN.sub(lambda match: match.group(0) + note, text, count=1)
