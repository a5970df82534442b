"""What a run did, in a form for people and one for machines."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from helpers.faults import Fault
from helpers.run.failure import Failure


@dataclass
class RunReport:
    """What a run did.

    Attributes
    ----------
    ran, skipped : list of str
        Notebooks that were executed, and those that were up to date.
    failed : list of Failure
        Notebooks that stopped, each with its place.
    faults : list of Fault
        Everything that people must mend, failures included.
    folder : str
        Where executed notebooks are: ``notebooks`` with the default parameters, else a folder below ``_runs``.
    removed : list of str
        Result files of notebooks that are no more.
    seconds : float
        Time the call took.
    """

    ran: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    folder: str = "notebooks"
    removed: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether every notebook is now up to date."""
        return not self.faults

    def to_dict(self) -> dict[str, object]:
        """The report as plain values."""
        return {"ok": self.ok, **asdict(self)}

    def summary(self) -> str:
        """The report in a line or two."""
        parts = [f"{len(self.ran)} notebook{'s' * (len(self.ran) != 1)} run into {self.folder}/"]
        if not self.ran and not self.failed:
            parts = ["no notebook had to be run"]
        if self.skipped:
            parts.append(f"{len(self.skipped)} up to date and skipped ({', '.join(self.skipped)})")
        if self.failed:
            parts.append(f"{len(self.failed)} failed ({', '.join(f.notebook for f in self.failed)})")
        return "; ".join(parts) + f"; {self.seconds:.1f} s"
