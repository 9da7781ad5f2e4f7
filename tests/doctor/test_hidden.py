"""Secrets in a wrong place: neither the doctor, nor a start, nor the log shows one."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.config import NAMING, BotToml
from bot.doctor.slack import BOT_TOKEN
from bot.scrub import is_token, scrubbed
from tests.doctor.support import well
from tests.support import world
from tests.test_cli import SEVERAL, Installation

TOKEN = "xapp-1-A0123-4567-" + "c0ffee" * 8
SECRET = "c0ffee12-3456-7890-abcd-ef0123456789"
WHSEC = "whsec_" + "aGlkZGVu" * 6
WEBHOOK = '\n[[webhooks]]\nid = "erp"\nurl = "{url}"\nsecret = "{secret}"\n'
Mistake = Callable[[Installation], None]


def variable(name: str, value: str) -> Mistake:
    def make(bot: Installation) -> None:
        bot.env[name] = value

    return make


def swapped(bot: Installation) -> None:
    bot.env["FLIPKART_APP_ID"], bot.env["FLIPKART_APP_SECRET"] = SECRET, "app"


def toml(old: str, new: str) -> Mistake:
    """Of a bot.toml with two workspaces."""

    def make(bot: Installation) -> None:
        assert old in SEVERAL
        (bot.folder / "bot.toml").write_text(SEVERAL.replace(old, new, 1), encoding="utf-8")
        bot.env |= {"NORTH_BOT": "xoxb-1", "SOUTH_BOT": "xoxb-2", "NORTH_APP": "xapp-1", "SOUTH_APP": "xapp-2"}
        bot.env |= {"APP_ID": "id", "APP_SECRET": "secret"}

    return make


def webhook(*, url: str = "https://erp.example/", named: str = "ERP") -> Mistake:
    """`named` stands where the variable with its secret is named."""

    def make(bot: Installation) -> None:
        bot.env["ERP"] = WHSEC
        with (bot.folder / "bot.toml").open("a", encoding="utf-8") as file:
            file.write(WEBHOOK.format(url=url, secret=named))

    return make


NOT_A_NAME = "must be the name of a variable"
WRONG: dict[str, tuple[Mistake, str, str]] = {
    "a token as a number": (variable("HTTP_PORT", TOKEN), TOKEN, "HTTP_PORT = '…': must be a valid integer"),
    "a token as a choice": (variable("LOG_LEVEL", TOKEN), TOKEN, "LOG_LEVEL = '…': must be 'DEBUG'"),
    "a token as a folder": (variable("PHOTOS_FOLDER", TOKEN), TOKEN, "PHOTOS_FOLDER = '…': must be a folder"),
    "a token as a file": (variable("BOT_CONFIG", TOKEN), TOKEN, "BOT_CONFIG = …: there is no such file"),
    "a token as an address": (variable("SLACK_API_URL", f"https://a.example/?x={TOKEN}"), TOKEN, "SLACK_API_URL = "),
    "a secret of two words": (variable("FLIPKART_APP_ID", f"{SECRET} x"), SECRET, "FLIPKART_APP_ID: must be one word"),
    "a seller's secret": (toml('"APP_SECRET"', f'"{SECRET}"'), SECRET, f"sellers[1].app_secret {NOT_A_NAME}"),
    "one that could be a name": (
        toml('"APP_SECRET"', f'"{SECRET.replace("-", "")}"'),
        SECRET.replace("-", ""),
        f"sellers[1].app_secret {NOT_A_NAME} that is set",
    ),
    "an application's id": (toml('"APP_ID"', f'"{SECRET}"'), SECRET, f"sellers[1].app_id {NOT_A_NAME}"),
    "a workspace's token": (toml('"NORTH_BOT"', f'"{TOKEN}"'), TOKEN, f"workspaces[1].bot_token {NOT_A_NAME}"),
    "a workspace's signing secret": (
        toml('app_token = "NORTH_APP"', 'signing_secret = "c0ffee1234567890"'),
        "c0ffee1234567890",
        f"workspaces[1].signing_secret {NOT_A_NAME} that is set",
    ),
    "a workspace's database": (
        toml('app_token = "NORTH_APP"', 'app_token = "NORTH_APP"\ndatabase = "postgresql://hidden:hidden@db/otc"'),
        "hidden",
        f"workspaces[1].database {NOT_A_NAME}",
    ),
    "a webhook's secret": (webhook(named=WHSEC), WHSEC, f"webhooks[1].secret {NOT_A_NAME} that is set"),
    "a webhook's secret without its head": (webhook(named="c0ffee" * 6), "c0ffee" * 6, "webhooks[1].secret"),
    "a path of a webhook": (
        webhook(url="http://erp.example/in/hidden?key=hidden"),
        "hidden",
        "webhooks[1].url = 'http://erp.example/…': must be an https:// address",
    ),
    "a password of a webhook": (
        webhook(url="https://user:hidden@erp.example/in"),
        "hidden",
        "webhooks[1].url = 'https://erp.example/…': must be an https:// address",
    ),
    "an address without its head": (webhook(url="erp.example/hidden"), "hidden", "webhooks[1].url = '…': must be"),
    "an address in place of a table": (
        toml('timezone = "Asia/Kolkata"', 'webhooks = ["https://erp.example/hidden"]'),
        "hidden",
        "webhooks[1] must be a table",
    ),
    "a table in single brackets": (
        toml("[[workspaces]]", '[webhooks]\nurl = "https://erp.example/hidden"\n\n[[workspaces]]'),
        "hidden",
        "webhooks must begin with [[webhooks]]",
    ),
}


@pytest.mark.everyday(1)
@pytest.mark.parametrize("kind", WRONG)
async def test_a_secret_in_a_wrong_place_is_not_shown(tmp_path: Path, kind: str) -> None:
    mistake, secret, said = WRONG[kind]
    async with world(tmp_path) as at:
        bot = well(at)
        mistake(bot)
        doctor, run = await bot.end("doctor"), await bot.end("run")
    assert (doctor.code, run.code) == (2, 2)
    for told in (doctor.out + doctor.err, run.out + run.err):
        assert said in told
        assert secret not in told
        assert "c0ffee" not in told, "a part of it is shown"


async def test_an_id_that_may_be_the_secret_is_shown_by_its_first_signs(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        bot = well(at)
        swapped(bot)
        ended = await bot.end("doctor")
    assert "ok    setting FLIPKART_APP_ID: c0ff… (36 signs), from the environment\n" in ended.out
    assert SECRET not in ended.out


@pytest.mark.slow("a second for each process")
@pytest.mark.parametrize("name", ["FLIPKART_APP_ID", "HTTP_HOST", "DATABASE_URL"])
async def test_a_token_that_the_settings_take_is_not_shown(tmp_path: Path, name: str) -> None:
    async with world(tmp_path) as at:
        bot = well(at)
        bot.env |= {name: f"sqlite:///{tmp_path}/{TOKEN}/x.db" if name == "DATABASE_URL" else TOKEN}
        bot.env["HTTP_PORT"] = "8080"
        ended = await bot.end("doctor", "--all")
        run = await bot.end("run") if name != "FLIPKART_APP_ID" else ended
    assert f"setting {name}: " in ended.out
    assert ended.code == 2
    assert "c0ffee" not in ended.out + ended.err + run.out + run.err


@pytest.mark.slow("a bot that runs, and its settings read again for each mistake")
async def test_a_bot_that_reads_its_settings_again_has_none_in_its_log(tmp_path: Path) -> None:
    kinds = ["a path of a webhook", "a webhook's secret without its head", "a password of a webhook"]
    async with world(tmp_path) as at:
        bot = well(at)
        good = (tmp_path / "bot.toml").read_text(encoding="utf-8")
        async with bot.running() as running:
            await running.until(lambda: '"connected"' in running.err)
            for n, kind in enumerate(kinds, 1):
                (tmp_path / "bot.toml").write_text(good, encoding="utf-8")
                WRONG[kind][0](bot)
                os.kill(running.process.pid, signal.SIGHUP)
                await running.until(lambda n=n: running.err.count("those of before stay") == n)  # type: ignore[misc]
    lines = [json.loads(line) for line in running.err.splitlines()]
    told = [one["problem"] for one in lines if one["event"].endswith("those of before stay")]
    assert [WRONG[kind][2] in problem for kind, problem in zip(kinds, told, strict=True)] == [True] * len(kinds)
    assert [WRONG[kind][1] for kind in kinds if WRONG[kind][1] in running.err] == []


def test_every_key_that_names_a_variable_is_known_as_one() -> None:
    """What a key of this kind holds is shown by its name alone, so one that is new must not be forgotten."""
    defined = BotToml.model_json_schema()["$defs"]
    tables = {"sellers": "SellerTable", "workspaces": "WorkspaceTable", "webhooks": "WebhookTable"}
    found = {
        table: tuple(
            key for key, value in defined[name]["properties"].items() if "^[A-Za-z_][A-Za-z0-9_]*$" in str(value)
        )
        for table, name in tables.items()
    }
    assert found == NAMING


@pytest.mark.parametrize(
    "token",
    ["xoxb-1-a", "xoxe.xoxp-1-a", "XOXB-1-A", "xapp-1-a", "Xapp-1-A", WHSEC],
)
def test_what_is_known_as_a_token_is_taken_out_of_a_text(token: str) -> None:
    assert is_token(token)
    assert is_token(f"#{token}")
    assert scrubbed(f"the channel {token}. Invite the bot") == "the channel …. Invite the bot"


def test_what_is_no_secret_stays() -> None:
    for text in (
        "the app's Basic Information page",
        "postgresql://…@host/otc",
        "must start with xoxb- and be one word",
        "#returns-blr",
        BOT_TOKEN,
    ):
        assert (scrubbed(text), is_token(text)) == (text, False)
    assert scrubbed("xoxb-… (29 signs)") == "xoxb-… (29 signs)"
    assert scrubbed("postgresql://user:p@ss@host/otc") == "postgresql://…@host/otc"
    assert scrubbed("Authorization: Basic dXNlcjpwYXNz") == "Authorization: Basic …"
