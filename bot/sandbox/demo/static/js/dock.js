// The right: the dock (day, phone, scanner, list, clock, what is due, mood) and the glass, as two tabs; on a narrow screen each is a pane of its own.

import { h, icon } from "./dom.js";
import { startClock, startDue } from "./clock.js";
import { startDay } from "./day.js";
import { startGlass } from "./glass.js";
import { startMood } from "./mood.js";
import { openDock } from "./open.js";
import { startPhone } from "./phone.js";
import { startScanner, startSheet } from "./scanner.js";
import { store, subscribe } from "./store.js";

const TABS = [
  { id: "dock", name: "The dock", sign: "phone" },
  { id: "glass", name: "Under the glass", sign: "glass" },
];

export function startDock() {
  const tabs = h("div", { class: "tabs", role: "tablist", "aria-label": "The dock and its calls" }, TABS.map(tab));
  const dock = panel("dock", startDay(), startPhone(), startScanner(), startSheet(), startClock(), startDue(), startMood());
  const glass = panel("glass", startGlass());
  const title = h("h2", { class: "unseen" }, "The other side of the dock");
  document.getElementById("dock").append(title, tabs, dock, glass);
  tabs.addEventListener("keydown", arrows);
  subscribe((_, ui) => {
    for (const { id } of TABS) {
      const button = document.getElementById(`tab-${id}`);
      button.setAttribute("aria-selected", String(ui.tab === id));
      button.tabIndex = ui.tab === id ? 0 : -1;
      document.getElementById(`panel-${id}`).hidden = ui.tab !== id;
    }
  });
}

function tab({ id, name, sign }) {
  const props = { type: "button", role: "tab", id: `tab-${id}`, "aria-controls": `panel-${id}`, testid: `tab-${id}`, on: { click: () => openDock(id) } };
  return h("button", props, icon(sign), name);
}

function panel(id, ...children) {
  return h("div", { role: "tabpanel", id: `panel-${id}`, class: `panel panel-${id}`, "aria-labelledby": `tab-${id}`, tabindex: "0" }, children);
}

function arrows(event) {
  if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
  const other = TABS.find((one) => one.id !== store.ui.tab);
  openDock(other.id);
  document.getElementById(`tab-${other.id}`).focus();
}
