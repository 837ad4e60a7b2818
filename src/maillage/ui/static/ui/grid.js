// The editing grid: a table[role=grid] whose cells carry their address (data-p, -m, -e), what they hold
// (data-mode, -more) and the version read (data-v). Every gesture is an edit; edits leave in one request
// at a time, merged by cell; a conflict is shown, never overwritten.
const grid = document.getElementById("grid");
const state = document.getElementById("grid-state");
const conflicts = document.getElementById("grid-conflicts");
const undoButton = document.getElementById("grid-undo");
const redoButton = document.getElementById("grid-redo");
const WORDS = { "?": "non renseigné", "-": "sans objet" };
const CLASS = { "?": "m-u", "-": "m-n", A: "m-A", C: "m-C", H: "m-H", M: "m-M", I: "m-I" };
const token = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";

const rows = [...grid.querySelectorAll("tr[data-row]")].map((row) => [...row.querySelectorAll("td")]);
const at = new Map();
rows.forEach((row, y) => row.forEach((cell, x) => at.set(cell, [y, x])));
const byKey = new Map(rows.flat().map((cell) => [key(cell), cell]));
let current = rows[0]?.[0];
let anchor = current;
const pending = new Map();
let inFlight = null;
let failed = false;
const done = [];
const undone = [];

function key(cell) { return [cell.dataset.p, cell.dataset.m, cell.dataset.e].join("|"); }
function held(cell) { return { mode: cell.dataset.mode, more: cell.dataset.more }; }
function same(a, b) { return a.mode === b.mode && a.more === b.more; }
function locked(cell) { return cell.getAttribute("aria-readonly") === "true"; }

function paint(cell) {
  const own = cell.dataset.mode;
  const mode = own || cell.dataset.inherited || "?";
  cell.classList.remove(...Object.values(CLASS));
  cell.classList.add(CLASS[mode]);
  const inherited = !own && cell.dataset.e !== "";
  cell.classList.toggle("is-inherited", inherited);
  const link = cell.firstElementChild;
  link.textContent = "";
  if (WORDS[mode]) link.append(hidden(WORDS[mode]));
  else {
    link.append(mode);
    if (cell.dataset.more) {
      const sup = document.createElement("sup");
      sup.textContent = cell.dataset.more;
      link.append(sup);
    }
  }
  if (inherited) link.append(hidden(" valeur du réseau"));
}

function hidden(text) {
  const span = document.createElement("span");
  span.className = "vh";
  span.textContent = text;
  return span;
}

function selection() {
  const [[y1, x1], [y2, x2]] = [at.get(anchor), at.get(current)];
  const cells = [];
  for (let y = Math.min(y1, y2); y <= Math.max(y1, y2); y += 1) {
    cells.push(rows[y].slice(Math.min(x1, x2), Math.max(x1, x2) + 1));
  }
  return cells;
}

function focus(cell, extend = false) {
  if (!cell) return;
  current.tabIndex = -1;
  current = cell;
  if (!extend) anchor = cell;
  current.tabIndex = 0;
  current.focus();
  current.scrollIntoView({ block: "nearest", inline: "nearest" });
  const chosen = new Set(selection().flat());
  for (const each of at.keys()) {
    const on = chosen.has(each);
    if (on !== each.classList.contains("is-selected")) each.classList.toggle("is-selected", on);
    if (on) each.setAttribute("aria-selected", "true");
    else each.removeAttribute("aria-selected");
  }
}

function set(cell, value) {
  cell.dataset.mode = value.mode;
  cell.dataset.more = value.mode && !WORDS[value.mode] ? value.more.replace(value.mode, "") : "";
  paint(cell);
  cell.classList.remove("is-conflict");
  cell.classList.add("is-saving");
  pending.set(key(cell), cell);
}

// One gesture: the cells it changes, before and after. It is what undo takes back.
function gesture(changes, remember = true) {
  const real = changes.filter(({ cell, after }) => !locked(cell) && !same(held(cell), after))
    .map(({ cell, after }) => ({ cell, before: held(cell), after }));
  const refused = changes.some(({ cell }) => locked(cell));
  if (refused) toast("Certaines cellules ne sont pas dans vos mandats : elles n’ont pas changé.");
  if (!real.length) return;
  for (const { cell, after } of real) set(cell, after);
  if (remember) { done.push(real); undone.length = 0; }
  buttons();
  save();
}

function undo(from, to) {
  const last = from.pop();
  if (!last) return;
  const back = last.map(({ cell, before, after }) => ({ cell, before: after, after: before }));
  to.push(back);
  gesture(back.map(({ cell, after }) => ({ cell, after })), false);
  focus(last[0].cell);
}

function buttons() {
  undoButton.disabled = !done.length;
  redoButton.disabled = !undone.length;
}

function say(text) { state.textContent = text; }
function toast(message) { document.dispatchEvent(new CustomEvent("maillage:toast", { detail: { message } })); }

async function save() {
  if (inFlight || !pending.size) return;
  inFlight = new Map(pending);
  pending.clear();
  say("Enregistrement…");
  const sent = new Map([...inFlight].map(([k, cell]) => [k, held(cell)]));
  const edits = [...inFlight.values()].map((cell) => ({
    process: cell.dataset.p, milestone: cell.dataset.m, entity: cell.dataset.e,
    expected: Number(cell.dataset.v),
    changes: cell.dataset.mode ? { mode: cell.dataset.mode, complementary: cell.dataset.more } : null,
  }));
  let answer, body;
  try {
    answer = await fetch(grid.dataset.url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token(), Accept: "application/json" },
      body: JSON.stringify({ edits }),
    });
    body = await answer.json();
  } catch {
    answer = null;
  }
  const batch = inFlight;
  inFlight = null;
  if (answer?.ok) saved(batch, body);
  else if (answer?.status === 409 && body?.conflicts) collide(batch, body, sent);
  else if (answer && answer.status < 500) refuse(batch, body);
  else retry(batch);
}

function saved(batch, body) {
  failed = false;
  for (const [k, cell] of batch) {
    cell.dataset.v = body.versions[k] ?? cell.dataset.v;
    if (!pending.has(k)) cell.classList.remove("is-saving");
  }
  if (pending.size) save();
  else say(`Enregistré à ${new Date().toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" })}`);
}

function collide(batch, body, sent) {
  const lost = new Map(body.conflicts.map((c) => [[c.process, c.milestone, c.entity].join("|"), c]));
  for (const [k, cell] of batch) {
    const conflict = lost.get(k);
    if (!conflict) { if (!pending.has(k)) pending.set(k, cell); continue; }
    pending.delete(k);
    cell.dataset.v = conflict.version;
    Object.assign(cell.dataset, { mode: conflict.mode, more: conflict.complementary });
    paint(cell);
    cell.classList.remove("is-saving");
    cell.classList.add("is-conflict");
    offer(cell, conflict, sent.get(k));
  }
  say(lost.size === 1 ? "1 conflit à régler" : `${lost.size} conflits à régler`);
  save();
}

function offer(cell, conflict, mine) {
  const name = cell.parentElement.firstElementChild.textContent;
  const box = document.createElement("div");
  box.className = "note is-warn";
  const text = document.createElement("p");
  text.className = "note-title";
  const label = (mode) => mode || "vide";
  text.textContent = `${name}, ${cell.dataset.m} : votre valeur ${label(mine.mode)}, valeur enregistrée `
    + `${label(conflict.mode)} par ${conflict.by || "une autre personne"}.`;
  const keep = document.createElement("button");
  keep.className = "button is-small";
  keep.textContent = "Garder la mienne";
  keep.addEventListener("click", () => { box.remove(); gesture([{ cell, after: mine }]); focus(cell); });
  const take = document.createElement("button");
  take.className = "button is-small is-quiet";
  take.textContent = "Prendre la leur";
  take.addEventListener("click", () => { box.remove(); cell.classList.remove("is-conflict"); say(""); focus(cell); });
  const actions = document.createElement("p");
  actions.append(keep, " ", take);
  box.append(text, actions);
  conflicts.append(box);
}

function refuse(batch, body) {
  for (const cell of batch.values()) { cell.classList.remove("is-saving"); cell.classList.add("is-conflict"); }
  say("Refusé");
  toast(body?.detail || "La modification est refusée : recharger la page.");
}

function retry(batch) {
  failed = true;
  for (const [k, cell] of batch) if (!pending.has(k)) pending.set(k, cell);
  const count = pending.size;
  say(`Hors ligne : ${count} modification${count > 1 ? "s" : ""} en attente`);
  setTimeout(save, 3000);
}

async function paste(text) {
  const answer = await fetch(grid.dataset.paste, {
    method: "POST", body: text,
    headers: { "Content-Type": "text/plain", "X-CSRFToken": token(), Accept: "application/json" },
  });
  const body = await answer.json();
  if (!answer.ok) { toast(body.detail); return; }
  const [y, x] = at.get(selection()[0][0]);
  const changes = [];
  for (const [dy, line] of body.rows.entries()) {
    for (const [dx, value] of line.entries()) {
      const cell = rows[y + dy]?.[x + dx];
      if (!cell) { toast(`Le bloc dépasse la grille : ligne ${dy + 1}, colonne ${dx + 1}. Rien n’est collé.`); return; }
      if (value) changes.push({ cell, after: { mode: value[0], more: value[1] } });
    }
  }
  gesture(changes);
}

function toggle(cell, letter) {
  const value = held(cell);
  if (!value.mode || WORDS[value.mode] || value.mode === letter) return value;
  const more = new Set(value.more);
  if (!more.delete(letter)) more.add(letter);
  return { mode: value.mode, more: [...more].sort().join("") };
}

function move(event) {
  const [y, x] = at.get(current);
  const steps = {
    ArrowUp: [y - 1, x], ArrowDown: [y + 1, x], ArrowLeft: [y, x - 1], ArrowRight: [y, x + 1],
    Home: [event.ctrlKey ? 0 : y, 0], End: [event.ctrlKey ? rows.length - 1 : y, rows[y].length - 1],
    PageUp: [Math.max(0, y - 12), x], PageDown: [Math.min(rows.length - 1, y + 12), x],
  };
  const step = steps[event.key];
  if (!step) return false;
  focus(rows[step[0]]?.[step[1]], event.shiftKey);
  return true;
}

function command(event) {
  const name = event.key.toLowerCase();
  if (name === "z" && !event.shiftKey) undo(done, undone);
  else if (name === "y" || name === "z") undo(undone, done);
  else return false;
  buttons();
  return true;
}

function type(event) {
  const letter = event.key.toUpperCase();
  const cells = selection().flat();
  if (event.key === "Delete" || event.key === "Backspace") gesture(cells.map((cell) => ({ cell, after: { mode: "", more: "" } })));
  else if (event.key === "Enter" || event.key === "F2") location.assign(current.firstElementChild.href);
  else if (event.key.length === 1 && "ACHMI".includes(letter)) {
    gesture(cells.map((cell) => ({ cell, after: event.shiftKey ? toggle(cell, letter) : { mode: letter, more: held(cell).more } })));
  } else if (WORDS[event.key]) gesture(cells.map((cell) => ({ cell, after: { mode: event.key, more: "" } })));
  else return false;
  return true;
}

if (current) {
  for (const cell of at.keys()) { cell.tabIndex = -1; cell.firstElementChild.tabIndex = -1; }
  current.tabIndex = 0;
  grid.addEventListener("keydown", (event) => {
    if (event.altKey) return;
    const control = event.ctrlKey || event.metaKey;
    const handled = move(event) || (control ? command(event) : type(event));
    if (handled) event.preventDefault();
  });
  grid.addEventListener("click", (event) => {
    const cell = event.target.closest("td");
    if (!cell || event.ctrlKey || event.metaKey) return;
    if (matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    focus(cell, event.shiftKey);
  });
  grid.addEventListener("dblclick", (event) => {
    const cell = event.target.closest("td");
    if (cell) location.assign(cell.firstElementChild.href);
  });
  document.addEventListener("copy", (event) => {
    if (!grid.contains(document.activeElement)) return;
    const text = selection().map((row) => row.map((cell) => [cell.dataset.mode, ...cell.dataset.more].filter(Boolean).join("+")).join("\t")).join("\r\n");
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
  });
  document.addEventListener("paste", (event) => {
    if (!grid.contains(document.activeElement)) return;
    event.preventDefault();
    paste(event.clipboardData.getData("text/plain"));
  });
  undoButton.addEventListener("click", () => { undo(done, undone); buttons(); });
  redoButton.addEventListener("click", () => { undo(undone, done); buttons(); });
  addEventListener("online", save);
  addEventListener("beforeunload", (event) => { if (pending.size || inFlight || failed) event.preventDefault(); });
}
