// The middle: the channel's messages with the viewer's own ephemerals among them, or the app's Home tab.

import { h, icon, refill, stickToEnd, syncChildren } from "./dom.js";
import { announce } from "./api.js";
import { makeComposer } from "./composer.js";
import { dayHeading, dayOfTs } from "./dates.js";
import { drawHome, makeHome } from "./home.js";
import { mrkdwn } from "./mrkdwn.js";
import { makeRow, updateRow } from "./row.js";
import { ephemerals, markRead, nameOf, replies, roots, setUi, store, subscribe } from "./store.js";

const TOGETHER_SECONDS = 300;
const NARROW = 860;
let box;
let list;
let head;
let intro;
let composer;
let home;
let toEnd;
let place = null;
const heard = new Set();

export function startMessages() {
  const main = document.getElementById("chat");
  head = h("div", { class: "pane-head" });
  list = h("ol", { class: "messages" });
  intro = h("div", { class: "intro" });
  box = h("div", { id: "messages", class: "scroll", tabindex: "0", role: "group", "aria-label": "Messages of the channel" }, intro, list);
  toEnd = stickToEnd(box);
  composer = makeComposer({ hook: "composer", send: "send", thread: () => null, sent: toEnd });
  home = makeHome();
  main.append(head, box, home, composer.element);
  document.addEventListener("visibilitychange", () => setUi({}));
  subscribe(draw);
}

/** Puts text and files into the channel's message box, to be sent by the person. */
export function putIntoComposer(content) {
  composer.put(content);
}

// On a narrow screen the channel is read only while its pane is the one shown.
function looking(ui) {
  return !document.hidden && (ui.pane === "chat" || innerWidth > NARROW);
}

function draw(state, ui) {
  const channel = state.channels.find((one) => one.id === ui.channel);
  drawHead(channel, ui);
  box.hidden = ui.home;
  // What the bot says to one person alone can't be answered: its Messages tab is read-only.
  composer.element.hidden = ui.home || Boolean(channel?.direct);
  home.hidden = !ui.home;
  if (ui.home) return drawHome(home, state);
  if (!channel) return undefined;
  const here = `${state.viewer} ${channel.id}`;
  const moved = here !== place;
  place = here;
  if (moved) list.replaceChildren();
  drawIntro(state, channel);
  const items = withDays(channelItems(state, channel.id));
  drawRows(list, items, { hook: (item) => (item.ephemeral ? "ephemeral" : "message"), inThread: false, box });
  tell(state, items, moved);
  if (moved) toEnd();
  if (looking(ui)) markRead(state, channel.id);
  composer.draw(state, ui);
  return undefined;
}

function drawHead(channel, ui) {
  const name = ui.home ? "OTC Bot" : channel?.name;
  document.getElementById("chat").setAttribute("aria-label", ui.home ? "OTC Bot's Home tab" : `Channel ${name}`);
  refill(head, JSON.stringify([name, channel?.topic, channel?.direct, ui.home]), () => [
    h("h2", {}, icon(ui.home ? "home" : channel?.direct ? "chat" : "hash"), name ?? "No channel"),
    h("p", { class: "quiet-text" }, ui.home ? "Home" : channel?.topic),
  ]);
}

function drawIntro(state, channel) {
  const empty = roots(state, channel.id).length === 0;
  refill(intro, JSON.stringify([channel, empty]), () => channel.direct ? [] : [
    h("div", { class: "intro-sign" }, icon("hash")),
    h("h3", {}, `This is the beginning of #${channel.name}`),
    empty
      ? h("div", { class: "text" }, mrkdwn("Nobody has arrived yet. Let an FE arrive at the dock, or press *Play a day* and watch.", state))
      : h("p", { class: "quiet-text" }, "Every FE (Field Executive) who arrives gets one card here, and the card a thread."),
  ]);
}

/** What stands in a channel, oldest first. */
export function channelItems(state, channel) {
  const messages = roots(state, channel).map((m) => ({ ...m, channel, thread: summary(state, channel, m.ts) }));
  const own = ephemerals(state, channel, null).map((e) => ({ ...e, channel, ephemeral: true }));
  return compacted([...messages, ...own]);
}

function summary(state, channel, ts) {
  const all = replies(state, channel, ts);
  if (!all.length) return null;
  return { count: all.length, last: all.at(-1).ts, users: [...new Set(all.map((m) => m.user))].slice(0, 3) };
}

/** In order of time; several in a row from one person within minutes are drawn without the name again. */
export function compacted(items) {
  const sorted = [...items].sort((a, b) => Number(a.ts) - Number(b.ts) || a.ts.localeCompare(b.ts));
  return sorted.map((item, i) => {
    const before = sorted[i - 1];
    const together = before && !before.ephemeral && !item.ephemeral && before.user === item.user;
    const sameDay = before && dayOfTs(before.ts) === dayOfTs(item.ts);
    const plain = !item.blocks?.some((block) => block.type === "header");
    return { ...item, compact: Boolean(together && sameDay && plain && Number(item.ts) - Number(before.ts) < TOGETHER_SECONDS) };
  });
}

// Slack draws a line with the day above the first message of each.
function withDays(items) {
  return items.flatMap((item, i) => {
    const day = dayOfTs(item.ts);
    return i && dayOfTs(items[i - 1].ts) === day ? [item] : [{ day, ts: item.ts }, item];
  });
}

/** Brings a list of rows up to date. */
export function drawRows(rows, items, { hook, inThread, box: focusHome }) {
  syncChildren(rows, items, {
    key: (item) => item.day ?? `${item.ephemeral ? "e" : "m"}${item.ts}`,
    make: (item) => (item.day ? h("li", { class: "day-line", testid: "day-line" }) : makeRow(item, hook(item))),
    update: (row, item) => (item.day ? refill(row, dayHeading(item.ts), () => dayHeading(item.ts)) : updateRow(row, item, { inThread })),
    gone: () => focusHome.focus({ preventScroll: true }),
  });
}

/** Says new messages to screen readers; the first ones of a place are only noted. */
export function tell(state, items, silent) {
  const lines = [];
  for (const item of items) {
    if (item.day) continue;
    const key = `${state.viewer} ${item.channel} ${item.ts}`;
    if (heard.has(key)) continue;
    heard.add(key);
    if (item.user === state.viewer && !item.ephemeral) continue;
    const name = nameOf(state, item.ephemeral ? state.bot.user_id : item.user);
    lines.push(`${name}: ${item.text}`.replace(/<[^>|]*\|?([^>]*)>/g, "$1"));
  }
  if (lines.length && !silent && store.state === state) announce(lines.slice(-3).join(". "));
}
