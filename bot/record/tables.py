"""Receipts as tables: CSV, XLSX and JSON lines, of one handover or of as many as an export holds.

CSV and XLSX are for people with a spreadsheet. In CSV what Excel would run as a formula or take for a number gets an
apostrophe before it (`bot.record.csvs`); in XLSX every such cell is marked as text instead.
Both show texts from outside as one line without signs that can't be seen. JSON lines are for programs: what is hashed
stands there untouched (`bot.record.canonical` says how to check it).

The names of CSV's columns and of JSON's keys are the same in every language, so that what people build on them goes on.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from bot.handover.model import Shipment
from bot.i18n import N_, NC_, _, use
from bot.record import sentences as say
from bot.record.canonical import moment
from bot.record.csvs import Cell, cell, rupees
from bot.record.receipt import Photo, ProblemParcel, Receipt
from bot.record.sheets import json_lines, workbook
from bot.record.totals import own_flyers
from bot.text import parcel_key

LONGEST_CELL = 30_000
"""Signs; Excel takes 32,767."""
HANDOVER = ("location_id", "location", "fe_id", "fe_name", "partner", "lob", "task_id", "handover", "sha256")
"""Repeated in every row, so that a row that was filtered out of the table still says where it belongs."""
SUMMARY = (
    *("arrived_at", "scanning_at", "closing_at", "ended_at", "stage", "scanned", "accepted", "rejected", "mismatched"),
    *("obd_eligible", "obd_remarked", "flipkart_total", "counted", "counted_by", "counted_at", "start_otc_by"),
    *("start_otc_at", "end_otc_by", "end_otc_at", "override_reason", "own_scans", "not_seen", "not_scanned"),
    *("verdict", "later_sha256"),
    *("flipkart_open_boxes", "flipkart_open_boxes_failed", "flipkart_flyers", "flipkart_flyers_failed", "flyers"),
    *("flipkart_completed", "flipkart_completed_of", "flipkart_completed_as_of", "flipkart_confirms"),
)
PARCEL = (
    *("tracking_id", "status", "reason", "expected_flyer", "captured_flyer", "flyer_status", "open_box", "scanned_at"),
    *("own_scan", "own_scan_by", "own_scan_at", "own_scan_times"),
    *("problem", "problem_note", "reported_by", "reported_at", "claimed_at", "claim_reference", "photos"),
    *("claim_state", "claim_amount", "claim_paid"),
    *("return_id", "order_item_id", "return_reason", "unlisted"),
)
EVENT = ("at", "what", "by", "by_id", "particulars")
WIDE = ("verdict", "flipkart_confirms", "override_reason", "particulars", "problem_note")
COLUMNS = ("row", *HANDOVER, *PARCEL, *EVENT, *SUMMARY)
"""CSV: `row` is "handover", "parcel" or "event" and says which of the columns are filled."""


def to_csv(receipts: Iterable[Receipt], *, language: str = "en") -> bytes:
    """One table of all receipts, in UTF-8 with the mark at its beginning by which Excel knows it."""
    file = io.StringIO(newline="")
    with use(language):
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for receipt in receipts:
            for kind, rows in (
                ("handover", [_summary(receipt)]),
                ("parcel", _parcels(receipt)),
                ("event", _events(receipt)),
            ):
                for row in rows:
                    filled = {"row": kind, **_handover(receipt), **row}
                    writer.writerow([cell(filled.get(name)) for name in COLUMNS])
    return b"\xef\xbb\xbf" + file.getvalue().encode("utf-8")


def to_xlsx(receipts: Sequence[Receipt], *, language: str = "en") -> bytes:
    """A workbook with three sheets: a line per handover, per parcel and per event.

    Raises:
        TooManyRows: a sheet would be longer than Excel takes.
    """
    with use(language):
        sheets = [
            (title, names, [{**_handover(receipt), **row} for receipt in receipts for row in make(receipt)])
            for title, names, make in (
                (_("Summary"), (*HANDOVER, *SUMMARY), lambda receipt: [_summary(receipt)]),
                (_("Parcels"), (*PARCEL, *HANDOVER), _parcels),
                (_("Record"), (*EVENT, *HANDOVER), _events),
            )
        ]
        return workbook(sheets, TITLES, WIDE)


def to_jsonl(receipts: Iterable[Receipt]) -> bytes:
    """One line per handover: the hashed data untouched, its hash, and the names by which it was shown."""
    lines = (
        json.dumps(
            {
                "sha256": receipt.sha256,
                "data": receipt.data,
                "later_sha256": receipt.later_sha256,
                **({"forgotten": list(receipt.forgotten)} if receipt.forgotten else {}),
                "later": receipt.later,
                **({"unlisted": sorted(receipt.unlisted)} if receipt.unlisted else {}),
                **({"flipkart": _flipkart(receipt)} if receipt.as_of is not None else {}),
                "shown": {
                    "location": say.shown(receipt.location.name),
                    "names": {one: say.shown(receipt.name(one), 80) for one in receipt.people},
                },
                "returns": {
                    one.tracking_id: {
                        "return_id": one.return_id,
                        "order_item_id": one.order_item_id,
                        "reason": one.reason,
                        "expected_date": one.expected_on.isoformat() if one.expected_on else None,
                    }
                    for one in receipt.returns.values()
                },
            },
            ensure_ascii=False,
            sort_keys=True,
        )
        for receipt in receipts
    )
    return json_lines(lines)


def _flipkart(receipt: Receipt) -> dict[str, int | str | None]:
    """How many parcels Flipkart counts as returned: beside the data, for it grows."""
    h = receipt.handover
    return {"completed": h.confirmed, "of": h.brought, "as_of": moment(receipt.as_of)}


def _time(at: datetime | None, receipt: Receipt) -> str | None:
    """With its offset, so that it says one moment wherever it is read."""
    return None if at is None else at.astimezone(receipt.zone).isoformat(sep=" ", timespec="seconds")


def _text(text: str) -> str:
    return say.shown(text, LONGEST_CELL)


def _handover(receipt: Receipt) -> dict[str, Cell]:
    h = receipt.handover
    return {
        "location_id": _text(h.location_id),
        "location": _text(receipt.location.name),
        "fe_id": _text(h.fe_id),
        "fe_name": _text(h.fe_name),
        "partner": _text(h.partner),
        "lob": _text(h.lob),
        "task_id": _text(h.task_id),
        "handover": h.id,
        "sha256": receipt.sha256,
    }


def _summary(receipt: Receipt) -> dict[str, Cell]:
    h = receipt.handover
    return {
        "arrived_at": _time(h.arrived_at, receipt),
        "scanning_at": _time(h.scanning_at, receipt),
        "closing_at": _time(h.closing_at, receipt),
        "ended_at": _time(h.ended_at, receipt),
        "stage": str(h.stage),
        "scanned": h.scanned,
        "accepted": h.accepted,
        "rejected": h.rejected,
        "mismatched": h.mismatched,
        "obd_eligible": h.obd_eligible,
        "obd_remarked": h.obd_remarked,
        "flipkart_total": h.end_total,
        "counted": h.counted,
        "counted_by": _text(receipt.name(h.counted_by)),
        "counted_at": _time(h.counted_at, receipt),
        "start_otc_by": _text(receipt.name(h.start_otc_by)),
        "start_otc_at": _time(h.start_otc_at, receipt),
        "end_otc_by": _text(receipt.name(h.end_otc_by)),
        "end_otc_at": _time(h.end_otc_at, receipt),
        "override_reason": _text(h.end_reason),
        "own_scans": len(receipt.own_scans),
        "not_seen": len(receipt.unseen) if receipt.handover.own_whole else None,
        "not_scanned": len(receipt.unscanned),
        "verdict": say.verdict(receipt),
        "later_sha256": receipt.later_sha256,
        "flipkart_open_boxes": h.end_obd_eligible,
        "flipkart_open_boxes_failed": h.end_obd_failed,
        "flipkart_flyers": h.end_flyer_eligible,
        "flipkart_flyers_failed": h.end_flyer_failed,
        "flyers": own_flyers(receipt),
        "flipkart_completed": h.confirmed,
        "flipkart_completed_of": h.brought,
        "flipkart_completed_as_of": _time(receipt.as_of, receipt),
        "flipkart_confirms": say.confirmed(receipt),
    }


def _events(receipt: Receipt) -> Iterator[dict[str, Cell]]:
    for entry in receipt.entries:
        yield {
            "at": _time(entry.at, receipt),
            "what": say.event(entry),
            "by": _text(receipt.name(entry.by)),
            "by_id": entry.by,
            "particulars": say.particulars(entry),
        }


def _parcels(receipt: Receipt) -> Iterator[dict[str, Cell]]:
    """Every parcel once, also one that the FE never scanned; once for each report, if there are several of one."""
    for parcel in receipt.parcels:
        base: dict[str, Cell] = {"tracking_id": _text(parcel.tracking_id), "photos": _files(parcel.photos)}
        base |= _parcel(receipt, parcel.shipment) | _returned(receipt, parcel.tracking_id)
        if parcel.unlisted:
            base["unlisted"] = _("not on your list")
        scan = parcel.own_scan
        if scan is not None:
            base |= {"own_scan": _("seen"), "own_scan_by": _text(receipt.name(scan.by))}
            base |= {"own_scan_at": _time(scan.at, receipt), "own_scan_times": scan.times}
        elif receipt.handover.own_whole:
            base["own_scan"] = _("not seen")
        for claim in parcel.claims:
            yield base | _claim(receipt, claim)
        if not parcel.claims:
            yield base
    if receipt.general_photos:
        yield {"status": _("photos of the whole handover"), "photos": _files(receipt.general_photos)}


def _files(photos: Iterable[Photo]) -> str:
    return _text("; ".join(f"{say.shown(one.name, 120)} (SHA-256 {one.sha256})" for one in photos))


def _parcel(receipt: Receipt, one: Shipment | None) -> dict[str, Cell]:
    if one is None:
        return {"status": _("not scanned by the FE")}
    return {
        "status": say.status(one),
        "reason": _text(one.reason),
        "expected_flyer": _text(one.actual_flyer_id),
        "captured_flyer": _text(one.captured_flyer_id),
        "flyer_status": _text(one.flyer_status),
        "open_box": _text(one.obd_remark) or ("–" if one.obd_eligible else None),
        "scanned_at": _time(one.scanned_at, receipt),
    }


def _returned(receipt: Receipt, tracking_id: str) -> dict[str, Cell]:
    told = receipt.returns.get(parcel_key(tracking_id))
    if told is None:
        return {}
    return {
        "return_id": _text(told.return_id),
        "order_item_id": _text(told.order_item_id),
        "return_reason": _text(told.reason),
    }


def _claim(receipt: Receipt, claim: ProblemParcel) -> dict[str, Cell]:
    return {
        "problem": _text(claim.kind),
        "problem_note": _text(claim.note),
        "reported_by": _text(receipt.name(claim.reported_by)),
        "reported_at": _time(claim.at, receipt),
        "claimed_at": _time(claim.claimed_at, receipt),
        "claim_reference": _text(claim.reference),
        "claim_state": claim.state,
        "claim_amount": rupees(claim.amount),
        "claim_paid": rupees(claim.paid),
    }


TITLES = {
    "location_id": N_("Location id"),
    "location": N_("Location"),
    "fe_id": N_("FE id"),
    "fe_name": N_("FE"),
    "partner": N_("Courier"),
    "lob": N_("Line of business"),
    "task_id": N_("Task"),
    "handover": N_("Handover"),
    "sha256": "SHA-256",
    "arrived_at": N_("Arrived"),
    "scanning_at": N_("Scanning began"),
    "closing_at": N_("End OTC page opened"),
    "ended_at": NC_("time", "Left"),
    "stage": N_("Stage"),
    "scanned": N_("Scanned"),
    "accepted": N_("Accepted"),
    "rejected": N_("Rejected"),
    "mismatched": N_("Wrong flyers"),
    "obd_eligible": N_("Open boxes"),
    "obd_remarked": N_("Open boxes with a remark"),
    "flipkart_total": N_("Flipkart's total"),
    "flipkart_open_boxes": N_("Flipkart's open boxes"),
    "flipkart_open_boxes_failed": N_("Flipkart's open boxes with a problem"),
    "flipkart_flyers": N_("Flipkart's flyers to be compared"),
    "flipkart_flyers_failed": N_("Flipkart's wrong flyers"),
    "flyers": N_("Flyers to be compared"),
    "flipkart_completed": N_("Confirmed by Flipkart"),
    "flipkart_completed_of": N_("To be confirmed by Flipkart"),
    "flipkart_completed_as_of": N_("Confirmed by Flipkart, as of"),
    "flipkart_confirms": N_("What Flipkart confirms"),
    "counted": N_("Counted"),
    "counted_by": N_("Counted by"),
    "counted_at": N_("Counted at"),
    "start_otc_by": N_("Start OTC taken by"),
    "start_otc_at": N_("Start OTC taken at"),
    "end_otc_by": N_("End OTC taken by"),
    "end_otc_at": N_("End OTC taken at"),
    "override_reason": N_("Reason for closing although the count differed"),
    "own_scans": N_("Scanned by the seller"),
    "not_seen": N_("Not seen by the seller"),
    "not_scanned": N_("Not scanned by the FE"),
    "verdict": N_("Verdict"),
    "later_sha256": N_("SHA-256 of what was added later"),
    "tracking_id": N_("Tracking id"),
    "status": N_("Status"),
    "reason": N_("Reason"),
    "expected_flyer": N_("Expected flyer"),
    "captured_flyer": N_("Flyer on the parcel"),
    "flyer_status": N_("Flyer status"),
    "open_box": N_("Open box"),
    "scanned_at": N_("Scanned at"),
    "own_scan": N_("Seller's own scan"),
    "own_scan_by": N_("Seen by"),
    "own_scan_at": N_("Seen at"),
    "own_scan_times": N_("Times seen"),
    "problem": N_("Problem"),
    "problem_note": N_("Note"),
    "reported_by": N_("Reported by"),
    "reported_at": N_("Reported at"),
    "claimed_at": N_("Claimed at"),
    "claim_state": N_("State of the claim"),
    "claim_amount": N_("Claimed, rupees"),
    "claim_paid": N_("Paid, rupees"),
    "claim_reference": N_("Reference of the claim"),
    "photos": N_("Photos"),
    "return_id": N_("Return id"),
    "order_item_id": N_("Order item id"),
    "return_reason": N_("Reason of the return"),
    "unlisted": N_("Not on your list"),
    "at": N_("Time"),
    "what": N_("What"),
    "by": N_("By"),
    "by_id": N_("Id in Slack"),
    "particulars": N_("Particulars"),
}
"""Titles of the sheets' columns."""
