"""Markdown that the pages without code include: made from ``data/``, written to ``data/results/pages/``."""

from helpers.report.pages import write_pages

__all__ = ["write_pages"]
