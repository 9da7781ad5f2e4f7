"""What the rooms of the bot may import, as the table in CONTRIBUTING.md says, and import-linter's contract of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, output

CONTRIBUTING = Path(__file__).parents[1] / "CONTRIBUTING.md"
_NAME = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Room:
    """A line of the table: modules by their names below `bot`."""

    allowed: tuple[str, ...]
    """`*` for everything."""
    forbidden: tuple[str, ...]
    """Of these."""

    def may_import(self, module: str) -> bool:
        return _within(module, self.allowed) and not _within(module, self.forbidden)


def table(text: str) -> dict[str, Room]:
    """The rooms by name. Several in one line may import the same."""
    lines = text.partition("| room | what it is | may import |\n|---|---|---|\n")[2].partition("\n\n")[0].splitlines()
    rooms: dict[str, Room] = {}
    for line in lines:
        names, _, may = (cell.strip() for cell in line.strip("|").split(" | "))
        allowed, _, forbidden = may.partition(" but not ")
        every = ("*",) if allowed.startswith("everything") else ()
        room = Room(every + tuple(_NAME.findall(allowed)), tuple(_NAME.findall(forbidden)))
        for name in _NAME.findall(names):
            rooms[name.removesuffix("/").removesuffix(".py").replace("/", ".")] = room
    return rooms


def room_of(module: str, rooms: dict[str, Room]) -> str:
    """The smallest room that a module stands in; "" for none."""
    return max((name for name in rooms if _within(module, (name,))), key=len, default="")


def strangers(graph: ImportGraph, rooms: dict[str, Room]) -> Iterator[tuple[str, str]]:
    """Who imports what the table does not let it import, by names below `bot`."""
    for module in sorted(graph.find_descendants("bot")):
        importer = module.removeprefix("bot.")
        name = room_of(importer, rooms)
        for found in sorted(graph.find_modules_directly_imported_by(module)):
            imported = found.removeprefix("bot.")
            if not found.startswith("bot.") or room_of(imported, rooms) == name != "":
                continue
            if not name or not rooms[name].may_import(imported):
                yield importer, imported


class RoomsContract(Contract):
    """Every module stands in a room of the table and imports what the table lets it."""

    type_name = "rooms"

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002
        found = list(strangers(graph, table(CONTRIBUTING.read_text())))
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["found"]:
            output.print_error(f"{importer} must not import {imported}")


def _within(module: str, names: tuple[str, ...]) -> bool:
    return any(name in {"*", module} or module.startswith(f"{name}.") for name in names)
