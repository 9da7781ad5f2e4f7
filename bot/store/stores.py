"""Every store of the bot over one database, built together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo

from bot.clock import Clock
from bot.store.claiming import Upkeep
from bot.store.claims import ClaimStore
from bot.store.digests import DigestStore
from bot.store.expected import ExpectedStore
from bot.store.find import TraceStore
from bot.store.handovers import HandoverStore
from bot.store.intents import IntentStore
from bot.store.lists import ListStore
from bot.store.own_scans import OwnScanStore
from bot.store.photos import PhotoStore
from bot.store.receipts import ReceiptStore
from bot.store.records import RecordStore
from bot.store.reminders import ReminderStore
from bot.store.return_details import ReturnDetailStore
from bot.store.session import Database
from bot.store.tallies import TallyStore


@dataclass(frozen=True, slots=True)
class Stores:
    """What the bot keeps, by subject."""

    handovers: HandoverStore
    intents: IntentStore
    own: OwnScanStore
    tallies: TallyStore
    claims: ClaimStore
    photos: PhotoStore
    traces: TraceStore
    reminders: ReminderStore
    digests: DigestStore
    receipts: ReceiptStore
    records: RecordStore
    expected: ExpectedStore
    lists: ListStore
    returns: ReturnDetailStore

    @classmethod
    def over(
        cls,
        database: Database,
        clock: Clock,
        changed: Callable[[], None],
        *,
        claim_days: int,
        obd_photos: bool,
        zone: tzinfo,
    ) -> "Stores":
        """All of them; `changed` is called after each commit that left something to be said in Slack.

        Args:
            database: where all is kept.
            clock: UTC.
            changed: wakes the outbox.
            claim_days: how long a claim can be made for a problem parcel.
            obd_photos: whether the pictures of Flipkart's open-box check are fetched.
            zone: says which day it is at the docks.
        """
        return cls(
            handovers=HandoverStore(database, clock, changed, Upkeep(claim_days, obd_photos, zone)),
            intents=IntentStore(database),
            own=OwnScanStore(database, changed),
            tallies=TallyStore(database, clock, changed),
            claims=ClaimStore(database, claim_days, changed),
            photos=PhotoStore(database, clock),
            traces=TraceStore(database),
            reminders=ReminderStore(database, changed),
            digests=DigestStore(database),
            receipts=ReceiptStore(database),
            records=RecordStore(database),
            expected=ExpectedStore(database, changed),
            lists=ListStore(database, changed),
            returns=ReturnDetailStore(database),
        )
