// Block Kit as Slack draws it. Blocks that did not change keep their elements, so a press, a focus or a half-typed
// number survives every push of the server.

import { h, icon } from "./dom.js";
import { chart } from "./charts.js";
import { today } from "./dates.js";
import { interactive } from "./elements.js";
import { inputBlock, showErrors } from "./inputs.js";
import { emojiOnly, mrkdwn, textObject } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { store } from "./store.js";

/**
 * Draws blocks into `box`. `surface` says where they stand: {kind, channel, ts, id}; it goes with every press.
 * With `flash`, blocks that are new since the last drawing light up for a moment.
 */
export function drawBlocks(box, blocks, surface, { flash = false, errors = {} } = {}) {
  const spare = new Map();
  for (const child of [...box.children]) {
    const list = spare.get(child.blockSignature) ?? [];
    spare.set(child.blockSignature, [...list, child]);
  }
  const wanted = blocks.map((block) => {
    const signature = signatureOf(block, surface);
    const kept = spare.get(signature)?.shift();
    return kept ?? fresh(block, surface, signature, flash);
  });
  const staying = new Set(wanted);
  for (const child of [...box.children]) if (!staying.has(child)) child.remove();
  let place = box.firstElementChild;
  for (const child of wanted) {
    if (child === place) place = place.nextElementSibling;
    else box.insertBefore(child, place);
  }
  showErrors(box, errors);
}

// Slack gives a block without an id another one on every edit; that alone is no change. The presses need theirs.
function signatureOf(block, surface) {
  const { block_id: id, ...rest } = block;
  const pressed = block.type === "actions" || block.type === "input" || block.accessory;
  const text = JSON.stringify([pressed ? id : "", rest, surface.id ?? ""]);
  return text.includes("!date^") ? `${today()} ${text}` : text;
}

function fresh(block, surface, signature, flash) {
  const element = drawBlock(block, surface);
  element.classList.add("block", `block-${block.type}`);
  if (flash) element.classList.add("flash");
  element.blockSignature = signature;
  return element;
}

function drawBlock(block, surface) {
  const draw = DRAW[block.type];
  return draw ? draw(block, surface) : h("div", { class: "unknown" }, `(a ${block.type} block)`);
}

const DRAW = {
  header: (block) => h("h3", {}, emojiOnly(block.text.text)),
  section: drawSection,
  divider: () => h("hr"),
  context: (block) =>
    h("div", {}, block.elements.map((one) =>
      one.type === "image" ? picture(one, "tiny") : h("div", { class: "text" }, textObject(one, store.state)))),
  actions: (block, surface) => h("div", {}, block.elements.map((one) => interactive(one, block, surface))),
  image: (block) => h("figure", {}, block.title && h("figcaption", {}, textObject(block.title)), picture(block, "large")),
  table: drawTable,
  data_table: drawTable,
  data_visualization: (block) => chart(block),
  rich_text: (block) => h("div", { class: "text" }, richText(block.elements, store.state)),
  markdown: (block) => h("div", { class: "text" }, mrkdwn(block.text, store.state)),
  alert: (block) => h("div", { class: `text level-${block.level ?? "default"}` }, textObject(block.text, store.state)),
  input: inputBlock,
};

function drawSection(block, surface) {
  const body = h("div", { class: "section-body" });
  if (block.text) body.append(h("div", { class: "text" }, textObject(block.text, store.state)));
  if (block.fields?.length) {
    const fields = block.fields.map((field) => h("div", { class: "text field" }, textObject(field, store.state)));
    body.append(h("div", { class: "fields" }, fields));
  }
  return h("div", {}, body, block.accessory && h("div", { class: "accessory" }, accessory(block, surface)));
}

function accessory(block, surface) {
  return block.accessory.type === "image" ? picture(block.accessory, "small") : interactive(block.accessory, block, surface);
}

// Only pictures of this machine are loaded: the demo sends no request elsewhere.
function picture(image, size) {
  const url = image.image_url ?? image.slack_file?.url ?? "";
  const own = url.startsWith("data:image/") || new URL(url || "x:", location.href).origin === location.origin;
  if (own) return h("img", { src: url, alt: image.alt_text ?? "", class: `picture ${size}`, loading: "lazy" });
  return h("span", { class: `picture ${size} elsewhere`, role: "img", "aria-label": image.alt_text }, icon("file"), image.alt_text);
}

function drawTable(block) {
  const [head, ...rows] = block.rows ?? [];
  const align = (i) => `align-${block.column_settings?.[i]?.align ?? "left"}`;
  const cells = (tag, row) =>
    row.map((cell, i) => h(tag, { class: align(i), scope: tag === "th" ? "col" : null }, cellContent(cell)));
  return h("div", { class: "table-box", tabindex: "0", role: "group", "aria-label": "Table" },
    h("table", {},
      head && h("thead", {}, h("tr", {}, cells("th", head))),
      h("tbody", {}, rows.map((row) => h("tr", {}, cells("td", row))))));
}

function cellContent(cell) {
  if (cell.type === "rich_text") return richText(cell.elements, store.state);
  return String(cell.text?.text ?? cell.text ?? cell.value ?? "");
}
