"""Settings: every mistake is one line that a person can act on, and no secret is ever shown."""

import base64
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import make_url

import bot
from bot.config import (
    BotToml,
    Claims,
    DigestSettings,
    FlipkartLimits,
    NotificationSettings,
    Photos,
    Polling,
    RetentionSettings,
    ReturnSettings,
    SellerTable,
    WebhookTable,
    WorkspaceTable,
)
from bot.handover.location import Location
from bot.handover.notify import Notify, Point
from bot.handover.reminders import Reminding
from bot.handover.shifts import Escalation, Shift
from bot.houses import load as load_houses
from bot.i18n import LANGUAGES
from bot.settings import Environment, Settings, SettingsError
from bot.webhooks.receivers import Topic

ROOT = Path(__file__).parent.parent

SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-1111-hidden",
    "SLACK_APP_TOKEN": "xapp-1-2222-hidden",
    "SLACK_SIGNING_SECRET": "3333-hidden",
    "FLIPKART_APP_SECRET": "4444-hidden",
    "METRICS_TOKEN": "5555-5555-5555-hidden",
}
GOOD_ENV = {**SECRETS, "FLIPKART_APP_ID": "app-id"}
GOOD_TOML = """
timezone = "Asia/Kolkata"

[polling]
arrivals_seconds = 30
scans_seconds = 45.5
page_size = 25

[flipkart]
calls_per_hour = 500

[[locations]]
id = "LOC1"
name = "Bengaluru dock"
channel = "C0123ABCD"
operators = ["U0123ABCD", "S0123ABCD"]
hours = "08:00-22:00"

[[locations]]
id = "LOC2"
name = "Pune dock"
channel = "G0123ABCD"
"""

Change = Callable[[str], None]


def load() -> Settings:
    """The settings of the one house there is."""
    [settings] = load_houses()
    return settings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a good bot.toml, good variables, and nothing of the machine's own."""
    known = {name.upper() for name in Environment.model_fields}
    for name in list(os.environ):
        if name.upper() in known:
            monkeypatch.delenv(name)
    for name, value in GOOD_ENV.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "bot.toml").write_text(GOOD_TOML, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lines() -> tuple[str, ...]:
    """The mistakes that `load` finds; none of them shows a secret."""
    with pytest.raises(SettingsError) as caught:
        load()
    shown = "\n".join([*caught.value.lines, str(caught.value), repr(caught.value)])
    assert "hidden" not in shown, f"a secret is shown: {shown}"
    assert all("\n" not in line for line in caught.value.lines), "a mistake takes more than one line"
    assert "Traceback" not in shown
    return caught.value.lines


def line() -> str:
    found = lines()
    assert len(found) == 1, f"one mistake gave {len(found)} lines: {found}"
    return found[0]


def replaced(old: str, new: str) -> None:
    """Changes the good bot.toml."""
    assert old in GOOD_TOML, f"the good bot.toml has no {old!r}"
    Path("bot.toml").write_text(GOOD_TOML.replace(old, new, 1), encoding="utf-8")


def noted(word: str) -> list[str]:
    """What works but should be known, of one matter."""
    return [one for one in load().warnings() if word in one]


# ---- what is good ----------------------------------------------------------------------------------------------------


def test_good_settings() -> None:
    settings = load()

    env, toml = settings.env, settings.toml
    assert env.slack_bot_token.get_secret_value() == SECRETS["SLACK_BOT_TOKEN"]
    assert env.flipkart_app_id == "app-id"
    assert env.socket_mode
    assert (env.slack_api_url, env.flipkart_api_url) == ("https://slack.com/api/", "https://api.flipkart.net")
    assert (env.http_host, env.http_port, env.log_level, env.log_format) == ("127.0.0.1", 8080, "INFO", "console")
    assert env.health_access == "all"
    assert (toml.polling.scans_seconds, toml.flipkart.calls_per_hour) == (45.5, 500)
    assert [at.id for at in toml.locations] == ["LOC1", "LOC2"]
    assert toml.locations[0].operators == ("U0123ABCD", "S0123ABCD")
    assert (toml.locations[1].operators, toml.locations[1].hours) == ((), "")
    assert str(toml.zone) == "Asia/Kolkata"


def test_a_dock_at_which_no_phone_can_ring_is_told() -> None:
    [told] = noted("operators")
    assert told.startswith("no operators are named at 'Pune dock': nobody can be mentioned there")
    Path("bot.toml").write_text(GOOD_TOML + "mention = []\n", encoding="utf-8")
    assert noted("operators") == []
    replaced('channel = "G0123ABCD"', 'channel = "G0123ABCD"\noperators = ["U0123ABCD"]')
    assert noted("operators") == []


def test_the_shortest_bot_toml(folder: Path) -> None:
    (folder / "bot.toml").write_text('[[locations]]\nid = "L"\nname = "N"\nchannel = "C0123ABCD"\n')

    toml = load().toml

    assert (toml.polling.arrivals_seconds, toml.polling.scans_seconds, toml.polling.page_size) == (30, 30, 25)
    assert (toml.timezone, toml.flipkart.calls_per_hour) == ("Asia/Kolkata", 1000)


def test_a_file_env_is_read_and_the_environment_wins(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in GOOD_ENV:
        monkeypatch.delenv(name)
    content = "".join(f"{name}={value}\n" for name, value in GOOD_ENV.items())
    (folder / ".env").write_text(content + "HTTP_PORT=9001\nLOG_LEVEL=debug\n", encoding="utf-8")
    monkeypatch.setenv("HTTP_PORT", "9002")

    env = load().env

    assert env.flipkart_app_secret.get_secret_value() == SECRETS["FLIPKART_APP_SECRET"]
    assert (env.http_port, env.log_level) == (9002, "DEBUG")


def test_bot_config_names_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "bot.toml").rename(folder / "other.toml")
    monkeypatch.setenv("BOT_CONFIG", "other.toml")

    assert len(load().toml.locations) == 2


def test_empty_variables_count_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_APP_TOKEN", "SLACK_CLIENT_ID", "HTTP_PORT", "LOG_LEVEL", "DATABASE_URL"):
        monkeypatch.setenv(name, "")

    env = load().env

    assert not env.socket_mode, "with the signing secret alone it is HTTP mode"
    assert env.http_port == 8080


PUT_AROUND = ["'{}'", '"{}"', "{}\n", "{}\r\n", " {}", "{}\t", "\ufeff{}", "{}\u200b", "\u00a0{} ", "' {} '"]
"""What `docker run --env-file`, a terminal or a copied page leaves around a value."""


@pytest.mark.parametrize("around", PUT_AROUND)
def test_quotes_and_spaces_around_a_value_are_taken_off(monkeypatch: pytest.MonkeyPatch, around: str) -> None:
    for name, value in {**GOOD_ENV, "HTTP_PORT": "9001", "LOG_LEVEL": "debug"}.items():
        monkeypatch.setenv(name, around.format(value))

    env = load().env

    assert env.flipkart_app_id == GOOD_ENV["FLIPKART_APP_ID"]
    for name, value in SECRETS.items():
        assert getattr(env, name.lower()).get_secret_value() == value, f"{name} keeps what stands around it"
    assert (env.http_port, env.log_level) == (9001, "DEBUG")


@pytest.mark.parametrize("nothing", [" ", "\t", "''", '""', "' '", "\n", "\u200b"])
def test_a_variable_of_nothing_that_can_be_seen_counts_as_unset(monkeypatch: pytest.MonkeyPatch, nothing: str) -> None:
    for name in ("SLACK_APP_TOKEN", "SLACK_CLIENT_ID", "HTTP_PORT"):
        monkeypatch.setenv(name, nothing)

    env = load().env

    assert not env.socket_mode
    assert env.http_port == 8080
    monkeypatch.setenv("SLACK_SIGNING_SECRET", nothing)
    assert "SLACK_APP_TOKEN is missing" in line()


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_files_that_an_editor_saved_with_a_mark(
    folder: Path, monkeypatch: pytest.MonkeyPatch, mark: bytes, end: str
) -> None:
    for name in GOOD_ENV:
        monkeypatch.delenv(name)
    content = "".join(f"{name}={value}{end}" for name, value in GOOD_ENV.items())
    (folder / ".env").write_bytes(mark + content.encode())
    (folder / "bot.toml").write_bytes(mark + GOOD_TOML.replace("\n", end).encode())

    settings = load()

    assert settings.env.slack_bot_token.get_secret_value() == SECRETS["SLACK_BOT_TOKEN"]
    assert [at.id for at in settings.toml.locations] == ["LOC1", "LOC2"]


def step(minutes: object, to: str = '["U0LEAD"]') -> str:
    return f"[[locations.escalate]]\nafter_minutes = {minutes}\nto = {to}\n"


def test_steps_are_in_the_order_of_their_minutes_and_name_each_once() -> None:
    last = step(30, '["S0OPS", "U0LEAD", "S0OPS"]') + step(15)
    shift = '[[locations.shifts]]\nhours = "06:00-14:00"\noperators = ["U0EARLY"]\n'
    shift += 'escalate = [{ after_minutes = 9, to = ["U0BOSS"] }, { after_minutes = 5, to = ["U0LEAD"] }]\n'
    Path("bot.toml").write_text(GOOD_TOML + last + shift, encoding="utf-8")

    at = load().toml.locations[1]

    assert [(one.after_minutes, one.to) for one in at.escalate] == [(15, ("U0LEAD",)), (30, ("S0OPS", "U0LEAD"))]
    assert [one.after_minutes for one in at.shifts[0].escalate] == [5, 9]
    assert (at.entitled, at.told) == (("U0EARLY",), ("U0LEAD", "S0OPS", "U0BOSS"))


ELEVEN = [f"U0P{n}" for n in range(11)]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (step(0), ["locations[2].escalate[1].after_minutes = 0", "1"]),
        (step(1441), ["locations[2].escalate[1].after_minutes = 1441", "1440"]),
        (step(1.5), ["locations[2].escalate[1].after_minutes = 1.5", "integer"]),
        (step(5) + step(5), ["locations[2].escalate", "5 stands there more than once"]),
        ("".join(step(n) for n in range(1, 12)), ["locations[2].escalate", "10 steps or fewer, not 11"]),
        (step(5, "[]"), ["locations[2].escalate[1].to = []", "1 to 10"]),
        (step(5, str(ELEVEN)), ["locations[2].escalate[1].to", "1 to 10"]),
        (step(5, '["@lead"]'), ["locations[2].escalate[1].to[1] = '@lead'", "U0123ABCD"]),
        (step(5) + 'too = "x"\n', ["locations[2].escalate[1].too", "not a setting"]),
        ("[[locations.escalate]]\nafter_minutes = 5\n", ["locations[2].escalate[1].to is missing"]),
        ('[[locations.shifts]]\nhours = "6-14"\n', ["locations[2].shifts[1].hours = '6-14'", "06:00-14:00"]),
        ('[[locations.shifts]]\nhours = ""\n', ["locations[2].shifts[1].hours = ''", "06:00-14:00"]),
        ("[[locations.shifts]]\noperators = []\n", ["locations[2].shifts[1].hours is missing"]),
        (
            '[[locations.shifts]]\nhours = "06:00-14:00"\noperators = ["asha"]\n',
            ["locations[2].shifts[1].operators[1] = 'asha'", "U0123ABCD"],
        ),
        (11 * '[[locations.shifts]]\nhours = "06:00-14:00"\n', ["locations[2].shifts", "10 shifts or fewer, not 11"]),
    ],
)
def test_a_wrong_step_or_shift(more: str, told: list[str]) -> None:
    Path("bot.toml").write_text(GOOD_TOML + more, encoding="utf-8")

    found = line()

    assert [word for word in told if word not in found] == [], f"missing in: {found}"
    assert len(found) < 400, "the line can't be read at a glance"


@pytest.mark.parametrize(
    "dsn", ["https://ab12@o1.ingest.sentry.io/99", "https://a:b@s.example/in/1", "http://a@127.0.0.1:9/1"]
)
def test_where_faults_are_told(monkeypatch: pytest.MonkeyPatch, dsn: str) -> None:
    assert load().env.sentry_dsn is None, "it is on without being set"
    monkeypatch.setenv("SENTRY_DSN", dsn)
    found = load().env.sentry_dsn
    assert found is not None
    assert found.get_secret_value() == dsn


def test_by_what_name_sentry_keeps_faults_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().env.sentry_environment == "production"
    Path(".env").write_text("SENTRY_ENVIRONMENT='docks-test'\n", encoding="utf-8")
    assert load().env.sentry_environment == "docks-test", "it is not heard in .env"
    monkeypatch.setenv("SENTRY_ENVIRONMENT", "d" * 64)
    assert load().env.sentry_environment == "d" * 64


def test_a_language_that_there_is_not_is_told_with_those_that_there_are() -> None:
    Path("bot.toml").write_text(GOOD_TOML + 'language = "tlh"\n', encoding="utf-8")
    there = ", ".join(f'"{language}"' for language in LANGUAGES)
    assert f"locations[2].language = 'tlh': must be one of {there}" in line()


def test_the_example_names_every_language() -> None:
    example = Path(bot.__file__).parents[1] / "bot.example.toml"
    said = next(one for one in example.read_text(encoding="utf-8").splitlines() if "threads are written in" in one)
    assert re.findall(r'"([A-Za-z-]+)"', said) == list(LANGUAGES)


def test_who_looks_after_the_bot() -> None:
    assert load().toml.admins == (), "nobody is named unless bot.toml does"
    Path("bot.toml").write_text(f'admins = ["U0ADMIN", "S0ITDESK"]\n{GOOD_TOML}', encoding="utf-8")
    assert load().toml.admins == ("U0ADMIN", "S0ITDESK")
    Path("bot.toml").write_text(f'admins = ["asha"]\n{GOOD_TOML}', encoding="utf-8")
    with pytest.raises(SettingsError):
        load()


def test_what_operators_are_mentioned_for() -> None:
    assert load().toml.notify.points(load().toml.locations[0].mention) == tuple(Point), "what a dock needs by default"
    own = GOOD_TOML.replace("[flipkart]", '[notify]\nmention = ["left", "claim", "left"]\n\n[flipkart]')
    Path("bot.toml").write_text(own + 'mention = ["arrival"]\n', encoding="utf-8")

    toml = load().toml

    assert toml.notify.mention == (Point.LEFT, Point.CLAIM)
    assert [at.mention for at in toml.locations] == [None, (Point.ARRIVAL,)]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('[notify]\nmention = ["arival"]\n', "notify.mention = ['arival']"),
        ("[notify]\narrival = false\n", "notify = {'arrival': False}"),
        ('[notify]\nmention = "left"\n', "notify.mention = 'left'"),
        ("[notify]\nmention = [[]]\n", "notify.mention = [[]]"),
    ],
)
def test_an_unknown_word_of_what_operators_are_mentioned_for_says_which_there_are(written: str, told: str) -> None:
    Path("bot.toml").write_text(GOOD_TOML.replace("[flipkart]", f"{written}\n[flipkart]"), encoding="utf-8")

    found = line()

    assert told in found
    assert [point for point in Point if point not in found] == [], f"it does not say what is allowed: {found}"


def test_an_unknown_word_at_one_location_says_which_there_are() -> None:
    Path("bot.toml").write_text(GOOD_TOML + 'mention = ["arrival", "lunch"]\n', encoding="utf-8")

    found = line()

    assert "locations[2].mention = ['arrival', 'lunch']: must be a list with some of \"arrival\"" in found


def test_spaces_around_a_value_of_bot_toml_are_taken_off() -> None:
    content = GOOD_TOML
    for value in ("Asia/Kolkata", "LOC1", "C0123ABCD", "Bengaluru dock", "U0123ABCD", "08:00-22:00"):
        content = content.replace(f'"{value}"', f'" {value}\u00a0"')
    Path("bot.toml").write_text(content, encoding="utf-8")

    toml = load().toml

    at = toml.locations[0]
    assert (toml.timezone, at.id, at.name, at.channel) == ("Asia/Kolkata", "LOC1", "Bengaluru dock", "C0123ABCD")
    assert (at.operators[0], at.hours) == ("U0123ABCD", "08:00-22:00")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/api", "http://localhost:9/api/", "http://[::1]:9/api/", "https://slack.example/api"]
)
def test_addresses_that_are_safe(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("SLACK_API_URL", url)
    monkeypatch.setenv("FLIPKART_API_URL", url)

    env = load().env

    assert env.slack_api_url == url.rstrip("/") + "/"
    assert env.flipkart_api_url == url


@pytest.mark.parametrize("url", ["sqlite:///x.db", "sqlite+aiosqlite:///x.db", "sqlite:////tmp/a b/x.db"])
def test_database_urls_that_name_a_file(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)

    assert load().env.database_url.startswith("sqlite:///")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://db.example/otc",
        "postgres://user:pass-hidden@db.example:6432/otc?sslmode=require&schema=north-1",
        "postgresql+psycopg:///otc?host=/run/postgresql",
    ],
)
def test_database_urls_that_name_a_server(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)

    env = load().env

    found, given = make_url(env.database_url), make_url(url)
    assert found == given.set(drivername="postgresql"), "the driver is the bot's to choose, and nothing else of it"
    assert "pass-hidden" not in repr(env)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://otc:pass-hidden@one,two:6432/otc?schema=north",
        "postgresql+psycopg://otc:pass-hidden@/otc?host=one&host=two:6432&schema=north",
        "postgres://otc:pass-hidden@/otc?schema=north&host=one,two&port=5432,6432",
    ],
)
def test_database_urls_that_name_several_hosts(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Whichever of them is written to is the database; the others stand by."""
    monkeypatch.setenv("DATABASE_URL", url)

    found = make_url(load().env.database_url)

    assert (found.username, found.password, found.host, found.database) == ("otc", "pass-hidden", None, "otc")
    assert found.query == {
        "host": "one,two",
        "port": "5432,6432",
        "schema": "north",
        "target_session_attrs": "read-write",
    }


def test_which_of_several_hosts_is_meant_can_be_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://[::1]:1,two/otc?target_session_attrs=any")

    query = make_url(load().env.database_url).query

    assert query == {"host": "::1,two", "port": "1,5432", "target_session_attrs": "any"}


def test_a_folder_of_pictures_that_is_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert load().env.photos_folder is None
    monkeypatch.setenv("PHOTOS_FOLDER", str(tmp_path))

    assert load().env.photos_folder == tmp_path


@pytest.mark.parametrize("hours", ["", "00:00-24:00", "22:00-06:00", "08:30-08:30"])
def test_hours_that_are_good(hours: str) -> None:
    replaced("08:00-22:00", hours)

    assert load().toml.locations[0].hours == hours


def test_no_secret_is_in_the_settings_repr() -> None:
    settings = load()

    for shown in (repr(settings), str(settings), repr(settings.env), settings.model_dump_json()):
        assert "hidden" not in shown, f"a secret is shown: {shown}"


def test_settings_are_frozen() -> None:
    settings = load()
    with pytest.raises(ValueError, match="frozen"):
        setattr(settings, "env", None)  # noqa: B010 - mypy knows that it is frozen
    with pytest.raises(ValueError, match="frozen"):
        setattr(settings.env, "http_port", 1)  # noqa: B010


# ---- mistakes in the environment -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "FLIPKART_APP_ID", "FLIPKART_APP_SECRET"])
@pytest.mark.parametrize("value", [None, ""])
def test_what_must_be_set(monkeypatch: pytest.MonkeyPatch, name: str, value: str | None) -> None:
    if value is None:
        monkeypatch.delenv(name)
    else:
        monkeypatch.setenv(name, value)

    assert line() == f"{name} is missing: `otc-bot init` asks for it, or see .env.example"


WRONG_ENV = [
    ("HTTP_PORT", "eighty", ["'eighty'", "integer"]),
    ("HTTP_PORT", "-1", ["'-1'", "greater than or equal to 0"]),
    ("HTTP_PORT", "65536", ["'65536'", "65535"]),
    ("LOG_LEVEL", "loud", ["'LOUD'", "'DEBUG', 'INFO', 'WARNING' or 'ERROR'"]),
    ("LOG_FORMAT", "xml", ["'xml'", "'console' or 'json'"]),
    ("METRICS_TOKEN", "short-hidden", ["16 signs or more", "openssl rand -hex 32"]),
    ("METRICS_TOKEN", "long enough and hidden", ["one word"]),
    ("HEALTH_ACCESS", "nobody", ["'nobody'", "'all' or 'limited'"]),
    ("DATABASE_URL", "mysql://db.example/otc", ["mysql://db.example/otc", "postgresql://user:password@host/otc"]),
    ("DATABASE_URL", "postgresql://db.example", ["postgresql://db.example", "must name a database"]),
    ("DATABASE_URL", "postgresql://db.example/otc?schema=a.b", ["schema=a.b", "must name one schema"]),
    ("DATABASE_URL", "postgresql://db.example/otc?schema=pg_x", ["must name one schema"]),
    ("DATABASE_URL", "postgresql://u:x1y2@one:a,two/otc", ["must name its hosts as in postgresql://"]),
    ("DATABASE_URL", "postgresql://one,/otc", ["must name its hosts"]),
    ("DATABASE_URL", "postgresql://u:x1y2@one:a/otc", ["must be a URL such as"]),
    ("DATABASE_URL", "postgresql://db.example/otc?password=x1y2", ["password=…", "before the host"]),
    ("DATABASE_URL", "sqlite://", ["'sqlite://'", "must name a file"]),
    ("DATABASE_URL", "sqlite:///:memory:", [":memory:", "must name a file"]),
    ("DATABASE_URL", "otc.db", ["'otc.db'", "sqlite:///otc-bot.db"]),
    ("PHOTOS_FOLDER", "missing", ["'missing'", "must be a folder that is there"]),
    ("PHOTOS_FOLDER", "bot.toml", ["'bot.toml'", "must be a folder that is there"]),
    ("SLACK_API_URL", "http://slack.example/api/", ["http://slack.example/api/", "https://"]),
    ("FLIPKART_API_URL", "http://api.flipkart.net", ["http://api.flipkart.net", "https://"]),
    ("FLIPKART_API_URL", "http://127.0.0.1.evil.example", ["https://"]),
    ("FLIPKART_API_URL", "ftp://api.flipkart.net", ["https://"]),
    ("FLIPKART_API_URL", "api.flipkart.net", ["'api.flipkart.net'", "https://"]),
    ("FLIPKART_API_URL", "https://", ["https://"]),
    ("FLIPKART_API_URL", "https://[::1", ["https://"]),
    ("SENTRY_DSN", "https://sentry.example/1", ["SENTRY_DSN: must be a DSN", "https://key@host/number"]),
    ("SENTRY_DSN", "https://hidden@sentry.example/", ["must be a DSN"]),
    ("SENTRY_DSN", "http://hidden@sentry.example/1", ["must be a DSN", "http:// only on this machine"]),
    ("SENTRY_DSN", "https://hid den@sentry.example/1", ["must be a DSN"]),
    ("SENTRY_DSN", "hidden", ["must be a DSN"]),
    ("SENTRY_ENVIRONMENT", "north dock", ["'north dock'", "one word of 64 signs or fewer"]),
    ("SENTRY_ENVIRONMENT", "d" * 65, ["one word of 64 signs or fewer"]),
    ("SENTRY_ENVIRONMENT", "docks/north", ["without /"]),
    ("SENTRY_ENVIRONMENT", "https://hidden@sentry.example/1", ["without /"]),
    ("SENTRY_ENVIRONMENT", "None", ["'None'", "such as production"]),
    ("SLACK_BOT_TOKEN", "xoxp-hidden", ["xoxb-"]),
    ("SLACK_BOT_TOKEN", "hidden", ["xoxb-"]),
    ("SLACK_BOT_TOKEN", "xapp-hidden", ["belongs to SLACK_APP_TOKEN"]),
    ("SLACK_APP_TOKEN", "xoxb-hidden", ["belongs to SLACK_BOT_TOKEN"]),
    ("SLACK_BOT_TOKEN", "xoxb-hid\nden", ["SLACK_BOT_TOKEN"]),
    ("FLIPKART_APP_ID", "an app", ["one word"]),
    ("FLIPKART_APP_ID", "'app", ["one word"]),
    ("FLIPKART_APP_SECRET", "hidden two", ["one word"]),
    ("SLACK_SIGNING_SECRET", "hidden two", ["one word"]),
    ("SLACK_APP_TOKEN", "xapp-hidden two", ["SLACK_APP_TOKEN"]),
    ("SLACK_APP_TOKEN", "xoxb-hidden", ["xapp-", "connections:write"]),
    ("BOT_CONFIG", "missing/bot.toml", ["missing/bot.toml", "bot.example.toml"]),
]


@pytest.mark.parametrize(("name", "value", "told"), WRONG_ENV)
def test_a_wrong_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: list[str]) -> None:
    monkeypatch.setenv(name, value)

    found = line()

    assert found.startswith(name), f"the line does not name {name}: {found}"
    assert [word for word in told if word not in found] == [], f"missing in: {found}"


@pytest.mark.parametrize("name", ["DATABASE_URL", "SLACK_API_URL", "FLIPKART_API_URL"])
@pytest.mark.parametrize("scheme", ["mysql", "http", "https"])
def test_a_password_in_an_address_is_not_shown(monkeypatch: pytest.MonkeyPatch, name: str, scheme: str) -> None:
    monkeypatch.setenv(name, f"{scheme}://user:pass-hidden@db.example/otc")

    found = line()

    assert found.startswith(name)
    assert "db.example" in found


def test_no_way_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SLACK_APP_TOKEN")
    monkeypatch.delenv("SLACK_SIGNING_SECRET")

    found = line()

    assert "SLACK_APP_TOKEN is missing" in found
    assert "SLACK_SIGNING_SECRET" in found


def test_slack_client_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_CLIENT_ID", "123.456")

    assert line().startswith("SLACK_CLIENT_ID is set: unset it")


def test_a_file_env_that_is_no_text(folder: Path) -> None:
    (folder / ".env").write_bytes(b"FLIPKART_APP_ID=caf\xe9\n")

    assert ".env" in line()


def test_a_mistake_elsewhere_says_nothing_wrong_about_bot_config(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "bot.toml").rename(folder / "other.toml")
    monkeypatch.setenv("BOT_CONFIG", "other.toml")
    monkeypatch.setenv("HTTP_PORT", "eighty")

    assert line().startswith("HTTP_PORT")


# ---- mistakes in bot.toml --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "left"),
    [
        ({}, 150),
        ({"calls_per_hour": 400}, 60),
        ({"others_calls_per_hour": 0}, 0),
        ({"others_calls_per_hour": 300}, 300),
    ],
)
def test_calls_are_left_to_other_tools(limits: dict[str, int], left: int) -> None:
    assert FlipkartLimits.model_validate(limits).for_others == left


WRONG_TOML = [
    ("[polling]\n", "[[polling]]\n", ["[[polling]] must be a table: a line [polling]"]),
    ('name = "Pune dock"', "name = 5", ["locations[2].name = 5: must be text in quotes"]),
    (
        'operators = ["U0123ABCD", "S0123ABCD"]',
        'operators = "U0123ABCD"',
        ["operators = 'U0123ABCD': must be a list in"],
    ),
    ("page_size = 25", 'page_size = "many"', ["polling.page_size = 'many'", "integer"]),
    ("page_size = 25", "page_size = 2.5", ["polling.page_size = 2.5", "integer"]),
    ("page_size = 25", "page_size = 0", ["polling.page_size = 0", "greater than or equal to 1"]),
    ("page_size = 25", "page_size = 101", ["polling.page_size = 101", "100"]),
    ("arrivals_seconds = 30", "arrivals_seconds = -1", ["polling.arrivals_seconds = -1", "greater than 0"]),
    ("arrivals_seconds = 30", "arrivals_seconds = 0", ["polling.arrivals_seconds = 0", "greater than 0"]),
    ("scans_seconds = 45.5", "scans_seconds = 3601", ["polling.scans_seconds = 3601", "3600"]),
    ("scans_seconds = 45.5", "scans_seconds = nan", ["polling.scans_seconds = nan"]),
    ("scans_seconds = 45.5", "scans_seconds = []", ["polling.scans_seconds = []", "number"]),
    ("calls_per_hour = 500", "calls_per_hour = 0", ["flipkart.calls_per_hour = 0", "10"]),
    ("calls_per_hour = 500", "others_calls_per_hour = -1", ["flipkart.others_calls_per_hour = -1", "0"]),
    ("calls_per_hour = 500", "others_calls_per_hour = 501", ["others_calls_per_hour (501)", "at least half"]),
    ("[flipkart]", "[flipkarts]", ["flipkarts", "not a setting", "did you mean flipkart?"]),
    ("page_size = 25", "page_sizes = 25", ["polling.page_sizes", "not a setting", "did you mean page_size?"]),
    ('hours = "08:00-22:00"', 'hour = "08:00-22:00"', ["locations[1].hour", "not a setting", "did you mean hours?"]),
    ("page_size = 25", "colour = 25", ["polling.colour", "not a setting", "bot.example.toml lists them all"]),
    ("Asia/Kolkata", "Asia/Calcuta", ["timezone = 'Asia/Calcuta'", 'did you mean "Asia/Calcutta"?']),
    ("Asia/Kolkata", "Asia/Bengaluru", ["timezone = 'Asia/Bengaluru'", "Asia/Kolkata"]),
    ("Asia/Kolkata", "../../etc/passwd", ["timezone = ", "Asia/Kolkata"]),
    ("Asia/Kolkata", "Asia", ["timezone = 'Asia'", "Asia/Kolkata"]),
    ("Asia/Kolkata", "", ["timezone = ''", "Asia/Kolkata"]),
    ('timezone = "Asia/Kolkata"', "timezone = 5", ["timezone = 5", "text in quotes"]),
    ("C0123ABCD", "#returns", ["locations[1].channel = '#returns'", "channel id such as C0123ABCD"]),
    ("G0123ABCD", "returns-pune", ["locations[2].channel = 'returns-pune'", "C0123ABCD"]),
    ("08:00-22:00", "8-22", ["locations[1].hours = '8-22'", "08:00-22:00"]),
    ("08:00-22:00", "08:00-25:00", ["locations[1].hours = '08:00-25:00'", "08:00-22:00"]),
    ("08:00-22:00", "08:00-24:30", ["locations[1].hours", "08:00-22:00"]),
    ('"U0123ABCD"', '"asha"', ["locations[1].operators[1] = 'asha'", "U0123ABCD"]),
    ('"S0123ABCD"', '"@asha"', ["locations[1].operators[2] = '@asha'", "U0123ABCD"]),
    ('name = "Pune dock"', "", ["locations[2].name is missing"]),
    ('name = "Pune dock"', 'name = ""', ["locations[2].name = ''", "at least 1 character"]),
    ('id = "LOC2"', 'id = "LOC1"', ["locations", "LOC1", "once"]),
    ('id = "LOC2"', "id = 2", ["locations[2].id = 2", "text in quotes"]),
    ("[flipkart]", "[retention]\nparcels_days = 59\n[flipkart]", ["parcels_days", "at least 60"]),
    ("[flipkart]", '[notifications]\nurl = "http://bot.example/x"\n[flipkart]', ["notifications.url", "https://"]),
    ("[flipkart]", "[retention]\nparcels_days = 59\n[flipkart]", ["parcels_days", "at least 60"]),
    ("[flipkart]", '[notifications]\nurl = "https://u:4444-hidden@b.example/"\n[flipkart]', ["notifications.url"]),
    ("C0123ABCD", "xoxb-1-hidden", ["locations[1].channel = '…'", "C0123ABCD"]),
    ('"U0123ABCD"', '"xapp-1-hidden"', ["locations[1].operators[1] = '…'", "U0123ABCD"]),
    ("page_size = 25", "xoxb-1-hidden = 25", ["polling.…", "not a setting"]),
    ("[[locations]]", "[[location", [""]),
]


@pytest.mark.parametrize(("old", "new", "told"), WRONG_TOML)
def test_a_wrong_key(old: str, new: str, told: list[str]) -> None:
    replaced(old, new)

    found = line()

    assert found.startswith("bot.toml: "), f"the line does not name the file: {found}"
    assert [word for word in told if word not in found] == [], f"missing in: {found}"
    assert len(found) < 400, "the line can't be read at a glance"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "locations is missing"),
        ("locations = []", "locations = "),
        ("locations = 5", "locations = 5"),
        ("[locations]\nid = 'x'", "locations = "),
        ("this is no toml", "is not TOML"),
        ("a = 1\na = 2", "is not TOML"),
    ],
)
def test_a_bot_toml_without_locations(folder: Path, content: str, told: str) -> None:
    (folder / "bot.toml").write_text(content)

    assert told in line()


def test_a_bot_toml_that_is_missing(folder: Path) -> None:
    (folder / "bot.toml").unlink()

    found = line()

    assert found.startswith("BOT_CONFIG = bot.toml: there is no such file")
    assert "bot.example.toml" in found


def test_a_bot_toml_that_can_not_be_read(folder: Path) -> None:
    (folder / "bot.toml").unlink()
    (folder / "bot.toml").mkdir()

    assert line().startswith("BOT_CONFIG = bot.toml: can't be read")


def test_a_bot_toml_that_is_no_text(folder: Path) -> None:
    (folder / "bot.toml").write_bytes(b'timezone = "\xff\xfe"')

    assert line().startswith("BOT_CONFIG = bot.toml: can't be read")


def test_every_mistake_has_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PORT", "eighty")
    monkeypatch.setenv("LOG_LEVEL", "loud")
    monkeypatch.delenv("FLIPKART_APP_ID")
    content = GOOD_TOML.replace("C0123ABCD", "#x").replace("page_size = 25", "page_size = 0").replace("08:00", "8")
    Path("bot.toml").write_text(content)

    found = lines()

    starts = ["HTTP_PORT", "LOG_LEVEL", "FLIPKART_APP_ID", "bot.toml: polling.page_size"]
    starts += ["bot.toml: locations[1].channel", "bot.toml: locations[1].hours"]
    assert [start for start in starts if not any(one.startswith(start) for one in found)] == []
    assert len(found) == len(starts), found


# ---- notes -----------------------------------------------------------------------------------------------------------


def test_short_intervals_are_noted_on_flipkarts_own_host() -> None:
    replaced("arrivals_seconds = 30", "arrivals_seconds = 29.5")

    (note,) = noted("polling")

    assert note.startswith("polling.arrivals_seconds = 29.5")
    assert "30" in note


def test_short_intervals_elsewhere_are_not_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    replaced("arrivals_seconds = 30", "arrivals_seconds = 0.1")
    monkeypatch.setenv("FLIPKART_API_URL", "http://127.0.0.1:8090")

    assert noted("polling") == []


def test_settings_can_be_built_by_hand() -> None:
    settings = load()

    assert Settings(env=settings.env, toml=settings.toml) == settings


# ---- webhooks --------------------------------------------------------------------------------------------------------

WEBHOOK = """
[[webhooks]]
id = "erp"
url = "https://erp.example/otc?from=bot"
secret = "ERP_SECRET"
"""
WHSEC = "whsec_" + base64.b64encode(b"hidden-key-of-enough-bytes").decode()


def with_webhook(monkeypatch: pytest.MonkeyPatch, more: str = "", secret: str = WHSEC, content: str = WEBHOOK) -> None:
    Path("bot.toml").write_text(GOOD_TOML + content + more, encoding="utf-8")
    monkeypatch.setenv("ERP_SECRET", secret)


def test_there_is_no_webhook_unless_somebody_wants_one() -> None:
    assert load().toml.receivers.each == ()


def test_a_webhook_is_told_of_all_unless_it_says_what(monkeypatch: pytest.MonkeyPatch) -> None:
    with_webhook(monkeypatch)
    [erp] = load().toml.receivers.each
    assert {topic for topic in Topic if erp.wants(topic, "LOC2")} == set(Topic)
    assert load().webhook_secrets["erp"].get_secret_value() == WHSEC
    assert WHSEC not in repr(load())

    with_webhook(monkeypatch, 'events = ["handover.closed"]\nlocations = ["LOC1"]')
    [erp] = load().toml.receivers.each
    assert [(topic, at) for topic in Topic for at in ("LOC1", "LOC2") if erp.wants(topic, at)] == [
        (Topic.CLOSED, "LOC1")
    ]


def test_the_secret_of_a_webhook_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with_webhook(monkeypatch)
    monkeypatch.delenv("ERP_SECRET")
    (tmp_path / "secret").write_text(WHSEC + "\n")
    monkeypatch.setenv("ERP_SECRET_FILE", str(tmp_path / "secret"))
    assert load().webhook_secrets["erp"].get_secret_value() == WHSEC


@pytest.mark.parametrize("secret", [WHSEC[6:], "whsec_hidden!", "whsec_" + "aGlk" * 4, "whsec_" + "aGlk" * 40])
def test_a_secret_that_is_none(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    with_webhook(monkeypatch, secret=secret)
    found = line()
    assert found.startswith("ERP_SECRET must be whsec_")
    assert secret not in found


def test_a_webhook_whose_secret_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    with_webhook(monkeypatch)
    monkeypatch.delenv("ERP_SECRET")
    assert line() == "ERP_SECRET is missing: bot.toml names it"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("https://erp", "http://erp", ["webhooks[1].url", "https://", "allow_private = true"]),
        ("https://erp", "https://u:hidden@erp", ["webhooks[1].url", "without a user"]),
        ("https://erp", "ftp://erp", ["webhooks[1].url", "https://"]),
        ('"erp"', '"ERP 1"', ["webhooks[1].id"]),
        ('secret = "ERP_SECRET"', "", ["webhooks[1].secret is missing"]),
        ("[[webhooks]]", '[[webhooks]]\nevents = ["handover.gone"]', ["webhooks[1].events[1]", "handover.closed"]),
        ("[[webhooks]]", '[[webhooks]]\nlocations = ["LOC3"]', ["webhooks", "LOC3 is none"]),
        ("[[webhooks]]", WEBHOOK + "[[webhooks]]", ["webhooks", "delete all but one of erp"]),
    ],
)
def test_a_webhook_that_is_wrong(monkeypatch: pytest.MonkeyPatch, old: str, new: str, told: list[str]) -> None:
    with_webhook(monkeypatch, content=WEBHOOK.replace(old, new, 1))
    found = line()
    assert [word for word in told if word not in found] == [], found


def test_a_receiver_in_the_own_network_needs_no_https(monkeypatch: pytest.MonkeyPatch) -> None:
    with_webhook(monkeypatch, "allow_private = true", content=WEBHOOK.replace("https", "http"))
    assert load().toml.webhooks[0].url.startswith("http://")


# ---- the examples ----------------------------------------------------------------------------------------------------


def example(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_variable_is_in_the_example() -> None:
    text = example(".env.example")
    names = [name.upper() for name in Environment.model_fields]

    assert [name for name in names if not re.search(rf"\b{name}\b", text)] == []


def test_every_key_is_in_the_example() -> None:
    text = example("bot.example.toml")
    tables = (
        Polling,
        FlipkartLimits,
        Reminding,
        DigestSettings,
        Claims,
        Photos,
        RetentionSettings,
        NotificationSettings,
        Notify,
        ReturnSettings,
        SellerTable,
        WebhookTable,
        WorkspaceTable,
        Location,
        Escalation,
        Shift,
    )
    shapes: list[type[BaseModel]] = [BotToml, *tables]
    keys = [key for shape in shapes for key in shape.model_fields]
    named = [*keys, "[polling]", "[flipkart]", "[reminders]", "[digest]", "[claims]", "[photos]", "[retention]"]
    named += [
        "[notifications]",
        "[notify]",
        "[returns]",
        "[[locations]]",
        "[[sellers]]",
        "[[workspaces]]",
        "[[webhooks]]",
    ]

    def there(key: Any) -> bool:
        pattern = rf"^[# ]*{re.escape(key)}" + ("" if key.startswith("[") else r"\s*=")
        named_so = {key: f"[{key}]" for key in ("polling", "flipkart", "reminders", "digest", "claims", "photos")}
        named_so |= {key: f"[{key}]" for key in ("notifications", "notify", "returns", "retention")}
        named_so |= {key: f"[[{key}]]" for key in ("locations", "sellers", "workspaces", "webhooks")}
        named_so |= {key: f"[[locations.{key}]]" for key in ("escalate", "shifts")}
        return bool(re.search(pattern, text, re.MULTILINE)) or (key in named_so and named_so[key] in text)

    assert [key for key in named if not there(key)] == []


def test_the_example_names_no_key_that_does_not_exist(folder: Path) -> None:
    (folder / "bot.toml").write_text(example("bot.example.toml"), encoding="utf-8")

    load()


def test_what_the_example_leaves_out_can_be_put_in(folder: Path) -> None:
    shown = re.sub(r"^# (?=\[\[locations\.|\w+ = )", "", example("bot.example.toml"), flags=re.MULTILINE)
    (folder / "bot.toml").write_text(shown, encoding="utf-8")

    [at] = load().toml.locations

    assert (len(at.escalate), len(at.shifts)) == (1, 1)
    assert at.shifts[0].escalate == at.escalate
