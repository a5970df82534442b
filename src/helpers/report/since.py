"""What is known since the last search: a page, a box on the pages it bears on, and the same for machines.

All of it is surveillance. It is made here, beside the evidence, and read by nothing that counts, pools or concludes.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
from babel.dates import format_date

from helpers import markup, numbers, sections, signals, wording
from helpers.evidence import Evidence
from helpers.language import ENGLISH, Catalogue, Message

PAGE = "since.qmd"
CALENDAR = "results/next-search.ics"  # among what can be taken away
CONTEXT, SIGNAL = "since", "signal"  # of the words of the page, and of texts about single signals
GROUPS = {  # anchor on the page: kinds that stand there, and its name
    "evidence": (signals.EVIDENCE, "New evidence"),
    "approvals": (("approval",), "Approvals"),
    "guidance": (("guidance",), "Guidelines"),
    "trials": (("trial",), "Trials and registered studies"),
    "reviews": (("review",), "Other reviews"),
}
KINDS = {
    "publication": "Publication",
    "abstract": "Congress abstract",
    "approval": "Approval",
    "guidance": "Guideline",
    "trial": "Registry record",
    "review": "Review",
}
CHANGE = {"yes": "Yes", "perhaps": "Perhaps", "no": "No"}
CHIPS = {"yes": "differs", "perhaps": "rounding", "no": "info"}
STATUS = {"living": "Living", "paused": "Paused", "retired": "Retired"}
STATES = {
    "awaiting": "Awaiting the next search",
    "listed": "Listed; not a study report",
    "in_screening": "In screening",
    "integrated": "Included in the evidence",
    "excluded": "Excluded",
    "outside": "Not eligible as evidence",
}
FINDINGS = {
    "retraction": "retracted",
    "expression_of_concern": "under an expression of concern",
    "correction": "corrected",
}
CHECKED = {"none": "no notice", **FINDINGS, "reinstatement": "reinstated"}
DECISIONS = {
    "none": "Nothing consequential",
    "noted": "Signals noted",
    "early_update": "An early search begins",
    "paused": "Paused",
    "resumed": "Resumed",
    "retired": "Retired",
}
WORDS = {
    "first": "This page reports surveillance, not a search: it lists what has come to notice since {searched_through}.",
    "apart": "It is not complete, and nothing on it has been screened or appraised. It is kept apart from the evidence: it enters"
    " no total, no pooled result, no cell of the evidence map and no key message.",
    "known": "Since the last search, not assessed",
    "change": "What would change an answer",
    "change_none": "No open signal is thought to change an answer.",
    "change_some": "If confirmed, these would change an answer of this review:",
    "figures": "Figures as stated, not assessed",
    "figures_about": "Each figure is given as its page states it, by that page's own definition. Different definitions are"
    " different outcomes: these figures are neither added up nor compared with those of this review.",
    "answered": "Answered by an update",
    "status": "Living status and trigger log",
    "since": "since {day}",
    "rule_met": "Under this rule, these call for a search now:",
    "rule_not_met": "Under this rule, nothing calls for an early search.",
    "retractions": "Retractions and corrections",
    "unchecked_studies": "Included studies: not checked yet.",
    "unchecked_signals": "Signals: not checked yet.",
    "checked_studies": "Included studies: {checked} of {all} checked, last between {first} and {last}; {can} have an identifier by"
    " which they can be checked.",
    "checked_signals": "Signals: {checked} of {all} checked, last between {first} and {last}; {can} have an identifier by which they"
    " can be checked.",
    "notice_none": "No notice was found for what was checked.",
    "how": "How this page is made",
    "readings": "On {day} two readers worked independently. The first noted {a} signals and the second {b}; {both} are the same."
    " Of {cells} cells that both completed, {equal} agree. They noted {fa} and {fb} figures, of which {fboth} are the same.",
    "readings_kept": "What only one of them noted is shown only if the page was read again, and is marked as such.",
    "follow": "Once a search has found one of these records, its state here follows from the screening decisions; what no search"
    " finds stays here until someone has accounted for it.",
    "calendar": "The next search as a calendar entry",
    "retracted": "{study}: {finding} (notice {notice}, checked on {day}). Its rows are counted here until an update removes"
    " them.",
    "not_defined": "definition not stated",
    "no_figures": "No figure has been noted.",
    "nothing": "Nothing has been noted.",
    "column_what": "Report or record",
    "column_change": "Would it change the answer?",
    "column_why": "Why",
    "column_overlap": "Patients already counted",
    "column_sections": "Bears on",
    "column_status": "Status in the registry",
    "column_seen": "Seen",
    "column_state": "State",
    "column_signal": "Signal",
    "column_result": "Result and definition",
    "column_patients": "Patients and treatment",
    "column_when": "Time point",
    "column_stated": "As stated",
    "column_overlap_figures": "Already counted",
    "column_day": "Day",
    "column_checked": "Checked",
    "column_asked": "Source",
    "column_looked": "Where it was looked for",
    "column_found": "Found",
    "column_decision": "Decision",
}
MISFIT = "{count} is {share}"
PRINTED_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s?%")


class _Page:
    """What is known at one state of the review, in one language."""

    def __init__(self, review: Evidence, tongue: Catalogue, base: str) -> None:
        self.review, self.tongue, self.base = review, tongue, base
        self.states = signals.states(review.root, review.tables)
        self.open = signals.open_signals(review.tables, self.states)

    def say(self, word: str, **values: Any) -> str:
        text = self.tongue.translate(WORDS[word], CONTEXT)
        return text.format(**values) if values else text

    def label(self, text: str) -> str:
        return self.tongue.translate(text, CONTEXT)

    def day(self, iso: str) -> str:
        """A date as precise as it is stated."""
        if len(iso) == 10:
            return self.tongue.day(iso)
        locale = "en_GB" if self.tongue.is_source else self.tongue.language
        return format_date(dt.date.fromisoformat(f"{iso}-01"), "MMMM y", locale=locale) if len(iso) == 7 else iso

    def english(self, text: object) -> str:
        """A text of the data, marked as English on a page in another language."""
        said = markup.literal(text)
        return said if self.tongue.is_source or not said else f'[{said}]{{lang="en"}}'

    def why(self, text: str) -> str:
        """Why a signal matters: translated where somebody has done so, else in English and marked."""
        if self.tongue.has(text, SIGNAL):
            return markup.literal(self.tongue.translate(text, SIGNAL))
        return self.english(text)

    def code(self, list_: str, code: object) -> str:
        """A code's label, translated where the catalogue has it."""
        if code is None or pd.isna(code):  # type: ignore[call-overload]
            return ""
        label = self.review.label(list_, str(code))
        if self.tongue.has(label, list_):
            return markup.literal(self.tongue.translate(label, list_))
        return self.english(label)

    def of(self, kinds: Sequence[str], section: str | None = None) -> pd.DataFrame:
        """Open signals of some kinds, of one section on request; what would change an answer comes first."""
        rows = self.open[self.open["kind"].isin(kinds)]
        if section is not None:
            bearing = [section in _parts(cell) for cell in rows["sections"]]
            rows = rows[pd.Series(bearing, index=rows.index, dtype=bool)]
        rank = rows["would_change"].map(list(CHANGE).index)
        newest_first = rows.assign(_rank=rank, _day=rows["date"].fillna(""))
        return newest_first.sort_values(["_rank", "_day"], ascending=[True, False], kind="stable")

    def what(self, row: pd.Series) -> str:
        """Title, authors, place and date, with the ways to look it up."""
        facts = [row["authors"], row["container"]]
        told = [self.english(str(fact).removesuffix(".")) for fact in facts if not pd.isna(fact)]
        told += [self.day(row["date"])] if not pd.isna(row["date"]) else []
        ways = _ways(row)
        state = self.states[row["signal_id"]].code
        kind = f"[{self.label(KINDS[row['kind']])}]{{.chip .info}}"
        kind += (
            f" [{self.label(STATES[state])}]{{.chip .info}}"
            if state == "in_screening" or row["kind"] in signals.EVIDENCE
            else ""
        )
        title = f"**{self.english(row['title'])}**"
        note = "" if pd.isna(row["note"]) else f"<br>[{self.english(row['note'])}]{{.remark}}"
        return f'[{title}. {". ".join(told)}. {" · ".join(ways)}]{{id="{row["signal_id"]}" .record}} {kind}{note}'

    def change(self, row: pd.Series) -> str:
        code = row["would_change"]
        return f"[{self.label(CHANGE[code])}]{{.chip .{CHIPS[code]}}}"

    def sections(self, row: pd.Series) -> str:
        pages = self.review.section_pages
        names = []
        for code in _parts(row["sections"]):
            name = self.code("section", code)
            names.append(f"[{name}]({self.base}{pages[code]})" if code in pages else name)
        return ", ".join(names)

    def seen(self, row: pd.Series) -> str:
        hosts = [
            f"[{markup.literal(urlsplit(a).netloc.removeprefix('www.'))}]({_address(a)})"
            for a in _parts(row["seen_at"])
        ]
        told = [", ".join(hosts), self.day(row["seen_on"]), self.english(row["noted_by"])]
        told += [] if pd.isna(row["agreement"]) else [self.english(row["agreement"])]
        return "; ".join(told)


def _parts(cell: object) -> list[str]:
    return [] if cell is None or pd.isna(cell) else [p for p in re.split(r";\s*", str(cell)) if p]  # type: ignore[call-overload]


def _address(address: str) -> str:
    """An address as the target of a link: nothing in it can end the link."""
    return re.sub(r"[\s()<>\"'\\|]", lambda found: f"%{ord(found[0]):02X}", address)


def _ways(row: pd.Series) -> list[str]:
    """Links by which a signal can be looked up."""
    ways = []
    if not pd.isna(row["doi"]):
        ways.append(f"[DOI]({_address('https://doi.org/' + row['doi'])})")
    if not pd.isna(row["pmid"]):
        ways.append(f"[PubMed](https://pubmed.ncbi.nlm.nih.gov/{row['pmid']}/)")
    if not pd.isna(row["url"]) and pd.isna(row["doi"]):
        name = "" if pd.isna(row["registry_id"]) else _parts(row["registry_id"])[0]
        ways.append(
            f"[{markup.literal(name or urlsplit(row['url']).netloc.removeprefix('www.'))}]({_address(row['url'])})"
        )
    return ways or [f"[{markup.literal(urlsplit(a).netloc)}]({_address(a)})" for a in _parts(row["seen_at"])[:1]]


def page(review: Evidence, tongue: Catalogue = ENGLISH, *, base: str = "") -> str:
    """The page of what is known since the last search, as Markdown.

    Parameters
    ----------
    review : Evidence
        As of the latest update, with the signals.
    tongue : Catalogue
        Language of the page.
    base : str
        Way from the page to the site's root.
    """
    here = _Page(review, tongue, base)
    through = tongue.day(str(review.update["searched_through"]))
    parts = [
        f"{here.say('first', searched_through=through)} {here.say('apart')}",
        _contents(here, base=""),
        _changes(here),
    ]
    for anchor, (kinds, name) in GROUPS.items():
        table = _group(here, kinds)
        if anchor == "evidence" and len(here.of(kinds)) > 1:
            names = f'data-filter="{here.say("column_change")}" aria-label="{here.label(name)}"'
            table = f'<div class="filterable" {names}>\n\n{table}\n\n</div>'
        parts.append(f"## {here.label(name)} {{#{anchor}}}\n\n{table}")
        if anchor == "evidence":
            parts.append(f"## {here.say('figures')} {{#figures}}\n\n{_figures(here)}")
    if closed := _closed(here):
        parts.append(f"## {here.say('answered')} {{#answered}}\n\n{closed}")
    parts.append(f"## {here.say('status')} {{#status}}\n\n{_status(here)}")
    parts.append(f"## {here.say('retractions')} {{#retractions}}\n\n{_retractions(here)}")
    parts.append(f"## {here.say('how')} {{#how}}\n\n{_how(here)}")
    return "\n\n".join(parts) + "\n"


def _contents(here: _Page, *, base: str, section: str | None = None) -> str:
    """One line: each group that has open signals, with how many."""
    links = []
    for anchor, (kinds, name) in GROUPS.items():
        count = len(here.of(kinds, section))
        if count:
            links.append(f"[{here.label(name)} ({count})]({base}#{anchor})")
    return " · ".join(links)


def _changes(here: _Page) -> str:
    would = here.of(signals.KINDS)
    lines = [_line(here, row) for _, row in would[would["would_change"] == "yes"].iterrows()]
    said = f"{here.say('change_some')}\n\n" + "\n".join(lines) if lines else here.say("change_none")
    return f"## {here.say('change')} {{#change}}\n\n{said}"


def _line(here: _Page, row: pd.Series, page: str = "") -> str:
    """Why a signal matters, with the way to it."""
    return f"- {here.why(row['why'])} ([{here.english(_short(row))}]({page}#{row['signal_id']}))"


def _group(here: _Page, kinds: Sequence[str]) -> str:
    rows = here.of(kinds)
    if rows.empty:
        return f"*{here.say('nothing')}*"
    is_trial = kinds == ("trial",)
    lines = []
    for _, row in rows.iterrows():
        line = {here.say("column_what"): here.what(row)}
        if is_trial:
            line[here.say("column_status")] = here.english(row["status_as_stated"])
        line[here.say("column_change")] = here.change(row)
        line[here.say("column_why")] = here.why(row["why"])
        line[here.say("column_overlap")] = here.english(row["overlap"])
        line[here.say("column_sections")] = here.sections(row)
        line[here.say("column_seen")] = here.seen(row)
        lines.append(line)
    return str(wording.markdown_table(pd.DataFrame(lines)))


def _figures(here: _Page) -> str:
    figures, known = here.review.tables["signal_figures"], here.open.set_index("signal_id")
    lines = []
    for _, row in figures[figures["signal_id"].isin(known.index)].iterrows():
        signal = known.loc[row["signal_id"]]
        who = [here.code("condition", row["condition"])]
        if here.review.codes.role("treatment", row["treatment"]) != "no_treatment":
            given = here.code("treatment", row["treatment"])
            who.append(_lowered(given) if who[0] and here.tongue.is_source else given)
        definition = (
            here.say("not_defined") if pd.isna(row["definition"]) else here.english(_lowered(row["definition"]))
        )
        stated = here.english(row["as_printed"])
        misfit = misfitting(row.to_dict())
        lines.append(
            {
                here.say("column_signal"): f"[{here.english(_short(signal))}](#{row['signal_id']})",
                here.say("column_patients"): ", ".join(part for part in who if part),
                here.say("column_result"): f"{here.english(row['measure'])}: {definition}",
                here.say("column_when"): here.english(row["time_point"]),
                here.say("column_stated"): f"{stated}<br>({markup.literal(misfit)})" if misfit else stated,
                here.say("column_overlap_figures"): here.english(row["overlap"]),
            }
        )
    if not lines:
        return f"*{here.say('no_figures')}*"
    return f"{here.say('figures_about')}\n\n{wording.markdown_table(pd.DataFrame(lines))}"


def _short(signal: pd.Series) -> str:
    """A signal as people call it: a trial by its number, else first author and year, who approved, or the title's beginning."""
    if signal["kind"] == "trial" and not pd.isna(signal["registry_id"]):
        return _parts(signal["registry_id"])[0]
    if pd.isna(signal["authors"]) and signal["kind"] == "approval" and not pd.isna(signal["container"]):
        return str(signal["container"])
    if pd.isna(signal["authors"]):
        return f"{' '.join(str(signal['title']).split()[:5])} …"
    surname = re.sub(r"( [A-Z]{1,3}| et al\.)+$", "", _parts(signal["authors"])[0])
    return f"{surname} {'' if pd.isna(signal['date']) else signal['date'][:4]}".strip()


def _lowered(text: str) -> str:
    """A text that goes on behind a colon: its first word small, unless it is a name or an abbreviation."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def misfitting(row: Mapping[Any, Any]) -> str:
    """What the counts of a figure give where the percentage stated with them is another; empty where they agree.

    Parameters
    ----------
    row : mapping
        Row of ``signal_figures``: ``events``, ``total``, ``as_printed``.
    """
    found = PRINTED_SHARE.search(str(row["as_printed"]))
    if found is None or pd.isna(row["events"]) or pd.isna(row["total"]) or not row["total"]:
        return ""
    digits = len(found[1].partition(".")[2])
    share = numbers.rounded(100 * int(row["events"]) / int(row["total"]), digits)
    if str(share) == found[1]:
        return ""
    exact = numbers.rounded(100 * int(row["events"]) / int(row["total"]), max(1, digits))
    return MISFIT.format(count=f"{row['events']}/{row['total']}", share=f"{exact}%")


def _by_id(review: Evidence) -> dict[str, pd.Series]:
    return {str(row["signal_id"]): row for _, row in review.tables["signals"].iterrows()}


def _closed(here: _Page) -> str:
    every = here.review.tables["signals"]
    lines = []
    for _, row in every[~every["signal_id"].isin(here.open["signal_id"])].iterrows():
        state = here.states[row["signal_id"]]
        reason = state.reason
        if state.code == "excluded":
            box, _, why = state.reason.partition(": ")
            reason = ": ".join(part for part in (here.review.label("flow_box", box), why) if part)
        said = here.label(STATES[state.code]) + (f": {here.english(reason)}" if reason else "")
        lines.append(
            {here.say("column_what"): here.what(row), here.say("column_state"): f"{said} ({here.day(state.update_id)})"}
        )
    return str(wording.markdown_table(pd.DataFrame(lines))) if lines else ""


def _status(here: _Page) -> str:
    settings = here.review.settings
    parts = []
    if living := settings.living:
        label = f"[{here.label(STATUS[living['status']])}]{{.chip .info}}"
        parts.append(f"{label} {here.say('since', day=here.day(living['since']))}. {here.why(living['reason'])}")
    if rule := settings.early_update:
        counted, is_due = signals.early_update(settings, here.review.tables, here.states)
        named = _by_id(here.review)
        links = ", ".join(f"[{here.english(_short(named[name]))}](#{name})" for name in counted)
        parts.append(
            f"{here.why(rule['rule'])} {here.say('rule_met')} {links}."
            if is_due
            else f"{here.why(rule['rule'])} {here.say('rule_not_met')}"
        )
    lines = [
        {
            here.say("column_day"): here.day(row["date"]),
            here.say("column_looked"): f"{here.english(row['looked_at'])}; {here.english(row['by'])}",
            here.say("column_found"): here.english(row["finding"]),
            here.say("column_decision"): f"{here.label(DECISIONS[row['decision']])}. {here.english(row['reason'])}",
        }
        for _, row in here.review.tables["surveillance"].sort_values("date", ascending=False).iterrows()
    ]
    if lines:
        parts.append(str(wording.markdown_table(pd.DataFrame(lines))))
    parts.append(f"[{here.say('calendar')}]({here.base}downloads/{CALENDAR}) (.ics)")
    return "\n\n".join(parts)


def _retractions(here: _Page) -> str:
    parts = [_reach(here, group) for group in ("studies", "signals")]
    said = notices(here.review, here.tongue, base=here.base)
    if len(here.review.tables["status_checks"]) and not said:
        parts.append(here.say("notice_none"))
    listed = "\n".join(f"- {line}" for line in said.values())
    return "\n\n".join(part for part in (" ".join(parts), listed, _checks(here)) if part)


def _checks(here: _Page) -> str:
    """The last check of each study and signal that has one; empty where nothing was checked."""
    checks = here.review.tables["status_checks"].sort_values("checked_on", kind="stable")
    known, lines = _by_id(here.review), []
    for column in ("study_id", "signal_id"):
        for name, rows in checks.dropna(subset=[column]).groupby(column):
            last = rows[rows["checked_on"] == rows["checked_on"].max()]
            who = sections.study_name(here.review, str(name)) if column == "study_id" else _short(known[str(name)])
            found = dict.fromkeys(here.label(CHECKED[code]) for code in last["finding"])
            lines.append(
                {
                    here.say("column_checked"): here.english(who),
                    here.say("column_day"): here.day(last.iloc[0]["checked_on"]),
                    here.say("column_asked"): here.english(last.iloc[0]["source"]),
                    here.say("column_found"): ", ".join(found),
                }
            )
    return str(wording.markdown_table(pd.DataFrame(lines))) if lines else ""


def last_checked(review: Evidence) -> str:
    """When the studies were last checked for retractions and corrections, for the page that lists them."""
    here = _Page(review, ENGLISH, "")
    return f"{_reach(here, 'studies')} [{WORDS['retractions']}]({PAGE}#retractions).\n"


def _reach(here: _Page, group: str) -> str:
    """How far the checks reach, and when they were made; what nobody has checked is said to be unchecked."""
    checked, can, every, first, last = signals.where_checked(here.review.root, here.review.tables)[group]
    if not checked:
        return here.say(f"unchecked_{group}")
    counts = {name: numbers.whole(n) for name, n in (("checked", checked), ("can", can), ("all", every))}
    return here.say(f"checked_{group}", **counts, first=here.day(first), last=here.day(last))


def notices(review: Evidence, tongue: Catalogue = ENGLISH, *, base: str = "") -> dict[str, str]:
    """What readers must know of studies and signals that were retracted or corrected, by id, as Markdown."""
    here = _Page(review, tongue, base)
    found = {}
    for study, notice in signals.notices(review.tables).items():
        name = markup.literal(sections.study_name(review, study))
        found[study] = _notice(here, f"[{name}]({base}studies.qmd#study-{markup.ident(study)})", notice)
    known = _by_id(review)
    for name, notice in signals.notices(review.tables, "signal_id").items():
        found[name] = _notice(here, f"[{markup.literal(_short(known[name]))}]({base}{PAGE}#{name})", notice)
    return found


def mark(review: Evidence, study_id: object, *, base: str = "") -> str:
    """A mark behind the name of a study for which there is a notice; nothing where there is none."""
    notice = signals.notices(review.tables).get(str(study_id))
    return f" [[{FINDINGS[notice['finding']]}]{{.chip .differs}}]({base}{PAGE}#retractions)" if notice else ""


def _notice(here: _Page, name: str, notice: Mapping[str, str]) -> str:
    where = notice["notice"]
    link = (
        f"[{markup.literal(where)}]({_address('https://doi.org/' + where)})"
        if where.partition("/")[0].replace(".", "").isdecimal()  # a DOI
        else markup.literal(where)
    )
    finding = here.label(FINDINGS[notice["finding"]])
    said = here.say("retracted", study=name, finding=finding, notice=link, day=here.day(notice["checked_on"]))
    return f"[{said}]{{.record}}"


def _how(here: _Page) -> str:
    parts = []
    for one in signals.readings(here.review.root):
        (a, b, both), (fa, fb, fboth), (cells, equal) = one.signals, one.figures, one.cells
        counts = {"a": a, "b": b, "both": both, "fa": fa, "fb": fb, "fboth": fboth, "cells": cells, "equal": equal}
        parts.append(
            here.say("readings", day=here.day(one.day), **{name: numbers.whole(n) for name, n in counts.items()})
        )
        parts.append(here.say("readings_kept"))
    return " ".join([*parts, here.say("follow")])


def box(review: Evidence, section: str | None = None, tongue: Catalogue = ENGLISH, *, base: str = "") -> str:
    """The box on the home page, or on the page of a section: one line, and what would change an answer.

    Parameters
    ----------
    review : Evidence
        As of the latest update, with the signals.
    section : str, optional
        Only signals that bear on this section; default all.
    tongue : Catalogue
        Language of the page.
    base : str
        Way from the page to the site's root.

    Returns
    -------
    str
        Markdown; empty where there is nothing to say.
    """
    here = _Page(review, tongue, base)
    own = f"{base}{PAGE}" if tongue.is_source else PAGE  # a translated page links to its neighbour
    line = _contents(here, base=own, section=section)
    every = here.of(signals.KINDS, section)
    lines = [_line(here, row, own) for _, row in every[every["would_change"] == "yes"].iterrows()]
    warned = list(_warnings(here, section))
    parts = []
    if warned:
        parts.append("::: {.known-since .retracted}\n" + "\n".join(f"- {text}" for text in warned) + "\n:::")
    if line:
        head = f"**{here.say('known')}:** {line}"
        parts.append("\n\n".join(["::: {.known-since}", head, *(["\n".join(lines)] if lines else []), ":::"]))
    return "\n\n".join(parts) + ("\n" if parts else "")


def _warnings(here: _Page, section: str | None) -> Iterator[str]:
    """Notices on studies whose rows stand in a section, or anywhere."""
    counts = here.review.tables["counts"]
    used = counts if section is None else counts[counts["section"] == section]
    studies = set(used["study_id"].dropna())
    for name, said in notices(here.review, here.tongue, base=here.base).items():
        if name in studies:
            yield said


def boxes(review: Evidence) -> dict[str, str]:
    """The box of every section page, by the notebook's name; empty where nothing is known of the section."""
    return {
        notebook.rpartition("/")[2].removesuffix(".ipynb"): box(review, section, base="../")
        for section, notebook in review.section_pages.items()
    }


def for_machines(review: Evidence) -> dict[str, Any]:
    """The signals with their states as plain values; what they are not is said first."""
    here = _Page(review, ENGLISH, "")
    through = numbers.day(str(review.update["searched_through"]))
    settings = review.settings
    counted, is_due = signals.early_update(settings, review.tables, here.states)
    plain = review.tables["signals"].astype(object).where(review.tables["signals"].notna(), None)
    reach = signals.where_checked(review.root, review.tables)
    return {
        "about": f"{WORDS['first'].format(searched_through=through)} {WORDS['apart']}",
        "searched_through": str(review.update["searched_through"]),
        "next_due": str(review.update["next_due"]),
        "living": dict(settings.living),
        "early_update": {"called_for": is_due, "signals": counted},
        "open": {anchor: len(here.of(kinds)) for anchor, (kinds, _) in GROUPS.items()},
        "retractions": {
            group: {"checked": checked, "can_be_checked": can, "all": every, "last": last or None}
            for group, (checked, can, every, _, last) in reach.items()
        },
        "signals": [
            {str(k): v for k, v in row.items()}
            | {"state": here.states[row["signal_id"]].code, "state_in": here.states[row["signal_id"]].update_id or None}
            for row in plain.to_dict("records")
        ],
    }


def noted(review: Evidence) -> list[tuple[str, list[str]]]:
    """What was noted on each day, oldest first, as lines of plain text: for the feed."""
    here = _Page(review, ENGLISH, "")
    days = []
    for day, rows in review.tables["signals"].groupby("seen_on"):
        ordered = here.of(signals.KINDS)
        kept = ordered[ordered["signal_id"].isin(rows["signal_id"])]
        lines = [
            f"{KINDS[row['kind']]}: {row['title']}. Would it change the answer? {CHANGE[row['would_change']]}. {row['why']}"
            for _, row in kept.iterrows()
        ]
        if lines:
            days.append((str(day), lines))
    return days


def calendar(review: Evidence) -> str:
    """The day on which the next search falls due as a calendar entry (RFC 5545), with a reminder two weeks before.

    The publisher ends its lines as the standard asks.
    """
    update, settings = review.update, review.settings
    due, stamp = str(update["next_due"]).replace("-", ""), str(update["integrated_on"]).replace("-", "")
    after = (dt.date.fromisoformat(str(update["next_due"])) + dt.timedelta(days=1)).isoformat().replace("-", "")
    title = _ics(f"{settings.short_title}: the next search is due")
    told = _ics(
        f"Evidence searched through {update['searched_through']}. See `review update status`; the page Yearly update has the steps."
    )
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{settings.slug}//next search//EN", "BEGIN:VEVENT"),
        *(f"UID:{settings.slug}-{update['next_due']}", f"DTSTAMP:{stamp}T120000Z"),
        *(f"DTSTART;VALUE=DATE:{due}", f"DTEND;VALUE=DATE:{after}", f"SUMMARY:{title}", f"DESCRIPTION:{told}"),
        *("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{title}", "TRIGGER:-P14D", "END:VALARM"),
        *("END:VEVENT", "END:VCALENDAR"),
    ]
    return "\n".join(folded for line in lines for folded in _folded(line)) + "\n"


def _ics(text: str) -> str:
    return re.sub(r"([\\;,])", r"\\\1", html.unescape(text))


def _folded(line: str) -> Iterator[str]:
    """A content line in pieces of at most 75 octets, as the standard asks."""
    data = line.encode()
    yield data[:75].decode(errors="ignore")
    rest = data[len(data[:75].decode(errors="ignore").encode()) :]
    while rest:
        piece = rest[:74].decode(errors="ignore")
        yield f" {piece}"
        rest = rest[len(piece.encode()) :]


def messages(review: Evidence) -> Iterator[Message]:
    """Texts of the page and the box that a language needs, and those about single signals, which it may leave in English."""
    here = "src/helpers/report/since.py"
    for texts in (WORDS, KINDS, CHANGE, STATUS, STATES, CHECKED, DECISIONS):
        yield from (Message(text, CONTEXT, here) for text in texts.values())
    yield from (Message(name, CONTEXT, here) for _, name in GROUPS.values())
    living, rule = review.settings.living, review.settings.early_update
    own = [text for text in (living.get("reason"), rule.get("rule")) if text]
    yield from (Message(text, SIGNAL, "data/review.yaml", is_optional=True) for text in own)
    yield from (Message(text, SIGNAL, "data/signals.csv", is_optional=True) for text in review.tables["signals"]["why"])
    codes = {
        (name, code) for name in ("condition", "treatment") for code in review.tables["signal_figures"][name].dropna()
    }
    codes |= {("section", code) for cell in review.tables["signals"]["sections"] for code in _parts(cell)}
    lists = "data/vocabularies.csv"
    yield from (Message(review.label(name, code), name, lists, is_optional=True) for name, code in sorted(codes))
