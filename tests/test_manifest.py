"""`otc-bot manifest`: one manifest, which Slack takes, which is kept beside README, and which is in the address."""

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema
import pytest
import yaml

from bot.manifest import UrlError, as_yaml, creating, manifest
from bot.slack.declared import Kind
from bot.slack.listeners.table import table
from bot.web import EVENTS_PATH
from tests.prepare import ROOT
from tests.test_cli import Installation

HOST = "https://your.host"
"""What stands in manifest.http.yml, for whoever replaces it by hand."""
FILES = {"manifest.yml": None, "manifest.http.yml": HOST}


@pytest.mark.parametrize("url", FILES.values(), ids=["socket", "http"])
@pytest.mark.parametrize("version", ["1.0.0", "2.0.0"])
def test_it_is_valid_by_slacks_own_schema(version: str, url: str | None) -> None:
    schema = json.loads((Path(__file__).parent / f"data/slack-manifest.schema.{version}.json").read_text())
    kind = jsonschema.validators.validator_for(schema)
    problems = [f"{'/'.join(map(str, e.path))}: {e.message}" for e in kind(schema).iter_errors(manifest(url))]
    assert problems == []


@pytest.mark.parametrize("url", [None, HOST, "https://your.host/a:b"])
def test_the_text_is_the_manifest(url: str | None) -> None:
    assert yaml.safe_load(as_yaml(url)) == manifest(url)


@pytest.mark.parametrize("file", FILES)
async def test_the_files_beside_readme_are_what_the_command_prints(tmp_path: Path, file: str) -> None:
    url = FILES[file]

    ended = await Installation(tmp_path).end("manifest", *(["--url", url] if url else []))

    if os.environ.get("UPDATE_GOLDEN"):
        (ROOT / file).write_text(ended.out, encoding="utf-8")
    assert ended.out == (ROOT / file).read_text(encoding="utf-8"), "run with UPDATE_GOLDEN=1 and look at the diff"
    assert ended.err.splitlines()[-1] == creating(url)
    assert ended.code == 0


def test_over_http_everything_has_an_address_and_nothing_else_differs() -> None:
    wanted: dict[str, Any] = manifest()
    for slash in wanted["features"]["slash_commands"]:
        slash["url"] = HOST + EVENTS_PATH
    settings = wanted["settings"]
    settings["socket_mode_enabled"] = False
    settings["event_subscriptions"]["request_url"] = HOST + EVENTS_PATH
    settings["interactivity"]["request_url"] = HOST + EVENTS_PATH

    assert wanted == manifest(HOST)
    text = as_yaml(HOST)
    assert text.count("https://") == text.count(HOST), "an address that one replacement of the host does not reach"


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://otc.example.com", "https://otc.example.com/slack/events"),
        ("https://otc.example.com/", "https://otc.example.com/slack/events"),
        ("https://otc.example.com/otc", "https://otc.example.com/otc/slack/events"),
        ("https://otc.example.com/slack/events", "https://otc.example.com/slack/events"),
        ("https://otc.example.com/slack/events/north", "https://otc.example.com/slack/events/north"),
    ],
)
def test_the_address_of_a_host_of_a_proxy_and_of_a_workspace(url: str, wanted: str) -> None:
    assert manifest(url)["settings"]["interactivity"]["request_url"] == wanted


@pytest.mark.parametrize(
    "url",
    ["otc.example.com", "http://otc.example.com", "http://127.0.0.1", "https://", "https://a b", "https://a/?x=1", ""],
)
def test_an_address_that_slack_can_not_call(url: str) -> None:
    with pytest.raises(UrlError, match="such as https"):
        manifest(url)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:3000",
        "bot",
        "bot.local",
        "bot.internal.",
        "127.0.0.1",
        "10.0.0.5",
        "192.168.1.9:8443",
        "[::1]",
        "[fd00::1]",
    ],
)
def test_an_address_that_only_ones_own_network_knows(host: str) -> None:
    with pytest.raises(UrlError, match=r"Slack calls from the internet.*such as https.*Socket Mode"):
        manifest(f"https://{host}")


async def test_the_command_says_what_is_wrong_with_an_address(tmp_path: Path) -> None:
    ended = await Installation(tmp_path).end("manifest", "--url", "http://otc.example.com")

    assert (ended.code, ended.out) == (2, "")
    assert "--url" in ended.err


@pytest.mark.parametrize("url", FILES.values(), ids=["socket", "http"])
def test_the_address_has_all_of_it_and_is_not_too_long(url: str | None) -> None:
    address = creating(url)

    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "api.slack.com", "/apps")
    query = parse_qs(parts.query)
    assert query["new_app"] == ["1"]
    assert json.loads(query["manifest_json"][0]) == manifest(url)
    # Servers take 8,000 octets of a request line for granted (RFC 9110, 4.1), old browsers and chats about 4,000.
    assert len(address) < 4000


def test_it_has_every_command_that_the_bot_hears() -> None:
    heard = {name for kind, name in table().heard if kind is Kind.COMMAND}
    assert {command["command"] for command in manifest()["features"]["slash_commands"]} == heard
