"""Reads the bot's code for sentences: those that go through gettext, and those that do not."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import bot
from bot.i18n.__main__ import MARKS

PACKAGE = Path(bot.__file__).parent
SHOWN = {"text", "title", "label", "hint", "placeholder", "submit", "close", "confirm", "deny"}
"""Arguments that a person reads: there one word is enough."""
NAMES = {"desk.alone", "desk.in_modal", "desk.into_modal", "desk.work.start", "log.debug", "log.info", "log.warning"}
NAMES |= {"log.error", "log.exception", "self.work.start", "self.alone", "re.compile"}
"""Calls whose strings only operators and the bot itself read."""
CODE = re.compile(r"`[^`]*`")
"""What people type as it is, in any language."""


def files(*places: str) -> list[Path]:
    """The Python files at these places of the package."""
    found: list[Path] = []
    for place in places:
        path = PACKAGE / place
        found += [path] if path.is_file() else sorted(path.rglob("*.py"))
    return found


def broken(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Marks around what is put together when it runs, which no catalogue can hold, with their lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            texts = node.args[: MARKS[node.func.id]]
            if any(isinstance(inner, ast.JoinedStr | ast.BinOp) for arg in texts for inner in ast.walk(arg)):
                yield node.lineno, ast.unparse(node)


def unmarked(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Texts that a person reads and that go through no mark, with their lines."""
    yield from _unmarked(tree, shown=False)


def _unmarked(node: ast.AST, *, shown: bool) -> Iterator[tuple[int, str]]:
    if _is_for_the_bot(node):
        return
    if isinstance(node, ast.JoinedStr):
        text = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        if _is_read(text, shown=shown):
            yield node.lineno, text
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                yield from _unmarked(part.value, shown=shown)
        return
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str) and _is_read(node.value, shown=shown):
            yield node.lineno, node.value
        return
    for name, child in _children(node):
        if name in ("annotation", "returns", "slice"):
            continue  # types, and keys
        here = isinstance(child, ast.keyword) and child.arg in SHOWN
        # What stands in a comparison or is a key is not what is shown.
        yield from _unmarked(child, shown=here or (shown and not isinstance(child, ast.Compare | ast.Call)))


def _children(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield name, child


def _is_for_the_bot(node: ast.AST) -> bool:
    """A docstring, a failure, what goes to the log, and what is marked."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.Raise):
        return True
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func)
        return name in MARKS or name in NAMES
    return False


def _is_read(text: str, *, shown: bool) -> bool:
    words = CODE.sub("", text)
    return any(sign.isalpha() for sign in words) and (shown or " " in words)
