// The box that ticks every row of a list.
const all = document.querySelector("[data-tick-all]");
all?.addEventListener("change", () => {
  for (const box of all.closest("table").querySelectorAll('input[name="ligne"]')) box.checked = all.checked;
});
