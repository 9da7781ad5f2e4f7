"""Reads what proves a claim, but for the names of people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo

from sqlalchemy import Connection, select

from bot.handover.claim_steps import Noted
from bot.handover.claims import Claim
from bot.handover.location import Location
from bot.handover.retention import Forgets
from bot.photos.videos import Video
from bot.record.proof import Proof
from bot.store.absences import Missed, missed
from bot.store.claiming import claim_of, noted_of
from bot.store.records import Record, RecordStore
from bot.store.session import Database, one_transaction
from bot.store.tables import AUDIT, CLAIM, CLAIM_STEP, VIDEO
from bot.store.videos import video_of


@dataclass(frozen=True, slots=True)
class Proven:
    """Everything that a proof is made of, but for the names."""

    claim: Claim
    record: Record
    steps: tuple[Noted, ...]
    videos: tuple[Video, ...]

    @property
    def people(self) -> tuple[str, ...]:
        """The Slack ids of everybody in it, sorted."""
        ids = [*self.record.people, *(one.by for one in self.steps), *(one.by for one in self.videos)]
        return tuple(sorted({*ids, *filter(None, [self.claim.opened_by, self.claim.claimed_by])}))

    def proof(self, location: Location, zone: tzinfo, names: Mapping[str, str] | None = None) -> Proof:
        """The proof. Raises NotFinished: the FE is still there."""
        return Proof(self.claim, self.record.receipt(location, zone, names), self.steps, self.videos)


class ProofStore:
    """Reads proofs. Every query is one transaction."""

    def __init__(self, database: Database, records: RecordStore) -> None:
        self._database = database
        self._records = records

    async def asked(self, handover_id: str, n: int) -> Proven | Missed | None:
        """What the handover's event with this number asks for; None where there is no such claim any more."""
        claim_id = await self._claim_of(handover_id, n)
        return None if claim_id is None else await self.of(claim_id)

    async def of(self, claim_id: str) -> Proven | Missed | None:
        """What proves a claim; None where there is none with this id, or its parcels were forgotten."""
        found = await self._read(claim_id)
        if found is None:
            return None
        claim, steps, videos = found
        if claim.handover_id is None:
            return await self._missed(claim, steps)
        record = await self._records.load(claim.handover_id)
        # Without them it would say that nobody scanned the parcel.
        return None if Forgets.PARCELS in record.forgotten else Proven(claim, record, steps, videos)

    @one_transaction
    def _missed(self, connection: Connection, claim: Claim, steps: tuple[Noted, ...]) -> Missed | None:
        return missed(connection, claim, steps)

    @one_transaction
    def _claim_of(self, connection: Connection, handover_id: str, n: int) -> str | None:
        query = select(AUDIT.c.detail).where(AUDIT.c.handover_id == handover_id, AUDIT.c.n == n)
        detail = connection.scalar(query)
        return str(detail["claim"]) if detail and detail.get("claim") else None

    @one_transaction
    def _read(self, connection: Connection, claim_id: str) -> tuple[Claim, tuple[Noted, ...], tuple[Video, ...]] | None:
        row = connection.execute(select(CLAIM).where(CLAIM.c.id == claim_id)).first()
        if row is None:
            return None
        steps = select(CLAIM_STEP).where(CLAIM_STEP.c.claim_id == claim_id).order_by(CLAIM_STEP.c.id)
        videos = select(VIDEO).where(VIDEO.c.handover_id == row.handover_id).order_by(VIDEO.c.id)
        return (
            claim_of(row),
            tuple(noted_of(one) for one in connection.execute(steps)),
            tuple(video_of(one) for one in connection.execute(videos)),
        )
