"""`otc-bot init --answers FILE`: without a terminal, all mistakes at once."""

import tomllib
from pathlib import Path

import pytest

from tests.init.folder import SECRET, assert_hidden, dock, empty, variables
from tests.support import LOCATION, World
from tests.test_cli import Ended, Installation, files

HERE = """\
[slack]
bot_token_file = "slack-bot-token"
app_token_env = "OUR_APP_TOKEN"

[flipkart]
app_id = "app"
app_secret = "unseen-at-flipkart"

"""
LOCATIONS = f"""\
[[locations]]
id = "{LOCATION}"
name = "Bengaluru dock"
channel = "returns-blr"
operators = ["@dock-team"]
"""


def ready(at: World) -> Installation:
    """A folder with a token in a file, and another in a variable."""
    at.slack.add_usergroup("dock-team", users=[at.operator])
    (at.folder / "slack-bot-token").write_text(at.slack.bot_token + "\n", encoding="utf-8")
    return empty(at, OUR_APP_TOKEN=at.slack.app_token)


async def init(bot: Installation, text: str, *more: str) -> Ended:
    (bot.folder / "answers.toml").write_text(text, encoding="utf-8")
    return await bot.end("init", "--answers", "answers.toml", *more)


@pytest.mark.slow("several processes")
async def test_a_file_sets_up_a_bot(tmp_path: Path) -> None:
    async with dock(tmp_path) as at:
        bot = ready(at)
        ended = await init(bot, 'timezone = "Asia/Kolkata"\nadmins = ["@asha", "vikram"]\n' + HERE + LOCATIONS)
        del bot.env["OUR_APP_TOKEN"]
        examined = await bot.end("doctor")

    assert (ended.code, ended.err) == (0, ""), ended.out
    assert_hidden(at, ended.out, examined.out)
    assert variables(tmp_path) == {
        "SLACK_BOT_TOKEN_FILE": "slack-bot-token",
        "SLACK_APP_TOKEN": at.slack.app_token,
        "FLIPKART_APP_ID": "app",
        "FLIPKART_APP_SECRET": SECRET,
    }
    toml = tomllib.loads((tmp_path / "bot.toml").read_text(encoding="utf-8"))
    assert toml["admins"] == [at.operator, at.second]
    assert toml["locations"][0]["operators"] == [group.id for group in at.slack.usergroups.values()]
    assert "FAIL" not in examined.out


@pytest.mark.slow("a process for each of four commands")
async def test_init_and_doctor_say_the_same_of_the_scopes(tmp_path: Path) -> None:
    said: list[list[str]] = []
    async with dock(tmp_path) as at:
        bot = ready(at)
        for lacks in ((), ("im:history", "im:write")):
            at.slack.scopes -= set(lacks)
            both = [await init(bot, HERE + LOCATIONS), await bot.end("doctor")]
            said.append([line for one in both for line in one.out.splitlines() if " slack scopes:" in line])

    few = (
        "11 of the 13 that the manifest asks for; without im:history, im:write, which only `escalate` in bot.toml needs"
    )
    assert said == [
        ["ok    slack scopes: all 13 that the manifest asks for"] * 2,
        [f"ok    slack scopes: {few}"] * 2,
    ]


async def test_all_mistakes_are_told_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    text = """
timezone = "Asia/Bengaluru"
admins = ["@nobody"]

[slack]
bot_token_file = "slack-bot-token"
app_token = "xoxb-unseen"
signing_secret_env = "OUR_SIGNING_SECRET"
user_token = "xoxp-unseen"

[flipkart]
app_id = "app"
app_secret = "secret-unseen"
app_secret_env = "OUR_APP_TOKEN"

[[locations]]
id = "LOC1"
channel = "returns-bl"
hours = "8-22"
operators = ["@dock-team", "@dock-teem"]

[[locations]]
id = "LOC9"
channel = "returns-blr"
language = "ta"
"""
    async with dock(tmp_path) as at:
        ended = await init(ready(at), text)

    wanted = [
        ("slack.app_token", "a bot token stands there"),
        ("slack.signing_secret_env", "OUR_SIGNING_SECRET, which is not set"),
        ("slack.user_token", "is nothing that init asks for"),
        ("flipkart.app_secret_env", "once more"),
        ("flipkart", "Check FLIPKART_APP_ID"),
        ("timezone", "Asia/Kolkata"),
        ("admins[1]", "@nobody"),
        ("locations[1].hours", "08:00-22:00"),
        ("locations[1].channel", "did you mean #returns-blr?"),
        ("locations[1].operators[2]", "did you mean @dock-team?"),
        ("locations[2].language", "hi-Latn"),
    ]
    assert ended.code == 2
    assert len(ended.said) == len(wanted), ended.err
    for line, (key, words) in zip(ended.said, wanted, strict=True):
        assert line.startswith(f"otc-bot: answers.toml: {key}: ")
        assert words in line
    assert_hidden(at, ended.out, ended.err)
    assert files(tmp_path) == ["answers.toml", "slack-bot-token"]


async def test_a_secret_in_the_place_of_a_variables_name_is_not_shown(tmp_path: Path) -> None:
    async with dock(tmp_path) as at:
        ended = await init(ready(at), 'locations = []\n[slack]\nsigning_secret_env = "c0ffee-unseen"\n')
    assert ended.code == 2
    assert "otc-bot: answers.toml: slack.signing_secret_env: names a variable, which is not set" in ended.said
    assert "unseen" not in ended.out + ended.err


@pytest.mark.everyday(2)
@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("[slack]\nbot_token = 1\n" + LOCATIONS, ['slack.bot_token: must be text in quotes, such as "this"']),
        ("admins = '@asha'\n" + LOCATIONS, ['admins: must be a list in brackets, such as ["this"]']),
        (
            LOCATIONS.replace("[[", "[").replace("]]", "]"),
            ["locations: must begin with [[locations]], in two brackets"],
        ),
        ("locations = ['LOC1']", ["locations[1]: must be a table: a line [[locations]], and below it"]),
        ("slack = 'xoxb'\n" + LOCATIONS, ["slack: must be a table: a line [slack], and below it"]),
        ("timezone = 5\nzone = ''\n" + LOCATIONS, ["timezone", "zone: is nothing that init asks for"]),
        (
            "[[locations]]\nid = 'L'\nchannel = 'C'\nhour = ''",
            ["locations[1].hour: is nothing that init asks for; did"],
        ),
        ("[flipcart]\n" + LOCATIONS, ["flipcart: is nothing that init asks for; did you mean flipkart?"]),
        ("[[locations]]\nid = 'LOC1'\nguests = true\n", ["locations[1].channel", "locations[1].guests"]),
        ("admins = []", ["locations"]),
        (LOCATIONS, ["slack.bot_token", "slack.app_token", "flipkart.app_id", "flipkart.app_secret"]),
        ("[[locations]\n", ["is not TOML"]),
    ],
    ids=[
        *("kind", "list", "brackets", "a name for a location", "a token for a table", "key", "misspelt", "table"),
        *("location", "none", "missing", "no TOML"),
    ],
)
async def test_what_a_file_lacks_or_has_too_much(tmp_path: Path, text: str, keys: list[str]) -> None:
    async with dock(tmp_path) as at:
        ended = await init(empty(at), text)

    assert ended.code == 2
    assert len(ended.said) == len(keys), ended.err
    for line, key in zip(ended.said, keys, strict=True):
        assert line.startswith(f"otc-bot: answers.toml: {key}")
    assert files(tmp_path) == ["answers.toml"]


@pytest.mark.slow("a second for each process")
async def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    async with dock(tmp_path) as at:
        ended = await empty(at).end("init", "--answers", "answers.toml")

    assert (ended.code, ended.said) == (2, ["otc-bot: answers.toml: can't be read: No such file or directory"])


@pytest.mark.slow("a second for each process")
async def test_refused_credentials_have_their_own_exit_code(tmp_path: Path) -> None:
    async with dock(tmp_path) as at:
        bot = ready(at)
        at.slack.revoke_token()
        ended = await init(bot, HERE + LOCATIONS)

    assert ended.code == 3
    (line,) = ended.said
    assert line.startswith("otc-bot: answers.toml: slack.bot_token: ")
    assert "revoked" in line


@pytest.mark.slow("several processes")
async def test_the_same_file_with_one_more_warehouse(tmp_path: Path) -> None:
    async with dock(tmp_path) as at:
        at.flipkart.add_location("LOC2")
        bot = ready(at)
        assert (await init(bot, HERE + LOCATIONS)).code == 0
        once = {name: (tmp_path / name).read_text(encoding="utf-8") for name in (".env", "bot.toml")}
        same = await init(bot, HERE + LOCATIONS)
        unchanged = {name: (tmp_path / name).read_text(encoding="utf-8") for name in once}
        more = await init(bot, HERE + LOCATIONS + '[[locations]]\nid = "LOC2"\nchannel = "returns-blr"\n')

    assert (same.code, more.code) == (0, 0)
    assert "LOC1 is in bot.toml already, and is left as it is" in same.out
    assert unchanged == once
    assert (tmp_path / ".env").read_text(encoding="utf-8") == once[".env"]
    text = (tmp_path / "bot.toml").read_text(encoding="utf-8")
    assert text.startswith(once["bot.toml"])
    assert [one["id"] for one in tomllib.loads(text)["locations"]] == ["LOC1", "LOC2"]


@pytest.mark.slow("several processes")
async def test_another_credential_replaces_the_one_that_is_there_only_where_that_is_said(tmp_path: Path) -> None:
    async with dock(tmp_path) as at:
        bot = ready(at)
        before = "# ours\nSLACK_BOT_TOKEN=xoxb-unseen\nLOG_LEVEL=INFO\n"
        (tmp_path / ".env").write_text(before, encoding="utf-8")
        refused = await init(bot, HERE + LOCATIONS)
        assert (tmp_path / ".env").read_text(encoding="utf-8") == before
        taken = await init(bot, HERE + LOCATIONS, "--replace")

    assert refused.code == 2
    (line,) = refused.said
    assert "SLACK_BOT_TOKEN is set in .env to something else: give --replace" in line
    assert (taken.code, taken.err) == (0, "")
    assert variables(tmp_path) == {
        "SLACK_BOT_TOKEN": "",
        "LOG_LEVEL": "INFO",
        "SLACK_BOT_TOKEN_FILE": "slack-bot-token",
        "SLACK_APP_TOKEN": at.slack.app_token,
        "FLIPKART_APP_ID": "app",
        "FLIPKART_APP_SECRET": SECRET,
    }
    assert (tmp_path / ".env").read_text(encoding="utf-8").startswith("# ours\nSLACK_BOT_TOKEN=\nLOG_LEVEL=INFO\n")


@pytest.mark.slow("a second for each process")
async def test_replace_without_a_file(tmp_path: Path) -> None:
    ended = await Installation(tmp_path).end("init", "--replace")

    assert ended.code == 2
    assert "--answers" in ended.err


async def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    async with dock(tmp_path) as at:
        bot = ready(at)
        bot.env["BOT_CONFIG"] = "missing/bot.toml"
        ended = await init(bot, HERE + LOCATIONS)

    assert ended.code == 1
    (line,) = ended.said
    assert "missing/bot.toml can't be written" in line
    assert files(tmp_path) == ["answers.toml", "slack-bot-token"], "half of it was written"
