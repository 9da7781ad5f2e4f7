"""The alerts and the dashboard of deploy/: sound, about figures that are there, and rung by a bot in trouble."""

import contextlib
import io
import json
import re
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml

from bot.monitoring.catalogue import CATALOGUE
from tests.monitoring.prometheus import RULES, TESTS, promtool, require, watching
from tests.prepare import ROOT
from tests.scenarios.conftest import dock, logged, no_code_leaks
from tests.scenarios.faults.processes import OwnConnection
from tests.scenarios.test_http_mode import free_port
from tests.support import QUICK_SOCKET, World
from tests.test_measured import Monitor

__all__ = ["dock", "logged", "no_code_leaks"]

DASHBOARD = ROOT / "deploy/grafana/otc-bot.json"
ONLY_COPIES = {"otc_copies", "otc_shards"}


@pytest.fixture(autouse=True)
def _prometheus() -> None:
    require()


@pytest.fixture
def own() -> Iterator[OwnConnection]:
    one = OwnConnection()
    sa.event.listen(sa.Engine, "begin", one.begins)
    yield one
    sa.event.remove(sa.Engine, "begin", one.begins)


def rules() -> list[dict[str, Any]]:
    [group] = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return list(group["rules"])


def panels() -> list[dict[str, Any]]:
    found = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    return [one for one in found if one["type"] != "row"]


def used(expression: str) -> set[str]:
    """The figures that a query is about."""
    names = re.findall(r"\b(?:otc|process)_[a-z_]+\b", re.sub(r'"[^"]*"|\[[^]]*\]', "", expression))
    return {re.sub("_(bucket|sum|count)$", "", name) for name in names}


def queries() -> list[str]:
    return [*(one["expr"] for one in rules()), *(t["expr"] for one in panels() for t in one["targets"])]


async def test_rules_are_sound_and_ring_when_they_should() -> None:
    for what in (("check", "rules", str(RULES)), ("test", "rules", str(TESTS))):
        ended, said = await promtool(*what)
        assert ended == 0, said
        assert "SUCCESS" in said


def test_each_alert_says_what_is_wrong_and_what_to_do() -> None:
    found = rules()
    assert len({one["alert"] for one in found}) == len(found)
    for one in found:
        assert one["labels"]["severity"] in ("page", "ticket"), one["alert"]
        assert one["annotations"].keys() == {"summary", "todo"}, one["alert"]
        assert all(said.endswith((".", "doctor")) for said in one["annotations"].values()), one["alert"]
    tested = TESTS.read_text(encoding="utf-8")
    assert [one["alert"] for one in found if one["alert"] not in tested] == [], "an alert that no test rings"


def test_each_panel_says_what_it_is_for() -> None:
    found = panels()
    assert len({one["title"] for one in found}) == len(found)
    assert [one["title"] for one in found if not one["description"].endswith(".")] == []
    for one in found:
        at = one["gridPos"]
        assert at["x"] + at["w"] <= 24, one["title"]
        assert len({target["refId"] for target in one["targets"]}) == len(one["targets"]), one["title"]
    places = [(x, y) for one in found for x, y in squares(one["gridPos"])]
    assert len(places) == len(set(places)), "two panels lie on each other"


def squares(at: dict[str, int]) -> list[tuple[int, int]]:
    return [(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])]


HEARS = 'otc_check_ok{job="otc-bot",instance="a",workspace="",check="slack"}'
WELL = 'otc_check_ok{job="otc-bot",instance="a",workspace="",check="database"}'
UP = 'up{job="otc-bot",instance="a"}'


async def test_the_first_panel_says_of_no_bot_that_it_hears_unless_that_is_known(tmp_path: Path) -> None:
    [panel] = [one for one in panels() if one["title"] == "Hears presses"]
    query = panel["targets"][0]["expr"].replace("$workspace", ".*")
    cases: list[tuple[str, dict[str, int], int | None]] = [
        ("it hears", {UP: 1, WELL: 1, HEARS: 1}, 1),
        ("it is deaf", {UP: 1, WELL: 1, HEARS: 0}, 0),
        ("it has ended", {UP: 0}, 0),
        ("Slack calls it over HTTP, or not", {UP: 1, WELL: 1}, None),
        ("it starts", {UP: 1}, None),
    ]
    tests = [
        {
            "name": name,
            "interval": "1m",
            "input_series": [{"series": one, "values": f"{value}x5"} for one, value in given.items()],
            "promql_expr_test": [
                {
                    "expr": query,
                    "eval_time": "3m",
                    "exp_samples": [] if shown is None else [{"labels": "{}", "value": shown}],
                }
            ],
        }
        for name, given, shown in cases
    ]
    file = tmp_path / "panel.yml"
    file.write_text(yaml.safe_dump({"rule_files": [], "evaluation_interval": "1m", "tests": tests}))
    ended, said = await promtool("test", "rules", str(file))
    assert ended == 0, said


async def test_every_figure_of_alerts_and_dashboard_is_on_the_page(dock: World, logged: io.StringIO) -> None:
    monitor = Monitor(logged)
    async with dock.bot():
        dock.flipkart.arrive("LOC1", "Ram")
        await dock.until(lambda: dock.cards)
        await dock.slack.slash(dock.operator, dock.channel, "/otc", "help")
        await monitor.until(lambda read: "otc_slack_silence_seconds" in read, "all of it")
        there = set(re.findall(r"^# TYPE (\S+) ", monitor.text, re.MULTILINE))
        ended, said = await promtool("check", "metrics", given=monitor.text)
    wanted = {name for query in queries() for name in used(query)}
    assert len(wanted) > 20
    assert wanted - there == set()
    assert {one.name for one in CATALOGUE} - there == ONLY_COPIES
    assert (ended, said) == (0, ""), said


@pytest.mark.slow("a Prometheus that reads once a second, and five troubles one after the other")
async def test_a_real_prometheus_rings(dock: World, logged: io.StringIO, own: OwnConnection, tmp_path: Path) -> None:
    dock.toml = {"flipkart": {"calls_per_hour": 10, "others_calls_per_hour": 0}}
    dock.timing = replace(dock.timing, socket=QUICK_SOCKET)
    dock.flipkart.arrive("LOC1", "Ram")
    port = free_port()
    # So many were made before the bot was started anew.
    dock.kept.make()
    with contextlib.closing(sqlite3.connect(tmp_path / "bot.db")) as database:
        database.execute("insert into flipkart_minute (minute, calls) values (?, 8)", [int(time.time() // 60)])
        database.commit()
    async with watching(port, tmp_path) as prometheus:
        async with dock.bot(http_port=port):
            await prometheus.reads()
            await prometheus.until(lambda ring: ring.keys() <= {"OtcLooksRare"}, "all is well")
            for query in queries():
                assert await prometheus.ask("query", query=query.replace("$workspace", ".*")) is not None, query

            dock.slack.fail_handshake(10_000)
            dock.slack.kill_sockets()
            found = await prometheus.until(lambda ring: "OtcDeaf" in ring, "a bot that is deaf")
            said = found["OtcDeaf"]["annotations"]["summary"]
            assert said == "The bot does not hear Slack: presses get no answer."
            dock.slack.clear_faults()
            await prometheus.until(lambda ring: "OtcDeaf" not in ring, "it hears again")

            await dock.until(lambda: dock.cards)
            await dock.slack.slash(dock.operator, dock.channel, "/start-otc")
            await prometheus.until(lambda ring: "OtcQuotaUsedUp" in ring, "a bot that is out of calls")

            own.statements[:] = ["PRAGMA query_only = ON"]
            await dock.slack.slash(dock.operator, dock.channel, "/otc", "language hi")
            found = await prometheus.until(lambda ring: "OtcStuck" in ring, "a bot that is stuck")
            assert "(database)" in found["OtcStuck"]["annotations"]["summary"]
            own.statements[:] = ["PRAGMA query_only = OFF"]
            await prometheus.until(lambda ring: "OtcStuck" not in ring, "it goes on")
        await prometheus.until(lambda ring: "OtcBotDown" in ring, "a bot that has ended")
