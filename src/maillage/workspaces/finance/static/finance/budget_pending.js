// The amounts and hypotheses not recorded yet, kept through a reload (ui/kept_here.js) and taken up again: each with
// what it was typed upon, so that what somebody else has recorded since is a conflict.
import { kept, Waiting } from "../ui/kept_here.js";

export class Pending extends Waiting {
  constructor(url, lines) {
    super(`attente|${url}`);
    this.lines = lines;
  }

  toKeep(waiting) {
    const held = {};
    for (const line of waiting) {
      const cells = line.cells.filter((cell) => cell.cents !== cell.saved).map(({ x, saved, cents }) => [x, saved, cents]);
      const note = line.note && line.note.value.trim() !== line.said ? [line.said, line.note.value] : null;
      if (cells.length || note) held[line.key] = { version: line.version, cells, note };
    }
    return Object.keys(held).length ? { held } : null;
  }

  // What to take up again, as it was typed: the amounts { cell, after }, and the lines whose hypothesis was.
  taken() {
    const [amounts, noted] = [[], []];
    for (const [key, { version, cells, note }] of Object.entries(kept(this.name)?.held ?? {})) {
      const line = this.lines.find((one) => one.key === key);
      if (!line) continue;
      const open = cells.filter(([x, , cents]) => line.cells[x] && line.cells[x].cents !== cents);
      const isNoted = note && line.note && line.note.value !== note[1];
      if (open.length || isNoted) line.version = version;
      for (const [x, saved, cents] of open) {
        Object.assign(line.cells[x], { saved, cents: saved });
        amounts.push({ cell: line.cells[x], after: cents });
      }
      if (isNoted) {
        [line.said, line.note.value] = note;
        noted.push(line);
      }
    }
    return [amounts, noted];
  }
}
