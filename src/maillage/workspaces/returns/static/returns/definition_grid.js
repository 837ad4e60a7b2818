// The rows, columns and controls of a definition as grids. Each is drawn from the text of its textarea, tab-separated rows
// under their titles, and writes it back: what is sent is the same with and without this module.
import { filled as parse, filledFrom } from "../ui/grid_block.js";

const BLANK = 5;

const written = (cell) => (/["\t\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/\s+/g, " ").trim().toLowerCase();

function field(head, value, label) {
  const made = document.createElement(head.among.length ? "select" : "input");
  if (head.among.length) {
    const known = head.among.find((one) => plain(one) === plain(value));
    for (const one of ["", ...head.among, ...(value && known === undefined ? [value] : [])]) made.append(new Option(one, one));
    made.value = known ?? value;
  } else {
    made.value = value;
    made.size = Math.min(48, Math.max(6, head.width - 2));
    made.autocomplete = "off";
    made.spellcheck = head.title === "Libellé";
  }
  made.setAttribute("aria-label", label);
  return made;
}

function fill(made, head, value) {
  if (!head.among.length) { made.value = value; return; }
  const known = head.among.find((one) => plain(one) === plain(value));
  if (known === undefined && value) made.append(new Option(value, value));
  made.value = known ?? value;
}

class Grid {
  constructor(area) {
    this.area = area;
    this.heads = JSON.parse(area.dataset.grid);
    const box = document.createElement("div");
    box.className = "scroll";
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", area.dataset.title);
    this.table = document.createElement("table");
    this.table.className = "data is-sticky returns-grid";
    const top = this.table.createTHead().insertRow();
    for (const title of ["N°", ...this.heads.map((head) => head.title)]) {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = title;
      top.append(cell);
    }
    this.body = this.table.createTBody();
    this.read();
    this.mark(JSON.parse(area.dataset.faults || "[]"));
    box.append(this.table);
    area.before(box);
    area.hidden = true;
    this.body.addEventListener("keydown", (event) => this.key(event));
    this.body.addEventListener("paste", (event) => this.paste(event));
    this.body.addEventListener("change", () => this.extend());
    // What is written is kept as it is typed (ui/typed.js), and read again where it is taken up.
    for (const kind of ["input", "change"]) this.table.addEventListener(kind, () => this.write());
    area.form.addEventListener("maillage:filled", () => this.read());
  }

  read() {
    this.body.replaceChildren();
    for (const row of parse(this.area.value).slice(1)) this.add(row);
    this.extend();
  }

  get rows() { return [...this.body.rows]; }

  fields(row) { return [...row.querySelectorAll("input, select")]; }

  add(values = []) {
    const row = this.body.insertRow();
    const head = document.createElement("th");
    head.scope = "row";
    row.append(head);
    this.heads.forEach((one, place) => row.insertCell().append(field(one, values[place] ?? "", one.title)));
    return row;
  }

  // Always some rows to write in, numbered in order.
  extend() {
    const held = this.rows;
    let blank = 0;
    while (blank < held.length && this.isBlank(held[held.length - 1 - blank])) blank += 1;
    for (; blank < BLANK; blank += 1) this.add();
    this.rows.forEach((row, place) => {
      row.cells[0].textContent = place + 1;
      this.fields(row).forEach((one, at) => one.setAttribute("aria-label", `${this.heads[at].title}, ligne ${place + 1}`));
    });
  }

  // Cells that do not hold, by the number of their row: marked until they are changed.
  mark(faults) {
    for (const [rank, at, what] of faults) {
      const found = rank && this.rows[rank - 1] && this.fields(this.rows[rank - 1])[at];
      if (!found) continue;
      found.setAttribute("aria-invalid", "true");
      found.title = found.title ? `${found.title} ; ${what}` : what;
      found.addEventListener("input", () => { found.removeAttribute("aria-invalid"); found.title = ""; }, { once: true });
    }
  }

  isBlank(row) { return this.fields(row).every((one) => !one.value.trim()); }

  place(element) {
    const row = element.closest("tr");
    return [this.rows.indexOf(row), this.fields(row).indexOf(element)];
  }

  go(y, x) {
    const row = this.rows[y];
    const found = row && this.fields(row)[x];
    if (found) { found.focus(); found.select?.(); }
  }

  key(event) {
    const [y, x] = this.place(event.target);
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step && event.altKey) { event.preventDefault(); this.move(y, x, step); return; }
    if (event.key === "Enter") { event.preventDefault(); this.go(y + (event.shiftKey ? -1 : 1), x); return; }
    if (step && event.target.tagName === "INPUT") { event.preventDefault(); this.go(y + step, x); }
  }

  move(y, x, step) {
    const held = this.rows;
    if (!held[y + step]) return;
    if (step > 0) held[y + step].after(held[y]); else held[y + step].before(held[y]);
    this.extend();
    this.go(y + step, x);
  }

  paste(event) {
    const rows = filledFrom(event.clipboardData);
    if (rows.length < 2 && (rows[0]?.length ?? 0) < 2) return;
    event.preventDefault();
    const [y, x] = this.place(event.target);
    const titled = rows[0].every((cell, at) => plain(cell) === plain(this.heads[x + at]?.title ?? ""));
    (titled ? rows.slice(1) : rows).forEach((cells, dy) => {
      const row = this.rows[y + dy] ?? this.add();
      const fields = this.fields(row);
      cells.forEach((cell, dx) => { if (fields[x + dx]) fill(fields[x + dx], this.heads[x + dx], cell.trim()); });
    });
    this.extend();
    this.body.dispatchEvent(new Event("input", { bubbles: true }));
  }

  write() {
    const rows = this.rows.filter((row) => this.fields(row).slice(0, 2).some((one) => one.value.trim()))
      .map((row) => this.fields(row).map((one) => written(one.value.trim())).join("\t"));
    this.area.value = [this.heads.map((head) => head.title).join("\t"), ...rows].join("\n");
  }
}

const form = document.getElementById("definition");
const grids = [...form.querySelectorAll("textarea[data-grid]")].map((area) => new Grid(area));
form.addEventListener("submit", () => grids.forEach((grid) => grid.write()));
