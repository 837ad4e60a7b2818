// The reader's theme: kept in the cookie `theme`, rendered by the server so that no page flashes.
const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");
const current = () => root.dataset.theme || (system.matches ? "dark" : "light");
for (const button of document.querySelectorAll("[data-theme-toggle]")) {
  const label = () => button.setAttribute("aria-label", current() === "dark" ? "Passer au thème clair" : "Passer au thème sombre");
  button.disabled = false;
  label();
  system.addEventListener("change", label);
  button.addEventListener("click", () => {
    root.dataset.theme = current() === "dark" ? "light" : "dark";
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `theme=${root.dataset.theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    label();
  });
}
