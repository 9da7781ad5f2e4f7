// Where people write: messages, files, and slash commands with completion and their hints.

import { h, icon } from "./dom.js";
import { actAs, toast } from "./api.js";
import { forThisTab, store } from "./store.js";

const MOST_BYTES = 4 * 1024 * 1024;
/** What was written and not sent, by place; a reload keeps it. */
const drafts = new Map(Object.entries(forThisTab("drafts") ?? {}));
let serial = 0;

/** A composer. `thread()` is the ts it replies to, or null in the channel itself; `sent` is told. */
export function makeComposer({ hook, send, thread, sent }) {
  const me = { thread, sent, files: [], active: 0, found: [], key: "" };
  const id = `composer-${++serial}`;
  me.area = h("textarea", {
    id, rows: "1", testid: hook, autocomplete: "off", "aria-autocomplete": "list",
    "aria-haspopup": "listbox", "aria-controls": `${id}-list`, "aria-label": "Message" });
  me.list = h("ul", { id: `${id}-list`, role: "listbox", class: "completions", "aria-label": "Commands", hidden: true });
  me.hint = h("p", { class: "composer-hint", id: `${id}-hint` });
  me.picked = h("ul", { class: "picked", "aria-label": "Files to be sent" });
  me.file = h("input", { type: "file", multiple: true, class: "unseen", tabindex: "-1", "aria-label": "Files", testid: `${hook}-file` });
  const attach = h("button", { type: "button", class: "icon-button", "aria-label": "Attach files", title: "Attach files" }, icon("clip"));
  const go = h("button", { type: "submit", class: "send-button", "aria-label": "Send", title: "Send", testid: send }, icon("send"));
  me.area.setAttribute("aria-describedby", me.hint.id);
  attach.addEventListener("click", () => me.file.click());
  me.file.addEventListener("change", () => takeFiles(me));
  me.area.addEventListener("input", () => typed(me));
  me.area.addEventListener("keydown", (event) => pressed(event, me));
  me.area.addEventListener("blur", () => setTimeout(() => showList(me, []), 150));
  const row = h("div", { class: "composer-row" }, attach, me.file, me.area, go);
  const form = h("form", { class: "composer" }, me.list, h("div", { class: "composer-box" }, me.picked, row), me.hint);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(me);
  });
  return { element: form, draw: (state, ui) => draw(me, state, ui), put: (content) => put(me, content) };
}

// Each place and person has a draft of their own.
function draw(me, state, ui) {
  const key = `${state.viewer} ${ui.channel} ${me.thread() ?? ""}`;
  if (key === me.key) return;
  if (me.key) keep(me);
  me.key = key;
  me.area.value = drafts.get(key) ?? "";
  const name = state.channels.find((channel) => channel.id === ui.channel)?.name ?? "";
  const label = me.thread() ? "Reply…" : `Message #${name}`;
  me.area.placeholder = me.thread() ? label : `${label}, or type / for commands`;
  me.area.setAttribute("aria-label", label);
  typed(me);
  showList(me, []);
}

function keep(me) {
  if (me.area.value) drafts.set(me.key, me.area.value);
  else drafts.delete(me.key);
  forThisTab("drafts", Object.fromEntries(drafts));
}

// Something to be sent, in the place of what is there; the person sends it.
function put(me, { text, files }) {
  me.area.value = text;
  me.files = files;
  drawFiles(me);
  typed(me);
  me.area.focus();
}

function typed(me) {
  const text = me.area.value;
  if (me.key) keep(me);
  // One line grows into as many as are written, up to the style sheet's limit.
  me.area.style.height = "auto";
  me.area.style.height = `${me.area.scrollHeight}px`;
  const { commands } = store.state;
  const word = /^\/\S*$/.test(text) && !me.thread() ? text.toLowerCase() : null;
  showList(me, word ? commands.filter((command) => command.command.startsWith(word)) : []);
  const full = commands.find((command) => text.startsWith(`${command.command} `));
  me.hint.textContent = full ? `${full.command} ${full.usage_hint ?? ""}: ${full.description}` : "";
}

function showList(me, found) {
  me.found = found;
  me.active = Math.min(me.active, Math.max(0, found.length - 1));
  me.list.hidden = !found.length;
  me.list.replaceChildren(...found.map((command, i) => option(me, command, i)));
  if (found.length) me.area.setAttribute("aria-activedescendant", `${me.list.id}-${me.active}`);
  else me.area.removeAttribute("aria-activedescendant");
}

function option(me, command, i) {
  const line = h("li", { role: "option", id: `${me.list.id}-${i}`, "aria-selected": String(i === me.active), testid: `command-${command.command.slice(1)}` },
    h("strong", {}, command.command), " ", h("span", { class: "usage" }, command.usage_hint ?? ""),
    h("span", { class: "about" }, command.description));
  line.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    complete(me, command);
  });
  return line;
}

function complete(me, command) {
  me.area.value = `${command.command} `;
  me.area.focus();
  typed(me);
}

function pressed(event, me) {
  if (event.isComposing) return;
  const open = me.found.length > 0;
  const exact = open && me.found.some((command) => command.command === me.area.value);
  if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    me.active = (me.active + step + me.found.length) % me.found.length;
    showList(me, me.found);
  } else if (open && (event.key === "Tab" || (event.key === "Enter" && !exact)) && !event.shiftKey) {
    event.preventDefault();
    complete(me, me.found[me.active]);
  } else if (open && event.key === "Escape") {
    event.preventDefault();
    showList(me, []);
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    submit(me);
  }
}

async function submit(me) {
  const text = me.area.value.trim();
  const { files } = me;
  if (!text && !files.length) return;
  const { channel } = store.ui;
  const slash = /^\/(\S+)\s*([\s\S]*)$/.exec(text);
  if (slash && me.thread()) {
    toast("Slack takes no slash commands inside threads. Use the buttons on the card.");
    return;
  }
  if (slash && !store.state.commands.some((command) => command.command === `/${slash[1]}`)) {
    toast(`/${slash[1]} is not a valid command here.`);
    return;
  }
  me.area.value = "";
  me.files = [];
  drawFiles(me);
  typed(me);
  const answer = slash
    ? await actAs("slash", { channel, command: `/${slash[1]}`, text: slash[2] })
    : await actAs("say", { channel, thread_ts: me.thread(), text: asSent(text), files });
  if (answer.ok) me.sent();
  if (answer.ok || me.area.value) return;
  me.area.value = text; // nothing that was written is lost
  me.files = files;
  drawFiles(me);
  typed(me);
}

// Slack's own composer escapes what people type, and turns @name into a mention.
function asSent(text) {
  const safe = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const ids = new Map(Object.entries(store.state.users).map(([id, user]) => [user.name, id]));
  return safe.replace(/(^|\s)@([\w.-]+)/g, (whole, before, name) => (ids.has(name) ? `${before}<@${ids.get(name)}>` : whole));
}

async function takeFiles(me) {
  for (const file of me.file.files) {
    if (file.size > MOST_BYTES) toast(`${file.name} is larger than 4 MB; the practice dock takes smaller files only.`);
    else me.files.push({ name: file.name, mimetype: file.type || "application/octet-stream", base64: await base64(file) });
  }
  me.file.value = "";
  drawFiles(me);
  me.area.focus();
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(String(reader.result).split(",")[1] ?? ""));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(file);
  });
}

function drawFiles(me) {
  me.picked.replaceChildren(...me.files.map((file, i) => {
    const away = () => {
      me.files.splice(i, 1);
      drawFiles(me);
      me.area.focus();
    };
    return h("li", {}, icon("file"), file.name,
      h("button", { type: "button", class: "icon-button", "aria-label": `Leave out ${file.name}`, on: { click: away } }, icon("close")));
  }));
}
