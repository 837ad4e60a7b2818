// Keys and paste in a table of fields: it stays a form, which posts as it would without this.
const table = document.querySelector("[data-register-grid]");
const cellsOf = (row) => [...row.querySelectorAll("[data-cell]")].filter((cell) => cell.type !== "checkbox");
const rows = () => [...table.tBodies[0].rows];

function put(cell, text) {
  if (cell.tagName === "SELECT") {
    const wanted = text.trim().toLowerCase();
    const found = [...cell.options].find((option) => option.text.trim().toLowerCase() === wanted || option.value.toLowerCase() === wanted);
    if (!found) return false;
    cell.value = found.value;
  } else if (cell.type === "date") {
    const parts = text.trim().match(/^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/);
    cell.value = parts ? `${parts[3]}-${parts[2].padStart(2, "0")}-${parts[1].padStart(2, "0")}` : text.trim();
    return cell.value !== "" || text.trim() === "";
  } else cell.value = text.trim();
  return true;
}

function paste(event) {
  const text = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "");
  if (!/[\t\n]/.test(text)) return;
  event.preventDefault();
  const all = rows(), top = all.indexOf(event.target.closest("tr"));
  const left = cellsOf(all[top]).indexOf(event.target);
  let missed = 0;
  text.split(/\r?\n/).forEach((line, down) => {
    const cells = all[top + down] ? cellsOf(all[top + down]) : [];
    line.split("\t").forEach((value, right) => {
      if (!cells[left + right] || !put(cells[left + right], value)) missed += 1;
    });
  });
  const told = missed ? `Collé ; ${missed} valeurs n’ont pas trouvé leur cellule.` : "Collé.";
  document.dispatchEvent(new CustomEvent("maillage:toast", { detail: told }));
}

function move(event) {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!step || event.target.tagName !== "INPUT" || event.target.type === "date") return;
  const all = rows(), row = all.indexOf(event.target.closest("tr"));
  const next = all[row + step] && cellsOf(all[row + step]).find((cell) => cell.dataset.cell === event.target.dataset.cell);
  if (next) { event.preventDefault(); next.focus(); next.select?.(); }
}

table?.addEventListener("paste", paste);
table?.addEventListener("keydown", move);
