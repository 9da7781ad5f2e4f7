"""Forgets what was kept for long enough, a handover at a time, and keeps a line in its place."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    delete,
    exists,
    false,
    func,
    or_,
    select,
    text,
    update,
)

from bot.handover.claims import WITH_FLIPKART, State
from bot.handover.expected import LOOKED_BACK
from bot.handover.location import Location
from bot.handover.retention import SETTLED, Forgets, Forgotten
from bot.photos.check import FORGOTTEN as FORGOTTEN_PHOTO
from bot.record.absence import BEFORE
from bot.record.receipt import NotFinished
from bot.store.dialects.statements import upsert
from bot.store.records import RecordStore
from bot.store.session import Database, one_transaction
from bot.store.tables import (
    APPROVAL,
    ASKED,
    AUDIT,
    CLAIM,
    CLAIM_STEP,
    DELIVERY,
    EXPECTED,
    FORGOTTEN,
    HANDOVER,
    OWN_SAID,
    OWN_SCAN,
    PHOTO,
    REMINDER,
    RETURN,
    SHIPMENT,
    TALLY,
    VIDEO,
    WITHDRAWN,
    Sending,
)

_BITS = {Forgets.NAMES: 1, Forgets.PHOTOS: 2, Forgets.PARCELS: 4}
"""In `handover.keeps`: set while it is kept."""
_ALL = sum(_BITS.values())
_PARCELS: tuple[Table, ...] = (SHIPMENT, WITHDRAWN, OWN_SCAN, OWN_SAID)
_OF_HANDOVER: tuple[Table, ...] = (*_PARCELS, TALLY, PHOTO, VIDEO, APPROVAL, REMINDER, CLAIM, AUDIT)
"""In an order in which no row names one that is gone; the steps of claims go before these."""
_OPEN = tuple(state.value for state in WITH_FLIPKART)
_SETTLED = (State.PAID.value, State.REJECTED.value)
AROUND = LOOKED_BACK + BEFORE
"""Before a claim for what never came: the parcels of these handovers are its proof."""
_UNSENT = (Sending.PENDING, Sending.SENDING, Sending.UNKNOWN)


class RetentionStore:
    """Implements `bot.handover.retention.Retention`. Every method but `sha256` is one transaction."""

    def __init__(self, database: Database, records: RecordStore) -> None:
        self._database = database
        self._records = records

    @one_transaction
    def due(self, connection: Connection, what: Forgets, ended_before: datetime, now: datetime, most: int) -> list[str]:
        """Handovers of which this is to be forgotten, the oldest first; not those that a claim still needs."""
        bit = _BITS.get(what)
        still = [keeps for keeps in range(_ALL + 1) if bit is None or keeps & bit]
        query = select(HANDOVER.c.id).where(HANDOVER.c.keeps.in_(still), HANDOVER.c.ended_at < ended_before)
        query = query.where(~_needed(now), ~_unsent(), ~_shows_what_came(connection, now))
        return list(connection.scalars(query.order_by(HANDOVER.c.ended_at).limit(most)))

    async def sha256(self, handover_id: str) -> str:
        """Of the receipt; of what was forgotten in part, as it was before. Empty where there never was a receipt."""
        record = await self._records.load(handover_id)
        # The hash knows neither the location's name nor a zone.
        place = Location(id="x", name="x", channel="C00")
        try:
            return record.receipt(place, UTC).sha256
        except NotFinished:
            return ""

    @one_transaction
    def forget(
        self, connection: Connection, handover_id: str, what: Forgets, sha256: str, now: datetime
    ) -> Sequence[str]:
        """Forgets it, and leaves a line; returns the hashes of the pictures whose files nobody needs any more."""
        row = connection.execute(select(HANDOVER).where(HANDOVER.c.id == handover_id)).first()
        if row is None or row.ended_at is None:
            return []
        _note(connection, Forgotten(handover_id, row.location_id, row.ended_at, sha256, (what,), now))
        this = HANDOVER.c.id == handover_id
        if what is Forgets.RECORDS:
            gone = _forget_photos(connection, handover_id)
            claims = select(CLAIM.c.id).where(CLAIM.c.handover_id == handover_id)
            connection.execute(delete(CLAIM_STEP).where(CLAIM_STEP.c.claim_id.in_(claims)))
            for table in _OF_HANDOVER:
                connection.execute(delete(table).where(table.c.handover_id == handover_id))
            connection.execute(delete(DELIVERY).where(DELIVERY.c.about == handover_id))
            connection.execute(delete(HANDOVER).where(this))
            return gone
        connection.execute(update(HANDOVER).where(this).values(keeps=HANDOVER.c.keeps.op("&")(_ALL - _BITS[what])))
        if what is Forgets.NAMES:
            connection.execute(update(HANDOVER).where(this).values(fe_name=""))
        if what is Forgets.PARCELS:
            for table in _PARCELS:
                connection.execute(delete(table).where(table.c.handover_id == handover_id))
        return _forget_photos(connection, handover_id) if what is Forgets.PHOTOS else []

    @one_transaction
    def needed(self, connection: Connection, hashes: Collection[str]) -> frozenset[str]:
        """Those of the pictures that a handover shows; each is named by its hash."""
        return _shown(connection, hashes)

    @one_transaction
    def forget_missed(self, connection: Connection, before: datetime, now: datetime, most: int) -> int:
        """Forgets so many claims for what never came, and lines of the record that are of no handover."""
        old = select(CLAIM.c.id).where(CLAIM.c.handover_id.is_(None), CLAIM.c.state_at < before, ~_may_go_on(now))
        ids = list(connection.scalars(old.limit(most)))
        connection.execute(delete(CLAIM_STEP).where(CLAIM_STEP.c.claim_id.in_(ids)))
        gone = connection.execute(delete(CLAIM).where(CLAIM.c.id.in_(ids))).rowcount
        lines = select(AUDIT.c.id).where(AUDIT.c.at < before, AUDIT.c.handover_id.is_(None)).limit(most)
        return gone + connection.execute(delete(AUDIT).where(AUDIT.c.id.in_(lines))).rowcount

    @one_transaction
    def forget_lists(self, connection: Connection, before: datetime, now: datetime, most: int) -> int:
        """Forgets so many rows of what lists and Flipkart said before, and returns how many."""
        moments = ("updated_at", "completed_at", "cancelled_at", "picked_up_at", "heard_at")
        told = func.coalesce(*(RETURN.c[name] for name in moments))
        ages = ((EXPECTED, EXPECTED.c.listed_at), (ASKED, ASKED.c.asked_at))
        gone = 0
        for table, at in (*ages, (RETURN, told)):
            (key,) = table.primary_key
            old = select(key).where(at < before).limit(most)
            if table is RETURN:
                mine = (CLAIM.c.key == RETURN.c.key) & CLAIM.c.handover_id.is_(None)
                # In the words of the partial index.
                answered = (ASKED.c.ref == RETURN.c.ref) & text("asked.ref <> ''")
                old = old.where(~exists().where(mine, _may_go_on(now)), ~exists().where(answered))
            gone += connection.execute(delete(table).where(key.in_(old))).rowcount
        return gone

    @one_transaction
    def forgotten(
        self, connection: Connection, location_id: str | None, begin: datetime | None, end: datetime | None
    ) -> list[Forgotten]:
        """The lines that stand in the place of what was forgotten, by when the handover ended."""
        query = select(FORGOTTEN).order_by(FORGOTTEN.c.ended_at, FORGOTTEN.c.handover_id)
        if location_id is not None:
            query = query.where(FORGOTTEN.c.location_id == location_id)
        if begin is not None and end is not None:
            query = query.where(FORGOTTEN.c.ended_at >= begin, FORGOTTEN.c.ended_at < end)
        return [
            Forgotten(row.handover_id, row.location_id, row.ended_at, row.sha256, _whats(row.what), row.at)
            for row in connection.execute(query)
        ]


def _needed(now: datetime) -> ColumnElement[bool]:
    """Whether a claim of the handover is open, or may be opened again."""
    return exists().where(CLAIM.c.handover_id == HANDOVER.c.id, _may_go_on(now))


def _shows_what_came(connection: Connection, now: datetime) -> ColumnElement[bool]:
    """Whether the handover tells of what came when something did not for which a claim is open, or may be again."""
    unbrought = CLAIM.c.handover_id.is_(None)
    query = select(CLAIM.c.location_id, func.min(CLAIM.c.opened_at).label("first")).where(unbrought, _may_go_on(now))
    rows = connection.execute(query.group_by(CLAIM.c.location_id)).all()
    at, ended = HANDOVER.c.location_id, HANDOVER.c.ended_at
    return or_(false(), *(and_(at == row.location_id, ended > row.first - AROUND) for row in rows))


def _may_go_on(now: datetime) -> ColumnElement[bool]:
    """Whether a claim is open, or may be opened again."""
    state, since = CLAIM.c.state, now - SETTLED
    settled = and_(state.in_(_SETTLED), CLAIM.c.state_at > since)
    draft = and_(state == State.DRAFT.value, CLAIM.c.due_at > since)
    return or_(state.in_(_OPEN), settled, draft)


def _unsent() -> ColumnElement[bool]:
    """Whether something of the handover is still to be said."""
    return exists().where(DELIVERY.c.about == HANDOVER.c.id, DELIVERY.c.state.in_(_UNSENT))


def _forget_photos(connection: Connection, handover_id: str) -> list[str]:
    mine = PHOTO.c.handover_id == handover_id
    there = select(PHOTO.c.sha256).where(mine, PHOTO.c.sha256 != "", PHOTO.c.problem == "").distinct()
    hashes = list(connection.scalars(there))
    connection.execute(update(PHOTO).where(mine, PHOTO.c.problem == "").values(problem=FORGOTTEN_PHOTO))
    needed = _shown(connection, hashes)
    return [one for one in hashes if one not in needed]


def _shown(connection: Connection, hashes: Collection[str]) -> frozenset[str]:
    shown = select(PHOTO.c.sha256).where(PHOTO.c.sha256.in_(hashes), PHOTO.c.problem == "")
    return frozenset(connection.scalars(shown))


def _note(connection: Connection, line: Forgotten) -> None:
    before = connection.scalar(select(FORGOTTEN.c.what).where(FORGOTTEN.c.handover_id == line.handover_id)) or ""
    whats = ",".join(dict.fromkeys([*_whats(before), *line.what]))
    values = {"location_id": line.location_id, "ended_at": line.ended_at, "at": line.at, "what": whats}
    put = upsert(FORGOTTEN).values(values | {"handover_id": line.handover_id, "sha256": line.sha256})
    connection.execute(put.on_conflict_do_update(index_elements=["handover_id"], set_={"at": line.at, "what": whats}))


def _whats(kept: str) -> tuple[Forgets, ...]:
    return tuple(Forgets(one) for one in kept.split(",") if one)
