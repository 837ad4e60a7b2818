// Blocks of cells as spreadsheets copy and repeat them; whatever the cells hold.
const MOST = 100_000;
const isBlank = (row) => row.every((cell) => !cell.trim());

// Rows of cells of a text of tab-separated rows, as a spreadsheet copies it; blank rows at its end are dropped.
export function parse(text) {
  const rows = [[""]];
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    const row = rows.at(-1);
    if (quoted) {
      if (sign !== '"') row[row.length - 1] += sign;
      else if (text[at + 1] === '"') { row[row.length - 1] += '"'; at += 1; } else quoted = false;
    } else if (sign === '"' && row.at(-1) === "") quoted = true;
    else if (sign === "\t") row.push("");
    else if (sign === "\n") rows.push([""]);
    else if (sign !== "\r") row[row.length - 1] += sign;
  }
  while (rows.length && isBlank(rows.at(-1))) rows.pop();
  return rows;
}

// The same without its blank rows.
export const filled = (text) => parse(text).filter((row) => !isBlank(row));

const quoted = (text) => (/[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

// Rows of texts as a text of tab-separated rows.
export const written = (rows) => rows.map((row) => row.map(quoted).join("\t")).join("\r\n");

// Puts rows of { text, held } on the clipboard: as a text, and as a table whose cells keep what they hold (any JSON).
export function copyTo(clipboard, rows) {
  const table = document.createElement("table");
  for (const cells of rows) {
    const row = table.insertRow();
    for (const { text, held } of cells) {
      const cell = row.insertCell();
      cell.textContent = text;
      if (held !== undefined) cell.dataset.held = JSON.stringify(held);
    }
  }
  clipboard.setData("text/plain", written(rows.map((cells) => cells.map(({ text }) => text))));
  clipboard.setData("text/html", table.outerHTML);
}

function said(cell) {
  for (const end of cell.querySelectorAll("br")) end.replaceWith("\n");
  return cell.textContent.replace(/[ \t\r]+/g, " ").trim();
}

const span = (cell, way) => Math.min(Math.max(Number(cell.getAttribute(way)) || 1, 1), 1000);

// The rows of a table, a merged cell standing in each of the cells it covers.
function spread(table) {
  const rows = [...table.rows].map(() => []);
  let count = 0;
  for (const [y, row] of [...table.rows].entries()) {
    let x = 0;
    for (const cell of row.cells) {
      while (rows[y][x]) x += 1;
      const { held } = cell.dataset;
      const one = { text: said(cell), held: held === undefined ? undefined : JSON.parse(held) };
      for (let dy = 0; dy < span(cell, "rowspan") && rows[y + dy]; dy += 1) {
        for (let dx = 0; dx < span(cell, "colspan"); dx += 1) rows[y + dy][x + dx] = one;
      }
      count += span(cell, "rowspan") * span(cell, "colspan");
      if (count > MOST) return null;
    }
  }
  const width = Math.max(0, ...rows.map((row) => row.length));
  return rows.map((row) => Array.from({ length: width }, (_, x) => row[x] ?? { text: "" }));
}

// The rows of { text, held } of the clipboard. The table it may carry counts where it says more than its text does:
// merged cells, or what cells copied from a grid hold.
export function pastedFrom(clipboard) {
  const plain = () => parse(clipboard.getData("text/plain")).map((row) => row.map((text) => ({ text })));
  const html = clipboard.getData("text/html");
  if (!/<t[dh][^>]*(?:rowspan|colspan|data-held)/i.test(html)) return plain();
  try {
    const table = new DOMParser().parseFromString(html, "text/html").querySelector("table");
    return (table && spread(table)) || plain();
  } catch {
    return plain();
  }
}

// The texts of the clipboard, row by row, without those that are blank.
export const filledFrom = (clipboard) => pastedFrom(clipboard).map((row) => row.map(({ text }) => text)).filter((row) => !isBlank(row));

// The corners of a rectangle of cells that know their place (y, x).
export function cornersOf(block) {
  const [first, last] = [block[0][0], block.at(-1).at(-1)];
  return { top: first.y, left: first.x, bottom: last.y, right: last.x };
}

// Each cell of `target` that is not in `source`, with the cell of `source` it repeats; both are corners.
export function repeated(rows, source, target) {
  const [height, width] = [source.bottom - source.top + 1, source.right - source.left + 1];
  const turn = (place, from, size) => from + (((place - from) % size) + size) % size;
  const pairs = [];
  for (let y = target.top; y <= target.bottom; y += 1) {
    for (let x = target.left; x <= target.right; x += 1) {
      const inside = y >= source.top && y <= source.bottom && x >= source.left && x <= source.right;
      const cell = rows[y]?.[x];
      if (cell && !inside) pairs.push([cell, rows[turn(y, source.top, height)][turn(x, source.left, width)]]);
    }
  }
  return pairs;
}

// What Ctrl+D (down) and Ctrl+R repeat: the first row or column of what is selected, or the one before it where only
// one is selected. Pairs as `repeated`; none at the edge.
export function filling(rows, selected, down) {
  const target = cornersOf(selected);
  const source = { ...target };
  if (down) {
    if (target.top === target.bottom) target.top -= 1;
    source.top = source.bottom = target.top;
  } else {
    if (target.left === target.right) target.left -= 1;
    source.left = source.right = target.left;
  }
  return target.top < 0 || target.left < 0 ? [] : repeated(rows, source, target);
}

// Each cell that a block falls on, with its value: from the first cell selected, and over all of them where the block
// goes into them a whole number of times. onto(y, x) gives the cell or undefined. Null, once told, where it overflows.
export function laid(block, selected, onto, overflows) {
  const [height, width] = [block.length, Math.max(...block.map((row) => row.length))];
  const { top, left, bottom, right } = cornersOf(selected);
  const repeats = (bottom - top + 1) % height === 0 && (right - left + 1) % width === 0;
  const [down, across] = repeats ? [bottom - top + 1, right - left + 1] : [height, width];
  const pairs = [];
  for (let dy = 0; dy < down; dy += 1) {
    for (let dx = 0; dx < across; dx += 1) {
      const value = block[dy % height][dx % width];
      const cell = onto(top + dy, left + dx);
      if (!cell) { overflows(dy, dx); return null; }
      if (value !== undefined) pairs.push([cell, value]);
    }
  }
  return pairs;
}
