// What a cell of the editing grid holds: null (no placement) or every field. Pure: no page, no request.
export const EMPTY = {
  mode: "?", complementary: "", lead: "", served: [], integration: "",
  rationale: "", source_document: "", source_page: "", source_basis: "",
  provenance: "", source_quote: "", details: {},
};
// What a mode is made of, in the order in which it is told, and the modes each member is of.
export const DETAILS = {
  purpose: "C", start: "C", end: "C", form: "C", frame: "H", frame_version: "H", frame_adopted_by: "H",
  sites: "M", pooled: "M", pooling: "M", reach: "CHM", partners: "CHM",
};
export const MODES = "ACHMI";
export const WORDS = {
  "?": "non renseigné", "-": "sans objet", A: "Autonomie", C: "Coopération", H: "Harmonisation",
  M: "Mutualisation", I: "Intégration",
};

// Keeps a cell consistent as the server does, so that both hold the same after a save.
function settle(state) {
  state.complementary = [...new Set(state.complementary)].sort().join("").replace(state.mode, "");
  state.served = [...new Set(state.served)].sort();
  if (!MODES.includes(state.mode)) state.complementary = "";
  if (state.mode === "-") Object.assign(state, { lead: "", served: [] });
  if (!(state.mode + state.complementary).includes("I")) state.integration = "";
  if (state.mode === "?") state.provenance = "";
  const held = Object.entries(DETAILS).filter(([name, modes]) => state.details[name]?.length && [...modes].some((letter) => (state.mode + state.complementary).includes(letter)));
  state.details = Object.fromEntries(held.map(([name]) => [name, state.details[name]]));
  return state;
}

const told = (value) => (value && typeof value === "object" && !Array.isArray(value) ? JSON.stringify(value) : String(value));

export function full(given) {
  return given ? settle({ ...EMPTY, ...given }) : null;
}

export function withMode(state, mode, complementary = state?.complementary ?? "") {
  return full({ ...state, mode, complementary });
}

export function toggled(state, letter) {
  if (!state || !MODES.includes(state.mode) || state.mode === letter) return state;
  const more = new Set(state.complementary);
  if (!more.delete(letter)) more.add(letter);
  return full({ ...state, complementary: [...more].join("") });
}

export function same(a, b) {
  return JSON.stringify(full(a)) === JSON.stringify(full(b));
}

// The fields to send so that `from` becomes `to`; null removes the placement.
export function changes(from, to) {
  if (!to) return null;
  const sent = Object.entries(to).filter(([name, value]) => !from || told(from[name]) !== told(value));
  return Object.fromEntries(sent);
}

// The fields in which two states differ; null reads as a state that says nothing.
export function differing(a, b) {
  const [one, other] = [full(a ?? EMPTY), full(b ?? EMPTY)];
  return Object.keys(EMPTY).filter((name) => told(one[name]) !== told(other[name]));
}

// The same, what a mode is made of told part by part: who settles one part leaves the others as they are.
export const PART = "details.";
export const partOf = (name) => (name.startsWith(PART) ? name.slice(PART.length) : "");
export function apart(a, b) {
  const [one, other] = [full(a ?? EMPTY).details, full(b ?? EMPTY).details];
  const parts = Object.keys(DETAILS).filter((name) => told(one[name] ?? "") !== told(other[name] ?? ""));
  return [...differing(a, b).filter((name) => name !== "details"), ...parts.map((name) => PART + name)];
}

function taking(state, from, names) {
  const taken = { ...(state ?? EMPTY) };
  taken.details = { ...taken.details };
  for (const name of names) {
    if (partOf(name)) taken.details[partOf(name)] = from?.details?.[partOf(name)];
    else taken[name] = (from ?? EMPTY)[name];
  }
  return full(taken);
}

// What is typed upon `base`, put upon `theirs`: fields nobody typed are theirs.
export function merged(base, mine, theirs) {
  if (same(base, mine)) return theirs;
  return mine === null ? null : taking(theirs, mine, apart(base, mine));
}

// What a cell becomes when a change is taken back: only the fields it still holds as the change left them.
export function retraced(now, from, to) {
  if (same(now, from)) return to;
  const held = apart(from, to).filter((name) => !apart(now, from).includes(name));
  return held.length ? taking(now, to, held) : now;
}

// Theirs, but for the fields chosen to be mine.
export function choosing(theirs, mine, names) {
  return names.length ? taking(theirs, mine, names) : theirs;
}

// What a cell rests on: it says how this cell is known, and no other.
export const EVIDENCE = ["source_document", "source_page", "source_basis", "source_quote", "provenance"];
export const rests = (state) => EVIDENCE.some((name) => Boolean(state?.[name]));

// The same value for another cell: without what it rests on. What that cell rests on stays where its mode does.
export function bare(value, held) {
  return value && taking(value, held?.mode === value.mode ? held : EMPTY, EVIDENCE);
}

// With what `value` rests on.
export const backed = (state, value) => taking(state, value, EVIDENCE);

// What a cell shows: its own value, or the network's (`network`, null for a cell of the network), which a chamber takes.
export const shownBy = ({ state, network }) => state ?? network;

// What a cell becomes so that it shows `value`. A chamber that is to show nothing known must say so itself, where the
// network's value would show instead.
export const showing = (cell, value) => full(value ?? ((cell.network?.mode ?? "?") === "?" ? null : { mode: "?" }));

// A shown value, in a word.
export function toText(state) {
  if (!state) return "";
  if (state.mode === "-") return "sans objet";
  return [state.mode, ...state.complementary].join("+");
}
