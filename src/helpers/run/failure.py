"""Where and why a notebook stopped."""

from __future__ import annotations

from dataclasses import dataclass

from helpers.faults import Fault

OF_THE_MACHINE = ("CellTimeoutError", "DeadKernelError")  # what nbclient says of a cell that did not get to its end


@dataclass(frozen=True)
class Failure:
    """Where and why a notebook stopped.

    Attributes
    ----------
    notebook : str
        Name of the pair.
    cell : int or None
        Number of the cell, counted from 1 over all cells; None when no cell is to blame.
    line : str
        The line of code that stopped; the cell's first where that is not known.
    source : str
        The cell's code.
    error : str
        Name of the error.
    message : str
        What the error says.
    copy : str
        Where the failed notebook with its traceback is.
    """

    notebook: str
    cell: int | None
    line: str
    source: str
    error: str
    message: str
    copy: str

    def fault(self, row: int | None = None) -> Fault:
        """The failure as a fault."""
        where = f"cell {self.cell}" if self.cell else None
        said = f"{self.error}: {self.message}" if self.message else self.error
        again = f"review run {self.notebook}"
        fix = f"Open {self.copy} to see the traceback, mend notebooks/py/{self.notebook}.py, then: {again}"
        if self.error in OF_THE_MACHINE:
            fix = (
                f"A busy machine or too little memory does this too, so repeat it first: {again}. If it stays so: {fix}"
            )
        return Fault(
            f"notebooks/py/{self.notebook}.py",
            row,
            where,
            self.line or None,
            "notebook-runs",
            f"stopped by {said}",
            fix,
        )
