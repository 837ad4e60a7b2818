// What a change of mode asks, by the table the server gives (engine.mode_change): what becomes of what was said of the
// former mode; and of a source, where the cell says more than it was said to state. Until it is answered all is kept, but
// for the provenance of a cell that says more; the edition's page lists the sources older than their mode.
import { EMPTY, full, MODES } from "./grid_state.js";

const { parts: PARTS, facts: FACTS, source: SOURCE, of_source: OF_SOURCE } = JSON.parse(document.getElementById("grid-mode-change").textContent);

const told = (value) => (value && typeof value === "object" ? JSON.stringify(value) : String(value ?? ""));
const says = (state, name) => Boolean(value(state, name));
const value = (state, name) => (name === "details" ? Object.keys(state.details ?? {}).length : state[name]?.length);
export const nothing = (name) => EMPTY[name];

function saysMore(former, now, name) {
  if (name === "details") return Object.keys(now.details).some((part) => told(now.details[part]) !== told(former.details[part]));
  if (["complementary", "served"].includes(name)) return [...now[name]].some((one) => !former[name].includes(one));
  return now[name] && now[name] !== former[name];
}

// Whether a cell of the same mode says more than what its provenance was said of, nothing being said of its source.
function doubted(before, after) {
  const [former, now] = [full(before), full(after)];
  if (!former?.provenance || former.mode !== now?.mode) return false;
  return PARTS.source.every((name) => former[name] === now[name]) && FACTS.some((name) => saysMore(former, now, name));
}

// What a cell becomes, as the server keeps it until something is said of its source.
export const known = (before, after) => (doubted(before, after) ? { ...after, provenance: "" } : after);

// The parts left as they were in a cell that takes another mode: { name, fields, stays }.
export function asked(before, after) {
  if (!before || !after || !(MODES + "-").includes(before.mode)) return [];
  if (before.mode === after.mode) return doubted(before, after) ? [{ name: "source", fields: PARTS.source.filter((name) => says(full(before), name)), stays: true }] : [];
  const [former, now] = [full(before), full(after)];
  // What the new modes take of it, whatever else is said.
  const fitted = full({ ...former, mode: now.mode });
  const fit = { ...full({ ...former, mode: now.mode, complementary: now.complementary }), complementary: fitted.complementary };
  const left = (name) => says(former, name) && [told(former[name]), told(fit[name])].includes(told(now[name]));
  const another = SOURCE.some((name) => told(former[name]) !== told(now[name]));
  const groups = Object.entries(PARTS).flatMap(([name, fields]) => (name === "source" && another ? OF_SOURCE.map((one) => [one, [one]]) : [[name, fields]]));
  return groups.map(([name, fields]) => ({ name, fields: fields.filter(left) }))
    .filter(({ name, fields }) => fields.length && (name !== "source" || fields.some((one) => SOURCE.includes(one))))
    .map(({ name, fields }) => ({ name, fields, stays: fields.some((one) => says(fit, one)) }));
}
