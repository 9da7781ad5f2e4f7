"""What the container, compose and systemd are told: replayed as far as that needs no engine and no root."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot.commands import Exit
from bot.settings import CREDENTIALS, Environment
from bot.worker import Limits, Worker
from bot.worker.worker import HANDED_ON
from tests.prepare import ROOT
from tests.scenarios.test_http_mode import free_port
from tests.support import world
from tests.worker import works

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SYSTEMD = ROOT / "deploy/systemd"
SERVICES = sorted(path.name for path in SYSTEMD.glob("*.service"))
EXPOSED = {"otc-bot.service": 20, "otc-bot-backup.service": 15, "otc-bot-doctor.service": 20}
"""What `systemd-analyze security` may say at most, in tenths of 10; Debian 12's says 1.4, 0.6 and 1.4."""
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None and not os.environ.get("CI"), reason="systemd-analyze is not installed"
)


def image_environment() -> dict[str, str]:
    """What the image sets."""
    block = re.search(r"^ENV (.+?[^\\])$", DOCKERFILE, re.MULTILINE | re.DOTALL)
    assert block is not None
    return dict(one.split("=", 1) for one in block[1].replace("\\\n", " ").split())


# ---- the image -------------------------------------------------------------------------------------------------------


def test_the_user_is_a_number_that_the_image_knows() -> None:
    (user,) = re.findall(r"^USER (\d+):(\d+)$", DOCKERFILE, re.MULTILINE)
    assert f"groupadd --system --gid {user[1]} otc-bot" in DOCKERFILE
    assert f"useradd --system --uid {user[0]} --gid otc-bot" in DOCKERFILE


def test_everything_that_the_image_sets_is_known() -> None:
    ours = {name.upper() for name in Environment.model_fields}
    others = {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "MPLCONFIGDIR"}
    assert image_environment().keys() <= ours | others


async def test_what_charts_throw_away_is_where_the_image_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a root that is read-only and a volume that is the bot's alone, only /tmp is left for that."""
    assert image_environment()["MPLCONFIGDIR"].startswith("/tmp/")
    home, thrown = tmp_path / "home", tmp_path / "tmp"
    home.mkdir()
    thrown.mkdir()
    for name in HANDED_ON - {"PATH"}:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("MPLCONFIGDIR", str(thrown / "matplotlib"))
    worker = Worker(Limits())
    try:
        assert await worker(works.fonts) > 0
    finally:
        await worker.close()
    assert list(home.rglob("*")) == []
    assert (thrown / "matplotlib").is_dir()


async def test_the_health_check_of_the_image(tmp_path: Path) -> None:
    check = re.search(r"^HEALTHCHECK [^[]+CMD (\[.+\])$", DOCKERFILE.replace("\\\n", " "), re.MULTILINE)
    assert check is not None
    _, *arguments = json.loads(check[1])
    port = free_port()

    def healthy() -> bool:
        environment = os.environ | {"HTTP_PORT": str(port)}
        ended = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, check=False)
        return ended.returncode == 0

    async with world(tmp_path) as at:
        assert not await asyncio.to_thread(healthy)
        async with at.bot(http_port=port):
            assert await asyncio.to_thread(healthy)


# ---- compose ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["one", "copies"])
def test_a_container_of_the_bot_can_do_no_more_than_it_must(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["init"] is True
    assert [one.partition(":")[0] for one in service["tmpfs"]] == ["/tmp"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"
    assert "user" not in service, "the image says who it is"


def test_no_log_fills_the_disk() -> None:
    for name, service in COMPOSE["services"].items():
        assert service["logging"]["options"].keys() == {"max-size", "max-file"}, name


def test_secrets_from_files_are_what_the_bot_reads() -> None:
    more = yaml.safe_load((ROOT / "compose.secrets.yaml").read_text(encoding="utf-8"))
    assert more["services"].keys() == {"one", "copies"}
    for service in more["services"].values():
        for variable, path in service["environment"].items():
            assert variable.removesuffix("_FILE") in CREDENTIALS
            assert path == f"/run/secrets/{variable.removesuffix('_FILE').lower()}"
            assert Path(path).name in service["secrets"]
    for name, one in more["secrets"].items():
        assert one == {"file": f"secrets/{name}"}
    assert "secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_no_command_of_compose_is_shown_without_its_profile() -> None:
    """Without one compose finds nothing to do, and says nothing of that; `exec` into what runs needs none."""
    pages = [ROOT / "README.md", ROOT / "compose.yaml", ROOT / "compose.secrets.yaml", *(ROOT / "docs").glob("*.md")]
    shown = [
        one for page in pages for one in re.findall(r"docker compose [-a-z.# ]+", page.read_text(encoding="utf-8"))
    ]
    reaching = [one for one in shown if re.search(r" (up|down|start|stop|restart|logs|pull|build)\b", one)]
    assert [one for one in reaching if "--profile" not in one] == []
    assert len(reaching) > 5


# ---- systemd ---------------------------------------------------------------------------------------------------------


def unit(name: str) -> list[tuple[str, str]]:
    """What a unit says, in order."""
    lines = (SYSTEMD / name).read_text(encoding="utf-8").splitlines()
    return [
        (key, value) for key, _, value in (line.partition("=") for line in lines if not line.startswith("#")) if value
    ]


def environment(name: str) -> dict[str, str]:
    return dict(value.split("=", 1) for key, value in unit(name) if key == "Environment")


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units as they are, but for the place of the bot, which is none of this machine."""
    here = Path(sys.executable).with_name("otc-bot")
    for file in SYSTEMD.iterdir():
        text = file.read_text(encoding="utf-8").replace("/opt/otc-bot/bin/otc-bot", str(here))
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    return tmp_path


def analyzed(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False)


@needs_systemd
def test_the_units_are_what_systemd_reads(units: Path) -> None:
    ended = analyzed("verify", *(str(one) for one in units.iterdir()))
    assert (ended.returncode, ended.stdout + ended.stderr) == (0, "")


@needs_systemd
@pytest.mark.parametrize("name", SERVICES)
def test_a_service_can_do_no_more_than_it_must(units: Path, name: str) -> None:
    ended = analyzed("security", "--offline=true", "--no-pager", f"--threshold={EXPOSED[name]}", str(units / name))
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_service_is_told_what_the_bot_reads() -> None:
    given = environment("otc-bot.service")
    known = {name.upper() for name in Environment.model_fields} | {"MPLCONFIGDIR", "HOME"}
    assert {name.removesuffix("_FILE") for name in given} <= known
    credentials = [value.partition(":") for key, value in unit("otc-bot.service") if key == "LoadCredential"]
    for name, _, path in credentials:
        assert given[f"{name.upper()}_FILE"] == f"%d/{name}"
        assert name.upper() in CREDENTIALS
        assert path == f"/etc/otc-bot/secrets/{name}"
    assert len(credentials) == sum(name.endswith("_FILE") for name in given)
    assert given["HOME"] == "%S/otc-bot", "without one, Slack's library does not load"
    backup = environment("otc-bot-backup.service")
    assert backup == {name: given[name] for name in backup}, "the backup is of another database"


def test_the_doctor_looks_as_the_service_itself_would() -> None:
    lasting = {"ExecStart", "Type", "SuccessExitStatus", "Environment"}
    its, ours = (set(unit(f"otc-bot{name}.service")) for name in ("", "-doctor"))
    differs = {key for key, _ in its ^ ours} - lasting
    assert differs <= {
        *("Description", "Wants", "After", "WantedBy", "CacheDirectory", "CacheDirectoryMode"),
        *("ExecReload", "Restart", "RestartSec", "RestartPreventExitStatus", "KillMode", "TimeoutStopSec"),
    }
    given, doctors = environment("otc-bot.service"), environment("otc-bot-doctor.service")
    assert given.keys() - doctors.keys() == {"LOG_FORMAT", "MPLCONFIGDIR"}
    assert doctors == {name: given[name] for name in doctors}
    said = dict(unit("otc-bot-doctor.service"))
    assert said["SuccessExitStatus"] == "1 2", "what the doctor finds is no fault of the unit"


def test_what_only_a_person_can_mend_is_not_tried_again() -> None:
    said = dict(unit("otc-bot.service"))
    assert said["Restart"] == "on-failure"
    assert [int(one) for one in said["RestartPreventExitStatus"].split()] == [Exit.SETTINGS, Exit.CREDENTIALS]


# ---- Litestream ------------------------------------------------------------------------------------------------------


def test_litestream_is_told_of_the_database_of_the_service() -> None:
    told = yaml.safe_load((ROOT / "deploy/litestream/litestream.yml").read_text(encoding="utf-8"))
    (one,) = told["dbs"]
    assert f"sqlite:///{one['path']}" == environment("otc-bot.service")["DATABASE_URL"]
    assert one["replica"].keys() >= {"type", "bucket", "path"}
    assert not [key for key in one["replica"] if "secret" in key or "access" in key], "keys belong into the environment"
