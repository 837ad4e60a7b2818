// One field of many cells: chosen with its value in the panel, shown cell by cell, then set as one gesture.
import { known } from "./grid_carried.js";
import { differing, EMPTY, full, withMode } from "./grid_state.js";
import { label } from "./grid_words.js";
import { preview } from "./grid_paste.js";

const sheet = document.getElementById("sheet");
const body = document.getElementById("sheet-body");
const cells = (count) => `${count} cellule${count > 1 ? "s" : ""}`;

// The place of a field in the form of a cell: its own label and control, whatever kind it is of.
const placeOf = (form, name) => form.querySelector(`[name="${name}"]`)?.closest("fieldset.field, .field");

function cleared(place) {
  const copy = place.cloneNode(true);
  for (const field of copy.querySelectorAll("input, select, textarea")) {
    if (["radio", "checkbox"].includes(field.type)) field.checked = false;
    else field.value = "";
  }
  return copy;
}

function valueOf(form, name) {
  const values = new FormData(form).getAll(name).map((text) => String(text).trim().replace(/\r\n/g, "\n"));
  if (Array.isArray(EMPTY[name])) return values;
  return name === "complementary" ? values.join("") : values[0] ?? "";
}

// What each cell becomes; a chamber that takes the network's value must have its own mode first.
function changed(cell, name, value) {
  if (name === "mode") return withMode(cell.state, value);
  if (!cell.state && cell.entity) return null;
  return known(cell.state, full({ ...(cell.state ?? EMPTY), [name]: value }));
}

export async function openBulk(chosen, example, into, gesture, closed) {
  const open = chosen.filter((cell) => !cell.locked);
  body.textContent = "Chargement…";
  if (!sheet.open) matchMedia("(max-width: 60rem)").matches ? sheet.showModal() : sheet.show();
  sheet.addEventListener("close", closed, { once: true });
  let form;
  try {
    const answer = await fetch(example.href, { headers: { "HX-Request": "true" } });
    form = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("form.cell-form");
  } catch { /* told below */ }
  if (!form) { body.textContent = "Les champs n’ont pas pu être chargés. Vérifier la connexion, puis recommencer."; return; }
  show(form, chosen, open, into, gesture, closed);
}

function show(form, chosen, open, into, gesture, back) {
  const box = document.getElementById("grid-bulk-box").content.cloneNode(true);
  const own = box.querySelector("form");
  const [field, place, count] = ["field", "value", "count"].map((slot) => box.querySelector(`[data-slot=${slot}]`));
  box.querySelector("[data-slot=title]").textContent = `Modifier ${cells(open.length)}`;
  field.append(...Object.keys(EMPTY).filter((name) => placeOf(form, name)).map((name) => new Option(label(name), name)));
  const wanted = () => open.map((cell) => ({ cell, after: changed(cell, field.value, valueOf(own, field.value)) }))
    .filter(({ cell, after }) => after && differing(cell.state, after).length + Number(!cell.state));
  const tell = () => {
    own.querySelector("button.is-primary").disabled = true;
    const given = valueOf(own, field.value);
    if (field.value === "mode" && !given) { count.textContent = "Choisir un mode."; return; }
    const blank = field.value !== "mode" ? open.filter((cell) => !cell.state && cell.entity).length : 0;
    const emptied = given.length ? "" : ` : « ${label(field.value)} » y serait effacé`;
    const notes = [`${cells(wanted().length)} sur ${chosen.length} changerai${wanted().length > 1 ? "en" : ""}t${wanted().length ? emptied : ""}.`];
    if (chosen.length > open.length) notes.push(`${cells(chosen.length - open.length)} en lecture seule, laissée${chosen.length - open.length > 1 ? "s" : ""} de côté.`);
    if (blank) notes.push(`${cells(blank)} sans valeur propre, laissée${blank > 1 ? "s" : ""} de côté : y poser d’abord un mode.`);
    count.textContent = notes.join(" ");
    own.querySelector("button.is-primary").disabled = !wanted().length;
  };
  const choose = () => { place.replaceChildren(cleared(placeOf(form, field.value))); tell(); };
  field.addEventListener("change", choose);
  for (const kind of ["input", "change"]) own.addEventListener(kind, tell);
  own.addEventListener("submit", async (event) => {
    event.preventDefault();
    const real = wanted();
    sheet.close();
    const done = await preview(into, `${label(field.value)} : ${cells(real.length)}. Rien n’est encore changé.`, real, [{ text: `Changer ${cells(real.length)}`, wanted: real }]);
    if (done) gesture(done);
    back();
  });
  choose();
  body.replaceChildren(box);
  body.querySelector("select").focus();
}

