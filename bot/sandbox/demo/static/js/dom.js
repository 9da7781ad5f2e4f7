// The one way this page makes elements. Text only ever becomes a text node, so nothing that a person, an FE or
// Flipkart wrote can turn into markup.

const SVG = "http://www.w3.org/2000/svg";

/** Makes an element: h("button", {class: "quiet", on: {click}}, "Text", child). Null children are left out. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  setProps(element, props);
  add(element, children);
  return element;
}

function setProps(element, props) {
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, handler] of Object.entries(value)) element.addEventListener(event, handler);
    } else if (name === "data") {
      Object.assign(element.dataset, value);
    } else if (name === "testid") {
      element.dataset.testid = value;
    } else if (name === "value") {
      element.value = value;
    } else {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
}

function add(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** Replaces the children, but only when `signature` is not the one they were made from. */
export function refill(element, signature, make) {
  if (element.signature === signature) return false;
  element.signature = signature;
  const focus = focusInside(element);
  element.replaceChildren();
  add(element, [make()]);
  focus();
  return true;
}

/** Remembers which hooked element inside has the focus; the returned function gives it back after a redraw. */
export function focusInside(element) {
  const active = document.activeElement;
  if (!active || active === element || !element.contains(active)) return () => {};
  const id = active.dataset.testid;
  return () => {
    if (!id || element.contains(document.activeElement)) return;
    element.querySelector(`[data-testid="${CSS.escape(id)}"]`)?.focus({ preventScroll: true });
  };
}

/**
 * Makes the children of `list` those of `items`, touching only what differs. Elements that stay are never taken out
 * and put back, because that would lose their focus and the press that is just under way.
 */
export function syncChildren(list, items, { key, make, update, gone }) {
  const old = new Map([...list.children].map((child) => [child.syncKey, child]));
  const wanted = new Set(items.map(key));
  for (const [name, child] of old) {
    if (wanted.has(name)) continue;
    const hadFocus = child.contains(document.activeElement);
    child.remove();
    if (hadFocus) gone?.();
  }
  let place = list.firstElementChild;
  for (const item of items) {
    const name = key(item);
    let child = old.get(name);
    if (!child) {
      child = make(item);
      child.syncKey = name;
    }
    update?.(child, item);
    if (child === place) place = place.nextElementSibling;
    else list.insertBefore(child, place);
  }
}

/**
 * Keeps a scrolling box at its end while the reader is there, whatever makes it grow or shrink; a reader who has
 * scrolled up stays where they read. Returns a function that goes to the end.
 */
export function stickToEnd(box) {
  let stuck = true;
  let last = 0;
  const stick = (yes) => {
    stuck = yes;
    box.style.overflowAnchor = yes ? "none" : "auto";
  };
  const toEnd = () => {
    stick(true);
    box.scrollTop = box.scrollHeight;
    last = box.scrollTop;
  };
  // Only going up lets go: content that grows in between also looks as if one were no longer at the end.
  box.addEventListener("scroll", () => {
    if (box.scrollHeight - box.scrollTop - box.clientHeight < 40) stick(true);
    else if (box.scrollTop < last - 1) stick(false);
    last = box.scrollTop;
  });
  const watch = new ResizeObserver(() => stuck && toEnd());
  for (const one of [box, ...box.children]) watch.observe(one);
  return toEnd;
}

const PATHS = {
  hash: "M9 4 7 20M17 4l-2 16M4 9h17M3 15h17",
  chat: "M4 5h16v11H10l-5 4v-4H4z",
  thread: "M4 5h16M4 10h10M8 15h12M8 20h8",
  phone: "M7 3h10v18H7zM11 18h2",
  glass: "M10 4a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15 15l6 6",
  send: "M4 12 20 4l-5 16-4-7z",
  clip: "M20 11l-8 8a5 5 0 0 1-7-7l8-8a3.5 3.5 0 0 1 5 5l-8 8a1.5 1.5 0 0 1-2-2l7-7",
  close: "M6 6l12 12M18 6 6 18",
  eye: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
  play: "M7 4l13 8-13 8z",
  pause: "M8 5v14M16 5v14",
  stop: "M6 6h12v12H6z",
  list: "M4 6h16M4 12h16M4 18h16",
  reply: "M9 6 4 11l5 5M4 11h9a7 7 0 0 1 7 7",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  home: "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
  help: "M9 9a3 3 0 1 1 4 3c-1 .5-1 1-1 2M12 17h.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
};

/** A small line drawing. Always decoration: the button around it carries the name. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const attributes = { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false" };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** An SVG element with attributes and children, for the little charts. */
export function s(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  add(element, children);
  return element;
}
