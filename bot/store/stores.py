"""Every store of the bot over one database, built together."""

from dataclasses import dataclass
from datetime import tzinfo

from bot.clock import Clock
from bot.store.approvals import ApprovalStore
from bot.store.asked import AskedStore
from bot.store.beside import BesideStore
from bot.store.claim_lines import ClaimLineStore
from bot.store.claiming import Upkeep
from bot.store.claims import ClaimStore
from bot.store.deliveries import DeliveryStore
from bot.store.digests import DigestStore
from bot.store.due_today import DueTodayStore
from bot.store.expected import ExpectedStore
from bot.store.find import TraceStore
from bot.store.handovers import HandoverStore
from bot.store.languages import LanguageStore
from bot.store.ledger import LedgerStore
from bot.store.lists import ListStore
from bot.store.modes import ModeStore
from bot.store.outages import OutageStore
from bot.store.own_scans import OwnScanStore
from bot.store.photos import PhotoStore
from bot.store.proofs import ProofStore
from bot.store.records import RecordStore
from bot.store.reminders import ReminderStore
from bot.store.retention import RetentionStore
from bot.store.returns import ReturnStore
from bot.store.session import Database
from bot.store.tallies import TallyStore
from bot.store.unreceived import UnreceivedStore
from bot.store.videos import VideoStore
from bot.store.webhooks import WebhookStore


@dataclass(frozen=True, slots=True)
class Stores:
    """What the bot keeps, by subject."""

    handovers: HandoverStore
    deliveries: DeliveryStore
    own: OwnScanStore
    tallies: TallyStore
    beside: BesideStore
    claims: ClaimStore
    claim_lines: ClaimLineStore
    photos: PhotoStore
    videos: VideoStore
    approvals: ApprovalStore
    traces: TraceStore
    reminders: ReminderStore
    digests: DigestStore
    records: RecordStore
    proofs: ProofStore
    retention: RetentionStore
    expected: ExpectedStore
    lists: ListStore
    asked: AskedStore
    returns: ReturnStore
    unreceived: UnreceivedStore
    due_today: DueTodayStore
    ledger: LedgerStore
    modes: ModeStore
    outages: OutageStore
    languages: LanguageStore
    webhooks: WebhookStore

    @classmethod
    def over(
        cls,
        database: Database,
        clock: Clock,
        *,
        claim_days: int,
        obd_photos: bool,
        zone: tzinfo,
    ) -> "Stores":
        """All of them.

        Args:
            database: where all is kept.
            clock: UTC.
            claim_days: how long a claim can be made for a problem parcel.
            obd_photos: whether the pictures of Flipkart's open-box check are fetched.
            zone: says which day it is at the docks.
        """
        records = RecordStore(database)
        return cls(
            handovers=HandoverStore(database, clock, Upkeep(claim_days, obd_photos, zone)),
            deliveries=DeliveryStore(database),
            own=OwnScanStore(database),
            tallies=TallyStore(database, clock),
            beside=BesideStore(database),
            claims=ClaimStore(database, claim_days),
            claim_lines=ClaimLineStore(database),
            photos=PhotoStore(database, clock),
            videos=VideoStore(database),
            approvals=ApprovalStore(database),
            traces=TraceStore(database),
            reminders=ReminderStore(database),
            digests=DigestStore(database),
            records=records,
            proofs=ProofStore(database, records),
            retention=RetentionStore(database, records),
            expected=ExpectedStore(database),
            lists=ListStore(database),
            asked=AskedStore(database),
            returns=ReturnStore(database),
            unreceived=UnreceivedStore(database, claim_days),
            due_today=DueTodayStore(database, zone),
            ledger=LedgerStore(database),
            modes=ModeStore(database),
            outages=OutageStore(database),
            languages=LanguageStore(database),
            webhooks=WebhookStore(database),
        )
