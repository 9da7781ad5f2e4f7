// Carries out what the server says of a state that has changed; bot/sandbox/demo/changes.py makes it.

/** The value that `before` has become. */
export function changed(before, change) {
  if ("=" in change) return change["="];
  if ("[" in change) {
    const [dropped, items, added] = change["["];
    const stay = before.slice(dropped).map((item, i) => (items[i] ? changed(item, items[i]) : item));
    return [...stay, ...added];
  }
  const after = { ...before };
  for (const key of change["-"]) delete after[key];
  for (const [key, one] of Object.entries(change["{"])) after[key] = changed(before[key], one);
  return after;
}
