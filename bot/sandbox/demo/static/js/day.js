// The scripted day: FEs come, people press, parcels go missing, and the bot does what it always does.

import { h, icon, refill } from "./dom.js";
import { act } from "./api.js";
import { subscribe } from "./store.js";

const SPEEDS = [1, 2, 5, 10];

export function startDay() {
  const speed = h("select", { id: "day-speed", testid: "day-speed" }, SPEEDS.map((n) => h("option", { value: n }, `${n}×`)));
  const start = h("button", { type: "button", class: "dock-button strong", testid: "day-start" });
  const pause = h("button", { type: "button", class: "dock-button", testid: "day-pause" });
  const progress = h("progress", { testid: "day-progress", "aria-label": "Progress of the day", max: "1", value: 0 });
  const saying = h("p", { class: "saying", role: "status" });
  const steps = h("span", { class: "quiet-text" });
  let now = "idle";
  let known = null;
  const running = () => now === "running" || now === "paused";
  const play = (what) => act("day", { do: what, speed: Number(speed.value) });
  // The speed that `--speed` named need not be one of these.
  const show = (n) => {
    if (![...speed.options].some((one) => Number(one.value) === n)) speed.append(h("option", { value: n }, `${n}×`));
    speed.value = String(n);
  };
  start.addEventListener("click", () => play(running() ? "stop" : "start"));
  pause.addEventListener("click", () => play(now === "paused" ? "resume" : "pause"));
  // A new speed counts at once, for the day and for how often the bot looks.
  speed.addEventListener("change", () => play("speed"));
  subscribe(({ day }) => {
    now = day.state;
    refill(start, String(running()), () => (running() ? [icon("stop"), "Stop"] : [icon("play"), "Play a day"]));
    refill(pause, String(now === "paused"), () => (now === "paused" ? [icon("play"), "Go on"] : [icon("pause"), "Pause"]));
    pause.disabled = !running();
    // Only a change at the server counts: a speed that is just being chosen must not be taken back by the next push.
    if (day.speed !== known) show(day.speed);
    known = day.speed;
    progress.max = Math.max(1, day.steps);
    progress.value = now === "idle" ? 0 : day.step;
    steps.textContent = now === "idle" ? "" : `${day.step} of ${day.steps}`;
    const line = { idle: "Watch a whole day, from the lists to the digest. The bot looks as much faster.", done: day.saying || "The day is over." }[now] ?? day.saying;
    if (saying.textContent !== line) saying.textContent = line;
  });
  return h("section", { class: "card day", "aria-labelledby": "day-title" },
    h("div", { class: "card-head" }, h("h3", { id: "day-title" }, "A day at the dock"),
      h("span", { class: "day-speed" }, h("label", { for: "day-speed" }, "Speed"), speed)),
    saying, progress, h("div", { class: "day-row" }, start, pause, steps));
}
