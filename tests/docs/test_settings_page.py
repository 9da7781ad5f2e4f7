"""The page of settings: every variable and every key, with what may stand there and what holds without it.

What the classes know is written by this test (UPDATE_GOLDEN=1); what a setting does, by people, in the last column.
"""

import ast
import inspect
import json
import re
import types
import typing
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from bot.config import BotToml
from bot.settings import CREDENTIALS, Environment
from tests.docs.pages import DOCS, Row, read, renewed, row, table_below, tables

HEAD = ["setting", "what may stand there", "without it", "what it does"]
PAGE = "settings.md"
VARIABLES = "The variables of .env"
WHOLE = "The first lines of bot.toml"


def groups() -> dict[str, type[BaseModel]]:
    """Each heading of the page, and the class whose fields stand below it."""
    found: dict[str, type[BaseModel]] = {VARIABLES: Environment, WHOLE: BotToml}
    for name, path, kind in _within(BotToml, ()):
        del name
        found[path] = kind
    return found


def _within(kind: type[BaseModel], above: tuple[str, ...]) -> Iterator[tuple[str, str, type[BaseModel]]]:
    """The tables of a table, as they are written in bot.toml."""
    for name, field in kind.model_fields.items():
        inner = _table_of(field.annotation)
        if inner is not None:
            path = (*above, name)
            joined = ".".join(path)
            yield name, f"[[{joined}]]" if _many(field.annotation) else f"[{joined}]", inner
            yield from _within(inner, path)


def _parts(kind: Any) -> tuple[Any, ...]:
    return tuple(one for one in typing.get_args(kind) if one is not type(None) and one is not Ellipsis)


def _table_of(kind: Any) -> type[BaseModel] | None:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return next((found for one in _parts(kind) if (found := _table_of(one)) is not None), None)


def _many(kind: Any) -> bool:
    return typing.get_origin(kind) is tuple


def rows(kind: type[BaseModel]) -> list[Row]:
    """What the class knows of each of its settings that is no table of its own, and what it says of itself."""
    said = _docstrings(kind)
    names = [name for name, field in kind.model_fields.items() if _table_of(field.annotation) is None]
    is_env = kind is Environment
    return [
        [
            f"`{name.upper() if is_env else name}`",
            _allowed(kind.model_fields[name]),
            _default(kind.model_fields[name]),
            said.get(name, ""),
        ]
        for name in names
    ]


def _allowed(field: FieldInfo) -> str:
    words = _kind(field.annotation)
    bounds = {type(one).__name__: one for one in field.metadata}
    limits = [
        f"{word} {getattr(bounds[name], name.lower()):,}"
        for name, word in {"Gt": "more than", "Ge": "from", "Le": "to"}.items()
        if name in bounds
    ]
    return " ".join([words, *limits])


def _kind(kind: Any) -> str:
    origin = typing.get_origin(kind)
    if origin is typing.Annotated:
        return _kind(typing.get_args(kind)[0])
    if origin is Literal:
        return ", ".join(f"`{one}`" for one in typing.get_args(kind))
    if origin in (typing.Union, types.UnionType):
        return _kind(_parts(kind)[0])
    if origin is tuple:
        return f"list of {_kind(_parts(kind)[0])}"
    if isinstance(kind, type) and issubclass(kind, Enum):
        return ", ".join(f"`{one.value}`" for one in kind)
    plain = {bool: "`true`, `false`", int: "whole number", float: "number", str: "text", Path: "path"}
    return {SecretStr: "secret", **plain}[kind]


def _default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined:
        return "must be set"
    value = field.default
    if value is None or value == "":
        return "–"
    if isinstance(value, str | Path):
        return f"`{value}`"
    return f"`{json.dumps(value)}`"


def _docstrings(kind: type[BaseModel]) -> dict[str, str]:
    """What stands below a field in the code."""
    found: dict[str, str] = {}
    for one in reversed(kind.__mro__):
        if not issubclass(one, BaseModel) or one is BaseModel or one.__module__.startswith("pydantic"):
            continue
        body = ast.parse(inspect.cleandoc("\n" + inspect.getsource(one))).body[0]
        assert isinstance(body, ast.ClassDef)
        for field, text in zip(body.body, body.body[1:], strict=False):
            if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr):
                found[ast.unparse(field.target)] = " ".join(str(ast.literal_eval(text.value)).split())
    return found


def with_tables(text: str) -> str:
    """The page with what the classes know, and people's words kept."""
    for heading, kind in groups().items():
        known = rows(kind)
        if not known:
            continue
        kept = {one[0]: one[3] for one in table_below(text, heading) if len(one) == len(HEAD)}
        new = [[*one[:3], kept.get(one[0]) or one[3]] for one in known]
        table = "\n".join([row(HEAD), "|---|---|---|---|", *map(row, new)])
        found = re.search(rf"^#+ {re.escape(heading)}$(?:\n+(?!#|\|).*)*\n*((?:^\|.*\n?)*)", text, re.MULTILINE)
        if found is None:
            text = f"{text.rstrip()}\n\n## {heading}\n\n{table}\n"
        else:
            text = f"{text[: found.start(1)].rstrip()}\n\n{table}\n{text[found.end(1) :]}"
    files = "".join(f"- `{name}_FILE`\n" for name in CREDENTIALS)
    return re.sub(r"(^- `\w+_FILE`\n)+", lambda _: files, text, flags=re.MULTILINE)


def test_the_page_has_every_setting_as_it_is() -> None:
    problem = renewed(DOCS / PAGE, with_tables(read(PAGE)))
    assert not problem, problem


def test_the_page_has_no_other_setting() -> None:
    known = {heading: [one[0] for one in rows(kind)] for heading, kind in groups().items()}
    found = {above: [one[0] for one in body] for above, head, body in tables(read(PAGE)) if head == HEAD}
    assert found == {heading: names for heading, names in known.items() if names}


def test_every_setting_says_what_it_does() -> None:
    silent = [one[0] for _, head, body in tables(read(PAGE)) if head == HEAD for one in body if not one[3]]
    assert silent == []
