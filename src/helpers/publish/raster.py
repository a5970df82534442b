"""Pictures as PNG: figures for documents and slides, and the card that links to the site show. Drawn by Typst."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
import typst
from PIL import Image

from helpers.pictures import needs_more_fonts
from helpers.publish.templates import filled

PPI = 144.0  # a slide of 960 by 540 points becomes 1920 by 1080 pixels
COLOURS = 64  # of the finished picture; figures have few, and less than half of the bytes is left
SVG_STYLE = re.compile(r"<style>.*?</style>", re.S)  # light and dark of the page; a document is always light
SVG_FONT = re.compile(r"system-ui,[^;\"]*?sans-serif")
FONT = "DejaVu Sans"  # ships with matplotlib, which measured the texts with it


@dataclass(frozen=True)
class Drawn:
    """A figure as PNG: for documents, and for a slide of 1920 by 1080 with title, caption and source."""

    picture: bytes
    slide: bytes


class Painter:
    """Turns SVG into PNG, the same bytes on every machine: only fonts that come with the packages are used.

    Pictures with letters that these fonts lack are drawn with the fonts of the machine as well.

    Parameters
    ----------
    folder : Path
        Where working files may lie; made when missing.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        (folder / "empty.typ").write_text("", encoding="utf-8")
        self.typst = self._compiler()

    def _compiler(self, *, with_system_fonts: bool = False) -> typst.Compiler:
        fonts = Path(mpl.get_data_path()) / "fonts" / "ttf"
        return typst.Compiler(
            input=str(self.folder / "empty.typ"),
            root=str(self.folder),
            font_paths=[str(fonts)],
            ignore_system_fonts=not with_system_fonts,
        )

    def figure(self, name: str, svg: str, *, title: str, caption: str, alt: str, footer: str) -> Drawn:
        """A figure as picture and as slide.

        Parameters
        ----------
        name : str
            Name of the working files.
        svg : str
            The figure; its light colours are taken.
        title, caption, alt, footer : str
            Plain texts of the slide.
        """
        light = SVG_FONT.sub(FONT, SVG_STYLE.sub("", svg, count=1).replace("&apos;", "'"))
        (self.folder / f"{name}.svg").write_text(light, encoding="utf-8")
        texts = {"title": title, "caption": caption, "alt": alt, "footer": footer}
        pages = self._pages(name, "slide.typ", texts)
        return Drawn(*[_few_colours(page) for page in pages])

    def card(self, *, site: str, title: str, rows: Sequence[Mapping[str, Any]], footer: str) -> bytes:
        """The picture that a link to the site shows elsewhere, 1200 by 630.

        Parameters
        ----------
        site, title, footer : str
            Plain texts.
        rows : sequence of mapping
            Results: ``label``, ``shown``, and ``share``, ``low``, ``high`` between 0 and 1.
        """
        texts = {"site": site, "title": title, "rows": list(rows), "footer": footer}
        return _few_colours(self._pages("card", "card.typ", texts)[0])

    def _pages(self, name: str, document: str, texts: Mapping[str, Any]) -> list[bytes]:
        (self.folder / f"{name}.json").write_text(json.dumps(texts, ensure_ascii=False), encoding="utf-8")
        source = self.folder / f"{name}.typ"
        source.write_text(filled(document, name=name), encoding="utf-8")
        svg = self.folder / f"{name}.svg"
        written = f"{texts}{svg.read_text(encoding='utf-8') if svg.is_file() else ''}"
        # Chinese names, say, need a font that the machine must have; better other letters elsewhere than boxes everywhere.
        typesetter = self._compiler(with_system_fonts=True) if needs_more_fonts(written) else self.typst
        made = typesetter.compile(input=str(source), format="png", ppi=PPI)
        return [made] if isinstance(made, bytes) else list(made or ())


def _few_colours(png: bytes) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        few = picture.convert("RGB").quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        few.save(out, format="PNG", compress_level=6)
    return out.getvalue()
