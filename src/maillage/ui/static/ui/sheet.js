// The side sheet. a[data-sheet] opens #sheet with the link's address (or the address in data-sheet when it
// differs from the page's); the server answers HX-Request with the fragment. The URL follows the sheet.
const sheet = document.getElementById("sheet");
const body = document.getElementById("sheet-body");
let opener = null;
let turn = 0;

function show() {
  if (sheet.open) return;
  if (matchMedia("(max-width: 60rem)").matches) sheet.showModal();
  else sheet.show();
}

async function fill(url) {
  const mine = ++turn;
  mark(cellOf(url));
  sheet.setAttribute("aria-busy", "true");
  show();
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true", "HX-Target": "sheet-body" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const html = await answer.text();
    if (mine !== turn) return;
    body.innerHTML = html;
    body.focus({ preventScroll: true });
    sheet.scrollTop = 0;
  } catch {
    if (mine !== turn) return;
    body.textContent = "La fiche n’a pas pu être chargée. Vérifiez la connexion, puis rouvrez la cellule.";
  } finally {
    if (mine === turn) sheet.removeAttribute("aria-busy");
  }
}

// The cell the sheet tells of is marked; arrows walk its neighbours while the sheet is open.
const MARKED = "table.carto[data-sheets] td.is-selected";
const cellOf = (url) => document.querySelector(`table.carto[data-sheets] td > a[href="cellule/${CSS.escape(url.split("/cellule/")[1] ?? "")}"]`);

function mark(link) {
  document.querySelector(MARKED)?.classList.remove("is-selected");
  link?.closest("td").classList.add("is-selected");
}

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

function beside(cell, [down, right]) {
  if (right) return (right > 0 ? cell.nextElementSibling : cell.previousElementSibling)?.querySelector("a");
  const rows = [...cell.closest("tbody").rows].filter((row) => row.querySelector("td"));
  return rows[rows.indexOf(cell.parentElement) + down]?.cells[cell.cellIndex]?.querySelector("a");
}

function walk(event) {
  const cell = document.querySelector(MARKED);
  if (!cell || !STEPS[event.key] || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  const next = beside(cell, STEPS[event.key]);
  if (next?.closest("td")) { event.preventDefault(); open(next, true); next.scrollIntoView({ block: "nearest", inline: "nearest" }); }
}

function open(link, walked = false) {
  opener = link;
  // Read before the address changes: a relative link would then lead elsewhere.
  const fragment = link.dataset.sheet || link.href;
  history[walked ? "replaceState" : "pushState"]({ sheet: fragment }, "", address(link));
  fill(fragment);
}

function close() {
  turn += 1;
  mark(null);
  sheet.removeAttribute("aria-busy");
  sheet.close();
}

function leave() {
  close();
  const url = new URL(location.href);
  if (url.searchParams.has("cellule")) {
    url.searchParams.delete("cellule");
    history.pushState(null, "", url);
  }
  opener?.focus();
}

// In a cartography the page stays: its address says which cell is open, and opens it again when shared.
function address(link) {
  if (!link.closest("table.carto[data-sheets]")) return link.href;
  const page = new URL(location.href);
  page.searchParams.set("cellule", link.href.split("/cellule/")[1]);
  return page;
}

function shared() {
  const cell = new URL(location.href).searchParams.get("cellule");
  if (!cell || !document.querySelector("table.carto[data-sheets]")) return "";
  return new URL(`cellule/${cell}`, location.href.split("?")[0]).href;
}

if (sheet && body) {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("a[data-sheet], table.carto[data-sheets] td > a");
    if (link) {
      event.preventDefault();
      open(link);
    } else if (event.target.closest("[data-sheet-close]")) {
      event.preventDefault();
      leave();
    }
  });
  sheet.addEventListener("cancel", (event) => { event.preventDefault(); leave(); });
  document.addEventListener("keydown", (event) => {
    if (sheet.open && !event.defaultPrevented) walk(event);
    if (event.key === "Escape" && sheet.open && !event.defaultPrevented && !sheet.matches(":modal")) leave();
  });
  addEventListener("popstate", (event) => {
    if (event.state?.sheet) fill(event.state.sheet);
    else if (shared()) fill(shared());
    else if (new URL(location.href).searchParams.has("cellule")) fill(location.href);
    else if (sheet.open) { close(); opener?.focus(); }
  });
  if (shared()) {
    opener = cellOf(shared());
    fill(shared());
  }
}
