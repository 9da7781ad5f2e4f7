"""Cells of a CSV that stay what they are when a spreadsheet opens and saves the file."""

import re

from bot.record.sheets import Cell, defused

_CHANGED = re.compile(r"[+-]?(?:\d{12,}|0\d+|\d*\.\d+|\d+\.|\d+(?:\.\d*)?E[+-]?\d+)", re.IGNORECASE)
"""Read as a number: of twelve digits and more it is saved as 4.1E+11, and leading or trailing zeros are lost."""


def cell(value: Cell) -> str:
    """A value as a cell. Formulas and texts that a spreadsheet would take for a number get an apostrophe before them.

    An apostrophe survives any number of openings and savings, which `="…"` does not: it is saved as the bare digits.
    Lists that are read drop it again.
    """
    if isinstance(value, str) and _CHANGED.fullmatch(value):
        return f"'{value}"
    return defused(value)
