// The editing grid: a table[role=grid] whose cells carry their address (data-p -m -e), what they hold
// (data-state), what they take from the network where it stands in no column (data-inherited) and the version read (data-v).
import { cornersOf } from "../ui/grid_block.js";
import { History, mark, rectangle, say, toast } from "../ui/grid_core.js";
import { Find } from "../ui/grid_find.js";
import { plural } from "../ui/sending.js";
import { keptUnder } from "../ui/typed.js";
import { asked, known } from "./grid_carried.js";
import { choosing, EMPTY, full, MODES, retraced, same, shownBy, toggled, withMode, WORDS } from "./grid_state.js";
import { Blocks } from "./grid_paste.js";
import { Pending } from "./grid_pending.js";
import { Queue } from "./grid_queue.js";
import { said } from "./grid_words.js";

const grid = document.getElementById("grid");
const [stateLine, retryButton, refusedButton, signInLink, giveUpButton, keptButton, elsewhere, undoButton, redoButton, conflicts, carried, previews, bulkButton, reason] = [
  "grid-state", "grid-retry", "grid-refused", "grid-sign-in", "grid-give-up", "grid-kept", "grid-elsewhere", "grid-undo", "grid-redo", "grid-conflicts",
  "grid-carried", "grid-preview", "grid-bulk", "grid-reason",
].map((id) => document.getElementById(id));
const token = document.body.dataset.token ?? "";
const FEW = 8;
const CLASSES = { "?": "m-u", "-": "m-n", ...Object.fromEntries([...MODES].map((letter) => [letter, `m-${letter}`])) };

const heads = [...grid.querySelectorAll("thead th > span")].map((span) => span.textContent.trim());
const rows = [...grid.querySelectorAll("tr[data-row]")].map((tr, y) => [...tr.querySelectorAll("td")].map((td, x) => {
  const state = td.dataset.state ? full(JSON.parse(td.dataset.state)) : null;
  const { p: process, m: milestone, e: entity, v, inherited } = td.dataset;
  const network = inherited ? full(JSON.parse(inherited)) : null;
  const name = `${tr.firstElementChild.textContent.trim()}, ${heads[x]}`;
  return {
    td, x, y, process, milestone, entity, network, name, state, saved: state, version: Number(v), conflict: "",
    key: [process, milestone, entity].join("|"), href: td.firstElementChild.href, locked: td.getAttribute("aria-readonly") === "true",
  };
}));
// The cells that show a value of the network where they have none of their own, beside it.
const takers = (cell) => (cell.entity ? [] : rows[cell.y].filter((other) => other.entity && other.milestone === cell.milestone));
for (const cell of rows.flat()) for (const other of takers(cell)) other.network = cell.state;
const ofTd = new Map(rows.flat().map((cell) => [cell.td, cell]));
let current = rows[0]?.[0];
let anchor = current;
let chosen = new Set();
let leaving = false;
const handle = Object.assign(document.createElement("span"), { className: "fill-handle", title: "Tirer pour recopier" });
let dragging = false;
let copying = false;
const history = new History(apply, focus, undoButton, redoButton, (cell, from, to) => {
  const after = retraced(cell.state, from, to);
  if (same(after, cell.state) && !same(from, to)) toast(`${cell.name} : rien à défaire, la valeur enregistrée depuis est gardée.`);
  return after;
});

const pending = new Pending(grid.dataset.url, rows);
const queue = new Queue(grid.dataset.url, token, {
  cell(cell, status) {
    mark(cell.td, status);
    paint(cell);
    if (status === "is-saving") return;
    cell.told?.(cell.refusal);
    delete cell.told;
  },
  conflict: showConflict,
  rebased: (cell, rebase) => history.rebase(cell, rebase),
  state(text, kind) {
    say(stateLine, text, kind);
    retryButton.hidden = kind !== "offline" && !queue.blocked;
    giveUpButton.hidden = kind !== "blocked";
    if (kind === "blocked") {
      const names = queue.givenUp.map(({ name }) => name);
      const more = names.length > FEW ? ` et ${names.length - FEW} autres` : "";
      giveUpButton.dataset.confirm = `Ce qui est saisi ici est perdu : ${names.slice(0, FEW).join(" ; ")}${more}.`;
    }
    refusedButton.hidden = !queue.aside.held.length;
    signInLink.hidden = kind !== "blocked" || !queue.signedOut;
    pending.note(queue.waiting);
  },
});

function words(text) {
  return Object.assign(document.createElement("span"), { className: "vh", textContent: text });
}

function paint(cell) {
  const { td } = cell;
  const shown = shownBy(cell);
  const inherited = !cell.state && cell.entity !== "";
  const mode = shown?.mode ?? "?";
  td.classList.remove(...Object.values(CLASSES));
  td.classList.add(CLASSES[mode]);
  td.classList.toggle("is-inherited", inherited);
  const link = td.firstElementChild;
  link.textContent = "";
  if (!MODES.includes(mode)) link.append(words(WORDS[mode]));
  else {
    link.append(mode);
    if (shown.complementary) link.append(Object.assign(document.createElement("sup"), { textContent: shown.complementary }));
  }
  if (inherited) link.append(words(", valeur du réseau"));
  if (cell.conflict) link.append(words(", en conflit"));
  if (cell.refusal) td.setAttribute("aria-invalid", "true");
  else td.removeAttribute("aria-invalid");
  for (const other of takers(cell)) {
    other.network = cell.state;
    paint(other);
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
  const { bottom, right } = cornersOf(selection());
  rows[bottom][right].td.append(handle);
  bulkButton.textContent = cells.size > 1 ? `Modifier ${cells.size} cellules…` : "Modifier plusieurs cellules…";
  bulkButton.disabled = cells.size < 2;
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
  reason.textContent = cell.refusal ? `Non enregistré. ${cell.refusal.reason}` : why ? `Lecture seule. ${why.textContent}` : "";
}

// One gesture: the cells it changes, before and after. It is what undo takes back.
// Where it changes modes, it then asks what becomes of what was said of them, once for all its cells.
// A copy does not say that the quotes it gives are those of its cells: the server would refuse it.
function gesture(wanted, asks = true, isCopy = false) {
  const open = wanted.filter(({ cell }) => !cell.locked);
  const locked = wanted.length - open.length;
  if (locked) toast(locked === 1 ? "Cette cellule est en lecture seule : elle n’a pas changé." : `${locked} cellules en lecture seule n’ont pas changé.`);
  const real = open.filter(({ cell, after }) => !same(cell.state, after)).map(({ cell, after }) => ({ cell, before: cell.state, after: asks ? known(cell.state, after) : after, meant: after }));
  copying = isCopy;
  if (asks) asking = [];
  history.add(real);
  copying = false;
  if (asks) question(real.map(({ meant, ...one }) => (meant === one.after ? one : { ...one, meant })));
}

// What becomes of what was said of a former mode. Not of a cell that somebody else has changed: that is settled first.
let asking = [];
async function question(moved) {
  const now = asking = moved.filter(({ cell }) => !cell.conflict);
  carried.textContent = "";
  if (!now.some(({ cell, before, meant }) => asked(before, meant ?? cell.state).length)) return;
  const { askCarried } = await import("./grid_asking.js");
  if (asking === now) askCarried(carried, now, (changed) => {
    asking = [];
    gesture(changed, false);
    focus(current, true);
  });
}

// A question goes with the change it was asked of: its cell undone or changed again, there is nothing left to ask.
function withdraw(cells) {
  const left = asking.filter(({ cell }) => !cells.has(cell));
  if (left.length === asking.length) return;
  if (carried.firstChild) toast("La question posée sur ce changement est retirée : la cellule ne le porte plus.");
  question(left);
}

function apply(pairs) {
  withdraw(new Set(pairs.map(([cell]) => cell)));
  for (const [cell, state] of pairs) {
    cell.state = state;
    cell.quoted ||= !copying;
    paint(cell);
    queue.waiting.add(cell);
    if (cell.conflict) showConflict(cell);
  }
  queue.send();
  blocks.moved();
}

async function showConflict(cell) {
  if (asking.some((one) => one.cell === cell)) question(asking);
  const { askConflict } = await import("./grid_conflict.js");
  if (cell.conflict) askConflict(conflicts, cell, (names) => {
    const after = names ? choosing(cell.saved, cell.state, names) : cell.state;
    cell.conflict = "";
    queue.shown.cell(cell, "");
    apply([[cell, after]]);
    focus(cell);
    question([...asking, { cell, before: cell.saved }]);
  });
}

// Loaded the first time a cell is opened, as its form is.
async function open(cell) {
  focus(cell);
  try {
    const { openPanel } = await import("./grid_panel.js");
    openPanel(cell, save(cell), () => { tellKept(); focus(cell); });
  } catch { toast("La cellule n’a pas pu être ouverte. Vérifier la connexion, puis la rouvrir."); }
}

const save = (cell) => (after, { cited }) => {
  cell.cited = cited;
  queue.aside.leave(cell);
  gesture([{ cell, after }], false);
  queue.add(cell);
  return queue.settled(cell);
};

// The cells whose panel was closed, or whose page was left, on something typed.
function tellKept() {
  const held = keptUnder(location.pathname);
  const paths = new Set(held.map(({ path }) => path));
  for (const cell of ofTd.values()) cell.td.classList.toggle("is-kept", paths.has(new URL(cell.href).pathname));
  keptButton.hidden = !held.length;
  keptButton.textContent = held.length > 1 ? `${held.length} saisies à reprendre` : "1 saisie à reprendre";
  keptButton.onclick = () => {
    const path = [...paths][0];
    const cell = [...ofTd.values()].find((one) => new URL(one.href).pathname === path);
    if (cell) open(cell);
    else location.assign(path);
  };
}

// What was not recorded when the page was left is taken up again: as one gesture, to be sent and undone as any other.
function takeUp() {
  const back = pending.taken();
  if (back.length) {
    gesture(back, false);
    for (const { cell } of back) queue.add(cell);
    toast(back.length > 1 ? `${back.length} modifications en attente sont reprises : « Défaire » les annule.` : "1 modification en attente est reprise : « Défaire » l’annule.");
  }
  const { count, page } = pending.elsewhere;
  elsewhere.hidden = !count;
  elsewhere.href = page;
  elsewhere.textContent = `${plural(count, "modification")} en attente ailleurs : y aller`;
}

const blocks = new Blocks({ rows, selection, gesture, focus: () => focus(current, true), address: grid.dataset.paste, token, into: previews });

const find = new Find(document.getElementById("grid-find"), {
  cells: () => [...ofTd.values()],
  text: (cell) => [cell.name, ...Object.keys(EMPTY).map((field) => (cell.state || field === "mode" ? said(cell, cell.state, field) : ""))].join(" "),
  go: focus,
  current: () => current,
});

// What goes over the whole selection, with Ctrl; whether the key was one of them.
function control(event) {
  const name = event.key.toLowerCase();
  if (history.key(event) || find.key(event)) return true;
  if (name === "a") { focus(rows[0][0]); focus(rows.at(-1).at(-1), true); }
  else if (name === "d" || name === "r") blocks.fill(name === "d");
  else return false;
  return true;
}

// The handle at the corner of the selection, pulled over the cells that are to repeat it.
function pull(event) {
  const source = cornersOf(selection());
  let target = source;
  const over = ({ target: place }) => {
    const cell = ofTd.get(place.closest?.("td"));
    if (!cell) return;
    target = blocks.stretched(source, cell);
    const inside = ({ y, x }) => y >= target.top && y <= target.bottom && x >= target.left && x <= target.right;
    for (const one of ofTd.values()) one.td.classList.toggle("is-filling", inside(one));
  };
  event.preventDefault();
  grid.addEventListener("mouseover", over);
  addEventListener("mouseup", () => {
    grid.removeEventListener("mouseover", over);
    for (const { td } of ofTd.values()) td.classList.remove("is-filling");
    blocks.stretch(source, target);
  }, { once: true });
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

const UNCOMPLETED = "Rien n’est changé : un mode complémentaire s’ajoute à un autre mode, propre à la cellule. Lui donner d’abord le sien.";

function type(event) {
  const letter = event.key.toUpperCase();
  const each = (after) => gesture(selection().flat().map((cell) => ({ cell, after: after(cell.state) })));
  if (event.key === "Delete" || event.key === "Backspace") blocks.empty();
  else if (event.key === "Enter" || event.key === "F2") open(current);
  else if (letter.length === 1 && MODES.includes(letter)) {
    if (event.shiftKey && !selection().flat().some(({ state }) => toggled(state, letter) !== state)) toast(UNCOMPLETED);
    each((state) => (event.shiftKey ? toggled(state, letter) : withMode(state, letter)));
  }
  else if (event.key === "?" || event.key === "-") each((state) => withMode(state, event.key));
  else return false;
  return true;
}

function listen() {
  grid.addEventListener("keydown", (event) => {
    if (event.altKey) return;
    const handled = event.key === "Tab" ? tab(event) : move(event) || (event.ctrlKey || event.metaKey ? control(event) : type(event));
    if (event.key !== "Shift") leaving = event.key === "Escape";
    if (event.key === "Escape") blocks.release();
    if (handled) event.preventDefault();
  });
  grid.addEventListener("focusin", () => grid.classList.add("is-active"));
  grid.addEventListener("mousedown", (event) => {
    const cell = ofTd.get(event.target.closest("td"));
    if (!cell || event.button || event.ctrlKey || event.metaKey) return;
    if (event.target === handle) { pull(event); return; }
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
  const inside = () => grid.contains(document.activeElement);
  for (const kind of ["copy", "cut"]) {
    document.addEventListener(kind, (event) => {
      if (!inside()) return;
      blocks.copy(event.clipboardData, kind === "cut");
      event.preventDefault();
    });
  }
  document.addEventListener("paste", (event) => {
    if (!inside()) return;
    event.preventDefault();
    blocks.paste(event.clipboardData);
  });
  // Loaded the first time it is asked for: a grid is worked in long before many cells are changed at once.
  bulkButton.addEventListener("click", async () => {
    const { openBulk } = await import("./grid_bulk.js");
    openBulk([...chosen], current, previews, gesture, () => focus(current, true));
  });
  document.getElementById("grid-find-open").addEventListener("click", () => find.open());
  retryButton.addEventListener("click", () => { queue.retry(); focus(current, true); });
  refusedButton.addEventListener("click", () => open(queue.aside.held[0]));
  giveUpButton.addEventListener("click", () => { queue.abandon(); focus(current, true); });
  // Nothing is lost by going to sign in: what waits is kept, and taken up again on the way back.
  signInLink.addEventListener("click", () => { queue.leaves = true; });
}

if (current) {
  for (const { td } of ofTd.values()) {
    td.tabIndex = -1;
    td.firstElementChild.tabIndex = -1;
    td.firstElementChild.draggable = false;
  }
  current.td.tabIndex = 0;
  listen();
  takeUp();
  tellKept();
}
