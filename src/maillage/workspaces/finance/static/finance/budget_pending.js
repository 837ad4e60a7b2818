// The amounts and hypotheses not recorded yet, kept through a reload (ui/kept_here.js) and taken up again: each with
// what it was typed upon, so that what somebody else has recorded since is a conflict, and stays one until it is settled.
// What is no amount is kept as it was typed.
import { kept, Waiting } from "../ui/kept_here.js";

// A conflict that nobody settled is kept as typed upon what was seen before it, with what it told and of whom: another
// month of its line may have been recorded since by somebody else.
const seen = (cell) => (cell.conflict ? cell.base : { saved: cell.saved, version: cell.line.version });

export class Pending extends Waiting {
  constructor(url, lines) {
    super(`attente|${url}`);
    this.lines = lines;
  }

  toKeep({ waiting, wrong }) {
    const held = {};
    for (const line of waiting) {
      const open = line.cells.filter((cell) => cell.conflict || cell.cents !== cell.saved);
      const cells = open.map((cell) => [cell.x, seen(cell).saved, cell.cents, ...(cell.conflict ? [cell.saved, cell.conflict] : [])]);
      const { conflict, base } = line.hypothesis ?? {};
      const version = Math.min(line.version, ...open.map((cell) => seen(cell).version), ...(conflict ? [base.version] : []));
      const said = conflict ? base.saved : line.said;
      const note = line.note && line.note.value.trim() !== said ? [said, line.note.value, ...(conflict ? [line.said, conflict] : [])] : null;
      if (cells.length || note) held[line.key] = { version, cells, note };
    }
    for (const [{ line, x }, text] of wrong) {
      const one = (held[line.key] ??= { version: line.version, cells: [] });
      (one.wrong ??= []).push([x, text]);
    }
    return Object.keys(held).length ? { held } : null;
  }

  // What to take up again, as it was typed: the amounts { cell, after }, the lines whose hypothesis was, and what is no
  // amount [cell, text].
  taken() {
    const [amounts, noted, wrong] = [[], [], []];
    for (const [key, { version, cells, note, wrong: texts = [] }] of Object.entries(kept(this.name)?.held ?? {})) {
      const line = this.lines.find((one) => one.key === key);
      if (!line) continue;
      const open = cells.filter(([x, , cents]) => line.cells[x] && line.cells[x].cents !== cents);
      const isNoted = note && line.note && line.note.value !== note[1];
      if (open.length || isNoted) line.version = version;
      for (const [x, saved, cents, theirs, by] of open) {
        Object.assign(line.cells[x], { saved, cents: saved, told: { theirs, by } });
        amounts.push({ cell: line.cells[x], after: cents });
      }
      if (isNoted) {
        const [said, text, theirs, by] = note;
        line.said = said;
        line.note.value = text;
        line.hypothesis.told = { theirs, by };
        noted.push(line);
      }
      for (const [x, text] of texts) wrong.push([line.cells[x] ?? line.total, text]);
    }
    return [amounts, noted, wrong];
  }
}
