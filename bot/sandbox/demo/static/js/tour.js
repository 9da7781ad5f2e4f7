// A tour of nine steps that points at the real things. The page stays usable: one may do what the step says.

import { h, icon } from "./dom.js";
import { remember, setUi, store } from "./store.js";

const GAP = 12;
const STEPS = [
  {
    find: ["#messages"], ui: { home: false, pane: "chat" }, title: "The dock's channel",
    text: "This is Slack, as your team knows it. Every FE who arrives gets one card here, and everything that happens goes into its thread.",
  },
  {
    find: ["[data-testid=sheet]"], ui: { tab: "dock", pane: "dock" }, title: "What should arrive",
    text: "Put today's list into the channel and press Send. From then on the bot calls out parcels that nobody expected, and lists those that are missing.",
  },
  {
    find: ["[data-testid=fe-arrive]"], ui: { tab: "dock", pane: "dock" }, title: "An FE arrives",
    text: "Choose the dock and a name, and press “An FE arrives”. Within moments the bot has a card for them in Slack.",
  },
  {
    find: ["#chat .composer-box"], ui: { home: false, pane: "chat" }, title: "The Start OTC",
    text: "Type /start-otc and press Enter twice. The code is shown to you alone. “View as” at the top shows that nobody else sees it, and how the bot speaks Hindi to Sunita.",
  },
  {
    find: ["[data-testid=phone]"], ui: { tab: "dock", pane: "dock" }, title: "The FE's phone",
    text: "Type the code in here, then scan: a few good ones, a rejected one, a wrong flyer, one not on the list. The card counts along, the thread says what to set aside.",
  },
  {
    find: ["[data-testid=own-scan-most]"], ui: { tab: "dock", pane: "dock" }, title: "Your own scanner",
    text: "A barcode scanner that types into the thread. What the FE scanned and you never saw stands on the card, before the code that makes it yours.",
  },
  {
    find: ["#chat [data-testid=button-end_otc]", "#chat [data-testid=button-tally_1]", "#messages"], ui: { home: false, pane: "chat" }, title: "Count before the code",
    text: "When the FE has finished, press End OTC or type /end-otc. First you count by hand; if it differs, the bot says by how many and wants a reason. A receipt follows in the thread.",
  },
  {
    find: ["[data-testid=clock-minutes]"], ui: { tab: "dock", pane: "dock" }, title: "The clock",
    text: "Put it forward: reminders after a quarter of an hour, the day's digest with a chart at its end, claims that are due after a week. OTC Bot's Home tab has what waits.",
  },
  {
    find: [".glass-filter"], ui: { tab: "glass", pane: "glass" }, title: "Under the glass",
    text: "Each call between the bot, Slack and Flipkart, with codes masked. On the dock's tab, “Play a day” shows it all by itself, and Flipkart's mood makes it harder.",
  },
];
let step = -1;
let bubble = null;
let ring = null;
let back = null;
let offer = null;

/** On a first visit the tour is offered once, without being in the way. */
export function offerTour() {
  if (remember("tour")) return;
  const leave = () => {
    remember("tour", "seen");
    offer?.remove();
    offer = null;
  };
  offer = h("section", { class: "offer", "aria-label": "A tour", testid: "tour-offer" },
    h("p", {}, h("strong", {}, "New here? "), "Nine steps show a whole handover."),
    h("button", { type: "button", class: "dock-button strong", testid: "tour-offer-start", on: { click: startTour } }, "Show me"),
    h("button", { type: "button", class: "icon-button", "aria-label": "No tour, thank you", testid: "tour-offer-close", on: { click: leave } }, icon("close")));
  document.getElementById("top").append(offer);
}

/** Begins the tour, or begins it again. */
export function startTour() {
  back = document.querySelector("[data-testid=tour-start]");
  remember("tour", "seen");
  offer?.remove();
  offer = null;
  if (!bubble) {
    ring = h("div", { class: "tour-ring", "aria-hidden": "true" });
    bubble = h("div", { class: "tour-bubble", role: "dialog", "aria-labelledby": "tour-title", "aria-describedby": "tour-text", tabindex: "-1", testid: "tour" });
    document.body.append(ring, bubble);
    document.addEventListener("keydown", keys);
    window.addEventListener("resize", place);
    document.addEventListener("scroll", place, { capture: true, passive: true });
    follow();
  }
  show(0);
}

function leave() {
  step = -1;
  bubble?.remove();
  ring?.remove();
  bubble = ring = null;
  document.removeEventListener("keydown", keys);
  window.removeEventListener("resize", place);
  document.removeEventListener("scroll", place, { capture: true });
  back?.focus();
}

function keys(event) {
  if (event.key === "Escape" && !event.defaultPrevented) {
    event.preventDefault();
    leave();
  }
  if (!bubble?.contains(document.activeElement)) return;
  if (event.key === "ArrowRight") show(step + 1);
  if (event.key === "ArrowLeft" && step > 0) show(step - 1);
}

function show(n) {
  if (n >= STEPS.length) return leave();
  step = n;
  const { title, text, ui } = STEPS[n];
  if (store.state) setUi(ui);
  const button = (look, testid, words, click) => h("button", { type: "button", class: look, testid, on: { click } }, words);
  bubble.replaceChildren(
    h("p", { class: "tour-count" }, `Step ${n + 1} of ${STEPS.length}`),
    h("h2", { id: "tour-title" }, title),
    h("p", { id: "tour-text" }, text),
    h("div", { class: "tour-row" },
      button("dock-button", "tour-leave", "Leave", leave),
      n ? button("dock-button", "tour-back", "Back", () => show(n - 1)) : null,
      button("dock-button strong", "tour-next", n + 1 < STEPS.length ? "Next" : "Done", () => show(n + 1))));
  setTimeout(() => {
    target()?.scrollIntoView({ block: "nearest" });
    place();
    bubble?.focus();
  }, 30);
  return undefined;
}

function target() {
  for (const selector of STEPS[step]?.find ?? []) {
    const all = [...document.querySelectorAll(selector)].filter((node) => node.getClientRects().length);
    if (all.length) return all.at(-1);
  }
  return null;
}

// What is pointed at may move while messages come in.
function follow() {
  if (!bubble) return;
  place();
  setTimeout(follow, 400);
}

function place() {
  const node = bubble && target();
  if (!bubble) return;
  ring.hidden = !node;
  const at = node ? node.getBoundingClientRect() : new DOMRect(innerWidth / 2, innerHeight / 3, 0, 0);
  put(ring, { left: at.left - 6, top: at.top - 6, width: at.width + 12, height: at.height + 12 });
  const size = bubble.getBoundingClientRect();
  put(bubble, spot(at, size));
}

// Beside the thing where there is room, else below or above it, else over its upper part; always wholly on the page.
function spot(at, size) {
  const wide = innerWidth - size.width - GAP;
  const high = innerHeight - size.height - GAP;
  const keep = (x, y) => ({ left: Math.max(GAP, Math.min(x, wide)), top: Math.max(GAP, Math.min(y, high)) });
  if (at.left - size.width - 2 * GAP > 0) return keep(at.left - size.width - 2 * GAP, at.top);
  if (at.bottom + size.height + 2 * GAP < innerHeight) return keep(at.left, at.bottom + 2 * GAP);
  if (at.top - size.height - 2 * GAP > 0) return keep(at.left, at.top - size.height - 2 * GAP);
  if (at.right + size.width + 2 * GAP < innerWidth) return keep(at.right + 2 * GAP, at.top);
  return keep(at.left + (at.width - size.width) / 2, at.bottom - size.height - 3 * GAP);
}

function put(node, box) {
  for (const [name, value] of Object.entries(box)) node.style[name] = `${Math.round(value)}px`;
}
