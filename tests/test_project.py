"""What the project promises about its own files."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

import yaml
from packaging.requirements import Requirement

from bot.settings import Environment
from tests.prepare import ROOT


def test_ci_runs_the_test_command_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    command = "python3 -m tests"
    assert f"```\n{command}\n```" in readme
    assert f"{command} --all" in (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()


def test_every_dependency_is_pinned_with_a_hash() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for file, wanted in (
        ("requirements.txt", project["dependencies"] + project["optional-dependencies"]["postgres"]),
        ("tests/requirements.txt", project["dependencies"] + project["optional-dependencies"]["dev"]),
    ):
        text = (ROOT / file).read_text(encoding="utf-8")
        pinned = {line.split("==")[0].lower() for line in text.splitlines() if "==" in line}
        names = {re.split(r"[\[<>=,;]", one)[0].lower() for one in wanted}
        assert names <= pinned, f"{file} does not pin {sorted(names - pinned)}; CONTRIBUTING.md tells how to renew it"
        assert text.count("--hash=sha256:") >= len(pinned)
        assert "://" not in text, f"{file} names a package host"


def needed(wanted: Iterable[str]) -> set[str]:
    """The packages that these need to be installed here, with themselves."""
    found: set[str] = set()
    for one in map(Requirement, wanted):
        if one.name not in found and (one.marker is None or one.marker.evaluate({"extra": ""})):
            found |= {one.name} | needed(metadata.requires(one.name) or [])
    return found


def test_the_build_takes_nothing_that_is_not_pinned() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    installs = re.findall(r"pip (?:install|wheel) [^&\n]*", text)
    assert len(installs) == 4
    for one in installs:
        pinned = "--require-hashes" in one
        offline = "--no-deps" in one and ("--no-build-isolation" in one or "--no-index" in one)
        assert pinned or offline, f"takes whatever is the newest today: {one}"
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    backend = (ROOT / "requirements.build.txt").read_text(encoding="utf-8")
    tests = (ROOT / "tests/requirements.txt").read_text(encoding="utf-8")
    for line in re.findall(r"^\S+==\S+", backend, re.MULTILINE):
        assert f"{line} " in tests, f"{line} is another one than in tests/requirements.txt"
    assert needed(build) <= set(re.findall(r"^([\w-]+)==", backend, re.MULTILINE))
    assert "://" not in backend
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE)
    let_in = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {f"!{name}" for names in copied for name in names.split()} <= set(let_in)


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


CONSTANT = re.compile(r"(?:.*\.)?_?[A-Z][A-Z0-9_]+")


def patched(text: str) -> set[str]:
    """The constants that a test sets in a module, by whatever way there is: the last word of each."""
    tree = ast.parse(text if re.search("setattr|patch", text) else "")  # reading all of them takes seconds
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    ways = [call for call in calls if ast.unparse(call.func).endswith(("setattr", "patch", "patch.object"))]
    words = [arg.value for call in ways for arg in call.args[:2] if isinstance(arg, ast.Constant)]
    return {str(word).rpartition(".")[2] for word in words if CONSTANT.fullmatch(str(word))}


def test_no_test_patches_a_constant() -> None:
    """What a test wants to be shorter or smaller it hands over, as production does."""
    found = {name for path in (ROOT / "tests").rglob("*.py") for name in patched(path.read_text(encoding="utf-8"))}
    assert found == set()
    assert patched('monkeypatch.setattr("bot.web.MOST", 1)\nmock.patch.object(web, "LAST", 2)') == {"MOST", "LAST"}
    assert patched('monkeypatch.setattr(web, "serve", None)') == set()


def test_containers_are_given_what_the_bot_reads() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    bots = {name: one for name, one in services.items() if one["image"] == "otc-bot"}
    assert bots.keys() == {"one", "copies"}
    known = {name.upper() for name in Environment.model_fields}
    for name, one in bots.items():
        assert {variable.removesuffix("_FILE") for variable in one.get("environment", {})} <= known
        assert one["volumes"] == ["./data:/data"], "where the image looks for bot.toml"
        assert one["profiles"] == [name], "two at once would post the threads of the same docks"
    assert bots["copies"]["command"] == ["run", "--copies"]
    assert "--locale=C --encoding=UTF8" in services["database"]["environment"]["POSTGRES_INITDB_ARGS"]


def test_who_looks_for_connections_looks_at_its_own_database_alone() -> None:
    # All processes of a run share one server: who ends whatever is called otc-bot ends what another test has.
    looks = re.compile(r"pg_stat_activity[^;]{0,40}\s+where\b(.{0,250})", re.IGNORECASE | re.DOTALL)
    own = re.compile("datname|usename|pid = ", re.IGNORECASE)
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("*.py")
        for where in looks.findall(path.read_text(encoding="utf-8"))
        if path != Path(__file__) and not own.search(where)
    }
    assert found == set()


def test_no_test_asks_how_fast_something_was() -> None:
    # A machine that does something else is slow, and that breaks nothing: benchmarks measure, tests count.
    asks = re.compile(r"\b(?:monotonic|time|process_time|perf_counter)\(\) - [\w.]+ <")
    of_benchmarks = ("tests/bench/", "tests/soak/")
    found = {
        name
        for path in (ROOT / "tests").rglob("*.py")
        if asks.search(path.read_text(encoding="utf-8"))
        and not (name := path.relative_to(ROOT).as_posix()).startswith(of_benchmarks)
    }
    assert found == set()
