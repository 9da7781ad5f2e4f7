"""Somebody forges, replays, or presses what is not theirs to press: refused, and on record."""

import io
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import aiohttp
import pytest

from bot.handover.tally import STEPS
from bot.slack import ids
from bot.timing import DockTiming
from tests.scenarios.dockwork import card_says, end_code, modal, start_code, told
from tests.scenarios.faults.marks import fault
from tests.slack import forge
from tests.slack.test_deliveries import Door
from tests.support import World

Headers = dict[str, str]
STAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"

# ---- the door in HTTP mode -------------------------------------------------------------------------------------------


@asynccontextmanager
async def door_of(dock: World, logged: io.StringIO) -> AsyncIterator[Door]:
    """A bot that Slack calls by HTTP, with one FE who waits, and somebody at its door."""
    dock.http_mode = True
    async with dock.bot(), aiohttp.ClientSession() as session:
        lines = [json.loads(line) for line in logged.getvalue().splitlines()]
        health = next(line["health"] for line in lines if "health" in line)
        dock.flipkart.arrive("LOC1", "Ram Kumar")
        await dock.until(lambda: dock.cards)
        yield Door(dock, health.replace("/healthz", "/slack/events"), session)


def asked(dock: World) -> int:
    """How often Flipkart was asked for a code."""
    return len([call for call in dock.flipkart.calls if call.name in ("start_otc", "end_otc", "legacy_otc")])


async def refused(dock: World, logged: io.StringIO, forged: Callable[[Door, str], dict[str, Headers]]) -> None:
    """Every forged request is refused without an effect, and the genuine one still works after them."""
    async with door_of(dock, logged) as door:
        body = door.body()
        for what, headers in forged(door, body).items():
            status, text = await door.knock(body, headers)
            assert status == 401, f"{what}: HTTP {status}"
            assert dock.channel not in text, f"{what} is told something"
        assert not asked(dock), "a forged command was carried out"
        assert not dock.slack.ephemerals(dock.operator), "a forged command was answered"
        assert (await door.knock(body, door.signed(body)))[0] == 200, "the genuine one is refused after forged ones"
        await told(dock, dock.operator, "Ram Kumar")
    assert asked(dock) == 1


@fault("Security", "the same signed request again", keeps=(4, 6), person="Ram Kumar")
async def test_a_replay_within_five_minutes(dock: World, logged: io.StringIO) -> None:
    async with door_of(dock, logged) as door:
        body = door.body()
        headers = door.signed(body)
        first = await door.knock(body, headers)
        await told(dock, dock.operator, "Ram Kumar")
        for _ in range(3):
            assert await door.knock(body, headers) == first, "a replay is answered in another way"
        assert await door.knock(body, door.signed(body, at=time.time() - 240)) == first
        # What comes after has been carried out; so would a replay have been by then.
        other = door.body("/end-otc")
        await door.knock(other, door.signed(other))
        await dock.until(lambda: len(dock.slack.open_views(dock.operator)) > 1)
        assert len(dock.slack.open_views(dock.operator)) == 2, "a replay was answered again"
    assert asked(dock) == 1, "a replay had Flipkart generate again"
    assert dock.rows("SELECT count(*) FROM audit WHERE what = 'asked'") == [(1,)]


@fault("Security", "a signed request after its 5 minutes", keeps=(4,), person="Ram Kumar")
async def test_an_old_timestamp(dock: World, logged: io.StringIO) -> None:
    def forged(door: Door, body: str) -> dict[str, Headers]:
        now = time.time()
        good = door.signed(body, at=now - 301)
        return {
            "five minutes and a second": good,
            "an hour": door.signed(body, at=now - 3600),
            "ahead of time": door.signed(body, at=now + 330),
            "an old signature with a new time": good | {STAMP: str(int(now))},
        }

    await refused(dock, logged, forged)


@fault("Security", "a signature of another body", keeps=(4,), person="Ram Kumar")
async def test_another_body(dock: World, logged: io.StringIO) -> None:
    await refused(
        dock,
        logged,
        lambda door, body: {
            "one more field": door.signed(body + "&text=x"),
            "another person": door.signed(body.replace(dock.operator, dock.stranger)),
            "nothing": door.signed(""),
        },
    )


@fault("Security", "a request without its signature headers", keeps=(4,), person="Ram Kumar")
async def test_a_missing_header(dock: World, logged: io.StringIO) -> None:
    def forged(door: Door, body: str) -> dict[str, Headers]:
        good = door.signed(body)
        return {
            "none": {},
            "no timestamp": {SIGNATURE: good[SIGNATURE]},
            "no signature": {STAMP: good[STAMP]},
            "empty ones": {STAMP: "", SIGNATURE: ""},
            "another version": good | {SIGNATURE: good[SIGNATURE].replace("v0=", "v1=")},
        }

    await refused(dock, logged, forged)


@fault("Security", "a request signed with another secret", keeps=(4,), person="Ram Kumar")
async def test_another_secret(dock: World, logged: io.StringIO) -> None:
    secrets = ("another", "unused-in-socket-mode", "0" * 32)
    await refused(dock, logged, lambda door, body: {one: door.signed(body, secret=one) for one in secrets})


# ---- rights ----------------------------------------------------------------------------------------------------------

WISHES = {
    ("command", "/start-otc"): "start-otc",
    ("command", "/end-otc"): "end-otc",
    ("button", ids.START): "start-otc",
    ("button", ids.NEW_CODE_HERE): "start-otc",
    ("button", ids.COUNT): "count",
    ("button", ids.END): "end-otc",
    ("modal", ids.COUNT_FORM): "count",
    ("modal", ids.END_CHOICE): "end-otc",
    ("modal", ids.END_COUNT): "end-otc",
    ("modal", ids.END_REASON): "end-otc",
    ("modal", ids.END_CONFIRM): "end-otc",
    ("shortcut", ids.START_HERE): "start-otc",
    ("shortcut", ids.END_HERE): "end-otc",
    **{("button", f"{ids.TALLY}_{step}"): "tally" for step in STEPS},
    ("button", ids.TALLY_UNDO): "tally",
    ("button", ids.TAKE): "take",
    ("button", ids.OWN_ALL): "own scan",
    ("button", ids.REPORT): "report a problem",
    ("shortcut", ids.REPORT): "report a problem",
    ("modal", ids.REPORT_FORM): "report a problem",
    ("button", ids.CLAIM): "mark claimed",
    ("modal", ids.CLAIM_FORM): "mark claimed",
    ("button", ids.PROOF): "mark claimed",
    **{("button", name): "photos" for name in (*forge.SHOTS, *forge.VIDEOS)},
    ("button", ids.APPROVE): "approve",
    ("button", ids.REFUSE): "approve",
    ("button", ids.SHOW_LISTS): "expected lists",
    ("shortcut", ids.READ_LIST): "expected list",
    **{("button", name): "expected list" for name in forge.SHEETS},
    ("button", ids.TAKE_BACK): "take a list back",
    ("event", "message"): "own scan",
}
"""Everything that needs a right, and how its refusal stands on record."""
HARMLESS = {
    ("button", "*"): "says that the button is from another version",
    ("button", ids.LANGUAGE): "sets the presser's own language",
    ("event", "app_home_opened"): "shows the docks that the person serves, and no code",
    ("event", "member_joined_channel"): "hears of the bot itself only",
    ("options", ids.PARCEL): "offers back what was typed, and no parcel",
    ("command", "/otc"): "says what can be typed; `find` looks at the docks that the person serves",
}
"""What needs none, and why."""


@dataclass(frozen=True)
class Target:
    """What is pressed on: an FE's handover, its card, the claim of a parcel in it, a list, and somebody's wish."""

    handover: str
    card: str
    claim: str
    list: str = ""
    approval: str = ""


def made(dock: World, kind: str, name: str, target: Target, user: str, *, menu: bool = False) -> tuple[str, forge.Json]:
    """The payload of this press by this user, and the way that it comes; with `menu` the button stands in a menu."""
    on = target.claim if name in (ids.CLAIM, ids.CLAIM_FORM, ids.PROOF) else target.handover
    on = target.approval if name in forge.WORDS else on
    on = target.list if name in (ids.TAKE_BACK, *forge.SHEETS) else on
    match kind, name:
        case "command", _:
            return "slash_commands", forge.command(dock, name, user=user, text="")
        case "modal", _:
            return "interactive", forge.submission(dock, name, on, user=user)
        case "shortcut", _:
            files = [{"id": "F1", "name": "list.csv"}] if name == ids.READ_LIST else []
            made = forge.shortcut(dock, "message_action", name, user=user, ts=target.card, files=files)
            return "interactive", made
        case "options", _:
            return "interactive", forge.typed(dock, on, user=user)
        case "event", "app_home_opened":
            return "events_api", forge.home_opened(dock, user=user)
        case "event", _:
            scan = {"text": "FMPC0000000042", "ts": f"{time.time():.6f}", "thread_ts": target.card}
            return "events_api", forge.event(dock, name, user=user, **scan)
    return "interactive", forge.press(dock, forge.OTHER if name == "*" else name, on, user=user, menu=menu)


def enough(dock: World, query: str, number: int) -> bool:
    return len(dock.rows(query)) >= number


def state(dock: World) -> list[tuple[object, ...]]:
    """Every handover, but for what its card shows and since when: the outbox may still be drawing it."""
    names = [name for _, name, *_ in dock.rows("PRAGMA table_info(handover)") if not name.startswith("shown_")]
    return dock.rows(f"SELECT {', '.join(names)} FROM handover ORDER BY id")  # noqa: S608


async def nothing_for(dock: World, user: str, targets: dict[str, Target], why: str, *, menu: bool = False) -> None:
    """Presses everything that there is as this user; each wish is refused and on record, and nothing comes of it."""
    assert forge.heard() == WISHES.keys() | HARMLESS.keys(), "a new listener: say here what right it needs, or why none"
    before = asked(dock), state(dock)
    query = f"SELECT detail FROM audit WHERE what = 'refused' AND by = '{user}' ORDER BY rowid"  # noqa: S608
    for number, ((kind, name), wish) in enumerate(WISHES.items(), 1):
        target = targets["start" if wish == "start-otc" else "end"]
        assert (await forge.deliver(dock, *made(dock, kind, name, target, user, menu=menu))).acked, f"{kind} {name}"
        await dock.until(partial(enough, dock, query, number))
        assert json.loads(dock.rows(query)[-1][0]) == {"wish": wish, "why": why}, f"{kind} {name} is not refused"
    for kind, name in HARMLESS:
        assert (await forge.deliver(dock, *made(dock, kind, name, targets["end"], user))).acked, f"{kind} {name}"
    home = await dock.until(lambda: dock.slack.home(user))
    assert "Ram" not in home.text_all(), "who is at the dock is shown to somebody who may not see it"
    assert (asked(dock), state(dock)) == before, "something came of it"
    assert len(dock.rows(query)) == len(WISHES)


@pytest.fixture
def a_line_each(dock: World) -> None:
    """Each refusal is the first of its minute, so that each press can be told from the others on record."""
    dock.timing = replace(dock.timing, dock=DockTiming(refusals=timedelta()))
    location = {"id": "LOC1", "name": "Bengaluru dock", "channel": dock.channel, "approve_over": 2}
    dock.toml["locations"] = [location | {"operators": [dock.operator, dock.second]}]


async def wish_for_code(dock: World) -> None:
    """Somebody wants the code of a third FE, whose count differs by more than one person may let pass."""
    late = dock.flipkart.arrive("LOC1", "Mohan Das")
    late.begin()
    late.scan(3)
    late.finish_scanning()
    await card_says(dock, late, "3 scanned")
    await dock.slack.slash(dock.operator, dock.channel, "/end-otc", late.fe_id)
    view = await modal(dock, dock.operator, "Parcels counted by hand")
    await dock.slack.submit(dock.operator, view, {"counted": "0"})
    view = await modal(dock, dock.operator, "Why finish")
    await dock.slack.submit(dock.operator, view, {"why": "other", "reason": "all in the van"})
    await modal(dock, dock.operator, "A second person has to agree")


async def two_codes(dock: World) -> dict[str, Target]:
    """Two FEs whose codes the operator was shown, and which the bot therefore holds."""
    waits = dock.flipkart.arrive("LOC1", "Ram Kumar")
    closes = dock.flipkart.arrive("LOC1", "Ramesh Patil")
    closes.begin()
    closes.scan(1)
    closes.scan(1, status="REJECTED", reason="torn")
    closes.finish_scanning()
    await card_says(dock, closes, "2 scanned")
    await wish_for_code(dock)
    await start_code(dock, dock.operator, waits)
    await end_code(dock, dock.operator, closes, 2)
    await dock.until(lambda: dock.rows("SELECT count(*) FROM audit WHERE what = 'end_otc'") == [(1,)])
    mention = f"<@{dock.slack.bot_user_id}>"
    await dock.slack.say(dock.operator, dock.channel, mention, files=[("a.csv", b"Tracking ID\nFMPP000000001\n")])
    await told(dock, dock.operator, "*1 parcel*, 1 of them new")
    [(a_list,)] = dock.rows("SELECT id FROM parcel_list")
    query = "SELECT h.fe_id, h.id, i.ts, c.id FROM handover h JOIN delivery i ON i.about = h.id AND i.kind = 'card'"
    found = dock.rows(f"{query} LEFT JOIN claim c ON c.handover_id = h.id")
    [(wish,)] = dock.rows("SELECT id FROM approval")
    targets = {fe: Target(handover, card, claim, a_list, wish) for fe, handover, card, claim in found}
    return {"start": targets[waits.fe_id], "end": targets[closes.fe_id]}


@fault(
    "Security",
    "every button, command and modal, by somebody who may not",
    keeps=(4, 6),
    person="Sorry, codes and counts at Bengaluru dock are for",
)
@pytest.mark.usefixtures("a_line_each")
@pytest.mark.parametrize("menu", [False, True], ids=["as buttons", "in menus"])
async def test_rights_are_checked_on_every_press(dock: World, menu: bool) -> None:
    async with dock.bot():
        targets = await two_codes(dock)
        await nothing_for(dock, dock.stranger, targets, "NotAllowed", menu=menu)


@pytest.mark.everyday(1)
@fault(
    "Security",
    "the user-group call fails",
    keeps=(4, 6),
    person="I could not check with Slack whether you are an operator of Bengaluru dock, so I show nothing.",
    operator="can't read a user group; its members are refused",
)
@pytest.mark.parametrize("how", [{"error": "internal_error"}, {"status": 503}], ids=str)
@pytest.mark.usefixtures("a_line_each")
async def test_rights_fail_closed(dock: World, how: dict[str, str]) -> None:
    # Even a member of the group is refused while Slack can't say so.
    group = dock.slack.add_usergroup("dock-leads", users=[dock.second])
    dock.toml["locations"][0]["operators"] = [dock.operator, group]
    async with dock.bot():
        targets = await two_codes(dock)
        dock.slack.fail("usergroups.users.list", times=10_000, **how)  # type: ignore[arg-type]
        await nothing_for(dock, dock.second, targets, "RightsUnknown")
        dock.slack.clear_faults()
        await dock.slack.slash(dock.second, dock.channel, "/start-otc", "Ram Kumar")
        await told(dock, dock.second, "Ram Kumar")
