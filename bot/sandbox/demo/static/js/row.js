// One message: who, when, its blocks or text, files, reactions, and the way into its thread.

import { h, icon, refill } from "./dom.js";
import { drawBlocks } from "./blocks.js";
import { clockTime, messageTime, today } from "./dates.js";
import { emoji } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";
import { nameOf, store } from "./store.js";
import { rowTools } from "./tools.js";
import { openThread } from "./open.js";

/** An empty row; `updateRow` fills it. `hook` is its data-testid. */
export function makeRow(item, hook) {
  const row = h("li", { class: `message ${item.ephemeral ? "ephemeral" : ""}`, data: { ts: item.ts }, testid: hook });
  row.parts = {
    avatar: h("div", { class: "avatar-box" }),
    note: h("div", { class: "only-you" }),
    meta: h("div", { class: "meta" }),
    content: h("div", { class: "content" }),
    foot: h("div", { class: "foot" }),
    tools: h("div", { class: "row-tools" }),
  };
  const { avatar, note, meta, content, foot, tools } = row.parts;
  if (item.ephemeral) note.append(icon("eye"), "Only visible to you");
  row.append(avatar, h("div", { class: "row-body" }, item.ephemeral ? note : null, meta, content, foot), tools);
  return row;
}

/** Brings a row up to date. Only what differs is drawn again, and what an edit changed lights up. */
export function updateRow(row, item, { inThread }) {
  const { state } = store;
  const { parts } = row;
  const author = item.ephemeral ? state.bot.user_id : item.user;
  const name = nameOf(state, author);
  const isBot = item.by_bot || item.ephemeral || state.users[author]?.is_bot;
  row.classList.toggle("compact", Boolean(item.compact));
  refill(parts.avatar, `${author} ${item.compact}`, () =>
    item.compact ? h("span", { class: "side-time" }, clockTime(item.ts)) : avatar(author, name, isBot));
  refill(parts.meta, `${name} ${item.compact} ${inThread && today()}`, () =>
    item.compact ? h("span", { class: "unseen" }, `${name}, ${clockTime(item.ts)}`) : [
      h("strong", { class: "author" }, name), isBot && h("span", { class: "app-mark" }, "App"), messageTime(item.ts, inThread)]);
  drawContent(row, item);
  refill(parts.foot, JSON.stringify([item.edited, item.files, item.reactions, item.thread, inThread]), () => [
    item.edited && !item.deleted && h("span", { class: "edited" }, "(edited)"),
    (item.files ?? []).map(file),
    reactions(item.reactions ?? {}),
    !inThread && item.thread ? threadLink(item) : null,
  ]);
  const isDirect = state.channels.find((one) => one.id === item.channel)?.direct;
  refill(parts.tools, JSON.stringify([item.deleted, inThread, state.shortcuts, isDirect]), () =>
    isDirect ? [] : rowTools(item, inThread));
}

function drawContent(row, item) {
  const { content } = row.parts;
  const said = JSON.stringify([item.blocks, item.text, item.deleted]);
  // On another day "today" has another name; that is no edit, and does not light up.
  const signature = `${today()} ${said}`;
  if (content.signature === signature) return;
  const first = content.said === undefined || content.said === said;
  Object.assign(content, { signature, said });
  if (item.blocks?.length && !item.deleted) {
    const surface = { kind: item.ephemeral ? "ephemeral" : "message", channel: item.channel, ts: item.ts };
    content.className = "content blocks";
    for (const child of [...content.childNodes]) if (child.blockSignature === undefined) child.remove();
    drawBlocks(content, item.blocks, surface, { flash: !first });
    return;
  }
  const text = item.deleted ? h("em", { class: "gone" }, "This message was deleted.") : mrkdwn(item.text, store.state);
  content.className = "content text";
  content.replaceChildren(...[text].flat());
  if (!first) {
    content.classList.remove("flash");
    void content.offsetWidth; // starts the animation anew
    content.classList.add("flash");
  }
}

/** A person's square: the bot's parcel, or initials on a colour of their own. */
export function avatar(id, name, isBot) {
  if (isBot) return h("img", { class: "avatar", src: "/static/icon.svg", alt: "", width: "36", height: "36" });
  const initials = name.split(/\s+/).map((word) => word.charAt(0)).slice(0, 2).join("").toUpperCase();
  const colour = [...id].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 997, 7) % 6;
  return h("span", { class: `avatar initials colour-${colour}`, "aria-hidden": "true" }, initials);
}

function file(one) {
  const size = one.size ? `${one.size < 1024 ? `${one.size} B` : `${Math.round(one.size / 1024)} KB`}` : "";
  const own = String(one.url ?? "").startsWith("/");
  if (own && /^image\/(png|jpe?g|gif|webp)$/.test(one.mimetype)) {
    return h("a", { class: "file-picture", href: one.url, target: "_blank", rel: "noopener" },
      h("img", { src: one.url, alt: one.name, loading: "lazy" }));
  }
  // A PDF is read in the browser; what it can't show is saved.
  const how = one.mimetype === "application/pdf" ? { target: "_blank", rel: "noopener" } : { download: one.name };
  return h("a", { class: "file", href: own ? one.url : null, ...how, testid: "file" },
    icon("file"), h("span", {}, h("strong", {}, one.name), h("small", {}, [one.mimetype, size].filter(Boolean).join(" · "))));
}

function reactions(all) {
  const chips = Object.entries(all).filter(([, users]) => users.length);
  if (!chips.length) return null;
  return h("ul", { class: "reactions", "aria-label": "Reactions" }, chips.map(([name, users]) =>
    h("li", { title: users.map((id) => nameOf(store.state, id)).join(", ") }, emoji(name) ?? `:${name}:`, " ", users.length)));
}

function threadLink(item) {
  const { count, last, users } = item.thread;
  const words = count === 1 ? "1 reply" : `${count} replies`;
  const open = (event) => openThread(item.ts, event.currentTarget);
  return h("button", { type: "button", class: "thread-link", testid: "open-thread", on: { click: open } },
    h("span", { class: "faces" }, users.map((id) => avatar(id, nameOf(store.state, id), store.state.users[id]?.is_bot))),
    h("strong", {}, words), h("span", { class: "quiet-text" }, `Last at ${clockTime(last)}`));
}
