"""Two sellers in two workspaces, and all their ids are equal: nothing of one is seen in the other."""

import asyncio
import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import URL, make_url

from bot.app import App
from bot.export import Wish, export
from bot.houses import RecordSettings, database_of
from bot.sandbox.flipkart import Visit
from bot.slack import ids
from tests.databases import PostgresDatabase
from tests.pace import PATIENCE
from tests.postgres import a_database
from tests.scenarios.dockwork import Screen, card_of, card_says, end_code, start_code, told
from tests.scenarios.leaks import shows
from tests.scenarios.street import NAMES, Street, address, get, place
from tests.scenarios.test_http_mode import free_port
from tests.scenarios.test_problems import picture
from tests.support import World


def arrive(street: Street, scans: int = 0) -> dict[str, Visit]:
    """An FE at each dock, with the same ids and another name."""
    visits = {}
    for name, own in street.houses.items():
        visits[name] = own.flipkart.arrive("LOC1", NAMES[name])
        if scans:
            visits[name].begin()
            for n in range(scans):
                visits[name].scan(1, tracking_id=f"FMP00000{n}")
    north, south = visits.values()
    assert (north.fe_id, north.task_id) == (south.fe_id, south.task_id)
    return visits


def seen(own: World) -> str:
    """All that Slack was ever given in a workspace."""
    return json.dumps([call.args for call in own.slack.calls], default=str)


async def test_nothing_crosses(street: Street, logged: io.StringIO) -> None:
    north, south = street.houses.values()
    visits = arrive(street)
    async with street.bot():
        for name, own in street.houses.items():
            card = await card_of(own, visits[name])
            assert NAMES[name] in card.text_all()
            shown = await start_code(own, own.operator, visits[name])
            foreign = {code for one in street.houses.values() if one is not own for code in one.flipkart.codes}
            assert not any(shows(shown.text_all(), code) for code in foreign)
        # Somebody with the same user id may in one workspace, and not in the other.
        await start_code(south, south.stranger, visits["south"])
        await north.slack.slash(north.stranger, north.channel, "/start-otc", "")
        await told(north, north.stranger, "are for")
        for name, own in street.houses.items():
            visits[name].begin()
            visits[name].scan(2 if name == "north" else 3)
            card = await card_says(own, visits[name], f"{2 if name == 'north' else 3} scanned")
            await own.slack.open_home(own.operator)
            home: Screen = await own.until(lambda own=own: own.slack.home(own.operator))  # type: ignore[misc]
            assert NAMES[name] in home.text_all()
            kind = "JPEG" if name == "north" else "PNG"
            await own.slack.say(own.operator, own.channel, "a box", thread_ts=card.ts, files=[("x.jpg", picture(kind))])
            kept = Path(f"{own.folder / 'bot.db'}.photos") / hashlib.sha256(picture(kind)).hexdigest()
            await own.until(kept.exists)
            assert [one.name for one in kept.parent.iterdir()] == [kept.name]
        for name, own in street.houses.items():
            visits[name].finish_scanning()
            await end_code(own, own.operator, visits[name], 2 if name == "north" else 3)
        for name, own in street.houses.items():
            other = next(one for one in NAMES.values() if one != NAMES[name])
            assert other not in seen(own), f"the other seller's FE is seen in {name}"
            assert own.rows("select distinct fe_name from handover") == [(NAMES[name],)]
        assert north.rows("select count(*) from audit where what = 'refused'") == [(1,)]
        assert south.rows("select count(*) from audit where what = 'refused'") == [(0,)]
    for line in map(json.loads, logged.getvalue().splitlines()):
        if line["logger"].startswith(("bot.slack", "bot.outbox", "bot.handover", "bot.jobs", "bot.house")):
            assert line.get("workspace") in street.houses, f"a line does not say whose it is: {line}"


async def test_find_and_exports_know_one_seller(street: Street, tmp_path: Path) -> None:
    arrive(street, scans=2)
    async with street.bot():
        for own in street.houses.values():
            await own.until(lambda own=own: own.cards and "2 scanned" in own.cards[0].text_all())  # type: ignore[misc]
            await own.slack.slash(own.operator, own.channel, "/otc", "find FMP000001")
        for name, own in street.houses.items():
            found = await told(own, own.operator, "FMP000001")
            assert NAMES[name] in found.text_all()
            assert [other for other in NAMES.values() if other in found.text_all()] == [NAMES[name]]
        for own in street.houses.values():
            [visit] = own.flipkart.visits
            visit.leave()
            await own.until(lambda own=own: own.rows("select id from handover where ended_at is not null"), 20)  # type: ignore[misc]
    for name in street.houses:
        settings, out = street.settings_of(name), tmp_path / f"{name}-out"
        kept = RecordSettings(settings.env.database_url, settings.toml, name)
        await export(kept, Wish(location="LOC1", formats=("csv",), out=out))  # type: ignore[arg-type]
        written = "".join(file.read_text(encoding="utf-8") for file in out.iterdir())
        assert [other for other in NAMES.values() if other in written] == [NAMES[name]]


async def test_each_seller_has_a_budget_and_a_door_of_its_own(street: Street, logged: io.StringIO) -> None:
    north, south = street.houses.values()
    url = "https://otc.example/flipkart/notifications"
    for name, own in street.houses.items():
        own.toml["notifications"] = {"url": f"{url}/{name}-seller"}
    north.toml["flipkart"] = {"calls_per_hour": 20}
    north.toml["polling"] = south.toml["polling"] = {"arrivals_seconds": 0.1, "scans_seconds": 0.1}
    for own in street.houses.values():
        own.flipkart.expect("FMP000001", return_id="R1", order_item_id="OI1")
    async with street.bot():
        at = address(logged)
        body = north.flipkart.return_created("LOC1", "FMP000001")
        door = f"{at}/flipkart/notifications/north-seller"
        assert await north.flipkart.notify(door, body, url=f"{url}/north-seller") == 200
        assert await south.flipkart.notify(door, body, url=f"{url}/south-seller") == 401
        assert await north.flipkart.notify(f"{at}/flipkart/notifications", body, url=f"{url}/north-seller") == 503
        assert north.rows("select tracking_id from expected") == [("FMP000001",)]
        assert south.rows("select tracking_id from expected") == []
        await south.until(lambda: len(south.flipkart.calls) > 40)
        assert len(north.flipkart.calls) <= 20, "one seller used the calls of another"
        _, page = await get(at)
        used = {name: one["flipkart_calls_this_hour"] for name, one in page["workspaces"].items()}
        assert used["north"] <= 20 < used["south"]


async def test_two_workspaces_of_one_seller_share_the_calls(street: Street, logged: io.StringIO) -> None:
    north, south = street.houses.values()
    street.sellers = dict.fromkeys(street.houses, "shoes")
    south.flipkart, south.seller, shared = north.flipkart, north.seller, south.flipkart
    south.toml = {"locations": [{**place(south, [south.operator]), "id": "LOC2"}]}
    north.flipkart.add_location("LOC2")
    url = "https://otc.example/flipkart/notifications/shoes"
    for own in street.houses.values():
        own.toml |= {"flipkart": {"calls_per_hour": 30}, "notifications": {"url": url}}
    for n, location in enumerate(("LOC1", "LOC2")):
        north.flipkart.expect(f"FMP{location}", return_id=f"R{n}", order_item_id=f"OI{n}")
    try:
        async with street.bot():
            at = f"{address(logged)}/flipkart/notifications/shoes"
            for location in ("LOC1", "LOC2"):
                body = north.flipkart.return_created(location, f"FMP{location}")
                assert await north.flipkart.notify(at, body, url=url) == 200
            assert north.rows("select tracking_id from expected") == [("FMPLOC1",)]
            assert south.rows("select tracking_id from expected") == [("FMPLOC2",)]
            stretched: list[float] = []
            while not stretched or min(stretched) <= 1:
                _, page = await get(address(logged))
                stretched = [one["polling_stretched"] for one in page["workspaces"].values()]
            assert max(stretched) <= min(stretched) * 1.2, f"one house's looks wait for the other's: {stretched}"
            used = [one["flipkart_calls_this_hour"] for one in page["workspaces"].values()]
            assert used[0] == used[1] > 0

            # A call is counted before it is made: the two sums are equal between two calls, not at any instant.
            def counted() -> bool:
                asked = sum(call.name != "token" for call in north.flipkart.calls)
                return asked > 1 and north.rows("select sum(calls) from flipkart_minute") == [(asked,)]

            await north.until(counted)
        assert south.rows("select * from flipkart_minute") == []
    finally:
        south.flipkart = shared


async def test_a_workspace_that_is_refused_harms_no_other_and_comes_back(street: Street, logged: io.StringIO) -> None:
    north, south = street.houses.values()
    south.slack.revoke_token(True)
    visits = arrive(street)
    async with street.bot(waits_for=["north"]) as app:
        await card_of(north, visits["north"])
        at = address(logged)
        await south.until(lambda: '"this workspace\'s bot ended; it is begun again"' in logged.getvalue())
        status, page = await get(at)
        assert (status, page["ok"], page["workspaces"]["south"]["ok"]) == (200, True, False)
        [said] = [one for one in page["problems"] if one.startswith("south: ")]
        assert "Slack refuses the bot" in said
        assert south.cards == []
        south.slack.revoke_token(False)
        await card_of(south, visits["south"])
        # The app is removed while it runs: its token counts no more, and its socket is cut.
        for own in street.houses.values():
            visits[next(name for name, one in street.houses.items() if one is own)].begin()
        south.slack.revoke_token(True)
        south.slack.fail("apps.connections.open", error="invalid_auth", times=10_000)
        south.slack.kill_sockets()
        await south.until(lambda: logged.getvalue().count("this workspace's bot ended") >= 2)
        visits["north"].scan(3)
        await card_says(north, visits["north"], "3 scanned")
        south.slack.clear_faults()
        south.slack.revoke_token(False)
        visits["south"].scan(4)
        await card_says(south, visits["south"], "4 scanned")
        assert app.connected_of("south").is_set()


async def test_a_seller_whose_credentials_are_refused_harms_no_other(street: Street, logged: io.StringIO) -> None:
    north, south = street.houses.values()
    south.flipkart.fail("token", status=401, times=10_000)
    visits = arrive(street)
    async with street.bot(waits_for=["north"]):
        await card_of(north, visits["north"])
        await south.until(lambda: "Flipkart refused the application id and secret" in logged.getvalue())
        south.flipkart.clear_faults()
        await card_of(south, visits["south"])


async def test_a_database_that_is_held_harms_no_other(street: Street, logged: io.StringIO) -> None:
    north, south = street.houses.values()
    visits = arrive(street)
    async with street.bot():
        for name, own in street.houses.items():
            await card_of(own, visits[name])
        second = Street({"east": north, "south": south}, {"east": "e", "south": "s"})
        (north.folder / "bot.db.lock").read_text()
        async with second.bot(waits_for=[]):
            await south.until(lambda: logged.getvalue().count("another otc-bot is running on") >= 2)
    assert len(north.cards) == len(south.cards) == 1


async def test_over_http_each_workspace_has_its_path(street: Street, logged: io.StringIO) -> None:
    north, south = street.houses.values()
    north.http_mode = south.http_mode = True
    visits = arrive(street)
    async with street.bot():
        for name, own in street.houses.items():
            own.slack.events_url = f"{address(logged)}/slack/events/{name}"
            await start_code(own, own.operator, visits[name])
        # One workspace's signature opens no other's door.
        north.slack.events_url = f"{address(logged)}/slack/events/south"
        assert not (await north.slack.slash(north.operator, north.channel, "/otc", "help")).acked


async def test_a_button_of_one_workspace_means_nothing_in_another(street: Street) -> None:
    north, south = street.houses.values()
    visits = arrive(street, scans=1)
    async with street.bot():
        card = await card_says(north, visits["north"], "1 scanned")
        await card_says(south, visits["south"], "1 scanned")
        handover = north.rows("select id from handover")
        assert handover != south.rows("select id from handover")
        await south.slack.press(south.operator, card, ids.COUNT)
        await told(south, south.operator, "no longer known here")
        assert north.slack.view(north.operator) is None


@pytest.mark.postgres
async def test_two_houses_in_one_postgresql_database(
    street: Street, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with a_database() as url:
        for name, own in street.houses.items():
            own.elsewhere = Schema(url, name)
        visits = arrive(street, scans=2)
        async with street.bot():
            for name, own in street.houses.items():
                await card_says(own, visits[name], "2 scanned")
                assert own.rows("select fe_name, scanned from handover") == [(NAMES[name], 2)]
        # What each has is where its workspace's name says.
        assert own.rows("select count(*) from information_schema.schemata where schema_name in ('north', 'south')") == [
            (2,)
        ]


class Schema(PostgresDatabase):
    """A schema of a database, as `database_of` names it."""

    def __init__(self, url: URL, workspace: str) -> None:
        self._own = database_of(url.render_as_string(hide_password=False), workspace)
        super().__init__(str(url.database))
        self._workspace = workspace

    @property
    def url(self) -> str:
        return self._own

    def rows(self, query: str) -> list[Any]:
        whole = make_url(self._own).difference_update_query(["schema"]).render_as_string(hide_password=False)
        with psycopg.connect(whole, autocommit=True, options=f"-c search_path={self._workspace}") as connection:
            return connection.execute(query.encode()).fetchall()

    def raw(self, *, last: bool = False) -> Iterator[tuple[str, bytes]]:  # noqa: ARG002 - others search the server
        yield from ()


@pytest.mark.postgres
async def test_a_stop_while_the_database_server_is_away(street: Street, logged: io.StringIO) -> None:
    north = street.houses["north"]
    port = free_port()
    settings = north.settings(database_url="postgresql://bot@127.0.0.1:9/otc", http_port=port)
    stop = asyncio.Event()
    running = asyncio.create_task(App([settings]).run(stop))
    await north.until(lambda: "can't reach the database; trying again" in logged.getvalue())
    assert (await get(f"http://127.0.0.1:{port}"))[0] == 503
    stop.set()
    async with asyncio.timeout(PATIENCE):
        await running
