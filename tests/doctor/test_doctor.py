"""`otc-bot doctor`: one line for each thing that an installation needs, and what to do about what is wrong."""

import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests import postgres
from tests.copies.pooler import mute
from tests.doctor.support import everything, findings, only_fault, well
from tests.support import LOCATION, world
from tests.test_cli import installed


async def test_all_is_well(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        at.flipkart.arrive(LOCATION, "Ram")

        ended = await well(at).end("doctor")

        posted = [call.method for call in at.slack.calls if call.method.startswith("chat.")]
    good, bad = findings(ended)
    assert (ended.code, bad, ended.err) == (0, [], "")
    for word in ("settings", "database", "slack bot token", "slack app token", at.channel, "flipkart token", LOCATION):
        assert any(word in line for line in good), f"nothing is said of {word}:\n{ended.out}"
    assert "1 FE" in ended.out
    assert posted == [], "the doctor posted something"


@pytest.mark.slow("a second for each process")
async def test_a_file_env_that_can_not_be_read(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        bot = well(at)
        (at.folder / ".env").write_bytes(b"FLIPKART_APP_SECRET=hidden\xff\n")
        (at.folder / ".env").chmod(0o600)

        said = await only_fault(bot)

    assert said == "FAIL  settings: .env: is not UTF-8 text, at byte 27"


@pytest.mark.slow("a second for each process")
async def test_a_dock_that_could_be_looked_at_by_what_is_due(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        everything(at)
        bot = installed(at)
        assert (await bot.end("db", "upgrade")).code == 0
        today = datetime.now(UTC)
        with closing(sqlite3.connect(at.folder / "bot.db")) as connection, connection:
            for kind, days in (("a", 2), ("b", 0.1)):
                told = f"{today - timedelta(days=days):%Y-%m-%d %H:%M:%S}"
                row = (LOCATION, kind, told, "")
                connection.execute("INSERT INTO ledger (location_id, kind, answered_at, url) VALUES (?, ?, ?, ?)", row)

        good, bad = findings(await bot.end("doctor"))

    assert bad == []
    assert any("arrivals" in line and LOCATION in line for line in good)


@pytest.mark.postgres
@pytest.mark.slow("a second for each process")
async def test_a_database_at_a_server(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        everything(at)
        with postgres.a_database() as url:
            bot = installed(at, DATABASE_URL=url.render_as_string(hide_password=False))
            good, bad = findings(await bot.end("doctor"))
            assert bad == []
            assert any("version none, made at the first start, PostgreSQL" in line for line in good)
            assert (await bot.end("db", "upgrade")).code == 0
            good, bad = findings(await bot.end("doctor"))
            assert bad == []
            assert any("up to date, PostgreSQL" in line for line in good)
        bot = installed(at, DATABASE_URL="postgresql://user:pass-hidden@127.0.0.1:1/otc")
        line = await only_fault(bot)
    assert line.startswith("FAIL  database: database postgresql://127.0.0.1:1/otc can't be used")
    assert "pass-hidden" not in line


@pytest.mark.slow("a second for each process")
async def test_all_is_well_over_http(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        bot = well(at, SLACK_SIGNING_SECRET=at.slack.signing_secret, HTTP_HOST="127.0.0.1")
        del bot.env["SLACK_APP_TOKEN"]

        ended = await bot.end("doctor")

    assert (ended.code, findings(ended)[1]) == (0, [])
    assert "ok    slack mode: HTTP at /slack/events\n" in ended.out
    assert "note  slack requests: whether Slack reaches /slack/events can't be told from here. " in ended.out


@pytest.mark.slow("a second for each process")
async def test_a_second_look_changes_nothing(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        bot = well(at)
        await bot.end("db", "upgrade")
        await bot.end("doctor")
        ended = await bot.end("doctor")

    assert ended.code == 0
    assert "up to date" in ended.out


async def test_wrong_settings(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        ended = await installed(at, channel="#returns", HTTP_PORT="eighty").end("doctor")

    assert (ended.code, ended.err) == (2, "")
    lines = findings(ended)[1]
    assert [line.startswith("FAIL  settings: ") for line in lines] == [True, True]
    assert "HTTP_PORT" in ended.out
    assert "channel id such as C0123ABCD" in ended.out


NO_ZONES = """
import sys
sys.modules["tzdata"] = None
from bot.cli import main
main()
"""


@pytest.mark.everyday(1)
@pytest.mark.parametrize("named", [True, False])
async def test_a_machine_that_knows_no_time_zone(tmp_path: Path, named: bool) -> None:
    async with world(tmp_path) as at:
        bot = well(at)
        if not named:
            file = at.folder / "bot.toml"
            file.write_text(file.read_text(encoding="utf-8").replace('timezone = "Asia/Kolkata"', ""), encoding="utf-8")
        bot.program = (sys.executable, "-c", NO_ZONES)
        bot.env["PYTHONTZPATH"] = str(at.folder / "none")
        said, ended = await only_fault(bot), await bot.end("run")

    line = (
        "bot.toml: timezone = 'Asia/Kolkata': is not known here: this machine knows no time zone at all. "
        "Type: pip install tzdata"
    )
    assert said == f"FAIL  settings: {line}"
    assert (ended.code, ended.said) == (2, [f"otc-bot: {line}"])


@pytest.mark.slow("a second for each process")
async def test_a_mistake_in_bot_toml_does_not_hide_others(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        bot = well(at, channel="#hidden")
        at.slack.scopes.discard("commands")
        ended = await bot.end("doctor", "--brief")

    assert [line.partition(":")[0] for line in findings(ended)[1]] == [
        "FAIL  settings",
        "FAIL  slack scopes",
        "FAIL  channel #hidden",
    ]
    assert "/invite @OTC Bot" in ended.out


@pytest.mark.slow("a second for each process")
async def test_a_wrong_bot_token(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        line = await only_fault(installed(at, SLACK_BOT_TOKEN="xoxb-hidden"))

    assert line.startswith("FAIL  slack bot token: ")
    assert "SLACK_BOT_TOKEN" in line
    assert "OAuth page" in line


@pytest.mark.slow("a second for each process")
async def test_a_wrong_app_token(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        everything(at)
        line = await only_fault(installed(at, SLACK_APP_TOKEN="xapp-hidden"))

    assert line.startswith("FAIL  slack app token: ")
    assert "SLACK_APP_TOKEN" in line
    assert "SLACK_BOT_TOKEN" not in line, "the advice is about the other token"


@pytest.mark.everyday(1)
@pytest.mark.parametrize("scope", ["chat:write", "usergroups:read", "commands"])
async def test_a_missing_scope(tmp_path: Path, scope: str) -> None:
    async with world(tmp_path) as at:
        everything(at)
        at.slack.scopes.discard(scope)
        line = await only_fault(installed(at))

    assert line.startswith("FAIL  slack scopes: ")
    assert scope in line
    assert "otc-bot manifest" in line


@pytest.mark.slow("a second for each process")
async def test_direct_messages_need_their_scopes_where_somebody_is_told(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        bot = well(at)
        at.slack.scopes -= {"im:write", "im:history"}
        assert (await bot.end("doctor")).code == 0, "scopes are asked for that nothing needs"
        with (at.folder / "bot.toml").open("a") as toml:
            toml.write('[[locations.escalate]]\nafter_minutes = 15\nto = ["U0LEAD"]\n')
        line = await only_fault(bot)

    assert line.startswith("FAIL  slack scopes: missing im:history, im:write. ")


@pytest.mark.slow("a second for each process")
async def test_a_channel_that_does_not_exist(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        everything(at)
        line = await only_fault(installed(at, channel="C0MISSING"))

    assert "C0MISSING" in line
    assert "channel_not_found" in line
    assert "Invite the bot" in line


@pytest.mark.slow("a second for each process")
@pytest.mark.parametrize("private", [False, True])
async def test_a_channel_without_the_bot(tmp_path: Path, private: bool) -> None:
    async with world(tmp_path) as at:
        everything(at)
        channel = at.slack.add_channel("elsewhere", with_bot=False, private=private)
        line = await only_fault(installed(at, channel=channel))

    assert channel in line
    assert "/invite" in line or "Invite" in line


@pytest.mark.slow("a second for each process")
async def test_an_archived_channel(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        everything(at)
        at.slack.archive(at.channel)
        line = await only_fault(installed(at))

    assert "archived" in line


@pytest.mark.slow("a second for each process")
async def test_a_wrong_flipkart_secret(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        everything(at)
        line = await only_fault(installed(at, FLIPKART_APP_SECRET="hidden"))

    assert line.startswith("FAIL  flipkart token: ")
    assert "FLIPKART_APP_SECRET" in line


@pytest.mark.slow("a second for each process")
async def test_a_location_that_flipkart_does_not_know(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        everything(at)
        bot = installed(at)
        content = (tmp_path / "bot.toml").read_text(encoding="utf-8")
        (tmp_path / "bot.toml").write_text(content.replace(f'"{LOCATION}"', '"LOC9"'), encoding="utf-8")
        line = await only_fault(bot)

    assert line.startswith("FAIL  flipkart location LOC9: ")
    assert "otc-bot doctor" not in line, "the doctor sends to the doctor"


@pytest.mark.slow("a second for each process")
async def test_a_word_for_the_codes_that_nobody_has_published(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        everything(at)
        at.flipkart.add_location(LOCATION, enabled_for="DynamicVoice")
        ended = await installed(at).end("doctor")
    good, bad = findings(ended)
    assert bad == []
    [line] = [line for line in good if "DynamicVoice" in line]
    assert line.startswith("WARN  ")
    assert "tell the makers of otc-bot" in line


@pytest.mark.slow("a second for each process")
async def test_flipkart_is_unreachable(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        everything(at)
        bot = installed(at)
        await at.flipkart.stop()
        line = await only_fault(bot)

    assert line.startswith("FAIL  flipkart token: ")
    assert "can't be reached" in line


@pytest.mark.slow("a second for each process")
async def test_slack_is_unreachable(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        at.slack.fail("auth.test", drop="before", times=100)
        line = await only_fault(installed(at))

    assert line.startswith("FAIL  slack bot token: ")


@pytest.mark.slow("a second for each process")
async def test_an_unusable_database_does_not_hide_what_slack_says(tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_text("no database " * 500)
    async with world(tmp_path) as at:
        everything(at)
        bot = installed(at)
        line = await only_fault(bot)
        ended = await bot.end("doctor")

    assert line.startswith("FAIL  database: ")
    assert "bot.db" in line
    assert "slack app token" in ended.out


@pytest.mark.postgres
@pytest.mark.slow("a second for each process")
async def test_a_pooler_that_loses_what_copies_say(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        everything(at)
        with postgres.a_migrated_one() as url:
            said = (await installed(at, DATABASE_URL=url).end("doctor")).out
            async with mute(url, tmp_path) as through:
                ended = await installed(at, DATABASE_URL=through).end("doctor")

    assert "copies" not in said
    assert "WARN  copies: what copies tell each other over the database does not arrive" in ended.out
    assert "PgBouncer" in ended.out


@pytest.mark.slow("a second for each process")
async def test_a_short_interval_at_flipkart_itself_is_a_warning(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        bot = installed(at, SLACK_API_URL="https://slack.invalid/api/", FLIPKART_API_URL="https://api.flipkart.net")
        bot.env["DATABASE_URL"] = f"sqlite:///{tmp_path / 'missing' / 'bot.db'}"
        ended = await bot.end("doctor")

    assert "WARN  settings: polling.arrivals_seconds = 0.1" in ended.out


@pytest.mark.slow("a second for each process")
@pytest.mark.parametrize(
    ("private", "shared", "says"),
    [(False, "", "is public and"), (True, "ext", "is shared and"), (True, "org", "is shared and"), (True, "", None)],
)
async def test_a_channel_whose_members_nobody_chose(
    tmp_path: Path, private: bool, shared: str, says: str | None
) -> None:
    async with world(tmp_path) as at:
        everything(at)
        channel = at.slack.channels[at.channel]
        channel.private, channel.shared = private, shared
        bot = installed(at)
        ended = await bot.end("doctor")
        with (at.folder / "bot.toml").open("a", encoding="utf-8") as toml:
            toml.write(f'\noperators = ["{at.operator}"]\n')
        named = await bot.end("doctor")
    good, bad = findings(ended)
    notes = [line for line in good if "names no operators" in line]
    # Nobody is named, so nobody's phone rings: that is told too.
    assert (ended.code, bad, len(notes)) == (1, [], 0 if says is None else 1)
    assert says is None or says in notes[0]
    assert (named.code, "names no operators" in named.out) == (0, False)
