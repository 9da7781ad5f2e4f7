"""What is not yet in Slack as it should be, found as the outbox finds it."""

from collections.abc import Iterable
from datetime import UTC, datetime

from bot.store.deliveries import DeliveryStore
from bot.store.due import Due, Look

ANY_TIME = datetime(2100, 1, 1, tzinfo=UTC)
"""By then all that was put off is to be tried again."""


async def unsaid(deliveries: DeliveryStore) -> list[Due]:
    """Of each thread the card and the next reply, in the order in which they came about.

    Look after look passes over what the one before has found, until nothing is left.
    """
    found: dict[int, Due] = {}
    while some := await _look(deliveries, found):
        assert not some.keys() & found.keys(), "what is being sent was found again"
        found |= some
    return [found[one] for one in sorted(found)]


async def is_all_said(deliveries: DeliveryStore) -> bool:
    """Whether nothing is left."""
    return not await _look(deliveries, ())


async def _look(deliveries: DeliveryStore, passing_over: Iterable[int]) -> dict[int, Due]:
    """One look, as if no location were in bot.toml: so it is bound to none, and to no pace."""
    look = Look(
        ANY_TIME,
        locations=frozenset(),
        skip=(0, *passing_over),
        urgent=0,
        counters=0,
        counted_before=ANY_TIME,
        nowhere=True,
    )
    return {due.delivery.id: due for due in (await deliveries.next(look)).nowhere if due.delivery.id is not None}
