// What this browser keeps of what is typed and not recorded yet: for one account alone, for a month, until it is
// recorded or given up. Signing out forgets it all. Knows no form and no grid: names and values.
const account = document.body.dataset.account ?? "";
const START = `maillage|${account}|`;
const OUT = `maillage-fin|${account}`;
const MONTH = 30 * 24 * 3600 * 1000;
const opened = Date.now();

// A page left open after signing out, here or in another tab, keeps nothing more.
const isOut = () => Number(localStorage.getItem(OUT) ?? 0) > opened;

// Whether it could be kept: storage may be refused or full.
export function keep(name, value) {
  if (!account) return false;
  try {
    if (isOut()) return false;
    localStorage.setItem(START + name, JSON.stringify({ ...value, at: Date.now() }));
    return true;
  } catch {
    return false;
  }
}

export function kept(name) {
  if (!account) return null;
  try {
    const held = JSON.parse(localStorage.getItem(START + name));
    if (!held || Date.now() - held.at < MONTH) return held;
    drop(name);
  } catch { /* unreadable, or storage refused: nothing is kept */ }
  return null;
}

export function drop(name) {
  try { localStorage.removeItem(START + name); } catch { /* nothing was kept */ }
}

// The names of what is kept that begin so.
export function names(begins = "") {
  if (!account) return [];
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(START + begins)).map((name) => name.slice(START.length));
  } catch {
    return [];
  }
}

// Kept beside what is typed, which nobody would miss: pages opened last. Forgotten with the rest, never counted.
export const BESIDE = "a-cote|";
export const typed = () => names().filter((name) => !name.startsWith(BESIDE));
// How many: of a grid, each cell or line that waits; of a form, one.
export const countTyped = () => typed().reduce((sum, name) => {
  const held = kept(name);
  return sum + Math.max(1, Object.keys(held?.cells ?? held?.held ?? {}).length);
}, 0);

// What waits to be recorded, kept under a name: once for a burst, and when the page goes. `toKeep(waiting)` says what is
// kept of it, null where nothing is.
export class Waiting {
  constructor(name) {
    this.name = name;
    addEventListener("pagehide", () => this.write());
  }

  note(waiting) {
    this.waiting = waiting;
    this.soon ??= setTimeout(() => this.write(), 150);
  }

  write() {
    clearTimeout(this.soon);
    this.soon = null;
    if (!this.waiting) return;
    const value = this.toKeep(this.waiting);
    if (value) keep(this.name, value);
    else drop(this.name);
  }
}

export function forget() {
  names().forEach(drop);
  try { localStorage.setItem(OUT, String(Date.now() + 1)); } catch { /* nothing was kept */ }
}
