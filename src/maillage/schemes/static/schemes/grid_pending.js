// The gestures a grid has not recorded yet, kept through a reload (ui/kept_here.js) and taken up again: each cell with
// what it was typed upon, so that what somebody else has recorded since is a conflict, never written over.
import { kept, Waiting } from "../ui/kept_here.js";
import { merged, same } from "./grid_state.js";

// A conflict that nobody settled is kept as typed upon what was seen before it: it is one again when it is taken up.
function unsettled({ state, saved, version, conflict, base }) {
  return conflict ? { ...base, state: merged(saved, state, base.saved) } : { state, saved, version };
}

export class Pending extends Waiting {
  constructor(url, rows) {
    super(`attente|${url}`);
    this.cells = new Map(rows.flat().map((cell) => [cell.key, cell]));
  }

  get held() { return kept(this.name)?.cells ?? {}; }

  toKeep(waiting) {
    // Those of another view of the same draft stay as they are.
    const cells = Object.fromEntries(Object.entries(this.held).filter(([key]) => !this.cells.has(key)));
    for (const cell of waiting) cells[cell.key] = { ...unsettled(cell), cited: cell.cited, page: location.href };
    return Object.keys(cells).length ? { cells } : null;
  }

  // The cells to take up again, as they were typed: { cell, after }.
  taken() {
    const back = [];
    for (const [key, { state, saved, version, cited }] of Object.entries(this.held)) {
      const cell = this.cells.get(key);
      if (!cell || cell.locked || (same(cell.state, state) && !cited)) continue;
      Object.assign(cell, { state: saved, saved, version, cited });
      back.push({ cell, after: state });
    }
    return back;
  }

  // How many wait in another view, and its address.
  get elsewhere() {
    const others = Object.entries(this.held).filter(([key]) => !this.cells.has(key));
    return { count: others.length, page: others[0]?.[1].page ?? "" };
  }
}
