// The grid of volumes: a block copied from a spreadsheet is pasted from the cell one is in, undone in one gesture.
// Without it the grid is a plain form. A block that goes beyond the grid is not pasted at all.
import { toast, tooLarge, TYPED_IN } from "../ui/grid_core.js";

const table = document.querySelector("[data-volumes]");
const rows = table ? [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll("input:not([type=hidden])")]) : [];
let former = null;

const placeOf = (cell) => {
  const y = rows.findIndex((row) => row.includes(cell));
  return y < 0 ? null : [y, rows[y].indexOf(cell)];
};

table?.addEventListener("paste", (event) => {
  const place = placeOf(event.target);
  const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
  if (!place || !/[\t\n]/.test(text)) return;
  event.preventDefault();
  const block = text.split("\n").map((line) => line.split("\t"));
  const [y, x] = place;
  const wide = Math.max(...block.map((line) => line.length));
  if (y + block.length > rows.length || x + wide > rows[y].length) {
    tooLarge(Math.min(block.length, rows.length - y), Math.min(wide, rows[y].length - x));
    return;
  }
  former = block.flatMap((line, dy) => line.map((_, dx) => [rows[y + dy][x + dx], rows[y + dy][x + dx].value]));
  block.forEach((line, dy) => line.forEach((value, dx) => { rows[y + dy][x + dx].value = value.trim(); }));
  toast(`${former.length} cellules collées : Ctrl+Z les défait, « Enregistrer » les garde.`);
});

// Wherever one is in the page, but in another field of text.
document.addEventListener("keydown", (event) => {
  if (!table?.contains(event.target) && event.target.closest?.(TYPED_IN)) return;
  if (!former || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
  event.preventDefault();
  for (const [cell, value] of former) cell.value = value;
  former = null;
});

table?.addEventListener("input", () => { former = null; });
