// What is under way, wherever one is: the network away, and what is kept here meanwhile; a sending that lasts.
import { countTyped } from "./kept_here.js";

const strip = Object.assign(document.createElement("p"), { className: "offline no-print", hidden: navigator.onLine });
strip.setAttribute("role", "status");
document.querySelector(".top")?.after(strip);

function tell() {
  strip.hidden = navigator.onLine;
  if (navigator.onLine) return;
  const count = countTyped();
  strip.textContent = count ? `Hors ligne, ${count} saisie${count > 1 ? "s" : ""} gardée${count > 1 ? "s" : ""} ici` : "Hors ligne";
}

for (const kind of ["online", "offline"]) addEventListener(kind, tell);
// What is typed is kept a moment after it is.
addEventListener("input", () => { if (!navigator.onLine) setTimeout(tell, 300); });
tell();

// The bar is drawn by the sheet of styles, once it has lasted 300 ms; a file that comes leaves the page where it is.
const main = document.querySelector("main");
const rest = () => main?.removeAttribute("aria-busy");
addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method === "dialog") return;
  main?.setAttribute("aria-busy", "true");
  setTimeout(rest, 10000);
});
addEventListener("pageshow", rest);
