"""The other payloads that Slack has: presses in modals and on Home, closed modals, events, shortcuts; both ways in."""

import logging
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

import pytest

from bot.slack import ids
from tests.examples import share
from tests.slack import forge
from tests.slack.conftest import faults, health_url
from tests.slack.forge import BUTTONS, COMMANDS, INPUTS, MODALS, OTHER, Json
from tests.slack.test_payloads import alive, waiting_fe
from tests.support import World

Logged = list[MutableMapping[str, Any]]
Made = Callable[[World, str], Json]

KINDS: dict[str, tuple[str, Made]] = {
    **{
        f"{name} in a {kind}": ("interactive", lambda w, h, n=name, k=kind: forge.press_in_view(w, n, h, k))  # type: ignore[misc]
        for kind in ("modal", "home")
        for name in (ids.START, ids.END, OTHER)
    },
    **{
        f"{name} in a menu": ("interactive", lambda w, h, n=name: forge.press(w, n, h, menu=True))  # type: ignore[misc]
        for name in (ids.START, ids.COUNT, OTHER)
    },
    **{
        f"{name} again": ("interactive", lambda w, _, n=name: forge.press(w, ids.AGAIN, forge.anew(w, n)))  # type: ignore[misc]
        for name in ("/start-otc", "/end-otc", ids.START_HERE, OTHER)
    },
    "/end-otc again in a modal": (
        "interactive",
        lambda w, _: forge.press_in_view(w, ids.AGAIN, forge.anew(w, "/end-otc"), "modal"),
    ),
    "view_closed": ("interactive", lambda w, h: forge.closed(w, ids.END_COUNT, h)),
    "block_suggestion": ("interactive", lambda w, _: forge.suggestion(w)),
    "typing into a report": ("interactive", forge.typed),
    **{
        f"shortcut {name}": ("interactive", lambda w, _, n=name: forge.shortcut(w, "message_action", n))  # type: ignore[misc]
        for name in forge.SHORTCUTS
    },
    "message_action": ("interactive", lambda w, _: forge.shortcut(w, "message_action")),
    "shortcut": ("interactive", lambda w, _: forge.shortcut(w, "shortcut")),
    "a kind that Slack may invent": ("interactive", lambda w, _: forge.shortcut(w, OTHER)),
    "app_home_opened": ("events_api", lambda w, _: forge.home_opened(w)),
    "message": ("events_api", lambda w, _: forge.event(w, "message", text="hello", channel_type="channel", ts="1.2")),
    "message in a thread": (
        "events_api",
        lambda w, _: forge.event(w, "message", text="FMPP0000000001", ts="9.2", thread_ts=w.cards[0].ts),
    ),
    "member_joined_channel": (
        "events_api",
        lambda w, _: forge.event(w, "member_joined_channel", user=w.slack.bot_user_id, channel_type="C"),
    ),
    "an event that Slack may invent": ("events_api", lambda w, _: forge.event(w, OTHER)),
}

OVER_HTTP: dict[str, tuple[str, Made]] = KINDS | {
    "command": ("slash_commands", lambda w, _: forge.command(w, "/start-otc")),
    "press": ("interactive", lambda w, h: forge.press(w, ids.START, h)),
    "submission": ("interactive", lambda w, h: forge.submission(w, ids.COUNT_FORM, h)),
}


def test_every_listener_is_fuzzed() -> None:
    assert forge.heard() == forge.known(), "a new listener: add it to tests/slack/forge.py, and it is fuzzed"
    named = {value for name, value in vars(ids).items() if name.isupper() and isinstance(value, str)}
    several = ids.TALLY, ids.READ_SHEET, ids.SHOWS, ids.VIDEO_OF
    stand_in = ids.MORE, ids.AGAIN, ids.TRY_AGAIN
    known = {ids.METADATA_EVENT, *stand_in, *several, *BUTTONS, *MODALS, *INPUTS, *forge.SHORTCUTS, *forge.NO_FORMS}
    known -= {*forge.TALLIES, *forge.SHEETS, *forge.SHOTS, *forge.VIDEOS}
    assert named == known, "a new id: say in tests/slack/forge.py what it is"
    assert COMMANDS, "no command is fuzzed"


@pytest.mark.everyday(4)
@pytest.mark.parametrize("kind", KINDS)
async def test_broken_over_the_socket(dock: World, logged: Logged, caplog: pytest.LogCaptureFixture, kind: str) -> None:
    caplog.set_level(logging.WARNING)
    way, make = KINDS[kind]
    async with dock.bot():
        handover = await waiting_fe(dock)
        assert (await forge.deliver(dock, way, make(dock, handover))).acked, "the whole one is not acknowledged"
        for what, broken in share(thinned(forge.variants(dock, make(dock, handover)))):
            delivery = await forge.deliver(dock, way, broken)
            assert delivery.acked, f"not acknowledged with {what}: {faults(logged)}"
        await alive(dock)
        assert not faults(logged), faults(logged)[:3]
    wrong = [r.getMessage()[:200] for r in caplog.records if r.name == "asyncio" or "Failed to run" in r.getMessage()]
    assert not wrong, wrong[:3]


async def test_broken_over_http(http_dock: World, logged: Logged, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    async with http_dock.bot():
        http_dock.slack.events_url = health_url(logged).replace("/healthz", "/slack/events")
        http_dock.slack.event_retries = ()
        handover = await waiting_fe(http_dock)
        for kind, (way, make) in OVER_HTTP.items():
            for what, broken in share(thinned(forge.variants(http_dock, make(http_dock, handover)), 7)):
                delivery = await forge.deliver(http_dock, way, broken)
                status = delivery.http_status
                assert status in (200, 400), f"{kind} with {what}: HTTP {status}, {faults(logged)}"
        await alive(http_dock)
        assert not faults(logged), faults(logged)[:3]
    wrong = [r.getMessage()[:200] for r in caplog.records if r.name == "asyncio" or "Failed to run" in r.getMessage()]
    assert not wrong, wrong[:3]


def thinned(every: Iterator[tuple[str, Json]], nth: int = 4) -> Iterator[tuple[str, Json]]:
    """One of each `nth`: what a kind has in common with the others is met often enough."""
    return (one for number, one in enumerate(every) if number % nth == 0)
