// A passage selected on a page, on its picture or in its text, is written in the field of the quote; lines may be ticked
// instead. Letters set the mode when nothing is being typed, Enter then records. Without this module one copies and ticks.
const form = document.getElementById("passage");
const quote = form?.querySelector("[name=quote]");
const told = form?.querySelector("[data-passage-told]");

// Words of a selection: the lines it runs over, apart, and words cut at a line's end joined.
function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return "";
  const range = selection.getRangeAt(0);
  const within = range.commonAncestorContainer;
  const place = (within.nodeType === Node.TEXT_NODE ? within.parentElement : within).closest?.("[data-passages]");
  if (!place) return "";
  const cloned = range.cloneContents();
  const lines = [...cloned.querySelectorAll("text, .doc-line")];
  const text = lines.length ? lines.map((line) => line.textContent).join("\n") : selection.toString();
  return text.replace(/(\p{L})[-\u00ad]\n(?=\p{Ll})/gu, "$1").replace(/\s+/g, " ").trim();
}

// Where a gesture falls among the lines of a page's picture, were it beside a line: the nearest one, and its end it is at.
function placed(sheet, { clientX, clientY }) {
  const apart = (least, at, most) => Math.max(least - at, at - most, 0);
  const far = (line) => {
    const { left, right, top, bottom } = line.getBoundingClientRect();
    return [apart(top, clientY, bottom), apart(left, clientX, right)];
  };
  const [line] = [...sheet.querySelectorAll("text")].map((one) => [one, far(one)])
    .sort(([, one], [, other]) => one[0] - other[0] || one[1] - other[1])[0] ?? [];
  const letters = line?.firstChild;
  if (!letters) return null;
  const { left, right, top, bottom } = line.getBoundingClientRect();
  if (clientX <= left) return [letters, 0];
  if (clientX >= right) return [letters, letters.length];
  const found = document.caretPositionFromPoint?.(clientX, (top + bottom) / 2);
  return found?.offsetNode === letters ? [letters, found.offset] : null;
}

// A drag over a picture chooses from where it began to where it ended, even begun in a margin.
let begun = null;
function begin(event) {
  const sheet = event.target.closest?.("svg[data-passages]");
  begun = sheet && event.button === 0 && !event.shiftKey ? { sheet, clientX: event.clientX, clientY: event.clientY } : null;
}
function drawn(event) {
  if (!begun || Math.hypot(event.clientX - begun.clientX, event.clientY - begun.clientY) < 4) return;
  const [from, to] = [placed(begun.sheet, begun), placed(begun.sheet, event)];
  if (from && to) getSelection().setBaseAndExtent(...from, ...to);
}

function write(text) {
  if (!quote || !text) return;
  const most = Number(quote.maxLength);
  quote.value = most > 0 ? text.slice(0, most) : text;
  quote.dispatchEvent(new Event("input", { bubbles: true }));
  if (told) told.textContent = most > 0 && text.length > most ? `Passage choisi, coupé à ${most} caractères.` : "Passage choisi.";
}

function ticked() {
  const lines = [...document.querySelectorAll("[data-line]:checked")].map((one) => one.closest("label").querySelector(".doc-line").textContent);
  write(lines.join("\n").replace(/(\p{L})[-\u00ad]\n(?=\p{Ll})/gu, "$1").replace(/\s+/g, " ").trim());
}

if (form) {
  document.addEventListener("pointerdown", begin);
  document.addEventListener("pointerup", drawn);
  for (const end of ["pointerup", "keyup"]) document.addEventListener(end, () => setTimeout(() => write(selected())));
  document.addEventListener("change", (event) => { if (event.target.matches("[data-line]")) ticked(); });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, summary, a, button")) return;
    if (event.key === "Enter") { event.preventDefault(); form.requestSubmit(form.querySelector("[data-record]")); return; }
    const mode = form.querySelector(`[name=mode][value="${event.key.toUpperCase()}"]`);
    if (mode) { event.preventDefault(); mode.checked = true; mode.dispatchEvent(new Event("change", { bubbles: true })); }
  });
}
