// Files dropped on form[data-drop] join its file input; their names are listed, and sending them shows how far it is.
// What a refusal answers takes the place of what the page shows.
function take(root) {
  for (const form of root.querySelectorAll("form[data-drop]")) follow(form);
}

function show(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.querySelector("main");
  if (!fresh) return false;
  document.title = page.title;
  document.querySelector("main").replaceWith(fresh);
  for (const hidden of fresh.querySelectorAll("[data-needs-js]")) hidden.hidden = false;
  take(fresh);
  fresh.focus();
  scrollTo(0, 0);
  return true;
}

function follow(form) {
  const input = form.querySelector("input[type=file]");
  const list = form.querySelector("[data-drop-list]");
  const size = (bytes) => {
    const [weight, unit] = bytes < 1e6 ? [1e3, "ko"] : [1e6, "Mo"];
    return `${(bytes / weight).toLocaleString("fr-FR", { maximumFractionDigits: 1 })}\u00a0${unit}`;
  };

  function tell() {
    list.replaceChildren();
    if (!input.files.length) return;
    const names = document.createElement("ul");
    for (const file of input.files) {
      const item = document.createElement("li");
      item.textContent = `${file.name}, ${size(file.size)}`;
      names.append(item);
    }
    list.append(names);
  }

  function over(event) {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    form.classList.add("is-over");
  }

  function join(event) {
    form.classList.remove("is-over");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    const all = new DataTransfer();
    for (const file of [...input.files, ...event.dataTransfer.files]) all.items.add(file);
    input.files = all.files;
    tell();
  }

  function send(event) {
    event.preventDefault();
    const button = form.querySelector("button");
    const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
    bar.setAttribute("aria-label", "Envoi des fichiers");
    list.append(bar);
    button.disabled = true;
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.addEventListener("progress", (e) => { if (e.lengthComputable) bar.value = e.loaded / e.total; });
    request.addEventListener("load", () => {
      if (request.status < 400) location.assign(request.responseURL);
      else if (!show(request.responseText)) stop("L’envoi a été refusé\u00a0; rien n’a été pris.");
    });
    request.addEventListener("error", () => stop("L’envoi a été interrompu\u00a0; rien n’a été pris. Recommencer."));
    request.send(new FormData(form));
  }

  function stop(text) {
    form.querySelector("button").disabled = false;
    list.querySelector("progress")?.remove();
    list.append(text);
  }

  form.addEventListener("dragover", over);
  form.addEventListener("dragenter", over);
  form.addEventListener("dragleave", () => form.classList.remove("is-over"));
  form.addEventListener("drop", join);
  input.addEventListener("change", tell);
  form.addEventListener("submit", send);
}

take(document);
