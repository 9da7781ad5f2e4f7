"""Credentials in files, as containers hand them out: `NAME_FILE` instead of `NAME`, and what is wrong is one line."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.houses import load as load_houses
from bot.houses import load_for_record
from bot.settings import CREDENTIALS
from bot.values import IN_FILE, MOST_BYTES, SecretFileError, secret_of
from tests import test_houses
from tests.test_settings import GOOD_ENV, PUT_AROUND, SECRETS, folder, line, lines, load

__all__ = ["folder"]

Put = Callable[..., Path]
NOBODY = 65534


@pytest.fixture
def put(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Put:
    """Sets a credential by a file, and not by its variable."""

    def do(name: str, content: str | bytes) -> Path:
        path = folder / name.lower()
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv(name + IN_FILE, str(path))
        return path

    return do


@pytest.mark.parametrize("around", PUT_AROUND)
def test_every_credential_may_stand_in_a_file(put: Put, around: str) -> None:
    others = {"DATABASE_URL": "sqlite:////data/other.db", "SENTRY_DSN": "https://5555hidden@sentry.example/6"}
    for name, value in {**GOOD_ENV, **others}.items():
        put(name, around.format(value))

    env = load().env

    assert env.flipkart_app_id == GOOD_ENV["FLIPKART_APP_ID"]
    for name, value in SECRETS.items():
        assert getattr(env, name.lower()).get_secret_value() == value
    assert env.database_url == "sqlite:////data/other.db"
    assert [one.database_url for one in load_for_record()] == [env.database_url]
    assert env.sentry_dsn is not None
    assert env.sentry_dsn.get_secret_value() == others["SENTRY_DSN"]
    assert set(CREDENTIALS) == {*GOOD_ENV, *others}, "a credential that this test does not know"


def test_the_file_env_may_name_it(put: Put, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put("FLIPKART_APP_SECRET", "5555-hidden")
    monkeypatch.delenv("FLIPKART_APP_SECRET_FILE")
    (folder / ".env").write_text(f"FLIPKART_APP_SECRET_FILE='{path}'\n", encoding="utf-8")

    assert load().env.flipkart_app_secret.get_secret_value() == "5555-hidden"


@pytest.mark.parametrize("nothing", ["", " ", "''"])
def test_a_file_without_a_name_counts_as_unset(monkeypatch: pytest.MonkeyPatch, nothing: str) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", nothing)

    assert load().env.slack_bot_token.get_secret_value() == SECRETS["SLACK_BOT_TOKEN"]


@pytest.mark.parametrize("where", ["environment", "file"])
def test_both_are_refused(put: Put, folder: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    put("SLACK_BOT_TOKEN", SECRETS["SLACK_BOT_TOKEN"])
    if where == "environment":
        monkeypatch.setenv("SLACK_BOT_TOKEN", SECRETS["SLACK_BOT_TOKEN"])
    else:
        (folder / ".env").write_text("SLACK_BOT_TOKEN=xoxb-hidden\n", encoding="utf-8")

    assert line() == "SLACK_BOT_TOKEN and SLACK_BOT_TOKEN_FILE are both set: unset one of them"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty: write the value into it"),
        (b" \r\n\xef\xbb\xbf", "is empty: write the value into it"),
        (b"''\n", "is empty: write the value into it"),
        (b"xoxb-hidden\xff", "is not UTF-8 text, at byte 12: save it as plain text"),
        (b"xoxb-hidden\nxoxb-hidden\n", "of several lines: it is to hold the value and no more"),
        (b"xoxb-hidden" * MOST_BYTES, "of more than 64 KiB: it is to hold the value and no more"),
    ],
    ids=["nothing", "a line end", "quotes", "not UTF-8", "two lines", "large"],
)
def test_a_file_that_holds_no_value(put: Put, content: bytes, told: str) -> None:
    put("SLACK_BOT_TOKEN", content)

    assert line() == f"SLACK_BOT_TOKEN_FILE names a file {'that ' if told.startswith('is') else ''}{told}"


def test_a_file_that_is_not_there_and_what_is_none(put: Put, folder: Path) -> None:
    path = put("SLACK_BOT_TOKEN", "")
    path.unlink()
    assert line() == "SLACK_BOT_TOKEN_FILE names a file that is not there: write its whole path"
    path.mkdir()
    assert line() == "SLACK_BOT_TOKEN_FILE names a folder: name the file in it that holds the value"
    path.rmdir()
    os.mkfifo(path)
    assert line() == "SLACK_BOT_TOKEN_FILE names what is not a file: put the value into a file"
    path.unlink()
    path.symlink_to(path)
    assert line().startswith("SLACK_BOT_TOKEN_FILE names a file that can't be read: ")


@contextlib.contextmanager
def not_as_root() -> Iterator[None]:
    """Root may read everything, so meanwhile this is nobody in particular."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(was)


def test_a_file_that_may_not_be_read(put: Put, folder: Path) -> None:
    put("SLACK_BOT_TOKEN", "xoxb-hidden").chmod(0)
    folder.chmod(0o755)
    load()  # what Python itself loads when it is first needed, nobody in particular may not read either

    with not_as_root():
        said = line()

    assert said == ("SLACK_BOT_TOKEN_FILE names a file that can't be read: let the bot's user read it and its folders")


@pytest.mark.parametrize("value", ["xoxb-1111-hidden", "postgresql://bot:hidden@db/otc", "hidden" * 1000, "a\0hidden"])
def test_a_credential_in_the_place_of_its_file_is_not_shown(value: str) -> None:
    """Who mixes up the two variables has their token in the log otherwise."""
    with pytest.raises(SecretFileError) as caught:
        secret_of({"DATABASE_URL_FILE": value}, "DATABASE_URL")

    assert "hidden" not in str(caught.value)
    assert str(caught.value).startswith("DATABASE_URL_FILE names a file that ")
    assert caught.value.__suppress_context__, "the error behind it holds the value"


@pytest.mark.parametrize("name", ["DATABASE_URL", "SLACK_BOT_TOKEN", "FLIPKART_APP_ID"])
def test_what_a_file_holds_is_not_shown_where_it_is_wrong(put: Put, name: str) -> None:
    put(name, "hidden words")

    assert line().startswith(f"{name}: must ")


def test_each_mistake_has_its_line(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    put("SLACK_BOT_TOKEN", "")
    put("FLIPKART_APP_SECRET", "").unlink()
    monkeypatch.setenv("HTTP_PORT", "x")

    assert sorted(one.partition(" ")[0] for one in lines()) == [
        "FLIPKART_APP_SECRET_FILE",
        "HTTP_PORT",
        "SLACK_BOT_TOKEN_FILE",
    ]


def test_variables_that_bot_toml_names(put: Put, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "bot.toml").write_text(test_houses.TOML, encoding="utf-8")
    for name, value in test_houses.ENV.items():
        monkeypatch.setenv(name, value)
    put("TOYS_BOT", "xoxb-file-hidden\n")

    assert [one.env.slack_bot_token.get_secret_value() for one in load_houses()] == [
        "xoxb-north-hidden",
        "xoxb-south-hidden",
        "xoxb-file-hidden",
    ]
    put("TOYS_BOT", "words hidden")
    assert line().startswith("TOYS_BOT: must start with xoxb-")
    put("TOYS_BOT", "")
    put("NORTH_APP", "hidden").unlink()
    monkeypatch.delenv("SHOES_ID")
    assert sorted(one.partition(" ")[0] for one in lines()) == ["NORTH_APP_FILE", "SHOES_ID", "TOYS_BOT_FILE"]


def test_any_name_will_do(tmp_path: Path) -> None:
    (tmp_path / "one").write_text("hidden\n", encoding="utf-8")

    assert secret_of({"SHOP_SECRET_FILE": str(tmp_path / "one")}, "SHOP_SECRET") == "hidden"
    assert secret_of({"SHOP_SECRET": " 'hidden' "}, "SHOP_SECRET") == "hidden"
    assert secret_of({"SHOP_SECRET": "''"}, "SHOP_SECRET") is None
    assert secret_of({}, "SHOP_SECRET") is None


def test_a_file_env_that_may_not_be_read(folder: Path) -> None:
    file = folder / ".env"
    file.write_text("FLIPKART_APP_SECRET=hidden\n", encoding="utf-8")
    file.chmod(0)
    folder.chmod(0o755)
    load()  # as above

    with not_as_root():
        said = line()

    mend = "start otc-bot as the user whose file it is; `ls -l .env` shows who that is"
    assert said == f".env: can't be read (Permission denied): {mend}"
