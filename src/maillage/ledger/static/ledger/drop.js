// Files dropped on form[data-drop] join its file input; their names are listed, and sending them shows how far it is.
for (const form of document.querySelectorAll("form[data-drop]")) {
  const input = form.querySelector("input[type=file]");
  const list = form.querySelector("[data-drop-list]");
  const size = (bytes) => `${(bytes / 1e6).toLocaleString("fr-FR", { maximumFractionDigits: 1 })} Mo`;

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

  function take(event) {
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
      else { document.open(); document.write(request.responseText); document.close(); }
    });
    request.addEventListener("error", () => {
      button.disabled = false;
      bar.remove();
      list.append("L’envoi a été interrompu ; rien n’a été pris. Recommencer.");
    });
    request.send(new FormData(form));
  }

  form.addEventListener("dragover", over);
  form.addEventListener("dragenter", over);
  form.addEventListener("dragleave", () => form.classList.remove("is-over"));
  form.addEventListener("drop", take);
  input.addEventListener("change", tell);
  form.addEventListener("submit", send);
}
