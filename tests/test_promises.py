"""The page of promises and faults says what the tests play, and nothing else."""

import importlib
import inspect
import os
import pkgutil
from pathlib import Path

from tests.prepare import ROOT
from tests.scenarios import faults as room
from tests.scenarios.faults.marks import PROMISES, Fault
from tests.scenarios.faults.page import keep, kept, rendered


def marked() -> list[tuple[Fault, str]]:
    """Every fault with its test, in the order in which they stand in the files."""
    found = []
    played = [f"{room.__name__}.{one.name}" for one in pkgutil.iter_modules(room.__path__)]
    for module in ("tests.crash.test_kills", *played):
        if not module.rpartition(".")[2].startswith("test_"):
            continue
        for name, test in inspect.getmembers(importlib.import_module(module)):
            if name.startswith("test_"):
                code = inspect.unwrap(test).__code__
                path = str(Path(code.co_filename).relative_to(ROOT))
                marks = [mark.args[0] for mark in getattr(test, "pytestmark", []) if mark.name == "fault"]
                found += [(code.co_firstlineno, mark, f"{path}::{name}") for mark in reversed(marks)]
    found.sort(key=lambda one: (one[2].partition("::")[0], one[0]))
    return [(mark, test) for _, mark, test in found]


def test_the_page_is_what_the_tests_play() -> None:
    page = rendered(marked())
    if os.environ.get("UPDATE_GOLDEN"):
        keep(page)
    assert kept() == page, "CONTRIBUTING.md is behind: run with UPDATE_GOLDEN=1 and look at the diff"


def test_every_promise_is_put_to_the_test_and_every_fault_once() -> None:
    played = [mark for mark, _ in marked()]
    assert {n for mark in played for n in mark.keeps} == set(PROMISES)
    names = [(mark.group, mark.name) for mark in played]
    assert len(names) == len(set(names)), [name for name in names if names.count(name) > 1]
