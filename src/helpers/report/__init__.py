"""Markdown that the pages without code include: made from ``data/``, written to ``data/results/pages/``."""

from helpers.report.pages import page_parts, write_pages
from helpers.report.translated import check_translations

__all__ = ["check_translations", "page_parts", "write_pages"]
