// What the tour asks for, step by step: a handover from the list of what should arrive to the receipt. A step says where
// to look (`find`, the first of its selectors that is seen), which part of the page that is (`ui`), and when it is done.
// A step without `done` is only read.

import { chosenVisit } from "./phone.js";
import { replies, store } from "./store.js";

const DOCK = { tab: "dock", pane: "dock" };
const CODE = /^\d{3} \d{3}$/;

export const STEPS = [
  {
    find: () => ["#messages"], ui: chat, title: "The dock's channel",
    text: "This is Slack, as your team knows it. Each FE (Field Executive) who brings parcels gets one card here, and all that happens goes into its thread.",
  },
  {
    find: () => ["#chat .composer:has(.picked li) [data-testid=send]", "[data-testid=sheet]"],
    ui: (state) => (filesPicked() ? chat(state) : DOCK), title: "What should arrive",
    text: "Put today's list into the channel, then press Send. From then on the bot names parcels that nobody expected, and lists those that are missing.",
    done: (state) => state.locations.some((one) => one.sheet.dropped),
  },
  {
    find: () => ["[data-testid=fe-arrive]"], ui: () => DOCK, title: "An FE arrives",
    text: "Press “An FE arrives”. Within moments the bot has a card for them in Slack.",
    done: (state) => page() !== "gone" && Boolean(cardOf(state)),
  },
  {
    find: (state) => ["[data-testid=modal]", onCard(state, "button-start_otc")], ui: chat, title: "The Start OTC",
    text: "Press Start OTC on the card. The code comes to you alone: “View as” at the top shows that nobody else sees it.",
    done: (state) => codeShown(state) || ["scanning", "end", "gone"].includes(page()),
  },
  {
    find: () => ["[data-testid=fe-start-code]", "[data-testid=phone]"], ui: () => DOCK, title: "Read it out",
    text: "You read the code out, and the FE types it: type it into the FE's phone. Then close the window in Slack.",
    done: () => ["scanning", "end", "gone"].includes(page()),
  },
  {
    find: () => ["[data-testid=phone] .pair", "[data-testid=phone]"], ui: () => DOCK, title: "The FE scans",
    text: "Scan ten parcels, and one with a swapped flyer. The card counts along, and its thread says what to set aside.",
    done: () => scanned() > 1,
  },
  {
    find: () => ["[data-testid=own-scan-most]"], ui: () => DOCK, title: "Your own scanner",
    text: "It types into the thread what you take over. Press “Scan all but one”: the card then says what the FE scanned and you never saw.",
    done: (state) => ownScan(state),
  },
  {
    find: () => ["[data-testid=fe-finish]", "[data-testid=phone]"], ui: () => DOCK, title: "The FE has finished",
    text: "Press “Finish scanning” on the FE's phone. From then on nothing can be scanned any more.",
    done: () => ["end", "gone"].includes(page()),
  },
  {
    find: (state) => ["[data-testid=modal]", onCard(state, "button-end_otc")], ui: chat, title: "Count before the code",
    text: "Press End OTC on the card and type what you counted by hand. Type one less: the bot says so, and wants a reason before it shows the code.",
    done: (state) => (page() === "end" && codeShown(state)) || page() === "gone",
  },
  {
    find: () => ["[data-testid=fe-end-code]", "[data-testid=phone]"], ui: () => DOCK, title: "The End OTC",
    text: "Type it into the FE's phone. With it, Flipkart counts every scanned parcel as given to you.",
    done: () => page() === "gone",
  },
  {
    find: (state) => ["#thread [data-testid=file]", onCard(state, "open-thread")], ui: chat, title: "The receipt",
    text: "Open the thread of the card. A moment after the end the receipt comes: a PDF and a CSV with every parcel, the counts and the reason.",
    done: (state) => receipt(state),
  },
  {
    find: () => [], ui: () => ({}), title: "That was a handover",
    text: "What else there is: the clock for reminders, the digest and claims; “Under the glass” for each call; Flipkart's mood; Sunita, who reads Hindi; and “Play a day”, which does it all by itself.",
  },
];

function page() {
  return chosenVisit()?.page;
}

function scanned() {
  return chosenVisit()?.scanned ?? 0;
}

// The dock at which the tour's FE is, or the one that is looked at.
function dockOf(state) {
  return state.locations.find((one) => one.id === chosenVisit()?.location_id);
}

function chat(state) {
  const channel = dockOf(state)?.channel ?? store.ui.channel;
  const thread = channel === store.ui.channel ? store.ui.thread : null;
  return { home: false, pane: "chat", channel, thread };
}

function cardOf(state) {
  const task = chosenVisit()?.task_id;
  const all = state.messages[dockOf(state)?.channel] ?? [];
  const isRoot = (m) => !m.thread_ts || m.thread_ts === m.ts;
  return all.find((m) => m.by_bot && isRoot(m) && JSON.stringify(m.blocks ?? "").includes(`\`${task}\``));
}

function onCard(state, testid) {
  return `#chat [data-ts="${cardOf(state)?.ts}"] [data-testid=${testid}]`;
}

function thread(state) {
  const card = cardOf(state);
  return card ? replies(state, dockOf(state).channel, card.ts) : [];
}

function codeShown(state) {
  const spoken = [...(state.view?.blocks ?? []), ...state.ephemerals.flatMap((one) => one.blocks ?? [])];
  return spoken.some((block) => block.type === "header" && CODE.test(block.text.text));
}

// The bot's sign at a message says that it was taken for a scan.
function ownScan(state) {
  return thread(state).some((m) => !m.by_bot && Object.keys(m.reactions ?? {}).length > 0);
}

function receipt(state) {
  return thread(state).some((m) => m.files.some((file) => file.mimetype === "application/pdf"));
}

function filesPicked() {
  return document.querySelector("#chat .picked li") !== null;
}
