"""Executed notebooks to Markdown, cell by cell, the way Quarto does it; nothing is executed."""

from __future__ import annotations

import base64
import hashlib
import json
import posixpath
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from helpers.faults import Fault, ReviewError
from helpers.publish.kept import WORK

PUBLISHED = f"{WORK}/notebooks"  # notebooks as they are published; assets/quarto.py hands them to Quarto
# Order in which Quarto 1.9 picks one form of an output for HTML pages.
MIME_ORDER = ("text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/plain")
IMAGE_SUFFIX = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpeg"}
OPTION = re.compile(r"^#\|\s?(.*)$")
FLOAT_LABEL = re.compile(r"^(fig|tbl)-[\w-]+$")
SVG_SIZE = re.compile(r"<svg\b[^>]*?>", re.S)
PIXELS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}


@dataclass
class Chunk:
    """Markdown of a cell with the image files it needs (address within the site to content)."""

    markdown: str
    assets: dict[str, bytes] = field(default_factory=dict)


def text_of(value: str | list[str]) -> str:
    """A notebook's text, which the format keeps as one string or as a list of lines."""
    return "".join(value) if isinstance(value, list) else value


def published(project: Path, notebook: Path) -> Path:
    """Where a notebook's published form lies, by what is written in it; there once the project is prepared."""
    return project / PUBLISHED / f"{hashlib.sha256(notebook.read_bytes()).hexdigest()[:32]}-{notebook.name}"


def read_notebook(path: Path, name: str) -> dict[str, Any]:
    """A notebook as plain values; `name` is what messages call it."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(notebook.get("cells"), list):
            raise ValueError("it has no list of cells")
    except (ValueError, AttributeError) as error:
        fix = "Make it anew with `review run`."
        fault = Fault(name, None, None, None, "notebook-format", f"this is no notebook: {error}", fix)
        raise ReviewError([fault], "A notebook cannot be published") from None
    return notebook


def cell_options(source: str) -> tuple[dict[str, Any], str]:
    """Split a cell into its ``#|`` options and its code.

    Raises
    ------
    yaml.YAMLError
        The options are no YAML keys and values.
    """
    lines = source.splitlines()
    head = 0
    while head < len(lines) and OPTION.match(lines[head]):
        head += 1
    written = "\n".join(match.group(1) for line in lines[:head] if (match := OPTION.match(line)))
    return _options(written).copy(), "\n".join(lines[head:]).strip("\n")


@cache
def _options(written: str) -> dict[str, Any]:
    """Options as YAML; the same cells are read for their page, their figures, the edition and the checks."""
    options = yaml.safe_load(written) if written else {}
    if not isinstance(options, dict):
        raise yaml.YAMLError("options are written `#| key: value`")
    return options


def with_options(source: str, computed: dict[str, str]) -> str:
    """The cell's source with some options set anew, on one line each."""
    lines = source.splitlines()
    head = sum(1 for _ in _option_lines(lines))
    kept = []
    skipping = False  # a replaced option may run over indented lines
    for line in lines[:head]:
        content = line[2:].removeprefix(" ")
        if not content.startswith((" ", "-")):
            skipping = content.split(":")[0].strip() in computed
        if not skipping:
            kept.append(line)
    # A JSON string is a YAML string as well, whatever colons and quotes it holds.
    added = [f"#| {key}: {json.dumps(value, ensure_ascii=False)}" for key, value in computed.items()]
    return "\n".join(kept + added + lines[head:])


def _option_lines(lines: list[str]) -> list[str]:
    taken = []
    for line in lines:
        if not OPTION.match(line):
            break
        taken.append(line)
    return taken


def computed_texts(cell: dict[str, Any]) -> dict[str, str]:
    """Alt text and caption that the cell's figure computed, as the options that carry them."""
    for output in cell.get("outputs", []):
        metadata = output.get("metadata") or {}
        review = metadata.get("review") or (metadata.get("image/svg+xml") or {}).get("review") or {}
        if review:
            keys = {"fig-alt": review.get("alt"), "fig-cap": review.get("caption")}
            return {key: " ".join(str(text).split()) for key, text in keys.items() if text}
    return {}


def cell_chunk(cell: dict[str, Any], notebook: str, defaults: dict[str, Any], *, place: str, up: str = "") -> Chunk:
    """Markdown of one cell.

    Parameters
    ----------
    cell : dict
        The cell as the notebook file has it.
    notebook : str
        Source of the notebook, relative to the review's folder.
    defaults : dict
        ``echo`` and ``code-fold`` where the cell does not say.
    place : str
        Name of the cell for files without a label, e.g. ``cell-4``.
    up : str
        Way from the showing page to the notebook's folder; empty on the notebook's own page.

    Raises
    ------
    ReviewError
        The options are no YAML, the cell failed, or holds several figures under one label.
    """
    source = text_of(cell.get("source", ""))
    if cell["cell_type"] == "raw":
        return Chunk("")
    if cell["cell_type"] == "markdown":
        return Chunk(source)
    try:
        options, code = cell_options(source)
    except yaml.YAMLError as error:
        fix = "Quote texts that hold a colon."
        raise _refusal(notebook, place, None, "cell-options", f"the #| options are no YAML: {error}", fix) from None
    if options.get("include") is False:
        return Chunk("")
    parts: list[str] = []
    if code.strip() and options.get("echo", defaults.get("echo", True)) is not False:
        fold = options.get("code-fold", defaults.get("code-fold", False))
        attributes = f' code-fold="{str(fold).lower()}"' if fold else ""
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`{3,}", code)), default=2))
        parts.append(f"{fence} {{.python .cell-code{attributes}}}\n{code}\n{fence}")
    chunk = Chunk("")
    if options.get("output") is not False:
        parts += _outputs(cell, notebook, options, place, up, chunk.assets)
    if parts:
        chunk.markdown = "::: {.cell}\n" + "\n\n".join(parts) + "\n:::"
    return chunk


def _outputs(
    cell: dict[str, Any], notebook: str, options: dict[str, Any], place: str, up: str, assets: dict[str, bytes]
) -> list[str]:
    label = str(options.get("label") or "")
    stem = PurePosixPath(notebook).stem
    blocks, images = [], 0
    for number, output in enumerate(cell.get("outputs", []), 1):
        kind = output.get("output_type")
        if kind == "error":
            value = f"{output.get('ename')}: {output.get('evalue')}"
            fix = f"Mend the notebook, then `review run {stem}`."
            raise _refusal(notebook, label or place, value, "cell-ran", "the stored run ended in an error", fix)
        if kind == "stream":
            if output.get("name") == "stderr" and options.get("warning") is False:
                continue
            blocks.append(_fenced(text_of(output.get("text", "")), f"cell-output-{output.get('name', 'stdout')}"))
            continue
        data = output.get("data") or {}
        mime = next((mime for mime in MIME_ORDER if mime in data), None)
        if mime in IMAGE_SUFFIX:
            images += 1
            content = text_of(data[mime])
            name = f"{stem}_files/figure-html/{label or place}-output-{number}.{IMAGE_SUFFIX[mime]}"
            as_bytes = content.encode() if mime == "image/svg+xml" else base64.b64decode(content)
            assets[(PurePosixPath(notebook).parent / name).as_posix()] = as_bytes
            size = svg_size(content) if mime == "image/svg+xml" else ""
            alt = _attribute(str(options.get("fig-alt") or ""))
            blocks.append(f"![]({up}{name}){{fig-alt={alt}{size}}}")
        elif mime == "text/html":
            blocks.append("```{=html}\n" + text_of(data[mime]) + "\n```")
        elif mime == "text/markdown":
            blocks.append(_relocated(text_of(data[mime]), up))
        elif mime == "text/plain":
            blocks.append(_fenced(text_of(data[mime]), "cell-output-display"))
    if images > 1 and label:
        message = f"{images} figures stand under one label"
        raise _refusal(notebook, label, None, "one-figure-a-cell", message, "Give each figure a cell of its own.")
    caption = options.get("tbl-cap") if label.startswith("tbl-") else options.get("fig-cap")
    if blocks and (FLOAT_LABEL.match(label) or (images and caption)):
        opening = f"::: {{#{label} .review-float}}" if label else "::: {.review-float}"
        told = f"\n\n::: {{.review-caption}}\n{_relocated(str(caption), up)}\n:::" if caption else ""
        return [opening + "\n" + "\n\n".join(blocks) + told + "\n:::"]
    return ["::: {.cell-output-display}\n" + block + "\n:::" for block in blocks]


def svg_size(content: str) -> str:
    """Width and height of an SVG as Markdown attributes, so that pages do not jump while they load."""
    tag = SVG_SIZE.search(content)
    sizes = []
    for side in ("width", "height"):
        match = re.search(rf'\b{side}="([\d.]+)(px|pt|in|cm|mm)?"', tag.group(0)) if tag else None
        if not match:
            return ""
        sizes.append(f" {side}={round(float(match.group(1)) * PIXELS[match.group(2) or ''])}")
    return "".join(sizes)


def _fenced(text: str, css_class: str) -> str:
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`{3,}", text)), default=2))
    return f"{fence} {{.{css_class}}}\n{text.rstrip()}\n{fence}"


def _attribute(text: str) -> str:
    return '"' + " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _relocated(markdown: str, up: str) -> str:
    """Markdown written for the notebook's folder, shown on a page elsewhere."""
    if not up:
        return markdown

    def moved(match: re.Match[str]) -> str:
        path, mark, anchor = match.group(1).partition("#")
        return "](" + posixpath.normpath(up + path) + mark + anchor

    return re.sub(r"\]\((?![a-z]+:|/|#)([^)\s]+)", moved, markdown)


def _refusal(notebook: str, place: str, value: str | None, rule: str, message: str, fix: str) -> ReviewError:
    return ReviewError([Fault(notebook, None, place, value, rule, message, fix)], "A notebook cannot be published")
