"""Where each setting came from, what is never shown, and slips that work."""

import json
from pathlib import Path

import pytest

from bot.doctor.finding import Finding, Level
from bot.doctor.settings import slips, values
from bot.houses import load
from tests.doctor.support import assert_no_secret, well
from tests.support import world

TOML = """
[flipkart]
calls_per_hour = 500
[[locations]]
id = "LOC1"
name = "Dock "
channel = "C0123"
"""
ENV = {
    "SLACK_BOT_TOKEN": "xoxb-hidden",
    "SLACK_APP_TOKEN": "xapp-hidden",
    "FLIPKART_APP_ID": "app",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with settings from everywhere."""
    monkeypatch.chdir(tmp_path)
    for name, value in ENV.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "secret").write_text("hidden-too\n")
    (tmp_path / "bot.toml").write_text(TOML)
    text = "FLIPKART_APP_SECRET_FILE=secret\nDATABASE_URL=postgresql://otc:hidden@host/otc \nLOG_LEVL=DEBUG\nOTHER=1\n"
    (tmp_path / ".env").write_text(text)
    return tmp_path


async def shown(*, every: bool = False) -> dict[str, str]:
    return {one.what: one.said async for one in values(load(), Path(".env"), every=every)}


async def slipped() -> list[Finding]:
    return [one async for one in slips(Path(".env"), Path("bot.toml"))]


async def test_each_key_with_its_source_and_no_secret(folder: Path) -> None:
    said = await shown()
    assert said["setting SLACK_BOT_TOKEN"] == "xoxb-… (11 signs), from the environment"
    assert said["setting FLIPKART_APP_SECRET"] == "… (10 signs), from the file secret"
    assert said["setting DATABASE_URL"] == "postgresql://…@host/otc, from .env"
    assert said["setting flipkart.calls_per_hour"] == "500, from bot.toml"
    assert said["setting locations[1].id"] == '"LOC1", from bot.toml'
    assert "setting HTTP_PORT" not in said
    assert "hidden" not in str(said)
    assert "other keys as by default" in said["settings"]


async def test_all_keys_with_their_defaults(folder: Path) -> None:
    said = await shown(every=True)
    assert said["setting HTTP_PORT"] == "8080, the default"
    assert said["setting polling.arrivals_seconds"] == "30, the default"
    assert said["setting locations[1].hours"] == '"", the default'
    assert said["setting SLACK_SIGNING_SECRET"] == "not set, the default"
    assert "settings" not in said
    assert "hidden" not in str(said)


async def test_of_a_webhook_its_host_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (folder / "bot.toml").open("a") as toml:
        toml.write(
            '[[webhooks]]\nid = "erp"\nurl = "https://erp.example/in/hidden?key=hidden"\nsecret = "ERP_SECRET"\n'
        )
    monkeypatch.setenv("ERP_SECRET", "whsec_" + "aGlkZGVu" * 6)
    said = await shown()
    assert said["setting webhooks[1].url"] == '"https://erp.example/…", from bot.toml'
    assert "hidden" not in str(said)
    (folder / ".env").write_text("ERP_SECRT=x\n")
    assert "Did you mean ERP_SECRET? Rename it." in [one.mend for one in await slipped()]


async def test_slips_are_told_and_what_is_of_others_is_not(folder: Path) -> None:
    found = await slipped()
    assert {one.level for one in found} == {Level.WARN}
    assert [one.what for one in found] == ["setting DATABASE_URL", "setting locations[1].name", "setting LOG_LEVL"]
    assert found[2].mend == "Did you mean LOG_LEVEL? Rename it."
    assert "hidden" not in str(found)


async def test_a_space_within_quotes_and_in_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".env").write_text("\ufeffexport FLIPKART_APP_ID='app '\r\nLOG_LEVEL=INFO # said\r\n", encoding="utf-8")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-hidden\u200b")
    (folder / "bot.toml").write_text("broken [")
    found = await slipped()
    assert [one.said.partition(" has ")[0] for one in found] == [
        "FLIPKART_APP_ID in .env",
        "SLACK_BOT_TOKEN in the environment",
    ]


async def test_variables_that_bot_toml_names_are_known(folder: Path) -> None:
    (folder / "bot.toml").write_text('[[sellers]]\nid = "a"\napp_id = "SHOES_APP_ID"\napp_secret = "SHOES_SECRET"\n')
    (folder / ".env").write_text("SHOES_APP_ID=a\nSHOES_SECRET_FILE=b\nSHOES_SECRT=c\n")
    assert [one.what for one in await slipped()] == ["setting SHOES_SECRT"]


async def test_the_document_has_them_and_no_secret(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        bot = well(at)
        ended = await bot.end("doctor", "--json", "--all")
        assert_no_secret(bot, ended)
    document = json.loads(ended.out)
    assert (ended.code, document["worst"]) == (0, "ok")
    said = {one["what"]: one["said"] for one in document["findings"]}
    assert said["setting LOG_LEVEL"] == "INFO, the default"
    assert said["setting FLIPKART_APP_ID"] == "… (3 signs), from the environment"
