// The emoji people at a dock use by name. The system's own font draws them.

const SIGNS = {
  "+1": "👍", "-1": "👎", thumbsup: "👍", thumbsdown: "👎", white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌",
  warning: "⚠️", rotating_light: "🚨", package: "📦", truck: "🚚", eyes: "👀", tada: "🎉", wave: "👋", clap: "👏",
  pray: "🙏", ok_hand: "👌", raised_hands: "🙌", muscle: "💪", heart: "❤️", fire: "🔥", star: "⭐", bulb: "💡",
  smile: "😄", slightly_smiling_face: "🙂", grinning: "😀", joy: "😂", thinking_face: "🤔", sweat_smile: "😅",
  cry: "😢", sob: "😭", rage: "😡", shushing_face: "🤫", zzz: "💤", hourglass: "⌛", hourglass_flowing_sand: "⏳",
  stopwatch: "⏱️", clock1: "🕐", calendar: "📅", memo: "📝", pencil: "✏️", clipboard: "📋", mag: "🔍", key: "🔑",
  lock: "🔒", unlock: "🔓", bell: "🔔", speech_balloon: "💬", phone: "☎️", iphone: "📱", computer: "💻",
  bar_chart: "📊", chart_with_upwards_trend: "📈", chart_with_downwards_trend: "📉", moneybag: "💰", recycle: "♻️", repeat: "🔁",
  arrow_right: "➡️", arrow_left: "⬅️", arrow_up: "⬆️", arrow_down: "⬇️", point_right: "👉", point_up: "☝️",
  red_circle: "🔴", large_orange_circle: "🟠", large_yellow_circle: "🟡", large_green_circle: "🟢",
  large_blue_circle: "🔵", white_circle: "⚪", black_circle: "⚫", no_entry: "⛔", question: "❓", grey_question: "❔", exclamation: "❗",
  information_source: "ℹ️", hundred: "💯", robot_face: "🤖", factory: "🏭", coffee: "☕", chai: "🍵", sunrise: "🌅",
};

/** The sign of a name, or undefined. */
export function emoji(name) {
  return Object.hasOwn(SIGNS, name) ? SIGNS[name] : undefined;
}
