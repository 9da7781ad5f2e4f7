"""Pages of scanned shipments: spellings, forms of next_url, the token, the caught-up reader."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.flipkart import FlipkartSim, Visit
from bot.sandbox.flipkart.paging import SHIPMENTS, PageToken
from bot.sandbox.flipkart.switches import CaughtUp, NextUrlForm

Ask = Callable[..., Awaitable[httpx.Response]]


def scanning(sim: FlipkartSim, count: int) -> Visit:
    visit = sim.arrive("LOC1", "Ram")
    visit.begin()
    visit.scan(count)
    return visit


def reading(visit: Visit, size: int) -> dict[str, object]:
    return {"taskId": visit.task_id, "feId": visit.fe_id, "pageSize": size}


def ids(answer: httpx.Response) -> list[str]:
    return [row["trackingId"] for row in answer.json()["scannedShipments"]]


def token_path(next_url: str) -> str:
    """The path a careful client gets: the token percent-encoded as one segment."""
    return f"{SHIPMENTS}/{quote(next_url.rpartition('/shipments/')[2], safe='')}"


@pytest.mark.asyncio
async def test_walk_to_the_end(sim: FlipkartSim, ask: Ask) -> None:
    ram = scanning(sim, 5)
    seen: list[str] = []
    answer = await ask("shipments", reading(ram, 2))
    while True:
        seen += ids(answer)
        if not answer.json()["hasMore"]:
            break
        answer = await ask(token_path(answer.json()["nextUrl"]))
    assert seen == [each.tracking_id for each in ram.shipments]
    assert seen[0] == "FMP000000001"
    assert answer.json()["nextUrl"] is None


@pytest.mark.asyncio
async def test_spellings(sim: FlipkartSim, ask: Ask) -> None:
    ram = scanning(sim, 1)

    async def names() -> set[str]:
        return set((await ask("shipments", reading(ram, 2))).json()) - {"scannedShipments"}

    assert await names() == {"hasMore", "nextUrl"}
    sim.switches.spelling = "snake"
    assert await names() == {"has_more", "next_url"}
    sim.switches.spelling = "mixed"
    assert await names() != await names()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("form", "start"),
    [
        ("path", "/sellers/v3/returns/tasks/shipments/"),
        ("path_without_sellers", "/v3/returns/tasks/shipments/"),
        ("token", ""),
        ("absolute", "{url}/sellers/v3/returns/tasks/shipments/"),
        ("foreign", "https://evil.example/sellers/v3/returns/tasks/shipments/"),
    ],
)
async def test_forms_of_next_url(sim: FlipkartSim, ask: Ask, form: NextUrlForm, start: str) -> None:
    sim.switches.next_url_form = form
    ram = scanning(sim, 3)
    onward = (await ask("shipments", reading(ram, 2))).json()["nextUrl"]
    start = start.format(url=sim.url)
    assert onward.startswith(start)
    token = onward.removeprefix(start)
    data = json.loads(base64.b64decode(token, validate=True))
    last = ram.shipments[1].tracking_id
    assert {**data, "taskId": ram.task_id, "feId": ram.fe_id, "etag": last, "pageSize": 2} == data
    assert ids(await ask(f"{SHIPMENTS}/{quote(token, safe='')}")) == ["FMP000000003"]


@pytest.mark.asyncio
async def test_a_bare_slash_in_the_token_is_another_path(sim: FlipkartSim, ask: Ask) -> None:
    ram = scanning(sim, 3)
    onward = (await ask("shipments", reading(ram, 2))).json()["nextUrl"]
    assert (await ask(onward)).status_code == 404
    assert sim.calls[-1].path == onward
    twice = f"{SHIPMENTS}/{quote(quote(onward.rpartition('/shipments/')[2], safe=''), safe='')}"
    assert (await ask(twice)).status_code == 400
    assert (await ask(token_path(onward).removeprefix("/sellers"))).status_code == 404


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b"\xff", b'{"taskId":"1","feId":"1","etag":"x","pageSize":"many"}']
)
@pytest.mark.asyncio
async def test_tokens_made_up(sim: FlipkartSim, ask: Ask, data: bytes) -> None:
    token = quote(base64.b64encode(data).decode() or "=", safe="")
    assert (await ask(f"{SHIPMENTS}/{token}")).status_code == 400


@pytest.mark.asyncio
async def test_token_of_an_unknown_row_or_task(sim: FlipkartSim, ask: Ask) -> None:
    ram = scanning(sim, 1)
    lost = PageToken(ram.task_id, ram.fe_id, "nothing", 5).encode()
    assert (await ask(f"{SHIPMENTS}/{quote(lost, safe='')}")).status_code == 400
    gone = PageToken("none", ram.fe_id, "", 5).encode()
    assert (await ask(f"{SHIPMENTS}/{quote(gone, safe='')}")).status_code == 404


@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12), st.integers(1, 100))
def test_every_token_holds_the_awkward_characters(task: str, fe: str, etag: str, size: int) -> None:
    place = PageToken(task, fe, etag, size)
    token = place.encode()
    assert {"+", "/", "="} <= set(token)
    assert PageToken.decode(token) == place


@pytest.mark.asyncio
@pytest.mark.parametrize("mode", ["null", "snapshot"])
async def test_caught_up_reader_reads_the_last_page_again(sim: FlipkartSim, ask: Ask, mode: CaughtUp) -> None:
    sim.switches.caught_up = mode
    ram = scanning(sim, 4)
    onward = (await ask("shipments", reading(ram, 3))).json()["nextUrl"]
    last = token_path(onward)
    answer = await ask(last)
    assert ids(answer) == ["FMP000000004"]
    assert (answer.json()["hasMore"], answer.json()["nextUrl"]) == (False, None)
    ram.scan(1)
    assert ids(await ask(last)) == ["FMP000000004", "FMP000000005"]
    ram.scan(5)
    answer = await ask(last)
    assert ids(answer) == ["FMP000000004", "FMP000000005", "FMP000000006"]
    assert answer.json()["hasMore"] is (mode == "null")
    assert (answer.json()["nextUrl"] is None) is (mode == "snapshot")
    await ask("shipments", reading(ram, 3))
    answer = await ask(last)
    assert answer.json()["hasMore"] is True
    assert ids(await ask(token_path(answer.json()["nextUrl"])))[0] == "FMP000000007"


@pytest.mark.asyncio
async def test_always_a_next_url(sim: FlipkartSim, ask: Ask) -> None:
    sim.switches.caught_up = "next"
    ram = scanning(sim, 0)
    answer = await ask("shipments", reading(ram, 2))
    assert ids(answer) == []
    assert answer.json()["hasMore"] is False
    ram.scan(2)
    answer = await ask(token_path(answer.json()["nextUrl"]))
    assert ids(answer) == ["FMP000000001", "FMP000000002"]
    assert answer.json()["hasMore"] is False
    empty = await ask(token_path(answer.json()["nextUrl"]))
    assert ids(empty) == []
    assert empty.json()["nextUrl"] == answer.json()["nextUrl"]
    ram.scan(3)
    answer = await ask(token_path(empty.json()["nextUrl"]))
    assert ids(answer) == ["FMP000000003", "FMP000000004"]
    assert answer.json()["hasMore"] is True


@pytest.mark.asyncio
async def test_page_that_repeats_for_ever(sim: FlipkartSim, ask: Ask) -> None:
    sim.switches.repeat_page = True
    ram = scanning(sim, 3)
    answer = await ask("shipments", reading(ram, 2))
    for _ in range(3):
        answer = await ask(token_path(answer.json()["nextUrl"]))
        assert ids(answer) == ["FMP000000001", "FMP000000002"]
        assert answer.json()["hasMore"] is True


@pytest.mark.asyncio
async def test_rows_synced_late_come_last(sim: FlipkartSim, ask: Ask) -> None:
    ram = scanning(sim, 1)
    ram.scan(tracking_id="LATE", synced=False)
    ram.scan(1)
    assert ids(await ask("shipments", reading(ram, 9))) == ["FMP000000001", "FMP000000002"]
    ram.sync()
    assert ids(await ask("shipments", reading(ram, 9))) == ["FMP000000001", "FMP000000002", "LATE"]


@pytest.mark.asyncio
async def test_an_id_scanned_twice_does_not_loop(sim: FlipkartSim, ask: Ask) -> None:
    ram = scanning(sim, 0)
    for name in ("A", "B", "A", "C"):
        ram.scan(tracking_id=name)
    answer = await ask("shipments", reading(ram, 1))
    seen = ids(answer)
    while answer.json()["nextUrl"]:
        answer = await ask(token_path(answer.json()["nextUrl"]))
        seen += ids(answer)
    assert seen == ["A", "B", "A", "C"]
    ram.finish_scanning()
    ended = await ask("end_otc", {"taskId": ram.task_id, "feId": ram.fe_id, "taskType": "RETURN"})
    assert ended.json()["totalScanned"] == 3
