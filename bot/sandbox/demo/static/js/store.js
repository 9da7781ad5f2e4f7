// What the page knows: the server's last state, and what the reader has open. Whoever draws subscribes.

const watchers = [];
let due = false;

export const store = {
  /** The last state from the server, or null before the first one. */
  state: null,
  /** When it came, by the page's own clock, in ms. */
  since: 0,
  /** What the reader has open. `pane` counts only on narrow screens; `tab` is the tab of the dock's column. */
  ui: { channel: null, thread: null, home: false, pane: "chat", tab: "dock" },
  /** The newest ts that was read, by viewer and channel. */
  read: new Map(),
};

/** Calls `draw(state, ui)` after every change, once there is a state. */
export function subscribe(draw) {
  watchers.push(draw);
}

/** Takes over a state from the server. */
export function setState(state) {
  const first = store.state === null || store.state.viewer !== state.viewer;
  store.state = state;
  store.since = performance.now();
  if (first) markAllRead();
  if (!state.channels.some((channel) => channel.id === store.ui.channel)) {
    store.ui.channel = state.channels[0]?.id ?? null;
  }
  soon();
}

/** Changes what is open. */
export function setUi(change) {
  Object.assign(store.ui, change);
  soon();
}

// Several changes in one go are drawn once. A microtask, not an animation frame: a page in a hidden tab keeps up too.
function soon() {
  if (due) return;
  due = true;
  queueMicrotask(() => {
    due = false;
    if (!store.state) return;
    for (const draw of watchers) draw(store.state, store.ui);
    // Whoever drives the page can tell whose eyes it shows: between choosing a person and their state there is a moment.
    document.body.dataset.viewer = store.state.viewer;
  });
}

/** Root messages of a channel, oldest first. A deleted root stays while it has replies, as in Slack. */
export function roots(state, channel) {
  const all = state.messages[channel] ?? [];
  return all.filter((m) => isRoot(m) && (!m.deleted || replies(state, channel, m.ts).length > 0));
}

/** Replies of one thread, oldest first. */
export function replies(state, channel, ts) {
  return (state.messages[channel] ?? []).filter((m) => m.thread_ts === ts && m.ts !== ts && !m.deleted);
}

/** The viewer's own ephemeral messages at one place; `thread` is null for the channel itself. */
export function ephemerals(state, channel, thread) {
  return state.ephemerals.filter((e) => e.channel === channel && (e.thread_ts ?? null) === thread);
}

/** How many root messages of others the viewer has not seen. */
export function unread(state, channel) {
  const last = store.read.get(`${state.viewer} ${channel}`) ?? "0";
  return roots(state, channel).filter((m) => m.ts > last && m.user !== state.viewer).length;
}

/** The viewer has seen everything in a channel. */
export function markRead(state, channel) {
  const newest = roots(state, channel).at(-1)?.ts;
  if (newest) store.read.set(`${state.viewer} ${channel}`, newest);
}

function markAllRead() {
  for (const channel of store.state.channels) {
    if (!store.read.has(`${store.state.viewer} ${channel.id}`)) markRead(store.state, channel.id);
  }
}

function isRoot(message) {
  return !message.thread_ts || message.thread_ts === message.ts;
}

/** A person's name as others read it. */
export function nameOf(state, id) {
  const user = state.users[id];
  return user ? user.real_name || user.name : "somebody";
}

/** Something small to be remembered on this machine; without storage it is simply asked again. */
export function remember(key, value) {
  try {
    if (value === undefined) return localStorage.getItem(`otc-demo-${key}`);
    localStorage.setItem(`otc-demo-${key}`, value);
  } catch {
    // Private windows may refuse storage.
  }
  return null;
}

/** The same for this tab alone, as a value; it outlives a reload. */
export function forThisTab(key, value) {
  try {
    if (value === undefined) return JSON.parse(sessionStorage.getItem(`otc-demo-${key}`));
    sessionStorage.setItem(`otc-demo-${key}`, JSON.stringify(value));
  } catch {
    // Private windows may refuse storage.
  }
  return null;
}
