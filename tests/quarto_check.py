"""The site from both renderers, and from plain `quarto render`: the same words on every page, and the same files.

Run by ``make quarto-check``; needs Quarto. The sites stay in ``_runs/quarto-check``, for tests of pages to look at.
"""

from __future__ import annotations

import difflib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from bs4 import BeautifulSoup
from built import living_pages

from helpers.faults import ReviewError
from helpers.publish import build_site, quarto

ROOT = Path(__file__).resolve().parents[1]
PLACE = ROOT / "_runs" / "quarto-check"
ABSENT = (
    "Quarto is not on PATH, and this compares its pages with those of Pandoc. Install the version that environment.yml"
    " names:\n    conda env create --file environment.yml, or https://quarto.org/docs/download/"
)


def clone(name: str) -> Path:
    """What git tracks here, as it is now, in a repository of its own."""
    folder = PLACE / name
    shutil.rmtree(folder, ignore_errors=True)
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for path in listed.split("\0"):
        if (ROOT / path).is_file():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, folder / path)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "-c", "user.name=check", "-c", "user.email=check@localhost", "commit", "--quiet", "--message=as it is")
    return folder


def git(folder: Path, *arguments: str) -> str:
    """What git says in a folder."""
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def words(page: Path) -> list[str]:
    """What a page says in its main part, word by word."""
    main = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").main
    return main.get_text(" ").split() if main else []


def different(one: Path, other: Path) -> list[str]:
    """Pages that do not say the same in two sites, with the first words that differ."""
    told = []
    for name in sorted({*living_pages(one), *living_pages(other)}):
        if not ((one / name).is_file() and (other / name).is_file()):
            told.append(f"{name}: only one of the two sites has it")
            continue
        first, second = words(one / name), words(other / name)
        if first != second:
            parts = [d for d in difflib.ndiff(first, second) if d[0] in "+-"]
            told.append(f"{name}: {' '.join(parts[:12])}")
    return told


def rendered_plainly() -> tuple[Path, list[str]]:
    """The site that `quarto render` makes in a clone, and what is wrong with how it went."""
    folder = clone("plain")
    environment = {**os.environ, "VIRTUAL_ENV": sys.prefix, "NO_COLOR": "1"}
    done = subprocess.run(
        ["quarto", "render"], cwd=folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    faults = [line for line in done.stdout.splitlines() if "WARN" in line]
    if done.returncode:
        faults += [f"`quarto render` ended with {done.returncode}:", *done.stdout.splitlines()[-20:]]
    return folder / "_site", [
        *faults,
        *(f"changed or new: {line}" for line in git(folder, "status", "-s").splitlines()),
    ]


def files(site: Path) -> dict[str, bytes]:
    """Every file of a site but the stamp of its build."""
    found = (path for path in site.rglob("*") if path.is_file() and path.name != ".build.json")
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in found}


def main() -> int:
    """Build, compare, and say what differs; the exit status is the number of comparisons that failed."""
    if not quarto.find():
        print(ABSENT, file=sys.stderr)
        return 1
    try:
        reports = [build_site(clone(renderer), renderer=renderer) for renderer in ("pandoc", "quarto")]
    except ReviewError as error:
        print(error, file=sys.stderr)
        return 1
    for report in reports:
        slowest = sorted(report.times.items(), key=lambda page: -page[1])[:3]
        print(f"{report.renderer}: {report.pages} pages in {report.seconds:.0f} s; longest", end=" ")
        print(", ".join(f"{page} {seconds:.1f} s" for page, seconds in slowest))
    by_pandoc, by_quarto = (PLACE / renderer / "_site" for renderer in ("pandoc", "quarto"))
    plain, faults = rendered_plainly()
    ours, theirs = files(by_quarto), files(plain)
    comparisons = {
        "words that Pandoc's and Quarto's pages do not share": different(by_pandoc, by_quarto),
        "what went wrong in a plain `quarto render`": faults,
        "files that it makes otherwise than `review site`": [
            name for name in sorted({*ours, *theirs}) if ours.get(name) != theirs.get(name)
        ],
    }
    for what, found in comparisons.items():
        print(f"{what}: {'none' if not found else ''}")
        print("".join(f"  {line}\n" for line in found), end="")
    return sum(bool(found) for found in comparisons.values())


if __name__ == "__main__":
    sys.exit(main())
