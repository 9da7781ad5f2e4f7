// Input blocks of modals: label, element, hint, and the line that says what is wrong.

import { h } from "./dom.js";
import { optionLine, optionsOf } from "./elements.js";
import { emojiOnly } from "./mrkdwn.js";
import { typeahead } from "./typeahead.js";

const KINDS = { number_input: "number", email_text_input: "email", url_text_input: "url", datepicker: "date", timepicker: "time" };
let serial = 0;

/** An input block. Its element carries data-testid `input-<block_id>`. */
export function inputBlock(block, surface) {
  const id = `field-${++serial}`;
  const { element } = block;
  const label = [emojiOnly(block.label.text), block.optional ? h("span", { class: "optional" }, " (optional)") : null];
  // By ear the field says it as its description; without aria-hidden it would be read a second time.
  const hint = block.hint ? h("p", { class: "hint", id: `${id}-hint`, "aria-hidden": "true" }, emojiOnly(block.hint.text)) : null;
  const error = h("p", { class: "field-error", id: `${id}-error`, hidden: true });
  const described = [hint && `${id}-hint`, `${id}-error`].filter(Boolean).join(" ");
  const box = element.type === "radio_buttons" || element.type === "checkboxes"
    ? h("fieldset", { testid: `input-${block.block_id}`, "aria-describedby": described },
        h("legend", {}, label), choices(element, id))
    : h("div", {}, h("label", { for: id, class: "field-label" }, label), field(block, id, described, surface));
  const whole = h("div", { data: { block: block.block_id } }, box, error, hint);
  whole.readValue = () => readValue(whole, element);
  return whole;
}

function field(block, id, described, surface) {
  const { element } = block;
  const common = { id, "aria-describedby": described, testid: `input-${block.block_id}`, class: "slack-input" };
  if (!block.optional) common["aria-required"] = "true";
  if (element.focus_on_load) common.data = { first: "" };
  if (element.type === "external_select") return typeahead(element, common, surface, emojiOnly(block.label.text));
  if (element.type.includes("select")) return select(element, common);
  const value = element.initial_value ?? element.initial_date ?? element.initial_time ?? "";
  const more = { placeholder: element.placeholder?.text, maxlength: element.max_length, autocomplete: "off" };
  if (element.type === "plain_text_input" && element.multiline) {
    return h("textarea", { ...common, ...more, rows: "3", value });
  }
  if (element.type === "number_input") {
    // A text field that says "number": the browser's own number field would swallow what it can't read.
    return h("input", { ...common, ...more, type: "text", inputmode: element.is_decimal_allowed ? "decimal" : "numeric", value });
  }
  return h("input", { ...common, ...more, type: KINDS[element.type] ?? "text", value });
}

function select(element, common) {
  const many = element.type.startsWith("multi_");
  const initial = many
    ? (element.initial_options ?? []).map((option) => option.value)
    : [element.initial_option?.value ?? element.initial_user ?? element.initial_channel ?? ""];
  const node = h("select", { ...common, multiple: many },
    many ? null : h("option", { value: "" }, emojiOnly(element.placeholder?.text ?? "Choose…")),
    optionsOf(element).map((option) => h("option", { value: option.value }, option.label)));
  for (const option of node.options) option.selected = initial.includes(option.value);
  return node;
}

function choices(element, name) {
  const many = element.type === "checkboxes";
  const initial = many ? (element.initial_options ?? []).map((o) => o.value) : [element.initial_option?.value];
  return element.options.map((option) => optionLine(option, { many, name, checked: initial.includes(option.value) }));
}

function readValue(whole, element) {
  const asked = whole.querySelector(".typeahead");
  if (asked) return asked.chosen();
  const checked = [...whole.querySelectorAll("input:checked")].map((input) => input.value);
  if (element.type === "checkboxes") return checked;
  if (element.type === "radio_buttons") return checked[0] ?? null;
  const node = whole.querySelector("input, textarea, select");
  if (node.multiple) return [...node.selectedOptions].map((option) => option.value);
  return node.value || null;
}

/** What stands in all input blocks inside, as {block_id: value}; an empty field is null. */
export function readValues(box) {
  const blocks = [...box.querySelectorAll("[data-block]")];
  return Object.fromEntries(blocks.map((block) => [block.dataset.block, block.readValue()]));
}

/** Writes each error under its field, and takes away those that are mended. */
export function showErrors(box, errors) {
  for (const block of box.querySelectorAll("[data-block]")) {
    const text = errors[block.dataset.block] ?? "";
    const line = block.querySelector(".field-error");
    if (line.textContent !== text) line.textContent = text;
    line.hidden = !text;
    for (const node of block.querySelectorAll("fieldset, .slack-input")) {
      if (text) node.setAttribute("aria-invalid", "true");
      else node.removeAttribute("aria-invalid");
    }
  }
}

/** Puts the focus into the first field with an error. */
export function focusError(box) {
  const node = box.querySelector("[aria-invalid]");
  (node?.matches("fieldset") ? node.querySelector("input") : node)?.focus();
}
