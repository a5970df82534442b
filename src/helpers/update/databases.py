"""The name under which the records of an export are counted: given by the operator, else told by the file, always plain."""

from __future__ import annotations

import re
from collections.abc import Iterable

from helpers.records import Record

UNNAMED = "other source"
LONGEST = 60  # letters; the name becomes part of file names, tables and the flow diagram
RULE = "letters, digits, blanks and . , & ( ) / : - ', beginning with a letter or digit, no longer than a line"
_PLAIN = re.compile(rf"[^\W_](?:[^\W_]|[ .,&()/:'\u2019-]){{0,{LONGEST - 1}}}")
_PERIOD = re.compile(r"\s*<\d{4}[\w ,./-]*>$")  # Ovid: Embase <1974 to 2024 June 28>


def is_plain(name: str) -> bool:
    """Whether a name can stand anywhere as it is: no markup, no formula, no control character, not long.

    >>> [is_plain(name) for name in ("Ovid MEDLINE(R) ALL", "=1+1", "<b>Embase</b>", "{{< include x >}}", "a" * 99)]
    [True, False, False, False, False]
    """
    return _PLAIN.fullmatch(name) is not None


def told_by_file(records: Iterable[Record]) -> str:
    """What the first record that names a database says, without the period that Ovid adds; empty if none does.

    Where a record names several (``Embase; Medline``), the first one has it from the others.
    """
    said = next((record.database for record in records if record.database), "")
    return _PERIOD.sub("", said.split("; ")[0])
