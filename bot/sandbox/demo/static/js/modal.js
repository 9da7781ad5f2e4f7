// The viewer's topmost modal. It covers Slack and nothing else: the FE's phone is another device, and a code that is
// read out of the modal is typed in there. Tab stays inside; F6 (regions.js) goes to the dock and back.

import { h, icon } from "./dom.js";
import { actAs, announce } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { focusError, readValues } from "./inputs.js";
import { store, subscribe } from "./store.js";

const SLACK = ["channels", "chat", "thread"];
const FOCUSABLE = "a[href], button:not([hidden]), input, select, textarea, [tabindex='0']";
let layer = null;
let dialog = null;
let shown = null;
let refused = {};
let opener = null;
/** Views this person has just closed: the next state may still hold them. */
const closing = new Set();

export function startModal() {
  subscribe((state) => draw(state.view));
}

/** The modal's element, or null. */
export function openModal() {
  return dialog;
}

/** Closes it, as its button does. */
export function closeModal() {
  return close();
}

/** Puts the focus into the modal. */
export function focusModal() {
  if (dialog) firstField().focus();
}

function draw(view) {
  if (!view || closing.has(view.id)) return dialog && end();
  const changed = JSON.stringify(view);
  if (dialog && shown.text === changed) return undefined;
  const isNew = !dialog;
  if (isNew) build();
  const sameForm = shown?.id === view.id && shown.callback === view.callback_id && shown.title === view.title;
  if (!sameForm) refused = {};
  const had = dialog.contains(document.activeElement) ? document.activeElement : null;
  const elsewhere = !isNew && !had && document.activeElement !== document.body;
  fill(view, changed, sameForm);
  if (isNew || !elsewhere) placeFocus(view, had, sameForm);
  return undefined;
}

function build() {
  const active = document.activeElement;
  opener = { node: active, hook: active?.dataset?.testid, ts: active?.closest?.("[data-ts]")?.dataset.ts };
  dialog = h("div", { class: "dialog modal", role: "dialog", "aria-labelledby": "modal-title", testid: "modal" },
    h("form", { novalidate: true, on: { submit } },
      h("div", { class: "dialog-head" },
        h("img", { src: "/static/icon.svg", alt: "", width: "28", height: "28" }),
        h("h2", { id: "modal-title", tabindex: "-1" }),
        h("button", { type: "button", class: "icon-button", "aria-label": "Close", testid: "modal-x", on: { click: close } }, icon("close"))),
      h("div", { class: "dialog-body blocks", tabindex: "0", role: "group", "aria-labelledby": "modal-title" }),
      h("div", { class: "dialog-foot" },
        h("p", { class: "dialog-key" }, h("kbd", {}, "F6"), " to the phone"),
        h("button", { type: "button", class: "slack-button", testid: "modal-close", on: { click: close } }),
        h("button", { type: "submit", class: "slack-button primary", testid: "modal-submit" }))));
  dialog.addEventListener("keydown", keys);
  layer = h("div", { class: "modal-layer" }, dialog);
  document.getElementById("app").append(layer);
  for (const id of SLACK) document.getElementById(id).inert = true;
}

function keys(event) {
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    close();
  }
  if (event.key !== "Tab") return;
  const all = [...dialog.querySelectorAll(FOCUSABLE)].filter((node) => node.getClientRects().length);
  const at = all.indexOf(document.activeElement);
  const leaves = event.shiftKey ? at <= 0 : at === all.length - 1;
  if (!leaves) return;
  event.preventDefault();
  all.at(event.shiftKey ? -1 : 0).focus();
}

function fill(view, text, sameForm) {
  const title = dialog.querySelector("#modal-title");
  if (title.textContent && title.textContent !== view.title) announce(view.title);
  title.textContent = view.title;
  const closeButton = dialog.querySelector("[data-testid=modal-close]");
  const submitButton = dialog.querySelector("[data-testid=modal-submit]");
  closeButton.textContent = view.close ?? (view.submit ? "Cancel" : "Close");
  submitButton.textContent = view.submit ?? "";
  submitButton.hidden = !view.submit;
  const errors = { ...refused, ...view.errors };
  const body = dialog.querySelector(".dialog-body");
  drawBlocks(body, view.blocks, { kind: "view", id: view.id }, { flash: sameForm, errors });
  // Another form is read from its beginning: a code must not stand above what is seen.
  if (!sameForm) body.scrollTop = 0;
  shown = { id: view.id, title: view.title, callback: view.callback_id, text };
}

function firstField() {
  const body = dialog.querySelector(".dialog-body");
  return body.querySelector("[data-first]") ?? body.querySelector("input, textarea, select") ?? dialog.querySelector("#modal-title");
}

function placeFocus(view, had, sameForm) {
  if (Object.keys(view.errors ?? {}).length) return focusError(dialog.querySelector(".dialog-body"));
  const field = firstField();
  // In another form the first field is where one goes on; in the same one, where one was.
  if (sameForm && had && dialog.contains(had) && !had.hidden) return undefined;
  return field.focus();
}

async function submit(event) {
  event.preventDefault();
  const mine = dialog;
  const button = mine.querySelector("[data-testid=modal-submit]");
  if (!shown || button.hidden || button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  const body = mine.querySelector(".dialog-body");
  const answer = await actAs("submit", { view: shown.id, values: readValues(body) });
  button.removeAttribute("aria-busy");
  if (mine !== dialog) return;
  refused = answer.fields ?? {};
  const { view } = store.state;
  if (!Object.keys(refused).length || view?.id !== shown.id) return;
  drawBlocks(body, view.blocks, { kind: "view", id: view.id }, { errors: refused });
  focusError(body);
}

async function close() {
  if (!shown) return;
  const { id } = shown;
  closing.add(id);
  draw(null);
  const answer = await actAs("close", { view: id });
  if (answer.ok) return;
  closing.delete(id);
  draw(store.state.view);
}

// The focus goes back to where it came from, unless the person has gone on elsewhere meanwhile.
function end() {
  const inside = dialog.contains(document.activeElement) || document.activeElement === document.body;
  for (const id of SLACK) document.getElementById(id).inert = false;
  layer.remove();
  layer = dialog = shown = null;
  if (!inside) return;
  const again = opener.hook && `${opener.ts ? `[data-ts="${CSS.escape(opener.ts)}"] ` : ""}[data-testid="${CSS.escape(opener.hook)}"]`;
  const node = opener.node?.isConnected && opener.node !== document.body ? opener.node : again && document.querySelector(again);
  (node || document.getElementById("messages")).focus();
}
