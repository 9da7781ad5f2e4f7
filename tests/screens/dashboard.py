"""Draws the dashboard of deploy/grafana with what a real Prometheus has read of a bot at a busy dock: to be looked at.

`python -m tests.screens.dashboard FILE.png` plays for half a minute. Grafana draws finer; where panels lie, what they
ask for and what stands beside each curve is the same.
"""

import asyncio
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bot.sandbox.flipkart import Visit
from tests.monitoring.prometheus import Prometheus, watching
from tests.monitoring.test_alerts import panels
from tests.scenarios.test_http_mode import free_port
from tests.support import QUICK_POSTS, World, world

PLAYED = 30.0
"""Seconds."""
Curve = tuple[str, list[float], list[float]]


async def play(dock: World) -> None:
    """FEs come, scan and leave; Slack limits the bot for a while, then Flipkart fails."""
    began, visits = time.monotonic(), list[Visit]()
    while (passed := time.monotonic() - began) < PLAYED:
        visits.append(dock.flipkart.arrive("LOC1", f"Ram {len(visits)}"))
        visits[-1].begin()
        for visit in visits[-4:]:
            visit.scan(2)
        if len(visits) > 5:
            visits[-6].leave()
        await dock.slack.slash(dock.operator, dock.channel, "/otc", "help")
        if PLAYED / 3 < passed < PLAYED / 2:
            dock.slack.fail("chat.update", error="ratelimited", retry_after=3, times=2)
        if passed > PLAYED * 0.7:
            dock.flipkart.fail("shipments", status=503, times=2)
        await asyncio.sleep(1.0)


async def curves(prometheus: Prometheus, panel: dict[str, Any], began: float) -> list[Curve]:
    """What a panel shows, each curve with what stands beside it."""
    found: list[Curve] = []
    for target in panel["targets"]:
        query = target["expr"].replace("$workspace", ".*")
        asked = await prometheus.ask("query_range", query=query, start=f"{began}", end=f"{time.time()}", step="1")
        for one in (asked or {"result": []})["result"]:
            name = target["legendFormat"]
            for label in re.findall(r"{{(\w+)}}", name):
                name = name.replace(f"{{{{{label}}}}}", one["metric"].get(label, ""))
            points = [(float(at) - began, float(value)) for at, value in one["values"] if value != "NaN"]
            found.append((name.strip(), [at for at, _ in points], [value for _, value in points]))
    return found


def drawn(panel: dict[str, Any], found: list[Curve], axes: Any) -> None:
    """One panel."""
    axes.set_title(panel["title"], fontsize=8)
    if panel["type"] == "stat":
        last = found[0][2][-1] if found and found[0][2] else None
        words = {
            key: said for one in panel["fieldConfig"]["defaults"]["mappings"] for key, said in one["options"].items()
        }
        said = words.get(f"{last:g}") if last is not None else None
        steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
        color = [one["color"] for one in steps if last is not None and (one["value"] is None or last >= one["value"])]
        axes.set_facecolor(color[-1] if color else "lightgrey")
        text = said["text"] if said else "–" if last is None else f"{last:.2g}"
        axes.text(0.5, 0.5, text, ha="center", va="center", fontsize=16, color="white", transform=axes.transAxes)
        axes.set_xticks([])
        axes.set_yticks([])
        return
    for name, xs, ys in found:
        axes.plot(xs, ys, label=name or "value", linewidth=1)
    axes.tick_params(labelsize=6)
    axes.set_ylim(bottom=0)
    if found:
        axes.legend(fontsize=5, loc="upper left")
    else:
        axes.text(0.5, 0.5, "nothing", ha="center", transform=axes.transAxes, fontsize=7)


def places(bottom: int) -> Iterator[tuple[dict[str, Any], tuple[float, float, float, float]]]:
    """Where each panel lies on a page of 1 by 1."""
    for panel in panels():
        at = panel["gridPos"]
        left, low = at["x"] / 24 + 0.03, 1 - (at["y"] + at["h"]) / bottom + 0.012
        yield panel, (left, low, at["w"] / 24 - 0.045, at["h"] / bottom - 0.03)


async def main(file: Path) -> None:
    """Plays, asks, and draws."""
    port, began = free_port(), time.time()
    with tempfile.TemporaryDirectory() as folder:
        async with world(Path(folder)) as dock, watching(port, Path(folder)) as prometheus:
            dock.timing = QUICK_POSTS
            often = {"arrivals_seconds": 1, "scans_seconds": 1, "page_size": 5}
            dock.toml = {"polling": often, "flipkart": {"calls_per_hour": 30_000, "others_calls_per_hour": 0}}
            async with dock.bot(http_port=port):
                await play(dock)
                shown = [(panel, at, await curves(prometheus, panel, began)) for panel, at in places(bottom())]
    figure = Figure(figsize=(16, 26), dpi=80)
    FigureCanvasAgg(figure)
    for panel, at, found in shown:
        drawn(panel, found, figure.add_axes(at))
    figure.savefig(file)


def bottom() -> int:
    """How many rows the grid has."""
    return max(int(one["gridPos"]["y"] + one["gridPos"]["h"]) for one in panels())


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
