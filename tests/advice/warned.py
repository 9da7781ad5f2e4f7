"""Finds every line that the bot can log at WARNING or ERROR, by reading its source: the event's words and its level."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from tests.prepare import ROOT

LEVELS = {"warning": "WARNING", "error": "ERROR", "exception": "ERROR", "critical": "ERROR"}
LEFT_OUT = ("bot/sandbox/",)
"""The practice dock's own."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


class UnreadableError(Exception):
    """A call of which the source does not say what it logs."""


@dataclass(frozen=True, slots=True)
class _Call:
    path: str
    function: Function
    """In which it stands."""
    call: ast.Call

    @property
    def name(self) -> str:
        """Of what is called."""
        func = self.call.func
        return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""

    def __str__(self) -> str:
        return f"{self.path}: {self.function.name}: {ast.unparse(self.call)}"


@cache
def warned() -> Mapping[str, set[str]]:
    """The levels of each event.

    Raises:
        UnreadableError: an event is put together when it is logged, so that no page can list it.
    """
    found: dict[str, set[str]] = {}
    calls = list(_calls())
    by_name: dict[str, list[_Call]] = {}
    for one in calls:
        by_name.setdefault(one.name, []).append(one)
    for one in calls:
        for level in _levels(one):
            for event in _words(one.call.args[0], one, by_name):
                found.setdefault(event, set()).add(level)
    return found


def _calls() -> Iterator[_Call]:
    """All calls of the bot's, each with the function in which it stands."""
    for path in sorted((ROOT / "bot").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(LEFT_OUT):
            yield from _in(name, ast.parse(path.read_text(encoding="utf-8")), None)


def _in(path: str, node: ast.AST, function: Function | None) -> Iterator[_Call]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call) and function is not None:
            yield _Call(path, function, child)
        yield from _in(path, child, child if isinstance(child, Function) else function)


def _levels(one: _Call) -> set[str]:
    """The levels at which a call logs; none for any other call, and below WARNING."""
    func = one.call.func
    if isinstance(func, ast.Name):
        # `level = log.debug if it was said before else log.warning`
        values = _assigned(func.id, one.function) if func.id == "level" else []
        return {level for value in values for level in _loggers(value)}
    return set(_loggers(func))


def _loggers(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.IfExp):
        yield from (*_loggers(value.body), *_loggers(value.orelse))
    if isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name) and value.value.id == "log":
        yield from filter(None, [LEVELS.get(value.attr)])


def _assigned(name: str, function: Function) -> list[ast.expr]:
    return [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and any(isinstance(to, ast.Name) and to.id == name for to in node.targets)
    ]


def _words(event: ast.expr, at: _Call, calls: Mapping[str, list[_Call]]) -> Iterator[str]:
    """What an event may say, as far back as it was handed on."""
    names = [one.arg for one in at.function.args.args]
    if isinstance(event, ast.Constant) and isinstance(event.value, str):
        yield event.value
    elif isinstance(event, ast.IfExp):
        yield from (*_words(event.body, at, calls), *_words(event.orelse, at, calls))
    elif isinstance(event, ast.Name) and (values := _assigned(event.id, at.function)):
        for value in values:
            yield from _words(value, at, calls)
    elif isinstance(event, ast.Name) and event.id in names:
        is_private = at.function.name.startswith("_")
        for caller in calls.get(at.function.name, []):
            if caller.path == at.path or not is_private:
                yield from _words(_given(caller, names, event.id), caller, calls)
    else:
        raise UnreadableError(f"{at}")


def _given(caller: _Call, names: list[str], name: str) -> ast.expr:
    """What a caller hands over by this name."""
    at = names.index(name) - (names[0] == "self")
    for keyword in caller.call.keywords:
        if keyword.arg == name:
            return keyword.value
    if at >= len(caller.call.args):
        raise UnreadableError(f"{caller}")
    return caller.call.args[at]
