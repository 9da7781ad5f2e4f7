// The seller's side of the counter: the list of what should arrive, and the seller's own scanner.

import { h } from "./dom.js";
import { act, actAs, announce } from "./api.js";
import { putIntoComposer } from "./messages.js";
import { openChannel } from "./open.js";
import { chosenVisit } from "./phone.js";
import { setUi, store, subscribe } from "./store.js";

const NARROW = 860;

/** "What should arrive": a CSV for the dock that is looked at, ready to be sent. */
export function startSheet() {
  const about = h("p", { class: "about" });
  const place = () => store.state.locations.find((one) => one.channel === store.ui.channel) ?? store.state.locations[0];
  const button = h("button", { type: "button", class: "dock-button", testid: "sheet" }, "Put the list into the channel");
  button.addEventListener("click", async () => {
    const dock = place();
    const answer = await act("sheet", { location: dock.id });
    if (!answer.ok) return;
    const bot = store.state.users[store.state.bot.user_id].name;
    openChannel(dock.channel);
    // The composer has a draft for each channel: it takes this one over once it shows the channel.
    setTimeout(() => {
      putIntoComposer({ text: `@${bot} `, files: [{ ...answer.result, mimetype: "text/csv" }] });
      announce("The list is in the message box. Send it.");
    }, 0);
  });
  subscribe(() => {
    const { name, sheet } = place();
    const line = sheet.dropped
      ? `${name} has today's list. Still to be scanned: ${sheet.left} of ${sheet.parcels}.`
      : `Seller Hub's list for ${name} has ${sheet.parcels} parcels today. Send it to the bot, and FEs bring those.`;
    if (about.textContent !== line) about.textContent = line;
  });
  return h("section", { class: "card", "aria-labelledby": "sheet-title" }, h("h3", { id: "sheet-title" }, "What should arrive"), about, button);
}

// Beside the phone the thread is seen; on a narrow screen it would take the phone away.
function showThread(channel, ts) {
  if (innerWidth > NARROW) setUi({ channel, thread: ts, home: false });
}

/** "Your own scanner": types into the thread of the FE whose phone is shown, as the person one views as. */
export function startScanner() {
  const about = h("p", { class: "about" });
  const scan = (fields) => async () => {
    const visit = chosenVisit();
    if (!visit) return;
    const answer = await actAs("own_scan", { task: visit.task_id, ...fields });
    if (!answer.ok) return;
    const { channel, ts, parcels } = answer.result;
    announce(parcels === 1 ? "One parcel scanned" : `${parcels} parcels scanned`);
    showThread(channel, ts);
  };
  const drop = async () => {
    const visit = chosenVisit();
    if (!visit) return;
    const answer = await actAs("film", { task: visit.task_id });
    if (!answer.ok) return;
    const { channel, ts, parcel } = answer.result;
    announce(`A video of ${parcel} is in the thread`);
    showThread(channel, ts);
  };
  const one = h("button", { type: "button", class: "dock-button", testid: "own-scan-one", on: { click: scan({}) } }, "Scan the next parcel");
  const most = h("button", { type: "button", class: "dock-button", testid: "own-scan-most", on: { click: scan({ all_but_one: true }) } }, "Scan all but one");
  const film = h("button", { type: "button", class: "dock-button", testid: "film", on: { click: drop } }, "Drop a video of a parcel");
  subscribe(() => {
    const visit = chosenVisit();
    const ready = Boolean(visit && visit.page !== "gone" && visit.scanned);
    one.disabled = most.disabled = film.disabled = !ready;
    const line = ready
      ? `Types the tracking ids of ${visit.fe_name}'s parcels into the thread, as you. A video of an unboxing goes there too.`
      : "Once an FE has scanned something, your scanner types it into the thread, as you.";
    if (about.textContent !== line) about.textContent = line;
  });
  return h("section", { class: "card", "aria-labelledby": "scanner-title" },
    h("h3", { id: "scanner-title" }, "Your own scanner"), about, h("div", { class: "clock-row" }, one, most, film));
}
