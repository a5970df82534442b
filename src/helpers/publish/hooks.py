"""What `quarto render` and `quarto preview` have done before and after they render: the steps of `review site`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from helpers.faults import Fault, ReviewError
from helpers.publish import finish
from helpers.publish.kept import FOLDER
from helpers.publish.precheck import check_project
from helpers.publish.site import SITE, check_pages, paint, print_edition
from helpers.publish.stage import prepare, read_project
from helpers.settings import load_settings

OUTPUT, WHOLE, PAGES = "QUARTO_PROJECT_OUTPUT_DIR", "QUARTO_PROJECT_RENDER_ALL", "QUARTO_PROJECT_OUTPUT_FILES"


def before(project: Path) -> None:
    """Prepare the project.

    Raises
    ------
    ReviewError
        It could not be rendered as it should be.
    """
    (project / FOLDER).mkdir(parents=True, exist_ok=True)
    staged = prepare(project)
    if faults := check_project(project, staged.config):
        raise ReviewError(faults, "The pages cannot be rendered")
    paint(project, staged)


def after(project: Path, site: Path, pages: list[str], *, is_whole: bool) -> None:
    """Complete the pages that were rendered; where all of them were, also all that belongs to a site, and check it.

    Raises
    ------
    ReviewError
        The site does not hold.
    """
    staged = read_project(project)
    edition = site / f"{load_settings(project).slug}.pdf"
    unprinted: list[Fault] = []
    if is_whole or not edition.is_file():  # a preview shows the edition of its first page
        printed, unprinted = print_edition(project, staged)
        if printed is not None:
            edition.write_bytes(printed)
    finish.complete(site, project, staged, only=None if is_whole else pages)
    if is_whole and (faults := check_pages(site, staged.config) or unprinted):
        raise ReviewError(faults, "Quarto rendered the site, and it does not hold")


def main(step: str) -> int:
    """Run a step in the current folder; the exit status stops Quarto where it is not 0."""
    project = Path.cwd()
    try:
        if step == "before":
            before(project)
        else:
            site = project / os.environ.get(OUTPUT, SITE)
            listed = [line for line in os.environ.get(PAGES, "").split("\n") if line]
            pages = [(project / line).resolve().relative_to(site.resolve()).as_posix() for line in listed]
            after(project, site, pages, is_whole=WHOLE in os.environ)
    except ReviewError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
