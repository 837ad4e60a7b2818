// Saves the cells whose state is not the recorded one: one request in flight, merged by cell since only the
// difference with what is recorded is sent. Nothing is dropped: what fails waits, what conflicts is shown.
import { changes, full, same } from "./grid_state.js";

const MOST = 2000;
const plural = (count, noun) => `${count} ${noun}${count > 1 ? "s" : ""}`;

export class Queue {
  constructor(url, token, shown) {
    Object.assign(this, { url, token, shown, waiting: new Set(), flying: null, blocked: "", offline: false, delay: 2000 });
    addEventListener("online", () => this.retry());
    addEventListener("beforeunload", (event) => { if (this.waiting.size || this.flying) event.preventDefault(); });
  }

  add(cell) {
    this.waiting.add(cell);
    this.send();
  }

  retry() {
    clearTimeout(this.timer);
    this.blocked = "";
    this.send();
  }

  ready() {
    for (const cell of this.waiting) {
      if (!cell.conflict && same(cell.saved, cell.state)) { this.waiting.delete(cell); this.shown.cell(cell, ""); }
    }
    return [...this.waiting].filter((cell) => !cell.conflict).slice(0, MOST);
  }

  async send() {
    if (this.flying || this.blocked) return this.say();
    const cells = this.ready();
    if (!cells.length) return this.say();
    this.flying = new Map(cells.map((cell) => [cell.key, { cell, state: cell.state }]));
    this.say();
    for (const cell of cells) this.shown.cell(cell, "is-saving");
    const edits = cells.map(({ process, milestone, entity, saved, state, version }) => (
      { process, milestone, entity, expected: version, changes: changes(saved, state) }));
    const answer = await this.post({ edits });
    const batch = this.flying;
    this.flying = null;
    if (answer.ok) this.recorded(batch, answer.body);
    else if (answer.body?.conflicts) this.collided(batch, answer.body.conflicts);
    else if (answer.status && answer.status < 500) this.refused(batch, answer);
    else this.failed(batch);
  }

  async post(data) {
    try {
      const answer = await fetch(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token, Accept: "application/json" },
        body: JSON.stringify(data),
      });
      const body = await answer.json().catch(() => null);
      return { ok: answer.ok && body !== null, status: answer.status, body };
    } catch {
      return { ok: false, status: 0, body: null };
    }
  }

  recorded(batch, body) {
    Object.assign(this, { offline: false, delay: 2000, at: new Date() });
    for (const [key, { cell, state }] of batch) Object.assign(cell, { saved: state, version: body.versions[key] ?? cell.version });
    this.send();
  }

  collided(batch, conflicts) {
    for (const conflict of conflicts) {
      const { cell } = batch.get([conflict.process, conflict.milestone, conflict.entity].join("|")) ?? {};
      if (!cell) continue;
      Object.assign(cell, { saved: full(conflict.state), version: conflict.version });
      if (same(cell.saved, cell.state)) continue;
      cell.conflict = conflict.by;
      this.shown.cell(cell, "is-conflict");
      this.shown.conflict(cell);
    }
    this.send();
  }

  refused(batch, { status, body }) {
    this.blocked = body?.detail || (status === 404
      ? "L’édition n’est plus accessible : se reconnecter dans un autre onglet, puis réessayer."
      : "L’enregistrement est refusé : recharger la page, puis reprendre.");
    for (const { cell } of batch.values()) this.shown.cell(cell, "is-waiting");
    this.say();
  }

  failed(batch) {
    this.offline = true;
    for (const { cell } of batch.values()) this.shown.cell(cell, "is-waiting");
    this.say();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), this.delay);
    this.delay = Math.min(this.delay * 2, 30000);
  }

  // Gives up what a refusal keeps from being recorded: back to what the server holds.
  abandon() {
    const cells = [...this.waiting].filter((cell) => !cell.conflict);
    for (const cell of cells) { cell.state = cell.saved; this.waiting.delete(cell); this.shown.cell(cell, ""); }
    this.blocked = "";
    this.send();
  }

  say() {
    const conflicts = [...this.waiting].filter((cell) => cell.conflict).length;
    const waiting = this.waiting.size - conflicts;
    let text = this.at ? `Enregistré à ${this.at.toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" })}` : "";
    let kind = "saved";
    if (conflicts) [text, kind] = [`${plural(conflicts, "conflit")} à régler`, "conflict"];
    if (this.flying && !this.offline) [text, kind] = ["Enregistrement…", "saving"];
    if (this.offline && waiting) [text, kind] = [`Hors ligne : ${waiting > 1 ? `${waiting} modifications` : "1 modification"} en attente`, "offline"];
    if (this.blocked) [text, kind] = [`Non enregistré : ${this.blocked}`, "blocked"];
    this.shown.state(text, kind);
  }
}
