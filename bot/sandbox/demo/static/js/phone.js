// The FE's phone: who is here, and what the FE's own app asks of them, page by page.

import { h, refill } from "./dom.js";
import { act, announce } from "./api.js";
import { clockSeconds, now } from "./dates.js";
import { store, subscribe } from "./store.js";

const PAGES = { start: "Start OTC", scanning: "scanning", end: "End OTC", gone: "gone" };
const NEXT = {
  start: "Somebody at the dock types /start-otc in Slack and reads the code out to this FE.",
  scanning: "Scan a few. The card in Slack follows, and names what is to be set aside.",
  end: "Somebody types /end-otc, counts the parcels by hand, and only then gets the code to read out.",
  gone: "This visit is over. Its card in Slack says how it ended.",
};
let chosen = null;
/** An FE who has arrived, but not in the last state yet. */
let expected = null;
const NOTHING = { task: null, page: null, text: "", good: false };
let said = NOTHING;
let parts;

/** The visit whose phone is shown, or undefined. */
export function chosenVisit() {
  return store.state.visits.find((visit) => visit.task_id === chosen);
}

export function startPhone() {
  parts = {
    gate: h("div", { class: "gate" }),
    who: h("select", { id: "fe-select", testid: "fe-select" }),
    clock: h("span", { "aria-hidden": "true" }),
    screen: h("div", { class: "phone-screen" }),
    next: h("p", { class: "phone-next" }),
  };
  parts.who.addEventListener("change", () => choose(parts.who.value));
  const bar = h("div", { class: "phone-bar" }, parts.clock, h("span", { class: "notch", "aria-hidden": "true" }), h("span", { "aria-hidden": "true" }, "4G ▮▮▮"));
  const phone = h("section", { class: "phone", testid: "phone", "aria-label": "The FE's phone" },
    bar, h("div", { class: "phone-who" }, h("label", { for: "fe-select" }, "Whose phone"), parts.who), parts.screen);
  subscribe(draw);
  return h("section", { class: "card phone-card", "aria-labelledby": "phone-title" },
    h("h3", { id: "phone-title" }, "The FE at the dock"),
    h("p", { class: "about" }, "FE is short for Field Executive: the courier's person who brings returned parcels."), parts.gate, phone, parts.next);
}

function draw(state) {
  const docks = state.locations.map((one) => [one.id, one.name]);
  refill(parts.gate, JSON.stringify([docks, state.partners, state.names]), () => arriveForm(state));
  const here = state.visits.filter((visit) => visit.page !== "gone");
  if (expected && state.visits.some((visit) => visit.task_id === expected)) {
    chosen = expected;
    expected = null;
  }
  if (!state.visits.some((visit) => visit.task_id === chosen)) chosen = here[0]?.task_id ?? null;
  drawWho(state);
  const visit = chosenVisit();
  parts.clock.textContent = clockSeconds(now()).slice(0, 5);
  // Only a change of page makes a new screen: a half-typed code stays while scans of others come in.
  const had = parts.screen.contains(document.activeElement);
  const turned = refill(parts.screen, visit ? `${visit.task_id} ${visit.page}` : "nobody", () => (visit ? page(visit) : nobody()));
  // Who typed the right code or ended the scanning goes on where the next page begins.
  if (turned && had && !parts.screen.contains(document.activeElement)) nextPlace().focus();
  if (visit) drawNumbers(visit);
  parts.next.textContent = visit ? NEXT[visit.page] : "Let an FE arrive, and a card for them appears in Slack.";
}

function nextPlace() {
  return parts.screen.querySelector(".phone-form :is(input, button)") ?? parts.screen.querySelector(".over") ?? parts.who;
}

function drawWho(state) {
  const lines = state.visits.map((v) => [v.task_id, `${v.fe_name} (${PAGES[v.page] ?? v.page})`]);
  const signature = JSON.stringify([lines, chosen === null]);
  if (parts.who.signature !== signature) {
    parts.who.signature = signature;
    const options = lines.map(([task, text]) => h("option", { value: task }, text));
    parts.who.replaceChildren(...(chosen === null ? [h("option", { value: "" }, "nobody here now")] : []), ...options);
  }
  parts.who.value = chosen ?? "";
}

function choose(task) {
  chosen = task;
  expected = null;
  said = NOTHING;
  draw(store.state);
}

function arriveForm(state) {
  const location = h("select", { id: "fe-location", testid: "fe-location" },
    state.locations.map((one) => h("option", { value: one.id }, one.name)));
  const name = h("input", { id: "fe-name", testid: "fe-name", value: state.names[0] ?? "", list: "fe-names", autocomplete: "off", required: true });
  const partner = h("select", { id: "fe-partner", testid: "fe-partner" }, state.partners.map((one) => h("option", { value: one }, one)));
  const form = h("form", { class: "arrive" },
    field("Dock", location), field("Name", name), field("Courier", partner),
    h("datalist", { id: "fe-names" }, state.names.map((one) => h("option", { value: one }))),
    h("button", { type: "submit", class: "dock-button strong", testid: "fe-arrive" }, "An FE arrives"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await act("arrive", { location: location.value, name: name.value, partner: partner.value });
    if (!answer.ok) return;
    expected = answer.result.task_id;
    draw(store.state);
    announce(`${name.value} has arrived`);
    name.value = freshName(state.names, name.value);
  });
  return form;
}

// The next suggestion, so that several presses bring several people.
function freshName(names, last) {
  return names.length ? names[(names.indexOf(last) + 1) % names.length] : last;
}

function field(label, control) {
  return h("div", { class: "field" }, h("label", { for: control.id }, label), control);
}

function nobody() {
  return [h("p", { class: "phone-empty" }, "Nobody is signed in on this phone.")];
}

function page(visit) {
  const head = h("div", { class: "phone-head" }, h("strong", {}, visit.fe_name), h("span", {}, visit.partner), h("code", {}, visit.fe_id));
  const body = { start: () => codePage("start"), scanning: scanPage, end: () => codePage("end") }[visit.page] ?? overPage;
  return [head, body(visit), visit.page === "gone" ? null : leaveButton()];
}

function codePage(kind) {
  const input = h("input", {
    id: `fe-${kind}-code`, class: "code-field", testid: `fe-${kind}-code`, inputmode: "numeric", maxlength: "12",
    autocomplete: "off", placeholder: "••••••", "aria-describedby": "fe-said" });
  const title = kind === "start" ? "Enter the Start OTC" : "Enter the End OTC";
  const go = kind === "start" ? "Start scanning" : "Close the handover";
  const form = h("form", { class: "phone-form" },
    kind === "end" ? h("p", { class: "counted" }, h("b", { class: "n-scanned" }), " parcels scanned") : null,
    h("label", { for: input.id }, title), input, saidLine(),
    h("button", { type: "submit", class: "phone-button strong", testid: `fe-${kind}-enter` }, go));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!input.value.trim()) return tell("Type the code that was read out to you.", kind);
    const answer = await act(kind === "start" ? "start_code" : "end_code", { task: chosen, code: input.value });
    if (!answer.ok) return undefined;
    if (answer.result.right) return kind === "start" ? tell("Right code. Scanning is open.", "scanning", true) : tell("Right code. The handover is closed.", "gone", true);
    input.select();
    return tell("Wrong code. Ask for it again.", kind);
  });
  return form;
}

function scanPage() {
  const scan = (n, kind) => () => {
    said = NOTHING;
    act("scan", { task: chosen, n, kind });
  };
  const button = (testid, text, click, look = "") => h("button", { type: "button", class: `phone-button ${look}`, testid, on: { click } }, text);
  return h("div", { class: "phone-form" },
    saidLine(),
    h("p", { class: "counter" }, h("b", { class: "n-scanned" }), h("span", {}, "scanned"), h("span", { class: "n-rejected" })),
    h("div", { class: "pair" },
      button("fe-scan-one", "Scan one", scan(1, "ok"), "strong"), button("fe-scan-ten", "Scan ten", scan(10, "ok"), "strong"),
      button("fe-scan-rejected", "Rejected one", scan(1, "rejected")), button("fe-scan-swapped", "Swapped flyer", scan(1, "swapped")),
      button("fe-scan-unlisted", "One not on the list", scan(1, "unlisted"))),
    button("fe-finish", "Finish scanning", () => act("finish", { task: chosen }), "dark"));
}

function overPage() {
  return h("div", { class: "phone-form over", tabindex: "-1" }, h("p", { class: "tick", "aria-hidden": "true" }, "✓"), saidLine(),
    h("p", {}, "No longer at the dock, with ", h("b", { class: "n-scanned" }), " scanned."));
}

function leaveButton() {
  return h("button", { type: "button", class: "phone-button plain", testid: "fe-leave", on: { click: () => act("leave", { task: chosen }) } }, "Leave without a code");
}

function saidLine() {
  return h("p", { class: "said", id: "fe-said", role: "status" });
}

// Said on one page of one FE's phone only.
function tell(text, page, good = false) {
  said = { task: chosen, page, text, good };
  showSaid();
}

function showSaid() {
  const line = parts.screen.querySelector(".said");
  if (!line) return;
  const visit = chosenVisit();
  const text = visit && said.task === chosen && said.page === visit.page ? said.text : "";
  if (line.textContent !== text) line.textContent = text;
  line.classList.toggle("good", said.good);
}

function drawNumbers(visit) {
  for (const node of parts.screen.querySelectorAll(".n-scanned")) node.textContent = visit.scanned;
  const rejected = parts.screen.querySelector(".n-rejected");
  if (rejected) rejected.textContent = visit.rejected ? `${visit.rejected} rejected` : "";
  showSaid();
}
