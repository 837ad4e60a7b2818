// A cell that somebody else has changed: what is typed and what is recorded, field by field, and the choice between them
// for each. Loaded once there is such a cell.
import { apart } from "./grid_state.js";
import { label, said } from "./grid_words.js";

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
      // What nobody else has set is as it was typed, unless it is given up.
      radio.checked = side === "mine" && Boolean(cell.moved) && !cell.moved.includes(field);
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
  const fields = apart(cell.saved, cell.state);
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
  // Beside the panel one still types elsewhere; under it, on a telephone, nothing else shows.
  if (matchMedia("(max-width: 40rem)").matches) box.scrollIntoView({ block: "center" });
}
