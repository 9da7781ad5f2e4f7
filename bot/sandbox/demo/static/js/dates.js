// Moments in the reader's own zone and, where Slack has words for it, in words.

import { h } from "./dom.js";

const DAY_MS = 86_400_000;
const FORMATS = {
  date: { year: "numeric", month: "long", day: "numeric" },
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  time: { hour: "numeric", minute: "2-digit" },
  time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
};

/** `!date^UNIX^format^link`: a <time> in the reader's zone, or the fallback where the format is not understood. */
export function slackDate(target, fallback) {
  const [, unix, format = ""] = target.split("^");
  const moment = new Date(Number(unix) * 1000);
  if (Number.isNaN(moment.getTime())) return fallback;
  const text = format.replace(/\{(\w+)\}/g, (whole, token) => oneToken(token, moment) ?? whole);
  if (text.includes("{")) return fallback;
  const upper = text.charAt(0).toUpperCase() + text.slice(1);
  return h("time", { datetime: moment.toISOString(), title: moment.toLocaleString() }, upper);
}

function oneToken(token, moment) {
  if (token === "ago") return ago(moment);
  if (token.endsWith("_pretty")) {
    const word = dayWord(moment);
    return word ?? oneToken(token.replace("_pretty", ""), moment);
  }
  const format = FORMATS[token];
  return format ? new Intl.DateTimeFormat(undefined, format).format(moment) : null;
}

function dayWord(moment) {
  const start = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  const days = Math.round((start(moment) - start(new Date())) / DAY_MS);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days] ?? null;
}

function ago(moment) {
  const minutes = Math.round((moment.getTime() - Date.now()) / 60_000);
  const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  return Math.abs(minutes) < 60 ? words.format(minutes, "minute") : words.format(Math.round(minutes / 60), "hour");
}

/** The clock time of a Slack ts. */
export function clockTime(ts) {
  return new Intl.DateTimeFormat(undefined, FORMATS.time).format(new Date(Number(ts) * 1000));
}

/** The clock time of an epoch second, with seconds and always two digits, for columns. */
export function clockSeconds(seconds) {
  const format = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
  return new Intl.DateTimeFormat("en-GB", format).format(new Date(seconds * 1000));
}

/** A <time> for a message's ts, with the whole date in its title. */
export function messageTime(ts) {
  const moment = new Date(Number(ts) * 1000);
  return h("time", { datetime: moment.toISOString(), title: moment.toLocaleString() }, clockTime(ts));
}
