"""Reproduction audit: what printed numbers give when they are computed again, of the source and of new rows."""

from helpers.audit.judged import AuditedClaim
from helpers.audit.new_rows import Finding, audit_rows, check_new_rows
from helpers.audit.recipes import RecipeError
from helpers.audit.relations import Verdict
from helpers.audit.report import AuditReport, audit, run_audit

__all__ = [
    "AuditReport",
    "AuditedClaim",
    "Finding",
    "RecipeError",
    "Verdict",
    "audit",
    "audit_rows",
    "check_new_rows",
    "run_audit",
]
