// A button's "are you sure?", in the browser's top layer: all else is inert, and the focus goes back after.

import { h } from "./dom.js";
import { textObject } from "./mrkdwn.js";
import { store } from "./store.js";

/** Asks; true when the person goes on. */
export function confirmed(confirm) {
  return new Promise((resolve) => {
    const from = document.activeElement;
    const answer = (yes) => {
      dialog.close();
      dialog.remove();
      if (from?.isConnected) from.focus();
      resolve(yes);
    };
    const style = confirm.style === "danger" ? "slack-button danger" : "slack-button primary";
    const button = (look, testid, yes, text) =>
      h("button", { type: "button", class: look, testid, on: { click: () => answer(yes) } }, textObject(text));
    const dialog = h("dialog", { class: "confirm", role: "alertdialog", "aria-labelledby": "confirm-title", "aria-describedby": "confirm-text", testid: "confirm" },
      h("h2", { id: "confirm-title" }, textObject(confirm.title)),
      h("div", { class: "text dialog-body", id: "confirm-text" }, textObject(confirm.text, store.state)),
      h("div", { class: "dialog-foot" },
        button("slack-button", "confirm-no", false, confirm.deny ?? "Cancel"),
        button(style, "confirm-yes", true, confirm.confirm ?? "Yes")));
    dialog.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      answer(false);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
