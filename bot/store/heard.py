"""Since when Flipkart, or lists, have said of which location what is due there; read beside a running bot."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select, union_all

from bot.store.reading import reading
from bot.store.tables import LEDGER, RETURN


def heard_in(url: str) -> Mapping[str, tuple[datetime, datetime]]:
    """By location when a source said anything first and last, both UTC; only reads.

    Raises:
        DatabaseUnusableError: the database can't be read, or is of another version.
    """
    said = union_all(
        select(RETURN.c.location_id, RETURN.c.updated_at.label("at")).where(
            RETURN.c.updated_at.is_not(None), ~RETURN.c.apart
        ),
        select(LEDGER.c.location_id, LEDGER.c.answered_at).where(LEDGER.c.answered_at.is_not(None)),
    ).subquery()
    query = select(said.c.location_id, func.min(said.c.at), func.max(said.c.at)).group_by(said.c.location_id)
    with reading(url) as connection:
        return {location: (first, last) for location, first, last in connection.execute(query)}
