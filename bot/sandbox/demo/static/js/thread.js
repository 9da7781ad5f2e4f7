// The thread at the side: its root, its replies, and a composer of its own.

import { h, icon, refill, stickToEnd } from "./dom.js";
import { makeComposer } from "./composer.js";
import { compacted, drawRows, tell } from "./messages.js";
import { closeThread } from "./open.js";
import { ephemerals, replies, store, subscribe } from "./store.js";

let pane;
let box;
let list;
let count;
let composer;
let toEnd;
let place = null;

export function startThread() {
  pane = document.getElementById("thread");
  const close = h("button", { type: "button", class: "icon-button", "aria-label": "Close the thread", testid: "thread-close", on: { click: closeThread } }, icon("close"));
  count = h("p", { class: "quiet-text" });
  list = h("ol", { class: "messages" });
  box = h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Messages of the thread" }, list);
  toEnd = stickToEnd(box);
  composer = makeComposer({ hook: "thread-composer", send: "thread-send", thread: () => store.ui.thread, sent: toEnd });
  pane.append(h("div", { class: "pane-head" }, h("h2", { tabindex: "-1" }, "Thread"), count, close), box, composer.element);
  pane.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) closeThread();
  });
  subscribe(draw);
}

function draw(state, ui) {
  const all = state.messages[ui.channel] ?? [];
  const root = ui.thread && all.find((m) => m.ts === ui.thread);
  pane.hidden = !root && ui.pane !== "thread";
  document.getElementById("app").classList.toggle("has-thread", Boolean(root));
  pane.classList.toggle("empty", !root);
  composer.element.hidden = !root;
  if (!root) {
    refill(count, "none", () => "Open a thread from its card: press the number of replies.");
    list.replaceChildren();
    place = null;
    return;
  }
  const here = `${state.viewer} ${ui.channel} ${root.ts}`;
  const moved = here !== place;
  place = here;
  if (moved) list.replaceChildren();
  const said = replies(state, ui.channel, root.ts);
  const own = ephemerals(state, ui.channel, root.ts).map((e) => ({ ...e, ephemeral: true }));
  const after = compacted([...said, ...own]);
  refill(count, String(said.length), () => (said.length === 1 ? "1 reply" : `${said.length} replies`));
  const items = [root, ...after].map((item) => ({ ...item, channel: ui.channel }));
  const hook = (item) => (item.ephemeral ? "ephemeral" : item.ts === root.ts ? "thread-root" : "reply");
  drawRows(list, items, { hook, inThread: true, box });
  tell(state, items, moved);
  if (moved) toEnd();
  composer.draw(state, ui);
}
