// What can be done with a message: reply in its thread, and the app's message shortcuts. Seen on hover and on focus.

import { h, icon } from "./dom.js";
import { actAs } from "./api.js";
import { openThread } from "./open.js";
import { store } from "./store.js";

/** The buttons at a message's corner. */
export function rowTools(item, inThread) {
  if (item.ephemeral || item.deleted) return [];
  const reply = (event) => openThread(item.ts, event.currentTarget);
  return [
    !inThread && h("button", {
      type: "button", class: "icon-button", title: "Reply in thread", "aria-label": "Reply in thread",
      testid: "reply-in-thread", on: { click: reply } }, icon("reply")),
    store.state.shortcuts.length ? shortcutMenu(item) : null,
  ];
}

function shortcutMenu(item) {
  const menu = h("div", { class: "menu", hidden: true });
  const button = h("button", {
    type: "button", class: "icon-button", title: "More actions", "aria-label": "More actions",
    "aria-expanded": "false", testid: "more-actions" }, icon("more"));
  const show = (yes) => {
    menu.hidden = !yes;
    button.setAttribute("aria-expanded", String(yes));
    if (yes) menu.querySelector("button").focus();
  };
  button.addEventListener("click", () => show(menu.hidden));
  const box = h("div", { class: "menu-box" }, button, menu);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || menu.hidden) return;
    event.stopPropagation();
    show(false);
    button.focus();
  });
  box.addEventListener("focusout", (event) => {
    if (!box.contains(event.relatedTarget)) show(false);
  });
  for (const shortcut of store.state.shortcuts) {
    const choose = () => {
      show(false);
      button.focus();
      actAs("shortcut", { channel: item.channel, ts: item.ts, callback_id: shortcut.callback_id });
    };
    menu.append(h("button", { type: "button", testid: `shortcut-${shortcut.callback_id}`, on: { click: choose } }, shortcut.name));
  }
  return box;
}
