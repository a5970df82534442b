"""Which source of an update found what: reports unique to it, overlap, included reports, and how much has to be read."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers import markup, numbers, plots, screening, wording
from helpers.evidence import Evidence
from helpers.pictures import Picture

UPDATES = "data/updates"
HOW = "Counted from the records of the update and the box in which the way of each ended."
NOT_AT_HAND = (
    "Which database found which report cannot be said of {searches}: the records that it found were not at hand."
    " From the first update on, this is counted from the records themselves."
)


@dataclass(frozen=True)
class Found:
    """The reports of the newest search whose records are at hand; without any where there is none.

    Attributes
    ----------
    update_id : str
        Empty where no records are at hand.
    reports : DataFrame
        As ``screening.found_reports`` gives them.
    without : tuple of str
        Searches whose records are not at hand.
    """

    update_id: str
    reports: pd.DataFrame
    without: tuple[str, ...]

    def words(self, *, name: str = "sources-found") -> wording.Text:
        """What each source brought, as a table with what its columns mean; or why it cannot be said."""
        searches = " and ".join(f"the search through {numbers.day(update)}" for update in self.without)
        missing = NOT_AT_HAND.format(searches=searches) if self.without else ""
        if not self.update_id:
            return wording.Text(missing, name=name)
        brought = screening.source_yield(self.reports)
        lines = [{"Source": markup.literal(str(source)), **self._cells(row)} for source, row in brought.iterrows()]
        table = wording.markdown_table(pd.DataFrame(lines), align="l" + "r" * 7)
        day = numbers.day(self.update_id)
        caption = f": What each source brought, search through {day}. {{#tbl-sources}}"
        notes = (
            "*Only here* are reports that no other source found. *Sensitivity* is the share of all included reports that the"
            " source found; *to read* are reports screened for the first time, and *number needed to read* is how many of them"
            " stand against each one included. A source that found all that others found may still have missed what none found."
        )
        return wording.Text("\n\n".join(filter(None, [table, caption, notes, missing])), table.values, name)

    def figure(self, *, name: str) -> Picture | None:
        """The overlap of the sources; None where it cannot be said."""
        if not self.update_id:
            return None
        order = [str(source) for source in screening.source_yield(self.reports).index]
        caption = (
            f"Reports by the sources that found them, search through {numbers.day(self.update_id)}."
            " Each row is a set of sources: dots say which, the bar how many reports were found there and nowhere else."
            + (
                " The part in the other colour was included."
                if (self.reports["box"] == screening.INCLUDED).any()
                else ""
            )
        )
        return plots.upset(screening.combinations(self.reports), sources=order, caption=caption, name=name)

    def _cells(self, row: pd.Series) -> dict[str, wording.Computed]:
        def cell(shown: str | float) -> wording.Computed:
            return wording.computed(f"sources-{self.update_id}", shown, HOW)

        included, of = int(row["included"]), int(row["included_in_all"])
        share = (
            f"{numbers.whole(included)} of {numbers.whole(of)} ({numbers.percent(included / of)})"
            if of
            else "none included"
        )
        needed = row["number_to_read"]
        return {
            "Records": cell(int(row["records"])),
            "Reports": cell(int(row["reports"])),
            "Only here": cell(int(row["only_here"])),
            "To read": cell(int(row["to_read"])),
            "Sensitivity": cell(share),
            "Included, only here": cell(int(row["included_only_here"])),
            "Number needed to read": cell("not defined" if pd.isna(needed) else f"{needed:.1f}"),
        }


def sources_found(review: Evidence) -> Found:
    """Which source found what, in the newest search whose records are at hand.

    Parameters
    ----------
    review : Evidence
        Looking back, later updates are left out.
    """
    flow = review.tables["flow"]
    updates = sorted(flow["update_id"].unique())
    there = [u for u in updates if (review.root / UPDATES / u / "boxes.csv").is_file()]
    without = tuple(u for u in updates if u not in there)
    if not there:
        return Found("", pd.DataFrame(), without)
    folder = review.root / UPDATES / there[-1]
    exports, records, ended = (
        pd.read_csv(folder / f"{table}.csv", dtype="str", keep_default_na=False)
        for table in ("exports", "records", "boxes")
    )
    return Found(
        there[-1], screening.found_reports(exports, records, ended, flow[flow["update_id"] == there[-1]]), without
    )
