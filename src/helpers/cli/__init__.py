"""The command `review`: `app` reads options, `actions` calls the one function behind each command."""

from helpers.cli.app import app, main

__all__ = ["app", "main"]
