// Finding in a grid: Ctrl+F opens its own box; Entrée goes to the next cell, Maj+Entrée to the one before, Échap leaves.
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[\s\u00a0\u202f]+/g, " ");

export class Find {
  // box: of ui/grid_find.html. cells(): in their order; text(cell): what is looked at; go(cell); current(): where one is.
  constructor(box, { cells, text, go, current }) {
    Object.assign(this, { box, cells, text, go, current, found: [] });
    this.field = box.querySelector("input");
    this.count = box.querySelector("[data-count]");
    this.field.addEventListener("input", () => this.look());
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { event.preventDefault(); this.close(); }
      if (event.key === "Enter" && event.target === this.field) { event.preventDefault(); this.step(event.shiftKey ? -1 : 1); }
    });
    box.querySelector("[data-next]").addEventListener("click", () => this.step(1));
    box.querySelector("[data-before]").addEventListener("click", () => this.step(-1));
    box.querySelector("[data-close]").addEventListener("click", () => this.close());
  }

  open() {
    this.from = this.current();
    this.box.hidden = false;
    this.field.focus();
    this.field.select();
    this.look();
  }

  close() {
    this.box.hidden = true;
    const back = this.found[this.at] ?? this.from;
    if (back) this.go(back);
  }

  look() {
    const wanted = plain(this.field.value.trim());
    const all = this.cells();
    this.found = wanted ? all.filter((cell) => plain(this.text(cell)).includes(wanted)) : [];
    const from = all.indexOf(this.from);
    this.at = Math.max(0, this.found.findIndex((cell) => all.indexOf(cell) >= from));
    this.show();
  }

  step(by) {
    if (!this.found.length) return;
    this.at = (this.at + by + this.found.length) % this.found.length;
    this.show();
  }

  show() {
    const total = this.found.length;
    this.count.textContent = total ? `${this.at + 1} sur ${total}` : this.field.value.trim() ? "rien trouvé" : "";
    if (!total) return;
    this.go(this.found[this.at]);
    this.field.focus({ preventScroll: true });
  }

  // Ctrl+F; whether the key was that.
  key(event) {
    if (event.key.toLowerCase() !== "f" || event.shiftKey) return false;
    this.open();
    return true;
  }
}
