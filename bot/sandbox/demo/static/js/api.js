// The wire to the demo's server on this machine: a stream of states, and one address for everything people do.

import { changed } from "./changes.js";
import { h } from "./dom.js";
import { setState, store } from "./store.js";

const RETRY_MS = 2000;
const TOAST_MS = 7000;
let socket = null;
let wanted = null;

/** Follows the workspace as this person; the server chooses somebody when none is named. */
export function connect(viewer) {
  wanted = viewer;
  const old = socket;
  socket = null;
  old?.close();
  open();
}

function open() {
  const query = wanted ? `?viewer=${encodeURIComponent(wanted)}` : "";
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const mine = new WebSocket(`${scheme}://${location.host}/api/stream${query}`);
  socket = mine;
  let last = null;
  mine.addEventListener("message", (event) => {
    if (mine !== socket) return;
    const message = JSON.parse(event.data);
    stopped(false);
    // The first message has the whole state, the others what has changed since the one before.
    last = message.type === "state" ? message.state : changed(last, message.change);
    setState(last);
  });
  mine.addEventListener("close", () => {
    if (mine !== socket) return;
    stopped(true);
    setTimeout(() => mine === socket && open(), RETRY_MS);
  });
}

function stopped(yes) {
  const banner = document.getElementById("stopped");
  if (banner.hidden === !yes) return;
  banner.hidden = !yes;
  banner.textContent = yes ? "The demo has stopped. Start it again; this page goes on by itself." : "";
}

/** Does something at the server. What goes wrong is said on the page; the answer comes back either way. */
export async function act(name, fields = {}, { quiet = false } = {}) {
  let answer;
  try {
    const response = await fetch("/api/act", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ act: name, ...fields }),
    });
    answer = await response.json();
  } catch {
    answer = { ok: false, error: "The demo did not answer. Is it still running?" };
  }
  if (!answer.ok && !quiet && !(answer.fields && Object.keys(answer.fields).length)) toast(answer.error);
  return answer;
}

/** Does something as the person one views as. */
export function actAs(name, fields = {}, options) {
  return act(name, { user: store.state.viewer, ...fields }, options);
}

/** Says for a few seconds, in a corner and to screen readers, what did not work. */
export function toast(text) {
  const close = () => line.remove();
  const button = h("button", { type: "button", class: "quiet", on: { click: close } }, "OK");
  const line = h("div", { class: "toast", testid: "toast" }, h("span", {}, text), button);
  document.getElementById("toasts").append(line);
  setTimeout(close, TOAST_MS);
}

/** Tells screen readers something, politely. */
export function announce(text) {
  document.getElementById("live").textContent = text;
}
