// Saves the lines whose amounts are not the recorded ones: one request in flight, only the months that differ.
// Nothing is dropped: what fails waits, what somebody else changed is shown, month by month, and what is refused is set
// aside (ui/sending.js), month by month and hypothesis by hypothesis.
import { Sending, plural } from "../ui/sending.js";

export class Queue extends Sending {
  // Cells whose text is no amount, with that text: they wait for the person, not for the server.
  wrong = new Map();

  add(line) {
    this.waiting.add(line);
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.send(), 250);
    this.say();
  }

  // Of a month, its amount; of a hypothesis, its text.
  asks(item) {
    return item.isNote ? item.input.value.trim() : String(item.cents);
  }

  // What may still be sent, or waits for its answer.
  get isBusy() {
    return Boolean(this.flying) || [...this.waiting].some((line) => this.changes(line).length || this.noted(line) !== undefined);
  }

  get isIdle() {
    return !this.waiting.size && !this.flying;
  }

  changes(line) {
    return line.cells.filter((cell) => cell.cents !== cell.saved && !cell.conflict && !cell.refusal);
  }

  // The hypothesis of a line, where it is not the recorded one.
  noted(line) {
    const note = line.note?.value.trim();
    const { conflict, refusal } = line.hypothesis ?? {};
    return note === undefined || note === line.said || conflict || refusal ? undefined : note;
  }

  // What of a line is in conflict.
  facing(line) {
    return [...line.cells, line.hypothesis].filter((item) => item?.conflict);
  }

  async send() {
    clearTimeout(this.soon);
    if (this.flying || this.blocked) return this.say();
    const batch = [];
    const aside = new Set(this.aside.held.map(({ line }) => line));
    for (const line of this.waiting) {
      const cells = this.changes(line);
      const note = this.noted(line);
      if (cells.length || note !== undefined) batch.push({ line, note, sent: cells.map((cell) => [cell, cell.cents]) });
      else if (!aside.has(line) && !this.facing(line).length) {
        this.waiting.delete(line);
        for (const item of [...line.cells, line.hypothesis].filter(Boolean)) this.shown.cell(item, "");
      }
    }
    if (!batch.length) return this.say();
    this.flying = batch;
    this.say();
    for (const { sent } of batch) for (const [cell] of sent) this.shown.cell(cell, "is-saving");
    const edits = batch.map(({ line, sent, note }) => ({
      account: line.account, axis: line.axis, expected: line.version, note,
      months: Object.fromEntries(sent.map(([cell, cents]) => [cell.month, cents])),
    }));
    this.settle(batch, await this.post({ edits }));
  }

  recorded(batch, body) {
    this.arrived();
    for (const { line, sent, note } of batch) {
      if (note !== undefined) { line.said = note; this.shown.cell(line.hypothesis, ""); }
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
      if (!conflict.months) { this.blocked = "une ligne a été retirée entre-temps\u00a0: recharger la page"; continue; }
      const before = found.line.version;
      this.collidedNote(found.line, conflict, before);
      found.line.version = conflict.version;
      for (const cell of found.line.cells) {
        const theirs = conflict.months[cell.month - 1];
        if (theirs === cell.saved) continue;
        const mine = cell.cents !== cell.saved;
        if (!cell.conflict) cell.base = { saved: cell.saved, version: before };
        cell.saved = theirs;
        if (!mine) this.shown.take(cell);
        else if (cell.cents !== theirs) { cell.conflict = theirs === cell.told?.theirs ? cell.told.by : conflict.by; this.shown.conflict(cell); }
      }
      this.shown.line(found.line);
    }
    for (const { sent } of batch) for (const [cell] of sent) this.shown.cell(cell, cell.conflict ? "is-conflict" : "");
    this.send();
  }

  // The same of a hypothesis: somebody else’s is taken where it was left alone, shown where it was not.
  collidedNote(line, { note: theirs, by }, before) {
    const item = line.hypothesis;
    if (!item || theirs === line.said) return;
    const mine = item.input.value.trim();
    const isMine = mine !== line.said;
    if (!item.conflict) item.base = { saved: line.said, version: before };
    line.said = theirs;
    if (!isMine) item.input.value = theirs;
    else if (mine !== theirs) { item.conflict = theirs === item.told?.theirs ? item.told.by : by; this.shown.conflict(item); }
  }

  refused(batch, answer) {
    const { status, body } = answer;
    const sent = new Map(batch.flatMap(({ line, sent: cells, note }) => [
      ...cells.map(([cell, cents]) => [cell, String(cents)]), ...(note === undefined ? [] : [[line.hypothesis, note]])]));
    const named = (body?.refused ?? []).flatMap((one) => [...sent.keys()]
      .filter(({ line, month, isNote }) => line.key === `${one.account}|${one.axis}` && (!one.field || one.field === (isNote ? "note" : String(month))))
      .map((item) => [item, one]));
    if (this.isSetAside(sent, answer, named)) {
      for (const item of sent.keys()) this.shown.cell(item, "is-waiting");
      this.send();
      return;
    }
    this.blocked = body?.detail || (status === 404
      ? "le budget n’est plus accessible : se reconnecter dans un autre onglet, puis réessayer."
      : "l’enregistrement est refusé : recharger la page, puis reprendre.");
    for (const item of sent.keys()) this.shown.cell(item, "is-waiting");
    this.say();
  }

  failed(batch) {
    this.offline = true;
    for (const { sent } of batch) for (const [cell] of sent) this.shown.cell(cell, "is-waiting");
    this.later();
  }

  say() {
    const lines = [...this.waiting];
    const conflicts = lines.flatMap((line) => this.facing(line)).length;
    const pending = lines.flatMap((line) => this.changes(line)).length + lines.filter((line) => this.noted(line) !== undefined).length;
    let text = this.lastSaved;
    let kind = "";
    if (pending || this.flying) text = "Enregistrement…";
    const wrong = this.wrong.size;
    if (wrong) [text, kind] = [wrong > 1 ? `${wrong} valeurs ne sont pas enregistrées` : "1 valeur n’est pas enregistrée", "bad"];
    const refused = this.aside.held;
    if (refused.length) {
      const many = refused.length > 1 ? `, ${plural(refused.length, "valeur")}` : "";
      [text, kind] = [`Non enregistré${many} : ${refused[0].refusal.reason}`, "bad"];
    }
    if (conflicts) [text, kind] = [`${plural(conflicts, "conflit")} à régler`, "bad"];
    if (this.offline && pending) [text, kind] = [`Hors ligne : ${plural(pending, "montant")} en attente`, "bad"];
    if (this.blocked) [text, kind] = [`Non enregistré : ${this.blocked}`, "bad"];
    this.shown.state(text, kind, this.offline || Boolean(this.blocked));
  }
}
