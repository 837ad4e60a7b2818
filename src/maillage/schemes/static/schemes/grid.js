// The editing grid: a table[role=grid] whose cells carry their address (data-p -m -e), what they hold
// (data-state), what they take from the network (data-inherited) and the version read (data-v).
import { freshToken } from "../ui/sending.js";
import { History, mark, rectangle, say, toast, tooLarge } from "../ui/grid_core.js";
import { askCarried } from "./grid_carried.js";
import { askConflict } from "./grid_conflict.js";
import { choosing, full, MODES, retraced, same, toggled, toText, withMode, WORDS } from "./grid_state.js";
import { openPanel } from "./grid_panel.js";
import { Queue } from "./grid_queue.js";

const grid = document.getElementById("grid");
const [stateLine, retryButton, giveUpButton, undoButton, redoButton, conflicts, carried, reason] = [
  "grid-state", "grid-retry", "grid-give-up", "grid-undo", "grid-redo", "grid-conflicts", "grid-carried", "grid-reason",
].map((id) => document.getElementById(id));
const token = JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
const CLASSES = { "?": "m-u", "-": "m-n", ...Object.fromEntries([...MODES].map((letter) => [letter, `m-${letter}`])) };

const heads = [...grid.querySelectorAll("thead th > span")].map((span) => span.textContent.trim());
const rows = [...grid.querySelectorAll("tr[data-row]")].map((tr, y) => [...tr.querySelectorAll("td")].map((td, x) => {
  const state = td.dataset.state ? full(JSON.parse(td.dataset.state)) : null;
  const { p: process, m: milestone, e: entity, v, inherited } = td.dataset;
  const name = `${tr.firstElementChild.textContent.trim()}, ${heads[x]}`;
  return {
    td, x, y, process, milestone, entity, inherited, name, state, saved: state, version: Number(v), conflict: "",
    key: [process, milestone, entity].join("|"), href: td.firstElementChild.href, locked: td.getAttribute("aria-readonly") === "true",
  };
}));
const ofTd = new Map(rows.flat().map((cell) => [cell.td, cell]));
let current = rows[0]?.[0];
let anchor = current;
let chosen = new Set();
let leaving = false;
let dragging = false;
const history = new History(apply, focus, undoButton, redoButton, (cell, from, to) => {
  const after = retraced(cell.state, from, to);
  if (same(after, cell.state) && !same(from, to)) toast(`${cell.name} : rien à défaire, la valeur enregistrée depuis est gardée.`);
  return after;
});

const queue = new Queue(grid.dataset.url, token, {
  cell(cell, status) {
    mark(cell.td, status);
    paint(cell);
  },
  conflict: showConflict,
  rebased: (cell, rebase) => history.rebase(cell, rebase),
  state(text, kind) {
    say(stateLine, text, kind);
    retryButton.hidden = !["offline", "blocked"].includes(kind);
    giveUpButton.hidden = kind !== "blocked";
  },
});

function words(text) {
  return Object.assign(document.createElement("span"), { className: "vh", textContent: text });
}

function paint(cell) {
  const { td, state } = cell;
  const inherited = !state && cell.entity !== "";
  const mode = state?.mode ?? (cell.inherited || "?");
  td.classList.remove(...Object.values(CLASSES));
  td.classList.add(CLASSES[mode]);
  td.classList.toggle("is-inherited", inherited);
  const link = td.firstElementChild;
  link.textContent = "";
  if (!MODES.includes(mode)) link.append(words(WORDS[mode]));
  else {
    link.append(mode);
    if (state?.complementary) link.append(Object.assign(document.createElement("sup"), { textContent: state.complementary }));
  }
  if (inherited) link.append(words(", valeur du réseau"));
  if (cell.conflict) link.append(words(", en conflit"));
  for (const other of cell.entity ? [] : rows[cell.y]) {
    if (other.entity && other.milestone === cell.milestone) { other.inherited = mode; paint(other); }
  }
}

const selection = () => rectangle(rows, [anchor.y, anchor.x], [current.y, current.x]);

// Only what enters or leaves the selection is touched: a grid may hold thousands of cells.
function choose(cells) {
  for (const [from, to, on] of [[chosen, cells, false], [cells, chosen, true]]) {
    for (const { td } of [...from].filter((cell) => !to.has(cell))) {
      td.classList.toggle("is-selected", on);
      td.setAttribute("aria-selected", String(on));
    }
  }
  chosen = cells;
}

function focus(cell, extend = false) {
  if (!cell) return;
  current.td.tabIndex = -1;
  current = cell;
  if (!extend) anchor = cell;
  cell.td.tabIndex = 0;
  cell.td.focus({ preventScroll: true });
  cell.td.scrollIntoView({ block: "nearest", inline: "nearest" });
  choose(new Set(selection().flat()));
  const why = cell.locked ? document.getElementById(cell.td.getAttribute("aria-describedby")) : null;
  reason.textContent = why ? `Lecture seule. ${why.textContent}` : "";
}

// One gesture: the cells it changes, before and after. It is what undo takes back.
// Where it changes modes, it then asks what becomes of what was said of them, once for all its cells.
function gesture(wanted, asks = true) {
  const open = wanted.filter(({ cell }) => !cell.locked);
  const locked = wanted.length - open.length;
  if (locked) toast(locked === 1 ? "Cette cellule est en lecture seule : elle n’a pas changé." : `${locked} cellules en lecture seule n’ont pas changé.`);
  const real = open.filter(({ cell, after }) => !same(cell.state, after)).map(({ cell, after }) => ({ cell, before: cell.state, after }));
  history.add(real);
  if (asks) askCarried(carried, real, (changed) => gesture(changed, false));
}

function apply(pairs) {
  for (const [cell, state] of pairs) {
    cell.state = state;
    paint(cell);
    queue.waiting.add(cell);
    if (cell.conflict) showConflict(cell);
  }
  queue.send();
}

function showConflict(cell) {
  askConflict(conflicts, cell, (names) => {
    const after = names ? choosing(cell.saved, cell.state, names) : cell.state;
    cell.conflict = "";
    queue.shown.cell(cell, "");
    apply([[cell, after]]);
    focus(cell);
  });
}

function open(cell) {
  focus(cell);
  openPanel(cell, (after, { cited }) => {
    cell.cited = cited;
    gesture([{ cell, after }], false);
    if (cited) queue.add(cell);
  }, () => focus(cell));
}

async function paste(text) {
  let answer, body;
  try {
    answer = await fetch(grid.dataset.paste, {
      method: "POST", body: text, headers: { "Content-Type": "text/plain", "X-CSRFToken": freshToken(token), Accept: "application/json" },
    });
    body = await answer.json();
  } catch {
    toast("Rien n’est collé : le bloc n’a pas pu être lu, vérifier la connexion.");
    return;
  }
  if (!answer.ok) { toast(body.detail); return; }
  const block = selection();
  const one = body.rows.length === 1 && body.rows[0].length === 1 ? body.rows[0][0] : null;
  const wanted = [];
  if (one) for (const cell of block.flat()) wanted.push({ cell, after: withMode(cell.state, ...one) });
  else for (const [dy, line] of body.rows.entries()) {
    for (const [dx, value] of line.entries()) {
      const cell = rows[block[0][0].y + dy]?.[block[0][0].x + dx];
      if (!cell) { tooLarge(dy, dx); return; }
      if (value) wanted.push({ cell, after: withMode(cell.state, ...value) });
    }
  }
  gesture(wanted);
}

function move(event) {
  const { x, y } = current;
  const last = rows.length - 1;
  const steps = {
    ArrowUp: [y - 1, x], ArrowDown: [y + 1, x], ArrowLeft: [y, x - 1], ArrowRight: [y, x + 1],
    Home: [event.ctrlKey ? 0 : y, 0], End: [event.ctrlKey ? last : y, rows[y].length - 1],
    PageUp: [Math.max(0, y - 12), x], PageDown: [Math.min(last, y + 12), x],
  };
  const step = steps[event.key];
  if (step) focus(rows[step[0]]?.[step[1]], event.shiftKey);
  return Boolean(step);
}

// Tab goes from cell to cell, as in a spreadsheet, and out at the ends; Escape then Tab goes out at once.
function tab(event) {
  if (leaving) return false;
  const next = current.y * rows[0].length + current.x + (event.shiftKey ? -1 : 1);
  const cell = rows.flat()[next];
  if (cell) focus(cell);
  return Boolean(cell);
}

function type(event) {
  const letter = event.key.toUpperCase();
  const each = (after) => gesture(selection().flat().map((cell) => ({ cell, after: after(cell.state) })));
  if (event.key === "Delete" || event.key === "Backspace") each(() => null);
  else if (event.key === "Enter" || event.key === "F2") open(current);
  else if (letter.length === 1 && MODES.includes(letter)) each((state) => (event.shiftKey ? toggled(state, letter) : withMode(state, letter)));
  else if (event.key === "?" || event.key === "-") each((state) => withMode(state, event.key));
  else return false;
  return true;
}

function listen() {
  grid.addEventListener("keydown", (event) => {
    if (event.altKey) return;
    const control = event.ctrlKey || event.metaKey;
    const handled = event.key === "Tab" ? tab(event) : move(event) || (control ? history.key(event) : type(event));
    if (event.key !== "Shift") leaving = event.key === "Escape";
    if (handled) event.preventDefault();
  });
  grid.addEventListener("focusin", () => grid.classList.add("is-active"));
  grid.addEventListener("mousedown", (event) => {
    const cell = ofTd.get(event.target.closest("td"));
    if (!cell || event.button || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    dragging = true;
    focus(cell, event.shiftKey);
  });
  grid.addEventListener("mouseover", (event) => {
    const cell = ofTd.get(event.target.closest("td"));
    if (dragging && event.buttons === 1 && cell && cell !== current) focus(cell, true);
  });
  addEventListener("mouseup", () => { dragging = false; });
  grid.addEventListener("click", (event) => {
    const cell = ofTd.get(event.target.closest("td"));
    if (!cell || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (event.pointerType === "touch" || matchMedia("(max-width: 40rem)").matches) open(cell);
  });
  grid.addEventListener("dblclick", (event) => {
    const cell = ofTd.get(event.target.closest("td"));
    if (cell) open(cell);
  });
  document.addEventListener("copy", (event) => {
    if (!grid.contains(document.activeElement)) return;
    event.clipboardData.setData("text/plain", selection().map((row) => row.map((cell) => toText(cell.state)).join("\t")).join("\r\n"));
    event.preventDefault();
  });
  document.addEventListener("paste", (event) => {
    if (!grid.contains(document.activeElement)) return;
    event.preventDefault();
    paste(event.clipboardData.getData("text/plain"));
  });
  retryButton.addEventListener("click", () => queue.retry());
  giveUpButton.addEventListener("click", () => queue.abandon());
}

if (current) {
  for (const { td } of ofTd.values()) {
    td.tabIndex = -1;
    td.firstElementChild.tabIndex = -1;
    td.firstElementChild.draggable = false;
  }
  current.td.tabIndex = 0;
  listen();
}
