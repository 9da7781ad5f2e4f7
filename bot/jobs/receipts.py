"""Lets the outbox bring the receipts of handovers that have ended into their threads."""

from bot.jobs.digest import Posting


class ReceiptJob:
    """One receipt for each end of a handover."""

    def __init__(self, posting: Posting) -> None:
        self._posting = posting

    async def tick(self) -> None:
        """Goes on with the receipts that are not in Slack. Raises NotKept."""
        await self._posting.step()
