"""How tracking ids are compared in queries: migration 0002 has an index on the same expression."""

from sqlalchemy import ColumnElement, func


def own_key(tracking_id: ColumnElement[str]) -> ColumnElement[str]:
    """A column of Flipkart's tracking ids as lists and the seller's own scans are compared with it."""
    return func.upper(func.trim(tracking_id))
