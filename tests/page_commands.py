"""The commands that pages tell people to give, read from the pages themselves."""

from __future__ import annotations

import re
import shlex

from copies import ROOT

BLOCK = re.compile(r"^(```+)[^\n]*\n(.*?)^\1`*\s*$", re.S | re.M)
QUOTED = re.compile(r"(?<!`)`(review [^`\n]+)`(?!`)")
SAID_ONLY_HERE = {"--json", "--root", "--renderer"}  # how a rehearsal looks on, not what an operator does


def commands_of(page: str) -> list[list[str]]:
    """Each `review` command in the code blocks of a page, in its order, as words without the name of the program."""
    blocks = [block for _, block in BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))]
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    words = [shlex.split(line.removeprefix("$ "), comments=True) for line in lines if "review " in line]
    return [line[1:] for line in words if line and line[0].rpartition("/")[2] == "review"]


def mentioned_in(page: str) -> list[list[str]]:
    """Each `review` command that stands in the running text of a page, as words without the name of the program."""
    text = BLOCK.sub("", (ROOT / page).read_text(encoding="utf-8"))
    return [shlex.split(said)[1:] for said in QUOTED.findall(text)]


def step(words: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """What a command does: its name and its options, without their values."""
    name = words[: 2 if words[0] in ("update", "signals") else 1]
    options = sorted(word for word in words if word.startswith("--") and word not in SAID_ONLY_HERE)
    return (*name, *options)
