// rich_text blocks: what Slack's own composer makes.

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { slackDate } from "./dates.js";
import { link, mention } from "./mrkdwn.js";
import { nameOf } from "./store.js";

/** The nodes of the elements of a rich_text block. */
export function richText(elements, state) {
  return (elements ?? []).map((one) => {
    if (one.type === "rich_text_list") {
      return h(one.style === "ordered" ? "ol" : "ul", { start: one.offset ? one.offset + 1 : null },
        one.elements.map((item) => h("li", {}, spans(item.elements, state))));
    }
    if (one.type === "rich_text_quote") return h("blockquote", {}, spans(one.elements, state));
    if (one.type === "rich_text_preformatted") return h("pre", {}, spans(one.elements, state));
    return h("p", {}, spans(one.elements, state));
  });
}

function spans(elements, state) {
  return (elements ?? []).flatMap((one) => styled(span(one, state), one.style ?? {}));
}

function span(one, state) {
  switch (one.type) {
    case "text":
      return one.text.split("\n").flatMap((line, i) => (i ? [h("br"), line] : [line]));
    case "emoji":
      return [emoji(one.name) ?? `:${one.name}:`];
    case "link":
      return [link(one.url, one.text ?? one.url) ?? (one.text ?? one.url)];
    case "user":
      return [mention(`@${nameOf(state, one.user_id)}`, one.user_id === state.viewer)];
    case "usergroup":
      return [mention(`@${state.usergroups[one.usergroup_id] ?? "group"}`)];
    case "channel":
      return [mention(`#${state.channels.find((c) => c.id === one.channel_id)?.name ?? "channel"}`)];
    case "broadcast":
      return [mention(`@${one.range}`)];
    case "date":
      return [slackDate(`!date^${one.timestamp}^${one.format ?? "{date_short}"}`, one.fallback ?? "")];
    default:
      return [];
  }
}

function styled(nodes, style) {
  const tags = { bold: "strong", italic: "em", strike: "s", code: "code" };
  return Object.entries(tags).reduce((inner, [name, tag]) => (style[name] ? [h(tag, {}, inner)] : inner), nodes);
}
