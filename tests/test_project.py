"""What the project promises about its own files."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import jsonschema
import pytest
import yaml

from bot.doctor import SCOPES
from tests.prepare import ROOT

MANIFEST = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("version", ["1.0.0", "2.0.0"])
def test_manifest_is_valid_by_slacks_own_schema(version: str) -> None:
    schema = json.loads((Path(__file__).parent / f"data/slack-manifest.schema.{version}.json").read_text())
    kind = jsonschema.validators.validator_for(schema)
    problems = [f"{'/'.join(map(str, e.path))}: {e.message}" for e in kind(schema).iter_errors(MANIFEST)]
    assert problems == []


def test_manifest_asks_for_what_the_doctor_checks() -> None:
    assert sorted(MANIFEST["oauth_config"]["scopes"]["bot"]) == sorted(SCOPES)


def test_manifest_has_every_command_that_the_bot_hears() -> None:
    rooms = (ROOT / "bot/slack/listeners").glob("*.py")
    heard = {
        name for room in rooms for name in re.findall(r'@app\.command\("([^"]+)"\)', room.read_text(encoding="utf-8"))
    }
    assert {command["command"] for command in MANIFEST["features"]["slash_commands"]} == heard


def test_ci_runs_the_test_command_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    command = "python3 -m tests"
    assert f"```\n{command}\n```" in readme
    assert command in (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()


def test_every_dependency_is_pinned_with_a_hash() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for file, wanted in (
        ("requirements.txt", project["dependencies"]),
        ("tests/requirements.txt", project["dependencies"] + project["optional-dependencies"]["dev"]),
    ):
        text = (ROOT / file).read_text(encoding="utf-8")
        pinned = {line.split("==")[0].lower() for line in text.splitlines() if "==" in line}
        names = {re.split(r"[\[<>=,;]", one)[0].lower() for one in wanted}
        assert names <= pinned, f"{file} does not pin {sorted(names - pinned)}; CONTRIBUTING.md tells how to renew it"
        assert text.count("--hash=sha256:") >= len(pinned)
        assert "://" not in text, f"{file} names a package host"


def test_nothing_is_tracked_that_must_not_be() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    bad = [
        name
        for name in tracked
        if re.search(r"(^|/)(uv\.lock|poetry\.lock|package-lock\.json)$|\.(db|sqlite3?)$", name)
    ]
    assert bad == []


def test_the_container_is_not_root_and_watches_its_health() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    final = text[text.rindex("FROM ") :]
    assert re.search(r"^USER (?!root|0)", final, re.MULTILINE)
    assert "HEALTHCHECK" in final
    assert "VOLUME /data" in final
    assert text.count("FROM ") == 2
