"""The command line as it is typed: real processes, real exit codes, and never a traceback."""

import asyncio
import contextlib
import shutil
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot import __version__
from tests.databases import postgres_database
from tests.pace import PATIENCE
from tests.support import LOCATION, World, world
from tests.template import migrated

BOT_TOML = """
timezone = "Asia/Kolkata"

[polling]
arrivals_seconds = {seconds}
scans_seconds = {seconds}
page_size = 5

[flipkart]
calls_per_hour = 1000000

[[locations]]
id = "{location}"
name = "Bengaluru dock"
channel = "{channel}"
"""

SEVERAL = """
timezone = "Asia/Kolkata"

[[sellers]]
id = "seller"
app_id = "APP_ID"
app_secret = "APP_SECRET"

[[workspaces]]
id = "north"
seller = "seller"
bot_token = "NORTH_BOT"
app_token = "NORTH_APP"

[[workspaces]]
id = "south"
seller = "seller"
bot_token = "SOUTH_BOT"
app_token = "SOUTH_APP"

[[locations]]
id = "LOC1"
name = "North dock"
channel = "C0123456789"
workspace = "north"

[[locations]]
id = "LOC2"
name = "South dock"
channel = "C0123456780"
workspace = "south"
"""


@dataclass
class Ended:
    """A process that is over."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> list[str]:
        """What it told the person who started it, without the log."""
        return [line for line in self.err.splitlines() if line.startswith("otc-bot: ")]


@dataclass
class Installation:
    """A folder with a bot.toml, and the whole environment that a process gets."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)
    umask: int = -1
    """What the shell that starts it forbids new files; -1: what the tests run with."""
    program: Sequence[str] = (sys.executable, "-m", "bot")

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(
            *self.program,
            *arguments,
            cwd=self.folder,
            env=self.env,
            stdout=pipe,
            stderr=pipe,
            umask=self.umask,
        )

    async def end(self, *arguments: str) -> Ended:
        """Runs a command to its end."""
        process = await self.start(*arguments)
        try:
            async with asyncio.timeout(PATIENCE):
                out, err = await process.communicate()
        finally:
            await _kill(process)
        ended = Ended(process.returncode or 0, out.decode(), err.decode())
        assert_clean(ended.out + ended.err)
        return ended

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Running"]:
        """`otc-bot run`, stopped by SIGTERM at the end, which it must obey."""
        process = await self.start("run")
        running = Running(process)
        reading = asyncio.create_task(running.read())
        try:
            yield running
            await running.stop(signal.SIGTERM)
        finally:
            await _kill(process)
            await reading
        assert_clean(running.err)


@dataclass
class Running:
    """A bot that runs as a process of its own."""

    process: asyncio.subprocess.Process
    err: str = ""

    async def read(self) -> None:
        assert self.process.stderr is not None
        while chunk := await self.process.stderr.read(4096):
            self.err += chunk.decode()

    async def until(self, condition: Callable[[], Any]) -> None:
        """Waits for something to come true while the process lives."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not condition():
                    assert self.process.returncode is None, f"the bot ended by itself:\n{self.err}"
                    await asyncio.sleep(0.02)
        except TimeoutError:
            pytest.fail(f"not within {PATIENCE} s; the bot said:\n{self.err}")

    async def stop(self, number: signal.Signals) -> None:
        if self.process.returncode is None:
            self.process.send_signal(number)
        try:
            async with asyncio.timeout(PATIENCE):
                code = await self.process.wait()
        except TimeoutError:
            pytest.fail(f"{number.name} did not end the bot within {PATIENCE} s; it said:\n{self.err}")
        assert code == 0, f"the bot ended with {code} and said:\n{self.err}"


async def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()


def assert_clean(text: str) -> None:
    for word in ("Traceback", "Error:", "never retrieved", "was never awaited", "Unclosed"):
        assert word not in text, f"{word!r} in what the bot said:\n{text}"


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def installed(at: World, *, channel: str | None = None, **env: str) -> Installation:
    """An installation that works with the simulators, but for what is changed by `env`."""
    content = BOT_TOML.format(seconds=0.1, location=LOCATION, channel=channel or at.channel)
    (at.folder / "bot.toml").write_text(content, encoding="utf-8")
    values = {
        "SLACK_BOT_TOKEN": at.slack.bot_token,
        "SLACK_APP_TOKEN": at.slack.app_token,
        "SLACK_API_URL": at.slack.api_url,
        "FLIPKART_APP_ID": "app",
        "FLIPKART_APP_SECRET": "secret",
        "FLIPKART_API_URL": at.flipkart.url,
        "DATABASE_URL": f"sqlite:///{at.folder / 'bot.db'}",
        "HTTP_PORT": "0",
        "LOG_FORMAT": "json",
    }
    return Installation(at.folder, values | env)


# ---- what needs nothing ----------------------------------------------------------------------------------------------


async def test_version(tmp_path: Path) -> None:
    ended = await Installation(tmp_path).end("--version")

    assert (ended.code, ended.out, ended.err) == (0, f"otc-bot {__version__}\n", "")


@pytest.mark.everyday(1)
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--help"], ["run", "doctor", "db"]),
        (["run", "--help"], ["SIGTERM"]),
        (["doctor", "--help"], ["Check"]),
        (["db", "--help"], ["upgrade"]),
        (["db", "upgrade", "--help"], ["newest"]),
        (["db", "copy", "--help"], ["--to", "PGPASSWORD"]),
        (["db", "backup", "--help"], ["--to", "--pictures"]),
        (["db", "restore", "--help"], ["FILE", "Stop the bot"]),
    ],
    ids=" ".join,
)
async def test_help(tmp_path: Path, arguments: list[str], words: list[str]) -> None:
    ended = await Installation(tmp_path).end(*arguments)

    assert ended.code == 0, ended.err
    assert [word for word in words if word not in ended.out] == [], ended.out


@pytest.mark.everyday(1)
@pytest.mark.parametrize("arguments", [["sing"], ["run", "--fast"], ["db", "downgrade"]], ids=" ".join)
async def test_what_does_not_exist(tmp_path: Path, arguments: list[str]) -> None:
    ended = await Installation(tmp_path).end(*arguments)

    assert ended.code == 2
    assert ended.err, "nothing was said"


async def test_the_console_script_is_the_same(tmp_path: Path) -> None:
    script = shutil.which("otc-bot", path=str(Path(sys.executable).parent))
    assert script is not None, "the distribution has no otc-bot"
    process = await asyncio.create_subprocess_exec(
        script, "--version", cwd=tmp_path, env={}, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()

    assert (process.returncode, out.decode()) == (0, f"otc-bot {__version__}\n")


# ---- what is set wrongly ---------------------------------------------------------------------------------------------


@pytest.mark.everyday(1)
@pytest.mark.parametrize("command", ["run", "doctor", "db upgrade"])
async def test_every_wrong_setting_is_one_line(tmp_path: Path, command: str) -> None:
    (tmp_path / "bot.toml").write_text('timezone = "Asia/Bengaluru"\n[[locations]]\nid = "L"\nchannel = "#x"\n')
    env = {"SLACK_BOT_TOKEN": "xoxp-hidden", "FLIPKART_APP_ID": "app", "HTTP_PORT": "eighty"}

    ended = await Installation(tmp_path, env).end(*command.split())

    assert ended.code == 2
    # The doctor says what it finds, and this is a part of it; whoever else can't go on says so on the other line.
    said, other = (ended.out, ended.err) if command == "doctor" else (ended.err, ended.out)
    assert (other, "hidden" in said) == ("", False)
    keys = ["SLACK_BOT_TOKEN", "FLIPKART_APP_SECRET", "HTTP_PORT", "timezone", "locations[1].name"]
    keys += ["locations[1].channel"]
    lines = [line for line in said.splitlines() if not line.startswith("ok    ")]
    assert len(lines) == len(keys), said
    assert [key for key in keys if sum(key in line for line in lines) != 1] == [], said
    assert files(tmp_path) == ["bot.toml"], "a database was made although the settings are wrong"


async def test_nothing_is_set(tmp_path: Path) -> None:
    ended = await Installation(tmp_path).end("run")

    assert ended.code == 2
    assert len(ended.said) == 4
    assert "bot.example.toml" in ended.err


async def test_a_bot_toml_that_is_no_toml(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        bot = installed(at)
        (tmp_path / "bot.toml").write_text("[[locations]\nid = 1")

        ended = await bot.end("run")

    assert ended.code == 2
    assert len(ended.err.splitlines()) == 1
    assert "is not TOML" in ended.err


@pytest.mark.slow("a second for each process")
async def test_a_wrong_slack_token(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        ended = await installed(at, SLACK_BOT_TOKEN="xoxb-hidden").end("run")

    assert ended.code == 3
    (line,) = ended.said
    assert "SLACK_BOT_TOKEN" in line
    assert "hidden" not in ended.err


@pytest.mark.slow("a second for each process")
async def test_a_revoked_slack_token(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        at.slack.revoke_token()
        ended = await installed(at).end("run")

    assert ended.code == 3
    (line,) = ended.said
    assert "revoked" in line


@pytest.mark.slow("a second for each process")
async def test_a_wrong_app_token(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        ended = await installed(at, SLACK_APP_TOKEN="xapp-wrong").end("run")

    assert ended.code == 3
    (line,) = [one for one in ended.said if one.startswith("otc-bot:")]
    assert "SLACK_APP_TOKEN" in line


@pytest.mark.slow("a second for each process")
async def test_a_wrong_flipkart_secret(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        ended = await installed(at, FLIPKART_APP_SECRET="hidden").end("run")

    assert ended.code == 3
    (line,) = ended.said
    assert "FLIPKART_APP_SECRET" in line
    assert "hidden" not in ended.err


@pytest.mark.slow("a second for each process")
async def test_a_wrong_flipkart_secret_while_slack_is_down(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        at.slack.fail("auth.test", drop="before", times=1000)
        ended = await installed(at, FLIPKART_APP_SECRET="hidden").end("run")

    assert ended.code == 3
    assert len(ended.said) == 1


@pytest.mark.slow("a second for each process")
async def test_a_second_bot_on_one_database_leaves(tmp_path: Path) -> None:
    async with world(tmp_path) as at, at.bot():
        ended = await installed(at, DATABASE_URL=f"sqlite:///{tmp_path / 'bot.db'}").end("run")
        assert ended.code == 4
        (line,) = [one for one in ended.said if one.startswith("otc-bot:")]
        assert "another otc-bot is running" in line
        visit = at.flipkart.arrive("LOC1", "Ram")
        await at.until(lambda: at.cards)
        assert len(at.cards) == 1, f"{visit.fe_name} has two threads"


@pytest.mark.slow("a second for each process")
async def test_a_port_that_is_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with world(tmp_path) as at:
            ended = await installed(at, HTTP_PORT=str(port)).end("run")

    assert ended.code == 5
    (line,) = ended.said
    assert str(port) in line


# ---- the database ----------------------------------------------------------------------------------------------------


def no_folder(folder: Path) -> Path:
    return folder / "missing" / "bot.db"


def a_folder(folder: Path) -> Path:
    (folder / "bot.db").mkdir()
    (folder / "bot.db" / "kept").write_text("kept")
    return folder / "bot.db"


def no_database(folder: Path) -> Path:
    (folder / "bot.db").write_text("Dear diary, " * 1000)
    return folder / "bot.db"


def a_newer_database(folder: Path) -> Path:
    with contextlib.closing(sqlite3.connect(folder / "bot.db")) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.execute("INSERT INTO alembic_version VALUES ('9999')")
        connection.commit()
    return folder / "bot.db"


@pytest.mark.slow("a second for each process")
@pytest.mark.parametrize("command", ["run", "db upgrade"])
@pytest.mark.parametrize("make", [no_folder, a_folder, no_database, a_newer_database])
async def test_a_database_that_can_not_be_used(tmp_path: Path, make: Callable[[Path], Path], command: str) -> None:
    async with world(tmp_path) as at:
        file = make(tmp_path)
        bot = installed(at, DATABASE_URL=f"sqlite:///{file}")
        before = file.read_bytes() if file.is_file() else None

        ended = await bot.end(*command.split())

        assert [call.method for call in at.slack.calls] == [], "Slack was asked although the database is unusable"
    assert ended.code == 4
    (line,) = ended.said
    assert "bot.db" in line
    if make is a_newer_database:
        assert "newer version" in line
        with contextlib.closing(sqlite3.connect(file)) as connection:
            tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
            assert (tables, list(connection.execute("SELECT * FROM alembic_version"))) == (
                [("alembic_version",)],
                [("9999",)],
            )
    elif before is not None:
        assert file.read_bytes() == before, "the file was changed"
        assert files(tmp_path) == ["bot.db", "bot.toml"], "files were left behind"
    elif make is a_folder:
        assert (file / "kept").read_text() == "kept"
    else:
        assert not file.parent.exists(), "a folder was made that nobody asked for"


@pytest.mark.everyday(1)
@pytest.mark.parametrize("command", ["db upgrade", "db copy --to sqlite:///new.db"])
async def test_a_server_that_is_away_is_waited_for_by_nobody(tmp_path: Path, command: str) -> None:
    async with world(tmp_path) as at:
        ended = await installed(at, DATABASE_URL="postgresql://otc:hidden@127.0.0.1:1/otc").end(*command.split())

    assert ended.code == 4
    (line,) = ended.said
    assert line.endswith("Look whether the server runs and can be reached from here."), line
    assert "hidden" not in ended.err


@pytest.mark.everyday(1)
async def test_copies_over_a_file_are_refused(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        ended = await installed(at).end("run", "--copies")

    assert ended.code == 2
    (line,) = ended.said
    assert "--copies needs a PostgreSQL server" in line
    assert files(tmp_path) == ["bot.toml"], "a database was made although nothing can be shared over it"


@pytest.mark.slow("a second for each process")
async def test_upgrading_twice(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        bot = installed(at)
        first = await bot.end("db", "upgrade")
        second = await bot.end("db", "upgrade")

    assert (first.code, second.code) == (0, 0), first.err + second.err
    assert "upgraded from nothing" in first.out
    assert "is up to date" in second.out
    assert str(tmp_path / "bot.db") in second.out
    with contextlib.closing(sqlite3.connect(tmp_path / "bot.db")) as connection:
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchall() == [(1,)]


@pytest.mark.postgres
@pytest.mark.slow("a second for each process")
async def test_copying_to_a_server(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"
    async with world(tmp_path) as at:
        bot = installed(at)
        await bot.end("db", "upgrade")
        with contextlib.closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("INSERT INTO language VALUES ('U1', 'hi', '2026-03-02 09:00:00.000000')")
        with postgres_database() as server:
            # On a socket nobody asks for a password, and it is shown as little.
            url = server.url.replace("postgres:@", "postgres:hunter22@")
            done = await bot.end("db", "copy", "--to", url)
            again = await bot.end("db", "copy", "--to", f"sqlite:///{file}")
            wrong = await bot.end("db", "copy", "--to", "mysql://root:hunter22@host/otc")
            assert server.rows("select user_id, language from language") == [("U1", "hi")]
    assert done.code == 0, done.err
    assert done.out.startswith("language: 1\n1 rows in ")
    assert "counted on both sides" in done.out
    assert (again.code, again.said) == (
        1,
        [f"otc-bot: {tmp_path / 'bot.db'} is the database itself: name another one."],
    )
    assert wrong.code == 2
    assert "hunter22" not in done.out + done.err + wrong.out + wrong.err


@pytest.mark.slow("a second for each process")
async def test_a_backup_beside_a_running_bot_and_its_way_back(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        bot = installed(at)
        visit = at.flipkart.arrive(LOCATION, "Ram")
        visit.begin()
        visit.scan(3)
        async with bot.running() as running:
            await running.until(lambda: at.cards and "3 scanned" in at.cards[0].text_all())
            done = await bot.end("db", "backup", "--to", "copy.db")
            again = await bot.end("db", "backup", "--to", "copy.db")
            refused = await bot.end("db", "restore", "copy.db")
        back = await bot.end("db", "restore", "copy.db")
        wrong = await bot.end("db", "restore", "bot.toml")
    assert done.code == 0, done.err
    assert done.out.startswith(f"{tmp_path / 'bot.db'}: backed up to copy.db: ")
    assert (again.code, "is there already" in again.said[0]) == (1, True), again.err
    assert (refused.code, "another otc-bot is running" in refused.said[0]) == (4, True), refused.err
    assert back.code == 0, back.err
    for words in ("is what it was as of ", "The one that was there is ", "Start the bot.", "as old as the backup"):
        assert words in back.out
    assert (wrong.code, len(wrong.said)) == (1, 1), wrong.err
    (kept,) = tmp_path.glob("bot.db.replaced-*")
    for one in (tmp_path / "bot.db", kept):
        with contextlib.closing(sqlite3.connect(one)) as connection:
            assert connection.execute("SELECT scanned FROM handover").fetchall() == [(3,)]


@pytest.mark.slow("a second for each process")
async def test_all_workspaces_are_backed_up_into_a_folder(tmp_path: Path) -> None:
    (tmp_path / "bot.toml").write_text(SEVERAL, encoding="utf-8")
    migrated(tmp_path / "bot.north.db")
    migrated(tmp_path / "bot.south.db")
    (tmp_path / "copies").mkdir()
    bot = Installation(tmp_path, {"DATABASE_URL": f"sqlite:///{tmp_path / 'bot.db'}"})
    both = await bot.end("db", "backup", "--to", "copies")
    one = await bot.end("db", "backup", "--to", "south.db", "--workspace", "south")
    file = await bot.end("db", "backup", "--to", "both.db")
    which = await bot.end("db", "restore", "south.db")
    assert (both.code, one.code) == (0, 0), both.err + one.err
    assert [name.partition("-")[0] for name in files(tmp_path / "copies")] == ["bot.north", "bot.south"]
    assert (file.code, "name a folder" in file.err) == (2, True), file.err
    assert (which.code, "choose north, south" in which.err) == (2, True), which.err


@pytest.mark.everyday(1)
@pytest.mark.parametrize("command", ["backup", "restore copy.dump"])
async def test_a_server_backs_up_by_its_own_programs(tmp_path: Path, command: str) -> None:
    async with world(tmp_path) as at:
        url = "postgresql://otc:hidden@one:5432,two:5433/returns?schema=north"
        ended = await installed(at, DATABASE_URL=url).end("db", *command.split())
    assert ended.code == 1
    options = "--schema=north --host=one,two --port=5432,5433 --username=otc --dbname=returns"
    line = {
        "backup": f"pg_dump --format=custom --file=otc.dump {options}",
        "restore copy.dump": f"pg_restore --clean --if-exists --single-transaction {options} copy.dump",
    }[command]
    assert ended.said[1:] == [f"otc-bot: {line}"]
    assert "hidden" not in ended.err


# ---- a start in bad weather ------------------------------------------------------------------------------------------


async def test_a_good_start_and_end(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        at.flipkart.arrive(LOCATION, "Ram")
        async with installed(at).running() as bot:
            await bot.until(lambda: len(at.cards) == 1)
            assert '"connected"' in bot.err, bot.err
        for secret in (at.slack.bot_token, at.slack.app_token, "secret"):
            assert secret not in bot.err, "a secret is in the log"


@pytest.mark.slow("a second for each process")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_bot(tmp_path: Path, number: signal.Signals) -> None:
    async with world(tmp_path) as at, installed(at).running() as bot:
        await bot.until(lambda: at.slack.connections == 1)
        await bot.stop(number)
        assert at.slack.connections == 0


@pytest.mark.slow("a second for each process")
async def test_a_signal_ends_a_bot_that_waits_for_slack(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        at.slack.fail("auth.test", drop="before", times=1000)
        async with installed(at).running() as bot:
            await bot.until(lambda: at.slack.calls)


@pytest.mark.slow("a second for each process")
async def test_a_signal_ends_a_bot_that_waits_for_flipkart(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        at.flipkart.slow = 60
        async with installed(at).running() as bot:
            await bot.until(lambda: at.slack.connections == 1 and at.flipkart.calls)


@pytest.mark.slow("a second for each process")
async def test_flipkart_is_unreachable_at_the_start(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        at.flipkart.arrive(LOCATION, "Ram")
        bot = installed(at)
        port = urlsplit(at.flipkart.url).port or 0
        await at.flipkart.stop()
        async with bot.running() as one:
            await one.until(lambda: at.slack.connections == 1)
            await one.until(lambda: "can't reach flipkart" in one.err)
            assert at.cards == []
            await at.flipkart.start(port=port)
            await one.until(lambda: len(at.cards) == 1)


@pytest.mark.slow("a second for each process")
async def test_flipkart_fails_at_the_start(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        at.flipkart.arrive(LOCATION, "Ram")
        at.flipkart.failing = True
        at.flipkart.fail("token", status=503)
        async with installed(at).running() as bot:
            await bot.until(lambda: "it goes on trying" in bot.err and at.slack.connections == 1)
            assert at.cards == []
            at.flipkart.failing = False
            await bot.until(lambda: len(at.cards) == 1)


@pytest.mark.slow("a second for each process")
@pytest.mark.parametrize("how", ["drop", "503", "rate limit"])
async def test_slack_is_down_at_the_start(tmp_path: Path, how: str) -> None:
    async with world(tmp_path) as at:
        at.flipkart.arrive(LOCATION, "Ram")
        if how == "drop":
            at.slack.fail("*", drop="before", times=1000)
        elif how == "503":
            at.slack.fail("*", status=503, times=1000)
        else:
            at.slack.fail("*", error="ratelimited", retry_after=1, times=1000)
        async with installed(at).running() as bot:
            await bot.until(lambda: "can't reach slack" in bot.err)
            at.slack.clear_faults()
            await bot.until(lambda: len(at.cards) == 1)


@pytest.mark.slow("a second for each process")
async def test_the_handshake_fails_at_the_start(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        at.slack.fail_handshake(times=1)
        async with installed(at).running() as bot:
            await bot.until(lambda: at.slack.connections == 1)


@pytest.mark.slow("a second for each process")
async def test_a_channel_that_does_not_exist_yet(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        at.flipkart.arrive(LOCATION, "Ram")
        async with installed(at, channel="C0LATER01").running() as bot:
            await bot.until(lambda: any(call.method == "chat.postMessage" for call in at.slack.calls))
            await bot.until(lambda: "channel_not_found" in bot.err)
            at.slack.add_channel("later", channel_id="C0LATER01")
            await bot.until(lambda: at.slack.messages("C0LATER01"))
            await look_again(at, bot)
        assert len(at.slack.messages("C0LATER01")) == 1


@pytest.mark.slow("a second for each process")
async def test_a_channel_without_the_bot(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        channel = at.slack.add_channel("private", private=False, with_bot=False)
        at.flipkart.arrive(LOCATION, "Ram")
        async with installed(at, channel=channel).running() as bot:
            await bot.until(lambda: "not_in_channel" in bot.err)
            assert at.slack.messages(channel) == []
            at.slack.invite(channel, at.slack.bot_user_id)
            await bot.until(lambda: at.slack.messages(channel))
            await look_again(at, bot)
        assert len(at.slack.messages(channel)) == 1


async def look_again(at: World, bot: Running) -> None:
    """Waits until the bot has looked at Flipkart some more: time enough for a second card."""
    calls = len(at.flipkart.calls)
    await bot.until(lambda: len(at.flipkart.calls) >= calls + 10)
