"""What the faults of people have in common: many hands at once, forms in wrong hands, and what is on record of it."""

import asyncio
import json
from collections.abc import Coroutine, Iterable
from typing import Any

from bot.sandbox.flipkart import Visit
from bot.sandbox.slack.faults import TIERS
from tests.pace import ACK_SECONDS, stalls
from tests.scenarios.dockwork import Screen, card_says, count_form, modal
from tests.support import World


async def confirming(dock: World, user: str, visit: Visit, counted: int) -> Screen:
    """The modal that is one press before the code, after a count."""
    # Or "Count again, then End OTC.", where somebody has counted already.
    card = await card_says(dock, visit, "End OTC.")
    view = await count_form(dock, user, card)
    await dock.slack.submit(user, view, {"counted": str(counted)})
    return await modal(dock, user, "Show the End OTC" if counted == len(visit.shipments) else "Why finish")


async def all_at_once(presses: Iterable[Coroutine[Any, Any, Any]]) -> None:
    """Does all of it at once; each is acknowledged within three seconds, and nobody reads of a problem."""
    async with stalls() as machine:
        deliveries = await asyncio.gather(*presses)
    in_time = ACK_SECONDS + machine.seconds
    assert all(one.acked and one.seconds < in_time for one in deliveries), "a press was not acknowledged in time"
    assert not [one.problem for one in deliveries if one.problem], "Slack would show an error for a press"


def sent(dock: World, *methods: str) -> int:
    """How often the bot called these methods of Slack."""
    return sum(1 for call in dock.slack.calls if call.method in methods)


def floods(dock: World) -> list[str]:
    """The methods that were called more often than Slack lets a whole workspace do in a minute."""
    return [method for method, most in TIERS.items() if sent(dock, method) > most]


def on_record(dock: World, what: str) -> list[tuple[str, dict[str, Any]]]:
    """Who did something and its details, the oldest first; each line has a time."""
    rows = dock.rows(f"select by, at, detail from audit where what = '{what}' order by id")  # noqa: S608 -- own words
    assert all(at for _, at, _ in rows), "a line of the record without a time"
    return [(by, json.loads(detail)) for by, _, detail in rows]


def askers(dock: World, what: str) -> list[str]:
    """Who is on record for something, the oldest first."""
    return [by for by, _ in on_record(dock, what)]


def refused(dock: World) -> list[tuple[str, str, str]]:
    """Who was refused what, and why."""
    return [(by, detail["wish"], detail["why"]) for by, detail in on_record(dock, "refused")]


def replies(dock: World, card: Screen, text: str) -> int:
    """How many replies in the card's thread say this."""
    return sum(1 for message in dock.thread(card) if text in message.text_all())


def steal(own: Screen, form: Screen) -> Screen:
    """A person's own modal, made to look to the bot like somebody else's form."""
    own.callback_id, own.private_metadata = form.callback_id, form.private_metadata
    own.blocks, own.submit = form.blocks, form.submit
    return own
