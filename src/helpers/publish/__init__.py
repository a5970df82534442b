"""The site: staged, rendered by Quarto or Pandoc, checked, then put in place in one step. Never runs code."""

from helpers.publish.checks import check_site
from helpers.publish.preview import serve
from helpers.publish.site import SiteReport, build_site

__all__ = ["SiteReport", "build_site", "check_site", "serve"]
