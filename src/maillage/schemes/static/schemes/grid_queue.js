// Saves the cells whose state is not the recorded one: one request in flight, merged by cell since only the
// difference with what is recorded is sent. Nothing is dropped: what fails waits, what conflicts is shown, what is refused
// is set aside with its reason, together, until one of its cells is another.
import { Sending, plural } from "../ui/sending.js";
import { changes, differing, full, merged, same } from "./grid_state.js";

const MOST = 2000;

export class Queue extends Sending {
  add(cell) {
    this.waiting.add(cell);
    this.send();
  }

  ready() {
    for (const { states } of new Set([...this.waiting].flatMap((cell) => cell.refusal ?? []))) {
      if ([...states].some(([cell, state]) => !same(cell.state, state))) for (const cell of states.keys()) delete cell.refusal;
    }
    for (const cell of this.waiting) {
      if (!cell.conflict && !cell.cited && same(cell.saved, cell.state)) { this.waiting.delete(cell); this.shown.cell(cell, ""); }
    }
    return [...this.waiting].filter((cell) => !cell.conflict && !cell.refusal).slice(0, MOST);
  }

  retry() {
    for (const cell of this.waiting) delete cell.refusal;
    super.retry();
  }

  async send() {
    if (this.flying || this.blocked) return this.say();
    const cells = this.ready();
    if (!cells.length) return this.say();
    this.flying = new Map(cells.map((cell) => [cell.key, { cell, state: cell.state }]));
    this.say();
    for (const cell of cells) this.shown.cell(cell, "is-saving");
    const edits = cells.map(({ process, milestone, entity, saved, state, version, cited }) => (
      { process, milestone, entity, expected: version, changes: changes(saved, state), cited: Boolean(cited) }));
    this.settle(this.flying, await this.post({ edits }));
  }

  recorded(batch, body) {
    this.arrived();
    for (const [key, { cell, state }] of batch) Object.assign(cell, { saved: state, cited: false, version: body.versions[key] ?? cell.version });
    this.send();
  }

  collided(batch, conflicts) {
    for (const conflict of conflicts) {
      const { cell } = batch.get([conflict.process, conflict.milestone, conflict.entity].join("|")) ?? {};
      if (!cell) continue;
      const [base, theirs, mine] = [cell.saved, full(conflict.state), cell.state];
      const typed = differing(base, mine);
      // What nobody typed here is as it is recorded, and so does undoing leave it.
      Object.assign(cell, { saved: theirs, version: conflict.version, state: merged(base, mine, theirs) });
      this.shown.rebased(cell, (state) => merged(base, state, theirs));
      cell.since = differing(base, theirs).filter((name) => !typed.includes(name));
      if (same(cell.saved, cell.state)) continue;
      cell.conflict = conflict.by;
      this.shown.cell(cell, "is-conflict");
      this.shown.conflict(cell);
    }
    this.send();
  }

  refused(batch, { status, body }) {
    if (status === 422) {
      const states = new Map([...batch.values()].map(({ cell, state }) => [cell, state]));
      const refusal = { reason: body?.detail ?? "valeur refusée.", states };
      for (const cell of states.keys()) {
        cell.refusal = refusal;
        this.shown.cell(cell, "is-waiting");
      }
      this.send();
      return;
    }
    this.blocked = body?.detail || (status === 404
      ? "L’édition n’est plus accessible : se reconnecter dans un autre onglet, puis réessayer."
      : "L’enregistrement est refusé : recharger la page, puis reprendre.");
    for (const { cell } of batch.values()) this.shown.cell(cell, "is-waiting");
    this.say();
  }

  failed(batch) {
    this.offline = true;
    for (const { cell } of batch.values()) this.shown.cell(cell, "is-waiting");
    this.later();
  }

  // Gives up what a refusal keeps from being recorded: back to what the server holds.
  abandon() {
    const [set, others] = [[...this.waiting].filter((cell) => cell.refusal), [...this.waiting].filter((cell) => !cell.conflict)];
    for (const cell of set.length ? set : others) { delete cell.refusal; Object.assign(cell, { state: cell.saved, cited: false }); this.waiting.delete(cell); this.shown.cell(cell, ""); }
    this.blocked = "";
    this.send();
  }

  say() {
    const conflicts = [...this.waiting].filter((cell) => cell.conflict).length;
    const refused = [...this.waiting].filter((cell) => cell.refusal);
    const waiting = this.waiting.size - conflicts - refused.length;
    let text = this.lastSaved;
    let kind = "saved";
    if (conflicts) [text, kind] = [`${plural(conflicts, "conflit")} à régler`, "conflict"];
    if (refused.length) {
      const where = refused.length > 1 ? plural(refused.length, "cellule") : refused[0].name;
      [text, kind] = [`Non enregistré, ${where} : ${refused[0].refusal.reason}`, "blocked"];
    }
    if (this.flying && !this.offline) [text, kind] = ["Enregistrement…", "saving"];
    if (this.offline && waiting) [text, kind] = [`Hors ligne : ${waiting > 1 ? `${waiting} modifications` : "1 modification"} en attente`, "offline"];
    if (this.blocked) [text, kind] = [`Non enregistré : ${this.blocked}`, "blocked"];
    this.shown.state(text, kind);
  }
}
