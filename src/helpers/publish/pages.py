"""A page before it is rendered: its metadata, its Markdown, its image files."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from helpers.faults import Fault, ReviewError
from helpers.publish.config import SiteConfig, address
from helpers.publish.notebook import cell_chunk, published, read_notebook, text_of
from helpers.publish.shortcodes import expand

FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)


@dataclass
class Page:
    """A page ready for Pandoc.

    Attributes
    ----------
    source, address : str
        Where it is written and where it will be read, relative to the review's folder and to the site.
    metadata : dict
        The page's own YAML block over what ``_quarto.yml`` gives every page.
    markdown : str
        The text with shortcodes resolved.
    assets : dict of str to bytes
        Image files the notebook holds, by address.
    """

    source: str
    metadata: dict[str, Any]
    markdown: str
    assets: dict[str, bytes] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where the page will be read."""
        return address(self.source)

    @property
    def title(self) -> str:
        """Title, or the source's name where there is none."""
        return str(self.metadata.get("title") or self.source)

    @property
    def up(self) -> str:
        """Way from the page to the site's folder: empty or ``../``."""
        return "../" * self.address.count("/")


def load_page(root: Path, source: str, config: SiteConfig, faults: list[Fault]) -> Page:
    """Read a page; what is wrong goes to `faults`, so that all pages are looked at."""
    path = root / source
    defaults = {"code-fold": config.option("code-fold", False), **(config.raw.get("execute") or {})}
    chunks: list[str] = []
    page = Page(source, config.metadata(), "")
    try:
        if path.suffix == ".ipynb":
            made = published(root, path)
            cells = read_notebook(made if made.is_file() else path, source)["cells"]
            first = text_of(cells[0].get("source", "")) if cells else ""
            own, body = _front_matter(first, source)
            defaults |= own.get("execute") or {}
            defaults |= {key: own[key] for key in ("code-fold",) if key in own}
            chunks = [body] if cells else []
            for number, cell in enumerate(cells):
                if number == 0 and cell["cell_type"] != "code":
                    continue
                try:
                    chunk = cell_chunk(cell, source, defaults, place=f"cell-{number + 1}")
                except ReviewError as error:
                    faults.extend(error.faults)
                    continue
                chunks.append(chunk.markdown)
                page.assets |= chunk.assets
        else:
            own, body = _front_matter(path.read_text(encoding="utf-8"), source)
            chunks = [body]
    except ReviewError as error:
        faults.extend(error.faults)
        return page
    except UnicodeDecodeError:
        faults.append(Fault(source, None, None, None, "utf-8", "the page is not UTF-8 text", "Save it as UTF-8."))
        return page
    if not own.get("title"):
        fix = "Begin the page with a YAML block that has a title."
        faults.append(Fault(source, 1, "title", None, "page-title", "the page has no title", fix))
    page.metadata |= own

    text = "\n\n".join(chunk for chunk in chunks if chunk.strip())
    read = functools.partial(_read, root)
    page.markdown = expand(text, source, read=read, faults=faults)
    return page


def _front_matter(text: str, source: str) -> tuple[dict[str, Any], str]:
    match = FRONT_MATTER.match(text)
    if not match:
        return {}, text
    try:
        own = yaml.safe_load(match.group(1)) or {}
        if not isinstance(own, dict):
            raise yaml.YAMLError("keys and values are expected")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        row = mark.line + 2 if mark else 1
        problem = getattr(error, "problem", None) or str(error)
        fix = "Quote texts that hold a colon."
        fault = Fault(source, row, "YAML block", None, "yaml", f"the YAML block cannot be read: {problem}", fix)
        raise ReviewError([fault]) from None
    return own, text[match.end() :]


def _read(root: Path, name: str) -> str:
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()) or not path.is_file():  # a page must not reach outside the review
        raise FileNotFoundError(name)
    return path.read_text(encoding="utf-8")
