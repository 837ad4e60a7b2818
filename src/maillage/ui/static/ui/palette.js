// The palette: “/” or Ctrl+K anywhere, or the search of the top. Pages, cells, records and acts as the server offers them
// to who asks; what was opened last first, kept in this browser for one account. Arrows, Enter, Escape. Without this
// script the search is an ordinary page. Knows no room.
import { BESIDE, keep, kept } from "./kept_here.js";

const search = document.querySelector(".top form[role=search]");
const AT_REST = 120;
const MOST = 6;
const RECENT = `${BESIDE}recents`;
let dialog, input, list, said, pending, timer;

const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const recent = () => kept(RECENT)?.pages ?? [];
const here = () => location.pathname + location.search;

function remember(page) {
  const others = recent().filter((one) => one.url !== page.url);
  keep(RECENT, { pages: [page, ...others].slice(0, 3 * MOST) });
}

function build() {
  dialog = document.createElement("dialog");
  dialog.className = "palette no-print";
  dialog.setAttribute("aria-label", "Aller à");
  const form = document.createElement("form");
  form.action = search.action;
  input = Object.assign(document.createElement("input"), { type: "search", name: "q", autocomplete: "off", spellcheck: false });
  input.placeholder = "Page, chambre, acte, ou cellule : « paie mayenne 2027 »";
  list = Object.assign(document.createElement("div"), { id: "palette-liste", className: "palette-list" });
  said = Object.assign(document.createElement("p"), { className: "vh" });
  const keys = Object.assign(document.createElement("p"), { className: "palette-keys", textContent: "↑ ↓ choisir · Entrée ouvrir · Échap fermer" });
  for (const [name, value] of [["role", "combobox"], ["aria-label", "Aller à"], ["aria-expanded", "true"], ["aria-controls", list.id], ["aria-autocomplete", "list"]]) input.setAttribute(name, value);
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Propositions");
  said.setAttribute("role", "status");
  keys.setAttribute("aria-hidden", "true");
  form.append(input);
  dialog.append(form, list, said, keys);
  document.body.append(dialog);
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, AT_REST); });
  input.addEventListener("keydown", move);
  form.addEventListener("submit", (event) => { if (chosen()) { event.preventDefault(); chosen().click(); } });
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (link) remember({ url: link.getAttribute("href"), title: link.firstChild.textContent.trim(), about: link.querySelector("small")?.textContent.trim() ?? "" });
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => { clearTimeout(timer); pending?.abort(); });
}

const options = () => [...list.querySelectorAll("a")];
const chosen = () => list.querySelector("[aria-selected=true]");

function choose(option) {
  chosen()?.removeAttribute("aria-selected");
  if (!option) return input.removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function move(event) {
  // A search field would first empty itself: one Escape closes.
  if (event.key === "Escape") { event.preventDefault(); dialog.close(); return; }
  const all = options();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !all.length) return;
  event.preventDefault();
  const at = all.indexOf(chosen());
  choose(all[(at + step + all.length) % all.length]);
}

// What was opened last, as far as it answers.
function lately(asked) {
  const words = folded(asked).split(/\s+/).filter(Boolean);
  const fits = (one) => words.every((word) => folded(`${one.title} ${one.about}`).includes(word));
  const found = recent().filter((one) => one.url !== here() && fits(one)).slice(0, words.length ? 2 : MOST);
  if (!found.length) return null;
  const group = document.createElement("div");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "Ouverts récemment");
  const head = Object.assign(document.createElement("p"), { className: "palette-kind", textContent: "Ouverts récemment" });
  head.setAttribute("aria-hidden", "true");
  group.append(head);
  for (const one of found) {
    const link = Object.assign(document.createElement("a"), { href: one.url, textContent: `${one.title} `, tabIndex: -1 });
    link.setAttribute("role", "option");
    if (one.about) link.append(Object.assign(document.createElement("small"), { textContent: one.about }));
    group.append(link);
  }
  return group;
}

async function ask() {
  pending?.abort();
  const mine = (pending = new AbortController());
  const asked = input.value.trim();
  const query = new URLSearchParams({ palette: "", q: asked, ici: document.body.dataset.network ?? "" });
  try {
    const answer = await fetch(`${search.action}?${query}`, { headers: { "HX-Request": "true" }, signal: mine.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    const html = await answer.text();
    if (mine.signal.aborted) return;
    list.innerHTML = html;
  } catch (fault) {
    if (fault.name === "AbortError") return;
    list.textContent = "La recherche ne répond pas. Entrée ouvre sa page.";
  }
  const group = lately(asked);
  if (group) {
    const urls = new Set([...group.querySelectorAll("a")].map((link) => link.getAttribute("href")));
    for (const link of options()) if (urls.has(link.getAttribute("href"))) link.remove();
    for (const empty of list.querySelectorAll("[role=group]:not(:has(a))")) empty.remove();
    list.prepend(group);
  }
  options().forEach((option, rank) => { option.id = `palette-${rank}`; });
  choose(options()[0]);
  const count = options().length;
  said.textContent = count ? `${count} proposition${count > 1 ? "s" : ""}` : "Rien trouvé";
}

function open() {
  if (!dialog) build();
  if (dialog.open) return;
  input.value = "";
  list.replaceChildren();
  dialog.showModal();
  input.focus();
  ask();
}

// A page brought back by the browser is as it was left: without the palette that left it.
addEventListener("pagehide", () => dialog?.close());
if (search) {
  const writes = (target) => target.closest?.("input, textarea, select, [contenteditable], [role=grid]");
  document.addEventListener("keydown", (event) => {
    const asks = (event.key === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey)
      || (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !writes(event.target));
    if (!asks || event.defaultPrevented || document.querySelector("dialog:modal")) return;
    event.preventDefault();
    open();
  });
  search.addEventListener("pointerdown", (event) => { if (!event.button) { event.preventDefault(); open(); } });
  document.querySelector("a[data-palette]")?.addEventListener("click", (event) => { event.preventDefault(); open(); });
  search.querySelector("input").setAttribute("aria-keyshortcuts", "/ Control+K");
  const title = document.querySelector("main h1")?.textContent.trim();
  const network = document.querySelector(".crumbs a")?.textContent.trim() ?? "";
  if (title && document.body.dataset.network && !("refused" in document.body.dataset)) {
    addEventListener("pagehide", () => remember({ url: here(), title, about: network === title ? "" : network }));
  }
}
