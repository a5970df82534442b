"""The new version, said in the files that name it: changelog, citation, package, archive."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

CHANGELOG, CITATION, PROJECT, ZENODO = "CHANGELOG.md", "CITATION.cff", "pyproject.toml", ".zenodo.json"


def version_files(root: Path, *, version: str, today: str, changes: Sequence[str]) -> dict[str, str]:
    """Texts of the files that name the version, as far as the review has them.

    Parameters
    ----------
    root : Path
        Folder of the review.
    version : str
        New version.
    today : str
        Day of the merge.
    changes : sequence of str
        What the version brings, a line each.
    """
    files = {}
    for name, change in ((CHANGELOG, _changelog), (CITATION, _citation), (PROJECT, _project), (ZENODO, _zenodo)):
        if (root / name).is_file():
            files[name] = change((root / name).read_text(encoding="utf-8"), version, today, changes)
    return files


def _changelog(text: str, version: str, today: str, changes: Sequence[str]) -> str:
    """A new entry above the newest one."""
    lines = "\n".join(f"- {line}" for line in changes)
    entry = f"## {version} - {today}\n\n### Changed\n\n{lines}\n\n"
    place = re.search(r"^## ", text, flags=re.MULTILINE)
    at = place.start() if place else len(text)
    return text[:at] + entry + text[at:]


def _citation(text: str, version: str, today: str, changes: Sequence[str]) -> str:
    text = re.sub(r"^version: .*$", f'version: "{version}"', text, count=1, flags=re.MULTILINE)
    text = re.sub(r"^doi:.*\n", "", text, flags=re.MULTILINE)  # it names the version before: this one gets its own
    return re.sub(r"^date-released: .*$", f"date-released: {today}", text, count=1, flags=re.MULTILINE)


def _zenodo(text: str, version: str, today: str, changes: Sequence[str]) -> str:
    text = re.sub(r'"version": "[^"]*"', f'"version": "{version}"', text, count=1)
    return re.sub(r'"publication_date": "[^"]*"', f'"publication_date": "{today}"', text, count=1)


def _project(text: str, version: str, today: str, changes: Sequence[str]) -> str:
    return re.sub(r'^version = ".*"$', f'version = "{version}"', text, count=1, flags=re.MULTILINE)
