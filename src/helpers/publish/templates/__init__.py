"""Pages and lists that are made while the site is built, as templates beside this file that people can read and edit.

Jinja2's own marks mean something else in pages (``{#id}``, ``{{< include >}}``), so a place is written ``$(name)``
and an instruction ``<% if name %>``.
"""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

_ENVIRONMENT = Environment(
    loader=PackageLoader("helpers.publish"),
    autoescape=select_autoescape(("html", "xml")),
    undefined=StrictUndefined,
    variable_start_string="$(",
    variable_end_string=")",
    block_start_string="<%",
    block_end_string="%>",
    comment_start_string="<%#",
    comment_end_string="%>",
    trim_blocks=True,
    keep_trailing_newline=True,
)


def filled(template: str, /, **values: Any) -> str:
    """A template with its places filled in.

    Parameters
    ----------
    template : str
        File in this folder; in ``.html`` and ``.xml`` values are escaped, everything else is Markdown or plain text.
    **values : object
        What the template speaks of; all of it must be given.
    """
    return _ENVIRONMENT.get_template(template).render(values)
