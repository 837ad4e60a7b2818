// The grid of amounts: a form that works alone, made into a spreadsheet (keyboard, blocks, undo, autosave).
import { copyTo, filling, laid, pastedFrom } from "../ui/grid_block.js";
import { ask, fault, History, mark, rectangle, say, toast, tooLarge, unlessMoved } from "../ui/grid_core.js";
import { Find } from "../ui/grid_find.js";
import { euros, parse, spread, toTheCent, write } from "./amounts.js";
import { Pending } from "./budget_pending.js";
import { Queue } from "./budget_queue.js";

const table = document.getElementById("amounts");
toTheCent("cents" in table.dataset);
const form = document.getElementById("budget-form");
const [stateLine, retryButton, undoButton, redoButton, conflicts] = ["state", "retry", "undo", "redo", "conflicts"]
  .map((name) => document.getElementById(`amounts-${name}`));
const token = form.querySelector("input[name=csrfmiddlewaretoken]").value;

const lines = [...table.querySelectorAll("tr[data-key]")].map((tr, y) => {
  const key = tr.dataset.key;
  const [account, axis] = key.split("|");
  const [seen, version] = ["o", "v"].map((kind) => tr.querySelector(`input[name="${kind}|${CSS.escape(key)}"]`));
  const cents = seen.value.split(",").map(Number);
  const line = { tr, y, key, account, axis, seen, stamp: version, version: Number(version.value), digit: tr.closest("tbody").dataset.class };
  line.note = tr.querySelector(`input[name="h|${CSS.escape(key)}"]`);
  line.said = line.note?.value ?? "";
  line.hypothesis = line.note && { line, input: line.note, isNote: true };
  line.cells = [...tr.querySelectorAll("td.num > input")].map((input, x) => ({
    input, line, x, y, month: x + 1, cents: cents[x], saved: cents[x], conflict: "",
  }));
  return line;
});
const grid = lines.map((line) => [...line.cells]);
const ofInput = new Map(lines.flatMap((line) => line.cells).map((cell) => [cell.input, cell]));
let anchor = null;
let current = null;
let chosen = new Set();
const named = (cell) => cell.input.getAttribute("aria-label");
const history = new History(apply, go, undoButton, redoButton, unlessMoved((cell) => cell.cents, named));

const pending = new Pending(table.dataset.url, lines);
const queue = new Queue(table.dataset.url, token, {
  cell(cell, status) {
    mark(cell.input, status);
    tellRefusal(cell);
  },
  line(line) {
    line.stamp.value = line.version;
    line.seen.value = line.cells.map((cell) => cell.saved).join(",");
    const read = line.tr.querySelector(`input[name="n|${CSS.escape(line.key)}"]`);
    if (read) read.value = line.said;
  },
  take(cell) {
    cell.cents = cell.saved;
    show(cell);
    sums(cell.line);
    strip();
  },
  conflict: showConflict,
  state(text, kind, stuck) {
    say(stateLine, text, kind);
    retryButton.hidden = !stuck;
    pending.note(queue);
  },
});

// Where the reason of a cell is written: under the name of its line, for a month is narrow; under a hypothesis, at it.
const placeOf = ({ line, isNote }) => line.tr.querySelector(isNote ? "td.amounts-note" : "th");

const tellFault = (cell, reason) => fault(cell.input, reason && (cell.isNote ? reason : `${named(cell).split(", ").at(-1)} : ${reason}`), placeOf(cell));

// What is no amount says so by itself.
function tellRefusal(cell) {
  if (!queue.wrong.has(cell)) tellFault(cell, cell.refusal?.reason ?? "");
}

function show(cell) {
  cell.input.value = write(cell.cents);
  fault(cell.input, "");
  if (queue.wrong.delete(cell)) queue.say();
}

// The total of a line is a field here: what is typed in it is shared over the twelve months.
for (const line of lines) {
  const td = line.tr.querySelector("[data-total]");
  const input = Object.assign(document.createElement("input"), { inputMode: "decimal", autocomplete: "off" });
  input.setAttribute("aria-label", `${line.tr.querySelector("th").innerText.trim()}, total réparti sur douze mois`);
  td.replaceChildren(input);
  line.total = { input, line, x: 12, y: line.y, month: 13, isTotal: true };
  ofInput.set(input, line.total);
  grid[line.y].push(line.total);
  sumLine(line);
}

function sumLine(line) {
  line.total.cents = line.cells.reduce((sum, cell) => sum + cell.cents, 0);
  show(line.total);
}

function sums(line) {
  sumLine(line);
  for (const body of table.querySelectorAll(`tbody[data-class="${line.digit}"]`)) {
    months(line.digit).forEach((cents, x) => { body.querySelector(`[data-sum="${x + 1}"]`).textContent = euros(cents); });
  }
  const whole = table.querySelector(`tr[data-account="${CSS.escape(line.account)}"]`);
  if (whole) added(lines.filter((one) => one.account === line.account)).forEach((cents, x) => {
    whole.querySelector(`[data-sum="${x + 1}"]`).textContent = euros(cents);
  });
  for (const row of table.querySelectorAll("tr[data-difference]")) {
    const [plus, minus] = row.dataset.difference.split("-").map(months);
    [...row.querySelectorAll("td.num:not(.former)")].forEach((td, x) => { td.textContent = euros(plus[x] - minus[x], true); });
  }
}

// The sums above the grid, always in sight.
function strip() {
  for (const place of document.querySelectorAll("[data-strip]")) {
    const [plus, minus] = place.dataset.strip.split("-").map((digit) => months(digit)[12]);
    place.textContent = minus === undefined ? euros(plus) : euros(plus - minus, true);
  }
}

function months(digit) {
  return added(lines.filter((line) => line.digit === digit));
}

// Twelve months of some lines, then their sum.
function added(held) {
  const twelve = Array.from({ length: 12 }, (_, x) => held.reduce((sum, line) => sum + line.cells[x].cents, 0));
  return [...twelve, twelve.reduce((a, b) => a + b, 0)];
}

// One gesture: the amounts it changes, before and after. It is what undo takes back.
function gesture(wanted) {
  const real = wanted.filter(({ cell, after }) => cell.cents !== after).map(({ cell, after }) => ({ cell, before: cell.cents, after }));
  for (const { cell } of wanted) show(cell);
  history.add(real);
}

function apply(pairs) {
  for (const [cell, cents] of pairs) {
    cell.cents = cents;
    show(cell);
    queue.add(cell.line);
  }
  const cents = toTheCent(pairs.some(([cell]) => cell.cents % 100));
  if (cents) for (const { cells } of lines) for (const cell of cells) if (!queue.wrong.has(cell)) show(cell);
  for (const line of cents ? lines : new Set(pairs.map(([cell]) => cell.line))) sums(line);
  strip();
}

// A text that is no amount waits at its cell, with why.
function setWrong(cell) {
  queue.wrong.set(cell, cell.input.value);
  queue.say();
  tellFault(cell, `« ${cell.input.value} » n’est pas un montant en euros, au plus deux décimales (exemple : 1 234,56).`);
}

// What was typed in a field becomes an amount; a text that is none stays, and says so.
function commit(cell) {
  const cents = parse(cell.input.value);
  if (cents === null) {
    if (queue.wrong.get(cell) === cell.input.value) return;
    setWrong(cell);
    toast(`« ${cell.input.value} » n’est pas un montant : rien n’est changé.`);
    return;
  }
  if (!cell.isTotal) gesture([{ cell, after: cents }]);
  else if (cents !== cell.cents) gesture(spread(cents).map((after, x) => ({ cell: cell.line.cells[x], after })));
  else show(cell);
}

function isTyped(cell) {
  return cell.input.value !== write(cell.cents);
}

function selection() {
  if (!anchor || !current) return [];
  return rectangle(grid, [anchor.line.y, anchor.x], [current.line.y, current.x]);
}

function choose(cell, extend) {
  current = cell;
  if (!extend) anchor = cell;
  const cells = new Set(anchor === current ? [] : selection().flat());
  for (const old of chosen) if (!cells.has(old)) old.input.classList.remove("is-chosen");
  for (const fresh of cells) fresh.input.classList.add("is-chosen");
  chosen = cells;
}

function go(cell, extend = false) {
  if (!cell) return;
  moving = extend;
  cell.input.focus();
  moving = false;
  cell.input.select();
  choose(cell, extend);
}
let moving = false;

// A block lands on the months alone, and on all of those selected where it goes into them a whole number of times.
function block(clipboard) {
  const pasted = pastedFrom(clipboard).map((row) => row.map(({ text }) => text));
  const onto = (y, x) => { const cell = grid[y]?.[x]; return cell?.isTotal ? undefined : cell; };
  const selected = selection().length ? selection() : [[current]];
  const pairs = laid(pasted, selected, onto, tooLarge);
  if (!pairs) return;
  const wanted = pairs.map(([cell, text]) => ({ cell, text, after: parse(text) }));
  const wrong = wanted.find(({ after }) => after === null);
  if (wrong) { toast(`Rien n’est collé : « ${wrong.text.slice(0, 30)} » n’est pas un montant (${wrong.cell.input.getAttribute("aria-label")}).`); return; }
  gesture(wanted);
  toast(wanted.length > 1 ? `${wanted.length} montants collés.` : "1 montant collé.");
}

const find = new Find(document.getElementById("amounts-find"), {
  cells: () => grid.flat(),
  text: ({ input, line }) => `${input.getAttribute("aria-label")} ${input.value} ${line.note?.value ?? ""}`,
  go,
  current: () => current ?? grid[0]?.[0],
});

// Ctrl+D, Ctrl+R and Ctrl+F; whether the key was one of them.
function control(event) {
  if (find.key(event)) return true;
  const down = event.key.toLowerCase() === "d";
  if (event.shiftKey || (!down && event.key.toLowerCase() !== "r")) return false;
  const pairs = filling(grid, selection(), down).filter(([cell, from]) => !cell.isTotal && !from.isTotal);
  gesture(pairs.map(([cell, from]) => ({ cell, after: from.cents })));
  return true;
}

function showConflict(cell) {
  if (cell.isNote) { showNoteConflict(cell); return; }
  const values = { name: cell.input.getAttribute("aria-label"), by: cell.conflict, mine: write(cell.cents) || "0", theirs: write(cell.saved) || "0" };
  ask(conflicts, `conflict-${cell.line.y}-${cell.x}`, values, (side) => {
    cell.conflict = "";
    queue.shown.cell(cell, "");
    apply([[cell, side === "keep" ? cell.cents : cell.saved]]);
    go(cell);
  });
}

function showNoteConflict(item) {
  const { input, line } = item;
  const values = { name: named(item), by: item.conflict, mine: input.value.trim() || "aucune", theirs: line.said || "aucune" };
  mark(input, "is-conflict");
  ask(conflicts, `conflict-${line.y}-note`, values, (side) => {
    item.conflict = "";
    if (side === "take") input.value = line.said;
    mark(input, "");
    queue.add(line);
    input.focus();
  });
}

function step(cell, event) {
  const { input, x, line: { y } } = cell;
  const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
  const steps = { ArrowUp: [y - 1, x], ArrowDown: [y + 1, x], Enter: [y + (event.shiftKey ? -1 : 1), x] };
  if (event.shiftKey ? event.key.startsWith("Arrow") : whole || event.key === "ArrowLeft") {
    if (whole || event.shiftKey || input.selectionEnd === 0) steps.ArrowLeft = [y, x - 1];
  }
  if (whole || (event.shiftKey && event.key.startsWith("Arrow")) || input.selectionStart === input.value.length) steps.ArrowRight = [y, x + 1];
  const found = steps[event.key];
  return found && { cell: grid[found[0]]?.[found[1]], extend: event.shiftKey && event.key !== "Enter" };
}

table.addEventListener("keydown", (event) => {
  const cell = ofInput.get(event.target);
  if (!cell || event.altKey) return;
  const held = event.ctrlKey || event.metaKey;
  const name = event.key.toLowerCase();
  if (held && (name === "z" || name === "y") && !isTyped(cell)) {
    event.preventDefault();
    history.key(event);
  } else if (held) { if (control(event)) event.preventDefault(); }
  else if (event.key === "Escape") { show(cell); cell.input.select(); }
  else if (event.key === "Delete" && chosen.size) {
    event.preventDefault();
    gesture([...chosen].filter((one) => !one.isTotal).map((one) => ({ cell: one, after: 0 })));
  } else {
    const found = step(cell, event);
    if (!found) return;
    event.preventDefault();
    if (isTyped(cell)) commit(cell);
    go(found.cell ?? (event.key === "Enter" ? cell : null), found.extend);
  }
});
table.addEventListener("focusin", (event) => {
  const cell = ofInput.get(event.target);
  if (!cell || moving) return;
  choose(cell, false);
  event.target.select();
});
for (const line of lines) line.note?.addEventListener("change", () => queue.add(line));
table.addEventListener("change", (event) => {
  const cell = ofInput.get(event.target);
  if (cell && isTyped(cell)) commit(cell);
});
for (const kind of ["copy", "cut"]) {
  table.addEventListener(kind, (event) => {
    if (!chosen.size) return;
    copyTo(event.clipboardData, selection().map((row) => row.map((cell) => ({ text: write(cell.cents).replaceAll("\u00a0", "") }))));
    event.preventDefault();
    if (kind === "cut") gesture([...chosen].filter((one) => !one.isTotal).map((one) => ({ cell: one, after: 0 })));
  });
}
table.addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text/plain");
  const several = /[\t\n]/.test(text.replace(/\r?\n$/, "")) || chosen.size > 1;
  if (!ofInput.has(event.target) || !several) return;
  event.preventDefault();
  block(event.clipboardData);
});
// A form sent by a button carries what the grid already holds: nothing waits, nothing is stale.
addEventListener("beforeunload", (event) => { if (queue.wrong.size) event.preventDefault(); });
form.addEventListener("submit", async (event) => {
  if (queue.isIdle) return;
  event.preventDefault();
  const button = event.submitter;
  for (let turn = 0; turn < 50 && queue.isBusy && !queue.blocked; turn += 1) {
    if (!queue.flying) await queue.send();
    else await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  if (!queue.isIdle) toast(stateLine.textContent);
  else { button.dataset.confirmed = "yes"; form.requestSubmit(button); }
});
document.getElementById("ajout")?.addEventListener("submit", async (event) => {
  if (queue.isIdle) return;
  event.preventDefault();
  await queue.send();
  if (queue.isIdle) event.target.submit();
});
retryButton.addEventListener("click", () => queue.retry());
// What was not recorded when the page was left: as one gesture, to be sent and undone as any other.
const [amounts, noted, wrong] = pending.taken();
gesture(amounts);
for (const line of noted) queue.add(line);
for (const [cell, text] of wrong) {
  cell.input.value = text;
  setWrong(cell);
}
const back = amounts.length + noted.length + wrong.length;
if (back) toast(back > 1 ? `${back} modifications en attente sont reprises.` : "1 modification en attente est reprise.");
