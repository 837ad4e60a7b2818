// What every grid does with its cells, whatever they hold: gestures undone and redone, rectangles, conflicts settled
// by hand. A gesture is the list of the cells it changes: { cell, before, after }.
export const toast = (text) => document.dispatchEvent(new CustomEvent("maillage:toast", { detail: text }));
export const tooLarge = (dy, dx) => toast(`Rien n’est collé : le bloc dépasse la grille (sa ligne ${dy + 1}, sa colonne ${dx + 1}).`);

export const TYPED_IN = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, [contenteditable], dialog";

// How a change is taken back where nothing else is known of a cell: what it has become since is kept, and said.
export const unlessMoved = (held, name) => (cell, from, to) => {
  if (held(cell) === from) return to;
  toast(`${name(cell)} : rien à défaire, la valeur mise depuis est gardée.`);
  return held(cell);
};

export class History {
  // apply([[cell, value], …]) writes; arrive(cell) goes to the first cell of what was undone or redone.
  // retrace(cell, from, to): what a cell becomes when a change is taken back; where somebody else has since set what
  // it holds, that is kept.
  constructor(apply, arrive, undoButton, redoButton, retrace = (cell, from, to) => to) {
    Object.assign(this, { apply, arrive, undoButton, redoButton, retrace, done: [], undone: [] });
    undoButton.addEventListener("click", () => this.undo());
    redoButton.addEventListener("click", () => this.redo());
    // Wherever one is in the page, but where the key is the field’s own, or what is open over the grid.
    document.addEventListener("keydown", (event) => {
      const isKey = (event.ctrlKey || event.metaKey) && !event.altKey && !event.defaultPrevented;
      if (isKey && !event.target.closest?.(TYPED_IN) && this.key(event)) event.preventDefault();
    });
  }

  add(gesture) {
    if (!gesture.length) return;
    this.done.push(gesture);
    this.undone.length = 0;
    this.play(gesture, "after");
  }

  play(gesture, side, value = (change) => change[side]) {
    this.apply(gesture.map((change) => [change.cell, value(change)]));
    this.undoButton.disabled = !this.done.length;
    this.redoButton.disabled = !this.undone.length;
  }

  travel(from, to, side) {
    const last = from.pop();
    if (!last) return;
    to.push(last);
    const other = side === "before" ? "after" : "before";
    this.play(last, side, (change) => this.retrace(change.cell, change[other], change[side]));
    this.arrive(last[0].cell);
  }

  // What was recorded under the gestures about a cell has changed: rebase(value) gives what each would now stand on.
  rebase(cell, rebase) {
    for (const change of [...this.done, ...this.undone].flat().filter((one) => one.cell === cell)) {
      Object.assign(change, { before: rebase(change.before), after: rebase(change.after) });
    }
  }

  undo() { this.travel(this.done, this.undone, "before"); }

  redo() { this.travel(this.undone, this.done, "after"); }

  // Ctrl+Z, Ctrl+Y and Ctrl+Maj+Z; whether the key was one of them.
  key(event) {
    const name = event.key.toLowerCase();
    if (name === "z" && !event.shiftKey) this.undo();
    else if (name === "y" || name === "z") this.redo();
    else return false;
    return true;
  }
}

// The cells between two corners, each [row, column], row by row.
export function rectangle(rows, [y, x], [y2, x2]) {
  const [top, bottom, left, right] = [Math.min(y, y2), Math.max(y, y2), Math.min(x, x2), Math.max(x, x2)];
  return rows.slice(top, bottom + 1).map((row) => row.slice(left, right + 1));
}

// Marks a cell as being saved, waiting or in conflict; "" for none of them.
export function mark(element, status) {
  for (const name of ["is-saving", "is-waiting", "is-conflict"]) element.classList.toggle(name, name === status);
}

let faults = 0;
// Why what a field holds is refused, told at it; "" for nothing. `place`: where it is written.
export function fault(field, reason, place = field.parentElement) {
  const said = document.getElementById(field.dataset.refus);
  if (said && said.textContent === reason) return;
  const ids = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== field.dataset.refus);
  said?.remove();
  delete field.dataset.refus;
  if (reason) {
    field.dataset.refus = `refus-${faults += 1}`;
    ids.push(field.dataset.refus);
    place.append(Object.assign(document.createElement("p"), { id: field.dataset.refus, className: "field-error", textContent: reason }));
  }
  for (const [name, text] of [["aria-invalid", reason && "true"], ["aria-describedby", ids.join(" ")]]) {
    if (text) field.setAttribute(name, text);
    else field.removeAttribute(name);
  }
}

// Where a grid says what it is doing.
export function say(line, text, kind) {
  if (line.textContent !== text) line.textContent = text;
  line.dataset.kind = kind;
}

// Both values of a cell that somebody else has changed, and the choice: settle("keep") or settle("take").
export function ask(into, id, slots, settle) {
  document.getElementById(id)?.remove();
  const box = document.getElementById("grid-conflict").content.firstElementChild.cloneNode(true);
  box.id = id;
  for (const [slot, text] of Object.entries(slots)) box.querySelector(`[data-slot=${slot}]`).textContent = text;
  for (const side of ["keep", "take"]) {
    box.querySelector(`[data-${side}]`).addEventListener("click", () => { box.remove(); settle(side); });
  }
  into.append(box);
}
