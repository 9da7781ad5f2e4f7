"""The conversation of `otc-bot init`, through the real command at a pseudo terminal."""

import tomllib
from pathlib import Path

import pytest

from tests.init.folder import Sitting, assert_hidden, credentials, dock, empty, sitting, variables
from tests.support import LOCATION, World
from tests.test_cli import Installation, files

WAREHOUSE = {
    "Location id": LOCATION,
    "What people call it": "Bengaluru dock",
    "Slack channel": "#returns-blr",
    "Who may ask for codes": "@asha",
    "When FEs come": "",
    "Language": "",
}
KEPT = """\
# Ours. Do not touch.
timezone = "Asia/Kolkata"   # said Asha

[polling]
arrivals_seconds = 45

[[locations]]
id = "LOC0"
name = "Old dock"   # since 2019
channel = "C0123ABCD"
"""


def all_of(at: World) -> dict[str, str]:
    """Every question of an empty folder, in their order, with the right answer."""
    right = credentials(at)
    return {
        "Bot token": right["SLACK_BOT_TOKEN"],
        "1 or 2": "",
        "App-level token": right["SLACK_APP_TOKEN"],
        "Application id": right["FLIPKART_APP_ID"],
        "Application secret": right["FLIPKART_APP_SECRET"],
        "Time zone": "",
        "Who looks after": "",
        **WAREHOUSE,
        "Another warehouse": "",
        "Write it": "",
    }


async def tells(one: Sitting, answers: dict[str, str]) -> None:
    for question, typed in answers.items():
        await one.answers(question, typed)


def has_been_set_up(at: World, toml: str = KEPT) -> Installation:
    """A folder in which a bot runs already."""
    bot = empty(at)
    lines = "".join(f"{name}={value}\n" for name, value in credentials(at).items())
    (bot.folder / ".env").write_text(f"# ours\n{lines}LOG_LEVEL=DEBUG\n", encoding="utf-8")
    (bot.folder / "bot.toml").write_text(toml, encoding="utf-8")
    return bot


@pytest.mark.slow("three processes in turn")
async def test_from_an_empty_folder_to_the_first_thread(tmp_path: Path) -> None:
    async with dock(tmp_path) as at:
        group = at.slack.add_usergroup("dock-team", users=[at.operator])
        bot = empty(at)
        more = {"Who looks after": "@vikram", "Who may ask for codes": "@dock-team, Asha Rao"}
        more |= {"When FEs come": "00:00-24:00", "Language": "hi"}
        async with sitting(bot, "init") as one:
            await tells(one, all_of(at) | more)
            assert await one.ends() == 0
        examined = await bot.end("doctor")
        at.flipkart.arrive(LOCATION, "Ram Kumar")
        async with bot.running() as running:
            await running.until(lambda: at.cards)
            card = at.cards[0]

    assert_hidden(at, one.shown, examined.out, examined.err, running.err)
    assert "FAIL" not in examined.out
    assert "Ram Kumar" in card.text
    assert variables(tmp_path) == credentials(at)
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    text = (tmp_path / "bot.toml").read_text(encoding="utf-8")
    location = {"id": LOCATION, "name": "Bengaluru dock", "channel": at.channel, "operators": [group, at.operator]}
    location |= {"hours": "00:00-24:00", "language": "hi"}
    assert tomllib.loads(text) == {"timezone": "Asia/Kolkata", "admins": [at.second], "locations": [location]}
    for name in ("#returns-blr", "@dock-team", "Asha Rao", "Vikram Shah"):
        assert name in text, "an id alone tells a reader nothing"


async def test_wrong_answers_are_asked_for_again(tmp_path: Path) -> None:
    async with dock(tmp_path) as at:
        elsewhere = at.slack.add_channel("returns-del", with_bot=False)
        at.slack.archive(at.slack.add_channel("returns-old"))
        right = credentials(at)
        async with sitting(empty(at), "init") as one:

            async def refused(question: str, typed: str, words: str) -> None:
                await one.answers(question, typed)
                await one.sees("FAIL")
                await one.sees(words)

            await refused("Bot token", "", "can't be empty")
            await refused("Bot token", right["SLACK_APP_TOKEN"], "an app-level token stands there")
            await refused("Bot token", "xoxb-unseen", "SLACK_BOT_TOKEN")
            at.slack.scopes.discard("users:read")
            await refused("Bot token", right["SLACK_BOT_TOKEN"], "users:read")
            at.slack.scopes.add("users:read")
            await one.answers("[the same again]", "")
            await refused("1 or 2", "3", "1 or 2")
            await one.answers("1 or 2", "1")
            await refused("App-level token", right["SLACK_BOT_TOKEN"], "a bot token stands there")
            await refused("App-level token", "xapp-unseen", "SLACK_APP_TOKEN")
            await one.answers("App-level token", right["SLACK_APP_TOKEN"])
            await refused("Application id", "two words", "one word")
            await one.answers("Application id", right["FLIPKART_APP_ID"])
            await refused("Application secret", "unseen", "FLIPKART_APP_SECRET")
            await one.answers("Application id", "")
            await one.answers("Application secret", right["FLIPKART_APP_SECRET"])
            await refused("Time zone", "Asia/Bengaluru", "Asia/Kolkata")
            await one.answers("Time zone", "")
            await refused("Who looks after", "@ashaa", "did you mean @asha?")
            await one.answers("Who looks after", "")
            await refused("Location id", "LOC9", "Check the id")
            await one.answers("Location id", LOCATION)
            await one.sees("What people call it")
            one.presses(b"\xff\xfe\n")
            await one.sees("FAIL")
            await one.answers("What people call it", "")
            await refused("Slack channel", "#returns-bl", "did you mean #returns-blr?")
            await refused("Slack channel", right["SLACK_BOT_TOKEN"], "looks like a token")
            await refused("Slack channel", "returns-old", "archived")
            await refused("Slack channel", "returns-del", "/invite")
            at.slack.invite(elsewhere, at.slack.bot_user_id)
            await one.answers("[returns-del]", "")
            at.slack.paid = False
            await refused("Who may ask for codes", "S0123ABCD", "paid plan")
            await one.answers("Who may ask for codes", "")
            await one.sees("WARN")
            await one.sees("whoever joins the channel gets codes")
            await refused("When FEs come", "8-22", "08:00-22:00")
            await one.answers("When FEs come", "")
            await refused("Language", "ta", "hi-Latn")
            await one.answers("Language", "")
            await one.answers("Another warehouse", "maybe")
            await one.answers("Another warehouse", "y")
            await refused("Location id", LOCATION, "there already")
            assert await one.leaves(b"\x03") == 1

    token = at.slack.bot_token
    assert one.shown.count(token) == 1, "more was shown than what was typed where all is seen"
    assert_hidden(at, one.shown.replace(token, ""))
    assert files(tmp_path) == [], "something was written"


@pytest.mark.everyday(2)
@pytest.mark.parametrize("key", [b"\x03", b"\x04"], ids=["Ctrl-C", "Ctrl-D"])
@pytest.mark.parametrize("question", ["Bot token", "Application id", "Application secret", "Location id", "Write it"])
async def test_whoever_leaves_leaves_nothing_behind(tmp_path: Path, question: str, key: bytes) -> None:
    async with dock(tmp_path) as at, sitting(empty(at), "init") as one:
        for asked, typed in all_of(at).items():
            if asked.startswith(question):
                break
            await one.answers(asked, typed)
        await one.sees(question)
        await one.sees(": ")
        assert await one.leaves(key) == 1

    assert one.shown.rstrip().endswith("otc-bot: nothing was written")
    assert_hidden(at, one.shown)
    assert files(tmp_path) == []


async def test_ctrl_c_while_slack_is_asked(tmp_path: Path) -> None:
    async with dock(tmp_path) as at:
        at.slack.fail("auth.test", delay=600.0)
        async with sitting(empty(at), "init") as one:
            await one.answers("Bot token", at.slack.bot_token)
            await at.until(lambda: [call for call in at.slack.calls if call.method == "auth.test"])
            assert await one.leaves(b"\x03") == 1

    assert files(tmp_path) == []


async def test_a_warehouse_is_added_later(tmp_path: Path) -> None:
    async with dock(tmp_path) as at:
        bot = has_been_set_up(at)
        before = (tmp_path / ".env").read_bytes()
        async with sitting(bot, "init") as one:
            await one.sees("(from .env)")
            await tells(one, WAREHOUSE | {"Another warehouse": "", "Write it": ""})
            assert await one.ends() == 0

    assert "LOC0" in one.shown
    assert "otc-bot reload" in one.shown
    assert_hidden(at, one.shown)
    assert (tmp_path / ".env").read_bytes() == before
    text = (tmp_path / "bot.toml").read_text(encoding="utf-8")
    assert text.startswith(KEPT)
    assert [location["id"] for location in tomllib.loads(text)["locations"]] == ["LOC0", LOCATION]


@pytest.mark.slow("several processes")
async def test_what_does_not_work_any_more_is_asked_for_and_replaced_only_with_a_yes(tmp_path: Path) -> None:
    async with dock(tmp_path) as at:
        bot = has_been_set_up(at)
        old = (tmp_path / ".env").read_text(encoding="utf-8").replace(at.slack.bot_token, "xoxb-unseen")
        (tmp_path / ".env").write_text(old, encoding="utf-8")
        answers = {"Bot token": at.slack.bot_token, **WAREHOUSE, "Another warehouse": ""}
        async with sitting(bot, "init") as one:
            await tells(one, answers)
            await one.sees("another SLACK_BOT_TOKEN, which is replaced")
            await one.answers("Write it? [n]", "")
            assert await one.ends() == 1
        assert (tmp_path / ".env").read_text(encoding="utf-8") == old
        assert (tmp_path / "bot.toml").read_text(encoding="utf-8") == KEPT
        async with sitting(bot, "init") as again:
            await tells(again, answers | {"Write it": "y"})
            assert await again.ends() == 0

    assert_hidden(at, one.shown, again.shown)
    assert (tmp_path / ".env").read_text(encoding="utf-8") == old.replace("xoxb-unseen", at.slack.bot_token)


@pytest.mark.slow("a second for each process")
async def test_over_http_the_signing_secret_is_asked_for(tmp_path: Path) -> None:
    async with dock(tmp_path) as at:
        answers = all_of(at)
        del answers["App-level token"]
        bot = empty(at)
        async with sitting(bot, "init") as one:
            for asked, typed in answers.items():
                await one.answers(asked, "2" if asked == "1 or 2" else typed)
                if asked == "1 or 2":
                    await one.answers("Signing secret", at.slack.signing_secret)
            assert await one.ends() == 0
        examined = await bot.end("doctor")

    assert_hidden(at, one.shown, examined.out)
    assert variables(tmp_path)["SLACK_SIGNING_SECRET"] == at.slack.signing_secret
    assert "FAIL" not in examined.out


@pytest.mark.slow("a second for each process")
async def test_a_token_that_is_wrong_in_the_environment_is_mended_there(tmp_path: Path) -> None:
    async with dock(tmp_path) as at, sitting(empty(at, SLACK_BOT_TOKEN="xoxb-unseen"), "init") as one:
        assert await one.ends() == 3

    assert "SLACK_BOT_TOKEN is set in the environment, which wins over .env" in one.shown
    assert_hidden(at, one.shown)


@pytest.mark.slow("a second for each process")
async def test_what_is_set_in_the_environment_is_not_written_down(tmp_path: Path) -> None:
    async with dock(tmp_path) as at:
        right = credentials(at)
        (tmp_path / "secret").write_text(right["FLIPKART_APP_SECRET"], encoding="utf-8")
        env = {name: right[name] for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "FLIPKART_APP_ID")}
        bot = empty(at, **env, FLIPKART_APP_SECRET_FILE="secret")
        answers = {"Time zone": "", "Who looks after": "", **WAREHOUSE, "Another warehouse": "", "Write it": ""}
        async with sitting(bot, "init") as one:
            await tells(one, answers)
            assert await one.ends() == 0

    assert_hidden(at, one.shown)
    assert files(tmp_path) == ["bot.toml", "secret"]


@pytest.mark.everyday(1)
@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("[[sellers]]\nid = 'a'\n[[workspaces]]\nid = 'b'\n[[locations]]\n", "one seller with one workspace"),
        ("timezone = 'Asia/Bengaluru'\nlocations = []\n", "timezone"),
        ("[[locations]\n", "is not TOML"),
    ],
    ids=["several", "wrong", "no TOML"],
)
async def test_what_has_to_be_mended_first_is_said_at_once(tmp_path: Path, toml: str, words: str) -> None:
    async with dock(tmp_path) as at:
        ended = await has_been_set_up(at, toml).end("init")

    assert ended.code == 2
    assert words in ended.err
    assert (tmp_path / "bot.toml").read_text(encoding="utf-8") == toml


async def test_without_a_terminal_nobody_is_asked(tmp_path: Path) -> None:
    async with dock(tmp_path) as at:
        ended = await empty(at).end("init")

    assert ended.code == 2
    assert "--answers" in ended.err
    assert files(tmp_path) == []
