// Asks what becomes of what was said, of a gesture over many cells, once and after the fact: keep, clear or replace each.
import { full, MODES } from "./grid_state.js";
import { label, words } from "./grid_words.js";
import { asked, nothing } from "./grid_carried.js";

const { labels: LABELS } = JSON.parse(document.getElementById("grid-mode-change").textContent);
const UNREPLACED = ["details", "served"];

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
