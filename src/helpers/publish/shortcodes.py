"""Quarto's shortcodes that this site uses: meta, var, include, embed. Any other is a fault, not a silent leftover."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from typing import Any

from helpers.faults import Fault

SHORTCODE = re.compile(r"(?<!\{)\{\{<\s*(.*?)\s*>\}\}(?!\})")
FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
INLINE_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
KNOWN = ("meta", "var", "include", "embed")


def lookup(values: dict[str, Any], dotted: str) -> Any:
    """A value by its dotted key, e.g. ``review.version``; None where there is none."""
    here: Any = values
    for key in dotted.split("."):
        if not isinstance(here, dict) or key not in here:
            return None
        here = here[key]
    return here


def project_path(written: str, page: str) -> str:
    """Path from the review's folder of what a page names; a leading slash means the review's folder itself."""
    if written.startswith("/"):
        return posixpath.normpath(written.lstrip("/"))
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), written))


def expand(
    markdown: str,
    page: str,
    *,
    metadata: dict[str, Any],
    variables: dict[str, Any],
    read: Callable[[str], str],
    embed: Callable[[str, str], str],
    faults: list[Fault],
    including: tuple[str, ...] = (),
) -> str:
    """Markdown with every shortcode resolved; code blocks and inline code stay as written.

    Parameters
    ----------
    markdown : str
        Text of the page.
    page : str
        Its source, relative to the review's folder.
    metadata, variables : dict
        Values for ``meta`` and ``var``.
    read : callable
        Text of a file by its path from the review's folder; raises FileNotFoundError.
    embed : callable
        Markdown of a notebook's cell by (notebook, label); raises LookupError with a reason.
    faults : list of Fault
        Collects what cannot be resolved.
    including : tuple of str
        Files being included, against circles.
    """

    def resolve(match: re.Match[str], row: int) -> str:
        words = match.group(1).split()
        name, rest = (words[0], words[1:]) if words else ("", [])
        problem: tuple[str, str, str]
        if name in ("meta", "var") and len(rest) == 1:
            value = lookup(metadata if name == "meta" else variables, rest[0])
            if value is not None:
                return str(value)
            where = "the page's YAML block or _quarto.yml" if name == "meta" else "_variables.yml"
            problem = ("shortcode-value", f"there is no value of this name in {where}", "Add it, or mend the name.")
        elif name == "include" and rest:
            target = project_path(rest[0], page)
            if target in including:
                problem = ("include-circle", "the file includes itself", "Take one of the includes out.")
            else:
                try:
                    told = read(target)
                except FileNotFoundError:
                    fix = "Make it (generated pages: `review run`), or mend the path."
                    problem = ("include-exists", "the included file does not exist", fix)
                else:
                    options = {"metadata": metadata, "variables": variables, "read": read, "embed": embed}
                    return expand(told, page, **options, faults=faults, including=(*including, target))  # type: ignore[arg-type]
        elif name == "embed" and rest:
            notebook, _, label = rest[0].partition("#")
            try:
                return embed(project_path(notebook, page), label)
            except LookupError as error:
                problem = ("embed-exists", str(error.args[0]), "Mend the path or the label.")
        else:
            problem = ("shortcode", "this shortcode is not known here", f"Known are: {', '.join(KNOWN)}.")
        place = including[-1] if including else page
        faults.append(Fault(place, row, None, match.group(0), problem[0], problem[1], problem[2]))
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
