"""What of a state has changed since the last one, so that the stream need not carry all of it each time.

A change is one of three: `{"=": value}` puts a value in the place of the old one; `{"{": {key: change}, "-": [keys]}`
changes and takes away keys of an object; `{"[": [dropped, {index: change}, added]}` drops items at the front of a list,
changes some of those that stay, and adds others at its end. `static/js/changes.js` carries them out.
"""

from typing import Any

NAMES = ("ts", "id")
"""By which an item of a list is known again."""


def change(before: Any, after: Any) -> dict[str, Any] | None:
    """What makes `after` of `before`; None when they are the same."""
    if before == after:
        return None
    if isinstance(before, dict) and isinstance(after, dict):
        changed = {key: change(before[key], value) if key in before else {"=": value} for key, value in after.items()}
        gone = [key for key in before if key not in after]
        return {"{": {key: one for key, one in changed.items() if one}, "-": gone}
    if isinstance(before, list) and isinstance(after, list):
        return _of_lists(before, after) or {"=": after}
    return {"=": after}


def _of_lists(before: list[Any], after: list[Any]) -> dict[str, Any] | None:
    """Where the old items stay in their order and new ones follow; None where it is not so."""
    old, new = [_name(one) for one in before], [_name(one) for one in after]
    if not new or not old or None in old or None in new or new[0] not in old:
        return None
    dropped = old.index(new[0])
    stay = len(old) - dropped
    if old[dropped:] != new[:stay]:
        return None
    changed = {str(n): {"=": after[n]} for n in range(stay) if before[dropped + n] != after[n]}
    return {"[": [dropped, changed, after[stay:]]}


def _name(item: Any) -> str | None:
    if not isinstance(item, dict):
        return None
    return next((str(item[name]) for name in NAMES if item.get(name) is not None), None)
