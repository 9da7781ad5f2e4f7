"""CPU per polled page: the bot's reader with its store, beside a bare fetch of the same page with the same client."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from httpx_aiohttp import AiohttpTransport

from tests.bench.far import Plan, far
from tests.bench.figures import Figure, Result
from tests.bench.internals import ROWS, reading

PATH = "/sellers/v3/returns/tasks/shipments"
PAGES = 400
QUICK_PAGES = 20
TURNS = 3
"""Both sides in turn, as often: the machine is seldom the same for long."""


class Bare:
    """A fetch of a page and its parse as JSON, and nothing else."""

    def __init__(self, url: str, fe_id: str, task_id: str) -> None:
        self._url, self._body = url, {"taskId": task_id, "feId": fe_id, "pageSize": ROWS}

    async def walk(self) -> float:
        """CPU milliseconds per page of a walk over all of them."""
        async with self._client() as http:
            page: Any = (await http.post(PATH, json=self._body)).json()
            began, pages = time.process_time(), 0
            while page["nextUrl"]:
                page = (await http.get(_escaped(page["nextUrl"]))).json()
                pages += 1
            return (time.process_time() - began) / pages * 1000

    async def looks(self, count: int, *, at_once: int = 1) -> float:
        """CPU milliseconds per look at the last page."""
        async with self._client() as http:
            page: Any = (await http.post(PATH, json=self._body)).json()
            ask = partial(http.post, PATH, json=self._body)
            while page["nextUrl"]:
                ask = partial(http.get, _escaped(page["nextUrl"]))
                page = (await ask()).json()

            async def look_again() -> None:
                for _ in range(count // at_once):
                    (await ask()).json()

            began = time.process_time()
            await asyncio.gather(*(look_again() for _ in range(at_once)))
            return (time.process_time() - began) / (count // at_once * at_once) * 1000

    @contextlib.asynccontextmanager
    async def _client(self) -> AsyncIterator[httpx.AsyncClient]:
        async with httpx.AsyncClient(base_url=self._url, transport=AiohttpTransport()) as http:
            token = await http.get(
                "/oauth-service/oauth/token",
                params={"grant_type": "client_credentials", "scope": "Seller_Api"},
                auth=("app", "secret"),
            )
            http.headers["Authorization"] = f"Bearer {token.json()['access_token']}"
            yield http


def _escaped(next_url: str) -> str:
    """The page token is one segment of the path, and holds slashes."""
    return f"{PATH}/{quote(next_url.removeprefix(PATH + '/'), safe='')}"


async def measure(folder: Path, *, quick: bool) -> Result:
    """Pages of new parcels that are kept, and looks that bring nothing."""
    pages = QUICK_PAGES if quick else PAGES
    floors, lasts, fulls, quiets = [], [], [], []
    # One parcel less than full pages: the last page is not full, so a look that brings nothing is one call.
    async with far(Plan(scanned=pages * ROWS - 1)) as flipkart:
        _, fe_id, task_id = flipkart.tasks[0]
        bare = Bare(flipkart.url, fe_id, task_id)
        for turn in range(1 if quick else TURNS):
            floors.append(await bare.walk())
            async with reading(flipkart.url, fe_id, task_id, folder / f"pages{turn}.db") as ours:
                began = time.process_time()
                scanned = await ours.to_end()
                fulls.append((time.process_time() - began) / pages * 1000)
                assert scanned == pages * ROWS - 1, scanned
                known = await ours.look()
                began = time.process_time()
                for _ in range(pages):
                    known = await ours.look(known)
                quiets.append((time.process_time() - began) / pages * 1000)
            lasts.append(await bare.looks(pages))
    floor_is = f"fetch of a page of {ROWS} and its parse with the same client"
    return Result(
        [
            Figure(
                *(f"CPU, page of {ROWS} new parcels kept", min(fulls), "ms", min(floors), floor_is),
                target=3.0,
                of_ratio=True,
            ),
            Figure(
                *("CPU, look that brings nothing", min(quiets), "ms", min(lasts), floor_is),
                target=1.5,
                of_ratio=True,
            ),
        ]
    )
