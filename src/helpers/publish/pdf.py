"""The whole review as one PDF: the pages of the site in reading order, typeset by Typst through Pandoc."""

from __future__ import annotations

import json
import posixpath
import re
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import matplotlib
import typst

from helpers.faults import Fault, ReviewError
from helpers.pictures import needs_more_fonts
from helpers.publish import pandoc, tree, words
from helpers.publish.config import SiteConfig
from helpers.publish.pages import Page, load_page

TEMPLATE = "edition.typ"
FLOATS = {"fig": "Figure", "tbl": "Table"}
CALLOUT = re.compile(r"^callout-(note|tip|important|warning|caution)$")
NOT_LOCAL = re.compile(r"^([a-z][a-z0-9+.-]*:|//)", re.I)
SCREEN_ONLY = {
    "downloads",
    "take",
    "status",
    "languages",
    "feedback-place",
    "cell-code",
}  # the cover and the header say the dates
SCREEN_HEADINGS = {"downloads", "references"}  # what stands below them is not printed
POINTS_A_PIXEL = 0.75
Node = tree.Node


@dataclass
class _Part:
    """A page as Pandoc's tree, with the ids it defines and the numbers of its figures and tables."""

    page: Page
    blocks: list[Node]
    ids: set[str] = field(default_factory=set)
    numbers: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Prefix that keeps the ids of two pages apart."""
        return re.sub(r"[^a-z0-9]+", "-", self.page.source.rpartition(".")[0].lower())


def make_pdf(stage: Path, target: Path, config: SiteConfig, *, variables: Mapping[str, str], work: Path) -> None:
    """Typeset every page of a staged project into one document; the same input gives the same bytes.

    Parameters
    ----------
    stage : Path
        Staged project, with ``assets/edition.typ``.
    target : Path
        File to write.
    config : SiteConfig
        Pages and their order.
    variables : mapping of str to str
        ``version``, ``searched``, ``integrated``, ``due``: what the cover says.
    work : Path
        Folder for what Typst reads; made here and left to the caller to remove.

    Raises
    ------
    ReviewError
        A page cannot be read or typeset.
    """
    work.mkdir(parents=True, exist_ok=True)
    faults: list[Fault] = []
    listed = [source for source in config.reading_order if source in config.inputs]
    order = [*listed, *(source for source in config.inputs if source not in listed)]
    loaded = [load_page(stage, source, config, faults) for source in order]
    language = words.language_of(config.raw)
    pages = [page for page in loaded if words.language_of(page.metadata) == language]
    if faults:
        raise ReviewError(faults, "The PDF edition cannot be made")
    with ThreadPoolExecutor(pandoc.WORKERS) as pool:
        parts = list(pool.map(lambda page: _read(page, stage), pages))
    known = {part.page.source: part for part in parts}
    blocks: list[Node] = []
    for part in parts:
        blocks += _opening(part) + _prepared(part, known)
        for name, content in part.page.assets.items():
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            (work / name).write_bytes(content)
    blocks += [tree.header(1, "references", [tree.string("References")]), tree.div("refs", [], [])]
    source = _typeset(blocks, stage, config, variables)
    _copy_images(source, stage, work)
    (work / "edition.typ").write_text(source, encoding="utf-8")
    try:
        made = typst.compile(
            str(work / "edition.typ"),
            root=str(work),
            format="pdf",
            font_paths=[str(Path(matplotlib.get_data_path()) / "fonts" / "ttf")],
            ignore_system_fonts=not needs_more_fonts(source),  # the same letters on every machine, where they suffice
        )
    except typst.TypstError as error:
        fix = "Look at the place named; what Pandoc made of the pages is in the message."
        fault = Fault("assets/edition.typ", None, None, None, "typst", str(error)[:500], fix)
        raise ReviewError([fault], "The PDF edition cannot be made") from error
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(made)


def _read(page: Page, stage: Path) -> _Part:
    read = json.loads(pandoc.run([f"--from={pandoc.READER}", "--to=json"], page.markdown, stage))
    part = _Part(page, read["blocks"])
    counts = dict.fromkeys(FLOATS, 0)

    def note(node: Node) -> None:
        identifier = _identifier(node)
        if not identifier:
            return
        part.ids.add(identifier)
        kind = identifier.partition("-")[0]
        if kind in FLOATS and identifier not in part.numbers:
            counts[kind] += 1
            part.numbers[identifier] = f"{FLOATS[kind]} {counts[kind]}"

    tree.visit(part.blocks, note)
    return part


def _identifier(node: Node) -> str:
    place = {"Header": 1, "Div": 0, "Span": 0, "Table": 0, "Figure": 0, "Link": 0, "Code": 0, "CodeBlock": 0}
    if node.get("t") not in place:
        return ""
    attributes = node["c"][place[node["t"]]]
    found = str(attributes[0])
    if node["t"] == "Table" and not found:
        found = _label_in_caption(node)
    return found


def _label_in_caption(table: Node) -> str:
    """The label of a caption written as `: Text {#tbl-x .class}`, which Pandoc leaves in the text."""
    text = tree.text_in(table["c"][1])
    match = re.search(r"\{#(tbl-[\w-]+)[^}]*\}\s*$", text)
    return match.group(1) if match else ""


def _opening(part: _Part) -> list[Node]:
    subtitle = str(part.page.metadata.get("subtitle") or "")
    opening = [tree.header(1, part.key, [tree.string(re.sub(r"[*_`]", "", part.page.title))])]
    return opening + ([{"t": "Para", "c": [{"t": "Emph", "c": [tree.string(subtitle)]}]}] if subtitle else [])


def _prepared(part: _Part, known: Mapping[str, _Part]) -> list[Node]:
    """Blocks of a page for the document: ids prefixed, references and links resolved, floats and callouts set."""

    def change(node: Node) -> list[Node]:
        kind = str(node.get("t"))
        content: Any = node.get("c")
        if kind == "Header":
            level, (identifier, classes, pairs), inlines = content
            if identifier in SCREEN_HEADINGS:
                return []
            identifier = f"{part.key}--{identifier}" if identifier else ""
            return [{"t": "Header", "c": [min(level + 1, 4), [identifier, classes, pairs], inlines]}]
        if kind == "Div":
            return _changed_div(part, node)
        if kind == "Table" and (label := _identifier(node)) in part.numbers:
            words = re.sub(r"\s*\{#tbl-[^}]*\}\s*$", "", tree.text_in(content[1]))
            content[0], content[1] = ["", [], []], [None, []]
            return _float(f"{part.key}--{label}", part.numbers[label], [tree.string(words)], [node])
        if kind == "Span" and content[0][0]:
            content[0][0] = f"{part.key}--{content[0][0]}"
        if kind == "Cite" and (label := content[0][0]["citationId"]) in part.numbers:
            return [tree.link(f"#{part.key}--{label}", [tree.string(part.numbers[label])])]
        if kind == "Link":
            return _resolved(part, node, known)
        if kind == "Image":
            return [_image(part, node)]
        if kind == "RawInline":
            return [{"t": "LineBreak"}] if re.match(r"<br", content[1]) else []
        if kind == "RawBlock":
            return []
        return [node]

    return tree.mapped(part.blocks, change)


def _image(part: _Part, node: Node) -> Node:
    """A picture with its size and its words: Pandoc's own writer leaves the words out."""
    attributes = dict(node["c"][0][2])
    path = posixpath.normpath(posixpath.join(posixpath.dirname(part.page.address), unquote(node["c"][2][0])))
    width = str(attributes.get("width", ""))
    size = f"{float(width) * POINTS_A_PIXEL:.0f}pt" if width.isdigit() else "auto"
    named = ", ".join(
        [json.dumps(path), f"width: {size}", f"alt: {json.dumps(attributes.get('fig-alt', ''), ensure_ascii=False)}"]
    )
    return {"t": "RawInline", "c": ["typst", f"#box(image({named}))"]}


def _changed_div(part: _Part, node: Node) -> list[Node]:
    (identifier, classes, _), inner = node["c"]
    if identifier == "refs" or SCREEN_ONLY & set(classes):
        return []
    if any(CALLOUT.match(name) for name in classes):
        title, rest = [tree.string("Note")], inner
        if inner and inner[0]["t"] == "Header":
            title, rest = inner[0]["c"][2], inner[1:]
        return [
            tree.typst_block("#callout(["),
            {"t": "Plain", "c": title},
            tree.typst_block("])["),
            *rest,
            tree.typst_block("]"),
        ]
    if identifier in part.numbers:
        captions = [block for block in inner if block["t"] == "Div" and "review-caption" in block["c"][0][1]]
        body = [block for block in inner if block not in captions]
        if not captions and body and body[-1]["t"] == "Para":
            captions, body = [body[-1]], body[:-1]
        words: list[Node] = []
        for caption in captions:
            for block in caption["c"][1] if caption["t"] == "Div" else [caption]:
                words += block["c"] if block["t"] in ("Para", "Plain") else []
        return _float(f"{part.key}--{identifier}", part.numbers[identifier], words, body)
    anchor = [tree.typst_block(f"#metadata(none) <{part.key}--{identifier}>")] if identifier else []
    return anchor + inner


def _float(label: str, number: str, caption: list[Node], body: list[Node]) -> list[Node]:
    opening = [tree.typst_block(f"#float([{number}], ["), {"t": "Plain", "c": caption}, tree.typst_block("])[")]
    return [*opening, *body, tree.typst_block(f"] <{label}>")]


def _resolved(part: _Part, node: Node, known: Mapping[str, _Part]) -> list[Node]:
    """A link within the document, to the web, or its bare text where it leads to a file that is not printed."""
    attributes, inlines, (url, title) = node["c"]
    if NOT_LOCAL.match(url):
        return [node]
    path, _, anchor = url.partition("#")
    source = posixpath.normpath(posixpath.join(posixpath.dirname(part.page.source), path)) if path else part.page.source
    source = source if not path.startswith("/") else path[1:]
    target = known.get(source)
    if target is None:
        return list(inlines)
    label = f"{target.key}--{anchor}" if anchor and anchor in target.ids else target.key
    return [{"t": "Link", "c": [attributes, inlines, [f"#{label}", title]]}]


def _typeset(blocks: list[Node], stage: Path, config: SiteConfig, variables: Mapping[str, str]) -> str:
    reads = [stage / "assets" / TEMPLATE, *(stage / name for name in config.listed("bibliography"))]
    bibliography = [f"--bibliography={path}" for path in reads[1:]]
    said = {"title": config.title, "description": str(config.website.get("description") or ""), **variables}
    said |= {"author": f"{config.title} contributors", "lang": str(config.raw.get("lang") or "en")}
    document = {"pandoc-api-version": _api_version(stage), "meta": {}, "blocks": blocks}
    settings = [f"--variable={name}:{value}" for name, value in said.items()]
    template = f"--template={stage / 'assets' / TEMPLATE}"
    arguments = ["--from=json", "--to=typst", "--standalone", "--wrap=none", "--citeproc", template]
    made = pandoc.run(
        [*arguments, "--metadata=link-citations:true", *bibliography, *settings], json.dumps(document), stage, reads
    )
    # A label that is written twice cannot be linked to; the first place stands.
    seen: set[str] = set()

    def once(match: re.Match[str]) -> str:
        label = match.group(1)
        is_new = label not in seen
        seen.add(label)
        return match.group(0) if is_new else ""

    return re.sub(r"(?<=[\]\)\w \n])<([\w.:-]+--[\w.:-]+)>(?!\))", once, made)


def _api_version(stage: Path) -> list[int]:
    return list(json.loads(pandoc.run(["--from=markdown", "--to=json"], "", stage))["pandoc-api-version"])


def _copy_images(source: str, stage: Path, work: Path) -> None:
    for name in set(re.findall(r'image\("([^"]+)"', source)):
        path = stage / name
        if not (work / name).exists() and path.is_file() and path.resolve().is_relative_to(stage.resolve()):
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, work / name)
