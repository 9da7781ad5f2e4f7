// Under the glass: every call between the bot, Slack and Flipkart as it happens, the newest last.

import { h, refill, stickToEnd, syncChildren } from "./dom.js";
import { clockSeconds } from "./dates.js";
import { store, subscribe } from "./store.js";

const KEPT = 500;
const ROUTINE = /initial.?load|shipments/i;
const seen = new Map();
const filter = { text: "", slack: true, flipkart: true, failed: false, fold: true };
let box;
let list;
let empty;

export function startGlass() {
  const text = h("input", { type: "search", id: "glass-text", testid: "glass-filter", placeholder: "Filter: a method, a status, a word", "aria-label": "Filter the calls", autocomplete: "off" });
  text.addEventListener("input", () => set({ text: text.value.trim().toLowerCase() }));
  const boxes = [["slack", "Slack"], ["flipkart", "Flipkart"], ["failed", "Only refused"], ["fold", "Fold routine polls"]];
  list = h("ol", { class: "calls" });
  empty = h("p", { class: "quiet-text calls-empty" }, "No call matches.");
  box = h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Calls, newest last" }, list, empty);
  stickToEnd(box);
  subscribe(draw);
  return h("section", { class: "glass", testid: "glass", "aria-labelledby": "glass-title" },
    h("h3", { id: "glass-title", class: "unseen" }, "Calls between the bot, Slack and Flipkart"),
    h("div", { class: "glass-filter" }, text, h("div", { class: "chips" }, boxes.map(chip))),
    box, h("p", { class: "glass-note" }, "One-time codes are masked: the bot never writes them down, and neither does this list."));
}

function chip([name, label]) {
  const input = h("input", { type: "checkbox", checked: filter[name], testid: `glass-${name}` });
  input.addEventListener("change", () => set({ [name]: input.checked }));
  return h("label", { class: "chip" }, input, h("span", {}, label));
}

function set(change) {
  Object.assign(filter, change);
  draw(store.state, store.ui);
}

function draw(state, ui) {
  for (const call of state.traffic) seen.set(call.id, call);
  for (const id of seen.keys()) {
    if (seen.size <= KEPT) break;
    seen.delete(id);
  }
  if (ui.tab !== "glass") return;
  const rows = folded([...seen.values()].sort((a, b) => a.at - b.at).filter(wanted));
  syncChildren(list, rows, { key: (row) => row.id, make: () => h("li", { class: "call" }), update: drawCall, gone: () => box.focus() });
  empty.hidden = rows.length > 0;
}

function wanted(call) {
  const other = call.from === "bot" ? call.to : call.from;
  if (!filter[other]) return false;
  if (filter.failed && (call.ok || pending(call))) return false;
  return !filter.text || `${call.from} ${call.to} ${call.method} ${call.status ?? ""} ${call.note}`.toLowerCase().includes(filter.text);
}

function pending(call) {
  return !call.ok && (call.status === null || call.status === 0) && call.ms === null;
}

// The bot looks at Flipkart again and again; unless something else happens between, that is one line.
function folded(calls) {
  if (!filter.fold) return calls;
  const rows = [];
  for (const call of calls) {
    const last = rows.at(-1);
    const routine = call.to === "flipkart" && call.ok && ROUTINE.test(call.method);
    if (routine && last?.polls) {
      last.polls += 1;
      last.until = call.at;
    } else {
      rows.push(routine ? { ...call, polls: 1, until: call.at } : call);
    }
  }
  return rows;
}

function drawCall(line, call) {
  refill(line, JSON.stringify(call), () => {
    const many = call.polls > 1;
    const status = pending(call) ? "…" : (call.status || (call.ok ? "ok" : "no answer"));
    const look = pending(call) ? "pending" : call.ok ? "fine" : "refused";
    line.className = `call ${look} ${many ? "routine" : ""}`;
    return [
      h("time", { class: "call-at" }, clockSeconds(many ? call.until : call.at)),
      h("span", { class: `ends ${call.from}-${call.to}` }, end(call.from), h("span", { "aria-label": "to" , role: "img"}, "→"), end(call.to)),
      h("span", { class: "call-method" }, many ? `looks at the dock ×${call.polls}` : call.method),
      h("span", { class: "call-status" }, many ? "ok" : status, call.ms !== null && call.ms !== undefined && !many ? h("small", {}, `${Math.round(call.ms)} ms`) : null),
      call.note && !many ? h("span", { class: "call-note" }, call.note) : null,
    ];
  });
}

function end(name) {
  return h("span", { class: `end-${name}` }, { bot: "Bot", slack: "Slack", flipkart: "Flipkart" }[name] ?? name);
}
