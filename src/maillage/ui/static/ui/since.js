// What another recorded of the thing while one types in its form: told beside it, before anything is sent. Its page is
// asked again, as its reader may see it, when one comes back to it and now and then while one types, never of itself: a
// page left open keeps no session alive. Nothing typed is touched.
import { alike, label, make, read, words } from "./typed.js";

const EVERY = 45_000;
const BACK = 1500;
const STAMPS = ["seen", "vu", "montre"];
let last = 0;

const stamps = (form) => STAMPS.map((name) => form.elements[name]?.value ?? "").join("|");

// The same form in the page as it is now, by its place among those sent to the same address.
function again(form, page) {
  const sentTo = (one) => one.getAttribute("action");
  const alikes = (all) => [...all].filter((one) => sentTo(one) === sentTo(form));
  return alikes(page.forms)[alikes(document.forms).indexOf(form)];
}

function tell(held, title, rows, end) {
  const said = JSON.stringify([title, rows, end]);
  if (held.sinceSaid === said) return;
  held.sinceSaid = said;
  const box = make("div", { className: "note is-warn typed-offer" }, make("p", { className: "note-title", textContent: title }));
  box.setAttribute("role", "status");
  if (rows.length) {
    box.append(make("dl", { className: "typed-kept" }, ...rows.map(([name, now, mine]) => make("div", {}, make("dt", { textContent: name }),
      ...[["enregistré à présent", now], ["votre saisie", mine]].filter(([, value]) => value !== null).map(([what, value]) =>
        make("dd", {}, make("span", { className: "muted", textContent: `${what} : ` }), value || "rien"))))));
  }
  box.append(make("p", { textContent: end }));
  const place = held.form.querySelector(".form-actions");
  held.sinceBox?.remove();
  held.sinceBox = box;
  if (place) place.before(box);
  else held.form.append(box);
}

function compare(held, page) {
  const there = again(held.form, page);
  if (!there) return;
  const [now, typed] = [read(there), read(held.form)];
  // What a refused page holds was sent, not recorded: it is compared from the first reading on.
  const known = held.wasRefused && !held.sinceRead ? now : held.sinceRead ?? held.base;
  if (held.wasRefused) held.sinceRead ??= now;
  held.sinceStamp ??= held.wasRefused ? stamps(there) : stamps(held.form);
  const moved = [...new Set([...Object.keys(now), ...Object.keys(known)])].filter((name) => !alike(now[name], known[name]));
  if (!moved.length && stamps(there) === held.sinceStamp) return;
  const by = page.body.dataset.written;
  const rows = moved.map((name) => [label(name in typed ? held.form : there, name), name in now ? words(there, name, now[name]) : "retiré",
    name in typed && !alike(typed[name], known[name]) ? words(held.form, name, typed[name]) : null]);
  tell(held, by ? `Modifié entre-temps par ${by}` : "Modifié entre-temps", rows,
    `${rows.length ? "" : "Ce que vous écrivez n’a pas changé. "}Votre saisie reste telle quelle ; l’enregistrer dira d’abord ce qui a changé.`);
}

export async function look(watched, isBack) {
  const open = watched.filter((one) => one.form.isConnected && !one.done);
  if (!open.length || Date.now() - last < (isBack ? BACK : EVERY)) return;
  last = Date.now();
  try {
    const answer = await fetch(location.href, { headers: { "X-Maillage-Relu": String(Math.ceil(performance.now() / 1000) + 2) }, cache: "no-store" });
    if (answer.redirected) return;
    if (answer.status === 404) {
      for (const one of open) tell(one, "Cette page n’existe plus", [], "Ce qu’elle modifie a été retiré, ou ne vous est plus ouvert. Votre saisie est gardée sur ce poste.");
    }
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const one of open) compare(one, page);
  } catch { /* no network: sending will tell */ }
}
