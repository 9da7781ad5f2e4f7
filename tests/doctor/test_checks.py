"""Each check alone, as `init` calls it, against the simulators."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import now
from bot.doctor import channels, flipkart, machine, slack
from bot.doctor.called import UnseenError, channel_called
from bot.doctor.clocks import Clocks
from bot.doctor.finding import Finding, Level
from bot.gate import Access
from bot.handover.location import Location
from bot.manifest import SCOPES
from bot.record.scripts import FAMILIES
from bot.store.calls import CallStore
from bot.store.opening import opened
from bot.timing import Timing
from bot.web import WebServer
from tests.doctor.support import everything
from tests.store.conftest import NOW as TOLD_AT
from tests.store.test_due_today import tell
from tests.support import LOCATION, World, world


async def found(check: AsyncIterator[Finding]) -> list[Finding]:
    return [one async for one in check]


async def only(check: AsyncIterator[Finding]) -> Finding:
    (one,) = await found(check)
    return one


def client_of(at: World) -> AsyncWebClient:
    return AsyncWebClient(token=at.slack.bot_token, base_url=at.slack.api_url)


# ---- Slack -----------------------------------------------------------------------------------------------------------


async def test_a_bot_token_with_all_scopes_and_one_more(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        everything(at)
        at.slack.scopes.add("team:read")
        well = await found(slack.bot_token(client_of(at)))
    assert [one.level for one in well] == [Level.OK, Level.OK, Level.NOTE]
    assert "can't be told from here" in well[2].said
    assert "otc-bot manifest" in well[2].mend
    assert [one.said for one in well if one.what == "slack scopes"] == [
        f"all {len(SCOPES)} that the manifest asks for; not needed: team:read"
    ]


async def test_the_socket_is_opened_counted_and_closed(tmp_path: Path) -> None:
    async with world(tmp_path) as at, at.bot():
        one = await only(slack.app_token(client_of(at), at.slack.app_token))
        await at.until(lambda: at.slack.connections == 1)
    assert (one.level, one.said) == (Level.OK, "Socket Mode connects; 1 other connection open")


async def test_connections_that_are_nearly_used_up(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        at.slack.take_connections(9)
        well, many = await found(slack.app_token(client_of(at), at.slack.app_token))
        at.slack.take_connections(10)
        full = await only(slack.app_token(client_of(at), at.slack.app_token))
    assert (well.level, many.level) == (Level.OK, Level.WARN)
    assert "9 of the 10 connections" in many.said
    assert full.level is Level.FAIL
    assert "Stop the other copies" in full.mend


async def test_a_socket_that_cannot_be_opened(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        at.slack.fail_handshake()
        one = await only(slack.app_token(client_of(at), at.slack.app_token))
    assert (one.level, one.what) == (Level.FAIL, "slack app token")
    assert "can't be reached" in one.said


async def test_a_channel_by_its_name(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        everything(at)
        for n in range(3):
            at.slack.add_channel(f"other-{n}")
        at.slack.add_channel("hidden", private=True, with_bot=False)
        for name in ("#returns-BLR", " returns-blr"):
            assert await channel_called(client_of(at), name) == (at.channel, "returns-blr")
        with pytest.raises(UnseenError) as caught:
            await channel_called(client_of(at), "#hidden")
    assert str(caught.value).startswith("the bot sees no channel called #hidden. If it is private, type /invite ")


@pytest.mark.parametrize(("people", "level"), [(["U1", "U2"], Level.OK), ([], Level.WARN)])
async def test_a_group_with_people_and_one_without(tmp_path: Path, people: list[str], level: Level) -> None:
    async with world(tmp_path) as at:
        everything(at)
        group = at.slack.add_usergroup("leads", users=people)
        one = await only(channels.group(client_of(at), group))
    assert one.level is level
    assert bool(one.mend) is (level is Level.WARN)


def test_the_groups_that_a_location_names() -> None:
    shifts = [{"hours": "06:00-14:00", "operators": ["S0SHIFT", "U0ONE"]}]
    location = Location.model_validate(
        {"id": "L", "name": "L", "channel": "C0123", "operators": ["S0OPS"], "leads": ["S0LEADS"], "shifts": shifts}
    )
    assert channels.groups_in(location) == ["S0OPS", "S0SHIFT", "S0LEADS"]


# ---- Flipkart --------------------------------------------------------------------------------------------------------


async def test_flipkarts_account_and_a_location(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        dates: list[str | None] = []
        client = flipkart.client_of(at.flipkart.url, "app", SecretStr("secret"), dates.append)
        token = await only(flipkart.token(client, at.flipkart.url))
        place = await only(flipkart.location(client, LOCATION))
        await client.close()
        other = flipkart.client_of(at.flipkart.url, "app", SecretStr("another"))
        wrong = await only(flipkart.token(other, at.flipkart.url))
        await other.close()
        calls = [call.name for call in at.flipkart.calls]
    assert [one.level for one in (token, place, wrong)] == [Level.OK, Level.OK, Level.FAIL]
    assert calls.count("initial_load") == 1
    assert all(dates), "an answer without a Date"
    assert "another" not in str(wrong)


@pytest.mark.parametrize(("calls", "level"), [(40, Level.OK), (95, Level.WARN)])
async def test_what_is_left_of_the_calls_and_whether_notifications_came(
    tmp_path: Path, calls: int, level: Level
) -> None:
    async with world(tmp_path) as at:
        at.toml = {"flipkart": {"calls_per_hour": 100}, "notifications": {"url": "https://bot.example/flipkart"}}
        settings = at.settings()
        assert await found(flipkart.kept(settings)) == [], "of a database that is not there something is said"
        async with opened(settings.env.database_url) as there:
            minute = int(now().timestamp()) // 60
            await CallStore(there.database).add(minute - 5, calls)
            await CallStore(there.database).add(minute - 90, 1000)
            quota, none = await found(flipkart.kept(settings))
            await tell(there.database, 1)
            _, some = await found(flipkart.kept(settings))
    assert (quota.level, none.level, some.level) == (level, Level.WARN, Level.OK)
    assert f"{100 - calls} of 100 are left" in quota.said
    assert "https://bot.example/flipkart" in none.said
    assert f"{TOLD_AT:%Y-%m-%d %H:%M}" in some.said


# ---- the clock -------------------------------------------------------------------------------------------------------

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


async def clock(**ahead: float) -> list[Finding]:
    """What is said of a clock that is so many minutes ahead of these."""
    clocks = Clocks(lambda: NOON)
    for whose, minutes in ahead.items():
        clocks.heard(whose, format_datetime(NOON - timedelta(minutes=minutes), usegmt=True))
    return await found(clocks.findings())


async def test_clocks() -> None:
    assert await clock() == []
    [well] = await clock(Slack=0.5, Flipkart=-1)
    assert (well.level, well.said) == (Level.OK, "agrees with Slack and Flipkart")
    [late] = await clock(Slack=3, Flipkart=0)
    assert (late.level, late.said) == (Level.WARN, "this machine's clock is 3 min ahead of Slack")
    [wrong] = await clock(Slack=-10, Flipkart=-10)
    assert (wrong.level, wrong.said) == (Level.FAIL, "this machine's clock is 10 min behind Slack and Flipkart")
    clocks = Clocks(lambda: NOON)
    clocks.heard("Slack", "yesterday")
    clocks.heard("Slack", None)
    assert await found(clocks.findings()) == []


# ---- this machine ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limited", [False, True])
async def test_a_port_that_is_free_taken_or_the_bots_own(limited: bool) -> None:
    access = Access(SecretStr("a-token-of-this-test"))
    web = WebServer("127.0.0.1", 0, Timing().web, access=access, limited=limited)
    address = await web.start()
    number = int(address.rpartition(":")[2])
    try:
        web.serve(_Healthy())
        own = await only(machine.port("127.0.0.1", number, running=4711))
        other = await only(machine.port("127.0.0.1", number, running=None))
        unknown = await only(machine.port("127.0.0.1", number, running=None, told=False))
    finally:
        await web.close()
    free = await only(machine.port("127.0.0.1", number, running=None))
    nowhere = await only(machine.port("192.0.2.1", number, running=None))
    assert [one.level for one in (own, other, free, nowhere)] == [Level.OK, Level.FAIL, Level.OK, Level.FAIL]
    assert "4711" in own.said
    assert "another otc-bot" in other.said
    assert (unknown.level, unknown.mend.startswith("All is well if it is this one.")) == (Level.WARN, True)
    assert (await only(machine.port("127.0.0.1", 0, running=None))).level is Level.OK


class _Healthy:
    async def report(self) -> dict[str, object]:
        return {"ok": True, "problems": [], "uptime_seconds": 1}


async def test_a_port_that_another_program_has() -> None:
    async with await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0) as taken:
        one = await only(machine.port("127.0.0.1", taken.sockets[0].getsockname()[1], running=4711))
    assert (one.level, "HTTP_PORT" in one.mend) == (Level.FAIL, True)


async def test_a_disk_with_room_and_one_that_is_not_there(tmp_path: Path) -> None:
    one = await only(machine.disk("disk", tmp_path / "not" / "yet"))
    assert "free in" in one.said


async def test_a_folder_for_pictures(tmp_path: Path) -> None:
    assert (await only(machine.pictures(tmp_path))).level is Level.OK
    one = await only(machine.pictures(tmp_path / "gone"))
    assert (one.level, "PHOTOS_FOLDER" in one.mend) == (Level.FAIL, True)


async def test_zones_fonts_and_files(tmp_path: Path) -> None:
    assert (await only(machine.zone("Asia/Kolkata"))).said.endswith("UTC+0530")
    one = await only(machine.fonts(["en", "hi", "en"]))
    assert (one.level, one.said) == (Level.OK, f"all {len(FAMILIES)} are there; in use: English, हिन्दी")
    file = tmp_path / ".env"
    assert await found(machine.env_file(file)) == []
    file.touch(mode=0o600)
    assert (await only(machine.env_file(file))).level is Level.OK
    file.chmod(0o604)
    assert (await only(machine.env_file(file))).mend == f"Type: chmod 600 {file}"
