// The side sheet. a[data-sheet] opens #sheet with the link's address (or the address in data-sheet when it
// differs from the page's); the server answers HX-Request with the fragment. The URL follows the sheet.
const sheet = document.getElementById("sheet");
const body = document.getElementById("sheet-body");
let opener = null;
let turn = 0;

function show() {
  if (sheet.open) return;
  if (matchMedia("(max-width: 60rem)").matches) sheet.showModal();
  else sheet.show();
}

async function fill(url) {
  const mine = ++turn;
  sheet.setAttribute("aria-busy", "true");
  show();
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true", "HX-Target": "sheet-body" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const html = await answer.text();
    if (mine !== turn) return;
    body.innerHTML = html;
    window.htmx?.process(body);
    body.focus({ preventScroll: true });
    sheet.scrollTop = 0;
  } catch {
    if (mine !== turn) return;
    body.textContent = "La fiche n’a pas pu être chargée. Vérifiez la connexion, puis rouvrez la cellule.";
  } finally {
    if (mine === turn) sheet.removeAttribute("aria-busy");
  }
}

function close() {
  turn += 1;
  sheet.removeAttribute("aria-busy");
  sheet.close();
}

function leave() {
  close();
  const url = new URL(location.href);
  if (url.searchParams.has("cellule")) {
    url.searchParams.delete("cellule");
    history.pushState(null, "", url);
  }
  opener?.focus();
}

if (sheet && body) {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("a[data-sheet], table.carto[data-sheets] td > a");
    if (link) {
      event.preventDefault();
      opener = link;
      history.pushState({ sheet: link.dataset.sheet || link.href }, "", link.href);
      fill(link.dataset.sheet || link.href);
    } else if (event.target.closest("[data-sheet-close]")) {
      event.preventDefault();
      leave();
    }
  });
  sheet.addEventListener("cancel", (event) => { event.preventDefault(); leave(); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && sheet.open && !event.defaultPrevented && !sheet.matches(":modal")) leave();
  });
  addEventListener("popstate", (event) => {
    if (event.state?.sheet) fill(event.state.sheet);
    else if (new URL(location.href).searchParams.has("cellule")) fill(location.href);
    else if (sheet.open) { close(); opener?.focus(); }
  });
}
