export { freshToken, OURS } from "./token.js";
import { freshToken, OURS } from "./token.js";

// What the server refused, with its reason and with what was refused together: apart, until one of them is asked
// otherwise, so that the rest is recorded. Any grid’s cells: each holds its `refusal`.
export class Aside {
  // asks(item): what is now asked of it, as a text.
  constructor(asks) {
    Object.assign(this, { asks, items: new Set() });
  }

  // sent: what was asked of each of those refused together; field: the one the reason is of, where it is known.
  put(sent, reason, field = "") {
    for (const item of sent.keys()) {
      item.refusal = { reason, field, sent };
      this.items.add(item);
    }
  }

  leave(item) {
    delete item.refusal;
    this.items.delete(item);
  }

  clear() {
    for (const item of this.items) this.leave(item);
  }

  get held() {
    for (const { sent } of new Set([...this.items].map((item) => item.refusal))) {
      if ([...sent].some(([item, asked]) => this.asks(item) !== asked)) for (const item of sent.keys()) this.leave(item);
    }
    return [...this.items];
  }
}

// One request in flight to one address. What fails is kept and tried again, later each time.
export const plural = (count, noun) => `${count} ${noun}${count > 1 ? "s" : ""}`;

export class Sending {
  // `shown` tells the person: shown.cell(cell, class), shown.conflict(cell), shown.state(text, …).
  constructor(url, token, shown) {
    this.aside = new Aside((item) => this.asks(item));
    Object.assign(this, { url, token, shown, waiting: new Set(), flying: null, blocked: "", offline: false, delay: 2000 });
    addEventListener("online", () => this.retry());
    // Signed in again in another tab: what waited for it goes through as one comes back.
    addEventListener("focus", () => { if (this.signedOut) this.retry(); });
    addEventListener("beforeunload", (event) => { if (!this.leaves && (this.waiting.size || this.flying)) event.preventDefault(); });
  }

  retry() {
    clearTimeout(this.timer);
    this.signedOut = false;
    this.blocked = "";
    this.aside.clear();
    this.send();
  }

  // Why a batch is refused: each of what the answer names (`named`: what it is of, and what is said of it), else, where it
  // is what was sent that does not hold, all of it. Whether that is known; else the whole waits.
  isSetAside(sent, { status, body }, named) {
    for (const [item, { reason, field }] of named) this.aside.put(new Map([[item, sent.get(item)]]), reason, field);
    if (!named.length && status === 422) this.aside.put(sent, body?.detail ?? "valeur refusée.");
    return named.length > 0 || status === 422;
  }

  async post(data) {
    try {
      const answer = await fetch(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": freshToken(this.token), Accept: "application/json", ...OURS },
        body: JSON.stringify(data),
      });
      const body = await answer.json().catch(() => null);
      return { ok: answer.ok && body !== null, status: answer.status, body };
    } catch {
      return { ok: false, status: 0, body: null };
    }
  }

  // Hands the answer to recorded, collided, refused or failed, each of them given the batch that was sent.
  settle(batch, answer) {
    this.flying = null;
    this.signedOut = [403, 404].includes(answer.status) && !answer.body?.refused;
    if (answer.ok) this.recorded(batch, answer.body);
    else if (answer.body?.conflicts) this.collided(batch, answer.body.conflicts);
    else if (answer.status && answer.status < 500) this.refused(batch, answer);
    else this.failed(batch);
  }

  arrived() {
    Object.assign(this, { offline: false, delay: 2000, at: new Date() });
  }

  later() {
    this.say();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), this.delay);
    this.delay = Math.min(this.delay * 2, 30000);
  }

  get lastSaved() {
    return this.at ? `Enregistré à ${this.at.toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit", timeZone: document.body.dataset.zone })}` : "";
  }
}
