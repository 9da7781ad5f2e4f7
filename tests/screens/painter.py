"""The demo's own painter at the width of a phone, showing one thing at a time."""

import contextlib
import html
import itertools
import shutil
from collections.abc import AsyncIterator
from typing import Any, Literal

from playwright.async_api import Browser, Locator, Page, async_playwright

from bot.sandbox.demo import DemoServer, Place
from tests.golden.samples import NOW

WIDTH = 360
HEIGHT = 1200
"""Enough for whatever is looked at, so that nothing is scrolled away."""
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

_PEOPLE = {"U0ASHA": "Asha Rao", "U0VIKRAM": "Vikram Shah", "U0LEAD": "Imran Khan", "U0BOSS": "Meera Iyer"}
_WORKSPACE = {
    "now": NOW.timestamp(),
    "users": {user: {"name": name, "real_name": name, "is_bot": False} for user, name in _PEOPLE.items()},
    "usergroups": {"S0OPS": "dock-team"},
    "channels": [
        {"id": channel, "name": name, "topic": "Returns", "direct": False}
        for channel, name in {"C0DOCK": "returns-blr", "C0HOSUR": "returns-hosur", "C0MYSURU": "returns-mys"}.items()
    ],
}
"""Whom and what the golden files name."""
_SHOW = """async ([kind, shown, workspace, n]) => {
  const main = document.querySelector("script[src$='main.js']").src;
  const { setState, setUi, store } = await import(main.replace("main.js", "store.js"));
  const blocks = (shown.blocks ?? []).map((block, i) => ({ block_id: `b${i}`, ...block }));
  const ts = `${workspace.now - 1000 + n}.000100`;
  const users = { ...store.state.users, ...workspace.users };
  const message = { ts, thread_ts: null, user: store.state.bot.user_id, by_bot: true, text: shown.text, blocks };
  const said = (text) => text?.text ?? null;
  const view = { id: `V${n}`, title: said(shown.title), submit: said(shown.submit), close: said(shown.close), blocks };
  setUi({ home: kind === "home", channel: "C0DOCK", pane: "chat", thread: null });
  setState({
    ...store.state, ...workspace, users,
    messages: { C0DOCK: kind === "message" ? [message] : [] },
    ephemerals: kind === "ephemeral" ? [{ ...message, channel: "C0DOCK" }] : [],
    view: kind === "view" ? view : null,
    home: kind === "home" ? { id: `V${n}`, blocks } : null,
  });
  // Drawn in a microtask. No frame is waited for: a page behind another one has one a second.
  await new Promise((drawn) => queueMicrotask(drawn));
}"""
_SAID = """async ([text, workspace]) => {
  const main = document.querySelector("script[src$='main.js']").src;
  const { mrkdwn } = await import(main.replace("main.js", "mrkdwn.js"));
  const { store } = await import(main.replace("main.js", "store.js"));
  const box = document.createElement("p");
  box.append(...mrkdwn(text, { ...store.state, ...workspace }));
  return box.textContent;
}"""
_WHOLE = ".dialog form, .dialog { max-height: none !important } .modal-layer { align-items: start !important }"
_LOCKED = """<!doctype html><meta charset="utf-8"><style>
body { margin: 0; padding: 10px 8px; background: #24384c; font: 14px/1.38 Roboto, "Noto Sans", sans-serif; }
div { padding: 12px 16px; border-radius: 20px; background: #f3f5f8; color: #1b1d21; }
small { color: #55606d; font-size: 12px; }
strong { display: block; }
p { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; }
p { overflow: hidden; margin: 0; overflow-wrap: anywhere; }
</style><div><small>Slack · Sharma Traders · now</small><strong>%s</strong><p>%s</p></div>"""


class Painter:
    """Shows golden messages, windows and tabs, and takes their pictures."""

    def __init__(self, page: Page, phone: Page) -> None:
        """`page` is the demo's, `phone` an empty one."""
        self.page = page
        self._phone = phone
        self._numbers = itertools.count(1)

    async def show(self, kind: str, shown: dict[str, Any]) -> Locator:
        """Draws a message, a window or the Home tab, and finds it on the page."""
        await self.page.evaluate(_SHOW, [kind, shown, _WORKSPACE, next(self._numbers)])
        return self.page.get_by_test_id({"view": "modal"}.get(kind, kind))

    async def paint(self, kind: str, shown: dict[str, Any]) -> bytes:
        """A PNG of it."""
        drawn = await self.show(kind, shown)
        if kind != "home":
            return await drawn.screenshot()
        box, last = await drawn.bounding_box(), await drawn.locator(":scope > *").last.bounding_box()
        assert box is not None
        assert last is not None
        box["height"] = last["y"] + last["height"] + 12 - box["y"]
        return await self.page.screenshot(clip=box)

    async def locked(self, shown: dict[str, Any], *, alone: bool = False) -> bytes:
        """A PNG of what a locked phone shows of a message, to all or to one `alone`: two lines of its `text`."""
        text = await self.page.evaluate(_SAID, [shown.get("text", ""), _WORKSPACE])
        head, said = ("OTC Bot", text) if alone else ("#returns-blr", f"OTC Bot: {text}")
        await self._phone.set_content(_LOCKED % (head, html.escape(said)))
        return await self._phone.locator("body").screenshot()


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Debian's, or whichever is on this machine. Raises FileNotFoundError when none is."""
    if CHROMIUM is None:
        raise FileNotFoundError("no Chromium on this machine: install Debian's package chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        )
        yield browser
        await browser.close()


@contextlib.asynccontextmanager
async def painter(browser: Browser, scheme: Literal["light", "dark"] = "light") -> AsyncIterator[Painter]:
    """The demo's page, with no bot behind it."""
    server = DemoServer(Place.furnished())
    address = await server.start("127.0.0.1", 0)
    try:
        # The page lets no style in but its own; windows are to be seen whole here.
        context = await browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT}, bypass_csp=True, reduced_motion="reduce", color_scheme=scheme
        )
        page, phone = await context.new_page(), await context.new_page()
        await page.goto(address)
        await page.locator("body[data-viewer]").wait_for()
        await page.add_style_tag(content=_WHOLE)
        yield Painter(page, phone)
        await context.close()
    finally:
        await server.stop()
