"""Lets addresses outside be told what happens, inside the transaction in which it does: both are kept, or neither.

Where nobody is to be told, nothing is made and nothing written.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, insert

from bot.handover.claims import Claim
from bot.handover.events import Event, Happening
from bot.handover.model import Handover
from bot.handover.returns import Return
from bot.store.beside import problems_of
from bot.store.session import RECEIVERS, to_say
from bot.store.tables import WEBHOOK
from bot.webhooks.messages import (
    Data,
    body,
    new_id,
    of_claims,
    of_cleared,
    of_handover,
    of_noted,
    of_problems,
    of_returns,
)
from bot.webhooks.receivers import NOBODY, Receivers, Topic

_OF_HANDOVERS = {
    Happening.ARRIVED: Topic.ARRIVED,
    Happening.PROBLEMS: Topic.PROBLEMS,
    Happening.CLEARED: Topic.PROBLEMS_CLEARED,
    Happening.CLOSED: Topic.CLOSED,
    Happening.LEFT: Topic.LEFT,
    Happening.REOPENED: Topic.REOPENED,
}


def tell_of_handover(connection: Connection, handover: Handover, events: Iterable[Event]) -> None:
    """What happened to a handover, as it is after it."""
    for event in events:
        topic = _OF_HANDOVERS.get(event.what)
        if topic is not None:
            made = partial(_of_handover, connection, handover, event)
            _tell(connection, topic, handover.id, handover.location_id, event.at, made)


def tell_of_claims(
    connection: Connection, topic: Topic, claims: Sequence[Claim], at: datetime, note: str | None = None
) -> None:
    """What happened to claims of one thread, as they are after it; `note` is what somebody wrote to it."""
    if claims:
        about = claims[0].handover_id or claims[0].location_id
        made = partial(of_claims, claims) if note is None else partial(of_noted, claims, note)
        _tell(connection, topic, about, claims[0].location_id, at, made)


def tell_of_returns(connection: Connection, location_id: str, returns: Sequence[Return], at: datetime) -> None:
    """Returns that never came to a location."""
    _tell(connection, Topic.NEVER_RECEIVED, location_id, location_id, at, partial(of_returns, returns))


def _of_handover(connection: Connection, handover: Handover, event: Event) -> Iterable[Data]:
    if event.what is Happening.PROBLEMS:
        return of_problems(handover, problems_of(connection, handover.id, event.detail["tracking_ids"]))
    if event.what is Happening.CLEARED:
        return of_cleared(handover, event.detail["tracking_ids"])
    return [of_handover(handover)]


def _tell(
    connection: Connection,
    topic: Topic,
    about: str,
    location_id: str,
    at: datetime,
    made: Callable[[], Iterable[Data]],
) -> None:
    receivers: Receivers = connection.info.get(RECEIVERS, NOBODY)
    addresses = receivers.of(topic, location_id)
    if not addresses:
        return
    for data in made():
        said = body(topic, at, location_id, receivers.names.get(location_id, ""), data)
        same = {"message": new_id(), "about": about, "topic": topic.value, "at": at, "body": said}
        connection.execute(insert(WEBHOOK), [same | {"address": one, "attempts": 0} for one in addresses])
    to_say(connection)
