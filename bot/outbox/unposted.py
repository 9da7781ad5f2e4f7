"""Which receipts and digests do not get into Slack, and why: for the health page."""

from collections import Counter
from collections.abc import Sequence

from bot.store.digests import DigestStore
from bot.store.receipts import ReceiptStore
from bot.store.tables import DigestRow, ReceiptRow

SEVERAL = 3
"""Attempts that failed before it is a problem: one or two fail on any day."""


async def unposted(receipts: ReceiptStore, digests: DigestStore) -> list[str]:
    """One sentence for each kind of paper and reason. Raises DatabaseUnusableError."""
    failing: dict[str, Sequence[ReceiptRow | DigestRow]] = {
        "receipt": [due.row for due in await receipts.due()],
        "digest": await digests.undone(),
    }
    found = []
    for what, rows in failing.items():
        reasons = Counter(row.error for row in rows if row.error and row.attempts >= SEVERAL)
        found += [f"Slack has not taken {n} {what if n == 1 else f'{what}s'}: {why}" for why, n in reasons.items()]
    return found
