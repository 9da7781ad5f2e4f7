// A field whose options come from the bot while one types: Slack's external select. Keys: arrows, Enter, Escape.

import { h } from "./dom.js";
import { act, announce } from "./api.js";
import { emojiOnly } from "./mrkdwn.js";
import { store } from "./store.js";

const PAUSE_MS = 150;
/** Slack's own, where `min_query_length` does not say. */
const LEAST = 3;

/** The field. `box.chosen()` is the value of the option that was chosen, or null while there is none. */
export function typeahead(element, common, surface, label) {
  const start = element.initial_option;
  const me = { element, surface, found: [], active: 0, asked: 0, timer: 0, value: start?.value ?? null, text: start ? emojiOnly(start.text.text) : "" };
  me.input = h("input", {
    ...common, type: "text", role: "combobox", autocomplete: "off", autocapitalize: "characters", spellcheck: "false",
    "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${common.id}-list`,
    placeholder: element.placeholder && emojiOnly(element.placeholder.text), value: me.text });
  me.list = h("ul", { id: `${common.id}-list`, role: "listbox", class: "options", "aria-label": label, hidden: true });
  me.input.addEventListener("input", () => typed(me));
  me.input.addEventListener("focus", () => me.value === null && typed(me));
  me.input.addEventListener("keydown", (event) => pressed(event, me));
  me.input.addEventListener("blur", () => left(me));
  const box = h("div", { class: "typeahead" }, me.input, me.list);
  box.chosen = () => me.value;
  return box;
}

function typed(me) {
  if (me.input.value !== me.text) me.value = null;
  clearTimeout(me.timer);
  const mine = ++me.asked;
  const text = me.input.value.trim();
  if (text.length < (me.element.min_query_length ?? LEAST)) return show(me, []);
  me.timer = setTimeout(async () => {
    const fields = { user: store.state.viewer, view: me.surface.id, action_id: me.element.action_id, typed: text };
    const answer = await act("suggest", fields, { quiet: true });
    // An answer to what was typed before comes too late.
    if (mine !== me.asked || document.activeElement !== me.input) return;
    me.active = 0;
    show(me, answer.ok ? answer.result : []);
    announce(me.found.length ? `${me.found.length} suggestions` : "No suggestions");
  }, PAUSE_MS);
  return undefined;
}

function show(me, found) {
  me.found = found;
  me.list.hidden = !found.length;
  me.input.setAttribute("aria-expanded", String(found.length > 0));
  me.list.replaceChildren(...found.map((option, i) => line(me, option, i)));
  if (!found.length) return me.input.removeAttribute("aria-activedescendant");
  me.input.setAttribute("aria-activedescendant", `${me.list.id}-${me.active}`);
  return me.list.children[me.active].scrollIntoView({ block: "nearest" });
}

function line(me, option, i) {
  const node = h("li", { role: "option", id: `${me.list.id}-${i}`, "aria-selected": String(i === me.active), testid: "option" }, option.text);
  node.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    choose(me, option);
  });
  return node;
}

function choose(me, option) {
  me.value = option.value;
  me.text = me.input.value = option.text;
  me.asked += 1;
  clearTimeout(me.timer);
  show(me, []);
}

function pressed(event, me) {
  if (event.isComposing || !me.found.length) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    me.active = (me.active + step + me.found.length) % me.found.length;
    show(me, me.found);
  } else if (event.key === "Enter") {
    event.preventDefault();
    choose(me, me.found[me.active]);
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    show(me, []);
  }
}

// What is typed whole counts as chosen; anything else is no option, and Slack takes none but options.
function left(me) {
  const same = (option) => option.text.toLowerCase() === me.input.value.trim().toLowerCase();
  const whole = me.value === null && me.found.find(same);
  if (whole) choose(me, whole);
  me.asked += 1;
  clearTimeout(me.timer);
  show(me, []);
}
