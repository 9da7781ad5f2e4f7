"""Versions of the tables that nobody has written yet: what is there, and more migrations behind it."""

import shutil
from pathlib import Path

from bot.store.versions import MIGRATIONS, newest_version

NEWEST = newest_version()
"""What the bot that is tested works with."""


def after(version: str, n: int = 1) -> str:
    """The number of the migration that comes so many after another."""
    return f"{int(version) + n:04}"


NEXT, SECOND_NEXT = after(NEWEST), after(NEWEST, 2)


def with_more(folder: Path, *oldest_bots: str, statement: str = "") -> Path:
    """All migrations and one more for each of these: the oldest version that can work on its tables, "" if not said.

    Each of the new ones makes a table, and carries out the statement.
    """
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for n, oldest in enumerate(oldest_bots, start=1):
        version = after(NEWEST, n)
        mark = f"oldest_bot = {oldest!r}\n" if oldest else ""
        more = f"    op.execute({statement!r})\n" if statement else ""
        (folder / "versions" / f"{version}_more.py").write_text(
            f'import sqlalchemy as sa\nfrom alembic import op\n\nrevision = "{version}"\n'
            f'down_revision = "{after(version, -1)}"\n{mark}\n\n'
            f'def upgrade() -> None:\n    op.create_table("more_{version}", sa.Column("n", sa.Integer()))\n{more}',
            encoding="utf-8",
        )
    return folder
