// What a change of mode asks, by the table the server gives (engine.mode_change): what becomes of what was said of the
// former mode; and of a source, where the cell says more than it was said to state. The panel asks it as one types; a
// gesture over many cells asks it once, after the fact: keep, clear or replace each. Until it is answered all is kept, but
// for the provenance of a cell that says more; the edition's page lists the sources older than their mode.
import { EMPTY, full, MODES } from "./grid_state.js";
import { label, words } from "./grid_words.js";

const { parts: PARTS, facts: FACTS, source: SOURCE, of_source: OF_SOURCE, labels: LABELS } = JSON.parse(document.getElementById("grid-mode-change").textContent);
const UNREPLACED = ["details", "served"];

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

function field(name) {
  const known = { lead: words.entities, integration: words.options, provenance: words.provenances }[name];
  const box = Object.assign(document.createElement(known ? "select" : "input"), { name, className: "carried-value" });
  box.setAttribute("aria-label", label(name));
  if (known) box.append(...Object.entries(known).map(([key, text]) => new Option(text, key)));
  else box.placeholder = name === "complementary" ? "C, H" : label(name);
  return box;
}

function row({ name, fields, stays }) {
  const line = document.getElementById("cell-carried-part").content.firstElementChild.cloneNode(true);
  line.dataset.part = name;
  line.querySelector("[data-slot=label]").textContent = LABELS[name];
  const [choice, place] = [line.querySelector("select"), line.querySelector("[data-slot=value]")];
  const dropped = [...choice.options].filter((one) => (one.value === "garder" ? !stays : one.value === "remplacer" && (!stays || UNREPLACED.includes(name))));
  for (const one of dropped) one.remove();
  line.querySelector("[data-goes]").hidden = stays;
  line.querySelector("[data-partly]").hidden = !stays || name !== "details";
  place.append(...fields.map(field));
  choice.addEventListener("change", () => { place.hidden = choice.value !== "remplacer"; });
  return line;
}

// Its parts over many cells: a part stays where it does in one of them.
function gathered(moved) {
  const found = new Map();
  for (const { cell, before, meant } of moved) {
    for (const part of asked(before, meant ?? cell.state)) {
      const one = found.get(part.name) ?? { ...part, stays: false, fields: [], of: [] };
      one.of.push(cell);
      one.stays ||= part.stays;
      one.fields = [...new Set([...one.fields, ...part.fields])];
      found.set(part.name, one);
    }
  }
  return [...found.values()];
}

const typed = (line, name) => {
  const text = line.querySelector(`[name=${name}]`).value.trim();
  return name === "complementary" ? [...text.toUpperCase()].filter((letter) => MODES.includes(letter)).join("") : text;
};

// into: where it is asked; gesture: what has just been done; settle(wanted): what to change of it, nothing where all is kept.
export function askCarried(into, gesture, settle) {
  const parts = gathered(gesture);
  into.textContent = "";
  if (!parts.length) return;
  const box = document.getElementById("cell-carried").content.firstElementChild.cloneNode(true);
  const count = new Set(parts.flatMap(({ of }) => of)).size;
  const sole = gesture.every(({ cell, before }) => before?.mode === cell.state?.mode);
  const [one, many] = sole ? ["la cellule dit plus qu’avant, et garde", "disent plus qu’avant et gardent"] : ["le mode change, et la cellule garde", "changent de mode et gardent"];
  box.querySelector("[data-slot=count]").textContent = count > 1 ? `${count} cellules ${many}` : `${parts[0].of[0].name} : ${one}`;
  const rows = parts.map(row);
  box.querySelector("[data-slot=parts]").append(...rows);
  box.querySelector("[data-later]").addEventListener("click", () => { into.textContent = ""; settle([]); });
  box.querySelector("[data-apply]").addEventListener("click", () => {
    const given = new Map();
    for (const [place, { fields, of }] of parts.entries()) {
      const choice = rows[place].querySelector("select").value;
      if (choice === "garder") continue;
      const values = Object.fromEntries(fields.map((name) => [name, choice === "remplacer" ? typed(rows[place], name) : nothing(name)]));
      for (const cell of of) given.set(cell, { ...given.get(cell), ...values });
    }
    into.textContent = "";
    settle([...given].map(([cell, values]) => ({ cell, after: full({ ...cell.state, ...values }) })));
  });
  into.append(box);
}
