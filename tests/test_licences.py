"""Every package of the lock has a licence that goes with the MIT licence of this repository."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
ALLOWED = re.compile(
    r"\b(MIT|MIT-CMU|BSD|0BSD|Apache|ISC|ISCL|PSF|PSFL|Python Software Foundation|Zlib|MPL|Mozilla|Unlicense|CC0|HPND|Historical"
    r"|Public Domain|Academic Free|Zope|ZPL|OFL|CNRI)",
    re.IGNORECASE,
)
# Packages whose metadata name no licence of the list, and what their own licence files say.
READ = {
    "axe-playwright-python": "MIT; the axe-core within it is MPL-2.0",
    "biopython": "Biopython License Agreement: use, copy, modify and distribute with its notice; in part BSD-3-Clause too",
}
STRONG = re.compile(r"\b(AGPL|L?GPL|Affero|GNU)", re.IGNORECASE)  # would bind what is published with it


def names() -> list[str]:
    return re.findall(r"^([A-Za-z0-9._-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)


def licence(name: str) -> str | None:
    """What a package says of its licence; None where it is not installed on this system."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    classifiers = [c for c in about.get_all("Classifier") or [] if c.startswith("License ::")]
    return " | ".join([about.get("License-Expression") or "", *classifiers, (about.get("License") or "")[:200]])


def test_licences_of_all_packages_are_known_and_allowed() -> None:
    said = {name: licence(name) for name in names()}
    installed = {name: text for name, text in said.items() if text is not None}
    assert len(installed) > 0.9 * len(said)  # the others are for other systems
    assert [name for name, text in installed.items() if not ALLOWED.search(text) and name not in READ] == []
    assert [name for name, text in installed.items() if STRONG.search(text)] == []
    assert set(READ) <= set(said)
