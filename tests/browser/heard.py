"""What a screen reader says of a part of a page, in order: Chromium's own accessibility tree as lines."""

from collections.abc import Iterator
from typing import Any

from playwright.async_api import Page

Node = dict[str, Any]

WHOLE = {"heading", "button", "link", "img", "image", "menuitem", "option"}
"""Said by their names; what is inside is the name once more."""
FIELDS = {"textbox", "spinbutton", "combobox", "radio", "checkbox", "listbox", "MenuListPopup"}
HOLDERS = {"dialog", "group", "radiogroup", "table"}
"""Said when one comes into them, if they have a name."""
BLOCKS = {"paragraph", "LabelText", "listitem", "cell", "columnheader", "Legend", "blockquote"}
"""What stands in them is one line, or several where it is broken."""


async def heard(page: Page, selector: str) -> list[str]:
    """The first element of a selector, line by line, each with its role."""
    session = await page.context.new_cdp_session(page)
    try:
        found = await session.send("Runtime.evaluate", {"expression": f"document.querySelector({selector!r})"})
        one = await session.send("DOM.describeNode", {"objectId": found["result"]["objectId"]})
        nodes = (await session.send("Accessibility.getFullAXTree"))["nodes"]
    finally:
        await session.detach()
    by_id = {node["nodeId"]: node for node in nodes}
    [top] = [node for node in nodes if node.get("backendDOMNodeId") == one["node"]["backendNodeId"]]
    return [" ".join(line.split()) for line in _lines(top, by_id)]


def _lines(node: Node, by_id: dict[str, Node]) -> Iterator[str]:
    role, name = _role(node), _value(node, "name")
    if role in WHOLE | FIELDS:
        yield f"{role}{_more(node)}: {name}"
        return
    if role in BLOCKS or role == "StaticText":
        yield from (f"text: {line}" for line in "".join(_texts(node, by_id)).split("\n") if line.strip())
        yield from (line for child in _children(node, by_id) for line in _fields(child, by_id))
        return
    if role in HOLDERS and name:
        yield f"{role}: {name}"
    for child in _children(node, by_id):
        yield from _lines(child, by_id)


def _fields(node: Node, by_id: dict[str, Node]) -> Iterator[str]:
    """What can be pressed or filled in within a line of text."""
    if _role(node) in WHOLE | FIELDS:
        yield from _lines(node, by_id)
        return
    for child in _children(node, by_id):
        yield from _fields(child, by_id)


def _texts(node: Node, by_id: dict[str, Node]) -> Iterator[str]:
    role = _role(node)
    if role in WHOLE | FIELDS:
        return
    if role in ("StaticText", "LineBreak"):
        yield _value(node, "name")
        return
    for child in _children(node, by_id):
        yield from _texts(child, by_id)


def _children(node: Node, by_id: dict[str, Node]) -> list[Node]:
    return [by_id[child] for child in node.get("childIds", []) if child in by_id]


def _role(node: Node) -> str:
    return "" if node.get("ignored") else _value(node, "role")


def _value(node: Node, name: str) -> str:
    return str(node.get(name, {}).get("value") or "")


def _more(node: Node) -> str:
    """What is said beside the name: the level of a heading, that something opens or must be filled in."""
    facts = {one["name"]: one["value"].get("value") for one in node.get("properties", [])}
    said = [f" {facts['level']}"] if "level" in facts else []
    said += [f", {word}" for word in ("required", "disabled") if facts.get(word) is True]
    said += [", opens a menu"] if facts.get("hasPopup") == "menu" else []
    described = _value(node, "description")
    return "".join(said) + (f" ({described})" if described and described != _value(node, "name") else "")
