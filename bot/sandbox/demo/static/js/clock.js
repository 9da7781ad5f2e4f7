// The demo's clock: what waits for a quarter of an hour, an evening or a week is seen at once. Forward only.

import { h } from "./dom.js";
import { act, announce } from "./api.js";
import { dayAndTime, now } from "./dates.js";
import { store, subscribe } from "./store.js";

const TICK_MS = 1000;
const STEPS = [
  { by: "minutes", text: "+15 min", about: "Fifteen minutes later: somebody who waits is spoken of" },
  { by: "day", text: "To the end of the day", about: "Just after midnight at the docks: the digest of the day" },
  { by: "week", text: "+7 days", about: "A week later: half of the time to claim is over" },
];

export function startClock() {
  const time = h("time", { class: "demo-time", testid: "demo-time" });
  const draw = () => {
    if (!store.state) return;
    const moment = now();
    const text = dayAndTime(moment);
    if (time.textContent === text) return;
    time.textContent = text;
    time.dateTime = new Date(moment * 1000).toISOString();
  };
  subscribe(draw);
  setInterval(draw, TICK_MS);
  const buttons = STEPS.map(({ by, text, about }) => h("button", {
    type: "button", class: "dock-button", testid: `clock-${by}`, title: about, "aria-label": `${text}. ${about}`,
    on: { click: async () => (await act("clock", { by })).ok && announce(`The clock is put forward: ${text}`) } }, text));
  return h("section", { class: "card clock", "aria-labelledby": "clock-title" },
    h("div", { class: "card-head" }, h("h3", { id: "clock-title" }, "The clock"), time),
    h("p", { class: "about" }, "Put it forward to see reminders, the day's digest and claims that are due. It never goes back."),
    h("div", { class: "clock-row" }, buttons),
    h("p", { class: "about" }, "Flipkart can count a return as completed that no FE ever brought. A day later the bot says so in the channel."),
    perDock(() => true, { name: "never_comes", testid: "never-comes", text: "A return never comes",
      done: (parcel, place) => `Flipkart counts ${parcel} as returned to ${place}` }));
}

/** "What is due": a dock at which nothing is due is looked at once a minute here, and every five minutes in earnest. */
export function startDue() {
  return h("section", { class: "card", "aria-labelledby": "due-title" },
    h("h3", { id: "due-title" }, "A day with nothing due"),
    h("p", { class: "about" }, "Flipkart's ledger names no return for the Pune dock, so the bot asks once a minute who is there, and OTC Bot's Home tab says so. A return on its way, or somebody who types /start-otc there, and it looks all the time."),
    perDock((one) => one.arrivals === "due", { name: "due_today", testid: "due-today", text: "A return comes today",
      done: (parcel, place) => `${parcel} comes to ${place} today` }));
}

// A button for each dock; they are known once the state has come.
function perDock(wanted, { name, testid, text, done }) {
  const row = h("div", { class: "clock-row named" });
  subscribe(() => {
    if (!store.state || row.childElementCount) return;
    row.append(...store.state.locations.filter(wanted).map((one) => h("button", {
      type: "button", class: "dock-button", testid: `${testid}-${one.id}`,
      on: { click: async () => {
        const answer = await act(name, { location: one.id });
        if (answer.ok) announce(done(answer.result.tracking_id, one.name));
      } } }, `${text}: ${one.name}`)));
  });
  return row;
}
