// The interactive elements of messages, the Home tab and modals outside of input blocks: each press goes to the bot.

import { h } from "./dom.js";
import { actAs } from "./api.js";
import { confirmed } from "./dialog.js";
import { textObject, emojiOnly } from "./mrkdwn.js";
import { store } from "./store.js";

/** An element of an actions block, or a section's accessory. */
export function interactive(element, block, surface) {
  if (element.type === "button" || element.type === "workflow_button") return button(element, block, surface);
  if (element.type === "overflow") return overflow(element, block, surface);
  if (element.type.endsWith("_select")) return choice(element, block, surface);
  if (element.type === "radio_buttons" || element.type === "checkboxes") return boxes(element, block, surface);
  if (element.type === "datepicker" || element.type === "timepicker") return moment(element, block, surface);
  return h("span", { class: "unknown" }, `(a ${element.type})`);
}

async function press(element, block, surface, value) {
  if (element.confirm && !(await confirmed(element.confirm))) return false;
  const where = { surface, action_id: element.action_id, block_id: block.block_id, value };
  return (await actAs("press", where)).ok;
}

function button(element, block, surface) {
  const look = element.style ? `slack-button ${element.style}` : "slack-button";
  const label = element.accessibility_label ?? null;
  const node = h("button", { type: "button", class: look, "aria-label": label, testid: `button-${element.action_id}` });
  node.append(emojiOnly(element.text.text));
  node.addEventListener("click", async () => {
    if (element.url) {
      window.open(element.url, "_blank", "noopener,noreferrer");
    }
    // Marked, not disabled: a disabled button would lose the keyboard's place.
    if (node.getAttribute("aria-busy") === "true") return;
    node.setAttribute("aria-busy", "true");
    await press(element, block, surface, element.value ?? null);
    node.removeAttribute("aria-busy");
  });
  return node;
}

// What an element scrolls in.
function paneOf(node) {
  while (node.parentElement && !/auto|scroll/.test(getComputedStyle(node).overflowY)) node = node.parentElement;
  return node;
}

// The dots and what comes out of them. An option is found by the button that it stands for: its value up to the dot.
function overflow(element, block, surface) {
  const dots = h("button", { type: "button", class: "slack-button dots", "aria-label": "More actions", "aria-haspopup": "menu", "aria-expanded": "false", testid: "overflow" }, "⋯");
  const list = h("div", { class: "overflow-menu", role: "menu", hidden: true });
  const box = h("div", { class: "overflow" }, dots, list);
  const show = (open) => {
    list.hidden = !open;
    dots.setAttribute("aria-expanded", String(open));
    // What is not shown is not there: nothing else of this page finds a button that nobody sees.
    list.replaceChildren(...(open ? items() : []));
    // Where the pane ends above its end, it opens upwards, as in Slack.
    list.classList.remove("up");
    list.classList.toggle("up", open && list.getBoundingClientRect().bottom > paneOf(box).getBoundingClientRect().bottom);
    list.firstElementChild?.focus();
  };
  const choose = async (option) => {
    show(false);
    dots.focus();
    await press(element, block, surface, option.value);
  };
  const items = () => element.options.map((option) => {
    const hook = `button-${option.value.split(".")[0]}`;
    const item = h("button", { type: "button", role: "menuitem", tabindex: "-1", testid: hook }, emojiOnly(option.text.text));
    item.addEventListener("click", () => choose(option));
    return item;
  });
  dots.addEventListener("click", () => show(list.hidden));
  box.addEventListener("focusout", (event) => {
    if (!list.hidden && event.relatedTarget && !box.contains(event.relatedTarget)) show(false);
  });
  box.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const there = [...list.children];
    const at = there.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: there.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      there.at(to % there.length).focus();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      show(false);
      dots.focus();
    }
  });
  return box;
}

/** The options of a select: its own, or the workspace's people or channels. */
export function optionsOf(element) {
  const { state } = store;
  if (element.type.includes("users") || element.type.includes("conversations")) {
    return state.people.map((person) => ({ value: person.id, label: person.real_name }));
  }
  if (element.type.includes("channels")) {
    return state.channels.map((channel) => ({ value: channel.id, label: `#${channel.name}` }));
  }
  const all = element.option_groups ? element.option_groups.flatMap((group) => group.options) : (element.options ?? []);
  return all.map((option) => ({ value: option.value, label: emojiOnly(option.text.text), full: option }));
}

function choice(element, block, surface) {
  const initial = element.initial_option?.value ?? element.initial_user ?? element.initial_channel ?? "";
  const holder = emojiOnly(element.placeholder?.text ?? "Choose…");
  const select = h("select", { class: "slack-select", "aria-label": holder, testid: `button-${element.action_id}` },
    h("option", { value: "", disabled: true }, holder),
    optionsOf(element).map((option) => h("option", { value: option.value }, option.label)));
  select.value = initial;
  select.addEventListener("change", async () => {
    if (!(await press(element, block, surface, select.value))) select.value = initial;
  });
  return select;
}

function boxes(element, block, surface) {
  const many = element.type === "checkboxes";
  const initial = many ? (element.initial_options ?? []).map((o) => o.value) : [element.initial_option?.value];
  const group = h("div", { class: "choices", role: many ? "group" : "radiogroup", testid: `button-${element.action_id}` });
  const name = `${surface.id ?? surface.ts}-${block.block_id}-${element.action_id}`;
  group.setAttribute("aria-label", "Choices");
  for (const option of element.options) group.append(optionLine(option, { many, name, checked: initial.includes(option.value) }));
  group.addEventListener("change", () => {
    const values = [...group.querySelectorAll("input:checked")].map((input) => input.value);
    press(element, block, surface, many ? values : values[0]);
  });
  return group;
}

/** One radio button or checkbox with its label and description. */
export function optionLine(option, { many, name, checked }) {
  const input = h("input", { type: many ? "checkbox" : "radio", name, value: option.value, checked });
  const text = h("span", { class: "choice-text" }, textObject(option.text, store.state));
  const more = option.description && h("span", { class: "choice-more" }, textObject(option.description, store.state));
  return h("label", { class: "choice" }, input, h("span", {}, text, more));
}

function moment(element, block, surface) {
  const date = element.type === "datepicker";
  const value = (date ? element.initial_date : element.initial_time) ?? "";
  const label = element.placeholder?.text ?? (date ? "Date" : "Time");
  const hook = `button-${element.action_id}`;
  const input = h("input", { type: date ? "date" : "time", class: "slack-input", value, "aria-label": label, testid: hook });
  input.addEventListener("change", () => press(element, block, surface, input.value));
  return input;
}
