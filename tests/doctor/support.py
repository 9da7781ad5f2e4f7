"""What the tests of the doctor share: an installation in which all is well, and what is found in another one."""

from bot.manifest import SCOPES
from tests.support import World
from tests.test_cli import Ended, Installation, installed

SECRETS = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "FLIPKART_APP_SECRET")


def everything(at: World) -> None:
    """The app has all scopes."""
    at.slack.scopes |= set(SCOPES)


def well(at: World, *, channel: str | None = None, **env: str) -> Installation:
    """An installation with nothing to warn of, but for what is changed by `env`."""
    everything(at)
    bot = installed(at, channel=channel, **env)
    with (at.folder / "bot.toml").open("a", encoding="utf-8") as toml:
        toml.write(f'operators = ["{at.operator}"]\n')
    return bot


def findings(ended: Ended) -> tuple[list[str], list[str]]:
    """The good lines, with what can't be looked at, and the bad ones; there are no others."""
    lines = ended.out.splitlines()
    good = [line for line in lines if line.startswith(("ok    ", "note  ", "WARN  "))]
    bad = [line for line in lines if line.startswith("FAIL  ")]
    assert len(good) + len(bad) == len(lines), f"a line is neither ok nor FAIL:\n{ended.out}"
    return good, bad


def assert_no_secret(bot: Installation, ended: Ended) -> None:
    """None of its credentials stands in what a command said."""
    for name in SECRETS:
        if secret := bot.env.get(name):
            assert secret not in ended.out + ended.err, f"{name} is shown"


async def only_fault(bot: Installation) -> str:
    """The one FAIL line of an installation with one mistake."""
    ended = await bot.end("doctor")
    _, bad = findings(ended)
    assert ended.code == 2, f"exit code {ended.code}:\n{ended.out}{ended.err}"
    assert len(bad) == 1, f"one mistake gave {len(bad)} FAIL lines:\n{ended.out}"
    assert_no_secret(bot, ended)
    return bad[0]
