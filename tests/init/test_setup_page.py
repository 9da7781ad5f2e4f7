"""docs/setup.md shows what people see, and its file of answers is one that works."""

import re
from pathlib import Path

from tests.docs.pages import DOCS, read, renewed
from tests.init.folder import SECRET, credentials, dock, empty, sitting, variables
from tests.support import LOCATION, World
from tests.test_cli import files

PAGE = DOCS / "setup.md"
SHOWN = re.compile(r"(This is how it looks:\n\n```\n).*?(```\n)", re.DOTALL)


def answers(at: World) -> list[tuple[str, str]]:
    right = credentials(at)
    return [
        ("Bot token", right["SLACK_BOT_TOKEN"]),
        ("1 or 2", ""),
        ("App-level token", right["SLACK_APP_TOKEN"]),
        ("Application id", "your-application-id"),
        ("Application secret", right["FLIPKART_APP_SECRET"]),
        ("Time zone", ""),
        ("Who looks after", "@asha"),
        ("Location id", LOCATION),
        ("What people call it", "Bengaluru dock"),
        ("Slack channel", "#returns-bir"),
        ("Slack channel", "#returns-blr"),
        ("Who may ask for codes", "@dock-team"),
        ("When FEs come", "08:00-22:00"),
        ("Language", ""),
        ("Another warehouse", ""),
        ("Write it", ""),
    ]


def at_home(at: World, shown: str) -> str:
    """What was on the screen, as somebody has it who talks to Slack and Flipkart themselves."""
    said = re.sub(" *\r\n", "\n", shown).replace(f"otc-bot in {at.slack.team_domain}", "otc-bot in Acme Returns")
    return said.replace(str(at.folder), "/home/you/dock").replace(at.flipkart.url, "https://api.flipkart.net")


async def test_the_page_shows_the_conversation(tmp_path: Path) -> None:
    async with dock(tmp_path, seller="your-application-id") as at:
        at.slack.add_usergroup("dock-team", users=[at.operator])
        async with sitting(empty(at), "init") as one:
            for question, typed in answers(at):
                await one.answers(question, typed)
            assert await one.ends() == 0
        said = at_home(at, one.shown)

    text = read(PAGE.name)
    problem = renewed(PAGE, SHOWN.sub(lambda found: found[1] + said + found[2], text))
    assert not problem, problem


async def test_its_file_of_answers_works(tmp_path: Path) -> None:
    [text] = re.findall(r"```toml\n(.*?)```", read(PAGE.name), re.DOTALL)
    async with dock(tmp_path, seller="your-application-id") as at:
        at.slack.add_usergroup("dock-team", users=[at.operator])
        for name, value in (("slack_bot_token", at.slack.bot_token), ("flipkart_app_secret", SECRET)):
            (tmp_path / name).write_text(value, encoding="utf-8")
        (tmp_path / "answers.toml").write_text(text.replace("/run/secrets", str(tmp_path)), encoding="utf-8")
        bot = empty(at, NEW_SLACK_APP_TOKEN=at.slack.app_token)
        ended = await bot.end("init", "--answers", "answers.toml")

    assert (ended.code, ended.err) == (0, ""), ended.out
    assert variables(tmp_path).keys() == {
        *("SLACK_BOT_TOKEN_FILE", "SLACK_APP_TOKEN", "FLIPKART_APP_ID", "FLIPKART_APP_SECRET_FILE")
    }
    assert "bot.toml" in files(tmp_path)
