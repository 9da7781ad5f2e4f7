// Slack's mrkdwn as DOM nodes: never HTML text, so whatever stands in a message stays a message.

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { slackDate } from "./dates.js";
import { openChannel, openThread } from "./open.js";
import { nameOf, store } from "./store.js";

const INLINE = new RegExp(
  [
    "`(?<code>[^`\\n]+)`",
    "<(?<angle>[^<>\\n]+)>",
    "(?<![\\p{L}\\p{N}*])\\*(?<bold>(?=\\S)[^*\\n]+?(?<=\\S))\\*(?![\\p{L}\\p{N}*])",
    "(?<![\\p{L}\\p{N}_])_(?<italic>(?=\\S)[^_\\n]+?(?<=\\S))_(?![\\p{L}\\p{N}_])",
    "(?<![\\p{L}\\p{N}~])~(?<strike>(?=\\S)[^~\\n]+?(?<=\\S))~(?![\\p{L}\\p{N}~])",
    ":(?<emoji>[a-z0-9_+-]+):",
  ].join("|"),
  "u",
);
const QUOTE = /^(?:>|&gt;) ?/;
const BULLET = /^(?:•|-|◦) +/;
const NUMBER = /^(\d{1,3})\. +/;

/** The nodes of a mrkdwn text. */
export function mrkdwn(text, state) {
  const parts = String(text ?? "").split(/```\n?([\s\S]+?)```\n?/);
  return parts.flatMap((part, i) => (i % 2 ? [h("pre", {}, plain(part.replace(/\n$/, "")))] : lines(part, state)));
}

/** A text object of Block Kit, plain_text or mrkdwn. */
export function textObject(object, state) {
  if (!object) return [];
  if (typeof object === "string") return [emojiOnly(object)];
  return object.type === "mrkdwn" ? mrkdwn(object.text, state) : [emojiOnly(object.text)];
}

/** plain_text: no formatting, but its :emoji: are drawn. */
export function emojiOnly(text) {
  return String(text ?? "").replace(/:([a-z0-9_+-]+):/g, (whole, name) => emoji(name) ?? whole);
}

// Lines of one kind stand together: quotes, lists, and everything else with line breaks between.
function lines(text, state) {
  if (!text) return [];
  const groups = [];
  for (const line of text.replace(/\n$/, "").split("\n")) {
    const kind = QUOTE.test(line) ? "quote" : BULLET.test(line) ? "bullet" : NUMBER.test(line) ? "number" : "text";
    const last = groups.at(-1);
    if (last?.kind === kind) last.lines.push(line);
    else groups.push({ kind, lines: [line] });
  }
  return groups.flatMap((group) => drawGroup(group, state));
}

function drawGroup({ kind, lines: rows }, state) {
  if (kind === "quote") return [h("blockquote", {}, broken(rows.map((row) => row.replace(QUOTE, "")), state))];
  if (kind === "bullet") return [h("ul", {}, rows.map((row) => h("li", {}, inline(row.replace(BULLET, ""), state))))];
  if (kind === "number") {
    const start = NUMBER.exec(rows[0])[1];
    return [h("ol", { start }, rows.map((row) => h("li", {}, inline(row.replace(NUMBER, ""), state))))];
  }
  return [h("p", {}, broken(rows, state))];
}

function broken(rows, state) {
  return rows.flatMap((row, i) => (i ? [h("br"), ...inline(row, state)] : inline(row, state)));
}

function inline(text, state) {
  const nodes = [];
  let rest = text;
  for (let found = INLINE.exec(rest); found; found = INLINE.exec(rest)) {
    if (found.index) nodes.push(plain(rest.slice(0, found.index)));
    nodes.push(...drawInline(found, state));
    rest = rest.slice(found.index + found[0].length);
    // The rest of a line is matched on its own, so a sign right behind a match counts as the start of a word.
  }
  if (rest) nodes.push(plain(rest));
  return nodes;
}

function drawInline(found, state) {
  const { code, angle, bold, italic, strike, emoji: name } = found.groups;
  if (code !== undefined) return [h("code", {}, plain(code))];
  if (angle !== undefined) return [angled(angle, state)];
  if (bold !== undefined) return [h("strong", {}, inline(bold, state))];
  if (italic !== undefined) return [h("em", {}, inline(italic, state))];
  if (strike !== undefined) return [h("s", {}, inline(strike, state))];
  const sign = emoji(name);
  return [sign ? h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " ") }, sign) : found[0]];
}

// What stands between < and >: a mention, a date, or a link.
function angled(inner, state) {
  const bar = inner.indexOf("|");
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? "" : inner.slice(bar + 1);
  if (target.startsWith("@")) return mention(`@${nameOf(state, target.slice(1))}`, target.slice(1) === state.viewer);
  if (target.startsWith("#")) return mention(`#${channelName(state, target.slice(1)) ?? label}`);
  if (target.startsWith("!subteam^")) return mention(`@${state.usergroups[target.slice(9)] ?? (label || "group")}`);
  if (target.startsWith("!date^")) return slackDate(target, plain(label));
  if (/^!(here|channel|everyone)$/.test(target)) return mention(`@${target.slice(1)}`);
  return link(plain(target), plain(label || target)) ?? plain(`<${inner}>`);
}

const MESSAGE = /^https:\/\/[^/]+\.slack\.com\/archives\/(\w+)\/p(\d{10})(\d{6})$/;

/** A link that may be followed, or null: only web and mail addresses. To a message here it leads within the page. */
export function link(url, label) {
  const [, channel, seconds, rest] = MESSAGE.exec(url) ?? [];
  if (store.state?.channels.some((one) => one.id === channel)) {
    const open = (event) => {
      event.preventDefault();
      openChannel(channel);
      openThread(`${seconds}.${rest}`, event.currentTarget);
    };
    return h("a", { href: "#", on: { click: open } }, label);
  }
  if (!/^(https?:\/\/|mailto:)/i.test(url)) return null;
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label);
}

/** A mention of a person, group or channel. */
export function mention(text, own = false) {
  return h("span", { class: own ? "mention own" : "mention" }, text);
}

function channelName(state, id) {
  return state.channels.find((channel) => channel.id === id)?.name;
}

function plain(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
