// The cells of a return that are typed: arrows and Enter go from one to the next, a block copied from a spreadsheet lands cell by cell.
// A paste is undone whole; a value typed since in one of its cells stays.
import { pastedFrom } from "../ui/grid_block.js";
import { History, toast, tooLarge, unlessMoved } from "../ui/grid_core.js";

const body = document.querySelector(".returns-typing tbody");
const rows = () => [...body.rows].map((row) => [...row.cells].slice(2).map((cell) => cell.querySelector("input.num")));

function place(field) {
  const all = rows();
  const y = all.findIndex((row) => row.includes(field));
  return [all, y, y < 0 ? -1 : all[y].indexOf(field)];
}

const buttons = ["typing-undo", "typing-redo"].map((id) => document.getElementById(id));
const history = body && new History(
  (writes) => { for (const [field, text] of writes) field.value = text; },
  (field) => field.focus(),
  ...buttons,
  unlessMoved((field) => field.value, (field) => field.getAttribute("aria-label") ?? field.name),
);

// Ctrl+Z is the field’s own where something was typed in it since the last paste.
function travelled(event) {
  if (!(event.ctrlKey || event.metaKey) || !history.done.length && !history.undone.length) return false;
  const last = history.done.at(-1)?.find((change) => change.cell === event.target);
  if (event.key.toLowerCase() === "z" && !event.shiftKey && (!history.done.length || (last && event.target.value !== last.after))) return false;
  return history.key(event);
}

// Whole or not at all: a block that is larger than the grid, or that would fall on cells that add up others, says so.
function paste(event) {
  const [all, y, x] = place(event.target);
  const block = pastedFrom(event.clipboardData).map((row) => row.map(({ text }) => text));
  if (y < 0 || (block.length < 2 && (block[0]?.length ?? 0) < 2)) return;
  event.preventDefault();
  const writes = [];
  let sums = 0;
  for (const [dy, cells] of block.entries()) {
    for (const [dx, text] of cells.entries()) {
      if (all[y + dy]?.[x + dx] === undefined) { tooLarge(dy, dx); return; }
      const field = all[y + dy][x + dx];
      if (field) writes.push([field, text.trim()]); else if (text.trim()) sums += 1;
    }
  }
  history.add(writes.map(([cell, after]) => ({ cell, before: cell.value, after })));
  const passed = sums ? ` ${sums} sur des sommes, laissée${sums > 1 ? "s" : ""} de côté.` : "";
  toast(`${writes.length} cellules collées.${passed} Ctrl+Z les défait.`);
}

function key(event) {
  if (travelled(event)) { event.preventDefault(); return; }
  const step = { ArrowUp: -1, ArrowDown: 1, Enter: event.shiftKey ? -1 : 1 }[event.key];
  const [all, y, x] = place(event.target);
  if (!step || y < 0) return;
  event.preventDefault();
  for (let at = y + step; all[at]; at += step) {
    if (all[at][x]) { all[at][x].focus(); all[at][x].select(); return; }
  }
}

body?.addEventListener("paste", paste);
body?.addEventListener("keydown", key);
