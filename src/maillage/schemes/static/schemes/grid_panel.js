// The side panel of one cell of the editing grid: the form the server gives, filled with what the grid holds now.
import { fault, toast } from "../ui/grid_core.js";
import { watch } from "../ui/typed.js";
import { asked, nothing } from "./grid_carried.js";
import { DETAILS, EMPTY, full } from "./grid_state.js";

const sheet = document.getElementById("sheet");
const body = document.getElementById("sheet-body");
let turn = 0;
// What is typed in the panel: kept where it is closed without saving.
let typing = null;

export function openPanel(cell, save, closed) {
  const mine = ++turn;
  typing = null;
  body.textContent = "Chargement de la cellule…";
  if (!sheet.open) matchMedia("(max-width: 60rem)").matches ? sheet.showModal() : sheet.show();
  sheet.addEventListener("close", () => {
    if (typing?.isUnsaved) toast(`${cell.name} : rien n’est enregistré ; la saisie est gardée, rouvrir la cellule pour la reprendre.`);
    typing = null;
    turn += 1;
    body.textContent = "";
    closed();
  }, { once: true });
  body.focus({ preventScroll: true });
  fetch(cell.href, { headers: { "HX-Request": "true" } })
    .then((answer) => { if (!answer.ok) throw new Error(String(answer.status)); return answer.text(); })
    .then((html) => { if (mine === turn) ready(html, cell, save, () => mine === turn); })
    .catch(() => { if (mine === turn) body.textContent = "La cellule n’a pas pu être chargée. Vérifier la connexion, puis la rouvrir."; });
}

function ready(html, cell, save, isOpen) {
  body.innerHTML = html;
  sheet.scrollTop = 0;
  const form = body.querySelector("form");
  if (!form) return;
  // A chamber that takes the network's value has no mode of its own until one is chosen.
  const taken = cell.network && cell.network.mode !== "?";
  fill(form, cell.state ?? { ...EMPTY, mode: taken ? "" : "?" }, cell.saved?.details ?? {});
  form.querySelector("input[name=mode]:checked")?.focus({ preventScroll: true });
  // What becomes of the rest is asked of the mode that is recorded, not of one that was refused.
  const before = cell.refusal ? cell.saved : cell.state;
  const told = () => ask(form, before);
  form.addEventListener("change", told);
  form.addEventListener("input", told);
  // Open until it is recorded: what is refused stays as it was typed, its reason at its field.
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const removed = event.submitter?.name === "vider";
    typing.forget();
    form.inert = true;
    const refused = await save(removed ? null : read(form, before), { cited: Boolean(form.elements.cited?.checked) || answer(form, "source") === "garder" });
    if (!isOpen()) return;
    form.inert = false;
    // A conflict is asked beside the grid, with what was typed: nothing is to be opened again.
    if (!refused) { typing = null; sheet.close(); return; }
    refusal(form, cell.name, refused);
    typing = watch(form);
  });
  if (cell.refusal) refusal(form, cell.name, cell.refusal);
  typing = watch(form);
}

function refusal(form, name, { reason, field }) {
  form.querySelector("[data-refusal]")?.remove();
  for (const old of form.querySelectorAll("[data-refus]")) fault(old, "");
  const found = field && form.elements[field];
  const one = found instanceof RadioNodeList ? found[0].closest("fieldset") : found;
  const label = one && (one.labels?.[0] ?? one.querySelector("legend")).textContent.trim();
  const box = Object.assign(document.createElement("div"), { className: "note is-bad", tabIndex: -1 });
  box.dataset.refusal = "";
  box.setAttribute("role", "alert");
  const said = [["note-title", `${name} : rien n’est enregistré.`], ["", one ? `Corriger « ${label} », puis enregistrer de nouveau.` : reason]];
  box.append(...said.map(([className, textContent]) => Object.assign(document.createElement("p"), { className, textContent })));
  form.prepend(box);
  if (one) fault(one, reason);
  (found instanceof RadioNodeList ? found[0] : one || box).focus({ preventScroll: true });
  (one || box).scrollIntoView({ block: "center" });
}

const place = (form, part) => form.querySelector(`[data-carried] [data-part=${part}]`);
const answer = (form, part) => {
  const question = place(form, part);
  return question && !question.hidden ? form.querySelector(`[name=suite-${part}]:checked`)?.value ?? "" : "";
};

// When the mode is another, asks what becomes of each part left as it was; what cannot stay is told.
function ask(form, before) {
  const parts = new Map(asked(before, typed(form)).map((part) => [part.name, part]));
  const box = form.querySelector("[data-carried]");
  for (const question of box.querySelectorAll("[data-part]")) {
    const part = parts.get(question.dataset.part);
    question.hidden = !part;
    // Named while it is asked only: what is hidden is not to share the name of a field.
    for (const [name, text] of [["role", "group"], ["aria-label", question.dataset.label]]) {
      if (part) question.setAttribute(name, text);
      else question.removeAttribute(name);
    }
    const [stays, goes] = ["stays", "goes"].map((name) => question.querySelector(`[data-${name}]`));
    if (stays) stays.hidden = !part?.stays;
    goes.hidden = !part || part.stays;
    for (const radio of question.querySelectorAll("input")) {
      radio.required = Boolean(part);
      if (part && !part.stays) radio.checked = radio.value === "effacer";
      else if (question.dataset.forced) radio.checked = false;
    }
    question.dataset.forced = part && !part.stays ? "oui" : "";
  }
  box.hidden = !parts.size;
}

const WRITTEN = /^\d{4}(-\d\d){0,2}$/;

// A date that is recorded is shown as it is typed; one that is refused, as it was.
function fill(form, state, recorded) {
  for (const field of form.elements) {
    const member = field.name?.startsWith("detail_") ? field.name.slice(7) : "";
    let value = member ? state.details[member] ?? "" : state[field.name];
    if (value === undefined) continue;
    if (["start", "end"].includes(member) && value === recorded[member] && WRITTEN.test(value)) value = value.split("-").reverse().join("/");
    if (field.type === "radio") field.checked = field.value === value;
    else if (field.type === "checkbox") field.checked = value.includes(field.value);
    else field.value = value;
  }
}

function read(form, before) {
  const cleared = asked(before, typed(form)).filter(({ name }) => answer(form, name) === "effacer").flatMap(({ fields }) => fields);
  return full({ ...typed(form), ...Object.fromEntries(cleared.map((name) => [name, nothing(name)])) });
}

function typed(form) {
  const data = new FormData(form);
  const text = (name) => String(data.get(name) ?? "").trim();
  return ({
    mode: data.get("mode"), complementary: data.getAll("complementary").join(""), served: data.getAll("served"),
    lead: text("lead"), integration: text("integration"), rationale: text("rationale").replace(/\r\n/g, "\n"),
    source_document: text("source_document"), source_page: text("source_page"), source_basis: text("source_basis").replace(/\r\n/g, "\n"),
    source_quote: text("source_quote"), provenance: text("provenance"), details: details(data, text),
  });
}

const isReal = ([, day = 1, month = 1, year]) => month >= 1 && month <= 12 && day >= 1 && day <= new Date(year, month, 0).getDate();

// What the modes are made of, as the form says it; a date as it is written in a file, and what is none as it was typed.
function details(data, text) {
  const said = (name) => (name === "pooled" ? data.getAll("detail_pooled").sort() : text(`detail_${name}`).replace(/\r\n/g, "\n"));
  const found = Object.fromEntries(Object.keys(DETAILS).map((name) => [name, said(name)]));
  for (const name of ["start", "end"]) {
    const given = /^(?:(?:(\d{1,2})\/)?(\d{1,2})\/)?(\d{4})$/.exec(found[name]);
    if (given && isReal(given)) found[name] = [given[3], given[2], given[1]].filter(Boolean).map((part) => part.padStart(2, "0")).join("-");
  }
  return found;
}
