"""Quarto's shortcode ``include``, the one that this site uses. Any other is a fault, not a silent leftover."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

from helpers.faults import Fault

SHORTCODE = re.compile(r"(?<!\{)\{\{<\s*(.*?)\s*>\}\}(?!\})")
FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
INLINE_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")


def project_path(written: str, page: str) -> str:
    """Path from the review's folder of what a page names; a leading slash means the review's folder itself."""
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(page), written))[1:]


def expand(
    markdown: str, page: str, *, read: Callable[[str], str], faults: list[Fault], including: tuple[str, ...] = ()
) -> str:
    """Markdown with every shortcode resolved; code blocks and inline code stay as written.

    Parameters
    ----------
    markdown : str
        Text of the page.
    page : str
        Its source, relative to the review's folder.
    read : callable
        Text of a file by its path from the review's folder; raises FileNotFoundError.
    faults : list of Fault
        Collects what cannot be resolved.
    including : tuple of str
        Files being included, against circles.
    """

    def resolve(match: re.Match[str], row: int) -> str:
        name, *rest = match.group(1).split() or [""]
        problem = ("shortcode", "this shortcode is not known here", "Only `include` is.")
        if name == "include" and rest:
            target = project_path(rest[0], page)
            if target in including:
                problem = ("include-circle", "the file includes itself", "Take one of the includes out.")
            else:
                try:
                    return expand(read(target), page, read=read, faults=faults, including=(*including, target))
                except FileNotFoundError:
                    fix = "Make it (generated pages: `review run`), or mend the path."
                    problem = ("include-exists", "the included file does not exist", fix)
        faults.append(Fault(including[-1] if including else page, row, None, match.group(0), *problem))
        return ""

    lines, fence = [], ""
    for row, line in enumerate(markdown.splitlines(), 1):
        mark = FENCE.match(line)
        if fence:
            if mark and mark.group(1).startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif mark and "{{<" not in line:
            fence = mark.group(1)
        elif "{{<" in line:
            line = _outside_code(line, lambda text, row=row: SHORTCODE.sub(lambda m: resolve(m, row), text))  # type: ignore[misc]
        lines.append(line)
    return "\n".join(lines)


def _outside_code(line: str, change: Callable[[str], str]) -> str:
    parts, end = [], 0
    for code in INLINE_CODE.finditer(line):
        parts += [change(line[end : code.start()]), code.group(0)]
        end = code.end()
    return "".join([*parts, change(line[end:])]).replace("{{{<", "{{<").replace(">}}}", ">}}")
