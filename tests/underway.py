"""What is on its way into Slack, found in a database of any version: whatever has a state and counts its attempts."""

from tests.databases import Kept


def underway(kept: Kept) -> list[str]:
    """How many deliveries are in which state short of the last ones, by table."""
    columns = kept.columns()
    tables = [name for name in columns if {"state", "attempts"} <= columns[name]]
    assert tables, "no table of deliveries: say here how to find it"
    return [
        f"{n} {state} in {table}"
        for table in tables
        for state, n in kept.rows(f"select state, count(*) from {table} group by state")  # noqa: S608
        if state not in ("sent", "lost")
    ]
