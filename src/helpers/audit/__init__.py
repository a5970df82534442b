"""Reproduction audit: what the printed numbers of the source give when they are computed again."""

from helpers.audit.judged import AuditedClaim
from helpers.audit.recipes import RecipeError
from helpers.audit.relations import Verdict
from helpers.audit.report import AuditReport, audit, audit_rows, run_audit

__all__ = ["AuditReport", "AuditedClaim", "RecipeError", "Verdict", "audit", "audit_rows", "run_audit"]
