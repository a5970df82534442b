"""What each source of an update brought: reports found there and nowhere else, and reports included."""

from __future__ import annotations

import pandas as pd

from helpers.screening.fates import placed

LEFT_BEFORE = "already_decided"  # the box of reports that nobody has to read again
INCLUDED = "included_reports"
NEVER_READ = frozenset((LEFT_BEFORE, "automation_removed"))
DUPLICATES = "duplicates_removed"


def found_reports(
    exports: pd.DataFrame, records: pd.DataFrame, ended: pd.DataFrame, flow: pd.DataFrame
) -> pd.DataFrame:
    """The reports of an update with the sources that found them.

    Parameters
    ----------
    exports, records, ended : DataFrame
        Columns of ``exports.csv``, ``records.csv`` and ``boxes.csv``.
    flow : DataFrame
        ``box_id`` and ``box`` of the boxes of the update.

    Returns
    -------
    DataFrame
        By ``report_id``: ``sources`` (tuple, sorted), ``records`` (dict of source to number of records), ``box`` in which
        the way of the report ended.

    Raises
    ------
    ReviewError
        A record has no export or no report.
    """
    kinds = dict(zip(flow["box_id"], flow["box"], strict=True))
    reports = ended.set_index("record_id")["report_id"]
    ends = {
        str(record): str(kinds.get(box, "")) for record, box in zip(ended["record_id"], ended["box_id"], strict=True)
    }
    found: dict[str, dict[str, int]] = {}
    box: dict[str, str] = {}
    for record, report, _, source in placed(exports, records, reports):
        brought = found.setdefault(report, {})
        brought[source] = brought.get(source, 0) + 1
        if ends[record] != DUPLICATES:
            box[report] = ends[record]
    rows = [(report, tuple(sorted(brought)), brought, box.get(report, "")) for report, brought in found.items()]
    return pd.DataFrame(rows, columns=["report_id", "sources", "records", "box"]).set_index("report_id")


def source_yield(reports: pd.DataFrame) -> pd.DataFrame:
    """What each source brought, the one with most reports first.

    Parameters
    ----------
    reports : DataFrame
        As `found_reports` gives them.

    Returns
    -------
    DataFrame
        By source: ``records``; ``reports``; ``only_here``, reports that no other source found; ``to_read``, reports screened
        for the first time; ``included`` reports, and ``included_only_here``; ``included_in_all``, of all sources together, of
        which ``included`` is the share that the source finds (its sensitivity); ``number_to_read``, reports screened for
        each one included, missing where none is.
    """
    lines = []
    is_included, is_read = reports["box"] == INCLUDED, ~reports["box"].isin(NEVER_READ)
    is_alone = reports["sources"].map(len) == 1
    for source in sorted({name for names in reports["sources"] for name in names}):
        here = reports["sources"].map(lambda names, source=source: source in names)
        included, to_read = int((here & is_included).sum()), int((here & is_read).sum())
        lines.append(
            {
                "source": source,
                "records": sum(brought.get(source, 0) for brought in reports["records"]),
                "reports": int(here.sum()),
                "only_here": int((here & is_alone).sum()),
                "to_read": to_read,
                "included": included,
                "included_only_here": int((here & is_alone & is_included).sum()),
                "included_in_all": int(is_included.sum()),
                "number_to_read": to_read / included if included else None,
            }
        )
    frame = pd.DataFrame(lines).set_index("source").astype({"number_to_read": "Float64"})
    return frame.sort_values("reports", ascending=False, kind="stable")


def combinations(reports: pd.DataFrame) -> pd.DataFrame:
    """How many reports each set of sources has in common, and no other source: the rows of an UpSet figure, largest first.

    Returns
    -------
    DataFrame
        ``sources`` (tuple), ``reports``, ``included``.
    """
    counted = reports.assign(is_included=reports["box"] == INCLUDED).groupby("sources")["is_included"]
    frame = counted.agg(reports="size", included="sum").reset_index()
    return frame.sort_values(["reports", "sources"], ascending=[False, True], kind="stable", ignore_index=True)
