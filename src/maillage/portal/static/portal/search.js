// The page of the search finds as one types; without this script its button does.
const form = document.querySelector("main form[role=search]");
const found = document.getElementById("trouve");
let timer, pending;

async function find() {
  pending?.abort();
  pending = new AbortController();
  const address = `${form.action}?${new URLSearchParams(new FormData(form))}`;
  found.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: pending.signal });
    if (!answer.ok) return;
    found.innerHTML = await answer.text();
    history.replaceState(null, "", address);
    found.removeAttribute("aria-busy");
  } catch { /* another letter was typed, or the network is away: the button remains */ }
}

form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(find, 250); });
