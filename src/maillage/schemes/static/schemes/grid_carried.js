// A gesture that changes modes leaves under the new ones what was said of the former: who leads, option, rationale,
// source. Asked once for all its cells: keep, clear or replace each. Until it is answered all is kept, and the edition's
// page lists the sources that are older than their mode.
import { full, MODES } from "./grid_state.js";
import { label, words } from "./grid_conflict.js";

const PARTS = [["lead", ["lead"]], ["integration", ["integration"]], ["rationale", ["rationale"]],
  ["source", ["source_document", "source_page", "source_basis", "source_quote", "provenance"]]];

const stated = (state) => state && (MODES.includes(state.mode) || state.mode === "-");
const kept = (names, { before, cell }) => names.some((name) => before[name]) && names.every((name) => before[name] === cell.state?.[name]);

function field(part, name) {
  const known = { lead: words.entities, integration: words.options, provenance: words.provenances }[name];
  const box = Object.assign(document.createElement(known ? "select" : "input"), { name, className: "carried-value" });
  box.setAttribute("aria-label", label(name));
  if (known) box.append(...Object.entries(known).map(([value, text]) => new Option(text, value)));
  else box.placeholder = label(name);
  return box;
}

function row(part, names) {
  const line = document.getElementById("cell-carried-part").content.firstElementChild.cloneNode(true);
  line.dataset.part = part;
  line.querySelector("[data-slot=label]").textContent = part === "source" ? "Source" : label(part);
  const [choice, place] = [line.querySelector("select"), line.querySelector("[data-slot=value]")];
  place.append(...names.map((name) => field(part, name)));
  choice.addEventListener("change", () => { place.hidden = choice.value !== "remplacer"; });
  return line;
}

// into: where it is asked; gesture: what has just been done; settle(wanted): what to change of it.
export function askCarried(into, gesture, settle) {
  const moved = gesture.filter(({ before, cell }) => stated(before) && cell.state && cell.state.mode !== before.mode);
  const parts = PARTS.map(([part, names]) => [part, names, moved.filter((one) => kept(names, one))]).filter(([, , of]) => of.length);
  into.textContent = "";
  if (!parts.length) return;
  const box = document.getElementById("cell-carried").content.firstElementChild.cloneNode(true);
  const count = new Set(parts.flatMap(([, , of]) => of)).size;
  box.querySelector("[data-slot=count]").textContent = count > 1 ? `${count} cellules changent de mode et gardent` : `${parts[0][2][0].cell.name} : le mode change, et la cellule garde`;
  const rows = parts.map(([part, names]) => row(part, names));
  box.querySelector("[data-slot=parts]").append(...rows);
  box.querySelector("[data-later]").addEventListener("click", () => { into.textContent = ""; });
  box.querySelector("[data-apply]").addEventListener("click", () => {
    const given = new Map();
    for (const [place, [, names, of]] of parts.entries()) {
      const choice = rows[place].querySelector("select").value;
      if (choice === "garder") continue;
      const values = Object.fromEntries(names.map((name) => [name, choice === "remplacer" ? rows[place].querySelector(`[name=${name}]`).value.trim() : ""]));
      for (const { cell } of of) given.set(cell, { ...given.get(cell), ...values });
    }
    into.textContent = "";
    settle([...given].map(([cell, values]) => ({ cell, after: full({ ...cell.state, ...values }) })));
  });
  into.append(box);
}
