"""Claims as tables, for the claims desk: how far each is, what it is about in money, and who noted what when.

The names of CSV's columns and of JSON's keys are the same in every language; a workbook's titles are translated.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from decimal import Decimal

from bot.handover.claim_steps import Noted
from bot.handover.claim_sums import ClaimSums, Month, claim_sums
from bot.handover.claims import Claim
from bot.handover.location import Location
from bot.i18n import N_, _, use
from bot.record.csvs import Cell, rupees, table
from bot.record.sentences import shown
from bot.record.sheets import json_lines, workbook


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A claim with where it belongs."""

    claim: Claim
    location: str
    fe_id: str
    """Empty, as the name and the task, where no FE brought the parcel."""
    fe_name: str
    task_id: str
    steps: tuple[Noted, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimMonth:
    """All that a summary says."""

    location: Location
    month: Month
    lines: Sequence[ClaimLine]

    @property
    def sums(self) -> ClaimSums:
        """Over the lines, so that whoever adds the table up gets the same."""
        return claim_sums([line.claim for line in self.lines], self.month.begin, self.month.end)


CLAIM = (
    *("tracking_id", "state", "state_at", "reference", "claimed_rupees", "paid_rupees", "due_at", "problem", "note"),
    *("opened_by", "opened_at", "claimed_by", "claimed_at", "location_id", "location", "fe_id", "fe_name", "task_id"),
    *("handover", "claim"),
)
STEP = ("at", "state", "by", "reference", "claimed_rupees", "paid_rupees", "note", "tracking_id", "claim")
TITLES = {
    "tracking_id": N_("Tracking id"),
    "state": N_("State of the claim"),
    "state_at": N_("Since"),
    "reference": N_("Reference"),
    "claimed_rupees": N_("Claimed, rupees"),
    "paid_rupees": N_("Paid, rupees"),
    "due_at": N_("Claim until"),
    "problem": N_("Problem"),
    "note": N_("Note"),
    "opened_by": N_("Reported by"),
    "opened_at": N_("Reported at"),
    "claimed_by": N_("Claimed by"),
    "claimed_at": N_("Claimed at"),
    "location_id": N_("Location id"),
    "location": N_("Location"),
    "fe_id": N_("FE id"),
    "fe_name": N_("FE"),
    "task_id": N_("Task"),
    "handover": N_("Handover"),
    "claim": N_("Claim"),
    "at": N_("Time"),
    "by": N_("By"),
}


def to_csv(lines: Iterable[ClaimLine], zone: tzinfo) -> bytes:
    """One row a claim."""
    return table(CLAIM, (_claim(line, zone) for line in lines))


def to_xlsx(lines: Sequence[ClaimLine], zone: tzinfo, *, language: str = "en") -> bytes:
    """A workbook of two sheets: a row a claim, and a row for each time that somebody noted something.

    Raises:
        TooManyRows: a sheet would be longer than Excel takes.
    """
    with use(language):
        steps = [row for line in lines for row in _steps(line, zone)]
        sheets = [(_("Claims"), CLAIM, [_claim(line, zone) for line in lines]), (_("History"), STEP, steps)]
        return workbook(sheets, TITLES, ("note",))


def month_table(found: ClaimMonth, zone: tzinfo) -> bytes:
    """The workbook below a month's summary, in the location's language. Raises TooManyRows."""
    named = [replace(line, location=found.location.name) for line in found.lines]
    return to_xlsx(named, zone, language=found.location.language)


def to_jsonl(lines: Iterable[ClaimLine], zone: tzinfo) -> bytes:
    """One object a claim, with its history; amounts are texts such as "450.00", what is not known is null."""
    return json_lines(
        json.dumps(
            _plain(_claim(line, zone)) | {"history": [_plain(row) for row in _steps(line, zone)]}, ensure_ascii=False
        )
        for line in lines
    )


def _claim(line: ClaimLine, zone: tzinfo) -> dict[str, Cell]:
    claim = line.claim
    return {
        "tracking_id": shown(claim.tracking_id),
        "state": claim.state.value,
        "state_at": _time(claim.state_at, zone),
        "reference": shown(claim.reference),
        "claimed_rupees": rupees(claim.amount),
        "paid_rupees": rupees(claim.paid),
        "due_at": _time(claim.due_at, zone),
        "problem": ", ".join(shown(kind, 60) for kind, _note in claim.reasons),
        "note": "; ".join(shown(note) for _kind, note in claim.reasons if note),
        "opened_by": shown(claim.opened_by or ""),
        "opened_at": _time(claim.opened_at, zone),
        "claimed_by": shown(claim.claimed_by or ""),
        "claimed_at": _time(claim.claimed_at, zone),
        "location_id": shown(claim.location_id),
        "location": shown(line.location),
        "fe_id": shown(line.fe_id),
        "fe_name": shown(line.fe_name),
        "task_id": shown(line.task_id),
        "handover": claim.handover_id or "",
        "claim": claim.id,
    }


def _steps(line: ClaimLine, zone: tzinfo) -> list[dict[str, Cell]]:
    return [
        {
            "at": _time(one.at, zone),
            "state": one.state.value,
            "by": shown(one.by),
            "reference": shown(one.reference),
            "claimed_rupees": rupees(one.amount),
            "paid_rupees": rupees(one.paid),
            "note": shown(one.note),
            "tracking_id": shown(line.claim.tracking_id),
            "claim": line.claim.id,
        }
        for one in line.steps
    ]


def _plain(row: dict[str, Cell]) -> dict[str, object]:
    return {name: str(value) if isinstance(value, Decimal) else value or None for name, value in row.items()}


def _time(moment: datetime | None, zone: tzinfo) -> str:
    """With its offset, so that it says one moment wherever it is read."""
    return "" if moment is None else moment.astimezone(zone).isoformat(sep=" ", timespec="seconds")
