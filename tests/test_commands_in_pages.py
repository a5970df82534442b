"""Every command that a page tells people to give is one that the command line knows, options and all."""

from __future__ import annotations

import re
from typing import Any

import pytest
from copies import ROOT
from page_commands import commands_of, mentioned_in
from typer.exceptions import TyperException
from typer.main import get_command

from helpers.cli import app

PAGES = ("README.md", "CONTRIBUTING.md", "update.qmd")
WHOLE = [(page, " ".join(words)) for page in PAGES for words in commands_of(page)]
SAID = [(page, " ".join(words)) for page in PAGES for words in mentioned_in(page)]


def parsed(words: list[str], *, mention: bool = False) -> Any:
    """The command that the words name, once its options and arguments are understood; what it would do is not done.

    A mention in running text may stop at the name of a command, or of a group of them.
    """
    command: Any = get_command(app)
    context, name, rest = None, "review", list(words)
    while hasattr(command, "commands"):
        if mention and not rest:
            return command
        context = command.make_context(name, rest, parent=context)
        name, command, rest = command.resolve_command(context, rest)
    if not (mention and not rest):
        command.make_context(name, rest, parent=context)
    return command


def test_the_pages_hold_commands() -> None:
    assert {page for page, _ in WHOLE} >= {"README.md", "update.qmd"}
    assert {page for page, _ in SAID} == set(PAGES)
    assert len([page for page, _ in WHOLE if page == "update.qmd"]) >= 12


@pytest.mark.parametrize(("page", "command"), WHOLE)
def test_a_command_in_a_code_block_is_understood(page: str, command: str) -> None:
    words = next(words for words in commands_of(page) if " ".join(words) == command)
    assert parsed(words) is not None


@pytest.mark.parametrize(("page", "command"), SAID)
def test_a_command_in_running_text_is_understood(page: str, command: str) -> None:
    words = next(words for words in mentioned_in(page) if " ".join(words) == command)
    assert parsed(words, mention=True) is not None


@pytest.mark.parametrize(
    "command", ["update begin 2024-06-30", "update start --pubmed a.nbib", "update screen --judge NAME", "build --fast"]
)
def test_what_the_command_line_does_not_know_would_be_seen(command: str) -> None:
    with pytest.raises(TyperException):
        parsed(command.split())


def test_every_option_named_in_the_page_on_the_update_exists() -> None:
    """Also those that stand alone, such as `--anyway`."""
    text = (ROOT / "update.qmd").read_text(encoding="utf-8")
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text))
    update = get_command(app).commands["update"]  # type: ignore[attr-defined]
    known = {option for command in update.commands.values() for one in command.params for option in one.opts}
    known |= {option for one in get_command(app).commands["diff"].params for option in one.opts}  # type: ignore[attr-defined]
    signals = get_command(app).commands["signals"]  # type: ignore[attr-defined]
    known |= {option for command in signals.commands.values() for one in command.params for option in one.opts}
    assert named - known == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_target_of_make_that_a_page_names_exists(page: str) -> None:
    named = set(re.findall(r"(?:^|`)make ([a-z.-]+)", (ROOT / page).read_text(encoding="utf-8"), re.M))
    targets = set(re.findall(r"^([a-z.-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert named
    assert named - targets == set()
