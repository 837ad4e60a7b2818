// Amounts as integer cents: read as people type them, written back. The same grammar as the server's.
const NUMBER = /^([+-]?)(\d+)(?:[.,](\d{1,2}))?$/;
const GROUPED = /^[+-]?\d{1,3}(?: \d{3})*(?:[.,]\d{1,2})?$/;
export const LARGEST = 10 ** 12;

// Cents, 0 for nothing, null where the text is not an amount.
export function parse(text) {
  let plain = text.replace(/\u2212/g, "-").replace(/€/g, "").replace(/[\s\u00a0\u202f\u2009]+/g, " ").trim();
  if (plain === "" || plain === "-") return 0;
  if (plain.startsWith("(") && plain.endsWith(")")) plain = `-${plain.slice(1, -1).trim()}`;
  if (plain.includes(" ")) {
    if (!GROUPED.test(plain)) return null;
    plain = plain.replace(/ /g, "");
  }
  const found = NUMBER.exec(plain);
  if (!found) return null;
  const cents = Number(found[2]) * 100 + Number((found[3] ?? "0").padEnd(2, "0"));
  if (cents > LARGEST) return null;
  return found[1] === "-" ? -cents : cents;
}

function grouped(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
}

// A table tells all its amounts to the cent, or none: to the cent once one of them has some. Says whether that changes.
let exact = false;
export function toTheCent(wanted) {
  const changes = wanted && !exact;
  exact ||= wanted;
  return changes;
}

const decimals = (cents) => `,${String(Math.abs(cents) % 100).padStart(2, "0")}`;

export function write(cents) {
  if (!cents) return "";
  const text = grouped(Math.floor(Math.abs(cents) / 100)) + (exact || cents % 100 ? decimals(cents) : "");
  return cents < 0 ? `-${text}` : text;
}

// For sums: whole euros, halves away from zero, as the server rounds; to the cent where amounts are.
export function euros(cents, signed = false) {
  const whole = Math.floor((Math.abs(cents) + (exact ? 0 : 50)) / 100);
  const text = grouped(whole).replaceAll("\u00a0", "\u202f") + (exact ? decimals(cents) : "");
  if (exact ? !cents : !whole) return text;
  if (cents < 0) return `\u2212${text}`;
  return signed ? `+${text}` : text;
}

// Twelve shares whose sum is the total exactly.
export function spread(total, parts = 12) {
  const at = (rank) => Math.sign(total) * Math.floor((2 * Math.abs(total) * rank + parts) / (2 * parts));
  return Array.from({ length: parts }, (_, rank) => at(rank + 1) - at(rank));
}
