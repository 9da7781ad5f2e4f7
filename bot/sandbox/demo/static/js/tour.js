// A tour through a whole handover. It stands in a strip of its own below the top, so it covers nothing of what it speaks
// of; a ring shows where to look. It waits for each act, says that it is done, and goes on when it is told to.

import { h, icon } from "./dom.js";
import { announce } from "./api.js";
import { remember, setUi, store, subscribe } from "./store.js";
import { STEPS } from "./toursteps.js";

const LOOK_MS = 300;
/** In pixels, around what the ring shows. */
const AROUND = 5;
/** For so long what a step speaks of is kept in sight while messages come in; then the reader may scroll as they like. */
const HELD_MS = 3000;
let step = -1;
let done = false;
let strip = null;
let ring = null;
let offer = null;
let shown = null;
let heldUntil = 0;

/** On a first visit the tour is offered once, without being in the way. */
export function offerTour() {
  subscribe(look);
  if (remember("tour")) return;
  const decline = () => {
    remember("tour", "seen");
    offer?.remove();
    offer = null;
  };
  offer = h("section", { class: "offer", "aria-label": "A tour", testid: "tour-offer" },
    h("p", {}, h("strong", {}, "New here? "), "Do a whole handover, step by step."),
    h("button", { type: "button", class: "dock-button strong", testid: "tour-offer-start", on: { click: startTour } }, "Show me"),
    h("button", { type: "button", class: "icon-button", "aria-label": "No tour, thank you", testid: "tour-offer-close", on: { click: decline } }, icon("close")));
  document.getElementById("top").append(offer);
}

/** Begins the tour, or begins it again. */
export function startTour() {
  remember("tour", "seen");
  offer?.remove();
  offer = null;
  const isNew = !strip;
  if (isNew) {
    ring = h("div", { class: "tour-ring", "aria-hidden": "true", hidden: true });
    strip = h("section", { id: "tour", class: "tour", "aria-labelledby": "tour-title", testid: "tour" });
    document.getElementById("top").after(strip);
    document.body.append(ring);
    strip.addEventListener("keydown", keys);
  }
  show(0);
  if (isNew) follow();
}

function leave() {
  step = -1;
  strip?.remove();
  ring?.remove();
  strip = ring = null;
  document.querySelector("[data-testid=tour-start]").focus();
}

function keys(event) {
  if (event.key !== "Escape") return;
  event.preventDefault();
  event.stopPropagation();
  leave();
}

function show(n) {
  if (n >= STEPS.length) return leave();
  step = n;
  done = isDone();
  const { title, text } = STEPS[n];
  const button = (look, testid, words, click) => h("button", { type: "button", class: look, testid, on: { click } }, words);
  strip.replaceChildren(
    h("div", { class: "tour-words" },
      h("h2", { id: "tour-title", tabindex: "-1" }, h("span", { class: "tour-count" }, `${n + 1} of ${STEPS.length} `), title),
      h("p", { id: "tour-text" }, text)),
    h("div", { class: "tour-row" },
      h("span", { class: "tour-done", testid: "tour-done" }),
      STEPS[n].find(store.state).length > 0 && button("dock-button", "tour-where", "Where?", where),
      n > 0 && button("dock-button", "tour-back", "Back", () => show(n - 1)),
      button("dock-button", "tour-next", "", () => show(n + 1)),
      button("icon-button", "tour-leave", icon("close"), leave)));
  strip.querySelector("[data-testid=tour-leave]").setAttribute("aria-label", "Leave the tour");
  mark();
  where();
  strip.querySelector("#tour-title").focus();
  return undefined;
}

function isDone() {
  return Boolean(store.state && STEPS[step].done?.(store.state));
}

// Said once, when the act of the step is done; who works on elsewhere is not pulled away from there.
function look() {
  if (!strip || done || !isDone()) return;
  done = true;
  mark();
  announce(`Done: ${STEPS[step].title}. Next in the tour: ${STEPS[step + 1].title}`);
}

function mark() {
  const waits = Boolean(STEPS[step].done) && !done;
  const next = strip.querySelector("[data-testid=tour-next]");
  next.textContent = step + 1 === STEPS.length ? "The end" : waits ? "Skip" : "Next";
  next.classList.toggle("strong", !waits);
  strip.querySelector("[data-testid=tour-done]").textContent = done ? "✓ Done" : "";
  strip.classList.toggle("waits", waits);
}

/** Shows the part of the page of which the step speaks. */
function where() {
  shown = null;
  heldUntil = performance.now() + HELD_MS;
  if (store.state) setUi(STEPS[step].ui(store.state));
  setTimeout(place, 0);
}

function target() {
  for (const selector of STEPS[step].find(store.state)) {
    const all = [...document.querySelectorAll(selector)].filter((node) => node.getClientRects().length);
    if (all.length) return all.at(-1);
  }
  return null;
}

// What is looked at may move while messages come in.
function follow() {
  if (!strip) return;
  if (store.state) {
    look();
    place();
  }
  setTimeout(follow, LOOK_MS);
}

function place() {
  if (!strip) return;
  const node = target();
  if (node && (node !== shown || performance.now() < heldUntil)) {
    shown = node;
    node.scrollIntoView({ block: "nearest" });
  }
  const box = node && seen(node);
  ring.hidden = !box;
  if (!box) return;
  const size = { left: box.left - AROUND, top: box.top - AROUND, width: box.right - box.left + 2 * AROUND, height: box.bottom - box.top + 2 * AROUND };
  for (const [name, value] of Object.entries(size)) ring.style[name] = `${Math.round(value)}px`;
}

// The part of an element that is not scrolled out of its box, or null.
function seen(node) {
  const { left, top, right, bottom } = node.getBoundingClientRect();
  const box = { left, top, right, bottom };
  const around = node.parentElement?.closest(".scroll, .panel, .dialog-body");
  if (around) {
    const edge = around.getBoundingClientRect();
    box.top = Math.max(box.top, edge.top);
    box.bottom = Math.min(box.bottom, edge.bottom);
  }
  return box.bottom - box.top > AROUND ? box : null;
}
