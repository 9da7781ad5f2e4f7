// Moments by the demo's clock, in the viewer's zone and language, and, where Slack has words for it, in words.

import { h } from "./dom.js";
import { store } from "./store.js";

const DAY_MS = 86_400_000;
const FORMATS = {
  date: { year: "numeric", month: "long", day: "numeric" },
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  time: { hour: "numeric", minute: "2-digit" },
  time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
};

/** The demo's present, in seconds since the epoch: its clock may be ahead of this machine's. */
export function now() {
  return store.state.now + (performance.now() - store.since) / 1000;
}

/** `!date^UNIX^format^link`: a <time> in the reader's zone, or the fallback where the format is not understood. */
export function slackDate(target, fallback) {
  const [, unix, format = ""] = target.split("^");
  const moment = new Date(Number(unix) * 1000);
  if (Number.isNaN(moment.getTime())) return fallback;
  const text = format.replace(/\{(\w+)\}/g, (whole, token) => oneToken(token, moment) ?? whole);
  if (text.includes("{")) return fallback;
  const upper = text.charAt(0).toUpperCase() + text.slice(1);
  return h("time", { datetime: moment.toISOString(), title: inFull(moment) }, upper);
}

function oneToken(token, moment) {
  if (token === "ago") return ago(moment);
  if (token.endsWith("_pretty")) {
    const word = dayWord(moment);
    return word ?? oneToken(token.replace("_pretty", ""), moment);
  }
  const format = FORMATS[token];
  return format ? shown(format, moment) : null;
}

// As the viewer's Slack would show it: people at the docks read the docks' time, wherever this browser is.
function shown(format, moment) {
  const { locale, zone } = store.state;
  return new Intl.DateTimeFormat(`${locale}-u-nu-latn`, { ...format, timeZone: zone }).format(moment);
}

function inFull(moment) {
  return shown({ dateStyle: "medium", timeStyle: "long" }, moment);
}

function words() {
  return new Intl.RelativeTimeFormat(store.state.locale, { numeric: "auto" });
}

function dayOf(moment) {
  return new Intl.DateTimeFormat("en-CA", { timeZone: store.state.zone }).format(moment);
}

/** The viewer's day, such as 2026-03-12: when it changes, "today" is another day. */
export function today() {
  return dayOf(new Date(now() * 1000));
}

function dayWord(moment) {
  const days = Math.round((Date.parse(dayOf(moment)) - Date.parse(today())) / DAY_MS);
  return Math.abs(days) <= 1 ? words().format(days, "day") : null;
}

function ago(moment) {
  const minutes = Math.round((moment.getTime() / 1000 - now()) / 60);
  return Math.abs(minutes) < 60 ? words().format(minutes, "minute") : words().format(Math.round(minutes / 60), "hour");
}

/** The clock time of a Slack ts, or of epoch seconds. */
export function clockTime(ts) {
  return shown(FORMATS.time, new Date(Number(ts) * 1000));
}

/** Weekday, date and time of an epoch second, with the zone's name. */
export function dayAndTime(seconds) {
  const format = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" };
  return new Intl.DateTimeFormat("en-IN", { ...format, timeZone: store.state.zone }).format(new Date(seconds * 1000));
}

/** The clock time of an epoch second, with seconds and always two digits, for columns. */
export function clockSeconds(seconds) {
  const format = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: store.state.zone };
  return new Intl.DateTimeFormat("en-GB", format).format(new Date(seconds * 1000));
}

/** The viewer's day of a Slack ts, such as 2026-03-12. */
export function dayOfTs(ts) {
  return dayOf(new Date(Number(ts) * 1000));
}

/** What stands above the first message of a day: "Today", "Yesterday", else the day in full. */
export function dayHeading(ts) {
  const moment = new Date(Number(ts) * 1000);
  const text = dayWord(moment) ?? shown({ weekday: "long", day: "numeric", month: "long" }, moment);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A <time> for a message's ts, with the whole date in its title; `dated` where no line above says the day. */
export function messageTime(ts, dated = false) {
  const moment = new Date(Number(ts) * 1000);
  const day = dated && dayOf(moment) !== today() ? `${dayHeading(ts)}, ` : "";
  return h("time", { datetime: moment.toISOString(), title: inFull(moment) }, `${day}${clockTime(ts)}`);
}
