// F6 goes from one part of the page to the next, Shift+F6 back: channels, messages, thread and dock, or, while a modal
// lies over Slack, the modal and the dock; and the tour's strip. Each part of the work remembers
// where one was in it.

import { focusModal, openModal } from "./modal.js";
import { setUi, store } from "./store.js";

const NARROW = 860;
const PARTS = [
  { id: "channels", first: ["[aria-current]"] },
  { id: "chat", first: ["[data-testid=composer]", "[data-testid=home]"] },
  { id: "thread", first: ["[data-testid=thread-composer]"] },
  { id: "tour", first: ["[data-testid=tour-next]"] },
  { id: "dock", first: ["[data-testid=phone] .phone-form :is(input, button)", "[data-testid=fe-arrive]"] },
];
const places = new Map();

export function startRegions() {
  document.addEventListener("focusin", (event) => {
    const part = partOf(event.target);
    if (part) places.set(part, event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "F6" || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    go(event.shiftKey ? -1 : 1);
  });
}

function partOf(node) {
  if (openModal()?.contains(node)) return "modal";
  return PARTS.find((part) => document.getElementById(part.id)?.contains(node))?.id;
}

function go(step) {
  const slack = openModal() ? ["modal"] : ["channels", "chat", ...(store.ui.thread ? ["thread"] : [])];
  const all = [...slack, "dock", ...(document.getElementById("tour") ? ["tour"] : [])];
  const here = all.indexOf(partOf(document.activeElement));
  const next = all.at(here < 0 ? 0 : (here + step + all.length) % all.length);
  // On a narrow screen one pane is seen at a time: the next part brings its own.
  const pane = { modal: "chat", dock: store.ui.tab, tour: store.ui.pane }[next] ?? next;
  if (innerWidth <= NARROW && store.ui.pane !== pane) setUi({ pane });
  setTimeout(() => focusPart(next), 0);
}

function focusPart(id) {
  const before = places.get(id);
  // From a code one goes to where it is typed in, wherever one was at the dock before.
  const elsewhere = id === "dock" && openModal() && !before?.closest("[data-testid=phone]");
  if (!elsewhere && id !== "tour" && before?.isConnected && before.getClientRects().length && !before.disabled) return before.focus();
  if (id === "modal") return focusModal();
  const root = document.getElementById(id);
  const { first } = PARTS.find((part) => part.id === id);
  const found = first.map((one) => root.querySelector(one)).find((node) => node?.getClientRects().length && !node.disabled);
  return (found ?? root).focus();
}
