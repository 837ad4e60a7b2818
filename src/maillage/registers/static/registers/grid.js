// The rows of a register to type in: a form that works alone, made into a spreadsheet (keys, paste, undo, autosave).
import { filling, laid, pastedFrom } from "../ui/grid_block.js";
import { ask, fault, History, mark, say, toast, tooLarge, unlessMoved } from "../ui/grid_core.js";
import { Find } from "../ui/grid_find.js";
import { Aside, freshToken, OURS } from "../ui/sending.js";
import { watch } from "../ui/typed.js";

const table = document.querySelector("[data-register-grid]");
const form = table.closest("form");
const [state, retry, undo, redo, conflicts] = ["state", "retry", "undo", "redo", "conflicts"]
  .map((name) => document.getElementById(`grid-${name}`));
const read = (input) => (input.multiple ? [...input.selectedOptions].map((option) => option.value).join(";") : input.value);
const fields = (tr) => [...tr.querySelectorAll("[data-cell]")].filter((input) => input.type !== "checkbox");
const lines = [...table.tBodies[0].rows].map((tr, y) => ({ tr, y, name: tr.dataset.line, isNew: "new" in tr.dataset, stage: "" }));
const cellOf = new Map();
for (const line of lines) {
  line.cells = fields(line.tr).map((input, x) => ({ input, line, x, y: line.y, name: input.dataset.cell, value: read(input), saved: read(input) }));
  for (const cell of line.cells) cellOf.set(cell.input, cell);
}
const lineOf = (element) => lines.find((line) => line.tr === element.closest("tr"));
const named = (cell) => cell.input.getAttribute("aria-label") ?? cell.name;
const aside = new Aside((cell) => read(cell.input));
const history = new History(apply, (cell) => cell.input.focus(), undo, redo, unlessMoved((cell) => cell.value, named));

// Puts a text in a cell as one would type it; whether there was such a value.
function put(input, text) {
  const typed = text.trim(), folded = typed.toLowerCase();
  if (input.multiple) {
    const wanted = typed.split(";").map((part) => part.trim());
    for (const option of input.options) option.selected = wanted.includes(option.value) || wanted.includes(option.text);
    return true;
  }
  if (input.tagName === "SELECT") {
    const found = [...input.options].find((option) => [option.value, option.text.trim()].some((said) => said.toLowerCase() === folded));
    if (found) input.value = found.value;
    return Boolean(found);
  }
  const day = input.type === "date" && typed.match(/^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/);
  input.value = day ? `${day[3]}-${day[2].padStart(2, "0")}-${day[1].padStart(2, "0")}` : typed;
  return input.type !== "date" || input.value !== "" || typed === "";
}

function apply(pairs) {
  for (const [cell, value] of pairs) {
    put(cell.input, value);
    cell.value = read(cell.input);
    mark(cell.input, "is-waiting");
  }
  for (const line of new Set(pairs.map(([cell]) => cell.line))) change(line);
}

function change(line) {
  line.stage = ["saving", "again"].includes(line.stage) ? "again" : "waiting";
  tell();
  // A new row is sent when one leaves it: until then what it must have is missing.
  if (line.stage === "waiting" && !(line.isNew && line.tr.contains(document.activeElement))) save(line);
}

function tell() {
  const busy = lines.some((line) => ["saving", "again"].includes(line.stage));
  const stuck = lines.filter((line) => ["wrong", "conflict", "stuck"].includes(line.stage));
  const [refused, ...others] = aside.held;
  retry.hidden = !lines.some((line) => line.stage === "stuck");
  if (busy) say(state, "Enregistrement…", "");
  else if (refused && !others.length && stuck.length < 2) say(state, `Non enregistré, ${named(refused)} : ${refused.refusal.reason}`, "bad");
  else if (stuck.length) say(state, stuck.length > 1 ? `${stuck.length} lignes ne sont pas enregistrées` : "1 ligne n’est pas enregistrée", "bad");
  else say(state, lines.some((line) => line.stage === "waiting") ? "À enregistrer" : "Tout est enregistré", "");
}

// One line after the other: all of them write to one journal.
let turn = Promise.resolve();
function save(line) {
  line.stage = "saving";
  tell();
  turn = turn.then(() => send(line));
}

// What is aside is sent as it is recorded: the rest of its line goes through.
async function send(line) {
  line.stage = "saving";
  const held = aside.held.filter((cell) => cell.line === line), kept = new Set(held.map(({ input }) => input.name));
  const body = new URLSearchParams({ ligne: line.name }), sent = typed.valuesOf(inputs(line).filter(({ name }) => !kept.has(name)));
  const asked = line.cells.filter((cell) => !held.includes(cell)).map((cell) => [cell, read(cell.input)]);
  for (const [name, value] of new FormData(form)) {
    if (name === "csrfmiddlewaretoken") body.append(name, freshToken(value));
    else if (name.startsWith(`${line.name}-`) && !kept.has(name)) body.append(name, value);
  }
  for (const { input, saved: text } of held) for (const value of input.multiple ? text.split(";").filter(Boolean) : [text]) body.append(input.name, value);
  let status = 0, answer = {};
  try {
    const response = await fetch(form.action, { method: "POST", headers: { Accept: "application/json", ...OURS }, body });
    [status, answer] = [response.status, await response.json()];
  } catch { status = 0; }
  const again = line.stage === "again";
  told(line, answer.cells ?? {}, status === 422 ? answer.detail ?? "" : "");
  if (status === 422 && setAside(line, answer.cells ?? {}, asked)) { save(line); return; }
  if (status === 200) saved(line, answer, sent, asked);
  else if (status === 409 && answer.values) conflict(line, answer);
  else {
    line.stage = status === 422 ? "wrong" : "stuck";
    if (status !== 422 && answer.detail) toast(answer.detail);
  }
  if (again && [200, 422].includes(status)) save(line);
  tell();
}

// Each fault at its cell, that of the line or of a column not shown at its head, and none left of those before; what is
// aside keeps its own.
function told(line, faults, whole) {
  const head = line.tr.querySelector("th");
  const held = new Set(aside.held);
  for (const old of line.tr.querySelectorAll(".field-error:not([id^=refus-])")) old.remove();
  for (const cell of line.cells) fault(cell.input, faults[cell.name] ?? (held.has(cell) ? cell.refusal.reason : ""));
  fault(head, whole, head);
}

// What was changed and is refused, of a line that is recorded; whether something else of it is to be sent again without it.
function setAside(line, faults, asked) {
  if (line.isNew) return false;
  const changed = asked.filter(([cell, text]) => text !== cell.saved);
  const refused = changed.filter(([cell]) => faults[cell.name]);
  for (const [cell, text] of refused) aside.put(new Map([[cell, text]]), faults[cell.name]);
  return refused.length > 0 && (changed.length > refused.length || line.ticked);
}

function saved(line, { name, code, seen }, sent, asked) {
  const refused = new Set(aside.held);
  line.stage = line.cells.some((cell) => refused.has(cell)) ? "wrong" : "";
  line.ticked = false;
  for (const [cell, text] of asked) cell.saved = text;
  const held = line.isNew && name ? Object.entries(sent).map(([key, value]) => [key.replace(line.name, name), value]) : Object.entries(sent);
  for (const cell of line.cells) mark(cell.input, refused.has(cell) ? "is-waiting" : "");
  if (line.isNew && name) {
    const old = line.name;
    for (const input of line.tr.querySelectorAll("[name]")) input.name = input.name.replace(old, name);
    const head = line.tr.querySelector("th");
    head.replaceChildren(code, Object.assign(document.createElement("input"), { type: "hidden", name: `${name}-vu` }));
    [line.name, line.isNew] = [name, false];
  }
  const stamp = line.tr.querySelector(`input[name="${line.name}-vu"]`);
  if (stamp) stamp.value = seen;
  typed.recorded(Object.fromEntries(held));
}

function conflict(line, { values, shown, seen, by, code }) {
  line.stage = "conflict";
  const cells = line.cells.filter((cell) => cell.name in values);
  for (const cell of cells) mark(cell.input, "is-conflict");
  const said = (cell) => (cell.input.tagName === "SELECT" ? [...cell.input.selectedOptions].map((o) => o.text).join(", ") : cell.input.value);
  const slots = { name: code, by, mine: cells.map(said).join(" · ") || "–", theirs: cells.map((cell) => shown[cell.name] || "–").join(" · ") };
  ask(conflicts, `conflict-${line.name}`, slots, (side) => {
    line.tr.querySelector(`input[name="${line.name}-vu"]`).value = seen;
    for (const cell of cells) {
      const mine = read(cell.input);
      put(cell.input, values[cell.name]);
      cell.saved = read(cell.input);
      if (side === "take") cell.value = cell.saved;
      else put(cell.input, mine);
    }
    save(line);
    cells[0]?.input.focus();
  });
}

table.addEventListener("change", ({ target }) => {
  const cell = cellOf.get(target);
  if (!cell) { lineOf(target).ticked = true; change(lineOf(target)); }
  else if (read(target) !== cell.value) history.add([{ cell, before: cell.value, after: read(target) }]);
});

// What was typed and not recorded before the page was left is offered again; taken up, it is a gesture like any other.
const inputs = (line) => [...line.tr.querySelectorAll("[name]")];
const typed = watch(form);
form.addEventListener("maillage:filled", () => {
  const cells = lines.flatMap((line) => line.cells).filter((cell) => read(cell.input) !== cell.value);
  if (cells.length) history.add(cells.map((cell) => ({ cell, before: cell.value, after: read(cell.input) })));
  for (const line of lines) if (inputs(line).some((input) => input.type === "checkbox" && input.checked !== input.defaultChecked)) change(line);
});

const rows = lines.map((line) => line.cells);

table.addEventListener("paste", (event) => {
  const from = cellOf.get(event.target);
  const text = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "");
  if (!from || !/[\t\n]/.test(text)) return;
  event.preventDefault();
  const pasted = pastedFrom(event.clipboardData).map((row) => row.map((one) => one.text));
  const pairs = laid(pasted, [[from]], (y, x) => rows[y]?.[x], tooLarge);
  if (!pairs) return;
  const gesture = pairs.map(([cell, after]) => ({ cell, before: cell.value, after }));
  history.add(gesture);
  // A label or a day pasted is read as its value: that is what the cell then holds.
  for (const change of gesture) change.after = change.cell.value;
});

const find = new Find(document.getElementById("grid-find"), {
  cells: () => rows.flat(),
  text: ({ input, line }) => `${line.tr.querySelector("th").textContent} ${input.tagName === "SELECT" ? [...input.selectedOptions].map((one) => one.text).join(" ") : input.value}`,
  go: (cell) => cell.input.focus(),
  current: () => cellOf.get(document.activeElement) ?? rows[0]?.[0],
});

// Ctrl+F, and Ctrl+D: what is above; whether the key was one of them.
function control(event) {
  if (find.key(event)) return true;
  const cell = cellOf.get(event.target);
  if (!cell || event.shiftKey || event.key.toLowerCase() !== "d") return false;
  history.add(filling(rows, [[cell]], true).map(([to, above]) => ({ cell: to, before: to.value, after: above.value })));
  return true;
}

table.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && control(event)) return event.preventDefault();
  if ((event.ctrlKey || event.metaKey) && read(event.target) === cellOf.get(event.target)?.value && history.key(event)) return event.preventDefault();
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key], cell = cellOf.get(event.target);
  if (!step || !cell || event.target.tagName !== "INPUT" || event.target.type === "date") return;
  const next = lines[cell.line.y + step]?.cells[cell.x];
  if (next) { event.preventDefault(); next.input.focus(); next.input.select?.(); }
});

table.addEventListener("focusout", ({ target, relatedTarget }) => {
  const line = lineOf(target);
  if (line?.isNew && line.stage === "waiting" && !line.tr.contains(relatedTarget)) save(line);
});

const waiting = () => lines.filter((line) => ["waiting", "wrong", "stuck"].includes(line.stage));
const sendAll = () => { aside.clear(); waiting().forEach(save); };
form.addEventListener("submit", (event) => { event.preventDefault(); sendAll(); });
retry.addEventListener("click", sendAll);
window.addEventListener("beforeunload", (event) => { if (lines.some((line) => line.stage)) event.preventDefault(); });
