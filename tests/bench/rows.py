"""The rows of the benchmark by name."""

from collections.abc import Awaitable, Mapping
from pathlib import Path
from typing import Protocol

from tests.bench import acks, codes, copies, day, history, lists, live, monitor, pages, servers, threads, transactions
from tests.bench.figures import Result


class Measure(Protocol):
    """Measures both sides. Its files go into the folder; `quick` makes it short, to see that it works."""

    def __call__(self, folder: Path, *, quick: bool) -> Awaitable[Result]: ...


ROWS: Mapping[str, Measure] = {
    "pages": pages.measure,
    "transactions": transactions.measure,
    "transactions-postgresql": servers.measure,
    "acks": acks.measure,
    "start": acks.measure_start,
    "codes": codes.measure,
    "live-1000": live.measure_1000,
    "live-3000": live.measure_3000,
    "copies": copies.measure,
    "history": history.measure,
    "day": day.measure,
    "threads": threads.measure,
    "lists": lists.measure,
    "monitor": monitor.measure,
}
