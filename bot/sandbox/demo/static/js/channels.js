// The left: channels and what the bot says to the viewer alone, with unread marks, the app's Home tab; and on narrow screens the bar at the bottom.

import { h, icon, refill } from "./dom.js";
import { openHome } from "./home.js";
import { openChannel, openDock } from "./open.js";
import { setUi, store, subscribe, unread } from "./store.js";

const PANES = [
  { pane: "channels", name: "Channels", sign: "list", open: () => setUi({ pane: "channels" }) },
  { pane: "chat", name: "Chat", sign: "chat", open: () => setUi({ pane: "chat" }) },
  { pane: "thread", name: "Thread", sign: "thread", open: () => setUi({ pane: "thread" }) },
  { pane: "dock", name: "Dock", sign: "phone", open: () => openDock("dock") },
  { pane: "glass", name: "Glass", sign: "glass", open: () => openDock("glass") },
];

export function startChannels() {
  const nav = document.getElementById("channels");
  const bottom = document.getElementById("bottom");
  subscribe((state, ui) => {
    document.getElementById("app").dataset.pane = ui.pane;
    const marks = state.channels.map((channel) => [channel.id, channel.name, unread(state, channel.id), channel.direct]);
    refill(nav, JSON.stringify([state.team, state.bot, marks, ui.channel, ui.home]), () => drawNav(state, ui, marks));
    const waiting = {
      chat: marks.some(([id, , count]) => count > 0 && id === ui.channel) || Boolean(state.view),
      channels: marks.some(([id, , count]) => count > 0 && id !== ui.channel),
    };
    refill(bottom, JSON.stringify([ui.pane, waiting]), () => PANES.map((one) => paneButton(one, ui, waiting)));
  });
}

function drawNav(state, ui, marks) {
  const bot = state.bot.connected ? "connected" : "not connected";
  const alone = marks.filter(([, , , direct]) => direct);
  return [
    h("p", { class: "team" }, state.team),
    h("h2", {}, "Channels"),
    h("ul", {}, rows(marks.filter(([, , , direct]) => !direct), ui)),
    alone.length > 0 && [h("h2", {}, "Direct messages"), h("ul", {}, rows(alone, ui))],
    h("h2", {}, "Apps"),
    h("ul", {}, h("li", {}, homeButton(state, ui))),
    h("p", { class: `bot-state ${state.bot.connected ? "" : "off"}` }, h("span", { class: "dot" }), `The bot is ${bot}`),
  ];
}

function rows(marks, ui) {
  return marks.map(([id, name, count, direct]) => h("li", {}, channelButton(id, name, count, direct, ui)));
}

function channelButton(id, name, count, direct, ui) {
  const here = !ui.home && ui.channel === id;
  const props = { type: "button", class: count ? "unread" : null, "aria-current": here ? "page" : null, testid: direct ? "direct" : `channel-${name}`, on: { click: () => openChannel(id) } };
  return h("button", props, icon(direct ? "chat" : "hash"), h("span", { class: "grow" }, name),
    count ? h("span", { class: "badge" }, count, h("span", { class: "unseen" }, " unread")) : null);
}

function homeButton(state, ui) {
  const props = { type: "button", "aria-current": ui.home ? "page" : null, testid: "tab-home", on: { click: openHome } };
  return h("button", props, h("img", { src: "/static/icon.svg", alt: "", width: "20", height: "20" }),
    h("span", { class: "grow" }, store.state.users[state.bot.user_id]?.real_name || "OTC Bot"), h("span", { class: "app-mark" }, "App"));
}

function paneButton({ pane, name, sign, open }, ui, waiting) {
  const mark = waiting[pane] && ui.pane !== pane;
  return h("button", { type: "button", "aria-current": ui.pane === pane ? "page" : null, testid: `pane-${pane}`, on: { click: open } },
    icon(sign), h("span", {}, name), mark ? h("span", { class: "dot" }, h("span", { class: "unseen" }, "something new")) : null);
}
