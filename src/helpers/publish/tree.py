"""Pandoc's document tree as plain JSON: walking it, changing it, and the few nodes that are made by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Node = dict[str, Any]


def visit(node: Any, look: Callable[[Node], None]) -> None:
    """Show every node to `look`, the outer before the inner."""
    for item in node if isinstance(node, list) else node.values() if isinstance(node, dict) else ():
        if isinstance(item, dict) and "t" in item:
            look(item)
        visit(item, look)


def mapped(nodes: Iterable[Any], change: Callable[[Node], list[Node]]) -> list[Any]:
    """The tree with every node replaced from the leaves up by what `change` makes of it."""
    made: list[Any] = []
    for node in nodes:
        if isinstance(node, list):
            made.append(mapped(node, change))
        elif isinstance(node, dict) and "t" in node:
            if isinstance(node.get("c"), list):
                node = {**node, "c": mapped(node["c"], change)}
            made += change(node)
        else:
            made.append(node)
    return made


def text_in(node: Any) -> str:
    """Text of a node without its marks."""
    if isinstance(node, dict):
        if node.get("t") == "Str":
            return str(node["c"])
        if node.get("t") in ("Space", "SoftBreak", "LineBreak"):
            return " "
        return text_in(node.get("c"))
    return "".join(text_in(item) for item in node) if isinstance(node, list) else ""


def string(text: str) -> Node:
    """A run of text."""
    return {"t": "Str", "c": text}


def header(level: int, identifier: str, inlines: list[Node]) -> Node:
    """A heading."""
    return {"t": "Header", "c": [level, [identifier, [], []], inlines]}


def div(identifier: str, classes: list[str], blocks: list[Node]) -> Node:
    """A block with an id and classes."""
    return {"t": "Div", "c": [[identifier, classes, []], blocks]}


def link(target: str, inlines: list[Node]) -> Node:
    """A link."""
    return {"t": "Link", "c": [["", [], []], inlines, [target, ""]]}


def typst_block(text: str) -> Node:
    """Typst code as it stands."""
    return {"t": "RawBlock", "c": ["typst", text]}
