// Saves the cells whose state is not the recorded one: one request in flight, merged by cell since only the
// difference with what is recorded is sent. Nothing is dropped: what fails waits, what conflicts is shown, what is refused
// is set aside (ui/sending.js) until it is another.
import { Sending, plural } from "../ui/sending.js";
import { apart, changes, full, merged, same } from "./grid_state.js";

const MOST = 2000;

export class Queue extends Sending {
  add(cell) {
    this.waiting.add(cell);
    this.send();
  }

  asks({ state }) {
    return JSON.stringify(full(state));
  }

  ready() {
    for (const cell of this.waiting) {
      if (!cell.conflict && !cell.cited && same(cell.saved, cell.state)) { this.aside.leave(cell); this.waiting.delete(cell); this.shown.cell(cell, ""); }
    }
    const aside = new Set(this.aside.held);
    return [...this.waiting].filter((cell) => !cell.conflict && !aside.has(cell)).slice(0, MOST);
  }

  // Once a cell is recorded, or waits for another reason: why it is refused, undefined where it is not.
  settled(cell) {
    if (!this.waiting.has(cell) || cell.conflict || cell.refusal || this.blocked || this.offline) return Promise.resolve(cell.refusal);
    return new Promise((told) => { cell.told = told; });
  }

  async send() {
    if (this.flying || this.blocked) return this.say();
    const cells = this.ready();
    if (!cells.length) return this.say();
    this.flying = new Map(cells.map((cell) => [cell.key, { cell, state: cell.state }]));
    this.say();
    for (const cell of cells) this.shown.cell(cell, "is-saving");
    const edits = cells.map(({ process, milestone, entity, saved, state, version, cited, quoted }) => (
      { process, milestone, entity, expected: version, changes: changes(saved, state), cited: Boolean(cited), quoted: Boolean(quoted) }));
    this.settle(this.flying, await this.post({ edits }));
  }

  recorded(batch, body) {
    this.arrived();
    for (const [key, { cell, state }] of batch) Object.assign(cell, { saved: state, cited: false, quoted: cell.quoted && !same(cell.state, state), version: body.versions[key] ?? cell.version });
    this.send();
  }

  collided(batch, conflicts) {
    for (const conflict of conflicts) {
      const { cell } = batch.get([conflict.process, conflict.milestone, conflict.entity].join("|")) ?? {};
      if (!cell) continue;
      const [base, theirs, mine] = [cell.saved, full(conflict.state), cell.state];
      const typed = apart(base, mine);
      cell.base = { saved: base, version: cell.version };
      // What nobody typed here is as it is recorded, and so does undoing leave it.
      Object.assign(cell, { saved: theirs, version: conflict.version, state: merged(base, mine, theirs) });
      this.shown.rebased(cell, (state) => merged(base, state, theirs));
      cell.moved = apart(base, theirs);
      cell.since = cell.moved.filter((name) => !typed.includes(name));
      if (same(cell.saved, cell.state)) continue;
      cell.conflict = conflict.by;
      this.shown.cell(cell, "is-conflict");
      this.shown.conflict(cell);
    }
    this.send();
  }

  refused(batch, answer) {
    const { status, body } = answer;
    const sent = new Map([...batch.values()].map(({ cell, state }) => [cell, this.asks({ state })]));
    const named = (body?.refused ?? []).map((one) => [batch.get([one.process, one.milestone, one.entity].join("|"))?.cell, one]).filter(([cell]) => cell);
    if (this.isSetAside(sent, answer, named)) {
      for (const cell of this.aside.held) this.shown.cell(cell, "is-waiting");
      this.send();
      return;
    }
    this.blocked = body?.detail || (status === 404
      ? "L’édition n’est plus accessible : se reconnecter dans un autre onglet, puis réessayer."
      : "L’enregistrement est refusé : recharger la page, puis reprendre.");
    for (const cell of sent.keys()) this.shown.cell(cell, "is-waiting");
    this.say();
  }

  failed(batch) {
    this.offline = true;
    for (const { cell } of batch.values()) this.shown.cell(cell, "is-waiting");
    this.later();
  }

  get givenUp() {
    const { held } = this.aside;
    return held.length ? held : [...this.waiting].filter((cell) => !cell.conflict);
  }

  // Gives up what a refusal keeps from being recorded: back to what the server holds.
  abandon() {
    for (const cell of this.givenUp) { this.aside.leave(cell); Object.assign(cell, { state: cell.saved, cited: false, quoted: false }); this.waiting.delete(cell); this.shown.cell(cell, ""); }
    this.blocked = "";
    this.send();
  }

  say() {
    const conflicts = [...this.waiting].filter((cell) => cell.conflict).length;
    const refused = this.aside.held;
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
