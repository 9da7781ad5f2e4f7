"""What addresses outside are still to be told."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from bot.handover.model import UtcDateTime
from bot.store.tables.columns import table_of


class WebhookRow(SQLModel, table=True):
    """A message for one address; it is gone once it was delivered or given up, and what it says of people with it."""

    __tablename__ = "webhook"
    __table_args__ = (
        Index("webhook_by_address", "address", "id"),
        Index("webhook_in_order", "address", "about", "id"),
        Index("webhook_put_off", "address", "not_before"),
    )

    id: int | None = Field(default=None, primary_key=True)
    message: str = Field(max_length=40)
    """The id by which a receiver knows that it has the message already; the same for every address."""
    address: str = Field(sa_type=Text)
    """The id of its `[[webhooks]]`: the url may be mended meanwhile, and may have a secret in it."""
    about: str = Field(sa_type=Text)
    """A handover's id, or a location's for what is of no handover: of one, one message goes after the other."""
    topic: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=UtcDateTime)
    """When it happened."""
    body: str = Field(sa_type=Text)
    """As it was at that time: what is told is a fact, and later ones have messages of their own."""
    attempts: int = 0
    not_before: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failing_since: datetime | None = Field(default=None, sa_type=UtcDateTime)


WEBHOOK = table_of(WebhookRow)
