// What the fields of a cell are called and say, in the words the server gives (engine.change_words).
import { DETAILS, partOf } from "./grid_state.js";

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

const part = (name, value) => [value].flat().map((one) => words.members[name].choices[one] ?? one).join(", ");
function details(value) {
  const parts = Object.keys(DETAILS).filter((name) => value[name]?.length).map((name) => `${words.members[name].label} : ${part(name, value[name])}`);
  return parts.join(" ; ") || words.unsaid;
}

export const label = (field) => words.labels[field] ?? words.members[partOf(field)].label;

const nothing = (cell) => ({ mode: cell.entity ? "" : "?" });
export function said(cell, state, field) {
  const held = state ?? nothing(cell);
  const name = partOf(field);
  if (name) return held.details?.[name]?.length ? part(name, held.details[name]) : words.unsaid;
  if (held[field]?.length || field === "mode") return word(field, held[field]);
  if (held.mode === "") return words.modes[""];
  return field === "complementary" && held.mode !== "?" ? words.none : word(field, held[field]);
}
