// A table of names: rows are added as one types, moved by their handle or Alt and arrows, filled by a block pasted from a
// spreadsheet. The ranks that are sent follow the order shown; without this module one types them.
import { filledFrom } from "../ui/grid_block.js";
import { keptUnder, watch } from "../ui/typed.js";

const form = document.getElementById("noms");
const body = form?.querySelector("tbody");
const LITTLE = new Set(["a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "un", "une"]);

const rows = () => [...body.rows];
const fields = (row) => [...row.querySelectorAll("[data-field]")];
const isBlank = (row) => fields(row).every((one) => one.type === "checkbox" || one.tagName === "SELECT" || !one.value.trim());
const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replaceAll("œ", "oe").replaceAll("æ", "ae");

function code(name) {
  const words = plain(name).match(/[a-z0-9]+/g) ?? [];
  const kept = words.filter((word) => !LITTLE.has(word));
  return (kept.length ? kept : words).join("-").slice(0, 56);
}

// Ranks, names of fields and labels follow the place of a row.
function number() {
  rows().forEach((row, place) => {
    const rank = row.querySelector("[name^=rang-]");
    rank.value = place + 1;
    row.querySelector("output").textContent = place + 1;
    for (const one of row.querySelectorAll("[aria-label]")) one.setAttribute("aria-label", one.getAttribute("aria-label").replace(/ligne \d+/, `ligne ${place + 1}`));
    const proposed = row.querySelector("input[data-field=code]");
    if (!proposed) return;
    const short = row.querySelector("[data-field=short_name]");
    proposed.placeholder = code(short?.value.trim() || row.querySelector("[data-field=name]").value) || "proposé";
  });
}

let last = body ? Math.max(...rows().map((row) => Number(row.querySelector("[name=ligne]").value))) : 0;
function add() {
  const model = [...body.querySelectorAll("tr[data-new]")].at(-1);
  const row = model.cloneNode(true);
  const former = model.querySelector("[name=ligne]").value;
  last += 1;
  row.id = `ligne-${last}`;
  row.dataset.number = last;
  for (const one of row.querySelectorAll("[name]")) {
    if (one.name.endsWith(`-${former}`)) one.name = one.name.replace(/-\d+$/, `-${last}`);
    for (const option of one.querySelectorAll("[data-unknown]")) option.remove();
    if (one.dataset.boolean !== undefined) Object.assign(one, { type: "checkbox", value: "oui" });
    if (one.type === "checkbox") one.checked = false;
    else if (one.dataset.field) one.value = "";
    one.removeAttribute("aria-invalid");
  }
  row.querySelector("[name=ligne]").value = last;
  for (const told of row.querySelectorAll(".field-error")) told.remove();
  body.append(row);
  return row;
}

function extend() {
  const held = rows();
  let blank = 0;
  while (blank < held.length && isBlank(held.at(-1 - blank)) && held.at(-1 - blank).dataset.new !== undefined) blank += 1;
  for (; blank < 2; blank += 1) add();
  number();
}

// Ranks are written by this module: whoever keeps what is typed is told.
function changed() {
  number();
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

function move(row, step, focus) {
  const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (step < 0) other.before(row); else other.after(row);
  changed();
  focus.focus();
  document.getElementById("deplacement").textContent = `Ligne placée au rang ${rows().indexOf(row) + 1}.`;
}

// What is no value of its column is kept as it was typed, marked, to be mended.
function set(one, value) {
  if (one.type === "checkbox") {
    one.checked = /^(oui|o|vrai|true|x|1)$/i.test(value);
    if (one.checked || /^(non|n|faux|false|0)?$/i.test(value)) return;
    one.dataset.boolean = "";
    Object.assign(one, { type: "text", value });
    one.setAttribute("aria-invalid", "true");
    return;
  }
  if (one.tagName !== "SELECT") { one.value = value; return; }
  for (const option of one.querySelectorAll("[data-unknown]")) option.remove();
  one.removeAttribute("aria-invalid");
  const found = [...one.options].find((option) => plain(option.text) === plain(value) || option.value === value);
  if (found || !value) { one.value = found?.value ?? ""; return; }
  const unknown = new Option(`«\u00a0${value}\u00a0», non accepté`, value, true, true);
  unknown.dataset.unknown = "";
  one.options[0].after(unknown);
  one.setAttribute("aria-invalid", "true");
}

function paste(event) {
  const target = event.target.closest("[data-field]");
  const lines = filledFrom(event.clipboardData);
  if (!target || (lines.length < 2 && (lines[0]?.length ?? 0) < 2)) return;
  event.preventDefault();
  const row = target.closest("tr");
  const titles = [...form.querySelectorAll("thead th")].slice(1).map((one) => plain(one.firstChild.textContent.trim()));
  const from = [...row.cells].indexOf(target.closest("td")) - 1;
  let order = lines[0].map((_, place) => from + place);
  if (lines.length > 1 && titles.includes(plain(lines[0][0].trim()))) order = lines.shift().map((title) => titles.indexOf(plain(title.trim())));
  let current = row;
  for (const line of lines) {
    if (!current) current = add();
    line.forEach((cell, place) => {
      const one = current.cells[order[place] + 1]?.querySelector("[data-field]");
      if (one) set(one, cell.trim());
    });
    current = current.nextElementSibling;
  }
  extend();
  changed();
}

// Rows that were added and not recorded are there again before what was typed in them is offered; a last one stays blank.
function restore() {
  const wanted = keptUnder(location.pathname).flatMap(({ fields }) => Object.keys(fields ?? {}))
    .map((name) => Number(/\[\+(\d+)\]/.exec(name)?.[1] ?? 0));
  const most = Math.min(Math.max(0, ...wanted), 1000);
  while (body.querySelectorAll("tr[data-new]").length <= most) add();
  number();
  watch(form, { added: (name) => !name.startsWith("rang-"), spent: form.dataset.taken?.split(" ") });
}

function key(event) {
  const row = event.target.closest("tr");
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const handle = event.target.closest(".noun-handle");
  if (step && (event.altKey || handle)) { event.preventDefault(); move(row, step, event.target); return; }
  if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
  event.preventDefault();
  const place = [...row.cells].indexOf(event.target.closest("td"));
  if (!row.nextElementSibling) extend();
  row.nextElementSibling?.cells[place].querySelector("[data-field]")?.focus();
}

// A row is drawn along by its handle, the others making room under the pointer.
function drag(event) {
  const handle = event.target.closest(".noun-handle");
  if (!handle || event.button) return;
  const row = handle.closest("tr");
  event.preventDefault();
  handle.focus();
  row.classList.add("is-moving");
  const follow = (moved) => {
    for (const other of rows()) {
      if (other === row) continue;
      const { top, height } = other.getBoundingClientRect();
      if (moved.clientY < top || moved.clientY > top + height) continue;
      if (row.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) other.after(row); else other.before(row);
      break;
    }
  };
  const drop = () => {
    document.removeEventListener("pointermove", follow);
    row.classList.remove("is-moving");
    changed();
  };
  document.addEventListener("pointermove", follow); // a row that moves would lose a capture
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, drop, { once: true });
}

if (body) {
  const told = Object.assign(document.createElement("p"), { id: "deplacement", className: "vh" });
  told.setAttribute("aria-live", "polite");
  form.append(told);
  for (const row of rows()) {
    const rank = row.querySelector("[name^=rang-]");
    rank.hidden = true;
    const handle = Object.assign(document.createElement("button"), { type: "button", className: "noun-handle", textContent: "⠿" });
    handle.setAttribute("aria-label", `Déplacer (flèches haut et bas), ligne ${rank.value}`);
    rank.after(handle, document.createElement("output"));
  }
  extend();
  body.addEventListener("keydown", key);
  body.addEventListener("paste", paste);
  body.addEventListener("pointerdown", drag);
  body.addEventListener("input", number);
  body.addEventListener("change", extend);
  form.addEventListener("maillage:filled", () => {
    const rank = (row) => Number(row.querySelector("[name^=rang-]").value.replace(",", "."));
    body.append(...rows().sort((one, other) => rank(one) - rank(other)));
    extend();
  });
  restore();
  if (location.hash === "#nouvelles") rows().find((row) => row.dataset.new !== undefined && isBlank(row))?.querySelector("[data-field]")?.focus();
}
