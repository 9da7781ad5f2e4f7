"""What people do at the dock, as steps of a scenario. Each waits for what the person would wait for."""

from collections.abc import Sequence
from typing import Any

from bot.sandbox.flipkart import Visit
from tests.scenarios.leaks import shows
from tests.support import World

Screen = Any
"""A Message, Ephemeral or View of the simulated Slack."""


def place(world: World, operators: Sequence[str], location: str = "LOC1", **more: Any) -> dict[str, Any]:
    """The bot.toml of one location with these operators."""
    one = {"id": location, "name": "Bengaluru dock", "channel": world.channel, "operators": list(operators)}
    return {"locations": [one | more]}


def at_the_end(world: World, scanned: int = 6, name: str = "Ram", *, aside: int = 0, **more: Any) -> Visit:
    """An FE who has scanned, `aside` of it to be looked at before the code, and stands on the End OTC page."""
    visit = world.flipkart.arrive("LOC1", name, **more)
    visit.begin()
    visit.scan(scanned - aside)
    for _ in range(aside):
        visit.scan(1, status="REJECTED", reason="Wrong product")
    visit.finish_scanning()
    return visit


def calls(world: World, name: str) -> int:
    """How often Flipkart was asked for something."""
    return sum(1 for call in world.flipkart.calls if call.name == name)


async def card_of(world: World, visit: Visit) -> Screen:
    """The card of a visit, once it is there."""
    return await world.until(lambda: next((c for c in world.cards if f"`{visit.task_id}`" in c.text_all()), None))


async def card_says(world: World, visit: Visit, text: str) -> Screen:
    """The card, once it says this."""
    await card_of(world, visit)
    return await world.until(
        lambda: next((c for c in world.cards if f"`{visit.task_id}`" in c.text_all() and text in c.text_all()), None)
    )


async def thread_says(world: World, card: Screen, text: str, times: int = 1) -> Screen:
    """The reply in the card's thread that says this."""

    def said() -> list[Screen]:
        return [m for m in world.thread(card) if text in m.text_all()]

    await world.until(lambda: len(said()) >= times)
    assert len(said()) == times, f"{text!r} is said {len(said())} times in the thread"
    return said()[-1]


async def told(world: World, user: str, text: str) -> Screen:
    """The ephemeral or the modal that says this to the user."""

    def screens() -> list[Screen]:
        view = world.slack.view(user)
        return [*world.slack.ephemerals(user), *([view] if view is not None else [])]

    def said() -> Screen | None:
        return next((one for one in screens() if shows(one.text_all(), text)), None)

    try:
        return await world.until(said)
    except TimeoutError as error:
        shown = "\n".join(one.text_all() for one in screens())
        raise TimeoutError(f"nobody reads {text!r}, but:\n{shown}\n{error}") from None


async def modal(world: World, user: str, text: str) -> Screen:
    """The user's open modal, once it says this."""

    def shown() -> Screen | None:
        view = world.slack.view(user)
        return view if view is not None and shows(view.text_all(), text) else None

    return await world.until(shown)


async def count_form(world: World, user: str, card: Screen, button: str = "end_otc") -> Screen:
    """Presses the card's button that asks for the count first, and waits for the form."""
    await world.slack.press(user, card, button)
    return await modal(world, user, "Parcels counted by hand")


async def start_code(world: World, user: str, visit: Visit) -> Screen:
    """Types /start-otc and waits for the visit's code, in a window or, where Slack opens none, without one."""
    delivery = await world.slack.slash(user, world.channel, "/start-otc", "")
    assert delivery.acked

    def shown() -> Screen | None:
        view = world.slack.view(user)
        screens = [*world.slack.ephemerals(user), *([view] if view is not None else [])]
        return next((one for one in screens if visit.start_code and shows(one.text_all(), visit.start_code)), None)

    return await world.until(shown)


async def end_code(world: World, user: str, visit: Visit, counted: int, reason: str | None = None) -> Screen:
    """Walks the whole way from /end-otc to the code."""
    delivery = await world.slack.slash(user, world.channel, "/end-otc", visit.fe_id)
    assert delivery.acked
    view = await modal(world, user, "Parcels counted by hand")
    await world.slack.submit(user, view, {"counted": str(counted)})
    if reason is not None:
        view = await modal(world, user, "Why finish")
        await world.slack.submit(user, view, {"why": "other", "reason": reason})
    else:
        # The code comes at once where there is nothing more to look at.
        view = await modal(world, user, "You can't undo this")
        if view.callback_id:
            await world.slack.submit(user, view)
    return await world.until(
        lambda: (
            view
            if visit.end_code and (view := world.slack.view(user)) and shows(view.text_all(), visit.end_code)
            else None
        )
    )
