"""Two runs of the same tests: everyday's, and with `--all` everything, as `.ci/run` has it.

Everyday leaves out what is marked `slow`, and tries fewer examples of each property. A test that is named by its id
runs always, and `-m slow` runs the slow ones.
"""

import logging
import os
import signal
from collections import defaultdict
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

from bot.worker.worker import GIVEN
from tests.both import url

# Tests read lists in their own process, by what the bot's second one goes by.
os.environ.update(GIVEN)

__all__ = ["url"]


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """What a command sets for its whole process ends with the test that runs it in this one."""
    mask = os.umask(0o022)
    os.umask(mask)
    root, said = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    yield
    os.umask(mask)
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**said)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="the slow tests too, and all examples of each property")


def pytest_configure(config: pytest.Config) -> None:
    # What Hypothesis itself has chosen stays, such as to draw the same examples in every run of CI.
    # How long an example takes is the machine's.
    calm = settings(deadline=None, suppress_health_check=[*settings().suppress_health_check, HealthCheck.too_slow])
    settings.register_profile("everyday", calm, max_examples=20)
    settings.register_profile("everything", calm, max_examples=100)
    settings.load_profile("everything" if config.getoption("--all") else "everyday")
    # A shell that starts something beside itself has Ctrl-C pass it by, and so all that it starts in turn.
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_xdist_auto_num_workers() -> int:
    """A third of their time tests wait, for an edit's turn or a deadline: others run meanwhile."""
    return (os.cpu_count() or 1) * 3 // 2 or 1


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out the slow ones, unless they are asked for; no mark without its reason."""
    cases = defaultdict(list)
    for item in items:
        if item.get_closest_marker("everyday"):
            cases[item.nodeid.partition("[")[0]].append(item)
    for alike in cases.values():
        for item in _but_some(alike):
            item.add_marker(pytest.mark.slow("others of its kind run every day"))
    slow = [item for item in items if item.get_closest_marker("slow")]
    for item in slow:
        mark = item.get_closest_marker("slow")
        if mark is None or not mark.args:
            raise pytest.UsageError(
                f"{item.nodeid}: a slow test says why it can't be fast, as in @slow('a real browser')"
            )
    if config.getoption("--all") or "slow" in config.option.markexpr or any("::" in one for one in config.args):
        return
    config.hook.pytest_deselected(items=slow)
    items[:] = [item for item in items if not item.get_closest_marker("slow")]


def _but_some(alike: list[pytest.Item]) -> list[pytest.Item]:
    """The cases of one test but as many as its mark names, taken evenly from the first to the last."""
    mark = alike[0].get_closest_marker("everyday")
    wanted = mark.args[0] if mark else len(alike)
    chosen = {n * len(alike) // wanted for n in range(wanted)}
    return [item for n, item in enumerate(alike) if n not in chosen]
