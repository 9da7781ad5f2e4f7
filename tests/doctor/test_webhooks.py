"""What the doctor says of webhooks, without posting anything to anybody."""

from pathlib import Path

from pydantic import SecretStr

from bot.doctor.finding import Finding, Level
from bot.doctor.webhooks import webhooks
from bot.store.session import Database
from tests.support import World, world
from tests.webhooks.conftest import Outside
from tests.webhooks.receiver import SECRET, receiving


async def findings(at: World, url: str, *, private: bool) -> list[Finding]:
    at.toml["webhooks"] = [{"id": "erp", "url": url, "secret": "ERP", "allow_private": private}]
    at.webhook_secrets["erp"] = SecretStr(SECRET)
    return [one async for one in webhooks(at.settings())]


async def test_nothing_is_said_where_there_is_none(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        assert [one async for one in webhooks(at.settings())] == []


async def test_an_address_that_can_be_told(tmp_path: Path) -> None:
    async with world(tmp_path) as at, receiving() as receiver:
        at.kept.make()
        [found] = await findings(at, receiver.url, private=True)
        assert (str(found), receiver.got) == ("ok    webhook erp: 127.0.0.1, 0 messages to be sent", [])


async def test_a_private_address_that_nobody_allowed(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        for host in ("localhost", "10.0.0.1", "[::1]"):
            [found] = await findings(at, f"https://{host}/", private=False)
            assert (found.level, "a private address" in found.said) == (Level.FAIL, True), host
            assert "allow_private = true" in found.mend


async def test_an_address_that_nobody_knows(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        # Too long for a name, so no server is asked for it.
        host = "a" * 64 + ".example"
        [found] = await findings(at, f"https://{host}/", private=False)
        assert (found.level, found.said) == (Level.FAIL, f"no address is known of {host}")


async def test_messages_that_are_not_taken(tmp_path: Path) -> None:
    async with world(tmp_path) as at, receiving() as receiver:
        at.kept.make()
        database = Database(at.kept.url)
        try:
            receiver.always = 500
            outside = Outside(database)
            outside.tells("erp", receiver.url)
            await outside.arrive(1)
            await outside.arrive(2)
            await outside.look()
        finally:
            await database.close()
        [found] = await findings(at, receiver.url, private=True)
        assert found.level is Level.WARN
        assert found.said == "2 messages for 127.0.0.1: one is not taken since 2026-03-02 06:03 UTC"
