// data_visualization, lightly: bars, lines, areas and pies of a few numbers, each with the same numbers as text.

import { h, s } from "./dom.js";

const WIDTH = 420;
const HEIGHT = 160;
const LEFT = 34;
const BOTTOM = 22;

/** A chart with its title, its legend and its numbers for those who don't see it. */
export function chart(block) {
  const data = block.chart ?? {};
  const lines = data.type === "pie" ? [{ name: "", data: data.segments ?? [] }] : (data.series ?? []);
  const draw = { pie, line: strokes, area: strokes }[data.type] ?? bars;
  const picture = s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": spoken(block.title, lines) });
  picture.append(...draw(lines, data));
  return h("figure", { class: "chart" }, h("figcaption", {}, block.title ?? "Chart"), picture, legend(lines, data.type));
}

function spoken(title, lines) {
  const numbers = (line) => line.data.map((d) => `${d.label} ${d.value}`).join(", ");
  return `${title ?? "Chart"}. ${lines.map((line) => `${line.name} ${numbers(line)}`.trim()).join("; ")}`;
}

function legend(lines, type) {
  const names = type === "pie" ? lines[0].data.map((d) => `${d.label}: ${d.value}`) : lines.map((line) => line.name);
  if (names.filter(Boolean).length < 2) return null;
  return h("ul", { class: "legend" }, names.map((name, i) => h("li", { class: `series-${i % 6}` }, name)));
}

function scale(lines) {
  const most = Math.max(1, ...lines.flatMap((line) => line.data.map((d) => d.value)));
  const room = HEIGHT - BOTTOM - 12;
  return { most, y: (value) => HEIGHT - BOTTOM - (Math.max(0, value) / most) * room };
}

function frame(lines, { most, y }, middle) {
  const base = s("path", { class: "axis", d: `M${LEFT} ${y(0)}H${WIDTH - 6}M${LEFT} ${y(most)}H${WIDTH - 6}` });
  const marks = [0, most].map((value) => s("text", { x: LEFT - 6, y: y(value) + 4, class: "mark end" }, String(value)));
  const labels = (lines[0]?.data ?? []).map((d, i) =>
    s("text", { x: middle(i), y: HEIGHT - 6, class: "mark middle" }, String(d.label).slice(0, 10)));
  return [base, ...marks, ...labels];
}

function bars(lines) {
  const count = Math.max(1, lines[0]?.data.length ?? 0);
  const step = (WIDTH - LEFT - 6) / count;
  const wide = Math.min(36, (step * 0.7) / Math.max(1, lines.length));
  const by = scale(lines);
  const middle = (i) => LEFT + step * (i + 0.5);
  const all = lines.flatMap((line, n) =>
    line.data.map((d, i) => {
      const x = middle(i) + (n - lines.length / 2) * wide;
      const shape = { x, y: by.y(d.value), width: wide - 2, height: by.y(0) - by.y(d.value), rx: 2 };
      return s("rect", { ...shape, class: `series-${n % 6}` });
    }));
  return [...frame(lines, by, middle), ...all];
}

function strokes(lines, { type }) {
  const count = Math.max(2, lines[0]?.data.length ?? 0);
  const step = (WIDTH - LEFT - 26) / (count - 1);
  const by = scale(lines);
  const middle = (i) => LEFT + 10 + step * i;
  const all = lines.map((line, n) => {
    const points = line.data.map((d, i) => `${middle(i)} ${by.y(d.value)}`).join("L");
    const close = type === "area" ? `L${middle(line.data.length - 1)} ${by.y(0)}L${middle(0)} ${by.y(0)}Z` : "";
    return s("path", { d: `M${points}${close}`, class: `${type === "area" ? "area" : "line"} series-${n % 6}` });
  });
  return [...frame(lines, by, middle), ...all];
}

function pie(lines) {
  const segments = lines[0].data;
  const total = segments.reduce((sum, d) => sum + Math.max(0, d.value), 0) || 1;
  const [x, y, r] = [WIDTH / 2, HEIGHT / 2, HEIGHT / 2 - 8];
  if (segments.length === 1) return [s("circle", { cx: x, cy: y, r, class: "series-0" })];
  const at = (share) => {
    const angle = share * 2 * Math.PI - Math.PI / 2;
    return `${x + r * Math.cos(angle)} ${y + r * Math.sin(angle)}`;
  };
  let from = 0;
  return segments.map((d, i) => {
    const to = from + Math.max(0, d.value) / total;
    const path = `M${x} ${y}L${at(from)}A${r} ${r} 0 ${to - from > 0.5 ? 1 : 0} 1 ${at(to)}Z`;
    from = to;
    return s("path", { d: path, class: `slice series-${i % 6}` });
  });
}
