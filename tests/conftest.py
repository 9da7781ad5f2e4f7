"""Two runs of the same tests: everyday's, and with `--all` everything, as `.ci/run` has it.

Everyday leaves out what is marked `slow`, and tries fewer examples of each property. A test that is named by its id
runs always, and `-m slow` runs the slow ones.
"""

import pytest
from hypothesis import settings


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="the slow tests too, and all examples of each property")


def pytest_configure(config: pytest.Config) -> None:
    # What Hypothesis itself has chosen stays, such as to draw the same examples in every run of CI.
    settings.register_profile("everyday", settings(), max_examples=20)
    settings.register_profile("everything", settings(), max_examples=100)
    settings.load_profile("everything" if config.getoption("--all") else "everyday")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out the slow ones, unless they are asked for; no mark without its reason."""
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
