"""What the doctor wants to know of what is kept: calls of the last hour, and notifications. Only reads."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from bot.store.reading import reading
from bot.store.tables import CALL_MINUTE, RETURN


@dataclass(frozen=True, slots=True)
class Figures:
    """What is kept of Flipkart's calls and words."""

    calls: int
    """Since the minute that was asked about."""
    announced_at: datetime | None
    """When a notification last said anything new of a return that is still known; None: none ever did."""


def figures_in(url: str, since: int) -> Figures:
    """Looks into a database, also beside a running bot.

    Args:
        url: of the database.
        since: epoch minutes, UTC.

    Raises:
        DatabaseUnusableError: it can't be read, or is of another version.
    """
    with reading(url) as connection:
        calls = connection.scalar(select(func.sum(CALL_MINUTE.c.calls)).where(CALL_MINUTE.c.minute >= since))
        heard = connection.scalar(select(func.max(RETURN.c.heard_at)).where(RETURN.c.known_from == "event"))
        return Figures(int(calls or 0), heard)
