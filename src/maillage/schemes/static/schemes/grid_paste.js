// What a gesture writes over whole cells: cut, copied, pasted, repeated, changed together. All or nothing: a cell that
// may not be set, or a word that is not understood, and nothing is. What would lose several fields is shown first.
import { copyTo, filling, laid, pastedFrom, repeated, written } from "../ui/grid_block.js";
import { toast, tooLarge } from "../ui/grid_core.js";
import { freshToken, OURS } from "../ui/sending.js";
import { label, said } from "./grid_words.js";
import { backed, bare, differing, rests, same, showing, shownBy, toText, withMode } from "./grid_state.js";

const [SHOWN, FEW] = [60, 4];
// Cells of one gesture whose texts the journal keeps.
const KEPT = 500;
const LETTERS = ["mode", "complementary"];
const cells = (count) => `${count} cellule${count > 1 ? "s" : ""}`;
const stated = (value) => Boolean(value) && value.length > 0 && value !== "?";

// The fields of a cell that would be lost or replaced; a mode and its complementary ones count as one.
function overwritten({ cell, after }) {
  const before = cell.state;
  if (!before) return [];
  const names = differing(before, after).filter((name) => stated(before[name]));
  return names.some((name) => LETTERS.includes(name)) ? ["mode", ...names.filter((name) => !LETTERS.includes(name))] : names;
}

// What a cell becomes to show a value copied from the cell `from`: a value of another cell comes without what it rests
// on (`source`: the value with it, where it has some).
function copied(cell, value, from) {
  if (from === cell.href) return { cell, after: showing(cell, value), own: true };
  const after = showing(cell, bare(value, cell.state));
  return { cell, after, source: rests(value) && !same(after, value) ? value : null };
}

// Where a value shown stands, its own or the network's: the address of that cell.
const standing = (cell) => (cell.state || !cell.entity ? cell.href : cell.href.replace(/[^/]+\/$/, ""));

// Field by field, what would change; `choices`: { text, wanted }, the buttons that do it.
export function preview(into, title, wanted, choices) {
  const box = document.getElementById("grid-preview-box").content.firstElementChild.cloneNode(true);
  box.querySelector("[data-slot=title]").textContent = title;
  const rows = wanted.flatMap(({ cell, after }) => differing(cell.state, after).map((name) => [cell.name, label(name), said(cell, cell.state, name), said(cell, after, name)]));
  for (const texts of rows.slice(0, SHOWN)) {
    const line = box.querySelector("tbody").insertRow();
    for (const text of texts) line.insertCell().textContent = text;
  }
  box.querySelector("[data-slot=more]").textContent = rows.length > SHOWN ? `… et ${rows.length - SHOWN} autres changements.` : "";
  const place = box.querySelector("[data-slot=choices]");
  const none = place.querySelector("[data-none]");
  return new Promise((settle) => {
    const done = (chosen) => { box.remove(); settle(chosen); };
    for (const { text, wanted: those } of choices) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "button is-small", textContent: text });
      button.addEventListener("click", () => done(those));
      none.before(button);
    }
    none.addEventListener("click", () => done(null));
    box.addEventListener("keydown", (event) => { if (event.key === "Escape") done(null); });
    into.replaceChildren(box);
    place.querySelector("button").focus();
    box.scrollIntoView({ block: "nearest" });
  });
}

export class Blocks {
  // grid: { rows, selection(), gesture(wanted), focus(cell), address, token, into }.
  constructor(grid) {
    Object.assign(this, { grid, cut: null });
  }

  // Does it, once agreed where several fields of a cell would be lost. Whether it was done.
  async propose(wanted, verb, isCopy = true) {
    const locked = wanted.filter(({ cell }) => cell.locked).length;
    if (locked) {
      toast(`Rien n’a changé : ${cells(locked)} en lecture seule dans la sélection.`);
      return false;
    }
    const real = wanted.filter(({ cell, after }) => !same(cell.state, after));
    if (!real.length) {
      toast("Rien n’a changé : ces cellules disent déjà cela.");
      this.offer(wanted);
      return true;
    }
    const losing = real.filter((one) => overwritten(one).length);
    let chosen = real;
    if (losing.some((one) => overwritten(one).length > 1)) {
      const choices = [{ text: `${verb} tout`, wanted: real }];
      const letters = real.filter(({ after }) => after).map(({ cell, after }) => ({ cell, after: withMode(cell.state, after.mode, after.complementary) }));
      if (letters.length === real.length && real.some(({ after }, at) => !same(after, letters[at].after))) choices.push({ text: `${verb} les modes seulement`, wanted: letters });
      chosen = await preview(this.grid.into, `${cells(losing.length)} ${losing.length > 1 ? "perdraient" : "perdrait"} ce qui y est dit. Rien n’est encore changé.`, real, choices);
    }
    if (chosen) {
      for (const { cell, own } of chosen) cell.quoted ||= Boolean(own);
      this.grid.gesture(chosen, true, isCopy);
      this.offer(chosen);
    }
    this.grid.focus();
    return Boolean(chosen);
  }

  // Says that values came without what they rest on, and gives it back to whoever means it.
  offer(copies) {
    this.offered = copies.filter(({ source }) => source);
    const bared = this.bared();
    if (!bared.length) return;
    const box = document.getElementById("grid-bared").content.firstElementChild.cloneNode(true);
    const [{ source }] = bared;
    const from = [source.source_document, source.source_page].filter(Boolean).join(", ");
    box.querySelector("[data-slot=title]").textContent = `${cells(bared.length)} sans la source de ce qui est recopié${from ? ` (${from})` : ""}.`;
    const close = () => { box.remove(); this.grid.focus(); };
    box.querySelector("[data-without]").addEventListener("click", close);
    box.querySelector("[data-with]").addEventListener("click", () => {
      const wanted = this.bared().map((one) => ({ cell: one.cell, after: backed(one.cell.state, one.source) }));
      close();
      this.grid.gesture(wanted);
    });
    this.grid.into.replaceChildren(box);
    box.scrollIntoView({ block: "nearest" });
  }

  // Those of the cells last offered their source which still hold the value, and none.
  bared() {
    return (this.offered ?? []).filter(({ cell, after }) => cell.state && cell.state.mode === after.mode && !rests(cell.state));
  }

  // What is offered of cells that hold it no longer is taken back.
  moved() {
    const box = this.grid.into.querySelector("[data-bared]");
    if (box && !this.bared().length) box.remove();
  }

  // Suppr: what loses more than modes is shown first; what is emptied is named, with the way back.
  async empty() {
    const wanted = this.grid.selection().flat().map((cell) => ({ cell, after: null }));
    const held = wanted.filter(({ cell }) => cell.state && !cell.locked);
    const open = wanted.filter(({ cell }) => !cell.locked);
    if (!(await this.propose(open.length ? open : wanted, "Vider", false)) || !held.length) return;
    const names = held.slice(0, FEW).map(({ cell }) => cell.name).join(" ; ");
    const more = held.length > FEW ? ` et ${held.length - FEW} autres` : "";
    toast(`${cells(held.length)} vidée${held.length > 1 ? "s" : ""} : ${names}${more}. « Défaire » ${held.length > 1 ? "les" : "la"} rend${held.length > KEPT ? "" : " ; le journal en garde les textes"}.`);
    if (wanted.length > open.length) toast(`${cells(wanted.length - open.length)} en lecture seule, laissée${wanted.length - open.length > 1 ? "s" : ""} de côté.`);
  }

  copy(clipboard, isCut) {
    const block = this.grid.selection();
    copyTo(clipboard, block.map((row) => row.map((cell) => ({ text: toText(shownBy(cell)), held: { value: shownBy(cell), from: standing(cell) } }))));
    this.release();
    if (!isCut) return;
    this.cut = { text: clipboard.getData("text/plain"), cells: block.flat() };
    for (const { td } of this.cut.cells) td.classList.add("is-cut");
  }

  // What was cut stays where it is.
  release() {
    for (const { td } of this.cut?.cells ?? []) td.classList.remove("is-cut");
    this.cut = null;
  }

  async paste(clipboard) {
    const text = clipboard.getData("text/plain");
    const pasted = pastedFrom(clipboard);
    if (!pasted.length) { toast("Rien n’est collé : il n’y a rien de copié."); return; }
    const ours = pasted.every((row) => row.every(({ held }) => held?.from !== undefined));
    const block = ours ? pasted.map((row) => row.map(({ held }) => held)) : await this.understood(pasted);
    if (!block) return;
    const pairs = laid(block, this.grid.selection(), (y, x) => this.grid.rows[y]?.[x], tooLarge);
    if (!pairs) return;
    const read = (cell, value) => (ours ? copied(cell, value.value, value.from) : { cell, after: withMode(cell.state, ...value) });
    const wanted = pairs.filter(([, value]) => value).map(([cell, value]) => read(cell, value));
    const moved = this.cut?.text === text ? this.cut.cells : [];
    const onto = new Set(wanted.map(({ cell }) => cell));
    const emptied = moved.filter((cell) => !onto.has(cell)).map((cell) => ({ cell, after: null }));
    if (await this.propose([...wanted, ...emptied], moved.length ? "Déplacer" : "Coller")) this.release();
  }

  // The modes a block of words stands for, as the server reads them; null, once told, where one is none.
  async understood(pasted) {
    try {
      const answer = await fetch(this.grid.address, {
        method: "POST", body: written(pasted.map((row) => row.map(({ text }) => text))),
        headers: { "Content-Type": "text/plain", "X-CSRFToken": freshToken(this.grid.token), Accept: "application/json", ...OURS },
      });
      const body = await answer.json();
      if (answer.ok) return body.rows;
      toast(body.detail);
    } catch {
      toast("Rien n’est collé : le bloc n’a pas pu être lu, vérifier la connexion.");
    }
    return null;
  }

  // Ctrl+D and Ctrl+R.
  fill(down) {
    this.repeat(filling(this.grid.rows, this.grid.selection(), down));
  }

  // From the handle of what is selected to another cell, along the way that goes further.
  stretched({ top, left, bottom, right }, { y, x }) {
    const [up, below, before, beyond] = [top - y, y - bottom, left - x, x - right];
    if (Math.max(up, below) >= Math.max(before, beyond)) return { top: Math.min(top, y), bottom: Math.max(bottom, y), left, right };
    return { top, bottom, left: Math.min(left, x), right: Math.max(right, x) };
  }

  stretch(source, target) {
    this.repeat(repeated(this.grid.rows, source, target));
  }

  repeat(pairs) {
    if (pairs.length) this.propose(pairs.map(([cell, from]) => copied(cell, shownBy(from), standing(from))), "Recopier");
    else toast("Rien n’est recopié : la sélection est au bord de la grille.");
  }
}
