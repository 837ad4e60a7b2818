// Saves the lines whose amounts are not the recorded ones: one request in flight, only the months that differ.
// Nothing is dropped: what fails waits, what somebody else changed is shown, month by month.
const plural = (count, noun) => `${count} ${noun}${count > 1 ? "s" : ""}`;

export class Queue {
  constructor(url, token, shown) {
    Object.assign(this, { url, token, shown, waiting: new Set(), flying: null, blocked: "", offline: false, delay: 2000 });
    addEventListener("online", () => this.retry());
    addEventListener("beforeunload", (event) => { if (this.waiting.size || this.flying) event.preventDefault(); });
  }

  add(line) {
    this.waiting.add(line);
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.send(), 250);
    this.say();
  }

  retry() {
    clearTimeout(this.timer);
    this.blocked = "";
    this.send();
  }

  get isIdle() {
    return !this.waiting.size && !this.flying;
  }

  changes(line) {
    return line.cells.filter((cell) => cell.cents !== cell.saved && !cell.conflict);
  }

  async send() {
    clearTimeout(this.soon);
    if (this.flying || this.blocked) return this.say();
    const batch = [];
    for (const line of this.waiting) {
      const cells = this.changes(line);
      if (cells.length) batch.push({ line, sent: cells.map((cell) => [cell, cell.cents]) });
      else if (!line.cells.some((cell) => cell.conflict)) this.waiting.delete(line);
    }
    if (!batch.length) return this.say();
    this.flying = batch;
    this.say();
    for (const { sent } of batch) for (const [cell] of sent) this.shown.cell(cell, "is-saving");
    const edits = batch.map(({ line, sent }) => ({
      account: line.account, axis: line.axis, expected: line.version,
      months: Object.fromEntries(sent.map(([cell, cents]) => [cell.month, cents])),
    }));
    const answer = await this.post({ edits });
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
    for (const { line, sent } of batch) {
      line.version = body.versions[line.key] ?? line.version;
      for (const [cell, cents] of sent) { cell.saved = cents; this.shown.cell(cell, ""); }
      this.shown.line(line);
    }
    this.send();
  }

  // A month somebody else left alone is simply saved again on the new version; one they changed is shown.
  collided(batch, conflicts) {
    for (const conflict of conflicts) {
      const found = batch.find(({ line }) => line.account === conflict.account && line.axis === conflict.axis);
      if (!found) continue;
      if (!conflict.months) { this.blocked = "une ligne a été retirée entre-temps : recharger la page"; continue; }
      found.line.version = conflict.version;
      for (const cell of found.line.cells) {
        const theirs = conflict.months[cell.month - 1];
        if (theirs === cell.saved) continue;
        const mine = cell.cents !== cell.saved;
        cell.saved = theirs;
        if (!mine) this.shown.take(cell);
        else if (cell.cents !== theirs) { cell.conflict = conflict.by; this.shown.conflict(cell); }
      }
      this.shown.line(found.line);
    }
    for (const { sent } of batch) for (const [cell] of sent) this.shown.cell(cell, cell.conflict ? "is-conflict" : "");
    this.send();
  }

  refused(batch, { status, body }) {
    this.blocked = body?.detail || (status === 404
      ? "le budget n’est plus accessible : se reconnecter dans un autre onglet, puis réessayer."
      : "l’enregistrement est refusé : recharger la page, puis reprendre.");
    for (const { sent } of batch) for (const [cell] of sent) this.shown.cell(cell, "is-waiting");
    this.say();
  }

  failed(batch) {
    this.offline = true;
    for (const { sent } of batch) for (const [cell] of sent) this.shown.cell(cell, "is-waiting");
    this.say();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), this.delay);
    this.delay = Math.min(this.delay * 2, 30000);
  }

  say() {
    const lines = [...this.waiting];
    const conflicts = lines.flatMap((line) => line.cells).filter((cell) => cell.conflict).length;
    const pending = lines.flatMap((line) => this.changes(line)).length;
    let text = this.at ? `Enregistré à ${this.at.toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" })}` : "";
    let kind = "";
    if (pending || this.flying) text = "Enregistrement…";
    if (conflicts) [text, kind] = [`${plural(conflicts, "conflit")} à régler`, "bad"];
    if (this.offline && pending) [text, kind] = [`Hors ligne : ${plural(pending, "montant")} en attente`, "bad"];
    if (this.blocked) [text, kind] = [`Non enregistré : ${this.blocked}`, "bad"];
    this.shown.state(text, kind, this.offline || Boolean(this.blocked));
  }
}
