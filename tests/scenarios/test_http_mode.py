"""Slack as `manifest.http.yml` sets it up: what is declared there, and nothing else, reaches the bot by HTTP."""

import contextlib
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from bot.slack import ids
from bot.web import EVENTS_PATH
from tests.prepare import ROOT
from tests.scenarios.dockwork import card_of, card_says, modal, told
from tests.support import QUICK_POSTS, World, world


def free_port() -> int:
    with contextlib.closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def install(dock: World, manifest: dict[str, Any], port: int) -> None:
    """What Slack does with the manifest: it calls the addresses that stand there, and sends the events named there."""
    settings = manifest["settings"]
    addresses = [one["url"] for one in manifest["features"]["slash_commands"]]
    addresses += [settings["interactivity"]["request_url"], settings["event_subscriptions"]["request_url"]]
    assert {urlsplit(address).path for address in addresses} == {EVENTS_PATH}
    assert not settings["socket_mode_enabled"]
    dock.slack.events = set(settings["event_subscriptions"]["bot_events"])
    dock.slack.scopes = set(manifest["oauth_config"]["scopes"]["bot"])
    dock.slack.events_url = f"http://127.0.0.1:{port}{EVENTS_PATH}"


async def test_everything_that_the_dock_does_arrives(tmp_path: Path) -> None:
    port = free_port()
    async with world(tmp_path, http_mode=True) as dock:
        dock.timing = QUICK_POSTS
        install(dock, yaml.safe_load((ROOT / "manifest.http.yml").read_text(encoding="utf-8")), port)
        visit = dock.flipkart.arrive("LOC1", "Ram")
        visit.begin()
        visit.scan(1, tracking_id="FMP000001")
        async with dock.bot(http_port=port):
            assert await dock.slack.verify_url(), "Slack's question under Event Subscriptions is not answered"
            card = await card_of(dock, visit)
            # A slash command, a button, a shortcut and a form.
            assert (await dock.slack.slash(dock.operator, dock.channel, "/otc", "help")).acked
            await told(dock, dock.operator, "/start-otc")
            await dock.slack.press(dock.operator, card, ids.COUNT)
            view = await modal(dock, dock.operator, "Parcels counted by hand")
            await dock.slack.close(dock.operator, view)
            await dock.slack.shortcut(dock.operator, card, ids.REPORT)
            await modal(dock, dock.operator, "Report")
            # Events: a list, an own scan, the Home tab.
            mention = f"<@{dock.slack.bot_user_id}>"
            content = b"Tracking ID\nFMP000001\nFMP000002\n"
            await dock.slack.say(dock.operator, dock.channel, mention, files=[("list.csv", content)])
            await told(dock, dock.operator, "*2 parcels*, 2 of them new")
            await dock.slack.say(dock.operator, dock.channel, "FMP000001", thread_ts=card.ts)
            scan = next(m for m in dock.thread(card) if m.text == "FMP000001")
            await dock.until(lambda: "white_check_mark" in scan.reactions)
            await card_says(dock, visit, "1 of 1 on the list")
            await dock.slack.open_home(dock.operator)
            await dock.until(lambda: (home := dock.slack.home(dock.operator)) and "Ram" in home.text_all())
