// What is typed in a form and not recorded yet: kept (kept_here.js) as it is typed, field by field, and offered again
// where the form comes back, with what has since been recorded under it. Any form whose fields have names; never a
// password nor a file. A form that a grid saves by itself is marked data-autosaved.
import { drop, forget, keep, kept, names, typed } from "./kept_here.js";
import "./token.js";

const SENT = "maillage-envoi";
const LONGEST = 300;
const UNKEPT = new Set(["hidden", "password", "file", "submit", "button", "reset", "image"]);
// A page that answers a sending is a refusal: what was sent is in it, and not recorded.
const refused = "refused" in document.body.dataset;
const watched = new Set();
let leaving = false;

export const make = (tag, given = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), given);
  made.append(...children);
  return made;
};
export const alike = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const pick = (from, which) => Object.fromEntries(which.map((name) => [name, from[name]]));
const isTyped = (field) => field.name && field.type && !UNKEPT.has(field.type) && field.tagName !== "FIELDSET";

// What tells a field from its neighbours: its name; in a line of a table (data-number, its number), what the line is of
// (data-row) or its place among the lines recorded nowhere, for lines that come and go change their numbers.
function naming(form) {
  const added = [...form.querySelectorAll("[data-number]")].filter((line) => !line.dataset.row)
    .sort((one, other) => one.dataset.number - other.dataset.number);
  const marks = new Map(added.map((line, place) => [line, `+${place + 1}`]));
  return (field) => {
    const line = field.closest("[data-number]");
    if (!line) return field.name;
    const mark = line.dataset.row ? `=${line.dataset.row}` : marks.get(line);
    return field.name.split("-").map((part) => (part === line.dataset.number ? `[${mark}]` : part)).join("-");
  };
}
const OF_A_LINE = /\[=(.*)\]/;

// The values of each field, by what tells it.
export function read(form) {
  const [found, named] = [{}, naming(form)];
  for (const field of form.elements) {
    if (!isTyped(field)) continue;
    const values = (found[named(field)] ??= []);
    if (["radio", "checkbox"].includes(field.type)) { if (field.checked) values.push(field.value); }
    else if (field.multiple && field.options) values.push(...[...field.selectedOptions].map((option) => option.value));
    else values.push(field.value.replace(/\r\n/g, "\n"));
  }
  return found;
}

function fill(form, fields) {
  const named = naming(form);
  for (const [name, values] of Object.entries(fields)) {
    let place = 0;
    for (const field of [...form.elements].filter((one) => isTyped(one) && named(one) === name)) {
      if (["radio", "checkbox"].includes(field.type)) field.checked = values.includes(field.value);
      else if (field.multiple && field.options) for (const option of field.options) option.selected = values.includes(option.value);
      else field.value = values[place++] ?? field.value;
    }
  }
  form.dispatchEvent(new Event("maillage:filled"));
  form.dispatchEvent(new Event("input", { bubbles: true }));
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

function ofName(form, name) {
  const named = naming(form);
  return [...form.elements].filter((field) => isTyped(field) && named(field) === name);
}

export function label(form, name) {
  const [field] = ofName(form, name);
  if (!field) return `« ${OF_A_LINE.exec(name)?.[1] ?? ""} », ligne retirée`;
  const called = field.closest("[data-number]")?.dataset.called;
  const legend = ["radio", "checkbox"].includes(field.type) && field.closest("fieldset")?.querySelector("legend");
  const said = (legend || field.labels?.[0])?.textContent.trim().replace(/\s*\(obligatoire\)$/, "") || field.getAttribute("aria-label") || name;
  return called ? `${said}, ${called}` : said;
}

export function words(form, name, values) {
  const fields = ofName(form, name);
  if (!fields.length) return values.join(" ");
  const text = (field) => field.labels?.[0]?.textContent.trim() || field.value;
  if (["radio", "checkbox"].includes(fields[0].type)) return fields.filter((field) => values.includes(field.value)).map(text).join(", ");
  if (fields[0].options) return [...fields[0].options].filter((option) => values.includes(option.value)).map((option) => option.text).join(", ");
  const said = values.join(" ");
  return said.length > LONGEST ? `${said.slice(0, LONGEST)}…` : said;
}

function addressOf(form) {
  const there = new URL(form.getAttribute("action") || location.href, location.href);
  const same = [...document.forms].filter((one) => one.getAttribute("action") === form.getAttribute("action"));
  return `saisie|${there.pathname}${there.search}${same.length > 1 ? `#${same.indexOf(form)}` : ""}`;
}

// Lines recorded nowhere, as the last of them, left blank, is.
function blanked(fields, added) {
  const places = Object.keys(fields).map((name) => Number(/\[\+(\d+)\]/.exec(name)?.[1] ?? 0));
  const blank = `[+${Math.max(...places)}]`;
  const of = (name) => (name.includes("[+") && added(name) ? fields[name.replace(/\[\+\d+\]/, blank)] : fields[name]);
  return Object.fromEntries(Object.keys(fields).map((name) => [name, of(name)]));
}

class Typed {
  // `spent`: fields of which what was sent is in the page; `added(name)`: what lines not recorded yet hold was typed.
  constructor(form, name, { spent = [], added = null } = {}) {
    Object.assign(this, { form, name, base: read(form), waiting: {} });
    if (added) this.base = blanked(this.base, added);
    if (spent.length) this.spend(spent);
    this.wasRefused = refused && location.pathname === new URL(form.getAttribute("action") || location.href, location.href).pathname;
    this.returned();
    for (const kind of ["input", "change"]) form.addEventListener(kind, () => this.note());
    watched.add(this);
    if (added && this.changed.length) this.note();
  }

  spend(which) {
    const held = kept(this.name);
    if (!held) return;
    const left = (values) => Object.fromEntries(Object.entries(values).filter(([name]) => !which.includes(name)));
    keep(this.name, { ...held, fields: left(held.fields), base: left(held.base) });
  }

  // What was kept of this form: offered, unless it is what the form holds already.
  returned() {
    const held = kept(this.name);
    if (!held) return;
    const now = read(this.form);
    // A page that refuses holds what was sent: it tells nothing of what is recorded, which is as it was.
    if (this.wasRefused) this.base = { ...this.base, ...pick(held.base, Object.keys(held.base).filter((name) => name in this.base)) };
    const which = Object.keys(held.fields).filter((name) => (name in now ? !alike(held.fields[name], now[name]) : OF_A_LINE.test(name)));
    if (which.length) {
      this.waiting = { fields: pick(held.fields, which), base: pick(held.base, which) };
      this.offer(held, which);
    } else if (!this.wasRefused) drop(this.name);
  }

  get changed() {
    const now = read(this.form);
    return Object.keys(now).filter((name) => !alike(now[name], this.base[name]));
  }

  // Whether it holds what is recorded nowhere.
  get isUnsaved() { return this.form.isConnected && (this.changed.length > 0 || (this.wasRefused && !this.done)); }

  note() {
    const [now, which] = [read(this.form), this.changed];
    const waiting = { fields: {}, base: {}, ...this.waiting };
    const value = { fields: { ...waiting.fields, ...pick(now, which) }, base: { ...waiting.base, ...pick(this.base, which) }, page: location.href };
    const empty = !Object.keys(value.fields).length;
    if (empty) drop(this.name);
    const safe = !empty && keep(this.name, value);
    this.say(which.length ? (safe ? "Pas encore enregistré ; gardé sur ce poste." : "Pas encore enregistré.") : "");
  }

  say(text) {
    const place = this.form.querySelector(".form-actions") ?? this.form;
    this.line ??= make("span", { className: "typed-said small muted" });
    if (this.line.parentNode !== place) place.append(this.line);
    this.line.textContent = text;
  }

  offer({ at }, which) {
    const since = which.filter((name) => name in this.base && !name.includes("[+") && !alike(this.waiting.base[name], this.base[name]));
    const rows = which.map((name) => {
      const head = make("dt", { textContent: label(this.form, name) });
      if (since.includes(name)) head.append(" ", make("span", { className: "tag is-draft", textContent: "changé depuis" }));
      const said = (title, fields) => make("dd", {}, make("span", { className: "muted", textContent: `${title} : ` }), words(this.form, name, fields[name]) || "rien");
      return make("div", {}, head, said("votre saisie", this.waiting.fields), ...(name in this.base ? [said("enregistré", this.base)] : []));
    });
    const day = new Date(at).toLocaleString("fr-FR", { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", timeZone: document.body.dataset.zone });
    const take = make("button", { type: "button", className: "button is-small is-primary", textContent: "Reprendre cette saisie" });
    const leave = make("button", { type: "button", className: "button is-small", textContent: "L’abandonner" });
    const box = make("div", { className: "note is-info typed-offer" },
      make("p", { className: "note-title", textContent: `Une saisie du ${day} n’a pas été enregistrée.` }),
      ...(since.length ? [make("p", { textContent: "La valeur enregistrée a changé depuis : reprendre la remplacera par votre saisie." })] : []),
      make("dl", { className: "typed-kept" }, ...rows), make("p", { className: "cluster" }, take, leave));
    box.setAttribute("role", "status");
    take.addEventListener("click", () => { const { fields } = this.waiting; this.answer(box); fill(this.form, fields); this.form.querySelector("textarea, input:not([type=hidden]), select")?.focus(); });
    leave.addEventListener("click", () => { this.answer(box); this.note(); });
    this.form.prepend(box);
  }

  answer(box) {
    this.waiting = {};
    box.remove();
  }

  // Sent as a page is: whether it was recorded is told by the page that comes.
  sent() {
    leaving = true;
    setTimeout(() => { leaving = false; }, 8000);
    if (this.changed.length) keep(this.name, { fields: pick(read(this.form), this.changed), base: pick(this.base, this.changed), page: location.href });
    sessionStorage.setItem(SENT, this.name);
  }

  // The values of these fields as they stand, and what a grid that saves by itself has recorded of them since.
  valuesOf(fields) { return pick(read(this.form), fields.map((field) => field.name).filter((name) => name)); }

  recorded(values) {
    Object.assign(this.base, values);
    this.note();
  }

  // Recorded, or given up.
  forget() {
    this.done = true;
    watched.delete(this);
    drop(this.name);
  }
}

// Keeps what is typed in a form from now on.
export const watch = (form, options) => new Typed(form, addressOf(form), options);

// What is kept of the forms whose address begins so: { name, page }.
export const keptUnder = (path) => names(`saisie|${path}`).map((name) => ({ name, path: name.split("|")[1], ...kept(name) }));

// A sending that was recorded leads to another page; one that was refused, or never arrived, does not.
function arrived() {
  const name = sessionStorage.getItem(SENT);
  sessionStorage.removeItem(SENT);
  const [way] = performance.getEntriesByType("navigation");
  if (name && !refused && way?.redirectCount && way.type !== "back_forward") drop(name);
}

function start() {
  try { arrived(); } catch { return; }
  const pages = [];
  for (const form of document.querySelectorAll("main form[method=post]:not([data-autosaved])")) {
    if (!form.querySelector("[type=password]") && Object.keys(read(form)).length) pages.push(watch(form));
  }
  // Whether another recorded the same thing meanwhile (since.js): asked as one types, and as one comes back.
  const look = (isBack) => pages.some((one) => isBack ? one.isUnsaved : true) && import("./since.js").then((since) => since.look(pages, isBack));
  if (pages.length) {
    const opened = Date.now();
    addEventListener("input", () => { if (Date.now() - opened > 20_000) look(false); });
    addEventListener("focus", () => look(true));
    document.addEventListener("visibilitychange", () => { if (!document.hidden) look(true); });
  }
  // Heard last: what a script of the page sends by itself is no sending of a page.
  addEventListener("submit", (event) => {
    if (!event.defaultPrevented) [...watched].find((one) => one.form === event.target)?.sent();
  });
  addEventListener("beforeunload", (event) => {
    if (!leaving && [...watched].some((one) => one.isUnsaved)) event.preventDefault();
  });
  for (const button of document.querySelectorAll("[data-signs-out] button")) {
    const tell = () => {
      const count = typed().length;
      if (count > 1) button.dataset.confirm = `${count} saisies non enregistrées sont gardées sur ce poste. Se déconnecter les efface.`;
      else if (count) button.dataset.confirm = "Une saisie non enregistrée est gardée sur ce poste. Se déconnecter l’efface.";
      else delete button.dataset.confirm;
    };
    for (const kind of ["pointerenter", "focus"]) button.addEventListener(kind, tell);
    button.form.addEventListener("submit", () => { leaving = true; forget(); });
  }
}

start();
