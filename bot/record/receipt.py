"""The receipt: everything that is known of one finished handover, and a hash by which it is known again.

What was known when the FE left is `data`, and `sha256` is taken over it: it is the same whenever, in whatever language
and by whichever version the receipt is made again. What people added afterwards (a photo, a problem found on unpacking,
the mark that it was claimed) can't change that any more: it is `later`, with a hash of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from bot.handover.location import Location
from bot.handover.model import AuditEntry, Handover, Shipment
from bot.lists.model import ExpectedRow
from bot.record.canonical import Json, digest, moment, whole
from bot.text import parcel_key

FORMAT = "otc-bot receipt 1"
"""Stands in the data: another way to write it gets another number."""

KEPT = (
    *("kind", "counted", "scanned", "total", "reason", "again", "wish", "why", "stage", "status", "tracking_ids"),
    *("tracking_id", "added", "running", "missing", "only", "reference", "step", "to"),
)
"""What a receipt takes over from an audit entry's detail. A code has no name in this list, so none can get through."""


LATER_TOTALS = ("end_obd_eligible", "end_obd_failed", "end_flyer_eligible", "end_flyer_failed")
"""Of Flipkart's own figures those that were not kept from the beginning."""


class RecordError(Exception):
    """The record could not be made; the sentence says what to do."""


class NotFinished(RecordError):
    """The FE is still at the dock."""

    def __init__(self) -> None:
        super().__init__("This handover goes on: the receipt is made when the FE has left. Ask for it again then.")


@dataclass(frozen=True, slots=True)
class OwnScan:
    """A parcel that the seller scanned with their own scanner."""

    tracking_id: str
    by: str
    """Slack user id of who scanned it first."""
    at: datetime
    """When it was scanned first."""
    times: int = 1
    """How often it was scanned; it may grow after the end, so the hash leaves it out."""


@dataclass(frozen=True, slots=True)
class ProblemParcel:
    """A parcel that a person reported, and what became of its claim."""

    tracking_id: str
    kind: str
    note: str
    reported_by: str
    """Slack user id."""
    at: datetime
    claimed_at: datetime | None = None
    reference: str = ""
    """Flipkart's number of the claim, as a person typed it."""
    state: str = ""
    """How far the claim is, as people noted it."""
    state_at: datetime | None = None
    amount: int | None = None
    """What was claimed, in paise."""
    paid: int | None = None
    """What Flipkart paid, in paise."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of a parcel, or of the whole handover."""

    tracking_id: str | None
    name: str
    sha256: str
    """Over the file as it was received, in hexadecimal."""
    content: bytes | Path
    """The file, or where it lies: all of a handover's pictures together would fill the memory."""
    at: datetime | None = None
    """When it was added; None: before the handover ended."""
    shows: str = ""
    """Which sides of the parcel, as `bot.handover.evidence.as_kept` writes it; no hash has it."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """All that is known of one tracking id."""

    tracking_id: str
    shipment: Shipment | None
    """What the FE scanned; None: the FE never did."""
    own_scan: OwnScan | None
    claims: tuple[ProblemParcel, ...]
    photos: tuple[Photo, ...]
    unlisted: bool = False
    """Whether the FE brought it and no list of what should arrive names it."""

    @property
    def troubled(self) -> bool:
        """Whether Flipkart's own data says that something is wrong with it."""
        return self.shipment is not None and (self.shipment.problem or self.shipment.obd_remarked)

    @property
    def problem(self) -> bool:
        """Whether it belongs to what people look for first: something is wrong, reported or photographed."""
        return self.troubled or bool(self.claims or self.photos)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A finished handover on record. Everything is in a fixed order, whatever order it was read in."""

    handover: Handover
    location: Location
    entries: tuple[AuditEntry, ...]
    """By time."""
    shipments: tuple[Shipment, ...]
    """By tracking id."""
    own_scans: tuple[OwnScan, ...]
    claims: tuple[ProblemParcel, ...]
    photos: tuple[Photo, ...]
    names: Mapping[str, str]
    """Shown names of Slack users, by id."""
    returns: Mapping[str, ExpectedRow]
    """What lists and Flipkart say of the parcels, by parcel's key. Learnt late, perhaps: no hash has it."""
    zone: tzinfo
    """In which times are shown; the hashes don't know it."""
    ended_at: datetime
    data: dict[str, Json]
    sha256: str
    later: dict[str, Json]
    """What was added after the end; empty if nothing was."""
    later_sha256: str
    """Over `later`; an empty text if nothing was added."""
    forgotten: tuple[str, ...] = ()
    """What was forgotten since, so that the data is no longer all that its hash was taken over."""
    unlisted: frozenset[str] = frozenset()
    """The keys of parcels that were scanned and that no list of what should arrive names. A list may come after the FE,
    so no hash has them."""
    as_of: datetime | None = None
    """When it was read: what Flipkart confirms comes after the end and in no hash, and grows. None: nothing is said."""

    def name(self, user_id: str | None) -> str:
        """The shown name of a person, or their id where no name is known; empty for nobody."""
        return "" if user_id is None else self.names.get(user_id) or user_id

    @property
    def unseen(self) -> tuple[Shipment, ...]:
        """Scanned by the FE and not seen by the seller. Empty if the seller made no list of all parcels."""
        if not self.handover.own_whole:
            return ()
        seen = {parcel_key(one.tracking_id) for one in self.own_scans}
        return tuple(one for one in self.shipments if parcel_key(one.tracking_id) not in seen)

    @property
    def unscanned(self) -> tuple[OwnScan, ...]:
        """Seen by the seller and not scanned by the FE."""
        scanned = {parcel_key(one.tracking_id) for one in self.shipments}
        return tuple(one for one in self.own_scans if parcel_key(one.tracking_id) not in scanned)

    @property
    def parcels(self) -> list[Parcel]:
        """Every tracking id of the scans, the seller's scans, the reports and the photos, in order."""
        claims: dict[str, list[ProblemParcel]] = {}
        for claim in self.claims:
            claims.setdefault(parcel_key(claim.tracking_id), []).append(claim)
        photos: dict[str, list[Photo]] = {}
        for photo in self.photos:
            if photo.tracking_id:
                photos.setdefault(parcel_key(photo.tracking_id), []).append(photo)
        own = {parcel_key(one.tracking_id): one for one in self.own_scans}
        by_id: list[tuple[str, Shipment | None]] = [(one.tracking_id, one) for one in self.shipments]
        known = {parcel_key(one.tracking_id) for one in self.shipments}
        others = [one.tracking_id for one in self.own_scans] + [one.tracking_id for one in self.claims]
        others += [one.tracking_id for one in self.photos if one.tracking_id]
        by_id += [(one, None) for name, one in {parcel_key(one): one for one in others}.items() if name not in known]
        found = []
        for tracking_id, shipment in sorted(by_id, key=lambda one: one[0]):
            name = parcel_key(tracking_id)
            reports, pictures = tuple(claims.get(name, ())), tuple(photos.get(name, ()))
            found.append(Parcel(tracking_id, shipment, own.get(name), reports, pictures, name in self.unlisted))
        return found

    @property
    def general_photos(self) -> tuple[Photo, ...]:
        """Photos of the whole handover."""
        return tuple(one for one in self.photos if not one.tracking_id)

    @property
    def people(self) -> tuple[str, ...]:
        """The ids of everybody who is named on the receipt, sorted."""
        ids = [entry.by for entry in self.entries] + [one.by for one in self.own_scans]
        ids += [one.reported_by for one in self.claims]
        ids += [self.handover.counted_by, self.handover.start_otc_by, self.handover.end_otc_by]
        return tuple(sorted({one for one in ids if one}))


def make_receipt(
    handover: Handover,
    location: Location,
    entries: Sequence[AuditEntry],
    shipments: Sequence[Shipment],
    *,
    own_scans: Sequence[OwnScan] = (),
    claims: Sequence[ProblemParcel] = (),
    photos: Sequence[Photo] = (),
    names: Mapping[str, str] | None = None,
    returns: Mapping[str, ExpectedRow] | None = None,
    zone: tzinfo = UTC,
) -> Receipt:
    """Puts a finished handover on record.

    Args:
        handover: as it was when it ended.
        location: where it was, for its name.
        entries: the audit entries of this handover, in any order.
        shipments: all parcels that the FE scanned, in any order.
        own_scans: what the seller scanned; empty if nobody did.
        claims: problem parcels that people reported.
        photos: with their content, for thumbnails.
        names: shown names by Slack user id; a person without one is shown by id.
        returns: what lists and Flipkart say of the parcels, by parcel's key; in tables, and in no hash.
        zone: in which times are shown.

    Raises:
        NotFinished: the FE is still there.
    """
    if not handover.over or handover.ended_at is None:
        raise NotFinished
    end = handover.ended_at
    entries = sorted(entries, key=lambda one: (one.at, one.n or 0, one.what, one.by or ""))
    shipments = sorted(shipments, key=lambda one: one.key)
    own_scans = sorted(own_scans, key=lambda one: (one.tracking_id, one.at))
    claims = sorted(claims, key=lambda one: (one.tracking_id, one.at, one.kind, one.note))
    photos = sorted(photos, key=lambda one: (one.tracking_id or "", one.name, one.sha256))
    data: dict[str, Json] = {
        "format": FORMAT,
        "handover": _handover(handover),
        "record": [_entry(one) for one in entries if one.at <= end],
        "parcels": [_parcel(one) for one in shipments],
        "own_scans": [_own_scan(one) for one in own_scans if one.at <= end],
        "problems": [_problem(one) for one in claims if one.at <= end],
        "photos": [_photo(one) for one in photos if one.at is None or one.at <= end],
    }
    later = _later(end, entries, own_scans, claims, photos)
    return Receipt(
        handover=handover,
        location=location,
        entries=tuple(entries),
        shipments=tuple(shipments),
        own_scans=tuple(own_scans),
        claims=tuple(claims),
        photos=tuple(photos),
        names=dict(names or {}),
        returns=dict(returns or {}),
        zone=zone,
        ended_at=end,
        data=data,
        sha256=digest(data),
        later=later,
        later_sha256=digest(later) if later else "",
    )


def _later(
    end: datetime,
    entries: Iterable[AuditEntry],
    own_scans: Iterable[OwnScan],
    claims: Iterable[ProblemParcel],
    photos: Iterable[Photo],
) -> dict[str, Json]:
    added: dict[str, list[Json]] = {
        "record": [_entry(one) for one in entries if one.at > end],
        "own_scans": [_own_scan(one) for one in own_scans if one.at > end],
        "problems": [_problem(one) for one in claims if one.at > end],
        "claims": [_claim(one) for one in claims if one.claimed_at is not None],
        "photos": [_photo(one) for one in photos if one.at is not None and one.at > end],
    }
    return {name: rows for name, rows in added.items() if rows}


def _claim(one: ProblemParcel) -> Json:
    found: dict[str, Json] = {
        "tracking_id": whole(one.tracking_id),
        "kind": whole(one.kind),
        "reported_at": moment(one.at),
        "claimed_at": moment(one.claimed_at),
        "reference": whole(one.reference),
    }
    # Not of one that was only raised: what was printed of it before there were states keeps its hash.
    if one.state not in ("", "raised"):
        found |= {"state": whole(one.state), "state_at": moment(one.state_at)}
    return found | {name: paise for name, paise in (("amount", one.amount), ("paid", one.paid)) if paise is not None}


def _handover(h: Handover) -> dict[str, Json]:
    return {
        "id": h.id,
        "location_id": whole(h.location_id),
        "fe_id": whole(h.fe_id),
        "fe_name": whole(h.fe_name),
        "partner": whole(h.partner),
        "lob": whole(h.lob),
        "task_id": whole(h.task_id),
        "otc_mode": str(h.otc_mode),
        "stage": str(h.stage),
        "arrived_at": moment(h.arrived_at),
        "scanning_at": moment(h.scanning_at),
        "closing_at": moment(h.closing_at),
        "ended_at": moment(h.ended_at),
        "first_scan_at": moment(h.first_scan_at),
        "last_scan_at": moment(h.last_scan_at),
        "scanned": h.scanned,
        "accepted": h.accepted,
        "rejected": h.rejected,
        "mismatched": h.mismatched,
        "obd_eligible": h.obd_eligible,
        "obd_remarked": h.obd_remarked,
        "counted": h.counted,
        "counted_by": h.counted_by,
        "counted_at": moment(h.counted_at),
        "counted_scanned": h.counted_scanned,
        "start_otc_by": h.start_otc_by,
        "start_otc_at": moment(h.start_otc_at),
        "end_otc_by": h.end_otc_by,
        "end_otc_at": moment(h.end_otc_at),
        "end_total": h.end_total,
        "end_reason": whole(h.end_reason),
        # Only what is known: the record of a handover of before these were kept has the hash that it had.
        **{name: n for name in LATER_TOTALS if (n := getattr(h, name)) is not None},
    }


def _entry(entry: AuditEntry) -> dict[str, Json]:
    detail = {name: _plain(entry.detail[name]) for name in KEPT if entry.detail.get(name) is not None}
    return {"n": entry.n, "what": str(entry.what), "at": moment(entry.at), "by": entry.by, "detail": detail}


def _plain(value: object) -> Json:
    if isinstance(value, bool | int):
        return value
    if isinstance(value, list | tuple):
        return [whole(str(one)) for one in value]
    return whole(str(value))


def _parcel(s: Shipment) -> dict[str, Json]:
    return {
        "tracking_id": whole(s.tracking_id),
        "shipment_id": whole(s.shipment_id),
        "status": whole(s.status),
        "reason": whole(s.reason),
        "actual_flyer_id": whole(s.actual_flyer_id),
        "captured_flyer_id": whole(s.captured_flyer_id),
        "flyer_status": whole(s.flyer_status),
        "obd_eligible": s.obd_eligible,
        "obd_remark": whole(s.obd_remark),
        "scanned_at": moment(s.scanned_at),
    }


def _own_scan(one: OwnScan) -> dict[str, Json]:
    return {"tracking_id": whole(one.tracking_id), "by": one.by, "at": moment(one.at)}


def _problem(one: ProblemParcel) -> dict[str, Json]:
    return {
        "tracking_id": whole(one.tracking_id),
        "kind": whole(one.kind),
        "note": whole(one.note),
        "reported_by": one.reported_by,
        "at": moment(one.at),
    }


def _photo(one: Photo) -> dict[str, Json]:
    tracking_id = None if one.tracking_id is None else whole(one.tracking_id)
    return {"tracking_id": tracking_id, "name": whole(one.name), "sha256": one.sha256}
