// Blocks of cells as spreadsheets copy them.
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
