"""The list of what a release is made of: valid by its own schema, complete, and the same each time."""

import json
import re
import subprocess
import sys
import tomllib
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.prepare import ROOT
from tests.releases.sbom import sbom


@pytest.fixture(scope="module")
def made() -> str:
    return sbom("7.8.9")


@pytest.fixture(scope="module")
def content(made: str) -> dict[str, Any]:
    return dict(json.loads(made))


def test_the_list_is_valid_by_its_schema(made: str) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(made) is None
    broken = made.replace('"type": "library"', '"type": "book"')
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(broken) is not None, "whatever is valid"


def test_every_pin_is_in_the_list_and_every_part_is_there_for_something(content: dict[str, Any]) -> None:
    pins = re.findall(r"^(\S+==\S+)", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    parts = {one["bom-ref"]: one for one in content["components"]}
    assert sorted(parts) == sorted([*pins, "noto-fonts"])
    needs = {one["ref"]: one.get("dependsOn", []) for one in content["dependencies"]}
    reached, ahead = set[str](), {content["metadata"]["component"]["bom-ref"]}
    while rest := ahead - reached:
        reached |= rest
        ahead = {one for ref in rest for one in needs[ref]}
    assert reached - parts.keys() == {"otc-bot"}
    assert parts.keys() - reached == set(), "nothing needs it"
    assert {"aiohttp==", "sentry-sdk==", "psycopg-binary=="} <= {re.sub("==.*", "==", one) for one in needs["otc-bot"]}
    optional = {one["name"] for one in parts.values() if one.get("scope") == "optional"}
    assert optional >= {"psycopg", "psycopg-binary", "sentry-sdk"}, "they come with an extra"
    assert optional.isdisjoint({"aiohttp", "numpy", "yarl"})


def test_it_says_whose_version_and_which_licence(content: dict[str, Any]) -> None:
    about = content["metadata"]["component"]
    assert (about["name"], about["version"], about["licenses"]) == ("otc-bot", "7.8.9", [{"license": {"id": "MIT"}}])
    # Their packages have the licence's text and not its name.
    nameless = {one["name"] for one in content["components"] if "licenses" not in one}
    assert nameless == {"httpx-aiohttp"}


@pytest.mark.slow("a process of its own, with the library's second of loading")
def test_the_same_pins_give_the_same_bytes(made: str) -> None:
    command = [sys.executable, "-m", "tests.releases.sbom", "7.8.9"]
    env = {"PYTHONHASHSEED": "7", "PATH": "/nowhere"}
    again = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=True)
    assert again.stdout.decode() == made
    assert sbom("7.9.0") != made


def test_it_has_no_time_of_its_own_and_no_address(made: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert re.findall(r"\w+://[^\"]+", made) == ["http://cyclonedx.org/schema/bom-1.6.schema.json"]
    assert "timestamp" not in made
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1772614800")
    dated = sbom("7.8.9")
    assert '"timestamp": "2026-03-04T09:00:00+00:00"' in dated
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(dated) is None


def test_what_is_pinned_for_the_bot_is_what_the_tests_ran_with() -> None:
    """Whoever installs by the hashes gets the files that were tried."""
    ours, tried = (pinned(name) for name in ("requirements.txt", "tests/requirements.txt"))
    assert {one: hashes for one, hashes in ours.items() if tried.get(one) != hashes} == {}
    assert [one for file in (ours, tried) for one, hashes in file.items() if not hashes] == []
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    assert len(build) == 2
    backend = pinned("requirements.build.txt")
    assert {one: hashes for one, hashes in backend.items() if tried.get(one) != hashes} == {}


def pinned(file: str) -> dict[str, list[str]]:
    """The hashes of each pin of a file."""
    lines = (ROOT / file).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    return {line.split()[0]: re.findall(r"--hash=(\S+)", line) for line in lines}
