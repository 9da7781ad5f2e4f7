// Where the reader is, together with the browser: Back leads to where one was on this page, closes a window first, and
// leaves the demo only when it is pressed once more; a reload comes back to the same channel, thread, pane and tab.

import { toast } from "./api.js";
import { closeModal, openModal } from "./modal.js";
import { forThisTab, setUi, store, subscribe } from "./store.js";

const PARTS = ["channel", "thread", "home", "pane", "tab"];
let here = null;

export function startPlaces() {
  const before = forThisTab("place");
  if (before) Object.assign(store.ui, before);
  // Below everything lies an entry that says that the next Back leaves; a page that was reloaded has it already.
  if (!history.state?.place) history.replaceState({ place: null }, "");
  addEventListener("popstate", (event) => back(event.state?.place ?? null));
  // Only what follows an act of the reader is kept by browsers, so the first entry waits for one.
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => here && !history.state?.place && push(), true);
  subscribe(moved);
}

function place() {
  return Object.fromEntries(PARTS.map((part) => [part, store.ui[part]]));
}

function push() {
  history.pushState({ place: place() }, "");
}

function moved() {
  const now = JSON.stringify(place());
  if (now === here) return;
  const isFirst = here === null;
  here = now;
  forThisTab("place", place());
  if (!isFirst) push();
}

function back(to) {
  if (openModal()) {
    closeModal();
    push();
  } else if (to) {
    here = JSON.stringify(to);
    forThisTab("place", to);
    setUi(to);
  } else {
    toast("Press Back once more to leave the demo.");
  }
}
