"""Where claims are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.handover.claim_steps import Moved, Noted
from bot.handover.claims import Claim, Opening, State


class Claims(Protocol):
    """The claims that are kept. Each method is one transaction."""

    async def get(self, claim_id: str) -> Claim | None:
        """The claim, or None when there is none with this id."""

    async def together(self, claim: Claim) -> list[Claim]:
        """Every claim in the thread of this one, the oldest first."""

    async def of_handover(self, handover_id: str) -> list[Claim]:
        """Every claim of a handover, the oldest first."""

    async def history(self, claim_id: str) -> list[Noted]:
        """What people noted of a claim, the oldest first."""

    async def open_at(self, location_ids: Sequence[str], now: datetime) -> list[Claim]:
        """The claims of these locations about which something is to be done, what is due first in front."""

    async def report(self, handover_id: str, opening: Opening, by: str, now: datetime) -> tuple[Claim, bool]:
        """Opens or adds to a claim and says so in the thread; False when the claim says just that already."""

    async def move(self, claim_ids: Sequence[str], seen: State, noted: Noted) -> Moved:
        """Notes how far claims of one thread are that were seen to be as far, and says so there."""

    async def prove(self, claim_id: str, by: str, now: datetime) -> bool:
        """Lets the proof of a claim come into its thread; False when it was asked for just before."""

    async def remind(self, location_ids: Sequence[str], now: datetime) -> int:
        """Records what is to be reminded of, each once, and returns how many threads were told."""

    async def knows(self, handover_id: str, tracking_id: str) -> bool:
        """Whether the FE or the seller scanned it, a claim is open for it, or a list of the location names it."""

    async def parcels_like(self, handover_id: str, typed: str, most: int) -> list[str]:
        """Tracking ids of the handover that contain what is typed, those that begin with it first."""
