"""Stands in for Quarto in tests: the pages are Pandoc's, and all that was learnt of Quarto's own ways is as there.

Called as ``quarto --version`` and ``quarto render [PAGE] [--no-execute]`` in a project's folder. Measured with 1.9.38:

- a pattern without a slash at its beginning means any folder; a notebook beside a script or page of its name is skipped;
- scripts before and after rendering are run, and filters of notebooks; one that fails stops the rendering;
- a cell whose source is one string loses its line ends;
- captions and alternative texts are those of the ``#|`` lines, and of nothing else;
- what cannot be linked to is told as a warning, stays as it is, and the exit status is 0;
- an include that is missing stops everything, whichever page was asked for;
- comments are kept unless the project says ``strip-comments``;
- lines that ``.gitignore`` lacks are added to it;
- a render of all pages empties the site first; one page is put among the others, and nothing is said of it.
"""

from __future__ import annotations

import json
import os
import posixpath
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from helpers.language import languages, load
from helpers.publish import pandoc
from helpers.publish.config import address, load_config
from helpers.publish.pages import load_page

VERSION = "1.9.38"
IGNORED = ("/.quarto/", "**/*.quarto_ipynb")
LINK = re.compile(r'\b(href)="(?![a-z]+:|#)([^"#]*\.(?:qmd|ipynb))(#[^"]*)?"')


def main(arguments: list[str]) -> int:
    if arguments == ["--version"]:
        print(VERSION)
        return 0
    project = Path.cwd()
    said = yaml.safe_load((project / "_quarto.yml").read_text(encoding="utf-8"))
    wanted = [argument for argument in arguments[1:] if not argument.startswith("-")]
    here = Path(os.environ["QUARTO_STANDIN"])  # where a test reads what was called, and asks for a failure
    with (here / "called").open("a", encoding="utf-8") as log:
        log.write(" ".join(arguments) + "\n")
    if (here / "fail").exists():
        print("ERROR: no such filter")
        return 1
    ignore(project)
    if missing := lacking(project, inputs(project, said)):
        print(f"ERROR: Include directive failed. {missing[0]}")
        return 1
    whole = not wanted
    site = project / said["project"]["output-dir"]
    environment = {"QUARTO_PROJECT_OUTPUT_DIR": str(site), **({"QUARTO_PROJECT_RENDER_ALL": "1"} if whole else {})}
    if not run(project, said["project"].get("pre-render"), environment):
        return 1
    if whole:
        shutil.rmtree(site, ignore_errors=True)
    site.mkdir(exist_ok=True)
    pages = inputs(project, said) if whole else wanted
    read = project / ".quarto" / "read"  # the project as Quarto sees it, for Pandoc
    shutil.rmtree(read, ignore_errors=True)
    shutil.copytree(project, read, ignore=shutil.ignore_patterns(".quarto", "_site", "_runs", "archive", ".venv"))
    for number, page in enumerate(pages, 1):
        if whole:
            print(f"[{number:>2}/{len(pages)}] {page}", flush=True)
        render(project, read, page, site, said)
    resources(project, site, said)
    environment["QUARTO_PROJECT_OUTPUT_FILES"] = "\n".join(f"{site.name}/{address(page)}" for page in pages)
    return 0 if run(project, said["project"].get("post-render"), environment) else 1


def inputs(project: Path, said: dict) -> list[str]:
    found = set()
    for pattern in said["project"]["render"]:
        for path in project.glob(pattern[1:]) if pattern.startswith("/") else project.rglob(pattern):
            parts = path.relative_to(project).parts
            hidden = any(part.startswith((".", "_")) for part in parts)
            beside = path.suffix == ".ipynb" and any(path.with_suffix(end).exists() for end in (".py", ".qmd"))
            if path.suffix in (".qmd", ".ipynb") and not hidden and not beside:
                found.add("/".join(parts))
    return sorted(found)


def lacking(project: Path, pages: list[str]) -> list[str]:
    faults: list = []
    for page in pages:
        load_page(project, page, load_config(project), faults)
    return [f"{fault.file}: {fault.value}" for fault in faults if fault.rule == "include-exists"]


def ignore(project: Path) -> None:
    path = project / ".gitignore"
    if path.is_file():
        lines = path.read_text(encoding="utf-8").splitlines()
        if missing := [line for line in IGNORED if line not in lines]:
            path.write_text("\n".join([*lines, *missing, ""]), encoding="utf-8")


def run(project: Path, scripts: str | list[str] | None, environment: dict[str, str]) -> bool:
    for script in [scripts] if isinstance(scripts, str) else scripts or []:
        called = subprocess.run([sys.executable, *script.split()], cwd=project, env={**os.environ, **environment})
        if called.returncode:
            return False
    return True


def filtered(project: Path, page: str, said: dict) -> dict:
    """A notebook after the project's filters, read as Quarto reads it."""
    content = (project / page).read_bytes()
    for command in said.get("ipynb-filters") or []:
        folder = (project / page).parent
        called = subprocess.run([sys.executable, *command.split()], input=content, cwd=folder, stdout=subprocess.PIPE)
        if called.returncode:
            raise SystemExit("ERROR: a filter failed")
        content = called.stdout or content
    notebook = json.loads(content)
    for cell in notebook["cells"]:
        if isinstance(cell["source"], str) and cell["cell_type"] != "raw":
            lines = cell["source"].splitlines(keepends=True)
            options = [line for line in lines if line.startswith("#|")]  # are read before the lines are joined
            cell["source"] = "".join([*options, *(line.rstrip("\n") for line in lines if line not in options)])
        for output in cell.get("outputs", []):
            output["metadata"] = {}  # it knows no alternative text and no caption that lie there
    return notebook


def render(project: Path, read: Path, page: str, site: Path, said: dict) -> None:
    if page.endswith(".ipynb"):
        (read / page).write_text(json.dumps(filtered(project, page, said)), encoding="utf-8")
    config, faults = load_config(read), []
    loaded = load_page(read, page, config, faults)
    for fault in faults:
        raise SystemExit(f"ERROR: {fault.message} ({page})")
    if not said.get("strip-comments"):
        loaded.markdown = re.sub(r"<!--(.*?)-->", r"`<!--\1-->`{=html}", loaded.markdown, flags=re.S)
    tongues = {code: load(read, code) for code in languages(read)}
    text = pandoc._render_page(read, loaded, config, tongues)

    def link(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page), match[2]))
        if target in inputs(project, said):
            return f'{match[1]}="{address(match[2])}{match[3] or ""}"'
        if not (project / target).is_file() or target.endswith(".qmd"):
            print(f"WARN: Unable to resolve link target: {match[2]}")
        return match[0]

    for name, content in {**loaded.assets, loaded.address: LINK.sub(link, text).encode()}.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(content)


def resources(project: Path, site: Path, said: dict) -> None:
    for pattern in said["project"].get("resources") or []:
        for path in project.glob(pattern[1:]) if pattern.startswith("/") else project.rglob(pattern):
            for file in [path] if path.is_file() else path.rglob("*") if pattern.endswith("/**") else []:
                if site not in file.parents and file.is_file():
                    target = site / file.relative_to(project)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(file, target)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
