"""Sellers and workspaces of bot.toml: each workspace gets settings of its own, and every mistake is one line."""

import os
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.houses import database_of, load, load_for_record
from bot.settings import Environment, SettingsError

ROOT = Path(__file__).parent.parent
ENV = {
    "SHOES_ID": "shoes-app",
    "SHOES_SECRET": "1111-hidden",
    "TOYS_ID": "toys-app",
    "TOYS_SECRET": "2222-hidden",
    "NORTH_BOT": "xoxb-north-hidden",
    "NORTH_APP": "xapp-north-hidden",
    "SOUTH_BOT": "xoxb-south-hidden",
    "SOUTH_SIGNING": "3333-hidden",
    "TOYS_BOT": "xoxb-toys-hidden",
    "TOYS_APP": "xapp-toys-hidden",
}
TOML = """
admins = ["U0ADMIN"]

[flipkart]
calls_per_hour = 500

[[sellers]]
id = "shoes"
app_id = "SHOES_ID"
app_secret = "SHOES_SECRET"
calls_per_hour = 2000
notifications_url = "https://otc.example/flipkart/notifications/shoes"

[[sellers]]
id = "toys"
app_id = "TOYS_ID"
app_secret = "TOYS_SECRET"

[[workspaces]]
id = "north"
seller = "shoes"
bot_token = "NORTH_BOT"
app_token = "NORTH_APP"

[[workspaces]]
id = "south"
seller = "shoes"
bot_token = "SOUTH_BOT"
signing_secret = "SOUTH_SIGNING"
admins = ["U0SOUTH"]

[[workspaces]]
id = "toys-1"
seller = "toys"
bot_token = "TOYS_BOT"
app_token = "TOYS_APP"

[[locations]]
id = "LOC1"
name = "Delhi dock"
channel = "C0NORTH"
workspace = "north"

[[locations]]
id = "LOC2"
name = "Chennai dock"
channel = "C0SOUTH"
workspace = "south"
seller = "shoes"

[[locations]]
id = "LOC1"
name = "Toy dock"
channel = "C0TOYS"
seller = "toys"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a good bot.toml, good variables, and nothing of the machine's own."""
    known = {name.upper() for name in Environment.model_fields}
    for name in list(os.environ):
        if name.upper() in known:
            monkeypatch.delenv(name)
    for name, value in ENV.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "bot.toml").write_text(TOML, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def replaced(old: str, new: str) -> None:
    """Changes the good bot.toml."""
    assert old in TOML, f"the good bot.toml has no {old!r}"
    Path("bot.toml").write_text(TOML.replace(old, new, 1), encoding="utf-8")


def lines() -> tuple[str, ...]:
    """The mistakes that `load` finds; none of them shows a secret."""
    with pytest.raises(SettingsError) as caught:
        load()
    assert "hidden" not in str(caught.value), f"a secret is shown: {caught.value}"
    return caught.value.lines


def test_each_workspace_has_settings_of_its_own() -> None:
    north, south, toys = load()

    assert [one.workspace for one in (north, south, toys)] == ["north", "south", "toys-1"]
    assert [one.seller for one in (north, south, toys)] == ["shoes", "shoes", "toys"]
    tokens = [one.env.slack_bot_token.get_secret_value() for one in (north, south, toys)]
    assert tokens == [ENV["NORTH_BOT"], ENV["SOUTH_BOT"], ENV["TOYS_BOT"]]
    assert [one.env.socket_mode for one in (north, south, toys)] == [True, False, True]
    assert [one.env.flipkart_app_id for one in (north, south, toys)] == ["shoes-app", "shoes-app", "toys-app"]
    assert [[at.name for at in one.toml.locations] for one in (north, south, toys)] == [
        ["Delhi dock"],
        ["Chennai dock"],
        ["Toy dock"],
    ]
    assert [one.toml.flipkart.calls_per_hour for one in (north, south, toys)] == [2000, 2000, 500]
    assert [bool(one.toml.notifications.url) for one in (north, south, toys)] == [True, True, False]
    assert [one.toml.admins for one in (north, south, toys)] == [("U0ADMIN",), ("U0SOUTH",), ("U0ADMIN",)]
    files = [one.env.database_url for one in (north, south, toys)]
    assert files == [f"sqlite:///otc-bot.{name}.db" for name in ("north", "south", "toys-1")]


def test_what_a_workspace_does_not_name_is_not_taken_from_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-other-hidden")

    assert load()[1].env.slack_app_token is None


def test_names_may_stand_in_a_file_env(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ENV:
        monkeypatch.delenv(name)
    (folder / ".env").write_text("".join(f'{name}="{value}"\n' for name, value in ENV.items()), encoding="utf-8")

    assert load()[2].env.slack_bot_token.get_secret_value() == ENV["TOYS_BOT"]


def test_a_database_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    replaced('app_token = "NORTH_APP"', 'app_token = "NORTH_APP"\ndatabase = "DATABASE_URL"')
    monkeypatch.setenv("DATABASE_URL", "sqlite:///kept.db")

    files = [one.env.database_url for one in load()]

    assert files == ["sqlite:///kept.db", "sqlite:///kept.south.db", "sqlite:///kept.toys-1.db"]
    assert [one.database_url for one in load_for_record()] == files


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("sqlite:///otc-bot.db", "sqlite:///otc-bot.blr.db"),
        ("sqlite:////data/otc-bot", "sqlite:////data/otc-bot.blr"),
        ("postgresql://bot:word@db.example/otc", "postgresql://bot:word@db.example/otc?schema=blr"),
    ],
)
def test_the_database_of_a_workspace_that_names_none(url: str, own: str) -> None:
    assert database_of(url, "blr") == own


def test_what_is_kept_can_be_read_without_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ENV:
        monkeypatch.delenv(name)

    houses = load_for_record()

    assert [(one.workspace, one.toml.locations[0].name) for one in houses] == [
        ("north", "Delhi dock"),
        ("south", "Chennai dock"),
        ("toys-1", "Toy dock"),
    ]


def test_one_folder_has_the_pictures_of_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PHOTOS_FOLDER", str(tmp_path))

    assert {one.env.photos_folder for one in load()} == {tmp_path}
    assert {one.photos_folder for one in load_for_record()} == {tmp_path}


def test_an_export_is_of_one_workspace() -> None:
    def said(*more: str) -> str:
        words = CliRunner().invoke(app, ["export", "--location", "LOC1", *more]).output.replace("│", " ").split()
        return " ".join(words)

    assert "--workspace: choose north, south, toys-1" in said()
    assert "--workspace: choose north, south, toys-1" in said("--workspace", "west")
    assert "There is no database otc-bot.south.db" in said("--workspace", "south")
    Path("bot.toml").write_text('[[locations]]\nid = "L"\nname = "N"\nchannel = "C0A"\n', encoding="utf-8")
    assert "bot.toml has no [[workspaces]]" in said("--workspace", "south")


def test_the_same_again_is_equal_and_a_change_is_of_one_house() -> None:
    before = load()
    assert load() == before
    replaced('name = "Chennai dock"', 'name = "Chennai south"')

    assert [new == old for new, old in zip(load(), before, strict=True)] == [True, False, True]


def test_no_secret_is_in_the_settings_repr() -> None:
    assert "hidden" not in repr(load())


WRONG = [
    ('seller = "shoes"\nbot_token = "NORTH', 'seller = "shoe"\nbot_token = "NORTH', "workspaces[1].seller = 'shoe': "),
    ('id = "toys"', 'id = "shoes"', "sellers[2].id = 'shoes': sellers[1] has it already"),
    ('id = "south"', 'id = "north"', "workspaces[2].id = 'north': workspaces[1] has it already"),
    ('id = "south"', 'id = "So uth"', "workspaces[2].id = 'So uth': "),
    ('app_token = "NORTH_APP"', "", "workspaces[1] names no app_token for Socket Mode, and no signing_secret for HTTP"),
    ('workspace = "north"', 'workspace = "west"', "locations[1].workspace = 'west': must be the id of one of"),
    ('workspace = "north"', "", "locations[1].workspace is missing: say in which of [[workspaces]] it is"),
    ('workspace = "north"', 'seller = "shoes"', "locations[1].workspace is missing: its seller works in north, south"),
    (
        'workspace = "north"',
        'workspace = "north"\nseller = "toys"',
        "locations[1].seller = 'toys': its workspace 'north' is of the seller 'shoes'",
    ),
    ('workspace = "north"', 'workspace = "south"', "workspaces[1].id = 'north': none of [[locations]] is there"),
    ('id = "LOC2"', 'id = "LOC1"', "locations[2].id = 'LOC1': locations[1] is the same dock of the same seller"),
    ("calls_per_hour = 2000", "others_calls_per_hour = 400", "sellers[1]: others_calls_per_hour (400)"),
    ('app_id = "TOYS_ID"', 'app_id = "no name"', "sellers[2].app_id must be the name of a variable"),
    ('bot_token = "TOYS_BOT"', 'bot_token = "TOYS_TOKEN"', "TOYS_TOKEN is missing: bot.toml names it"),
    ('bot_token = "TOYS_BOT"', 'bot_token = "TOYS_APP"', "TOYS_APP: must start with xoxb-"),
    ('bot_token = "TOYS_BOT"', 'bot_token = "NORTH_BOT"', "workspaces[3] and workspaces[1] have the same bot token"),
    ('app_id = "TOYS_ID"', 'app_id = "SHOES_ID"', "workspaces[3] and workspaces[1] are of two sellers with the same"),
    ('[[workspaces]]\nid = "north"', '[[workspace]]\nid = "north"', "workspace is not a setting of otc-bot"),
]


@pytest.mark.parametrize(("old", "new", "told"), WRONG)
def test_a_mistake(old: str, new: str, told: str) -> None:
    replaced(old, new)

    found = lines()

    assert any(told in one for one in found), f"not told: {found}"
    assert all(len(one) < 400 for one in found), "a line can't be read at a glance"


def test_two_houses_with_one_database(monkeypatch: pytest.MonkeyPatch) -> None:
    text = TOML.replace('app_token = "NORTH_APP"', 'app_token = "NORTH_APP"\ndatabase = "A"', 1)
    text = text.replace('app_token = "TOYS_APP"', 'app_token = "TOYS_APP"\ndatabase = "B"', 1)
    Path("bot.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("A", "sqlite:///kept.db")
    monkeypatch.setenv("B", "sqlite:///./kept.db")

    [found] = lines()

    assert "workspaces[3] and workspaces[1] have one database" in found


def test_copies_share_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("bot.toml").write_text(TOML, encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        load(None, copies=True)
    assert len(error.value.lines) == 3
    assert "--copies needs a PostgreSQL server: the database of north is a file" in error.value.lines[0]

    monkeypatch.setenv("DATABASE_URL", "postgresql://host/otc")
    assert len(load(None, copies=True)) == 3


def test_a_broken_file_says_nothing_of_variables_that_are_not_needed() -> None:
    replaced('id = "north"', "id = north")

    [found] = lines()

    assert "is not TOML" in found
    assert re.search(r"at line \d+", found)


def test_what_the_example_shows_can_be_put_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "bot.example.toml").read_text(encoding="utf-8")
    shown = re.sub(r"^# (?=\[\[(sellers|workspaces|webhooks))|^#   (?=\w+ = )", "", text, flags=re.MULTILINE)
    (folder / "bot.toml").write_text(shown, encoding="utf-8")
    for name in re.findall(r'^(?:app_id|app_secret|signing_secret) = "(\w+)"', shown, re.MULTILINE):
        monkeypatch.setenv(name, "word")
    monkeypatch.setenv("ERP_WEBHOOK_SECRET", "whsec_" + "aGlk" * 8)
    monkeypatch.setenv("NORTH_SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("NORTH_SLACK_APP_TOKEN", "xapp-1")
    monkeypatch.setenv("NORTH_DATABASE_URL", "sqlite:///north.db")

    [house] = load()

    assert (house.workspace, house.seller, house.toml.admins) == ("shoes-north", "shoes", ("U0123ADMIN",))
    assert house.toml.locations[0].workspace == "shoes-north"
    assert [one.id for one in house.toml.webhooks] == ["erp"]


def test_a_webhook_is_told_of_the_workspace_that_it_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hook = '[[webhooks]]\nid = "erp"\nurl = "https://erp.example/"\nsecret = "ERP"\n'
    monkeypatch.setenv("ERP", "whsec_" + "aGlk" * 8)
    (tmp_path / "bot.toml").write_text(TOML + hook + 'workspace = "south"\n', encoding="utf-8")
    told = {one.workspace: [hook.id for hook in one.toml.webhooks] for one in load()}
    assert told == {"north": [], "south": ["erp"], "toys-1": []}
    assert [one.workspace for one in load() if one.webhook_secrets] == ["south"]

    (tmp_path / "bot.toml").write_text(TOML + hook, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"webhooks\[1\]\.workspace is missing"):
        load()
    (tmp_path / "bot.toml").write_text(TOML + hook + 'workspace = "west"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"webhooks\[1\]\.workspace = 'west': must be the id"):
        load()
