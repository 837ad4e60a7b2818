// A cell that somebody else has changed: what is typed and what is recorded, field by field, in the words the server
// gives (engine.change), and the choice between them for each field.
import { DETAILS, differing } from "./grid_state.js";

export const words = JSON.parse(document.getElementById("grid-words").textContent);

export function word(field, value) {
  if (field === "mode") return words.modes[value] ?? value;
  if (field === "provenance") return words.provenances[value ?? ""] ?? value;
  if (field === "details") return details(value ?? {});
  if (!value || !value.length) return words.unsaid;
  if (field === "complementary") return [...value].map((letter) => words.modes[letter]).join(", ");
  if (field === "lead") return words.entities[value] ?? value;
  if (field === "served") return value.map((code) => words.entities[code] ?? code).join(", ");
  return field === "integration" ? words.options[value] ?? value : value;
}

function details(value) {
  const parts = Object.keys(DETAILS).filter((name) => value[name]?.length).map((name) => {
    const known = words.members[name].choices;
    return `${words.members[name].label} : ${[value[name]].flat().map((one) => known[one] ?? one).join(", ")}`;
  });
  return parts.join(" ; ") || words.unsaid;
}

export const label = (field) => words.labels[field];

const nothing = (cell) => ({ mode: cell.entity ? "" : "?" });
export function said(cell, state, field) {
  const held = state ?? nothing(cell);
  if (held[field]?.length || field === "mode") return word(field, held[field]);
  if (held.mode === "") return words.modes[""];
  return field === "complementary" && held.mode !== "?" ? words.none : word(field, held[field]);
}

function row(cell, field, several, name) {
  const line = document.createElement("tr");
  const head = Object.assign(document.createElement("th"), { scope: "row", textContent: label(field) });
  line.append(head);
  for (const [side, state] of [["mine", cell.state], ["theirs", cell.saved]]) {
    const place = document.createElement("td");
    const text = said(cell, state, field);
    if (several) {
      const choice = document.createElement("label");
      const radio = Object.assign(document.createElement("input"), { type: "radio", name: `${name}-${field}`, value: side });
      radio.dataset.field = field;
      choice.append(radio, ` ${text}`);
      place.append(choice);
    } else place.textContent = text;
    line.append(place);
  }
  return line;
}

// settle(names): the fields to keep as they are typed; null for the whole of what is typed.
export function askConflict(into, cell, settle) {
  const id = `conflict-${cell.y}-${cell.x}`;
  document.getElementById(id)?.remove();
  const box = document.getElementById("cell-conflict").content.firstElementChild.cloneNode(true);
  box.id = id;
  box.querySelector("[data-slot=name]").textContent = cell.name;
  box.querySelector("[data-slot=by]").textContent = cell.conflict;
  const fields = differing(cell.saved, cell.state);
  const several = fields.length > 1 && cell.state !== null;
  box.querySelector("tbody").append(...fields.map((field) => row(cell, field, several, id)));
  const since = cell.since.map((field) => `${label(field)} : ${said(cell, cell.saved, field)}`);
  const rest = box.querySelector("[data-slot=since]");
  rest.hidden = !since.length;
  rest.querySelector("span").textContent = since.join(" ; ");
  const choose = box.querySelector("[data-choose]");
  choose.hidden = !several;
  // Nothing is chosen for whoever does not choose: neither value is written over by a habit.
  const chosen = () => box.querySelectorAll("input:checked").length;
  const weigh = () => { choose.disabled = chosen() < fields.length; };
  box.addEventListener("change", weigh);
  weigh();
  const done = (names) => { box.remove(); settle(names); };
  box.querySelector("[data-keep]").addEventListener("click", () => done(null));
  box.querySelector("[data-take]").addEventListener("click", () => done([]));
  choose.addEventListener("click", () => done(
    [...box.querySelectorAll("input:checked")].filter((radio) => radio.value === "mine").map((radio) => radio.dataset.field),
  ));
  into.append(box);
}
