// Small comforts of a page: toasts, confirmation, copied address, disclosure menus, wide tables, the head of what is printed.
// [data-copy-link] copies the address; [data-confirm="question"] on a submit button asks first;
// details.help.stays is closed by hand alone;
// [data-print] prints; document event "maillage:toast" {detail: "text"} shows a passing message.
const toasts = document.getElementById("toasts");

function toast(text) {
  if (!toasts) return;
  const item = document.createElement("div");
  item.className = "toast";
  item.textContent = text;
  toasts.append(item);
  setTimeout(() => item.remove(), 6000);
}

function ask(button) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-labelledby", "dialog-title");
  const title = Object.assign(document.createElement("h2"), { id: "dialog-title", textContent: button.dataset.confirm });
  const actions = document.createElement("form");
  actions.method = "dialog";
  actions.className = "form-actions";
  const yes = Object.assign(document.createElement("button"), { className: "button is-danger", value: "yes", textContent: button.textContent.trim() });
  const no = Object.assign(document.createElement("button"), { className: "button", value: "no", textContent: "Ne rien changer", autofocus: true });
  actions.append(yes, no);
  dialog.append(title, actions);
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (dialog.returnValue !== "yes") return button.focus();
    button.dataset.confirmed = "yes";
    button.form ? button.form.requestSubmit(button) : button.click();
    delete button.dataset.confirmed;
  });
  dialog.showModal();
}

document.addEventListener("maillage:toast", (event) => toast(String(event.detail?.value ?? event.detail)));

document.addEventListener("click", async (event) => {
  const asking = event.target.closest("[data-confirm]");
  if (asking && !asking.dataset.confirmed) {
    event.preventDefault();
    event.stopPropagation();
    ask(asking);
    return;
  }
  if (event.target.closest("[data-print]")) return window.print();
  if (event.target.closest("[data-copy-link]")) {
    try {
      await navigator.clipboard.writeText(location.href);
      toast("Adresse copiée.");
    } catch {
      toast("Copie impossible : copiez l’adresse dans la barre du navigateur.");
    }
  }
  for (const menu of document.querySelectorAll("details.menu[open], details.help[open]:not(.stays)")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = document.querySelector("details.menu[open], details.help[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); event.preventDefault(); }
  }
  const region = event.target;
  if (!region.classList?.contains("scroll")) return;
  if (event.key === "Home") region.scrollTo({ left: 0 });
  else if (event.key === "End") region.scrollTo({ left: region.scrollWidth });
  else return;
  event.preventDefault();
});

for (const button of document.querySelectorAll("[data-needs-js]")) button.hidden = false;

// The head of each page that is printed: the network and the edition, the filters in force, the day. Without this
// script the first page alone bears it.
function asked() {
  const said = (field) => (field.options ? [...field.options].filter((one) => one.defaultSelected && one.value).map((one) => one.text).join(", ")
    : ["checkbox", "radio"].includes(field.type) ? (field.defaultChecked ? "oui" : "") : field.defaultValue);
  return [...document.querySelectorAll("main form[method=get]:not([data-columns]) :is(input:not([type=hidden]), select)")]
    .map((field) => [field.labels?.[0]?.textContent, said(field)])
    .filter(([label, value]) => label && value)
    .map(([label, value]) => (value === "oui" ? label : `${label} : ${value}`));
}

const running = document.getElementById("print-head");
if (running) {
  const quoted = (text) => JSON.stringify(text.replace(/\s+/g, " ").trim()).replace(/[<>]/g, " ");
  const [where, day] = [...running.children].map((part) => part.textContent);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`@page { @top-left { content: ${quoted([where, ...asked()].join(" · "))} } @top-right { content: ${quoted(day)} }
    @bottom-left { content: ${quoted(document.title)} } }`);
  document.adoptedStyleSheets.push(sheet);
  running.hidden = true;
}

// A text longer than its field takes is kept whole and refused where it stands: a browser cuts what is pasted unsaid.
document.addEventListener("focusin", ({ target }) => {
  if (!(target.maxLength > 0)) return;
  target.dataset.longest = target.maxLength;
  target.removeAttribute("maxlength");
});
document.addEventListener("input", ({ target }) => {
  const most = Number(target.dataset?.longest);
  if (!most) return;
  const was = target.validationMessage;
  const { length } = target.value;
  target.setCustomValidity(length > most ? `${most} caractères au plus, ${length} saisis : raccourcir ce texte.` : "");
  if (length > most && !was) target.reportValidity();
});
