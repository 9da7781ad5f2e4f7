// The app's Home tab, in the place of the messages.

import { h, refill } from "./dom.js";
import { actAs } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { setUi, store } from "./store.js";

export function makeHome() {
  return h("div", { class: "scroll home blocks", tabindex: "0", role: "group", "aria-label": "Home", testid: "home", hidden: true });
}

/** Opens the Home tab: the bot hears of it, as Slack would tell it. */
export function openHome() {
  setUi({ home: true, pane: "chat", thread: null });
  actAs("home", {}, { quiet: true });
}

export function drawHome(box, state) {
  if (state.home?.blocks?.length) {
    if (box.signature) box.replaceChildren();
    box.signature = "";
    drawBlocks(box, state.home.blocks, { kind: "home", id: state.home.id });
    return;
  }
  refill(box, `empty ${store.state.viewer}`, () =>
    h("div", { class: "intro" },
      h("img", { src: "/static/icon.svg", alt: "", width: "64", height: "64" }),
      h("h3", {}, "Work here takes place in the channels"),
      h("p", { class: "quiet-text" }, "OTC Bot has put nothing on its Home tab. The dock's channel has a card for every FE, and /start-otc and /end-otc are typed there.")));
}
