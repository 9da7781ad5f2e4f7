// Opening and closing things, with the focus and the narrow screen's pane going along.

import { setUi, store } from "./store.js";

let opener = null;

/** Opens a thread at the side and goes there; closing it comes back to `from`. */
export function openThread(ts, from) {
  opener = { ts, from };
  setUi({ thread: ts, home: false, pane: "thread" });
  setTimeout(() => document.querySelector("#thread h2")?.focus(), 0);
}

/** Closes the thread. */
export function closeThread() {
  const back = opener;
  setUi({ thread: null, pane: store.ui.pane === "thread" ? "chat" : store.ui.pane });
  setTimeout(() => {
    const row = back && document.querySelector(`#chat [data-ts="${CSS.escape(back.ts)}"]`);
    const link = row?.querySelector("[data-testid=open-thread], [data-testid=reply-in-thread]");
    (back?.from?.isConnected ? back.from : (link ?? document.getElementById("messages")))?.focus();
  }, 0);
}

/** Goes to a channel. */
export function openChannel(id) {
  const same = store.ui.channel === id;
  setUi({ channel: id, home: false, pane: "chat", thread: same ? store.ui.thread : null });
}

/** Shows one tab of the dock's column, or its pane on a narrow screen. */
export function openDock(tab) {
  setUi({ tab, pane: tab });
}
