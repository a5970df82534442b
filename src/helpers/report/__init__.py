"""Markdown that the pages without code include: made from ``data/``, written to ``data/results/pages/``."""

from helpers.report.pages import page_parts, write_pages

__all__ = ["page_parts", "write_pages"]
