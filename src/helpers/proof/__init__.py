"""The engine of the audit turned on ourselves: every number on our pages has an origin, and none is typed into prose."""

from helpers.proof.pages import Proof, check_pages
from helpers.proof.whole import prove

__all__ = ["Proof", "check_pages", "prove"]
