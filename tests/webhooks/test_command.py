"""`otc-bot webhooks test`, as somebody types it who has just named an address."""

from pathlib import Path

import pytest

from tests.support import world
from tests.test_cli import installed
from tests.webhooks.receiver import SECRET, receiving


@pytest.mark.slow("a second for each process")
async def test_each_address_says_whether_it_takes_a_message(tmp_path: Path) -> None:
    async with world(tmp_path) as at, receiving(is_of_now=True) as receiver, receiving(is_of_now=True) as refuses:
        bot = installed(at)
        bot.env["ERP"] = SECRET
        blocks = "".join(
            f'\n[[webhooks]]\nid = "{name}"\nurl = "{url}"\nsecret = "ERP"\nallow_private = true\n'
            for name, url in (("erp", receiver.url), ("books", refuses.url), ("off", "http://127.0.0.1:9/"))
        )
        toml = tmp_path / "bot.toml"
        ended = await bot.end("webhooks", "test")
        assert (ended.code, ended.out, ended.err) == (1, "", "otc-bot: bot.toml has no [[webhooks]]\n")

        toml.write_text(toml.read_text(encoding="utf-8") + blocks, encoding="utf-8")
        refuses.always = 401
        ended = await bot.end("webhooks", "test")
        assert (ended.code, ended.err) == (1, "")
        assert ended.out.splitlines() == [
            "erp: taken",
            "books: HTTP 401 (check the secret: the receiver does not accept it)",
            "off: it can't be reached (ClientConnectorError) (look at the receiver: whether it runs, at this name and "
            "port, what its log says, and what firewall is between)",
        ]
        ended = await bot.end("webhooks", "test", "erp")
        assert (ended.code, ended.out) == (0, "erp: taken\n")
        assert [one.type for one in receiver.got] == ["webhook.test"] * 2
        assert len({one.id for one in receiver.got}) == 2
        ended = await bot.end("webhooks", "test", "nobody")
        assert (ended.code, ended.err) == (1, "otc-bot: bot.toml has no [[webhooks]] with the id nobody\n")
