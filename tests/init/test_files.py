"""What `.env` and bot.toml say after `init`, and how they get to their place."""

import io
import os
import signal
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st

from bot.config import BotToml
from bot.init import env_file, toml_file, writing
from bot.init.wanted import Named, Wanted, Warehouse
from bot.init.wrong import Wrong

WORD = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)
TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40).filter(lambda one: one.strip() != "")


def read(text: str) -> Mapping[str, str | None]:
    return dotenv_values(stream=io.StringIO(text))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", env_file.HEAD + '\n# Slack: the app\'s OAuth page, "Bot User OAuth Token".\nSLACK_BOT_TOKEN=new\n'),
        ("SLACK_BOT_TOKEN=\n", "SLACK_BOT_TOKEN=new\n"),
        ("A=1\nSLACK_BOT_TOKEN=old\nB=2", "A=1\nSLACK_BOT_TOKEN=new\nB=2"),
        ("export SLACK_BOT_TOKEN = 'old' # ours\r\nB=2\r\n", "SLACK_BOT_TOKEN=new\r\nB=2\r\n"),
        ("SLACK_BOT_TOKEN=a\nSLACK_BOT_TOKEN=b\n", "SLACK_BOT_TOKEN=a\nSLACK_BOT_TOKEN=new\n"),
        ("SLACK_BOT_TOKEN_FILE=/run/x\nSLACK_BOT_TOKEN=\n", "SLACK_BOT_TOKEN_FILE=\nSLACK_BOT_TOKEN=new\n"),
    ],
    ids=["new", "empty", "there", "another hand", "twice", "file"],
)
def test_a_line_of_env_is_changed_and_all_others_stay(before: str, after: str) -> None:
    assert env_file.changed(before, {"SLACK_BOT_TOKEN": "new"}) == after


def test_a_line_that_is_not_there_comes_behind() -> None:
    text = env_file.changed("#SLACK_BOT_TOKEN=x\nMY_SLACK_BOT_TOKEN=y", {"SLACK_BOT_TOKEN": "new"})
    assert text.startswith("#SLACK_BOT_TOKEN=x\nMY_SLACK_BOT_TOKEN=y\n\n# Slack: ")
    assert read(text) == {"MY_SLACK_BOT_TOKEN": "y", "SLACK_BOT_TOKEN": "new"}


@given(value=WORD)
def test_a_value_is_read_as_it_was_given_or_refused(value: str) -> None:
    try:
        text = env_file.changed("A=1\n", {"FLIPKART_APP_SECRET": value})
    except Wrong:
        return
    assert read(text) == {"A": "1", "FLIPKART_APP_SECRET": value}


@pytest.mark.parametrize("value", ["it's", "a\\b", "a${B}"])
def test_a_value_that_env_can_not_hold_goes_into_a_file(value: str) -> None:
    with pytest.raises(Wrong, match="FLIPKART_APP_SECRET_FILE"):
        env_file.changed("", {"FLIPKART_APP_SECRET": value})


def test_what_is_replaced_is_told() -> None:
    text = "A=1\nB='2'\nC=\nD=4\n"
    assert env_file.replaced(text, {"A": "x", "B": "2", "C": "3", "E": "5"}) == ["A"]


@given(texts=st.lists(TEXT, min_size=6, max_size=6), more=st.booleans())
def test_whatever_people_are_called_bot_toml_says_it(texts: list[str], more: bool) -> None:
    first, second, name, channel, group, person = texts
    people = (Named("S0123", f"@{group}"), Named("U0123", person))
    warehouses = [Warehouse(one, name, Named("C0123", channel), people, "", "mr") for one in (first, second)]
    wanted = Wanted(admins=people, warehouses=warehouses if more else warehouses[:1])
    found = tomllib.loads(toml_file.new(wanted))
    assert found["admins"] == ["S0123", "U0123"]
    assert [one["id"] for one in found["locations"]] == [one.id for one in wanted.warehouses]
    assert {one["name"] for one in found["locations"]} == {name}


def test_a_new_bot_toml_is_what_the_bot_takes() -> None:
    wanted = Wanted(warehouses=[Warehouse("LOC1", "Bengaluru dock", Named("C0123", "returns"))])
    toml = BotToml.model_validate(tomllib.loads(toml_file.new(wanted)))
    assert toml.locations[0].operators == ()
    assert toml.admins == ()


@pytest.mark.parametrize("end", ["", "\n", "\n\n", "\r\n"])
def test_a_block_comes_behind_what_is_there(end: str) -> None:
    text = f'# ours\n[[locations]]\nid = "A"\n[[locations.shifts]]\nhours = "06:00-14:00"{end}'
    whole = toml_file.added(Path("bot.toml"), text, [Warehouse("B", "B", Named("C0123", "b"))])
    assert whole.startswith(text)
    assert [one["id"] for one in tomllib.loads(whole)["locations"]] == ["A", "B"]


@pytest.mark.parametrize("text", ['locations = [{ id = "A" }]\n', 'locations = [\n  { id = "A" },\n]\n[polling]\n'])
def test_locations_in_one_line_are_told_to_be_added_by_hand(text: str) -> None:
    with pytest.raises(Wrong, match=r"by hand") as caught:
        toml_file.added(Path("bot.toml"), text, [Warehouse("B", "B", Named("C0123", "b"))])
    assert 'id = "B"' in str(caught.value), "what is to be added"


# ---- writing


def draft(text: str, before: str | None = None, *, private: bool = False) -> writing.Draft:
    return writing.Draft(text, before, private)


def nothing(_: Mapping[Path, Path]) -> None:
    """No check."""


def test_files_are_written_together_and_keep_who_may_read_them(tmp_path: Path) -> None:
    env, toml, link = tmp_path / ".env", tmp_path / "config/bot.toml", tmp_path / "bot.toml"
    toml.parent.mkdir()
    for path, mode in ((env, 0o644), (toml, 0o640)):
        path.write_text("old", encoding="utf-8")
        path.chmod(mode)
    link.symlink_to(toml)

    writing.write({env: draft("secret", "old", private=True), link: draft("new", "old")}, nothing)

    assert (env.read_text(), env.stat().st_mode & 0o777) == ("secret", 0o600)
    assert (toml.read_text(), toml.stat().st_mode & 0o777) == ("new", 0o640)
    assert link.is_symlink()
    assert sorted(path.name for path in tmp_path.rglob("*")) == [".env", "bot.toml", "bot.toml", "config"]


def test_what_is_wrong_with_one_leaves_all_as_they_are(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text("old", encoding="utf-8")
    (tmp_path / ".env.new").write_text("left by one that was killed", encoding="utf-8")

    def refuses(drafts: Mapping[Path, Path]) -> None:
        assert [path.read_text() for path in drafts.values()] == ["new", "toml"]
        raise Wrong("it is not what is meant")

    toml = tmp_path / "bot.toml"
    for drafts, check, words in (
        ({env: draft("new", "old"), toml: draft("toml")}, refuses, "not what is meant"),
        ({env: draft("new", "old"), toml: draft("toml", "was here")}, nothing, "changed meanwhile"),
        ({env: draft("new", "older")}, nothing, "changed meanwhile"),
        ({env: draft("new", "old"), tmp_path / "no/bot.toml": draft("toml")}, nothing, "can't be written"),
        ({env: draft("new", "old"), tmp_path: draft("toml")}, nothing, "can't be read"),
    ):
        with pytest.raises(Wrong, match=words):
            writing.write(drafts, check)
        assert env.read_text() == "old"
        assert [path.name for path in tmp_path.iterdir()] == [".env"]


@pytest.mark.parametrize("first", [".env", "bot.toml"])
def test_where_one_can_not_be_replaced_the_other_is_put_back_as_it_was(tmp_path: Path, first: str) -> None:
    env, toml = tmp_path / ".env", tmp_path / "bot.toml"
    old, stuck = (env, toml) if first == ".env" else (toml, env)
    old.write_text("old", encoding="utf-8")
    old.chmod(0o640)
    was = old.stat()

    def in_the_way(_: Mapping[Path, Path]) -> None:
        stuck.mkdir()

    drafts = {old: draft("new", "old", private=old == env), stuck: draft("new", private=stuck == env)}
    with pytest.raises(Wrong) as caught:
        writing.write(drafts, in_the_way)

    why, so = str(caught.value).splitlines()
    assert why.startswith(f"{stuck} can't be replaced (")
    assert so == "nothing was written: all is as it was"
    now = old.stat()
    assert old.read_text() == "old"
    assert (now.st_ino, now.st_mode, now.st_nlink) == (was.st_ino, was.st_mode, 1), "it is another file than before"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".env", "bot.toml"]


def test_a_new_file_goes_where_the_other_can_not_be_replaced(tmp_path: Path) -> None:
    env, toml = tmp_path / ".env", tmp_path / "bot.toml"

    with pytest.raises(Wrong, match="all is as it was"):
        writing.write({env: draft("new", private=True), toml: draft("new")}, lambda _: toml.mkdir())

    assert [path.name for path in tmp_path.iterdir()] == ["bot.toml"]


def test_what_one_that_was_killed_has_left_is_in_nobodys_way(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    for name in (".env", ".env.new", ".env.before-init"):
        (tmp_path / name).write_text("old", encoding="utf-8")

    writing.write({env: draft("new", "old", private=True)}, nothing)

    assert env.read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == [".env"]


def test_ctrl_c_does_not_come_between_two_files(tmp_path: Path) -> None:
    env, toml = tmp_path / ".env", tmp_path / "bot.toml"

    def interrupted(_: Mapping[Path, Path]) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    writing.write({env: draft("env"), toml: draft("toml")}, interrupted)

    assert signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
    assert (env.read_text(), toml.read_text()) == ("env", "toml")
