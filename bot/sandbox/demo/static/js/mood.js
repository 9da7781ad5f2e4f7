// Flipkart's mood: what the bot has to live with on a bad day.

import { h } from "./dom.js";
import { act, announce } from "./api.js";
import { subscribe } from "./store.js";

export function startMood() {
  const slow = h("input", { type: "range", id: "mood-slow", testid: "mood-slow", min: "0", max: "20", step: "1", value: "0" });
  const seconds = h("output", { for: "mood-slow" });
  const failing = toggle("mood-failing", "Failing", "every call is refused with 503", (on) => ({ failing: on }));
  const quota = toggle("mood-quota", "Out of quota", "every call is refused with 429", (on) => ({ out_of_quota: on }));
  const spelling = toggle("mood-spelling", "The other spelling", "has_more instead of hasMore", (on) => ({ spelling: on ? "snake" : "camel" }));
  const token = h("button", { type: "button", class: "dock-button", testid: "mood-token" }, "Let the token expire");
  const note = h("p", { class: "mood-now", role: "status" });
  const saidSeconds = () => (seconds.textContent = slow.value === "0" ? "at once" : `after ${slow.value} s`);
  slow.addEventListener("input", saidSeconds);
  slow.addEventListener("change", () => act("mood", { slow: Number(slow.value) }));
  token.addEventListener("click", async () => {
    if ((await act("mood", { expire_token: true })).ok) announce("The access token has expired; the bot must get another.");
  });
  subscribe(({ mood }) => {
    if (document.activeElement !== slow) slow.value = String(mood.slow);
    saidSeconds();
    failing.input.checked = mood.failing;
    quota.input.checked = mood.out_of_quota;
    spelling.input.checked = mood.spelling === "snake";
    const line = summary(mood);
    if (note.textContent !== line) note.textContent = line;
    note.classList.toggle("bad", mood.failing || mood.out_of_quota || mood.slow > 0);
  });
  return h("section", { class: "card mood", "aria-labelledby": "mood-title" },
    h("div", { class: "card-head" }, h("h3", { id: "mood-title" }, "Flipkart's mood"), note),
    h("div", { class: "slow" }, h("label", { for: "mood-slow" }, "Answers"), slow, seconds),
    failing.line, quota.line, spelling.line, token);
}

function toggle(id, name, about, change) {
  const input = h("input", { type: "checkbox", role: "switch", id, testid: id, "aria-describedby": `${id}-about` });
  input.addEventListener("change", () => act("mood", change(input.checked)));
  const words = h("span", {}, h("span", { class: "name" }, name), h("span", { class: "about", id: `${id}-about` }, about));
  return { input, line: h("label", { class: "switch" }, words, input) };
}

function summary(mood) {
  if (mood.failing) return "down";
  if (mood.out_of_quota) return "out of quota";
  return mood.slow > 0 ? "slow" : "well";
}
