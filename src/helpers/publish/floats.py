"""Tables and figures of finished pages, the same from either renderer: boxes that scroll, row headers, names, labels."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape

ATTRIBUTES = r"""(?:[^>"']|"[^"]*"|'[^']*')*"""
PARTS = re.compile(
    rf"""<h[2-6]\b{ATTRIBUTES}>(?P<heading>.*?)</h[2-6]>
    |<figure\b(?P<figure>{ATTRIBUTES})>
    |(?P<end></figure>)
    |<div\ aria-describedby="(?P<described>[^"]*)">
    |(?P<caption><figcaption\b{ATTRIBUTES}>\s*)(?P<label>\w+(?:&nbsp;|\xa0)\d+:)?
    |(?P<table><table\b.*?</table>)
    |<pre\b(?P<pre>{ATTRIBUTES})>
    |<img\ src="(?P<picture>[^"]*)"(?P<img>{ATTRIBUTES})>
    |(?P<float><div\ id="fig-[^"]*"\ class="quarto-float[^"]*")\ alt="[^"]*\"""",
    re.S | re.X,
)
ID = re.compile(r'\bid="([^"]*)"')
TAG = re.compile(r"<[^>]*>")
HEAD = re.compile(r"<thead\b.*?</thead>", re.S)
BODY = re.compile(r"(?<=<tbody>).*?(?=</tbody>)", re.S)
FIRST_CELL = re.compile(rf"(<tr\b{ATTRIBUTES}>\s*)<td\b({ATTRIBUTES})>(.*?)</td>", re.S)
TEXT = re.compile(r"(?<=>)[^<>]+(?=<)")
# What stays on one line, because broken in a narrow column it is hard to read: "68 of 82", "P = 0.02", "85% printed".
WHOLE = re.compile(r"\S*\d (?:of|von) \d\S*|\bP (?:=|&lt;|&gt;) \d\S*|(?:&lt;|&gt;) \d\S*|\S*% printed\S*")
RANGE = re.compile(r"(?<=[\d%]) (to|bis) (?=\d)")  # "73.0 to 90.3" as well


def boxed(page: str, word: str, size: Callable[[str], str]) -> str:
    """A page's text in which everybody can reach and name its tables and figures.

    What is wider than the page scrolls in a box of its own, which the keyboard reaches; a box is known by its caption, else
    by the heading it stands under. Cells that head a column or a row say so. The label of a caption is marked. A picture has its
    size, so that nothing moves when it comes.

    Parameters
    ----------
    page : str
        HTML of the text, as Pandoc or Quarto wrote it.
    word : str
        What a table without a heading is called.
    size : function
        The attributes that give the size of a picture, from its address.
    """
    heading, caption, is_figure = "", "", False

    def part(match: re.Match[str]) -> str:
        nonlocal heading, caption, is_figure
        whole = match.group()
        if match["heading"] is not None:
            heading = " ".join(unescape(TAG.sub("", match["heading"])).split())
        elif match["figure"] is not None:
            caption, is_figure = "", "quarto-float-fig" in match["figure"]
        elif match["end"]:
            caption = ""
        elif match["caption"]:
            named = ID.search(match["caption"])
            caption = named[1] if named else ""
            label = f'<span class="float-label">{match["label"]}</span>' if match["label"] else ""
            return match["caption"] + label
        elif match["described"] is not None and is_figure:  # on a phone the picture scrolls in its card
            return f'<div role="group" tabindex="0" aria-labelledby="{match["described"]}">'
        elif match["pre"] is not None and "tabindex=" not in match["pre"]:
            return f'<pre tabindex="0"{match["pre"]}>'
        elif match["picture"] and "width=" not in match["img"]:
            return f'<img src="{match["picture"]}"{size(match["picture"])}{match["img"]}>'
        elif match["float"]:  # Quarto leaves the text of a picture on its box as well, where it says nothing
            return match["float"]
        elif match["table"]:
            said = escape(f"{word}: {heading}" if heading else word)
            name = f'aria-labelledby="{caption}"' if caption else f'aria-label="{said}"'
            table = match["table"].replace("<table", f"<table {name}", 1)
            return f'<div class="table-scroll" role="group" tabindex="0" {name}>{_headed(table)}</div>'
        return whole

    return PARTS.sub(part, page)


def _headed(table: str) -> str:
    """A table whose header cells say what they head, and whose amounts stay on one line."""
    table = HEAD.sub(lambda head: _scoped(head.group(), "col"), table)
    if table.count("<th", 0, table.find("</tr>")) > 1 and not any("<th" in body for body in BODY.findall(table)):
        table = BODY.sub(lambda body: FIRST_CELL.sub(r"\1<th\2>\3</th>", body.group()), table)
    table = BODY.sub(lambda body: _scoped(body.group(), "row"), table)
    return TEXT.sub(_whole, table)


def _scoped(part: str, scope: str) -> str:
    return re.sub(r"<th(?=[ >])(?![^>]*\bscope=)", f'<th scope="{scope}"', part)


def _whole(text: re.Match[str]) -> str:
    kept = RANGE.sub("\u00a0\\1\u00a0", text.group())
    return WHOLE.sub(lambda amount: f'<span class="nobr">{amount.group()}</span>', kept)
